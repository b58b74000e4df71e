package envelope

import (
	"github.com/treatyhq/treaty/envelope/event"
	"github.com/treatyhq/treaty/envelope/verdict"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

// A Message is one message and what its sender says of it. The zero value of every member but the payload is right where
// the message says itself what it is.
type Message struct {
	Context string // in which IDs and subjects are meant; "" is the default one
	Subject string // the contract's owner, where framing and type do not say
	Version string // a number, a label or "latest"; for a message with a subject alone, and no framing, "latest" is meant
	Framing Framing
	Binding string // the broker whose size limits apply; "" is none
	Headers []Header
	// Payload are the bytes as they came, or Data a JSON value. A message with neither is a tombstone: valid, and passed on as
	// it is. An empty payload is not nil.
	Payload []byte
	Data    []byte
	Type    string // Protobuf: the full name of the message, where the framing does not say; the file's first by default
	Target  Target // of an upcast
	Options
}

// A Header is one header of a message. A name may stand more than once: the last one counts.
type Header = event.Header

// Options say how a message is read and written.
type Options struct {
	Encoding      Encoding        // of JSON; "" is plain JSON for Avro and protojson for Protobuf
	Latin1        bool            // plain JSON: bytes are code points and not base64
	Raw           bool            // plain JSON: logical types are written as their base types
	ApplyDefaults bool            // a field that JSON lacks gets its default
	DropUnknown   bool            // members of JSON that the schema does not know are dropped
	Resolution    avro.Resolution // of unions, when upcasting
	MaxFindings   int             // how many findings are reported; 0 is 100
	Explain       bool            // how the schema was found is reported too
}

// An Encoding is a way to write a datum as JSON.
type Encoding string

// The encodings.
const (
	PlainJSON Encoding = "plain-json"
	AvroJSON  Encoding = "avro-json"
	ProtoJSON Encoding = "protojson"
)

// A Target is the version that an upcast leads to: one of its members.
type Target struct {
	Version string // a number, a label or "latest", of the message's subject
	ID      int
	Inline  *Inline
}

// An Answer is what is said of a message, whatever was asked.
type Answer struct {
	Schema  *Named // the version that the message was written with; after an upcast the target; nil if unknown
	Written *Named // after an upcast: the version that the message was written with
	// Known is what can be said all the same of the contract of a message that is not answered under one: its envelope is
	// wrong, or no framing fits it. It has a subject at least; nil if there is none. It is for dead letters and for those who
	// count.
	Known    *Named
	Framing  Framing // empty if unknown
	Findings []verdict.Finding
	Evidence Evidence
	// Payload and Data are what came of the message; a tombstone has neither. Headers are those to set, and no others.
	Payload []byte
	Data    []byte
	Headers []Header
	Steps   []verdict.Step
	// Envelope is what surrounds the data of an event, as JSON; nil for messages that are none.
	Envelope []byte
}

// Named is what a version is called, for those who asked.
type Named struct {
	ID      int         `json:"id,omitempty"` // absent for an inline schema, like the four below
	GUID    string      `json:"guid,omitempty"`
	Type    schema.Type `json:"type"`
	Subject string      `json:"subject,omitempty"`
	Version int         `json:"version,omitempty"`
	Message string      `json:"message,omitempty"` // Protobuf: the full name of the message
}

// A Disposition is what to do with a message.
type Disposition string

// The dispositions, the best one first.
const (
	Accept     Disposition = "accept"
	Retry      Disposition = "retry"  // all that is wrong may be right soon
	DeadLetter Disposition = "dlq"    // it will never be read
	Reject     Disposition = "reject" // a rule says so: give it back to its producer
)

// DispositionOf returns what to do with a message of which these findings were made.
func DispositionOf(findings []verdict.Finding) Disposition {
	d := Accept
	for _, f := range findings {
		switch {
		case f.Severity != verdict.Error:
		case f.Class == verdict.Permanent:
			return DeadLetter
		default:
			d = Retry
		}
	}
	return d
}

// An Error is a refusal the caller can act on. Anything else is an internal error.
type Error struct {
	Code     int    // 40401 and 40402 for what the caller names, 40403 for what the message names, 42220 for a message that cannot be carried over, or an HTTP status
	Message  string // one sentence
	Findings []verdict.Finding
	Schema   *Named // the version that the message was written with, or its subject alone; nil if unknown
}

func (e *Error) Error() string { return e.Message }

// The codes of errors that have no other.
const (
	SubjectNotFound = 40401
	VersionNotFound = 40402
	SchemaNotFound  = 40403
	InvalidMessage  = 42220
	TooLarge        = 413
	Unprocessable   = 422
	Unavailable     = 50001
)
