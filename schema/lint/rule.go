package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/treatyhq/treaty/schema"
)

// A Severity is how bad it is to break a rule.
type Severity string

// The severities.
const (
	Off     Severity = "off" // the rule is not looked at
	Warning Severity = "warning"
	Error   Severity = "error"
)

// A Rule is one thing that is looked at. Its ID is public and stays.
type Rule struct {
	ID       string
	Type     schema.Type // of the schemas that it is for
	Purpose  string      // what holds where the rule is kept
	Reason   string      // why that matters
	NeedsOld bool        // it compares with an older version, and is skipped without one
	Minimal  Severity    // in the preset minimal
	Strict   Severity    // in the preset strict
}

// Rules are all that is looked at, by type, in the order in which they are explained.
var Rules = slices.Concat(avroRules, protobufRules)

var ruleOf = func() map[string]*Rule {
	m := make(map[string]*Rule, len(Rules))
	for i := range Rules {
		m[Rules[i].ID] = &Rules[i]
	}
	return m
}()

// Find returns the rule with an ID, nil if there is none.
func Find(id string) *Rule { return ruleOf[id] }

// Severities are how bad it is to break each rule, by ID. A rule that is missing is off.
type Severities map[string]Severity

// Presets are the names of the presets, the default first.
var Presets = []string{"minimal", "strict"}

// Preset returns the severities of a preset, the first of [Presets] for an empty name. They are the caller's to change.
func Preset(name string) (Severities, error) {
	if name == "" {
		name = Presets[0]
	}
	if !slices.Contains(Presets, name) {
		return nil, fmt.Errorf("there is no preset %q of lint rules: there are %s%s", name, strings.Join(Presets, " and "), didYouMean(name, Presets))
	}
	s := make(Severities, len(Rules))
	for _, r := range Rules {
		s[r.ID] = r.Minimal
		if name == "strict" {
			s[r.ID] = r.Strict
		}
	}
	return s, nil
}

// Set sets the severity of a rule. An ID that no rule has, and a severity that is none, is an error that says what was
// probably meant.
func (s Severities) Set(id, severity string) error {
	if err := Check(id, severity); err != nil {
		return err
	}
	s[id] = Severity(severity)
	return nil
}

// Check returns the error that [Severities.Set] would return.
func Check(id, severity string) error {
	if ruleOf[id] == nil {
		return fmt.Errorf("there is no lint rule %q%s", id, didYouMean(id, slices.Sorted(maps.Keys(ruleOf))))
	}
	switch Severity(severity) {
	case Off, Warning, Error:
		return nil
	default:
		return fmt.Errorf("the severity of %s is off, warning or error, not %q", id, severity)
	}
}

// didYouMean names the one of the choices that a word is probably meant to be, for the end of a sentence.
func didYouMean(word string, choices []string) string {
	if nearest := nearest(word, choices); nearest != "" {
		return "; did you mean " + nearest + "?"
	}
	return ""
}
