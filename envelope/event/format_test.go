package event_test

import (
	"strings"
	"testing"
	"time"

	"github.com/treatyhq/treaty/envelope/event"
)

func TestParseTime(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want string // as the standard library prints it in UTC; empty if it is none
	}{
		{"2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"},
		{"2026-01-02t03:04:05z", "2026-01-02T03:04:05Z"},
		{"2026-01-02T03:04:05.5Z", "2026-01-02T03:04:05.5Z"},
		{"2026-01-02T03:04:05.123456789123Z", "2026-01-02T03:04:05.123456789Z"},
		{"2026-01-02T03:04:05+02:30", "2026-01-02T00:34:05Z"},
		{"2026-01-02T03:04:05-00:00", "2026-01-02T03:04:05Z"},
		{"2026-01-02T03:04:05+23:59", "2026-01-01T03:05:05Z"},
		{"2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"},
		{"0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"},
		{"9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"},
		{"1990-12-31T23:59:60Z", "1990-12-31T23:59:59.999999999Z"},
		{"1990-12-31T23:59:60.75Z", "1990-12-31T23:59:59.999999999Z"},
		{"1990-12-31T15:59:60-08:00", "1990-12-31T23:59:59.999999999Z"},
		{"2026-01-02T12:00:60Z", ""},
		{"2026-01-02T23:59:60Z", ""},
		{"1990-12-31T23:59:60-08:00", ""},
		{"2026-01-02T03:04:61Z", ""},
		{"2026-01-02T3:04:05Z", ""},
		{"2026-01-02T03:04:05,5Z", ""},
		{"2026-01-02T03:04:05.Z", ""},
		{"2026-01-02T03:04:05+24:00", ""},
		{"2026-01-02T03:04:05+00:60", ""},
		{"2026-01-02T03:04:05+0100", ""},
		{"2026-01-02T03:04:05+1:00", ""},
		{"2026-01-02T03:04:05", ""},
		{"2026-01-02T03:04Z", ""},
		{"2026-01-02 03:04:05Z", ""},
		{"2026-01-02", ""},
		{"2026-02-29T00:00:00Z", ""},
		{"2026-13-01T00:00:00Z", ""},
		{"2026-00-01T00:00:00Z", ""},
		{"2026-01-00T00:00:00Z", ""},
		{"2026-04-31T00:00:00Z", ""},
		{"2026-01-02T24:00:00Z", ""},
		{"2026-01-02T03:60:00Z", ""},
		{"+026-01-02T03:04:05Z", ""},
		{"2026-01-02T03:04:05Z ", ""},
		{"2026-01-02T03:04:05ZZ", ""},
		{"1767323045", ""},
		{"yesterday", ""},
		{"", ""},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			got, ok := event.ParseTime(tt.text)
			if text := got.Format(time.RFC3339Nano); ok != (tt.want != "") || ok && text != tt.want {
				t.Errorf("ParseTime(%q) is %s, %v, want %q", tt.text, text, ok, tt.want)
			}
		})
	}
}

func TestUUIDVersion(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want int // 0 for none
	}{
		{"0b8f5c86-52b1-4f0e-9d5c-0c1f3ad2a111", 4},
		{"0B8F5C86-52B1-4F0E-BD5C-0C1F3AD2A111", 4},
		{"01890a5d-ac96-774b-bcce-b302099a8057", 7},
		{"c232ab00-9414-11ec-b3c8-9f6bdeced846", 1},
		{"320c3d4d-cc00-875b-8ec9-32d5f69181c0", 8},
		{"00000000-0000-0000-0000-000000000000", 0},
		{"ffffffff-ffff-ffff-ffff-ffffffffffff", 0},
		{"0b8f5c86-52b1-9f0e-9d5c-0c1f3ad2a111", 0},
		{"0b8f5c86-52b1-0f0e-9d5c-0c1f3ad2a111", 0},
		{"0b8f5c86-52b1-4f0e-cd5c-0c1f3ad2a111", 0},
		{"0b8f5c86-52b1-4f0e-7d5c-0c1f3ad2a111", 0},
		{"0b8f5c8652b14f0e9d5c0c1f3ad2a111", 0},
		{"{0b8f5c86-52b1-4f0e-9d5c-0c1f3ad2a111}", 0},
		{"urn:uuid:0b8f5c86-52b1-4f0e-9d5c-0c1f3ad2a111", 0},
		{"0b8f5c86-52b1-4f0e-9d5c-0c1f3ad2a11g", 0},
		{"0b8f5c86-52b14-f0e-9d5c-0c1f3ad2a111", 0},
		{"0b8f5c86-52b1-4f0e-9d5c-0c1f3ad2a11", 0},
		{"", 0},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			if got, ok := event.UUIDVersion(tt.text); ok != (tt.want != 0) || ok && got != tt.want {
				t.Errorf("UUIDVersion(%q) is %d, %v, want %d", tt.text, got, ok, tt.want)
			}
		})
	}
}

// A form is a check of a text, with texts that pass and texts that do not.
type form struct {
	name      string
	check     func(string) bool
	good, bad []string
}

var forms = []form{
	{"ULID", event.IsULID,
		[]string{"01ARZ3NDEKTSV4RRFFQ69G5FAV", "01arz3ndektsv4rrffq69g5fav", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "00000000000000000000000000"},
		[]string{"", "01ARZ3NDEKTSV4RRFFQ69G5FA", "01ARZ3NDEKTSV4RRFFQ69G5FAVX", "8ZZZZZZZZZZZZZZZZZZZZZZZZZ", "01ARZ3NDEKTSV4RRFFQ69G5FAI",
			"01ARZ3NDEKTSV4RRFFQ69G5FAl", "01ARZ3NDEKTSV4RRFFQ69G5FAo", "01ARZ3NDEKTSV4RRFFQ69G5FAU", "01ARZ3NDEK-SV4RRFFQ69G5FAV", "01ARZ3NDEK!SV4RRFFQ69G5FAV"}},
	{"traceparent", event.IsTraceParent,
		[]string{"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
			"cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-comes"},
		[]string{"", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331", "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
			"00-00000000000000000000000000000000-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
			"ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
			"cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01x", "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
			"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g", " 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}},
	{"tracestate", event.IsTraceState,
		[]string{"", "rojo=00f067aa0ba902b7", "rojo=1,congo=t61rcWkgMzE", "fw529a3039@dt=FfffffeD, a_b-c*d/e=x", "a=1,,b=2", "1ab@x=1", "a= v"},
		[]string{"rojo", "=1", "a=", "a=b=c", "A=1", "1a=1", "a=1,a=2", "a=x\ty", "a@=1", "@a=1", "a@b@c=1", "ä=1", "a=é",
			strings.Repeat("a", 257) + "=1", "a=" + strings.Repeat("v", 257), "a@" + strings.Repeat("s", 15) + "=1", manyMembers(33)}},
	{"URI", event.IsURI,
		[]string{"https://example.com/a/b?c=d#e", "urn:schema:orders-value:3", "mailto:a@example.com", "http://[2001:db8::1]:8080/", "a+b.c-d:", "s3://bucket/key%20x", "http://[v1.a:b]/"},
		[]string{"", "/relative", "//host/x", "1a:b", ":x", "https://exa mple.com", "https://example.com/%zz", "https://example.com/%2", "https://example.com/ä", "http://[::1",
			"http://[::1%25eth0]/", "http://[1.2.3.4]/", "http://[v.a]/", "http://host:port/", "http://a[b/", "https://x/#a#b", "https://x/a\\b", "https://x/{y}"}},
	{"URI reference", event.IsURIReference,
		[]string{"", "/orders/42", "orders", "../up", "?q", "#f", "//host/path", "a/b:c", "./a:b", "https://example.com", "/a?b=/?", "orders;v=1,2"},
		[]string{"a b", "a:b c", "1:b", "\"quoted\"", "a<b>", "a|b", "a^b", "/100%", "žluť", "a\nb", "[x]"}},
	{"media type", isMediaType,
		[]string{"application/json", "Application/JSON", "application/cloudevents+json; charset=utf-8", `text/plain; a="b;c\"d"; e=f`, "avro/binary", "a/b ;c=d", "a/b;"},
		[]string{"", "json", "application/", "/json", "application/json/x", "application json/x", "a/b; c", "a/b; c=", `a/b; c="d`, `a/b; c="d"e`, "a/b; =d", "a/b, c/d", "ä/b"}},
}

func isMediaType(s string) bool {
	_, ok := event.MediaType(s)
	return ok
}

func manyMembers(n int) string {
	members := make([]string, n)
	for i := range members {
		members[i] = "k" + strings.Repeat("x", i) + "=1"
	}
	return strings.Join(members, ",")
}

func TestForms(t *testing.T) {
	t.Parallel()
	for _, f := range forms {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			for _, text := range f.good {
				if !f.check(text) {
					t.Errorf("%q is none, want it to be one", text)
				}
			}
			for _, text := range f.bad {
				if f.check(text) {
					t.Errorf("%q is one, want it not to be", text)
				}
			}
		})
	}
}

func TestMediaType(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text, want string
		json       bool
	}{
		{"Application/JSON; charset=UTF-8", "application/json", true},
		{"text/json", "text/json", true},
		{"application/vnd.a+json", "application/vnd.a+json", true},
		{"application/json-seq", "application/json-seq", false},
		{"application/avro", "application/avro", false},
	}
	for _, tt := range tests {
		got, ok := event.MediaType(tt.text)
		if !ok || got != tt.want || event.IsJSON(got) != tt.json {
			t.Errorf("MediaType(%q) is %q, %v, JSON %v, want %q, JSON %v", tt.text, got, ok, event.IsJSON(got), tt.want, tt.json)
		}
	}
}
