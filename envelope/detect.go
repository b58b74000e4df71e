package envelope

import (
	"context"
	"slices"

	"github.com/treatyhq/treaty/envelope/verdict"
)

// Evidence says how the framing of a message is known.
type Evidence string

// The kinds of evidence, the best first.
const (
	Declared      Evidence = "declared"       // the caller says it
	ByHeader      Evidence = "header"         // a header says it
	MagicResolved Evidence = "magic-resolved" // first bytes, an ID that is known, and a body that is valid under it
	Guess         Evidence = "guess"          // none of these: shown, never acted on
)

// A Candidate is one reading of a message whose framing was not declared.
type Candidate struct {
	Framing  Framing  `json:"framing"`
	Schema   *Named   `json:"schema,omitempty"`
	Evidence Evidence `json:"evidence"`
	Valid    bool     `json:"valid"`
}

// A reading is a frame whose schema is known.
type reading struct {
	frame
	*contract
	body     []byte // the datum
	evidence Evidence
}

// A family is a kind of headers that say what a message is.
type family struct {
	framing Framing
	present func(m *Message) bool
}

// families are looked for in this order. Google Pub/Sub has no framing of its own: its attributes stand beside a bare body.
// Source: the products' serializers.
var families = []family{
	{ConfluentHeader, func(m *Message) bool { return m.has(valueHeader) || m.has(keyHeader) }},
	{Apicurio, hasApicurio},
	{CloudEvents, isCloudEvent},
	{Azure, func(m *Message) bool { _, ok := azureHeader(m); return ok }},
	{None, hasPubSub},
	{Event, isEvent},
}

func (m *Message) has(name string) bool { _, ok := m.header(name); return ok }

// byHeader returns the framings that the headers of a message show.
func (m *Message) byHeader() []Framing {
	var found []Framing
	for _, f := range families {
		if f.present(m) {
			found = append(found, f.framing)
		}
	}
	return found
}

// read takes a message apart by its framing and finds its schema.
func (c *Codec) read(ctx context.Context, m *Message, f Framing, e Evidence) (reading, *verdict.Finding) {
	parse := framings[f].parse
	if f == None {
		parse = parsePubSub
	}
	fr, found := parse(c, m)
	if found != nil {
		return reading{}, found
	}
	return c.resolve(ctx, m, fr, e)
}

func (c *Codec) resolve(ctx context.Context, m *Message, fr frame, e Evidence) (reading, *verdict.Finding) {
	v, found := c.meant(ctx, fr.names)
	if found != nil {
		return reading{frame: fr, evidence: e}, found
	}
	k, body, found := c.compile(v, fr, m.Type)
	return reading{fr, k, body, e}, found
}

// candidates returns how a payload reads under each framing that its first bytes allow and whose schema is known, and what
// is wrong with the others.
func (c *Codec) candidates(ctx context.Context, m *Message) (known []reading, refused []verdict.Finding) {
	for _, f := range byMagic {
		if !framings[f].looks(m.Payload) {
			continue
		}
		bare := *m
		bare.Headers = nil
		r, found := c.read(ctx, &bare, f, MagicResolved)
		if found != nil {
			refused = append(refused, *found)
			continue
		}
		known = append(known, r)
	}
	return known, refused
}

// valid reports whether a reading's body is a datum of its schema, with nothing left over.
func (r *reading) valid() bool {
	return r.Clean(r.body) || verdict.Valid(r.Findings(r.body, 1))
}

// same reports whether two readings have the same datum of the same schema.
func (r *reading) same(o *reading) bool {
	return r.key() == o.key() && len(r.body) == len(o.body)
}

// detect finds out the framing of a message from its first bytes. One counts only if its schema is known and the body is
// valid under it, and if there is no other. It never falls back to a bare body. With findings the reading is the single one
// whose schema is known, if any.
func (c *Codec) detect(ctx context.Context, m *Message) (reading, []verdict.Finding) {
	known, refused := c.candidates(ctx, m)
	var fits []reading
	for _, r := range known {
		if r.valid() && (len(fits) == 0 || !r.same(&fits[0])) {
			fits = append(fits, r)
		}
	}
	unanswered := slices.IndexFunc(refused, isUnanswered)
	switch {
	case unanswered >= 0:
		return reading{}, refused[unanswered : unanswered+1]
	case len(fits) == 1:
		return fits[0], nil
	case len(fits) > 1:
		f := verdict.Errorf("FRAME_AMBIGUOUS", "", "the message reads under more than one framing; declare the one that is meant")
		f.Candidates = describe(fits)
		return reading{}, []verdict.Finding{f}
	}
	if i := slices.IndexFunc(refused, func(f verdict.Finding) bool { return f.Class == verdict.Retriable || f.Code == schemaUnknown }); i >= 0 && len(known) == 0 {
		return reading{}, refused[i : i+1] // the schema may still arrive, and the bytes with it be understood
	}
	findings := c.unknown(m, known)
	if len(known) == 1 {
		return known[0], findings
	}
	return reading{}, findings
}

// isUnanswered reports whether a reading was refused because nobody could look up its schema: it may be a second one that fits.
func isUnanswered(f verdict.Finding) bool { return f.Code == schemaUnavailable }

// frameUnknown is the code of a message that no framing fits.
const frameUnknown = "FRAME_UNKNOWN"

// unknown is what is said of a message that no framing fits. If there is a single schema that it names, what is wrong with
// the body under that is said too.
func (c *Codec) unknown(m *Message, known []reading) []verdict.Finding {
	f := verdict.Errorf(frameUnknown, "", "no framing fits the message; declare the one that is meant, or none for a bare body")
	f.Candidates = describe(known)
	findings := []verdict.Finding{f}
	if len(known) == 1 {
		findings = append(findings, known[0].Findings(known[0].body, max(m.max()-1, 1))...)
	}
	return findings
}

func describe(readings []reading) []string {
	var all []string
	for _, r := range readings {
		all = append(all, string(r.frame.framing)+", "+r.title())
	}
	return all
}
