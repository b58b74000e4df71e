package httpapi

import (
	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/envelope/event"
	"github.com/treatyhq/treaty/envelope/verdict"
	"github.com/treatyhq/treaty/registry"
	"github.com/treatyhq/treaty/schema"
)

// A versionAnswer is a schema as most endpoints show it. Each shows a subset of the members: those that are empty are
// left out. ID is a pointer because 0 is an ID in an import.
type versionAnswer struct {
	Subject    string              `json:"subject,omitempty"`
	Version    int                 `json:"version,omitempty"`
	ID         *int                `json:"id,omitempty"`
	MaxID      *int                `json:"maxId,omitempty"`
	GUID       string              `json:"guid,omitempty"`
	SchemaType schema.Type         `json:"schemaType,omitempty"`
	References []schema.Reference  `json:"references,omitempty"`
	Metadata   *schema.Metadata    `json:"metadata,omitempty"`
	RuleSet    *schema.RuleSet     `json:"ruleSet,omitempty"`
	Schema     string              `json:"schema,omitempty"`
	SchemaTags []schema.EntityTags `json:"schemaTags,omitempty"`
	Timestamp  int64               `json:"ts,omitempty"` // milliseconds since 1970
	Deleted    bool                `json:"deleted,omitempty"`
	Aliases    []string            `json:"aliases,omitempty"`
}

// answerSchema is the answer of the look-ups by ID and GUID: what the content is, and not where it stands.
func answerSchema(v *registry.Version) versionAnswer {
	return versionAnswer{
		GUID:       v.GUID.String(),
		SchemaType: v.Type,
		References: v.References,
		Metadata:   v.Metadata,
		RuleSet:    v.RuleSet,
		Schema:     v.Text,
		Timestamp:  v.Time.UnixMilli(),
		Deleted:    v.Deleted,
	}
}

// answerVersion is the answer of the look-ups by subject.
func answerVersion(v *registry.Version) versionAnswer {
	a := answerSchema(v)
	a.Subject, a.Version, a.ID = v.Subject.String(), v.Number, &v.ID
	return a
}

// answerRegistered is the answer to a registration. A new version carries no time, as in the reference.
func answerRegistered(v *registry.Version, existing bool) versionAnswer {
	a := answerVersion(v)
	a.Subject = ""
	if !existing {
		a.Timestamp = 0
	}
	return a
}

// A configAnswer holds settings. An update is answered under "compatibility", everything else under
// "compatibilityLevel".
type configAnswer struct {
	Alias              string           `json:"alias,omitempty"`
	AliasForDeks       string           `json:"aliasForDeks,omitempty"`
	Normalize          *bool            `json:"normalize,omitempty"`
	ValidateFields     *bool            `json:"validateFields,omitempty"`
	ValidateNewSchemas *bool            `json:"validateNewSchemas,omitempty"`
	ValidateRules      *bool            `json:"validateRules,omitempty"`
	Compatibility      compat.Level     `json:"compatibility,omitempty"`
	CompatibilityLevel compat.Level     `json:"compatibilityLevel,omitempty"`
	Policy             string           `json:"compatibilityPolicy,omitempty"`
	Group              string           `json:"compatibilityGroup,omitempty"`
	Policies           *compat.Policies `json:"policies,omitempty"` // ours; there, if empty, where none is to be inherited
	DefaultMetadata    *schema.Metadata `json:"defaultMetadata,omitempty"`
	OverrideMetadata   *schema.Metadata `json:"overrideMetadata,omitempty"`
	DefaultRuleSet     *schema.RuleSet  `json:"defaultRuleSet,omitempty"`
	OverrideRuleSet    *schema.RuleSet  `json:"overrideRuleSet,omitempty"`
}

// A modeAnswer is a mode, also as it is sent; nil where there is none.
type modeAnswer struct {
	Mode *string `json:"mode,omitempty"`
}

// A compatibilityAnswer is a verdict with its messages.
type compatibilityAnswer struct {
	Compatible bool     `json:"is_compatible"`
	Messages   []string `json:"messages"`
}

// A holderAnswer names a version that has a certain schema.
type holderAnswer struct {
	Subject string `json:"subject"`
	Version int    `json:"version"`
}

// A labelAnswer is a label of a version.
type labelAnswer struct {
	Subject string `json:"subject"`
	Version int    `json:"version"`
	Label   string `json:"label"`
}

func answerLabel(l registry.Label) labelAnswer {
	return labelAnswer{l.Subject.String(), l.Version, l.Label}
}

// An aliasAnswer is an alias in a list; alone it is what the ID stands for.
type aliasAnswer struct {
	System     envelope.System `json:"system"`
	ExternalID string          `json:"externalId"`
	holderAnswer
}

func answerAlias(a registry.Alias) holderAnswer {
	return holderAnswer{a.Subject.From(a.Context), a.Version}
}

// An eventTypeAnswer is a type of events in a list; alone it is what is set for it.
type eventTypeAnswer struct {
	Type string `json:"type"`
	event.Settings
}

// An errorAnswer is the body of every refusal.
type errorAnswer struct {
	Code     int               `json:"error_code"`
	Message  string            `json:"message"`
	Findings []verdict.Finding `json:"findings,omitempty"` // of a message that was refused
}
