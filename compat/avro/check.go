package avro

import (
	"slices"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

// Check compares two Avro schemas as Apache's Java does; it is a [compat.Checker]. Both must be of this type.
func Check(reader, writer schema.Schema, direction compat.Direction) compat.Comparison {
	return check(reader, writer, direction, avro.Practice)
}

// CheckBySpecification is [Check] for readers that follow the specification to the letter: they read a type as the first
// branch of their union that matches it, where Apache's look for the best one. The list is in the reference's words, but
// where a branch of a union matches and does not read.
// Source: Avro specification 1.12, Schema Resolution.
func CheckBySpecification(reader, writer schema.Schema, direction compat.Direction) compat.Comparison {
	return check(reader, writer, direction, avro.Specification)
}

func check(reader, writer schema.Schema, direction compat.Direction, resolution avro.Resolution) compat.Comparison {
	r, w := reader.(*avro.Schema).Root(), writer.(*avro.Schema).Root()
	d := dropIn{pairing: pairing{resolution: resolution}}
	c := compat.Comparison{DropIn: d.print(d.run(&r, &w), direction)}

	f := finder{direction: direction, dropIn: &d, found: slices.Grow([]compat.Finding(nil), min(len(c.DropIn), expected))}
	f.reader, f.writer = direction.Words()
	f.start(&r, &w)
	c.Findings = agree(f.found, &d, direction, len(c.DropIn) > 0)
	c.Truncated = f.truncated
	return c
}

// expected bounds the findings that room is made for at once: one for each incompatibility of the reference's list.
const expected = 64

// agree sorts the findings and makes their severity follow the drop-in verdict, which decides. Where that refuses for a
// field that matches twice, in a branch of a union that nothing is read as, the finding is added: as of the branch's record
// alone, and without pointers, for the walk for people does not come by it.
func agree(found []compat.Finding, d *dropIn, direction compat.Direction, refused bool) []compat.Finding {
	errors := 0
	for i := range found {
		if !refused {
			found[i].Severity = compat.Warning
		}
		if found[i].Severity == compat.Error {
			errors++
		}
	}
	if a := d.ambiguous; refused && a != nil && errors == 0 {
		f := finder{dropIn: d, direction: direction, root: a.reader.Name}
		f.addField(ambiguousField, a.field, a.pos, a.reader, a.writer, -1,
			"`"+a.field.Name+"` matches several fields of `"+a.writer.Name+"` by its name and aliases, in a branch of a union that is tried before the one that reads")
		f.found[0].Reader.Pointer, f.found[0].Writer.Pointer = "", ""
		found = append(found, f.found[0])
	}
	return compat.SortFindings(found)
}
