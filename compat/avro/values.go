package avro

import (
	"fmt"
	"strings"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema/avro"
)

// branches compares a writer's type with the branch of the reader's union that reads it. Where none does, the branch
// that was meant, if its name tells, is compared too: its reasons are what has to be mended.
func (f *finder) branches(reader, writer *avro.Use, at int) {
	union := reader.Node
	i := f.dropIn.pairing.resolution.Branch(union, writer.Node)
	if i >= 0 && plain(union.Branches[i].Node, writer.Node) {
		return
	}
	readable := f.dropIn.reads(reader, writer)
	if !readable {
		f.steps = append(f.steps, step{kind: intoBranch, reader: -1, writer: at})
		f.addUse(missingBranch, reader, writer, f.unread(union, i, writer.Node))
		f.steps = f.steps[:len(f.steps)-1]
	}
	if i < 0 {
		return
	}
	chosen := &union.Branches[i]
	mild := f.mild
	f.mild = mild || readable && !f.dropIn.reads(chosen, writer)
	f.into(step{intoBranch, chosen.Node.TypeName(), i, at}, chosen, writer)
	f.mild = mild
}

// unread says why a reader's union does not read a type that it has branch i for, none if that is -1.
func (f *finder) unread(union *avro.Node, i int, writer *avro.Node) string {
	if i >= 0 && f.dropIn.pairing.resolution == avro.Specification {
		return union.Branches[i].Node.TypeName() + " is the first branch of the union that matches " + writer.TypeName() +
			", which the " + f.writer + " schema writes, and it does not read that"
	}
	return "no branch of the union reads " + writer.TypeName() + ", which the " + f.writer + " schema writes"
}

// listed is how many symbols a message names.
const listed = 20

// enums compares the symbols.
func (f *finder) enums(r, w *avro.Node) {
	missing := missingSymbols(r, w)
	if len(missing) == 0 {
		return
	}
	names := strings.Join(missing[:min(listed, len(missing))], ", ")
	if n := len(missing) - listed; n > 0 {
		names += fmt.Sprintf(" and %d more", n)
	}
	reader, writer := definition(r, "/symbols"), definition(w, "/symbols")
	if r.HasDefault {
		f.add(enumDefaultStandsFor, "", reader, writer,
			"the "+f.reader+" schema does not know "+names+" and reads `"+r.Default+"` instead")
		return
	}
	f.add(missingEnumSymbols, "", reader, writer,
		"the "+f.reader+" schema does not know "+names+", and its enum `"+r.Name+"` has no default")
}

// fixed compares sizes, then what the bytes mean.
func (f *finder) fixed(r, w *avro.Node) {
	if r.Size != w.Size {
		f.add(fixedSizeMismatch, "", definition(r, "/size"), definition(w, "/size"),
			fmt.Sprintf("`%s` is %d bytes in the %s schema and %d in the %s one", r.Name, w.Size, f.writer, r.Size, f.reader))
	}
	f.logical(&avro.Use{Node: r, Pos: r.Pos}, &avro.Use{Node: w, Pos: w.Pos})
}

// logical compares what the values of one type mean. Nothing of it is in the bytes.
func (f *finder) logical(reader, writer *avro.Use) {
	r, w := reader.Node.Logical, writer.Node.Logical
	switch {
	case r == nil && w == nil:
	case r == nil || w == nil || r.Name != w.Name:
		f.addUse(logicalTypeChanged, reader, writer, "the "+f.writer+" schema writes "+meaning(writer.Node)+", the "+
			f.reader+" one reads "+meaning(reader.Node))
	case r.Name == "decimal":
		if r.Precision != w.Precision {
			f.addUse(precisionChanged, reader, writer, fmt.Sprintf(
				"the %s schema writes decimals of %d digits, the %s one reads %d", f.writer, w.Precision, f.reader, r.Precision))
		}
		if r.Scale != w.Scale {
			f.addUse(scaleChanged, reader, writer, fmt.Sprintf(
				"the %s schema writes decimals of scale %d, the %s one reads scale %d: every amount is off by a power of ten",
				f.writer, w.Scale, f.reader, r.Scale))
		}
	}
}

// meaning names a type by its logical type, if it has one.
func meaning(n *avro.Node) string {
	if n.Logical == nil {
		return "plain " + n.TypeName()
	}
	return n.Logical.Name
}

// defaults looks at what the reader puts in for field i where writers do not send it; j is the writer's field or -1.
// A default on a later branch is said of the new schema, and of an old one only where it is put in.
func (f *finder) defaults(field *avro.Field, i int, r, w *avro.Node, j int) {
	if field.Default == nil {
		if j < 0 {
			f.addField(missingDefault, field, i, r, w, j,
				"`"+field.Name+"` has no default, and the "+f.writer+" schema does not write it")
		}
		return
	}
	if notFirst(field) && (j < 0 || f.direction == compat.NewReadsOld) {
		f.addField(defaultNotFirst, field, i, r, w, j,
			"the default of `"+field.Name+"` is not of its union's first branch, which readers before Avro 1.12 refuse")
	}
}

// fits reports whether a default can be of a type, as far as its outermost value tells.
func fits(v *avro.Value, n *avro.Node) bool {
	switch n.Kind {
	case avro.Null:
		return v.Kind == avro.NullValue
	case avro.Boolean:
		return v.Kind == avro.BoolValue
	case avro.Int, avro.Long:
		return v.Kind == avro.NumberValue && !strings.ContainsAny(v.Text, ".eE")
	case avro.Float, avro.Double:
		return v.Kind == avro.NumberValue
	case avro.Array:
		return v.Kind == avro.ArrayValue
	case avro.Map, avro.Record:
		return v.Kind == avro.ObjectValue
	default:
		return v.Kind == avro.StringValue
	}
}
