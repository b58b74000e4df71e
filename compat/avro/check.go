package avro

import (
	"slices"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

// Check compares two Avro schemas; it is a [compat.Checker]. Both must be of this type.
func Check(reader, writer schema.Schema, direction compat.Direction) compat.Comparison {
	r, w := reader.(*avro.Schema).Root(), writer.(*avro.Schema).Root()
	return check(&r, &w, direction)
}

func check(reader, writer *avro.Use, direction compat.Direction) compat.Comparison {
	var d dropIn
	c := compat.Comparison{DropIn: d.print(d.run(reader, writer), direction)}

	f := finder{direction: direction, dropIn: &d, found: slices.Grow([]compat.Finding(nil), min(len(c.DropIn), expected))}
	f.reader, f.writer = direction.Words()
	f.start(reader, writer)
	c.Findings = agree(f.found, &d, len(c.DropIn) > 0)
	return c
}

// expected bounds the findings that room is made for at once: one for each incompatibility of the reference's list.
const expected = 64

// agree sorts the findings and makes their severity follow the drop-in verdict, which decides. Where that refuses for a
// field that matches twice, and only below a union whose branches nobody reports, the finding is added.
func agree(found []compat.Finding, d *dropIn, refused bool) []compat.Finding {
	errors := 0
	for i := range found {
		if !refused {
			found[i].Severity = compat.Warning
		}
		if found[i].Severity == compat.Error {
			errors++
		}
	}
	if a := d.ambiguous; a != nil && errors == 0 {
		f := finder{dropIn: d}
		f.root = a.reader.Name
		f.addField(ambiguousField, a.field, a.pos, a.reader, a.writer, -1,
			"`"+a.field.Name+"` matches several fields by its name and aliases")
		found = append(found, f.found...)
	}
	return compat.SortFindings(found)
}
