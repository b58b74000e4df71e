package envelope

import (
	"context"

	"github.com/treatyhq/treaty/envelope/event"
	"github.com/treatyhq/treaty/schema"
)

// A Source knows the schemas that messages and callers name: the registry's state, a client of its HTTP API, a map in a
// test. It is asked for every message, so it answers from memory where it can. It is safe for concurrent use.
type Source interface {
	// Version returns the schema that a name stands for, soft-deleted versions included, for they are what old messages
	// were written with. If nothing has the name it is an *[Unknown]; any other error says that nobody could tell.
	Version(ctx context.Context, name Name) (Version, error)
	// External returns the ID that another registry has for a version, in the context given; false if none is known.
	External(ctx context.Context, system System, v Version) (string, bool, error)
	// Binding returns what is set for events of a type in a context: the subject whose contract they honour, and what their
	// envelopes must be like. It is false if nothing is.
	Binding(ctx context.Context, context, eventType string) (event.Rules, bool, error)
	// Parse reads a text that is not stored. References without a context of their own are those of the context given. A text
	// that cannot be read is an *[Error].
	Parse(ctx context.Context, context string, inline Inline) (schema.Schema, error)
}

// A Name is one of the ways in which messages and callers name a schema. Names are comparable.
type Name struct {
	Kind    NameKind
	Context string // in which IDs count and subjects are meant; "" is the default one
	// Subject is the subject that should have the schema, which may be qualified with a context; that beats Context. Names of
	// the kind ByVersion need it; with the others only versions of that subject count, where it is not empty.
	Subject string
	Text    string // ByVersion: a number, a label or "latest"; ByAlias: the external ID
	ID      int    // ByID
	GUID    schema.GUID
	Rabin   uint64 // ByFingerprint: CRC-64-AVRO of the Parsing Canonical Form
	System  System // ByAlias
}

// A NameKind says which members of a name count.
type NameKind uint8

// The kinds of names.
const (
	ByVersion NameKind = iota
	ByID
	ByGUID
	ByFingerprint // of several versions that have it, the one with the lowest ID
	ByAlias
)

// Latest is the text of the name of a subject's newest active version.
const Latest = "latest"

// A System is another registry whose IDs are known as aliases of versions.
type System string

// The systems.
const (
	GlueID          System = "glue"             // the UUID of a schema version
	ApicurioContent System = "apicurio-content" // a content ID
	ApicurioGlobal  System = "apicurio-global"  // a global ID
	AzureID         System = "azure"            // 32 hexadecimal digits
	ConfluentID     System = "confluent"        // the ID in another registry of this kind
	PubSubID        System = "pubsub"           // a revision, as schema@revision
)

// A Version is a schema that a source knows, and what it is called there.
type Version struct {
	Subject string // qualified unless it is of the default context
	Number  int
	ID      int
	GUID    schema.GUID
	// Schema is the parsed form. The same schema should be the same pointer for as long as it is in use: what is compiled from
	// it is kept by it.
	Schema schema.Schema
}

// An Inline is a schema that a caller sends along.
type Inline struct {
	Text       string
	Type       schema.Type
	References []schema.Reference
}

// An Unknown is a name that nothing has.
type Unknown struct {
	Missing Missing
	Message string // one sentence
}

func (e *Unknown) Error() string { return e.Message }

// Missing says what part of a name leads nowhere.
type Missing uint8

// What can be missing.
const (
	MissingSchema  Missing = iota // nothing has the ID, GUID, fingerprint or alias
	MissingSubject                // there is no such subject
	MissingVersion                // the subject has no such version or label
)
