package envelope

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/treatyhq/treaty/envelope/event"
	"github.com/treatyhq/treaty/envelope/verdict"
	"github.com/treatyhq/treaty/schema"
)

// An opened message is one whose schema is known.
type opened struct {
	reading
	json     bool              // the datum is JSON
	options  Options           // with the encoding that the schema's type has by default
	event    *event.Envelope   // what surrounds the datum of an event; nil for other messages
	findings []verdict.Finding // of what surrounds the datum
	known    *Named            // of a message without a contract: what can be said of it all the same; may be nil
}

// open finds the schema and the datum of a message. What is wrong with the message is in the findings of the answer, and the
// message is opened only if it has none that is an error; else the answer is what validation says. An error is a mistake of
// the caller's, or says that nobody could tell.
func (c *Codec) open(ctx context.Context, m *Message) (*opened, Answer, error) {
	if err := c.admit(m); err != nil {
		return nil, Answer{}, err
	}
	claimed, numbered, err := c.claim(ctx, m)
	if err != nil {
		return nil, Answer{}, err
	}
	findings := sizes(m)
	o, found, err := c.unwrap(ctx, m, claimed)
	findings = append(findings, found...)
	switch {
	case err != nil:
		return nil, Answer{Findings: findings}, err
	case o.contract == nil:
		return nil, Answer{Findings: findings, Known: cmp.Or(o.known, claimed.subject())}, nil
	}
	if numbered {
		v, f := agree(claimed, o.Version)
		if f != nil {
			return nil, Answer{Findings: append(findings, *f), Known: claimed.subject()}, nil
		}
		o.contract = o.contract.as(v)
	}
	if o.options, err = o.encodingOf(m.Options); err != nil {
		return nil, Answer{Findings: findings}, err
	}
	o.findings = findings
	if !verdict.Valid(findings) {
		return nil, Answer{Findings: findings, Known: o.named()}, nil
	}
	return o, Answer{Findings: findings}, nil
}

// subject returns what is known where a subject is, and no version; nil for the zero Version.
func (v Version) subject() *Named {
	if v.Subject == "" {
		return nil
	}
	return &Named{Type: v.Schema.Type(), Subject: v.Subject}
}

// unopened stands for a message that cannot be opened, of whose contract so much is known.
func unopened(known *Named) *opened { return &opened{known: known} }

// as returns the contract under another name of the same schema.
func (c *contract) as(v Version) *contract {
	renamed := *c
	renamed.Subject, renamed.Number, renamed.ID, renamed.GUID = v.Subject, v.Number, v.ID, v.GUID
	return &renamed
}

// admit refuses what no message can be.
func (c *Codec) admit(m *Message) error {
	switch {
	case !m.Framing.Valid():
		return &Error{Code: Unprocessable, Message: fmt.Sprintf("there is no framing %q; there are %s", cut(string(m.Framing)), list(allFramings))}
	case m.Payload != nil && m.Data != nil:
		return &Error{Code: Unprocessable, Message: "a message has either payload or data"}
	case len(m.Payload) > c.cfg.MaxMessage || len(m.Data) > c.cfg.MaxMessage:
		f := tooLarge(max(len(m.Payload), len(m.Data)), c.cfg.MaxMessage)
		return &Error{Code: TooLarge, Message: f.Message, Findings: []verdict.Finding{f}}
	case m.Binding != "" && !event.KnownBinding(m.Binding):
		return &Error{Code: Unprocessable, Message: fmt.Sprintf("there is no binding %q; there are %s", cut(m.Binding), list(event.Bindings()))}
	}
	return nil
}

// list is what a sentence calls several names, in their order.
func list[S ~string](names []S) string {
	var all []string
	for _, name := range names {
		all = append(all, string(name))
	}
	return strings.Join(all, ", ")
}

// encodingOf returns the options with the encoding that is meant, and refuses one that is not for the schema's type.
func (o *opened) encodingOf(opts Options) (Options, error) {
	avro := o.Schema.Type() == schema.Avro
	switch opts.Encoding {
	case "":
		switch opts.Encoding = PlainJSON; {
		case !avro:
			opts.Encoding = ProtoJSON
		case o.json && o.frame.json && o.evidence == ByHeader && o.event == nil:
			opts.Encoding = AvroJSON // what other serializers write
		}
	case PlainJSON:
	case AvroJSON, ProtoJSON:
		if avro != (opts.Encoding == AvroJSON) {
			return opts, &Error{Code: Unprocessable, Message: fmt.Sprintf("the encoding %s is not for schemas of type %s", opts.Encoding, o.Schema.Type())}
		}
	default:
		return opts, &Error{Code: Unprocessable, Message: fmt.Sprintf("there is no encoding %q", cut(string(opts.Encoding)))}
	}
	return opts, nil
}

// unwrap takes off what surrounds the datum. Without an error the message is not nil; it has no contract if it cannot be
// opened.
func (c *Codec) unwrap(ctx context.Context, m *Message, claimed Version) (*opened, []verdict.Finding, error) {
	framing, evidence := m.Framing, Declared
	if framing == "" || framing == Auto {
		headers := m.byHeader()
		switch {
		case m.Data != nil:
			framing = None
			if len(headers) == 1 && (headers[0] == CloudEvents || headers[0] == Event) {
				framing = headers[0]
			}
		case len(headers) > 1:
			return c.sameOf(ctx, m, headers)
		case len(headers) == 1:
			framing, evidence = headers[0], ByHeader
		default:
			r, findings := c.detect(ctx, m)
			if len(findings) > 0 {
				return unopened(r.knownAs()), findings, nil
			}
			return opening(r)
		}
	}
	switch {
	case framing == CloudEvents || framing == Event:
		return c.openEvent(ctx, m, framing, evidence)
	case m.Data != nil || framing == None && evidence == Declared:
		return c.openBare(m, claimed, evidence)
	}
	r, found := c.read(ctx, m, framing, evidence)
	if found != nil {
		return unopened(r.knownAs()), []verdict.Finding{*c.hinted(ctx, m, found)}, nil
	}
	return opening(r)
}

func opening(r reading) (*opened, []verdict.Finding, error) {
	return &opened{reading: r, json: r.frame.json}, nil, nil
}

// knownAs returns what is known of the schema of a reading that may have none.
func (r *reading) knownAs() *Named {
	if r.contract == nil {
		return nil
	}
	return r.named()
}

// openBare opens a message that says nothing of its schema: bytes without a framing, or JSON.
func (c *Codec) openBare(m *Message, claimed Version, e Evidence) (*opened, []verdict.Finding, error) {
	if m.Subject == "" {
		return nil, nil, &Error{Code: Unprocessable, Message: "a message without a framing needs the subject that its contract belongs to"}
	}
	f := frame{framing: None, body: m.Payload, json: m.Data != nil}
	if f.json {
		f.body = m.Data
	}
	k, body, found := c.compile(claimed, f, m.Type)
	if found != nil {
		return nil, nil, &Error{Code: Unprocessable, Message: found.Message, Findings: []verdict.Finding{*found}, Schema: k.named()}
	}
	if m.Type != "" && k.message == nil {
		return nil, nil, &Error{Code: Unprocessable, Message: fmt.Sprintf("%s has no messages, and %s is named: it is of type %s", k.short(), cut(m.Type), k.Schema.Type()), Schema: k.named()}
	}
	return opening(reading{f, k, body, e})
}

// sameOf opens a message whose headers show several framings: they must all mean the same schema.
func (c *Codec) sameOf(ctx context.Context, m *Message, framings []Framing) (*opened, []verdict.Finding, error) {
	var first *opened
	var all []verdict.Finding
	for _, f := range framings {
		one := *m
		one.Framing = f
		var o *opened
		var findings []verdict.Finding
		var err error
		if f == CloudEvents || f == Event {
			o, findings, err = c.openEvent(ctx, &one, f, ByHeader)
		} else if r, found := c.read(ctx, &one, f, ByHeader); found != nil {
			o, findings = unopened(r.knownAs()), []verdict.Finding{*found}
		} else {
			o, findings, err = opening(r)
		}
		if err != nil || o.contract == nil {
			return o, findings, err
		}
		if first != nil && first.key() != o.key() {
			f := verdict.Errorf("FRAME_CONFLICT", "", "the headers say that the message was written with %s, and with %s", first.title(), o.title())
			return unopened(nil), []verdict.Finding{f}, nil
		}
		if first == nil {
			first = o
		}
		all = append(all, findings...)
	}
	return first, all, nil
}

// hinted adds to the finding that a message is not of the framing that was declared what it could be.
func (c *Codec) hinted(ctx context.Context, m *Message, f *verdict.Finding) *verdict.Finding {
	if f.Code == "FRAME_MISMATCH" {
		known, _ := c.candidates(ctx, m)
		f.Candidates = describe(known)
	}
	return f
}
