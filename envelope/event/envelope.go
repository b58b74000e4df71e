package event

import (
	"slices"
	"strings"
	"time"

	"github.com/treatyhq/treaty/envelope/token"
)

// A Form is a way to write an event.
type Form uint8

// The forms.
const (
	Plain      Form = iota // one JSON object with eventId, eventType, occurredAt and data
	Structured             // a CloudEvent as one JSON object
	HTTPBinary             // a CloudEvent whose attributes are headers of HTTP: ce-id
	Kafka                  // a CloudEvent whose attributes are headers of Kafka: ce_id
)

// A Header is one header of a message. A name may stand more than once: the last one counts.
type Header struct {
	Name  string
	Value []byte
}

// An Envelope is what surrounds the data of one event, whatever its form. What a member says is empty where it is absent
// or cannot be read. It aliases the message that it was read from.
type Envelope struct {
	Form          Form
	ID            string
	Type          string
	Version       string // of the schema: a number or a label
	Source        string
	Subject       string // what the event is about, aggregateId of a plain event; never a registry's subject
	Sequence      string
	DataSchema    string
	ContentType   string // of the data
	CorrelationID string
	CausationID   string
	TraceParent   string
	TraceState    string
	Time          time.Time  // in UTC; zero before [Envelope.Check]
	Ref           *Reference // to data that are elsewhere
	// Data is the JSON that stands as data, null included, or Binary the bytes in another format; both are nil where the event
	// has no data.
	Data   []byte
	Binary []byte
	// Members are all members but the data, in their order, those that are null left out.
	Members []Member

	time timeText
}

// A Member is a member of an event's object, or an attribute that came as a header.
type Member struct {
	Name  string
	Value []byte // JSON

	text string // what a string says; the literal of another value
}

// timeText is the time as it is written.
type timeText struct {
	member string // whose value it is; empty if there is no time
	text   string
	number bool // a number, and not a string
}

// AppendJSON appends the envelope without its data as a JSON object, every member as it came.
func (e *Envelope) AppendJSON(dst []byte) []byte {
	return append(e.appendMembers(append(dst, '{')), '}')
}

// appendMembers appends the members with commas between them.
func (e *Envelope) appendMembers(dst []byte) []byte {
	for i, m := range e.Members {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(token.AppendString(dst, m.Name), ':')
		dst = append(dst, m.Value...)
	}
	return dst
}

// Set gives a member the value of a string, and adds it at the end if there is none of the name. The envelope's own field
// for it stays as it is, and so does another envelope that this one was copied from.
func (e *Envelope) Set(name, text string) {
	m := Member{name, token.AppendString(nil, text), text}
	e.Members = slices.Clone(e.Members)
	if i := slices.IndexFunc(e.Members, func(m Member) bool { return m.Name == name }); i >= 0 {
		e.Members[i] = m
		return
	}
	e.Members = append(e.Members, m)
}

// member returns a member's string, or the literal that stands there instead; false if there is none.
func (e *Envelope) member(name string) (string, bool) {
	for i := range e.Members {
		if m := &e.Members[i]; m.Name == name {
			return m.text, true
		}
	}
	return "", false
}

// keep adds a field to the members.
func (e *Envelope) keep(f field) {
	m := Member{f.name, f.raw, f.text}
	if f.kind != token.String {
		m.text = string(f.raw)
	}
	e.Members = append(e.Members, m)
}

// hasJSON reports whether the data of a binary form are JSON: where nothing says what they are, they are, as in the JSON
// form.
func (e *Envelope) hasJSON() bool {
	if strings.TrimSpace(e.ContentType) == "" {
		return true
	}
	kind, _ := MediaType(e.ContentType)
	return IsJSON(kind)
}
