package envelope

import (
	"bytes"
	"context"
	"slices"

	"github.com/treatyhq/treaty/envelope/verdict"
)

// A Framing is a way in which a message says which schema it was written with.
type Framing string

// The framings. Auto, or none at all, has it found out; None says that the bytes are the datum and nothing else.
const (
	Auto            Framing = "auto"
	None            Framing = "none"
	Confluent       Framing = "confluent"        // a prefix of 0 and an ID, or of 1 and a GUID
	ConfluentHeader Framing = "confluent-header" // a GUID in a header
	Glue            Framing = "glue"
	SingleObject    Framing = "single-object"
	Apicurio        Framing = "apicurio"
	Azure           Framing = "azure"
	CloudEvents     Framing = "cloudevents"
	Event           Framing = "event"
)

// A frame is a message taken apart: what its framing says, and the bytes behind that.
type frame struct {
	framing Framing
	names   []Name // of the schema; the first one that is known counts
	body    []byte
	index   indexForm
	lead    []byte // what the index is read from, where that is not the body
	// json says that the body is JSON and not binary.
	json bool
}

// A framingRule is what is known of a framing that stands around binary data.
type framingRule struct {
	// looks reports whether a payload could be of the framing by its first bytes.
	looks func(payload []byte) bool
	// parse takes a message apart that is said to be of the framing.
	parse func(c *Codec, m *Message) (frame, *verdict.Finding)
	// emit puts a body into the framing.
	emit func(e *emission) *verdict.Finding
}

// framings are those that stand around binary data. What is not here is an event, or [None].
var framings map[Framing]framingRule

func init() {
	framings = map[Framing]framingRule{
		Confluent:       {looks: looksConfluent, parse: parseConfluent, emit: emitConfluent},
		ConfluentHeader: {looks: never, parse: parseConfluentHeader, emit: emitConfluentHeader},
		Glue:            {looks: looksGlue, parse: parseGlue, emit: emitGlue},
		SingleObject:    {looks: looksSingleObject, parse: parseSingleObject, emit: emitSingleObject},
		Apicurio:        {looks: looksApicurio, parse: parseApicurio, emit: emitApicurio},
		Azure:           {looks: looksAzure, parse: parseAzure, emit: emitAzure},
	}
}

// byMagic are the framings that first bytes can show, in the order in which candidates are listed.
var byMagic = []Framing{Confluent, Glue, SingleObject, Apicurio, Azure}

func never([]byte) bool { return false }

// allFramings are those that a caller can name.
var allFramings = []Framing{Auto, None, Confluent, ConfluentHeader, Glue, SingleObject, Apicurio, Azure, CloudEvents, Event}

// Valid reports whether there is such a framing. The empty one is [Auto].
func (f Framing) Valid() bool { return f == "" || slices.Contains(allFramings, f) }

// header returns the last value of a header.
func (m *Message) header(name string) ([]byte, bool) {
	for i := len(m.Headers) - 1; i >= 0; i-- {
		if m.Headers[i].Name == name {
			return m.Headers[i].Value, true
		}
	}
	return nil, false
}

// An emission is a body on its way into a framing.
type emission struct {
	c       *Codec
	ctx     context.Context
	to      *contract
	body    []byte // without anything before it
	payload []byte // what becomes of it
	headers []Header
	// from is the message that the body was carried over from; nil for one that was made from JSON.
	from *Message
}

// put sets the payload to a prefix and the body.
func (e *emission) put(prefix ...byte) *verdict.Finding {
	e.payload = append(prefix, e.body...)
	return nil
}

// truncated is the finding of a message that ends within its framing.
func truncated(f Framing, need, have int) *verdict.Finding {
	found := verdict.Errorf("FRAME_TRUNCATED", "", "the framing %s takes at least %d bytes, and the message has %d", f, need, have).At(0)
	return &found
}

// mismatch is the finding of a message whose bytes are not of the framing that was declared.
func mismatch(f Framing, format string, args ...any) *verdict.Finding {
	found := verdict.Errorf("FRAME_MISMATCH", "", "the message is not framed as %s: "+format, append([]any{f}, args...)...).At(0)
	return &found
}

// badHeader is the finding of a schema header that says nothing. It is never ignored: whoever set it meant something.
func badHeader(name, format string, args ...any) *verdict.Finding {
	found := verdict.Errorf("FRAME_HEADER", "", "the header %s "+format, append([]any{name}, args...)...)
	return &found
}

func startsWith(payload []byte, magic ...byte) bool { return bytes.HasPrefix(payload, magic) }
