package event_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/envelope/event"
	"github.com/treatyhq/treaty/envelope/verdict"
)

// now is the clock of the tests.
var now = time.Date(2026, 1, 2, 3, 10, 0, 0, time.UTC)

// lines prints findings, a line each.
func lines(findings []verdict.Finding) []string {
	var out []string
	for _, f := range findings {
		out = append(out, fmt.Sprintf("%s %s %s", f.Severity, f.Code, f.Path))
		if f.Class != verdict.Permanent || f.Message == "" {
			out = append(out, fmt.Sprintf("class %s, message %q", f.Class, f.Message))
		}
	}
	return out
}

// plain is an event with some members in the place of others or behind them; one whose new text is empty is left out.
func plain(edits ...string) string {
	members := []string{`"eventId"`, `"e-1"`, `"eventType"`, `"OrderPlaced"`, `"occurredAt"`, `"2026-01-02T03:04:05Z"`, `"data"`, `{"qty":3}`}
	for i := 0; i < len(edits); i += 2 {
		if at := slices.Index(members, edits[i]); at >= 0 {
			members[at+1] = edits[i+1]
			continue
		}
		members = append(members, edits[i], edits[i+1])
	}
	var b strings.Builder
	for i := 0; i < len(members); i += 2 {
		if members[i+1] != "" {
			fmt.Fprintf(&b, ",%s:%s", members[i], members[i+1])
		}
	}
	return "{" + strings.TrimPrefix(b.String(), ",") + "}"
}

func TestParsePlain(t *testing.T) {
	t.Parallel()
	text := plain(`"version"`, "2", `"source"`, `"/shop"`, `"correlationId"`, `"c-1"`, `"causationId"`, `"c-0"`,
		`"traceparent"`, `"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"`, `"aggregateId"`, `"order-42"`, `"sequence"`, "17",
		`"tenant"`, `{"a":[1.50,"\u0041"]}`, `"nothing"`, "null")
	e, findings := event.ParsePlain([]byte(text))
	if findings = append(findings, e.Check(event.Rules{}, now)...); findings != nil {
		t.Fatalf("findings: %v", lines(findings))
	}
	got := []string{e.ID, e.Type, e.Version, e.Source, e.CorrelationID, e.CausationID, e.TraceParent, e.Subject, e.Sequence, string(e.Data), e.Time.String()}
	want := []string{"e-1", "OrderPlaced", "2", "/shop", "c-1", "c-0", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "order-42", "17",
		`{"qty":3}`, "2026-01-02 03:04:05 +0000 UTC"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("envelope (-want +got):\n%s", diff)
	}
	shown := `{"eventId":"e-1","eventType":"OrderPlaced","occurredAt":"2026-01-02T03:04:05Z","version":2,"source":"/shop","correlationId":"c-1","causationId":"c-0",` +
		`"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","aggregateId":"order-42","sequence":17,"tenant":{"a":[1.50,"\u0041"]}}`
	if diff := cmp.Diff(shown, string(e.AppendJSON(nil))); diff != "" {
		t.Errorf("shown (-want +got):\n%s", diff)
	}
}

func TestPlainFindings(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       []string
	}{
		{"nothing wrong", plain(), nil},
		{"the other spelling", `{"id":"1","type":"a","timestamp":"2026-01-02T03:04:05Z","data":null}`, nil},
		{"no id", plain(`"eventId"`, ""), []string{"error ENV_ID_MISSING envelope.id"}},
		{"id null", plain(`"eventId"`, "null"), []string{"error ENV_ID_MISSING envelope.id"}},
		{"no type", plain(`"eventType"`, ""), []string{"error ENV_TYPE_MISSING envelope.type"}},
		{"no time", plain(`"occurredAt"`, ""), []string{"error ENV_TIME_MISSING envelope.time"}},
		{"no data", plain(`"data"`, ""), []string{"error ENV_DATA_MISSING envelope.data"}},
		{"data null", plain(`"data"`, "null"), nil},
		{"nothing at all", "{}", []string{"error ENV_ID_MISSING envelope.id", "error ENV_TYPE_MISSING envelope.type", "error ENV_TIME_MISSING envelope.time", "error ENV_DATA_MISSING envelope.data"}},
		{"id a number", plain(`"eventId"`, "7"), []string{"error ENV_ATTR_TYPE envelope.eventId"}},
		{"id empty", plain(`"eventId"`, `""`), []string{"error ENV_ID_FORMAT envelope.eventId"}},
		{"id of 255 bytes", plain(`"eventId"`, `"`+strings.Repeat("x", 255)+`"`), nil},
		{"id of 256 bytes", plain(`"eventId"`, `"`+strings.Repeat("x", 256)+`"`), []string{"error ENV_ID_FORMAT envelope.eventId"}},
		{"id with a control character", plain(`"eventId"`, `"a\u0007b"`), []string{"error ENV_ID_FORMAT envelope.eventId"}},
		{"id with a C1 control character", plain(`"eventId"`, `"a\u0085b"`), []string{"error ENV_ID_FORMAT envelope.eventId"}},
		{"id the nil UUID", plain(`"eventId"`, `"00000000-0000-0000-0000-000000000000"`), []string{"error ENV_ID_FORMAT envelope.eventId"}},
		{"id the max UUID", plain(`"eventId"`, `"FFFFFFFF-ffff-ffff-ffff-ffffffffffff"`), []string{"error ENV_ID_FORMAT envelope.eventId"}},
		{"type empty", plain(`"eventType"`, `""`), []string{"error ENV_TYPE_FORMAT envelope.eventType"}},
		{"type too long", plain(`"eventType"`, `"`+strings.Repeat("x", 256)+`"`), []string{"error ENV_TYPE_FORMAT envelope.eventType"}},
		{"type with a newline", plain(`"eventType"`, `"a\nb"`), []string{"error ENV_TYPE_FORMAT envelope.eventType"}},
		{"time a number", plain(`"occurredAt"`, "1767323045000"), []string{"error ENV_TIME_FORMAT envelope.occurredAt"}},
		{"time with one digit", plain(`"occurredAt"`, `"2026-01-02T3:04:05Z"`), []string{"error ENV_TIME_FORMAT envelope.occurredAt"}},
		{"time an object", plain(`"occurredAt"`, "{}"), []string{"error ENV_ATTR_TYPE envelope.occurredAt"}},
		{"time just ahead", plain(`"occurredAt"`, `"2026-01-02T03:15:00Z"`), nil},
		{"time over five minutes ahead", plain(`"occurredAt"`, `"2026-01-02T03:15:01Z"`), []string{"warning ENV_TIME_FUTURE envelope.occurredAt"}},
		{"time an hour ahead", plain(`"occurredAt"`, `"2026-01-02T04:10:00Z"`), []string{"warning ENV_TIME_FUTURE envelope.occurredAt"}},
		{"time over an hour ahead", plain(`"occurredAt"`, `"2026-01-02T04:10:01Z"`), []string{"error ENV_TIME_FUTURE envelope.occurredAt"}},
		{"time long ago", plain(`"occurredAt"`, `"1970-01-01T00:00:00Z"`), nil},
		{"version a label", plain(`"version"`, `"1.0"`), nil},
		{"version zero", plain(`"version"`, "0"), []string{"error ENV_VERSION_SYNTAX envelope.version"}},
		{"version with a fraction", plain(`"version"`, "1.5"), []string{"error ENV_VERSION_SYNTAX envelope.version"}},
		{"version empty", plain(`"version"`, `""`), []string{"error ENV_VERSION_SYNTAX envelope.version"}},
		{"version true", plain(`"version"`, "true"), []string{"error ENV_ATTR_TYPE envelope.version"}},
		{"source empty", plain(`"source"`, `""`), []string{"error ENV_SOURCE_FORMAT envelope.source"}},
		{"source with a space", plain(`"source"`, `"order service"`), []string{"error ENV_SOURCE_FORMAT envelope.source"}},
		{"trace invalid", plain(`"traceparent"`, `"00-0-0-0"`), []string{"warning ENV_TRACE_FORMAT envelope.traceparent"}},
		{"trace a number", plain(`"traceparent"`, "5"), []string{"warning ENV_TRACE_FORMAT envelope.traceparent"}},
		{"trace empty", plain(`"traceparent"`, `""`), []string{"warning ENV_TRACE_FORMAT envelope.traceparent"}},
		{"its own cause", plain(`"causationId"`, `"e-1"`), []string{"warning ENV_CAUSATION_SELF envelope.causationId"}},
		{"a member twice", plain()[:len(plain())-1] + `,"eventId":"e-2"}`, []string{"error ENV_DUP_KEY envelope.eventId"}},
		{"a member twice, escaped", plain()[:len(plain())-1] + `,"\u0065ventId":"e-2"}`, []string{"error ENV_DUP_KEY envelope.eventId"}},
		{"an unknown member twice", plain(`"x"`, `1,"x":2`), []string{"error ENV_DUP_KEY envelope.x"}},
		{"data twice", plain(`"data"`, `{},"data":{}`), []string{"error ENV_DUP_KEY envelope.data"}},
		{"both spellings", plain(`"id"`, `"e-1"`), []string{"error ENV_DUP_KEY envelope.id"}},
		{"both spellings of the time", plain(`"timestamp"`, `"2026-01-02T03:04:05Z"`), []string{"error ENV_DUP_KEY envelope.timestamp"}},
		{"another case beside it", plain(`"EVENTID"`, `"e-2"`), []string{"error ENV_DUP_KEY envelope.EVENTID"}},
		{"another case of the other spelling", plain(`"ID"`, `"e-2"`), []string{"error ENV_DUP_KEY envelope.ID"}},
		{"another case alone", plain(`"Source"`, `"/x"`), []string{"error ENV_ATTR_NAME envelope.Source"}},
		{"a long s", plain(`"\u017fource"`, `"/x"`), []string{"error ENV_ATTR_NAME envelope.ſource"}},
		{"another case of data", plain(`"Data"`, `1`), []string{"error ENV_DUP_KEY envelope.Data"}},
		{"twice inside a member", plain(`"meta"`, `{"a":{"b":1,"b":2}}`), []string{"error ENV_DUP_KEY envelope.meta"}},
		{"twice inside the data", plain(`"data"`, `{"a":1,"a":2}`), nil}, // for those who read them
		{"data and a reference", plain(`"dataRef"`, `"s3://b/k"`), []string{"error ENV_DATA_XOR envelope.dataRef", "warning ENV_REF_UNVERIFIED envelope.dataRef"}},
		{"no JSON", `{"eventId":`, []string{"error JSON_SYNTAX envelope.eventId"}},
		{"two objects", "{} {}", []string{"error JSON_SYNTAX envelope"}},
		{"an array", "[1]", []string{"error ENV_NOT_OBJECT envelope"}},
		{"a broken array", "[1", []string{"error JSON_SYNTAX envelope[0]"}},
		{"no UTF-8", "{\"a\":\"\xff\"}", []string{"error JSON_UNICODE envelope.a"}},
		{"data as deep as they may be", plain(`"data"`, strings.Repeat("[", 100)+strings.Repeat("]", 100)), nil},
		{"data too deep", plain(`"data"`, strings.Repeat("[", 101)+strings.Repeat("]", 101)), []string{"error JSON_DEPTH envelope.data" + strings.Repeat("[0]", 100)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e, findings := event.ParsePlain([]byte(tt.text))
			findings = append(findings, e.Check(event.Rules{}, now)...)
			if diff := cmp.Diff(tt.want, lines(findings)); diff != "" {
				t.Errorf("findings of %s (-want +got):\n%s%v", tt.text, diff, findings)
			}
		})
	}
}

func TestReference(t *testing.T) {
	t.Parallel()
	sum := strings.Repeat("0123456789abcdef", 4)
	tests := []struct {
		name, ref string
		want      []string
	}{
		{"all of it", `{"uri":"s3://bucket/key","size":12,"sha256":"` + sum + `","contentType":"application/json","expires":"2026-02-01T00:00:00Z"}`, nil},
		{"as little as possible", `{"uri":"HTTPS://example.com/x","sha256":"` + strings.ToUpper(sum) + `","mine":1}`, nil},
		{"without a sum", `{"uri":"gs://bucket/key"}`, []string{"warning ENV_REF_UNVERIFIED envelope.dataRef"}},
		{"a URI alone", `"azblob://c/b"`, []string{"warning ENV_REF_UNVERIFIED envelope.dataRef"}},
		{"http", `"http://169.254.169.254/latest"`, []string{"error ENV_REF_UNVERIFIED envelope.dataRef"}},
		{"a file", `{"uri":"file:///etc/passwd","sha256":"` + sum + `"}`, []string{"error ENV_REF_UNVERIFIED envelope.dataRef"}},
		{"relative", `"/x"`, []string{"error ENV_REF_UNVERIFIED envelope.dataRef"}},
		{"no URI", `"s3://a b"`, []string{"error ENV_REF_FORMAT envelope.dataRef"}},
		{"without a URI", `{"size":1}`, []string{"error ENV_REF_FORMAT envelope.dataRef"}},
		{"a number", `1`, []string{"error ENV_REF_FORMAT envelope.dataRef"}},
		{"a URI that is a number", `{"uri":1}`, []string{"error ENV_REF_FORMAT envelope.dataRef.uri"}},
		{"a negative size", `{"uri":"s3://b/k","size":-1,"sha256":"` + sum + `"}`, []string{"error ENV_REF_FORMAT envelope.dataRef.size"}},
		{"a short sum", `{"uri":"s3://b/k","sha256":"abc"}`, []string{"error ENV_REF_FORMAT envelope.dataRef.sha256"}},
		{"no media type", `{"uri":"s3://b/k","sha256":"` + sum + `","contentType":"json"}`, []string{"error ENV_REF_FORMAT envelope.dataRef.contentType"}},
		{"no time", `{"uri":"s3://b/k","sha256":"` + sum + `","expires":1}`, []string{"error ENV_REF_FORMAT envelope.dataRef.expires"}},
		{"a member twice", `{"uri":"s3://b/k","uri":"s3://b/l","sha256":"` + sum + `"}`, []string{"error ENV_DUP_KEY envelope.dataRef"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e, findings := event.ParsePlain([]byte(plain(`"data"`, "", `"dataRef"`, tt.ref)))
			findings = append(findings, e.Check(event.Rules{}, now)...)
			if diff := cmp.Diff(tt.want, lines(findings)); diff != "" {
				t.Errorf("findings of %s (-want +got):\n%s", tt.ref, diff)
			}
		})
	}
}
