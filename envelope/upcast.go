package envelope

import (
	"context"
	"fmt"

	"github.com/treatyhq/treaty/envelope/verdict"
	schemaprotobuf "github.com/treatyhq/treaty/schema/protobuf"
)

// Upcast carries a message to another version of its contract, newer or older, in the framing it came in. A message of
// that version already comes back byte for byte. What cannot be carried over is an *[Error]; the message is never
// changed in place. Steps tell what became of it.
func (c *Codec) Upcast(ctx context.Context, m *Message) (Answer, error) {
	if m.Target == (Target{}) {
		return Answer{}, &Error{Code: Unprocessable, Message: "an upcast needs a target"}
	}
	if m.tombstone() {
		return c.pass(ctx, m)
	}
	o, body, err := c.valid(ctx, m)
	if err != nil {
		return Answer{}, err
	}
	target, err := c.target(ctx, m, o)
	if err != nil {
		return Answer{}, err
	}
	a := o.answer()
	a.Written, a.Steps = a.Schema, []verdict.Step{}
	if o.empty() || target.Schema == o.Schema || target.ID > 0 && target.ID == o.ID && target.GUID == o.GUID {
		a.Schema = o.contract.as(target).named()
		a.Payload, a.Data = m.Payload, m.Data
		return a, nil
	}
	to, f := c.reader(o.contract, target)
	if f != nil {
		return Answer{}, o.invalid([]verdict.Finding{*f})
	}
	out, step, findings := c.fuse(o.contract, to, o.options.Resolution).Append([]byte{}, body, o.options.max())
	a.Findings = append(a.Findings, findings...)
	if !verdict.Valid(findings) {
		return Answer{}, o.invalid(append([]verdict.Finding{*noPath(o.contract, to, findings)}, a.Findings...))
	}
	step.From, step.To, step.Kind = o.Number, target.Number, verdict.Resolution
	a.Schema, a.Steps = to.named(), []verdict.Step{step}
	return c.carried(ctx, a, o, to, out, m)
}

// target returns the version that a message is to be carried to.
func (c *Codec) target(ctx context.Context, m *Message, o *opened) (Version, error) {
	switch t := m.Target; {
	case t.Inline != nil:
		s, err := c.source.Parse(ctx, m.Context, *t.Inline)
		return Version{Schema: s}, err
	case t.Version != "":
		return c.caller(ctx, Name{Kind: ByVersion, Context: m.Context, Subject: o.Subject, Text: t.Version})
	default:
		return c.caller(ctx, Name{Kind: ByID, Context: m.Context, ID: t.ID})
	}
}

// reader returns the contract of the target for messages of the writer's.
func (c *Codec) reader(writer *contract, target Version) (*contract, *verdict.Finding) {
	if target.Schema.Type() != writer.Schema.Type() {
		f := verdict.Errorf("UPCAST_NO_PATH", "", "the message is of type %s, and the target of type %s", writer.Schema.Type(), target.Schema.Type())
		return nil, &f
	}
	to := &contract{Version: target}
	if s, ok := target.Schema.(*schemaprotobuf.Schema); ok {
		to.message = find(s.Descriptor().Messages(), writer.message.FullName())
		if to.message == nil {
			f := verdict.Errorf("UPCAST_NO_PATH", "", "%s has no message %s", to.short(), writer.message.FullName())
			return nil, &f
		}
	}
	to.program, _ = c.programs.Get(to.key(), func() (program, error) { return to.make(), nil })
	return to, nil
}

// noPath is the finding that no way leads from one version to another for this message.
func noPath(from, to *contract, findings []verdict.Finding) *verdict.Finding {
	why := ""
	for _, f := range findings {
		if f.Severity == verdict.Error {
			why = f.Message
			break
		}
	}
	f := verdict.Errorf("UPCAST_NO_PATH", "", "no way leads from %s to %s: %s", from.short(), to.short(), why)
	return &f
}

// short is what a sentence calls a contract.
func (c *contract) short() string {
	if c.Number == 0 {
		return "the target"
	}
	return fmt.Sprintf("version %d of %s", c.Number, c.Subject)
}

// carried answers with a body that was carried over, in the form in which the message came.
func (c *Codec) carried(ctx context.Context, a Answer, o *opened, to *contract, body []byte, m *Message) (Answer, error) {
	inline := to.ID == 0
	if inline {
		a.Framing = None
	}
	switch {
	case o.event != nil && !inline:
		return o.carriedEvent(a, to, body, m)
	case o.json:
		var err error
		a.Data, err = to.text(body, o.options)
		return a, err
	}
	return c.emit(ctx, a, to, body, m)
}
