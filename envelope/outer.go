package envelope

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/treatyhq/treaty/envelope/event"
	"github.com/treatyhq/treaty/envelope/verdict"
)

// isCloudEvent reports whether the headers of a message say that it is a CloudEvent, in one piece or in binary mode.
func isCloudEvent(m *Message) bool {
	return event.IsKafka(m.Headers) || event.IsHTTP(m.Headers) || strings.HasPrefix(m.contentType(), "application/cloudevents")
}

func isEvent(m *Message) bool { return m.contentType() == event.PlainType }

// contentType returns the media type of a message in lower case, without parameters.
func (m *Message) contentType() string {
	value, _ := m.header("content-type")
	kind, _ := event.MediaType(string(value))
	return kind
}

// sizes says whether a message is too large for the broker that it is for.
func sizes(m *Message) []verdict.Finding {
	if m.Binding == "" {
		return nil
	}
	payload := m.Payload
	if payload == nil {
		payload = m.Data
	}
	return event.CheckSize(m.Binding, m.Headers, payload)
}

// openEvent opens an event: the envelope is held to its rules, and the datum is found in it.
func (c *Codec) openEvent(ctx context.Context, m *Message, f Framing, e Evidence) (*opened, []verdict.Finding, error) {
	env, findings := parseEvent(m, f)
	if env == nil {
		return unopened(nil), findings, nil
	}
	rules, bound, err := c.source.Binding(ctx, m.Context, env.Type)
	if err != nil {
		return unopened(nil), append(findings, unavailable(err)), nil
	}
	findings = append(findings, env.Check(rules, c.cfg.Now())...)
	subject := m.Subject
	var known *Named
	if bound {
		subject = rules.Subject
		known = &Named{Subject: subject}
	}
	v, found := c.eventVersion(ctx, m, env, subject)
	if found == nil && bound && m.Subject != "" {
		found = c.sameSubject(ctx, m, rules.Subject)
	}
	switch {
	case found != nil && found.Code == typeUnknown && env.Type == "" && !verdict.Valid(findings):
		return unopened(known), findings, nil // that it has no type has been found already
	case found != nil:
		return unopened(known), append(findings, *found), nil
	}
	fr := frame{framing: f, body: env.Data, json: env.Data != nil}
	if !fr.json {
		fr.body = env.Binary
	}
	k, body, found := c.compile(v, fr, m.Type)
	if found != nil {
		return unopened(k.named()), append(findings, *found), nil
	}
	o := &opened{reading: reading{fr, k, body, e}, json: fr.json, event: env}
	if f == CloudEvents && o.empty() && env.Ref == nil { // the standard allows it; of a plain event parsing has said so
		findings = append(findings, verdict.Warningf(event.DataMissing, "envelope.data", "the event has no data, and there is a contract for them: %s", k.title()))
	}
	return o, findings, nil
}

func parseEvent(m *Message, f Framing) (*event.Envelope, []verdict.Finding) {
	text := m.Payload
	if m.Data != nil {
		text = m.Data
	}
	var env *event.Envelope
	var findings []verdict.Finding
	switch {
	case f == Event:
		env, findings = event.ParsePlain(text)
	case m.Data == nil && event.IsKafka(m.Headers):
		env, findings = event.ParseKafka(m.Headers, m.Payload)
	case m.Data == nil && event.IsHTTP(m.Headers):
		env, findings = event.ParseHTTP(m.Headers, m.Payload)
	default:
		env, findings = event.ParseStructured(text)
	}
	if env != nil && env.Type == "" && env.ID == "" && env.Data == nil && !verdict.Valid(findings) {
		env = nil // it is no event at all
	}
	return env, findings
}

// eventVersion returns the version that an event's data are of: the one that dataschema names, or else one of the subject
// that its type belongs to.
func (c *Codec) eventVersion(ctx context.Context, m *Message, env *event.Envelope, subject string) (Version, *verdict.Finding) {
	if name, ok := env.SchemaName(); ok {
		return c.byDataSchema(ctx, m, name, subject)
	}
	version := env.Version
	if version == "" {
		version = Latest
	}
	if subject != "" {
		return c.eventLabel(ctx, m, subject, version)
	}
	for _, own := range []string{env.Type, env.Type + "-value"} {
		v, f := c.eventLabel(ctx, m, own, version)
		if f == nil || f.Code != typeUnknown {
			return v, f
		}
	}
	f := verdict.Errorf(typeUnknown, "envelope.type", "events of type %q belong to no subject", cut(env.Type))
	return Version{}, &f
}

// typeUnknown is the code of an event whose contract nobody knows.
const typeUnknown = "ENV_TYPE_UNKNOWN"

// eventLabel returns a version of a subject by the label that an event has.
func (c *Codec) eventLabel(ctx context.Context, m *Message, subject, version string) (Version, *verdict.Finding) {
	n := Name{Kind: ByVersion, Context: m.Context, Subject: subject, Text: version}
	v, err := c.source.Version(ctx, n)
	var unknown *Unknown
	if errors.As(err, &unknown) && unknown.Missing == MissingVersion && number(version) > 0 {
		n.Text = strconv.Itoa(number(version))
		v, err = c.source.Version(ctx, n)
	}
	switch {
	case err == nil:
		return v, nil
	case !errors.As(err, &unknown):
		f := unavailable(err)
		return Version{}, &f
	case unknown.Missing == MissingSubject:
		f := verdict.Errorf(typeUnknown, "envelope.type", "%s", unknown.Message)
		return Version{}, &f
	}
	f := verdict.Errorf("ENV_VERSION_UNKNOWN", "envelope.version", "%s", unknown.Message)
	return Version{}, &f
}

// number returns the number of a version spelled v3, 0 for anything else.
func number(version string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(version, "v"))
	if err != nil || !strings.HasPrefix(version, "v") || n < 0 {
		return 0
	}
	return n
}

// byDataSchema returns the version that dataschema names, which must be of the subject that the type or the caller names.
func (c *Codec) byDataSchema(ctx context.Context, m *Message, name event.SchemaName, subject string) (Version, *verdict.Finding) {
	n := Name{Kind: ByVersion, Context: name.Context, Subject: name.Subject, Text: name.Version}
	if n.Context == "" {
		n.Context = m.Context
	}
	if name.ID > 0 {
		n.Kind, n.ID = ByID, name.ID
	}
	v, f := c.meant(ctx, []Name{n})
	if f != nil || subject == "" {
		return v, f
	}
	owner, err := c.source.Version(ctx, Name{Kind: ByGUID, Context: m.Context, Subject: subject, GUID: v.GUID})
	if err == nil {
		return owner, nil
	}
	conflict := verdict.Errorf("SCHEMA_CONFLICT", "envelope.dataschema", "dataschema names %s, and events of this type belong to %s", v.title(), subject)
	return Version{}, &conflict
}

// sameSubject holds the subject that the caller names to the one that events of the type belong to.
func (c *Codec) sameSubject(ctx context.Context, m *Message, subject string) *verdict.Finding {
	latest := func(subject string) (Version, error) {
		return c.source.Version(ctx, Name{Kind: ByVersion, Context: m.Context, Subject: subject, Text: Latest})
	}
	named, err := latest(m.Subject)
	if owner, also := latest(subject); err != nil || also != nil || named.Subject == owner.Subject {
		return nil // what does not exist has been found already
	}
	f := verdict.Errorf("SCHEMA_CONFLICT", "", "events of this type belong to %s, and %s is named", subject, m.Subject)
	return &f
}

// carriedEvent answers with an event whose data were carried over.
func (o *opened) carriedEvent(a Answer, to *contract, body []byte, m *Message) (Answer, error) {
	env := *o.event
	if env.Binary = body; o.json {
		var err error
		env.Binary = nil
		if env.Data, err = to.text(body, o.options); err != nil {
			return a, err
		}
	}
	if env.Form != event.Plain {
		env.Set("dataschema", dataSchema(env.DataSchema, to.Version))
	} else if env.Version != "" {
		env.Set("version", strconv.Itoa(to.Number))
	}
	headers, text := env.Message()
	for _, h := range headers { // of an event in one piece they say only what it is, which has not changed
		if env.Form == event.Plain || env.Form == event.Structured {
			break
		}
		if before, ok := m.header(h.Name); !ok || !bytes.Equal(before, h.Value) {
			a.Headers = append(a.Headers, h)
		}
	}
	if m.Data != nil {
		a.Data = text
	} else {
		a.Payload = text
	}
	return a, nil
}

// dataSchema returns what dataschema is for a version: the address that stood there with the version changed, or else a
// urn.
func dataSchema(was string, v Version) string {
	const mark = "/versions/"
	if i := strings.LastIndex(was, mark); i >= 0 && strings.Contains(was[:i], "/subjects/") {
		return was[:i] + mark + strconv.Itoa(v.Number)
	}
	return "urn:schema:" + v.Subject + ":" + strconv.Itoa(v.Number)
}
