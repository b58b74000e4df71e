package compat

import (
	"fmt"
	"slices"
	"strings"
)

// Policies is a set of policies: their names, sorted, each once. A finding of a rule whose policy is in it refuses the
// change, although the reference does not.
type Policies []string

// AllPolicies are those that there are: the ones that the rules of the checkers name. It must not be changed.
// Source: README.md, Policies.
var AllPolicies = Policies{
	"defaults",
	"enumDefaults",
	"extensions",
	"fieldNumberReuse",
	"groups",
	"logicalTypes",
	"lossyPromotion",
	"messageIndex",
	"names",
	"required",
	"services",
	"unionDefaults",
}

// ParsePolicies returns the set of the policies named, in any order; it is never nil. The error is about the first name
// that is no policy's, and lists those that are.
func ParsePolicies(names []string) (Policies, error) {
	for _, name := range names {
		if !AllPolicies.Has(name) {
			return nil, fmt.Errorf("there is no policy %q; there are %s", name, strings.Join(AllPolicies, ", "))
		}
	}
	p := append(make(Policies, 0, len(names)), names...)
	slices.Sort(p)
	return slices.Compact(p), nil
}

// Has reports whether a policy is on.
func (p Policies) Has(name string) bool { return slices.Contains(p, name) }

// enforced appends the findings of a comparison to found, as errors those that a policy refuses, and for each of these a
// line to messages. The comparison may be shared, and stays as it is.
func (p Policies) enforced(c Comparison, messages []string, found []Finding) ([]string, []Finding) {
	if len(p) == 0 {
		return messages, append(found, c.Findings...)
	}
	for _, f := range c.Findings {
		if p.Has(f.Policy) {
			f.Severity = Error
			messages = append(messages, f.enforced())
		}
		found = append(found, f)
	}
	return messages, found
}

// enforced is the line of a verdict for a finding that a policy refuses. Its words alone do not always tell where it is.
func (f *Finding) enforced() string {
	return fmt.Sprintf("{errorType:'%s', description:'%s (path '%s')', additionalInfo:'policy %s'}", f.Code, f.Message, f.Path, f.Policy)
}
