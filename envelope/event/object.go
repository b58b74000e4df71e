package event

import (
	"strings"

	"github.com/treatyhq/treaty/envelope/token"
	"github.com/treatyhq/treaty/envelope/verdict"
)

// maxDepth is the limit of levels of an event: its data may have as many as a message without an envelope.
const maxDepth = token.MaxDepth + 1

// maxRepeated is how many members that are there twice are reported.
const maxRepeated = 100

// A field is a member of an event's object as it is read.
type field struct {
	name string
	kind token.Kind // of its value
	raw  []byte
	text string // what a string says
}

// readObject reads the members of an object. It reports those that stand there twice, of which the first counts, and what
// inside a member stands there twice, but in the data: they are for those who read them. An object that is not JSON has
// no members.
func readObject(data []byte) ([]field, []verdict.Finding) {
	var r token.Reader
	r.Reset(data, token.Options{MaxDepth: maxDepth})
	if r.Peek() != token.ObjectStart {
		return nil, []verdict.Finding{notObject(&r)}
	}
	r.Next()
	var fields []field
	var findings []verdict.Finding
	seen := map[string]bool{}
	for r.Peek() == token.Key {
		name := string(r.Next().Text)
		f, ok := readField(&r, name)
		switch {
		case !ok:
			return nil, []verdict.Finding{broken(&r)}
		case seen[name]:
			if len(findings) < maxRepeated {
				findings = append(findings, errorf(DuplicateKey, name, "%s is there twice", name))
			}
			continue
		}
		seen[name] = true
		fields = append(fields, f)
		if name != "data" && (f.kind == token.ObjectStart || f.kind == token.ArrayStart) {
			findings = append(findings, repeatedInside(f)...)
		}
	}
	if r.Next(); r.Next().Kind != token.End {
		return nil, []verdict.Finding{broken(&r)}
	}
	return fields, findings
}

func readField(r *token.Reader, name string) (field, bool) {
	f := field{name: name, kind: r.Peek()}
	raw, ok := r.Skip()
	if f.raw = raw; ok && f.kind == token.String {
		f.text = textOf(raw)
	}
	return f, ok
}

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
	f.Path = strings.TrimSuffix("envelope."+f.Path, ".")
	return f
}

// repeatedInside finds a member that is twice in an object inside a field.
func repeatedInside(f field) []verdict.Finding {
	var r token.Reader
	r.Reset(f.raw, token.Options{MaxDepth: maxDepth, Unique: true})
	if _, ok := r.Skip(); ok {
		return nil
	}
	return []verdict.Finding{errorf(DuplicateKey, f.name, "%s: %s", f.name, r.Err().Message)}
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
