package httpapi

import (
	"context"
	"errors"
	"fmt"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/envelope/event"
	"github.com/treatyhq/treaty/registry"
	"github.com/treatyhq/treaty/schema"
)

// codecFor returns the codec for the one who asks: what he may not read does not exist for him.
func (c *call) codecFor() *envelope.Codec {
	p, ok := c.r.Context().Value(principalKey{}).(*principal)
	if !ok || p.coversAll(read, "") {
		return c.codec
	}
	return c.codec.Over(readable{c.reg.Source(), c.reg, p})
}

// readable is a source that knows nothing but what somebody may read.
type readable struct {
	envelope.Source
	reg *registry.Registry
	p   *principal
}

// Version returns what a name stands for among that what may be read. What may not be is missing with the same words as what
// is not there.
func (s readable) Version(ctx context.Context, n envelope.Name) (envelope.Version, error) {
	if n.Kind == envelope.ByVersion {
		subj := s.reg.Current().ResolveAlias(registry.SubjectIn(contextOf(n.Context), n.Subject))
		if !s.p.covers(read, subj) {
			return envelope.Version{}, &envelope.Unknown{Missing: envelope.MissingSubject, Message: fmt.Sprintf("Subject '%s' not found.", subj)}
		}
		return s.Source.Version(ctx, n)
	}
	v, err := s.Source.Version(ctx, n)
	if err == nil && !s.p.covers(read, registry.ParseSubject(v.Subject)) {
		v, err = s.other(ctx, n, v)
	}
	if errors.As(err, new(*envelope.Unknown)) {
		err = &envelope.Unknown{Missing: envelope.MissingSchema, Message: "No schema that may be read has that name."}
	}
	return v, err
}

// other returns the version of another subject that has the same schema, one that may be read.
func (s readable) other(ctx context.Context, n envelope.Name, v envelope.Version) (envelope.Version, error) {
	in := registry.ParseSubject(v.Subject)
	holders, err := s.reg.Current().HoldersOfID(v.ID, &registry.Subject{Context: in.Context}, true)
	if n.Subject != "" || n.Kind == envelope.ByAlias || err != nil {
		return envelope.Version{}, &envelope.Unknown{} // which is of that subject, and of no other
	}
	for i := range holders {
		if h := &holders[i]; s.p.covers(read, h.Subject) {
			return s.Source.Version(ctx, envelope.Name{Kind: envelope.ByID, ID: v.ID, Subject: h.Subject.String()})
		}
	}
	return envelope.Version{}, &envelope.Unknown{}
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
