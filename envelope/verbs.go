package envelope

import (
	"context"

	"github.com/treatyhq/treaty/envelope/verdict"
)

// tombstone reports whether the message has neither payload nor data: it deletes what its key names, and is passed on as it
// is.
func (m *Message) tombstone() bool { return m.Payload == nil && m.Data == nil }

// Validate says whether a message honours its contract. Whatever is wrong with it is in the findings. The error is an
// *[Error] for what the caller names and does not exist, or for a message over the limits.
func (c *Codec) Validate(ctx context.Context, m *Message) (Answer, error) {
	if m.tombstone() {
		return c.pass(ctx, m)
	}
	if a, ok := c.quick(ctx, m); ok {
		return a, nil
	}
	o, a, err := c.open(ctx, m)
	if err != nil || o == nil {
		return a, err
	}
	a = o.answer()
	a.Findings = append(a.Findings, o.check()...)
	return a, nil
}

// pass answers for a tombstone. What its caller names must exist all the same.
func (c *Codec) pass(ctx context.Context, m *Message) (Answer, error) {
	if err := c.admit(m); err != nil {
		return Answer{}, err
	}
	_, _, err := c.claim(ctx, m)
	a := Answer{Framing: m.Framing}
	if a.Framing == Auto {
		a.Framing = ""
	}
	return a, err
}

// answer begins the answer for an opened message.
func (o *opened) answer() Answer {
	return Answer{Schema: o.named(), Framing: o.framing, Findings: o.findings, Evidence: o.evidence}
}

// check returns what is wrong with the datum.
func (o *opened) check() []verdict.Finding {
	if o.json {
		_, findings := o.binary()
		return findings
	}
	if o.empty() {
		return nil
	}
	if o.Clean(o.body) {
		return nil
	}
	return o.Findings(o.body, o.options.max())
}

// empty reports whether the message is an event without data, or with data that are elsewhere.
func (o *opened) empty() bool { return o.event != nil && o.event.Data == nil && o.event.Binary == nil }

// binary returns the datum's bytes.
func (o *opened) binary() ([]byte, []verdict.Finding) {
	if !o.json {
		return o.body, o.check()
	}
	body, defaulted, findings := o.appendBinary([]byte{}, o.body, o.options)
	for _, path := range defaulted {
		findings = append(findings, verdict.Warningf("JSON_DEFAULTED", path, "%s is missing and got its default", path))
	}
	return body, findings
}

// invalid is the refusal of a message that cannot be carried over, for what was found.
func invalid(findings []verdict.Finding) *Error {
	e := &Error{Code: InvalidMessage, Message: "the message does not honour its contract", Findings: findings}
	for _, f := range findings {
		if f.Severity != verdict.Error {
			continue
		}
		e.Message = f.Message
		switch f.Code {
		case schemaUnknown:
			e.Code = SchemaNotFound
		case schemaUnavailable:
			e.Code = Unavailable
		}
		break
	}
	return e
}

// invalid is the refusal of a message whose schema is known.
func (k *contract) invalid(findings []verdict.Finding) *Error {
	e := invalid(findings)
	e.Schema = k.named()
	return e
}

// valid opens a message whose datum must be valid. The findings of what was opened are warnings.
func (c *Codec) valid(ctx context.Context, m *Message) (*opened, []byte, error) {
	o, a, err := c.open(ctx, m)
	switch {
	case err != nil:
		return nil, nil, err
	case o == nil:
		e := invalid(a.Findings)
		e.Schema = a.Known
		return nil, nil, e
	}
	body, found := o.binary()
	o.findings = append(o.findings, found...)
	if !verdict.Valid(o.findings) {
		return nil, nil, o.invalid(o.findings)
	}
	return o, body, nil
}

// Decode returns a message's datum as JSON. A message that is not valid is an *[Error].
func (c *Codec) Decode(ctx context.Context, m *Message) (Answer, error) {
	if m.tombstone() {
		return c.pass(ctx, m)
	}
	o, body, err := c.valid(ctx, m)
	if err != nil {
		return Answer{}, err
	}
	a := o.answer()
	if o.event != nil {
		a.Envelope = o.event.AppendJSON(nil)
	}
	if !o.empty() {
		a.Data, err = o.text(body, o.options)
	}
	return a, err
}

// Encode returns a message's JSON as bytes in a framing, that of Confluent unless another one is asked for.
func (c *Codec) Encode(ctx context.Context, m *Message) (Answer, error) {
	if m.tombstone() {
		return c.pass(ctx, m)
	}
	if m.Data == nil {
		return Answer{}, &Error{Code: Unprocessable, Message: "what is to be encoded is JSON, in data"}
	}
	to := m.Framing
	if to == "" || to == Auto {
		to = Confluent
	}
	bare := *m
	bare.Framing = None
	o, body, err := c.valid(ctx, &bare)
	if err != nil {
		return Answer{}, err
	}
	a := o.answer()
	a.Framing = to
	return c.emit(ctx, a, o.contract, body, nil)
}

// emit puts a body into the answer's framing.
func (c *Codec) emit(ctx context.Context, a Answer, to *contract, body []byte, from *Message) (Answer, error) {
	if a.Framing == None {
		a.Payload = body
		return a, nil
	}
	rule, ok := framings[a.Framing]
	if !ok {
		return Answer{}, &Error{Code: Unprocessable, Message: "messages are not written as " + string(a.Framing)}
	}
	e := emission{c: c, ctx: ctx, to: to, body: to.unprefixed(a.Framing, body), from: from}
	if f := rule.emit(&e); f != nil {
		return Answer{}, invalid([]verdict.Finding{*f})
	}
	a.Payload, a.Headers = e.payload, e.headers
	return a, nil
}
