package event

import (
	"slices"

	"github.com/treatyhq/treaty/envelope/token"
	"github.com/treatyhq/treaty/envelope/verdict"
)

// maxDepth is the limit of levels of an event: its data may have as many as a message without an envelope.
const maxDepth = token.MaxDepth + 1

// maxFindings is how many findings of an envelope's members are kept, all of them errors: a message may have members
// without number.
const maxFindings = 100

// add appends findings as long as there is room.
func add(findings []verdict.Finding, more ...verdict.Finding) []verdict.Finding {
	room := max(0, maxFindings-len(findings))
	return append(findings, more[:min(room, len(more))]...)
}

// A field is a member of an event's object as it is read.
type field struct {
	name string
	kind token.Kind // of its value
	raw  []byte
	text string // what a string says
}

// readObject reads the members of an object. It reports those that stand there twice, of which the first counts, and what
// inside a member stands there twice, but in the data: they are for those who read them. An object that is not JSON has
// no members. Fields is memory for the members, as far as it goes.
func readObject(data []byte, fields []field) ([]field, []verdict.Finding) {
	var r token.Reader
	r.Reset(data, token.Options{MaxDepth: maxDepth})
	if r.Peek() != token.ObjectStart {
		return nil, []verdict.Finding{notObject(&r)}
	}
	r.Next()
	var findings []verdict.Finding
	var seen map[string]bool
	for r.Peek() == token.Key {
		f := readField(&r, data)
		if r.Err() != nil {
			return nil, []verdict.Finding{broken(&r)}
		}
		if seen = remember(seen, fields); seen[f.name] || seen == nil && slices.ContainsFunc(fields, f.same) {
			findings = add(findings, errorf(DuplicateKey, f.name, "%s is there twice", cut(f.name)))
			continue
		}
		fields = append(fields, f)
		if f.name != "data" && (f.kind == token.ObjectStart || f.kind == token.ArrayStart) {
			findings = add(findings, repeatedInside(f)...)
		}
	}
	if r.Next(); r.Next().Kind != token.End {
		return nil, []verdict.Finding{broken(&r)}
	}
	return fields, findings
}

// usual is how many members an event has at most, as a rule.
const usual = 16

// remember returns the names of the fields as a set, once there are many. There is one set: the last name is new to it.
func remember(seen map[string]bool, fields []field) map[string]bool {
	switch {
	case len(fields) < usual:
		return nil
	case seen == nil:
		seen = make(map[string]bool, 2*usual)
		for _, f := range fields {
			seen[f.name] = true
		}
	}
	seen[fields[len(fields)-1].name] = true
	return seen
}

// same reports whether two fields have one name.
func (f field) same(other field) bool { return f.name == other.name }

// readField reads a name and its value.
func readField(r *token.Reader, data []byte) field {
	key := r.Next().Text
	name, ok := knownNames[string(key)]
	if !ok {
		name = string(key)
	}
	f := field{name: name, kind: r.Peek()}
	if f.kind != token.String {
		f.raw, _ = r.Skip()
		return f
	}
	if t := r.Next(); t.Kind == token.String {
		f.text, f.raw = string(t.Text), data[t.Offset:r.Offset()]
	}
	return f
}

// knownNames are the names that events mostly have, so that each is in memory once.
var knownNames = func() map[string]string {
	names := map[string]string{}
	for _, s := range spellings {
		names[s.name] = s.name
	}
	for name := range attributes {
		names[name] = name
	}
	return names
}()

// notObject says what stands where an event was expected.
func notObject(r *token.Reader) verdict.Finding {
	kind := r.Peek()
	if _, ok := r.Skip(); !ok || r.Next().Kind != token.End {
		return broken(r)
	}
	return verdict.Errorf(NotObject, "envelope", "the event is %s, and not an object", kind)
}

// broken is the finding of a text that is not JSON.
func broken(r *token.Reader) verdict.Finding {
	f := r.Err().Finding()
	dot := "."
	if f.Path == "" || f.Path[0] == '[' {
		dot = ""
	}
	f.Path = "envelope" + dot + f.Path
	return f
}

// repeatedInside finds a member that is twice in an object inside a field.
func repeatedInside(f field) []verdict.Finding {
	var r token.Reader
	r.Reset(f.raw, token.Options{MaxDepth: maxDepth, Unique: true})
	if _, ok := r.Skip(); ok {
		return nil
	}
	return []verdict.Finding{errorf(DuplicateKey, f.name, "%s: %s", cut(f.name), r.Err().Message)}
}

// Batch returns the items of an array of events, and false for a text that is no array: it is one event, or nothing. The
// error says why an array is not JSON.
func Batch(data []byte) ([][]byte, bool, *token.Error) {
	var r token.Reader
	r.Reset(data, token.Options{MaxDepth: maxDepth + 1})
	if r.Peek() != token.ArrayStart {
		return nil, false, nil
	}
	r.Next()
	items := [][]byte{}
	for r.Peek() != token.ArrayEnd {
		raw, ok := r.Skip()
		if !ok {
			return nil, true, r.Err()
		}
		items = append(items, raw)
	}
	if r.Next(); r.Next().Kind != token.End {
		return nil, true, r.Err()
	}
	return items, true, nil
}
