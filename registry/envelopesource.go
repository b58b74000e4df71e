package registry

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/treatyhq/treaty/envelope"
	envevent "github.com/treatyhq/treaty/envelope/event"
	"github.com/treatyhq/treaty/schema"
)

// Source returns what messages are read with: it answers from the state in memory. For what is not there it catches up with
// the log, at most once a second however much is asked for, so that the answer may lag behind by as much.
func (r *Registry) Source() envelope.Source { return source{r} }

type source struct{ r *Registry }

// Version returns the version that a name stands for. If the store is out of reach, what is missing here may be there: the
// error is StoreUnavailable then.
func (s source) Version(ctx context.Context, n envelope.Name) (envelope.Version, error) {
	v, err := s.version(ctx, n)
	if err == nil || !missing(err) {
		return v, err
	}
	if err := s.r.seek(ctx); err != nil {
		return envelope.Version{}, err
	}
	return s.version(ctx, n)
}

func missing(err error) bool {
	var unknown *envelope.Unknown
	return errors.As(err, &unknown)
}

// version answers from the state in memory.
func (s source) version(ctx context.Context, n envelope.Name) (envelope.Version, error) {
	st := s.r.Current()
	subj := Subject{Context: contextNamed(n.Context)}
	if n.Subject != "" || n.Kind == envelope.ByVersion {
		subj = st.ResolveAlias(SubjectIn(subj.Context, n.Subject))
	}
	var v *version
	var in Subject
	switch n.Kind {
	case envelope.ByVersion:
		v, in = st.byText(subj, n.Text), subj
		if v == nil {
			return envelope.Version{}, st.unknownVersion(subj, n.Text)
		}
	case envelope.ByID:
		v, in = st.byIDIn(n.ID, subj)
	case envelope.ByGUID:
		v, in = st.byGUIDIn(n.GUID, subj)
	case envelope.ByAlias:
		v, in = st.byAliasIn(n.System, n.Text, subj)
	case envelope.ByFingerprint:
		var err error
		if v, in, err = s.r.byFingerprint(ctx, st, n.Rabin, subj); err != nil {
			return envelope.Version{}, err
		}
	}
	if v == nil {
		return envelope.Version{}, unknownName(&n, subj)
	}
	return s.r.readVersion(ctx, st, in, v)
}

// contextNamed returns the context that an empty name stands for, too.
func contextNamed(name string) string {
	if name == "" {
		return DefaultContext
	}
	return name
}

// readVersion returns a version with its parsed form.
func (r *Registry) readVersion(ctx context.Context, s *State, subj Subject, v *version) (envelope.Version, error) {
	parsed, err := r.parsedVersion(ctx, s, subj, v)
	if err != nil {
		return envelope.Version{}, err
	}
	return envelope.Version{
		Subject: subj.String(), Number: int(v.number), ID: int(v.id), GUID: v.content.guid, Schema: parsed,
	}, nil
}

// byText returns the version that a number, a label or "latest" names; nil if there is none. Only the latest must not be
// soft-deleted.
func (s *State) byText(subj Subject, text string) *version {
	u := s.subjectOf(subj)
	if text == envelope.Latest {
		return u.pick(LatestVersion, false)
	}
	number, ok := s.labelled(subj, text)
	if !ok {
		n, err := strconv.Atoi(text)
		if err != nil || strconv.Itoa(n) != text {
			return nil
		}
		number = n
	}
	return u.version(number)
}

func (s *State) unknownVersion(subj Subject, text string) error {
	if !s.subjectOf(subj).visible(text != envelope.Latest) {
		return &envelope.Unknown{Missing: envelope.MissingSubject, Message: fmt.Sprintf("Subject '%s' not found.", subj)}
	}
	return &envelope.Unknown{
		Missing: envelope.MissingVersion, Message: fmt.Sprintf("Subject '%s' has no version or label %q.", subj, text),
	}
}

// byIDIn returns a version that has the ID, and its subject: the newest of the subject given, or if that has no name, any in
// its context, an active one if there is any.
func (s *State) byIDIn(id int, subj Subject) (*version, Subject) {
	if !fits(id, 0) {
		return nil, Subject{}
	}
	c, _ := s.contexts.Get(subj.Context)
	if subj.Name == "" {
		return c.anyWith(id)
	}
	return c.versionWith(id, subj.Name), subj
}

// byGUIDIn returns a version with the content, as byIDIn does. From the default context it looks into the others, too: the
// GUID says what the content is, wherever it stands.
func (s *State) byGUIDIn(g schema.GUID, subj Subject) (v *version, in Subject) {
	if c, ok := s.contexts.Get(subj.Context); ok {
		s.identities.Ascend(identity{g, c.ordinal, 0}, func(i identity) bool {
			if i.guid != g || i.context != c.ordinal {
				return false
			}
			v, in = s.byIDIn(int(i.id), subj)
			return v == nil
		})
	}
	if v != nil || subj != (Subject{Context: DefaultContext}) {
		return v, in
	}
	for _, at := range s.IDsOfGUID(g) {
		return s.byIDIn(at.ID, Subject{Context: at.Context})
	}
	return nil, Subject{}
}

// byAliasIn returns what the ID of another registry stands for; where a subject is given, its version with the same schema.
func (s *State) byAliasIn(system envelope.System, id string, subj Subject) (*version, Subject) {
	n := s.aliased(subj.Context, system, id)
	if n == nil {
		return nil, Subject{}
	}
	v := s.subjectOf(n.target).version(int(n.number))
	if subj.Name == "" || subj == n.target {
		return v, n.target
	}
	if subj.Context != n.target.Context {
		return nil, Subject{}
	}
	return s.byIDIn(int(v.id), subj)
}

// unknownName is the answer where nothing has a name that is not a version's.
func unknownName(n *envelope.Name, subj Subject) error {
	var what string
	switch n.Kind {
	case envelope.ByID:
		what = fmt.Sprintf("ID %d", n.ID)
	case envelope.ByGUID:
		what = fmt.Sprintf("GUID %s", n.GUID)
	case envelope.ByFingerprint:
		what = fmt.Sprintf("fingerprint %016x", n.Rabin)
	case envelope.ByAlias:
		what = fmt.Sprintf("ID %q of system %s", n.Text, n.System)
	}
	where := "context " + subj.Context
	if subj.Name != "" {
		where = fmt.Sprintf("subject '%s'", subj)
	}
	return &envelope.Unknown{Missing: envelope.MissingSchema, Message: fmt.Sprintf("No schema of %s has the %s.", where, what)}
}

// External returns the ID that another registry has for a version, one that counts in the version's own context if there
// are several.
func (s source) External(ctx context.Context, system envelope.System, v envelope.Version) (string, bool, error) {
	subj := ParseSubject(v.Subject)
	if id, ok := s.r.Current().external(system, subj, v.Number); ok {
		return id, true, nil
	}
	if err := s.r.seek(ctx); err != nil {
		return "", false, err
	}
	id, ok := s.r.Current().external(system, subj, v.Number)
	return id, ok, nil
}

// Binding returns the rules of events of a type. A type mostly has none: with the store out of reach the one that is not
// here counts as not set, and its events are read on.
func (s source) Binding(ctx context.Context, context, eventType string) (envevent.Rules, bool, error) {
	context = contextNamed(context)
	b := s.r.Current().binding(context, eventType)
	if b == nil && s.r.seek(ctx) == nil {
		b = s.r.Current().binding(context, eventType)
	}
	if b == nil {
		return envevent.Rules{}, false, ctx.Err()
	}
	rules, err := b.compiled()
	return rules, err == nil, err
}

// Parse reads a text as if it were looked up: within the limits, and its references may mean soft-deleted versions.
func (s source) Parse(ctx context.Context, context string, inline envelope.Inline) (schema.Schema, error) {
	sub := Submission{
		Subject: Subject{Context: contextNamed(context)}, Type: inline.Type, Text: inline.Text, References: inline.References,
	}
	c, err := s.r.readSubmission(ctx, s.r.Current(), sub, asSubmitted, false)
	if missesReference(err) {
		if err := s.r.seek(ctx); err != nil {
			return nil, err
		}
		c, err = s.r.readSubmission(ctx, s.r.Current(), sub, asSubmitted, false)
	}
	var refusal *Error
	switch {
	case err == nil:
		return c.parsed.Schema, nil
	case errors.As(err, &refusal):
		return nil, &envelope.Error{Code: envelope.Unprocessable, Message: refusal.Message}
	}
	return nil, err
}
