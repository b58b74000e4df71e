package event_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/envelope/event"
)

// cloud is a CloudEvent with some members in the place of others or behind them; one whose new text is empty is left out.
func cloud(edits ...string) string {
	standard := []string{`"eventId"`, "", `"eventType"`, "", `"occurredAt"`, "", `"specversion"`, `"1.0"`, `"id"`, `"i-1"`, `"source"`, `"/shop"`,
		`"type"`, `"com.example.placed"`, `"time"`, `"2026-01-02T03:04:05Z"`}
	for i := 0; i < len(edits); i += 2 {
		for j := 0; j < len(standard); j += 2 {
			if standard[j] == edits[i] {
				standard[j+1] = edits[i+1]
			}
		}
	}
	return plain(append(standard, edits...)...)
}

func TestStructuredFindings(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       []string
	}{
		{"nothing wrong", cloud(), nil},
		{"as little as possible", `{"specversion":"1.0","id":"1","source":"s","type":"t"}`, nil},
		{"no specversion", cloud(`"specversion"`, ""), []string{"error ENV_SPEC_VERSION envelope.specversion"}},
		{"another specversion", cloud(`"specversion"`, `"0.3"`), []string{"error ENV_SPEC_VERSION envelope.specversion"}},
		{"no id", cloud(`"id"`, ""), []string{"error ENV_ID_MISSING envelope.id"}},
		{"id null", cloud(`"id"`, "null"), []string{"error ENV_ID_MISSING envelope.id"}},
		{"id empty", cloud(`"id"`, `""`), []string{"error ENV_ID_FORMAT envelope.id"}},
		{"id a number", cloud(`"id"`, "1"), []string{"error ENV_ATTR_TYPE envelope.id"}},
		{"no source", cloud(`"source"`, ""), []string{"error ENV_SOURCE_MISSING envelope.source"}},
		{"source empty", cloud(`"source"`, `""`), []string{"error ENV_SOURCE_FORMAT envelope.source"}},
		{"source no URI", cloud(`"source"`, `"a b"`), []string{"error ENV_SOURCE_FORMAT envelope.source"}},
		{"no type", cloud(`"type"`, ""), []string{"error ENV_TYPE_MISSING envelope.type"}},
		{"type empty", cloud(`"type"`, `""`), []string{"error ENV_TYPE_FORMAT envelope.type"}},
		{"time with a comma", cloud(`"time"`, `"2026-01-02T03:04:05,5Z"`), []string{"error ENV_TIME_FORMAT envelope.time"}},
		{"time a number", cloud(`"time"`, "1767323045000"), []string{"error ENV_ATTR_TYPE envelope.time"}},
		{"time ahead", cloud(`"time"`, `"2026-01-02T03:20:00Z"`), []string{"warning ENV_TIME_FUTURE envelope.time"}},
		{"time far ahead", cloud(`"time"`, `"2027-01-02T03:20:00Z"`), []string{"error ENV_TIME_FUTURE envelope.time"}},
		{"subject", cloud(`"subject"`, `"order-42"`), nil},
		{"subject empty", cloud(`"subject"`, `""`), []string{"error ENV_ATTR_TYPE envelope.subject"}},
		{"content type", cloud(`"datacontenttype"`, `"application/json; charset=utf-8"`), nil},
		{"no content type", cloud(`"datacontenttype"`, `"json"`), []string{"error ENV_ATTR_TYPE envelope.datacontenttype"}},
		{"dataschema", cloud(`"dataschema"`, `"urn:schema:orders:1"`), nil},
		{"dataschema foreign", cloud(`"dataschema"`, `"https://example.com/x.json"`), []string{"warning ENV_SCHEMA_FOREIGN envelope.dataschema"}},
		{"dataschema relative", cloud(`"dataschema"`, `"/subjects/a/versions/1"`), []string{"error ENV_ATTR_TYPE envelope.dataschema"}},
		{"extensions of every type", cloud(`"a1"`, "true", `"b"`, "-2147483648", `"c"`, `"x"`, `"d"`, "null"), nil},
		{"a name in capitals", cloud(`"ID"`, `"x"`), []string{"error ENV_ATTR_NAME envelope.ID"}},
		{"a name with an underscore", cloud(`"my_ext"`, "1"), []string{"error ENV_ATTR_NAME envelope.my_ext"}},
		{"a name with a hyphen", cloud(`"my-ext"`, "1"), []string{"error ENV_ATTR_NAME envelope.my-ext"}},
		{"no name", cloud(`""`, "1"), []string{`error ENV_ATTR_NAME envelope[""]`}},
		{"another case of data", cloud(`"Data"`, "1"), []string{"error ENV_ATTR_NAME envelope.Data"}},
		{"a number beyond 32 bits", cloud(`"n"`, "2147483648"), []string{"error ENV_ATTR_TYPE envelope.n"}},
		{"a number with a fraction", cloud(`"n"`, "1.5"), []string{"error ENV_ATTR_TYPE envelope.n"}},
		{"a number with a point", cloud(`"n"`, "1.0"), []string{"error ENV_ATTR_TYPE envelope.n"}},
		{"a number with an exponent", cloud(`"n"`, "1e3"), []string{"error ENV_ATTR_TYPE envelope.n"}},
		{"an object", cloud(`"o"`, "{}"), []string{"error ENV_ATTR_TYPE envelope.o"}},
		{"an array", cloud(`"o"`, "[1]"), []string{"error ENV_ATTR_TYPE envelope.o"}},
		{"a control character", cloud(`"c"`, `"a\u0000b"`), []string{"error ENV_ATTR_TYPE envelope.c"}},
		{"a control character in the id", cloud(`"id"`, `"a\u009fb"`), []string{"error ENV_ATTR_TYPE envelope.id"}},
		{"no character", cloud(`"c"`, `"\uFFFE"`), []string{"error ENV_ATTR_TYPE envelope.c"}},
		{"no character of a higher plane", cloud(`"c"`, `"\uD83F\uDFFF"`), []string{"error ENV_ATTR_TYPE envelope.c"}},
		{"no character of the middle", cloud(`"c"`, `"\uFDD0"`), []string{"error ENV_ATTR_TYPE envelope.c"}},
		{"half a surrogate pair", cloud(`"c"`, `"\uD83F"`), []string{"error JSON_UNICODE envelope.c"}},
		{"an attribute twice", cloud(`"id"`, `"i-1","id":"i-2"`), []string{"error ENV_DUP_KEY envelope.id"}},
		{"data null", cloud(`"data"`, "null"), nil},
		{"data in base64", cloud(`"data"`, "", `"data_base64"`, `"AAE="`), nil},
		{"data in base64 that is null", cloud(`"data_base64"`, `null`), nil},
		{"data twice", cloud(`"data_base64"`, `"AAE="`), []string{"error ENV_DATA_XOR envelope.data_base64"}},
		{"data null and in base64", cloud(`"data"`, "null", `"data_base64"`, `"AAE="`), []string{"error ENV_DATA_XOR envelope.data_base64"}},
		{"base64 without padding", cloud(`"data"`, "", `"data_base64"`, `"AAE"`), []string{"error ENV_ATTR_TYPE envelope.data_base64"}},
		{"base64 of the other alphabet", cloud(`"data"`, "", `"data_base64"`, `"_-8="`), []string{"error ENV_ATTR_TYPE envelope.data_base64"}},
		{"base64 with bits left over", cloud(`"data"`, "", `"data_base64"`, `"AAF="`), []string{"error ENV_ATTR_TYPE envelope.data_base64"}},
		{"base64 with a line break", cloud(`"data"`, "", `"data_base64"`, `"AA\nE="`), []string{"error ENV_ATTR_TYPE envelope.data_base64"}},
		{"base64 that is a number", cloud(`"data"`, "", `"data_base64"`, `1`), []string{"error ENV_ATTR_TYPE envelope.data_base64"}},
		{"trace", cloud(`"traceparent"`, `"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"`, `"tracestate"`, `"a=1"`), nil},
		{"trace invalid", cloud(`"traceparent"`, `"x"`, `"tracestate"`, `"a"`), []string{"warning ENV_TRACE_FORMAT envelope.traceparent", "warning ENV_TRACE_FORMAT envelope.tracestate"}},
		{"trace a number", cloud(`"tracestate"`, "5"), []string{"warning ENV_TRACE_FORMAT envelope.tracestate"}},
		{"its own cause", cloud(`"causationid"`, `"i-1"`), []string{"warning ENV_CAUSATION_SELF envelope.causationid"}},
		{"sequence a number", cloud(`"sequence"`, "1"), []string{"error ENV_ATTR_TYPE envelope.sequence"}},
		{"sequence empty", cloud(`"sequence"`, `""`), []string{"error ENV_ATTR_TYPE envelope.sequence"}},
		{"a reference beside the data", cloud(`"dataref"`, `"https://example.com/d"`), []string{"warning ENV_REF_UNVERIFIED envelope.dataref"}},
		{"a reference with its sum", cloud(`"datarefsha256"`, `"`+strings.Repeat("a", 64)+`"`, `"datarefsize"`, "12", `"dataref"`, `"https://example.com/d"`), nil},
		{"a reference with a bad sum", cloud(`"datarefsha256"`, `"a"`), []string{"error ENV_REF_FORMAT envelope.datarefsha256"}},
		{"a reference with a bad size", cloud(`"dataref"`, `"https://example.com/d"`, `"datarefsize"`, "-1", `"datarefsha256"`, `"`+strings.Repeat("a", 64)+`"`), []string{"error ENV_REF_FORMAT envelope.datarefsize"}},
		{"a reference to a file", cloud(`"dataref"`, `"file:///x"`), []string{"error ENV_REF_UNVERIFIED envelope.dataref"}},
		{"version", cloud(`"schemaversion"`, `"1.0"`), nil},
		{"no JSON", `{"specversion"`, []string{"error JSON_SYNTAX envelope.specversion"}},
		{"a string", `"x"`, []string{"error ENV_NOT_OBJECT envelope"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e, findings := event.ParseStructured([]byte(tt.text))
			findings = append(findings, e.Check(event.Rules{}, now)...)
			if diff := cmp.Diff(tt.want, lines(findings)); diff != "" {
				t.Errorf("findings of %s (-want +got):\n%s%v", tt.text, diff, findings)
			}
		})
	}
}

// headers are given as names and values in turn.
func headers(pairs ...string) []event.Header {
	var h []event.Header
	for i := 0; i < len(pairs); i += 2 {
		h = append(h, event.Header{Name: pairs[i], Value: []byte(pairs[i+1])})
	}
	return h
}

var (
	httpHeaders  = []string{"Ce-Specversion", "1.0", "ce-id", "1", "CE-SOURCE", "/shop", "ce-type", "t", "Content-Type", "application/json"}
	kafkaHeaders = []string{"ce_specversion", "1.0", "ce_id", "1", "ce_source", "/shop", "ce_type", "t", "content-type", "application/json"}
)

func TestBinaryFindings(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		kafka bool
		more  []string
		want  []string
	}{
		{"HTTP", false, nil, nil},
		{"Kafka", true, nil, nil},
		{"HTTP: other headers", false, []string{"Accept", "*/*", "cex", "1", "x-ce-id", "2"}, nil},
		{"Kafka: other headers", true, []string{"CE_ID", "2", "ce-id", "3", "Content-Type", "x"}, nil},
		{"HTTP: percent-encoded", false, []string{"ce-subject", "Euro%20%E2%82%AC%20%F0%9F%98%80"}, nil},
		{"HTTP: encoded where it need not be", false, []string{"ce-subject", "%41b"}, nil},
		{"HTTP: in quotes", false, []string{"ce-subject", `"a \"b\" %22c"`}, nil},
		{"HTTP: not UTF-8", false, []string{"ce-subject", "%C0%A0"}, []string{"error ENV_ATTR_TYPE envelope.subject"}},
		{"HTTP: bytes that are not UTF-8", false, []string{"ce-subject", "\xc0\xa0"}, []string{"error ENV_ATTR_TYPE envelope.subject"}},
		{"HTTP: a surrogate", false, []string{"ce-subject", "%ED%A0%80"}, []string{"error ENV_ATTR_TYPE envelope.subject"}},
		{"HTTP: a cut escape", false, []string{"ce-subject", "100%"}, []string{"error ENV_ATTR_TYPE envelope.subject"}},
		{"HTTP: an escape of no digits", false, []string{"ce-subject", "%zz"}, []string{"error ENV_ATTR_TYPE envelope.subject"}},
		{"HTTP: an open quote", false, []string{"ce-subject", `"a`}, []string{"error ENV_ATTR_TYPE envelope.subject"}},
		{"HTTP: an encoded control character", false, []string{"ce-subject", "a%00"}, []string{"error ENV_ATTR_TYPE envelope.subject"}},
		{"HTTP: ce-data", false, []string{"ce-data", "x"}, []string{"error ENV_ATTR_NAME envelope.data"}},
		{"HTTP: ce-datacontenttype", false, []string{"ce-datacontenttype", "text/plain"}, []string{"error ENV_ATTR_NAME envelope.datacontenttype"}},
		{"HTTP: a name with a hyphen", false, []string{"ce-my-ext", "x"}, []string{"error ENV_ATTR_NAME envelope.my-ext"}},
		{"HTTP: no name", false, []string{"ce-", "x"}, []string{`error ENV_ATTR_NAME envelope[""]`}},
		{"HTTP: the last of a repeated header", false, []string{"ce-time", "never", "Ce-Time", "2026-01-02T03:04:05Z"}, nil},
		{"HTTP: id as the last says", false, []string{"ce-id", ""}, []string{"error ENV_ID_FORMAT envelope.id"}},
		{"HTTP: no media type", false, []string{"content-type", "json"}, []string{"error ENV_ATTR_TYPE envelope.datacontenttype"}},
		{"Kafka: not encoded", true, []string{"ce_subject", "100% žluť"}, nil},
		{"Kafka: not UTF-8", true, []string{"ce_subject", "\xc0\xa0"}, []string{"error ENV_ATTR_TYPE envelope.subject"}},
		{"Kafka: a name in capitals", true, []string{"ce_Subject", "x"}, []string{"error ENV_ATTR_NAME envelope.Subject"}},
		{"Kafka: another specversion", true, []string{"ce_specversion", "1.1"}, []string{"error ENV_SPEC_VERSION envelope.specversion"}},
		{"Kafka: time", true, []string{"ce_time", "2026-01-02"}, []string{"error ENV_TIME_FORMAT envelope.time"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			parse, standard := event.ParseHTTP, httpHeaders
			if tt.kafka {
				parse, standard = event.ParseKafka, kafkaHeaders
			}
			e, findings := parse(headers(append(standard[:len(standard):len(standard)], tt.more...)...), []byte("{}"))
			findings = append(findings, e.Check(event.Rules{}, now)...)
			if diff := cmp.Diff(tt.want, lines(findings)); diff != "" {
				t.Errorf("findings (-want +got):\n%s%v", diff, findings)
			}
			for i := 0; i < len(standard)-2; i += 2 {
				_, findings := parse(headers(append(standard[:i:i], standard[i+2:]...)...), nil)
				if len(findings) != 1 || !strings.HasSuffix(strings.ToLower(standard[i]), strings.TrimPrefix(findings[0].Path, "envelope.")) {
					t.Errorf("without %s: %v, want one finding that names it", standard[i], findings)
				}
			}
		})
	}
}

func TestBinaryValues(t *testing.T) {
	t.Parallel()
	e, _ := event.ParseHTTP(headers(append(httpHeaders[:len(httpHeaders):len(httpHeaders)], "ce-subject", `"a \"b\" %22c%2522"`)...), []byte("[1]"))
	if e.Subject != `a "b" "c%22` || string(e.Data) != "[1]" || e.Binary != nil || e.Source != "/shop" || e.ContentType != "application/json" {
		t.Errorf("got %+v", e)
	}
	tests := []struct {
		name, contentType string
		body              []byte
		data, binary      string
	}{
		{"JSON", "application/x+json; v=1", []byte("1"), "1", "<nil>"},
		{"unsaid", "", []byte("1"), "1", "<nil>"},
		{"Avro", "application/avro", []byte("1"), "<nil>", "1"},
		{"empty", "application/avro", []byte{}, "<nil>", ""},
		{"nothing", "application/json", nil, "<nil>", "<nil>"},
	}
	or := func(b []byte) string {
		if b == nil {
			return "<nil>"
		}
		return string(b)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e, findings := event.ParseKafka(headers(append(kafkaHeaders[:8:8], "content-type", tt.contentType)[:8+2*min(1, len(tt.contentType))]...), tt.body)
			if or(e.Data) != tt.data || or(e.Binary) != tt.binary || findings != nil {
				t.Errorf("data %s, binary %s, findings %v, want %s and %s", or(e.Data), or(e.Binary), findings, tt.data, tt.binary)
			}
		})
	}
}

func TestIsBinary(t *testing.T) {
	t.Parallel()
	tests := []struct {
		header      string
		http, kafka bool
	}{
		{"Ce-Id", true, false}, {"ce-specversion", true, false}, {"ce_id", false, true}, {"CE_id", false, false}, {"x", false, false}, {"c", false, false},
	}
	for _, content := range []string{event.StructuredType, "Application/CloudEvents+JSON; charset=utf-8"} {
		if event.IsHTTP(headers("ce-id", "1", "Content-Type", content)) || event.IsKafka(headers("content-type", content, "ce_id", "1")) {
			t.Errorf("an event of the type %s is in binary mode", content)
		}
	}
	for _, tt := range tests {
		if h := headers(tt.header, "1"); event.IsHTTP(h) != tt.http || event.IsKafka(h) != tt.kafka {
			t.Errorf("%s: HTTP %v, Kafka %v, want %v, %v", tt.header, event.IsHTTP(h), event.IsKafka(h), tt.http, tt.kafka)
		}
	}
}

func TestBatch(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       []string
		array      bool
		code       string
	}{
		{"empty", " [ ] ", []string{}, true, ""},
		{"events", `[{"a":1}, {"b":[2]},3]`, []string{`{"a":1}`, `{"b":[2]}`, "3"}, true, ""},
		{"one event", `{"a":1}`, nil, false, ""},
		{"cut", `[{"a":1}`, nil, true, "JSON_SYNTAX"},
		{"a comma too many", `[{"a":1},]`, nil, true, "JSON_SYNTAX"},
		{"something behind it", `[] 1`, nil, true, "JSON_SYNTAX"},
		{"not UTF-8", "[\"\xff\"]", nil, true, "JSON_UNICODE"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			items, array, err := event.Batch([]byte(tt.text))
			var got []string
			for _, item := range items {
				got = append(got, string(item))
			}
			if items != nil && got == nil {
				got = []string{}
			}
			code := ""
			if err != nil {
				code = err.Code
			}
			if diff := cmp.Diff(fmt.Sprint(tt.want, tt.array, tt.code), fmt.Sprint(got, array, code)); diff != "" {
				t.Errorf("Batch(%s) (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestSchemaName(t *testing.T) {
	t.Parallel()
	tests := []struct {
		uri  string
		want event.SchemaName // empty for none
	}{
		{"https://registry.example.com/subjects/orders-value/versions/3", event.SchemaName{Subject: "orders-value", Version: "3"}},
		{"http://h:8081/base/subjects/a%2Fb%20c/versions/latest/", event.SchemaName{Subject: "a/b c", Version: "latest"}},
		{"https://h/contexts/.eu/subjects/orders/versions/1.0", event.SchemaName{Context: ".eu", Subject: "orders", Version: "1.0"}},
		{"https://h/schemas/ids/7", event.SchemaName{ID: 7}},
		{"https://h/contexts/.eu/schemas/ids/7?fetchMaxId=false#x", event.SchemaName{Context: ".eu", ID: 7}},
		{"urn:schema:orders-value:3", event.SchemaName{Subject: "orders-value", Version: "3"}},
		{"URN:Schema::.eu:orders:1.0", event.SchemaName{Subject: ":.eu:orders", Version: "1.0"}},
		{"urn:schema:a%20b:3", event.SchemaName{Subject: "a b", Version: "3"}},
		{"urn:schema:orders", event.SchemaName{}},
		{"urn:schema::3", event.SchemaName{}},
		{"urn:schema:orders:", event.SchemaName{}},
		{"urn:other:orders:3", event.SchemaName{}},
		{"https://h/schemas/ids/0", event.SchemaName{}},
		{"https://h/schemas/ids/-1", event.SchemaName{}},
		{"https://h/schemas/ids/99999999999", event.SchemaName{}},
		{"https://h/schemas/ids/x", event.SchemaName{}},
		{"https://h/subjects//versions/1", event.SchemaName{}},
		{"https://h/subjects/a/versions", event.SchemaName{}},
		{"https://h/x?y=/subjects/a/versions/1", event.SchemaName{}},
		{"https://example.com/order.json", event.SchemaName{}},
		{"", event.SchemaName{}},
	}
	for _, tt := range tests {
		t.Run(tt.uri, func(t *testing.T) {
			t.Parallel()
			got, ok := (&event.Envelope{DataSchema: tt.uri}).SchemaName()
			if got != tt.want || ok != (tt.want != event.SchemaName{}) {
				t.Errorf("SchemaName of %s is %+v, %v, want %+v", tt.uri, got, ok, tt.want)
			}
		})
	}
}
