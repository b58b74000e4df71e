package envelope

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/envelope/verdict"
	"github.com/treatyhq/treaty/schema"
)

// An Inspection says what a message is, as far as it can be known.
type Inspection struct {
	Framing  Framing  `json:"framing,omitempty"`
	Evidence Evidence `json:"evidence,omitempty"`
	Format   string   `json:"format,omitempty"` // "avro", "protobuf" or "json": what the datum is written in
	Schema   *Named   `json:"schema,omitempty"`
	// Envelope is what surrounds the datum of an event.
	Envelope json.RawMessage `json:"envelope,omitempty"`
	// Candidates are all readings of the message, the one that was chosen among them.
	Candidates []Candidate       `json:"candidates"`
	Findings   []verdict.Finding `json:"findings,omitempty"` // why nothing was chosen
}

// Inspect says which framing, schema and envelope a message has, and lists every reading of it. Unlike everything else it
// guesses, and says so.
func (c *Codec) Inspect(ctx context.Context, m *Message) (Inspection, error) {
	in := Inspection{Candidates: []Candidate{}}
	if m.tombstone() {
		return in, c.admit(m)
	}
	o, a, err := c.open(ctx, m)
	if err != nil {
		return in, err
	}
	if o == nil {
		in.Findings = a.Findings
	} else {
		a = o.answer()
		in.Framing, in.Evidence, in.Schema, in.Format = a.Framing, a.Evidence, a.Schema, o.format()
		if o.event != nil {
			in.Envelope = o.event.AppendJSON(nil)
		}
		in.add(o, a.Evidence)
	}
	known, _ := c.candidates(ctx, m)
	for _, r := range known {
		in.add(&opened{reading: r, options: m.Options}, MagicResolved)
	}
	c.guess(ctx, m, &in)
	return in, nil
}

// format names what the datum is written in.
func (o *opened) format() string {
	if o.json {
		return "json"
	}
	return strings.ToLower(string(o.Schema.Type()))
}

// add lists a reading, once.
func (in *Inspection) add(o *opened, e Evidence) {
	a := o.answer()
	same := func(x Candidate) bool { return x.Framing == a.Framing && *x.Schema == *a.Schema }
	if !slices.ContainsFunc(in.Candidates, same) {
		in.Candidates = append(in.Candidates, Candidate{a.Framing, a.Schema, e, verdict.Valid(o.check())})
	}
}

// guess lists what the message could be although nothing says so: an event, or a bare body of the contract that is named.
func (c *Codec) guess(ctx context.Context, m *Message, in *Inspection) {
	for _, f := range []Framing{Event, CloudEvents, None} {
		guessed := *m
		guessed.Framing, guessed.Headers = f, nil
		if f != None && !startsWith(m.Payload, '{') || f == None && m.Subject == "" {
			continue
		}
		if o, _, err := c.open(ctx, &guessed); err == nil && o != nil {
			in.add(o, Guess)
		}
	}
	if bytes.HasPrefix(m.Payload, []byte(avro.ContainerMagic)) {
		in.Candidates = append(in.Candidates, Candidate{container, &Named{Type: schema.Avro}, Guess, c.isContainer(ctx, m.Payload)})
	}
}

// container is shown where a payload is an object container file, and read nowhere: it is many messages.
const container Framing = "container"

// isContainer reports whether a payload is a container, as far as its first block: opened, the others may be any size.
func (c *Codec) isContainer(ctx context.Context, payload []byte) bool {
	file, err := avro.NewContainer(ctx, bytes.NewReader(payload), c.cfg.MaxMessage)
	if err != nil {
		return false
	}
	for _, err := range file.Data() {
		return err == nil
	}
	return true
}
