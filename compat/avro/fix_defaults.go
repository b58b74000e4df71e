package avro

import (
	"strings"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema/avro"
)

// keep proposes edits after which the type at the finding is the old one, or less than it. The fields around it whose defaults
// are not of the old type get their old ones too: one without the other is no schema.
func (x *fixer) keep(title string, edits ...compat.Edit) {
	now, was := fieldsTo(x.latest.Root(), x.finding.New.Pointer), fieldsTo(x.old.Root(), x.finding.Old.Pointer)
	for i := range min(len(now), len(was)) {
		f, g := now[i], was[i]
		object, ok := x.doc.pointerTo(f.Pos.Offset)
		if f.Default == nil || !ok || g.Type.Node.Fits(f.Default) {
			continue
		}
		if g.Default == nil {
			title += "; leave out the default of `" + f.Name + "`"
			edits = append(edits, remove(object+"/default"))
			continue
		}
		value := string(valueText(g.Default))
		title += "; keep the default " + value + " of `" + f.Name + "`"
		edits = append(edits, replace(object+"/default", value))
	}
	x.propose(title, edits...)
}

// fieldsTo returns the fields that a pointer goes through, the outermost first.
func fieldsTo(root avro.Use, pointer string) []*avro.Field {
	const fields = "/fields/"
	var list []*avro.Field
	for at := 0; ; {
		next := strings.Index(pointer[at:], fields)
		if next < 0 {
			return list
		}
		at += next + len(fields)
		end := at + strings.IndexByte(pointer[at:]+"/", '/')
		record, i := fieldAt(root, pointer[:end])
		if record == nil {
			return list
		}
		list = append(list, record.Fields[i])
	}
}
