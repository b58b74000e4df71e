package registry

import (
	"slices"
	"strings"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
)

// GlobalContext is the scope above all contexts: its settings hold where nothing nearer is set. No subject lives in it.
const GlobalContext = ".__GLOBAL"

// SubjectConfig holds the settings of one scope: a subject, a context, or all of them. An unset member is nil or empty.
type SubjectConfig struct {
	Alias              string // the subject that requests for this one are answered from
	AliasForDeks       string
	Normalize          *bool
	ValidateFields     *bool
	ValidateNewSchemas *bool
	ValidateRules      *bool
	Level              compat.Level
	Policy             string
	Group              string           // the metadata property that splits a subject into lines of compatibility
	Policies           *compat.Policies // those that are on; an empty set turns off those that would be inherited
	DefaultMetadata    *schema.Metadata
	OverrideMetadata   *schema.Metadata
	DefaultRuleSet     *schema.RuleSet
	OverrideRuleSet    *schema.RuleSet
}

// policies returns those that are on.
func (c SubjectConfig) policies() compat.Policies {
	if c.Policies == nil {
		return nil
	}
	return *c.Policies
}

// A Mode says which writes a scope takes.
type Mode string

// The modes.
const (
	ReadWrite        Mode = "READWRITE"
	ReadOnly         Mode = "READONLY"
	ReadOnlyOverride Mode = "READONLY_OVERRIDE" // as ReadOnly; deprecated by the reference
	Import           Mode = "IMPORT"            // takes schemas under IDs of the client's choice
	Forward          Mode = "FORWARD"           // for the GlobalContext only
)

// ParseMode reads a mode in any case. Anything else is an InvalidMode error.
func ParseMode(s string) (Mode, error) {
	m := Mode(strings.ToUpper(s))
	if slices.Contains([]Mode{ReadWrite, ReadOnly, ReadOnlyOverride, Import, Forward}, m) {
		return m, nil
	}
	return "", invalidMode()
}
