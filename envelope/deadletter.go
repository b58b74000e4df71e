package envelope

import (
	"cmp"
	"slices"

	"github.com/treatyhq/treaty/envelope/event"
	"github.com/treatyhq/treaty/envelope/verdict"
)

// DeadLetter returns the headers with which a message goes to the dead letters: its own, untouched, and why it could not be
// read. The payload stays as it is. validator is the version of the program that says so. Of a message that no framing fits, and
// that reads under a single schema, the reason is what is wrong with it under that.
func (c *Codec) DeadLetter(m *Message, a Answer, validator string) []Header {
	r := event.Reason{Findings: reasons(a.Findings), Binding: m.Binding, Validator: validator, Now: c.cfg.Now(), Subject: m.Subject}
	if known := cmp.Or(a.Schema, a.Known); known != nil {
		r.Subject, r.Version = known.Subject, known.Version
	}
	return event.DeadLetter(m.Headers, r)
}

// reasons returns the findings without the one that no framing fits, if there are other errors.
func reasons(findings []verdict.Finding) []verdict.Finding {
	others := slices.DeleteFunc(slices.Clone(findings), func(f verdict.Finding) bool { return f.Code == frameUnknown })
	if verdict.Valid(others) {
		return findings
	}
	return others
}
