package event_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/treatyhq/treaty/envelope/event"
	"github.com/treatyhq/treaty/envelope/verdict"
)

// parse reads what an event's Message has written.
func parse(form event.Form, headers []event.Header, body []byte) (*event.Envelope, []verdict.Finding) {
	switch form {
	case event.Plain:
		return event.ParsePlain(body)
	case event.Structured:
		return event.ParseStructured(body)
	case event.HTTPBinary:
		return event.ParseHTTP(headers, body)
	default:
		return event.ParseKafka(headers, body)
	}
}

// attributeText draws what an attribute can say.
func attributeText(t *rapid.T, label string) string {
	text := rapid.StringMatching(`[a-zA-Z0-9 "%\\/:;,=é€😀~_-]{1,20}`).Draw(t, label)
	if rapid.Bool().Draw(t, label+" is any") {
		text = rapid.StringOfN(rapid.RuneFrom(nil, unicode.L, unicode.N, unicode.P, unicode.S, unicode.Zs), 1, 20, -1).Draw(t, label)
	}
	return text
}

// drawn draws a CloudEvent in the JSON form.
func drawn(t *rapid.T) []byte {
	members := map[string]any{
		"specversion": "1.0", "id": attributeText(t, "id"), "source": rapid.StringMatching(`/[a-z]{0,9}(%20)?`).Draw(t, "source"), "type": attributeText(t, "type"),
	}
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"subject", "comexample", "correlationid", "causationid", "partitionkey", "x1"}), 0, 6, rapid.ID).Draw(t, "names") {
		members[name] = attributeText(t, name)
	}
	if rapid.Bool().Draw(t, "numbers") {
		members["n"], members["b"] = rapid.Int32().Draw(t, "n"), rapid.Bool().Draw(t, "b")
	}
	switch rapid.IntRange(0, 3).Draw(t, "data") {
	case 0:
		members["data"] = rapid.SampledFrom([]any{nil, 1.5, "x", map[string]any{"a": []any{"é"}}, false}).Draw(t, "value")
	case 1:
		members["data"], members["datacontenttype"] = 1, "application/x+json"
	case 2:
		members["data_base64"] = base64.StdEncoding.EncodeToString(rapid.SliceOfN(rapid.Byte(), 1, 20).Draw(t, "bytes"))
		members["datacontenttype"] = "application/avro"
	}
	text, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// texts returns what an event says without regard to its form: numbers and booleans are texts in headers, and the content
// type is said in the binary forms.
func texts(t *rapid.T, e *event.Envelope) string {
	var members map[string]any
	if err := json.Unmarshal(e.AppendJSON(nil), &members); err != nil {
		t.Fatalf("%s: %v", e.AppendJSON(nil), err)
	}
	for name, value := range members {
		if _, ok := value.(string); ok {
			continue
		}
		literal, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		members[name] = string(literal)
	}
	if _, ok := members["datacontenttype"]; !ok && e.Data != nil {
		members["datacontenttype"] = "application/json"
	}
	members["data"], members["binary"] = string(e.Data), e.Binary
	text, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A CloudEvent says the same in every form, from whichever it is written to whichever.
func TestFormsRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := drawn(t)
		e, findings := event.ParseStructured(text)
		if findings != nil {
			t.Fatalf("%s: %v", text, findings)
		}
		want := texts(t, e)
		for range 3 {
			form := rapid.SampledFrom([]event.Form{event.Structured, event.HTTPBinary, event.Kafka}).Draw(t, "form")
			e.Form = form
			headers, body := e.Message()
			next, findings := parse(form, headers, body)
			if got := texts(t, next); findings != nil || got != want {
				t.Fatalf("form %d of %s: %v\n%v\n%s\ngot  %s\nwant %s", form, text, findings, headers, body, got, want)
			}
			e = next
		}
	})
}

// An event that is written as it came says the same, member by member, with its numbers as they were.
func TestMessageKeepsMembers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		text  string
		parse func([]byte) (*event.Envelope, []verdict.Finding)
		want  string
	}{
		{"plain", `{ "eventId":"1", "data" : {"n":1.0}, "x":[1e2, "\u00e9"],"eventType":"t","occurredAt":"2026-01-02T03:04:05Z"}`, event.ParsePlain,
			`{"eventId":"1","x":[1e2, "\u00e9"],"eventType":"t","occurredAt":"2026-01-02T03:04:05Z","data":{"n":1.0}}`},
		{"structured", `{"data_base64":"AAE=","specversion":"1.0","id":"1","n":5,"source":"s","type":"t"}`, event.ParseStructured,
			`{"specversion":"1.0","id":"1","n":5,"source":"s","type":"t","data_base64":"AAE="}`},
		{"without data", `{"specversion":"1.0","id":"1","source":"s","type":"t"}`, event.ParseStructured, `{"specversion":"1.0","id":"1","source":"s","type":"t"}`},
		{"empty", `{}`, event.ParsePlain, `{}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e, _ := tt.parse([]byte(tt.text))
			if _, body := e.Message(); string(body) != tt.want {
				t.Errorf("got  %s\nwant %s", body, tt.want)
			}
		})
	}
}

func TestSet(t *testing.T) {
	t.Parallel()
	e, _ := event.ParseStructured([]byte(`{"specversion":"1.0","dataschema":"urn:schema:a:1","id":"1","source":"s","type":"t","data":1}`))
	before := *e
	e.Set("dataschema", "urn:schema:a:2")
	e.Set("originalversion", "1")
	e.Data = []byte(`{"new":true}`)
	want := `{"specversion":"1.0","dataschema":"urn:schema:a:2","id":"1","source":"s","type":"t","originalversion":"1","data":{"new":true}}`
	if _, body := e.Message(); string(body) != want {
		t.Errorf("got  %s\nwant %s", body, want)
	}
	want = `{"specversion":"1.0","dataschema":"urn:schema:a:1","id":"1","source":"s","type":"t","data":1}`
	if _, body := before.Message(); string(body) != want {
		t.Errorf("the copy is now %s\nwant %s", body, want)
	}
}

// Bytes without a content type stay bytes: where the JSON form assumes nothing, headers must not assume JSON.
func TestUnnamedBytes(t *testing.T) {
	t.Parallel()
	e, _ := event.ParseStructured([]byte(`{"specversion":"1.0","id":"1","source":"s","type":"t","data_base64":"MQ=="}`))
	e.Form = event.Kafka
	headers, body := e.Message()
	back, findings := event.ParseKafka(headers, body)
	if findings != nil || string(back.Binary) != "1" || back.Data != nil {
		t.Errorf("got data %s, binary %s, %v", back.Data, back.Binary, findings)
	}
}

// A string that is not said to be JSON is text: headers carry what it says, and not its quotes.
func TestTextData(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, contentType, data, want string }{
		{"text", "text/plain", `"a\u0041\n"`, "aA\n"},
		{"no text", "text/plain", `{"a":1}`, `{"a":1}`},
		{"JSON", "application/json", `"a"`, `"a"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e, _ := event.ParseStructured([]byte(cloud(`"datacontenttype"`, `"`+tt.contentType+`"`, `"data"`, tt.data)))
			e.Form = event.HTTPBinary
			if _, body := e.Message(); string(body) != tt.want {
				t.Errorf("the body is %q, want %q", body, tt.want)
			}
		})
	}
}

// FuzzParse holds the parsers to what they promise: no panic, findings for what is not JSON, and an event without errors
// that is written and read again says the same.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		plain(), cloud(), cloud(`"data"`, "", `"data_base64"`, `"AAE="`), plain(`"data"`, "", `"dataRef"`, `{"uri":"s3://b/k","size":1e2,"sha256":"00"}`),
		plain(`"x"`, `{"a":1,"a":2}`), `{"EVENTID":1,"eventId":2}`, `{"id":"\ud800"}`, "[", "null", `{"time":"2026-01-02T03:04:05+24:00","dataschema":"urn:schema:%zz:1"}`,
	} {
		f.Add([]byte(seed), "ce-subject", "a%20b", true)
		f.Add([]byte(seed), "ce_time", "\xff", false)
	}
	f.Fuzz(func(t *testing.T, text []byte, name, value string, http bool) {
		check := func(e *event.Envelope, findings []verdict.Finding) {
			if shown := e.AppendJSON(nil); !json.Valid(shown) {
				t.Fatalf("%q is shown as %q", text, shown)
			}
			if findings = append(findings, e.Check(event.Rules{}, now)...); !verdict.Valid(findings) {
				return
			}
			headers, body := e.Message()
			back, again := parse(e.Form, headers, body)
			if again = append(again, back.Check(event.Rules{}, now)...); !verdict.Valid(again) {
				t.Fatalf("%q is valid, and what is written of it is not: %q, %v, %v", text, headers, body, again)
			}
			if back.ID != e.ID || back.Type != e.Type || !back.Time.Equal(e.Time) || !bytes.Equal(back.Data, e.Data) || !bytes.Equal(back.Binary, e.Binary) {
				t.Fatalf("%q is written as %q, %q, which says another thing: %+v, %+v", text, headers, body, e, back)
			}
		}
		check(event.ParsePlain(text))
		check(event.ParseStructured(text))
		standard, parse := kafkaHeaders, event.ParseKafka
		if http {
			standard, parse = httpHeaders, event.ParseHTTP
		}
		check(parse(headers(append(standard[:len(standard):len(standard)], name, value)...), text))
	})
}
