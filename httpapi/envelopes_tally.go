package httpapi

import (
	"context"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/envelope/event"
	"github.com/treatyhq/treaty/envelope/verdict"
	"github.com/treatyhq/treaty/registry"
	"github.com/treatyhq/treaty/schema"
)

// A Tally says what became of a message, for those who count them.
type Tally struct {
	Verb        string // validate, decode, encode or upcast
	Subject     string // empty if unknown, and so is Version
	Version     int
	Disposition envelope.Disposition
	Code        string // of the first error; empty if there is none
}

// count tells of one message, which was answered or refused.
func (d *dataCall) count(a *envelope.Answer, err error) {
	if d.cfg.Messages == nil {
		return
	}
	findings := a.Findings
	if err != nil {
		findings = d.findingsOf(err)
	}
	t := Tally{Verb: d.name, Disposition: envelope.DispositionOf(findings)}
	if a.Schema != nil {
		t.Subject, t.Version = a.Schema.Subject, a.Schema.Version
	}
	for _, f := range findings {
		if f.Severity == verdict.Error {
			t.Code = f.Code
			break
		}
	}
	d.cfg.Messages(t, 1)
}

// clean tells of n messages of a batch in which nothing was wrong.
func (d *dataCall) clean(n *envelope.Named, count int) {
	if d.cfg.Messages != nil {
		d.cfg.Messages(Tally{Verb: d.name, Subject: n.Subject, Version: n.Version, Disposition: envelope.Accept}, count)
	}
}

// codecFor returns the codec for the one who asks: what he may not read does not exist for him.
func (c *call) codecFor() *envelope.Codec {
	p, ok := c.r.Context().Value(principalKey{}).(*principal)
	if !ok || p.coversAll(read, "") {
		return c.codec
	}
	return c.codec.Over(readable{c.reg.Source(), p})
}

// readable is a source that knows nothing but what somebody may read.
type readable struct {
	envelope.Source
	p *principal
}

func (s readable) Version(ctx context.Context, n envelope.Name) (envelope.Version, error) {
	v, err := s.Source.Version(ctx, n)
	if err != nil || s.p.covers(read, registry.ParseSubject(v.Subject)) {
		return v, err
	}
	missing := envelope.MissingSchema
	if n.Kind == envelope.ByVersion {
		missing = envelope.MissingSubject
	}
	return envelope.Version{}, &envelope.Unknown{Missing: missing, Message: "There is no such schema, or it may not be read"}
}

func (s readable) Binding(ctx context.Context, context, eventType string) (event.Rules, bool, error) {
	r, ok, err := s.Source.Binding(ctx, context, eventType)
	if err != nil || !ok || s.p.covers(read, registry.SubjectIn(contextOf(context), r.Subject)) {
		return r, ok, err
	}
	return event.Rules{}, false, nil
}

func (s readable) Parse(ctx context.Context, context string, in envelope.Inline) (schema.Schema, error) {
	for _, ref := range in.References {
		if !s.p.covers(read, registry.SubjectIn(contextOf(context), ref.Subject)) {
			return nil, &envelope.Error{Code: envelope.Unprocessable, Message: "Not allowed to refer to subject '" + ref.Subject + "'"}
		}
	}
	return s.Source.Parse(ctx, context, in)
}

// contextOf returns the context that a message is read in.
func contextOf(context string) string {
	if context == "" {
		return registry.DefaultContext
	}
	return context
}

// getLimits answers GET /envelopes/limits.
func getLimits(c *call) error {
	c.as = jsonAnswer
	return c.reply(event.Limits())
}
