package registry

import (
	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/envelope"
	envevent "github.com/treatyhq/treaty/envelope/event"
	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/schema"
)

// An event is the data of one event in the log, decoded. Everything that was computed stands in it (IDs, version
// numbers, what references are pinned to), so that folding events needs no rule of deciding. Names, and settings that are as
// short, stand in it as they are; other texts of clients are digests of blobs, a zero digest standing for none.
type event interface {
	kind() string
}

// A scope is the subject or context that an event speaks of, as events spell it.
type scope struct {
	Context string `json:"context"`
	Name    string `json:"subject"`
}

func (s scope) subject() Subject { return Subject(s) }

// logCreated is the first event of every log.
type logCreated struct {
	Level int    `json:"level"` // of the log: which kinds of events may stand in it
	Key   []byte `json:"key"`   // of the hash that names blobs
}

// levelRaised says that from here on the log holds kinds of a higher level.
type levelRaised struct {
	Level int `json:"level"`
}

// schemaRegistered adds a version to a subject.
type schemaRegistered struct {
	scope
	Version    int                `json:"version"`
	ID         int                `json:"id"`
	GUID       schema.GUID        `json:"guid"`
	Type       schema.Type        `json:"type"`
	Size       int                `json:"size"` // bytes of the canonical text
	Text       eventlog.Digest    `json:"text"` // canonical
	Source     eventlog.Digest    `json:"source,omitzero"`
	References []schema.Reference `json:"references,omitempty"` // subjects as submitted, versions pinned
	Metadata   eventlog.Digest    `json:"metadata,omitzero"`    // of a schema.Metadata in JSON
	RuleSet    eventlog.Digest    `json:"ruleSet,omitzero"`     // of a schema.RuleSet in JSON
}

// versionsDeleted hides versions: they are still found by ID.
type versionsDeleted struct {
	scope
	Versions []int `json:"versions"`
}

// versionsErased removes versions for good. The blobs that nothing else uses go with the same append.
type versionsErased struct {
	scope
	Versions []int `json:"versions"`
}

// configSet replaces all settings of a scope.
type configSet struct {
	scope
	Alias              string          `json:"alias,omitempty"`
	AliasForDeks       string          `json:"aliasForDeks,omitempty"`
	Normalize          *bool           `json:"normalize,omitempty"`
	ValidateFields     *bool           `json:"validateFields,omitempty"`
	ValidateNewSchemas *bool           `json:"validateNewSchemas,omitempty"`
	ValidateRules      *bool           `json:"validateRules,omitempty"`
	Level              compat.Level    `json:"compatibilityLevel,omitempty"`
	Policy             string          `json:"compatibilityPolicy,omitempty"`
	Group              string          `json:"compatibilityGroup,omitempty"`
	DefaultMetadata    eventlog.Digest `json:"defaultMetadata,omitzero"`
	OverrideMetadata   eventlog.Digest `json:"overrideMetadata,omitzero"`
	DefaultRuleSet     eventlog.Digest `json:"defaultRuleSet,omitzero"`
	OverrideRuleSet    eventlog.Digest `json:"overrideRuleSet,omitzero"`
	// Policies are nil where none are set; an empty set turns off those that would be inherited. From version 2 on.
	Policies *compat.Policies `json:"policies,omitempty"`
}

// configCleared removes all settings of a scope.
type configCleared struct{ scope }

// modeSet gives a scope a mode of its own.
type modeSet struct {
	scope
	Mode Mode `json:"mode"`
}

// modeCleared takes a scope's own mode away.
type modeCleared struct{ scope }

// contextDeleted takes an empty context off the list. Its IDs stay taken.
type contextDeleted struct {
	Context string `json:"context"`
}

// labelSet lets a label name a version of its subject, and no longer another one.
type labelSet struct {
	scope
	Version int    `json:"version"`
	Label   string `json:"label"`
}

// labelCleared takes a label away.
type labelCleared struct {
	scope
	Label string `json:"label"`
}

// aliasSet lets the ID of another registry stand for a version in a context, and no longer for another one.
type aliasSet struct {
	Context    string          `json:"context"`
	System     envelope.System `json:"system"`
	ExternalID string          `json:"externalId"`
	Subject    string          `json:"subject"` // of the context, unless it is qualified
	Version    int             `json:"version"`
}

// aliasCleared takes an alias away.
type aliasCleared struct {
	Context    string          `json:"context"`
	System     envelope.System `json:"system"`
	ExternalID string          `json:"externalId"`
}

// typeSet replaces what is set for events of a type in a context. The subject is of the context, unless it is qualified.
type typeSet struct {
	Context string `json:"context"`
	Type    string `json:"type"`
	envevent.Settings
}

// typeCleared removes what is set for events of a type.
type typeCleared struct {
	Context string `json:"context"`
	Type    string `json:"type"`
}

func (*logCreated) kind() string       { return "log.created" }
func (*levelRaised) kind() string      { return "level.raised" }
func (*schemaRegistered) kind() string { return "schema.registered" }
func (*versionsDeleted) kind() string  { return "versions.deleted" }
func (*versionsErased) kind() string   { return "versions.erased" }
func (*configSet) kind() string        { return "config.set" }
func (*configCleared) kind() string    { return "config.cleared" }
func (*modeSet) kind() string          { return "mode.set" }
func (*modeCleared) kind() string      { return "mode.cleared" }
func (*contextDeleted) kind() string   { return "context.deleted" }
func (*labelSet) kind() string         { return "label.set" }
func (*labelCleared) kind() string     { return "label.cleared" }
func (*aliasSet) kind() string         { return "alias.set" }
func (*aliasCleared) kind() string     { return "alias.cleared" }
func (*typeSet) kind() string          { return "type.set" }
func (*typeCleared) kind() string      { return "type.cleared" }

// blobs returns the digests that a version of the event uses, each as often as it uses it.
func (e *schemaRegistered) blobs() []eventlog.Digest {
	return named(e.Text, e.Source, e.Metadata, e.RuleSet)
}

// blobs returns the digests that the settings use, each as often as they use it.
func (e *configSet) blobs() []eventlog.Digest {
	return named(e.DefaultMetadata, e.OverrideMetadata, e.DefaultRuleSet, e.OverrideRuleSet)
}

// needs returns the blobs that applying the event asks for. Sources are not among them: the state does without.
func needs(ev event) []eventlog.Digest {
	switch e := ev.(type) {
	case *schemaRegistered:
		return named(e.Text, e.Metadata, e.RuleSet)
	case *configSet:
		return e.blobs()
	}
	return nil
}

// named drops the digests that stand for none.
func named(digests ...eventlog.Digest) []eventlog.Digest {
	kept := digests[:0]
	for _, d := range digests {
		if d != (eventlog.Digest{}) {
			kept = append(kept, d)
		}
	}
	return kept
}
