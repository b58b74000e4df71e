package avro

import (
	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema/avro"
)

// A finder is the walk for people. It reports each place once, under the way by which it is reached first. It belongs
// to one check, and asks the faithful walk which branch of a union reads.
type finder struct {
	direction      compat.Direction
	reader, writer string // "new" and "old", or the other way round
	dropIn         *dropIn
	found          []compat.Finding

	root    string
	steps   []step
	visited table[definitions, bool] // true if reported as it is, false if only mildly
	mild    bool                     // below a branch that the reference does not look at: nothing is an error

	readerFile, writerFile string // the reference whose text the types at hand are written in
	size                   int    // bytes of what was found
	truncated              bool   // more was found than that
}

// maxFound bounds the findings of one comparison, in bytes: in a chain of definitions paths are as long as the chain.
const maxFound = 8 << 20

type definitions struct{ reader, writer *avro.Node }

func (f *finder) start(reader, writer *avro.Use) {
	f.root = reader.Node.TypeName()
	f.types(reader, writer)
}

func (f *finder) into(s step, reader, writer *avro.Use) {
	f.steps = append(f.steps, s)
	f.types(reader, writer)
	f.steps = f.steps[:len(f.steps)-1]
}

// add reports a finding of the types at hand, or of the reader's field called member of the records at hand.
func (f *finder) add(code, member string, reader, writer spot, message string) {
	if f.size > maxFound {
		f.truncated = true
		return
	}
	rule := ruleOf[code]
	severity := rule.Severity()
	if f.mild {
		severity = compat.Warning
	}
	found := compat.Finding{
		Code:      code,
		Severity:  severity,
		Policy:    rule.Policy,
		Direction: f.direction,
		Path:      path(f.root, f.steps, member),
		Wire:      rule.Wire,
		Reader:    reader.location(pointer(f.steps, readerSide, reader)),
		Writer:    writer.location(pointer(f.steps, writerSide, writer)),
		Message:   message,
	}
	f.found = append(f.found, found)
	f.size += len(found.Path) + len(found.Reader.Pointer) + len(found.Writer.Pointer) + len(message)
}

// addUse reports a finding about the types that two fields, items or branches have.
func (f *finder) addUse(code string, reader, writer *avro.Use, message string) {
	f.add(code, "", spot{pos: reader.Pos, reference: f.readerFile}, spot{pos: writer.Pos, reference: f.writerFile}, message)
}

// addField reports a finding about field i of the record r; the writer's is field j of w, or none if j is -1.
func (f *finder) addField(code string, field *avro.Field, i int, r, w *avro.Node, j int, message string) {
	writer := definition(w, "")
	if j >= 0 {
		writer = fieldSpot(w, j)
	}
	f.add(code, field.Name, fieldSpot(r, i), writer, message)
}

// types compares two types, wherever they stand.
func (f *finder) types(reader, writer *avro.Use) {
	r, w := reader.Node, writer.Node
	switch {
	case r.Kind == avro.Union && w.Kind == avro.Union:
		for i := range w.Branches {
			f.branches(reader, &w.Branches[i], i)
		}
	case w.Kind == avro.Union:
		for i := range w.Branches {
			f.into(step{kind: intoBranch, reader: -1, writer: i}, reader, &w.Branches[i])
		}
	case r.Kind == avro.Union:
		f.branches(reader, writer, -1)
	case r.Kind != w.Kind:
		f.promotion(reader, writer)
	case r.Kind == avro.Array:
		f.into(step{kind: intoItems}, &r.Items, &w.Items)
	case r.Kind == avro.Map:
		f.into(step{kind: intoValues}, &r.Items, &w.Items)
	case r.Kind.Named():
		f.definitions(r, w)
	default:
		f.logical(reader, writer)
	}
}

// promotion compares types of different kinds.
func (f *finder) promotion(reader, writer *avro.Use) {
	p := promotion{writer.Node.Kind, reader.Node.Kind}
	if !avro.Promotes(p.reader, p.writer) {
		f.addUse(typeMismatch, reader, writer, "the "+f.writer+" schema writes "+writer.Node.TypeName()+", which the "+
			f.reader+" one cannot read as "+reader.Node.TypeName())
		return
	}
	if limit, ok := lossy[p]; ok {
		f.addUse(lossyPromotion, reader, writer, p.writer.String()+" is read as "+p.reader.String()+
			": whole numbers past "+limit+" lose digits")
	}
	if p.writer == avro.Bytes && p.reader == avro.String {
		f.addUse(utf8NotGuaranteed, reader, writer, "bytes are read as string: those that are no UTF-8 cannot be read")
	}
	f.logical(reader, writer)
}

// definitions compares two named types of one kind, once.
func (f *finder) definitions(r, w *avro.Node) {
	if equalLeaves(r, w) && r.Logical == nil && w.Logical == nil {
		return
	}
	key := definitions{r, w}
	if reported, ok := f.visited.get(key); ok && (reported || f.mild) {
		return
	}
	f.visited.set(key, !f.mild)

	if !avro.NamesMatch(r, w) {
		f.add(nameMismatch, "", definition(r, "/name"), definition(w, "/name"),
			"the "+f.writer+" schema calls it `"+w.Name+"`, which is neither the name nor an alias of `"+r.Name+"`")
	}
	switch r.Kind {
	case avro.Record:
		f.records(r, w)
	case avro.Enum:
		f.enums(r, w)
	case avro.Fixed:
		f.fixed(r, w)
	}
}

// records compares the reader's fields with the writer's that they match.
func (f *finder) records(r, w *avro.Node) {
	readerFile, writerFile := f.readerFile, f.writerFile
	f.readerFile, f.writerFile = r.Dependency, w.Dependency
	for _, p := range f.dropIn.pairing.fields(r, w) {
		field := r.Fields[p.reader]
		if p.ambiguous {
			f.addField(ambiguousField, field, p.reader, r, w, p.writer,
				"`"+field.Name+"` matches several fields of the "+f.writer+" schema by its name and aliases")
		}
		f.defaults(field, p.reader, r, w, p.writer)
		if p.writer >= 0 {
			f.into(step{intoField, field.Name, p.reader, p.writer}, &field.Type, &w.Fields[p.writer].Type)
		}
	}
	f.readerFile, f.writerFile = readerFile, writerFile
}

// plain reports whether two types are the same primitive, without a logical type: there is nothing to find.
func plain(r, w *avro.Node) bool {
	return r.Kind == w.Kind && r.Kind <= avro.String && r.Logical == nil && w.Logical == nil
}
