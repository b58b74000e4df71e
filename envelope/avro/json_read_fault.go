package avro

import (
	"fmt"

	"github.com/treatyhq/treaty/envelope/token"
	"github.com/treatyhq/treaty/envelope/verdict"
	"github.com/treatyhq/treaty/schema/avro"
)

// A fit says whether a value is one of a type, and why not.
type fit uint8

const (
	fits fit = iota
	otherType
	fractional
	outOfRange
	outOfDay
	wrongSize
	noSymbol
	noBase64
	noLatin1
	noNumber
	noTime
	noUUID
	noDuration
	overScale
	overPrecision
)

// misfits are the codes and the sentences of what does not fit, behind "total is 12.345, ".
var misfits = [...]struct {
	code Code
	says func(f *form) string
}{
	otherType:  {jsonType, func(f *form) string { return "and must be " + f.wants() }},
	fractional: {jsonRange, func(f *form) string { return "which is not whole" }},
	outOfRange: {jsonRange, func(f *form) string { return "beyond the range of " + f.wants() }},
	outOfDay:   {TimeOfDay, func(f *form) string { return "which is no time that a day has" }},
	wrongSize:  {jsonRange, func(f *form) string { return fmt.Sprintf("which is not of %d bytes", f.node.Size) }},
	noSymbol:   {EnumRange, func(f *form) string { return "which is no symbol of " + f.node.Name }},
	noBase64:   {jsonFormat, func(f *form) string { return "which is not base64" }},
	noLatin1:   {jsonFormat, func(f *form) string { return "which has characters beyond U+00FF" }},
	noNumber:   {jsonFormat, func(f *form) string { return "which is no number" }},
	noTime:     {jsonFormat, noSuch},
	noUUID:     {UUIDSyntax, noSuch},
	noDuration: {jsonFormat, noSuch},
	overScale: {jsonRange, func(f *form) string {
		return fmt.Sprintf("which has more digits behind the point than %d", f.node.Logical.Scale)
	}},
	overPrecision: {DecimalPrecision, func(f *form) string {
		return fmt.Sprintf("which has more digits than %d in all", f.node.Logical.Precision)
	}},
}

// examples are what the data of logical types look like.
var examples = [...]string{
	spellDate: "2026-11-24", spellTime: "18:30:00.123", spellTimestamp: "2026-11-24T18:30:00.123Z",
	spellLocal: "2026-11-24T18:30:00.123", spellUUID: "0f8fad5b-d9cb-469f-a165-70867728950e", spellDuration: "P1M2DT3.004S",
}

// noSuch says that a text is none of the form's logical type, and shows one.
func noSuch(f *form) string {
	return "which is no " + f.node.Logical.Name + ", such as " + examples[f.spelling]
}

// wants says what a datum is.
func (f *form) wants() string {
	switch {
	case f.spelling != spellBase:
		return "a " + f.node.Logical.Name
	case f.kind == avro.Null:
		return "null"
	case f.kind == avro.Array:
		return "an array"
	case f.kind == avro.Record || f.kind == avro.Enum:
		return f.node.Name
	case int(f.kind) < len(article) && article[f.kind] != "":
		return article[f.kind]
	default:
		return "a " + f.kind.String()
	}
}

// misfit reports that a value is none of the form, and passes what is inside it. It returns false.
func (r *jsonReader) misfit(f *form, t token.Token, why fit) bool {
	switch {
	case t.Kind == token.Invalid:
		return r.broken()
	case r.trying:
		return false
	}
	m := misfits[why]
	r.fault(m.code, t.Offset, "is %s, %s", seen(t), m.says(f))
	if t.Kind == token.ObjectStart || t.Kind == token.ArrayStart {
		return r.over(r.tokens.Depth() - 1)
	}
	return false
}

// seen returns a value for a sentence.
func seen(t token.Token) string {
	switch t.Kind {
	case token.String:
		return quoteKey(string(t.Text))
	case token.Number:
		if len(t.Text) <= maxKey {
			return string(t.Text)
		}
		return "a number of " + fmt.Sprint(len(t.Text)) + " characters"
	default:
		return t.Kind.String()
	}
}

// fault reports what is wrong with the value at hand, which begins at offset; the sentence goes on behind its name. It returns
// false.
func (r *jsonReader) fault(code Code, offset int, format string, args ...any) bool {
	trail := r.places(len(r.trail))
	return r.report(code, offset, trail, r.path(), "%s %s", nameOf(trail), fmt.Sprintf(format, args...))
}

// report reports what is wrong at a path; the trail leads to the type that it is wrong by.
func (r *jsonReader) report(code Code, offset int, trail []place, path, format string, args ...any) bool {
	if r.trying {
		return false
	}
	f := verdict.Errorf(string(code), path, format, args...).At(offset)
	f.SchemaPath = schemaPath(trail)
	r.found = append(r.found, f)
	r.dead = r.dead || len(r.found) >= r.limit
	return false
}

// broken reports that the text is no JSON. It returns false.
func (r *jsonReader) broken() bool {
	if !r.dead {
		r.found = append(r.found, r.tokens.Err().Finding())
		r.dead = true
	}
	return false
}

func (r *jsonReader) path() string { return r.pathOf(len(r.trail)) }

// pathOf returns the path that so many steps lead.
func (r *jsonReader) pathOf(n int) string { return instancePath(r.places(n)) }

// places returns the first n steps of the way to the value at hand.
func (r *jsonReader) places(n int) []place {
	out := make([]place, 0, n)
	for _, s := range r.trail[:n] {
		p := place{reader: -1, writer: s.at}
		switch s.form.kind {
		case avro.Record:
			p.kind, p.name = atField, s.form.fields[s.at].name
		case avro.Array:
			p.kind, p.item = atItem, s.at
		case avro.Map:
			p.kind, p.name = atValue, r.keyAt(s.at)
		default:
			p.kind = atBranch
		}
		out = append(out, p)
	}
	return out
}

// keyAt returns what the key says whose quote is at an offset.
func (r *jsonReader) keyAt(offset int) string {
	var keys token.Reader
	keys.Reset(r.text[offset:], token.Options{})
	return string(keys.Next().Text)
}
