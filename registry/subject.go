package registry

import "strings"

// DefaultContext is the context that a plain subject name is in.
const DefaultContext = "."

// A Subject names a subject in a context. Context is "." or ".name"; an empty Name stands for the context itself, where
// settings are meant.
type Subject struct {
	Context, Name string
}

// ParseSubject reads a name as it stands in a URL: ":.ctx:name", or "name" for the default context.
func ParseSubject(qualified string) Subject {
	if rest, ok := strings.CutPrefix(qualified, ":."); ok {
		if context, name, ok := strings.Cut(rest, ":"); ok {
			return Subject{"." + context, name}
		}
		return Subject{"." + rest, ""}
	}
	return Subject{DefaultContext, qualified}
}

// SubjectIn returns the subject that a name means where it stands in a context, as that of a reference or an alias does: a
// qualified name says its own context.
func SubjectIn(context, name string) Subject {
	if strings.HasPrefix(name, qualified) {
		return ParseSubject(name)
	}
	return Subject{context, name}
}

// spelledIn returns the name as it is spelled where it stands in a context: see [SubjectIn].
func (s Subject) spelledIn(context string) string {
	if s.Context == context && !strings.HasPrefix(s.Name, qualified) {
		return s.Name
	}
	return ":" + s.Context + ":" + s.Name
}

// From returns the name as answers about a context spell it: so that it means the subject there as it does anywhere.
func (s Subject) From(context string) string {
	if s.Context == DefaultContext && context == DefaultContext {
		return s.Name
	}
	return ":" + s.Context + ":" + s.Name
}

// String returns the name as answers spell it, qualified unless it is in the default context.
func (s Subject) String() string {
	if s.Context == DefaultContext {
		return s.Name
	}
	return ":" + s.Context + ":" + s.Name
}
