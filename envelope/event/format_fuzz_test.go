package event_test

import (
	"mime"
	"net/url"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/treatyhq/treaty/envelope/event"
)

// FuzzFormats holds the readers of formats to the standard library's, which take more in places and less in others: what
// is read here is read there, and means the same, but for the liberties that are named.
func FuzzFormats(f *testing.F) {
	for _, seed := range []string{
		"2026-01-02T03:04:05.5+02:30", "1990-12-31T23:59:60Z", "2026-01-02t03:04:05z", "0b8f5c86-52b1-4f0e-9d5c-0c1f3ad2a111", "https://u@h:1/p?q#f",
		`a/b; c="d\"e"; f=g`, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "a=1,b@c=2", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "urn:schema:a:1", "http://[::1]:80/",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if at, ok := event.ParseTime(s); ok && s[17:19] != "60" {
			if want, err := time.Parse(time.RFC3339, strings.ToUpper(s)); err != nil || !want.Equal(at) {
				t.Errorf("the time %q is %v, and %v, %v for the standard library", s, at, want, err)
			}
		}
		if kind, ok := event.MediaType(s); ok {
			if want, _, err := mime.ParseMediaType(s); err == nil && want != kind {
				t.Errorf("the media type %q is %q, and %q for the standard library", s, kind, want)
			}
		}
		if scheme := strings.ToLower(event.Scheme(s)); event.IsURIReference(s) && !strings.ContainsAny(s, "[%") {
			if u, err := url.Parse(s); err != nil || u.Scheme != scheme {
				t.Errorf("the URI %q has the scheme %q, and %v, %v for the standard library", s, scheme, u, err)
			}
		}
		(&event.Envelope{DataSchema: s}).SchemaName()
		event.IsTraceParent(s)
		event.IsTraceState(s)
		event.IsULID(s)
		event.UUIDVersion(s)
	})
}

// Every time that the standard library writes is read as it was.
func TestParseTimeReadsWhatIsWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		zone := time.FixedZone("", 60*rapid.IntRange(-1439, 1439).Draw(t, "minutes"))
		want := time.Unix(rapid.Int64Range(-62135596800, 253402214400).Draw(t, "seconds"), rapid.Int64Range(0, 999_999_999).Draw(t, "nanos")).In(zone)
		text := want.Format(time.RFC3339Nano)
		if want.Year() < 0 || want.Year() > 9999 {
			return
		}
		if got, ok := event.ParseTime(text); !ok || !got.Equal(want) {
			t.Fatalf("%s is read as %v, %v", text, got, ok)
		}
	})
}
