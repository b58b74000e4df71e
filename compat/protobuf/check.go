package protobuf

import (
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/protobuf"
)

// Check compares two Protobuf schemas; it is a [compat.Checker]. Both must be of this type.
func Check(reader, writer schema.Schema, direction compat.Direction) compat.Comparison {
	r, w := reader.(*protobuf.Schema), writer.(*protobuf.Schema)
	d := outlined(outlineOf(r), outlineOf(w), direction)
	d.files()
	return compat.Comparison{DropIn: d.print(), Findings: d.findings(r.Position, w.Position)}
}

// A difference is one that the walk has met.
type difference struct {
	code           string
	path           string
	reader, writer protoreflect.Descriptor // whichever side has it; nil on the other
	message        string                  // for a finding
	harmless       bool                    // cannot break bytes, although its rule's breach mostly can
}

func (f *difference) breaksBytes() bool { return ruleOf[f.code].Wire && !f.harmless }

// print returns the list of the reference.
func (d *differ) print() []string {
	var list []string
	for _, i := range d.printed {
		f := &d.found[i]
		words := strings.NewReplacer("READER", d.words.reader, "WRITER", d.words.writer, "PATH", f.path).Replace(ruleOf[f.code].text)
		list = append(list, `{errorType:"`+f.code+`", description:"`+words+`"}`)
	}
	return list
}

// A locator tells where a descriptor is written: in a schema's own text, or in that of the reference that defines it.
type locator func(protoreflect.Descriptor) schema.Position

// findings returns what is wrong, sorted.
func (d *differ) findings(inReader, inWriter locator) []compat.Finding {
	var found []compat.Finding
	for _, f := range d.found {
		r := ruleOf[f.code]
		if r.accepted {
			continue
		}
		found = append(found, compat.Finding{
			Code:      f.code,
			Severity:  r.Severity(),
			Policy:    r.Policy,
			Direction: d.direction,
			Path:      f.path,
			Wire:      f.breaksBytes(),
			Reader:    location(f.reader, d.reader, inReader),
			Writer:    location(f.writer, d.writer, inWriter),
			Message:   f.message,
		})
	}
	return compat.SortFindings(found)
}

func location(d protoreflect.Descriptor, own protoreflect.FileDescriptor, in locator) compat.Location {
	if d == nil {
		return compat.Location{}
	}
	pos := in(d)
	at := compat.Location{Line: pos.Line, Column: pos.Column}
	if file := d.ParentFile(); file != own {
		at.Reference = file.Path()
	}
	return at
}
