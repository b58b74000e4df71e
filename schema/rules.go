package schema

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kinds of rules.
const (
	RuleTransform = "TRANSFORM"
	RuleCondition = "CONDITION"
)

// Modes of rules: when they run.
const (
	RuleUpgrade   = "UPGRADE"
	RuleDowngrade = "DOWNGRADE"
	RuleUpDown    = "UPDOWN"
	RuleWrite     = "WRITE"
	RuleRead      = "READ"
	RuleWriteRead = "WRITEREAD"
)

var (
	migrationModes = []string{RuleUpgrade, RuleDowngrade, RuleUpDown}
	messageModes   = []string{RuleWrite, RuleRead, RuleWriteRead}
)

const maxRuleName = 256

// All yields the rules of the set, migration rules first, then domain rules, then encoding rules. s may be nil.
func (s *RuleSet) All() iter.Seq[Rule] {
	return func(yield func(Rule) bool) {
		if s == nil {
			return
		}
		for _, rules := range [][]Rule{s.MigrationRules, s.DomainRules, s.EncodingRules} {
			for _, r := range rules {
				if !yield(r) {
					return
				}
			}
		}
	}
}

// WithDefaults returns s with every kind and mode set, to TRANSFORM and WRITEREAD where they are not. Nil stays nil and an
// empty set stays one: the first leaves rules to whoever fills them in, the second wants none. s is not changed.
func (s *RuleSet) WithDefaults() *RuleSet {
	if s == nil {
		return nil
	}
	return &RuleSet{
		MigrationRules: withDefaults(s.MigrationRules),
		DomainRules:    withDefaults(s.DomainRules),
		EncodingRules:  withDefaults(s.EncodingRules),
		EnableAt:       s.EnableAt,
	}
}

func withDefaults(rules []Rule) []Rule {
	rules = slices.Clone(rules)
	for i := range rules {
		if rules[i].Kind == "" {
			rules[i].Kind = RuleTransform
		}
		if rules[i].Mode == "" {
			rules[i].Mode = RuleWriteRead
		}
	}
	return rules
}

// Validate returns an *Error that names the first rule which breaks the form of a rule set: a name of at most 256
// letters, digits, _ and -, found once in the whole set; a type; a kind and a mode that fit the list the rule stands in;
// and a pair of actions only where the rule runs in two directions. Whether a type is known and an expression is sound is
// for whoever runs the rule. s may be nil.
// Source: Confluent data contracts, RuleSet.
func (s *RuleSet) Validate() error {
	seen := map[string]bool{}
	for r := range s.All() {
		if err := r.validate(); err != nil {
			return err
		}
		if seen[r.Name] {
			return ruleError("Found rule with duplicate name '%s'", r.Name)
		}
		seen[r.Name] = true
	}
	if s == nil {
		return nil
	}
	if err := checkModes(s.MigrationRules, "Migration", migrationModes); err != nil {
		return err
	}
	if err := checkModes(s.DomainRules, "Domain", messageModes); err != nil {
		return err
	}
	return checkModes(s.EncodingRules, "Encoding", messageModes)
}

func checkModes(rules []Rule, list string, modes []string) error {
	for _, r := range rules {
		if !slices.Contains(modes, r.Mode) {
			return ruleError("%s rule '%s' can only be %s, not '%s'", list, r.Name, strings.Join(modes, ", "), r.Mode)
		}
	}
	return nil
}

func (r *Rule) validate() error {
	if err := validateRuleName(r.Name); err != nil {
		return err
	}
	if r.Type == "" {
		return ruleError("Missing type in rule '%s'", r.Name)
	}
	if r.Kind != RuleTransform && r.Kind != RuleCondition {
		return ruleError("Unknown kind '%s' in rule '%s'", r.Kind, r.Name)
	}
	pair := r.Mode == RuleWriteRead || r.Mode == RuleUpDown
	for _, action := range []string{r.OnSuccess, r.OnFailure} {
		if !pair && strings.Contains(action, ",") {
			return ruleError("Multiple actions '%s' in rule '%s' are only allowed with mode %s or %s", action, r.Name, RuleWriteRead, RuleUpDown)
		}
		if strings.Count(action, ",") > 1 {
			return ruleError("More than two actions '%s' in rule '%s'", action, r.Name)
		}
	}
	return nil
}

func validateRuleName(name string) error {
	if name == "" {
		return ruleError("Missing rule name")
	}
	if utf8.RuneCountInString(name) > maxRuleName {
		return ruleError("Rule name is longer than %d: '%.32s…'", maxRuleName, name)
	}
	for i, c := range name {
		letter := unicode.IsLetter(c) || c == '_'
		if i == 0 && !letter {
			return ruleError("Illegal initial character in rule name '%s'", name)
		}
		if !letter && !unicode.IsNumber(c) && c != '-' {
			return ruleError("Illegal character '%c' in rule name '%s'", c, name)
		}
	}
	return nil
}

func ruleError(format string, args ...any) error {
	return &Error{Message: fmt.Sprintf(format, args...)}
}
