package event_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/treatyhq/treaty/envelope/event"
	"github.com/treatyhq/treaty/envelope/verdict"
)

// Messages made to cost much come to an end, with a bounded number of findings. What would be quadratic here takes
// minutes.
func TestHostile(t *testing.T) {
	t.Parallel()
	const many = 100_000
	list := func(format string) string {
		var b strings.Builder
		for i := range many {
			fmt.Fprintf(&b, ","+format, i)
		}
		return b.String()[1:]
	}
	manyHeaders := make([]event.Header, 0, 2*many)
	for i := range many {
		manyHeaders = append(manyHeaders, event.Header{Name: fmt.Sprintf("ce_a%d", i), Value: []byte("x")}, event.Header{Name: "ce_A", Value: []byte("x")})
	}
	tests := []struct {
		name  string
		parse func() (*event.Envelope, []verdict.Finding)
	}{
		{"members of other names", func() (*event.Envelope, []verdict.Finding) {
			return event.ParsePlain([]byte("{" + list(`"m%d":1`) + "}"))
		}},
		{"one member", func() (*event.Envelope, []verdict.Finding) {
			return event.ParsePlain([]byte("{" + list(`"id":%d`) + "}"))
		}},
		{"bad attributes", func() (*event.Envelope, []verdict.Finding) {
			return event.ParseStructured([]byte("{" + list(`"M%d":1`) + "}"))
		}},
		{"good attributes", func() (*event.Envelope, []verdict.Finding) {
			return event.ParseStructured([]byte("{" + list(`"m%d":1`) + "}"))
		}},
		{"a name without end", func() (*event.Envelope, []verdict.Finding) {
			return event.ParseStructured([]byte(`{"` + strings.Repeat("N", 10*many) + `":"` + strings.Repeat("v", 10*many) + `"}`))
		}},
		{"names without end", func() (*event.Envelope, []verdict.Finding) {
			name := strings.Repeat("n", 10*many)
			return event.ParseStructured([]byte(`{"` + name + `":{},"` + name + `":[{"a":1,"a":2}]}`))
		}},
		{"a version without end", func() (*event.Envelope, []verdict.Finding) {
			return event.ParsePlain([]byte(`{"version":` + strings.Repeat("1", 10*many) + `,"timestamp":` + strings.Repeat("1", 10*many) + `}`))
		}},
		{"an id without end", func() (*event.Envelope, []verdict.Finding) {
			return event.ParsePlain([]byte(`{"id":"` + strings.Repeat("0", 10*many) + `","type":"` + strings.Repeat("a.", 5*many) + `"}`))
		}},
		{"headers", func() (*event.Envelope, []verdict.Finding) { return event.ParseKafka(manyHeaders, nil) }},
		{"brackets", func() (*event.Envelope, []verdict.Finding) {
			return event.ParsePlain([]byte(`{"x":` + strings.Repeat("[", 10*many)))
		}},
		{"a state of many members", func() (*event.Envelope, []verdict.Finding) {
			return event.ParseStructured([]byte(cloud(`"tracestate"`, `"`+strings.Repeat("a=1,", many)+`"`)))
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e, findings := tt.parse()
			findings = append(findings, e.Check(event.Rules{}, now)...)
			if len(findings) == 0 || len(findings) > 110 {
				t.Errorf("%d findings", len(findings))
			}
			for _, f := range findings {
				if len(f.Message) > 2000 || len(f.Path) > 2000 {
					t.Errorf("%s has a path of %d bytes and a message of %d", f.Code, len(f.Path), len(f.Message))
				}
			}
			event.DeadLetter(manyHeaders[:10], event.Reason{Findings: findings, Now: now})
		})
	}
}
