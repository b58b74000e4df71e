package schema

// Metadata is what a subject's owners say about a version. It is part of the version's identity.
// Source: Confluent data contracts, Metadata.
type Metadata struct {
	Tags       map[string][]string `json:"tags,omitempty"`       // path -> tags
	Properties map[string]string   `json:"properties,omitempty"` // name -> value
	Sensitive  []string            `json:"sensitive,omitempty"`  // names of properties that are not to be shown around
}

// A RuleSet holds the rules that travel with a version. It is part of the version's identity.
// Source: Confluent data contracts, RuleSet.
type RuleSet struct {
	MigrationRules []Rule `json:"migrationRules,omitempty"`
	DomainRules    []Rule `json:"domainRules,omitempty"`
	EncodingRules  []Rule `json:"encodingRules,omitempty"`
	EnableAt       string `json:"enableAt,omitempty"`
}

// A Rule is one rule of a set. Kind and Mode are never empty in a stored rule: they default to TRANSFORM and WRITEREAD.
type Rule struct {
	Name      string            `json:"name,omitempty"`
	Doc       string            `json:"doc,omitempty"`
	Kind      string            `json:"kind,omitempty"`
	Mode      string            `json:"mode,omitempty"`
	Type      string            `json:"type,omitempty"`
	Tags      []string          `json:"tags,omitempty"`
	Params    map[string]string `json:"params,omitempty"`
	Expr      string            `json:"expr,omitempty"`
	OnSuccess string            `json:"onSuccess,omitempty"`
	OnFailure string            `json:"onFailure,omitempty"`
	Disabled  bool              `json:"disabled"`
}

// EntityTags are the inline tags of one record, message or field of a schema.
type EntityTags struct {
	Entity Entity   `json:"schemaEntity"`
	Tags   []string `json:"tags"`
}

// An Entity is a place in a schema that can carry tags.
type Entity struct {
	Path string `json:"entityPath"` // the full name of a record or message, then ".field" for a field
	Type string `json:"entityType"` // EntityRecord or EntityField
}

// The types of entities.
const (
	EntityRecord = "sr_record"
	EntityField  = "sr_field"
)
