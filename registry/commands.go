package registry

import (
	"encoding/json"
	"time"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
)

// LatestVersion asks for the newest active version where a version number is wanted.
const LatestVersion = -1

// UnsetID says that a registration leaves the ID to the registry.
const UnsetID = -1

// A Submission is a schema that a client sends, to register it, to look it up or to have it checked.
type Submission struct {
	Subject    Subject
	Type       schema.Type // empty means Avro
	Text       string      // as submitted; empty on registration takes everything from the latest version
	References []schema.Reference
	Metadata   *schema.Metadata
	RuleSet    *schema.RuleSet
	Normalize  *bool // nil leaves it to the settings
}

// A RegisterCommand asks for a submission to become a version of its subject.
type RegisterCommand struct {
	Submission
	Version       int // the number it must get; 0 is unset, LatestVersion is "the next one, and say so in confluent:version"
	ID            int // UnsetID unless importing
	TagsToAdd     []schema.EntityTags
	TagsToRemove  []schema.EntityTags
	PropagateTags bool // take over the inline tags of the latest version
	Force         bool // skip the compatibility check
}

// Registered is the answer to a registration.
type Registered struct {
	Version
	Existing bool          // it was there already, nothing was written
	Stale    time.Duration // more than 0 if it was answered from memory while the store was out of reach
}

// A TagCommand makes a new version out of an existing one by changing its inline tags, metadata or rules.
type TagCommand struct {
	Subject       Subject
	Version       int // to start from; LatestVersion is the newest
	NewVersion    int // the number that the new version must get; 0 or LatestVersion is the next one
	Add, Remove   []schema.EntityTags
	Metadata      *schema.Metadata // replaces the version's own
	RuleSet       *schema.RuleSet  // replaces the version's own
	RulesToMerge  *schema.RuleSet  // merged into it by name
	RulesToRemove []string         // names
}

// A Patch is one member of an update: absent it keeps what is stored, with a nil Value it clears it.
type Patch[T any] struct {
	Set   bool
	Value *T
}

// ConfigUpdate says how settings change, member by member.
type ConfigUpdate struct {
	Alias              Patch[string]
	AliasForDeks       Patch[string]
	Normalize          Patch[bool]
	ValidateFields     Patch[bool]
	ValidateNewSchemas Patch[bool]
	ValidateRules      Patch[bool]
	Level              Patch[compat.Level] // any case; anything but a level is refused with 42203
	Policy             Patch[string]       // anything unknown counts as null
	Group              Patch[string]
	Policies           Patch[compat.Policies] // in any order; an unknown one is refused with 42290
	DefaultMetadata    Patch[schema.Metadata]
	OverrideMetadata   Patch[schema.Metadata]
	DefaultRuleSet     Patch[schema.RuleSet]
	OverrideRuleSet    Patch[schema.RuleSet]
}

// UnmarshalJSON notes that the member is there: null clears, anything else is its new value.
func (p *Patch[T]) UnmarshalJSON(b []byte) error {
	p.Set, p.Value = true, nil
	if string(b) == "null" {
		return nil
	}
	p.Value = new(T)
	return json.Unmarshal(b, p.Value)
}
