package httpapi

import (
	"cmp"
	"errors"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/envelope/event"
	"github.com/treatyhq/treaty/envelope/verdict"
)

// A Tally says what became of a message, for those who count them.
type Tally struct {
	Verb        string // validate, decode, encode or upcast
	Subject     string // empty if unknown, and so is Version
	Version     int
	Disposition envelope.Disposition
	Code        string // of the first error; empty if there is none
}

// count tells of one message, which was answered or refused. To be inspected is no verdict.
func (d *dataCall) count(a *envelope.Answer, err error) {
	if d.cfg.Messages == nil || d.verb == verbInspect {
		return
	}
	findings, schema := a.Findings, cmp.Or(a.Schema, a.Known)
	if a.Written != nil {
		schema = a.Written
	}
	if err != nil {
		findings = d.findingsOf(err)
		if refused := (*envelope.Error)(nil); errors.As(err, &refused) {
			schema = refused.Schema
		}
	}
	t := Tally{Verb: d.name, Disposition: envelope.DispositionOf(findings)}
	if schema != nil {
		t.Subject, t.Version = schema.Subject, schema.Version
	}
	for _, f := range findings {
		if f.Severity == verdict.Error {
			t.Code = f.Code
			break
		}
	}
	d.cfg.Messages(t, 1)
}

// refusal counts a message that could not even be read, and returns the findings that it is refused for.
func (d *dataCall) refusal(err error) []verdict.Finding {
	a := envelope.Answer{Findings: d.findingsOf(err)}
	d.count(&a, nil)
	return a.Findings
}

// clean tells of n messages of a batch in which nothing was wrong.
func (d *dataCall) clean(n *envelope.Named, count int) {
	if d.cfg.Messages != nil {
		d.cfg.Messages(Tally{Verb: d.name, Subject: n.Subject, Version: n.Version, Disposition: envelope.Accept}, count)
	}
}

// getLimits answers GET /envelopes/limits.
func getLimits(c *call) error {
	c.as = jsonAnswer
	return c.reply(event.Limits())
}
