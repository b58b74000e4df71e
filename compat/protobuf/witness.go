package protobuf

import (
	"strconv"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/treatyhq/treaty/compat"
	envelope "github.com/treatyhq/treaty/envelope/protobuf"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/protobuf"
)

// Explainer proves findings of this package's check, and knows how to mend them.
var Explainer = compat.Explainer{Prove: Prove, Fixes: fixes, Apply: apply, Weight: 4}

// maxWitnesses bounds how many findings of one pair get a witness.
const maxWitnesses = 200

// Prove sets the witnesses of findings that [Check] has made of the same schemas, all of one direction: small messages of the
// writer's that the reader refuses, or does not read as they were sent. A finding without one breaks no byte, or it concerns a
// type that no message of the file begins with, or a number that the writer does not write.
func Prove(reader, writer schema.Schema, found []*compat.Finding) {
	if len(found) == 0 {
		return
	}
	direction := found[0].Direction
	d := newDiffer(reader.(*protobuf.Schema).Descriptor(), writer.(*protobuf.Schema).Descriptor(), direction)
	d.files()
	at := map[[2]string]*difference{}
	for i := range d.found {
		f := &d.found[i]
		if key := [2]string{f.code, f.path}; at[key] == nil {
			at[key] = f
		}
	}
	left := maxWitnesses
	for _, f := range found {
		difference := at[[2]string{f.Code, f.Path}]
		if !f.Wire || difference == nil || left == 0 {
			continue
		}
		left--
		if f.Witness = d.witness(difference); f.Witness != nil {
			f.Witness.Writer = d.words.writer
		}
	}
}

// witness returns the first small message that shows a difference, nil if none does.
func (d *differ) witness(f *difference) *compat.Witness {
	r, w := d.scopes(f)
	if r == nil || w == nil {
		return nil
	}
	for _, m := range candidates(f, w) {
		if proof := shows(f, r, m); proof != "" {
			text, err := envelope.JSON(m)
			if err != nil {
				continue
			}
			return &compat.Witness{Message: text, Error: proof}
		}
	}
	return nil
}

// scopes returns the messages that a difference is in: of the reader and of the writer. Where only one side has the field,
// the other's is found by its name.
func (d *differ) scopes(f *difference) (r, w protoreflect.MessageDescriptor) {
	r, w = holderOf(f.reader), holderOf(f.writer)
	switch {
	case r == nil && w != nil:
		r = messageNamed(d.reader, localName(w))
	case w == nil && r != nil:
		w = messageNamed(d.writer, localName(r))
	}
	if r != nil && w != nil && (r.ParentFile() != d.reader || w.ParentFile() != d.writer) {
		return nil, nil
	}
	return r, w
}

func holderOf(d protoreflect.Descriptor) protoreflect.MessageDescriptor {
	switch x := d.(type) {
	case protoreflect.FieldDescriptor:
		return x.ContainingMessage()
	case protoreflect.OneofDescriptor:
		m, _ := x.Parent().(protoreflect.MessageDescriptor)
		return m
	case protoreflect.MessageDescriptor:
		return x
	}
	return nil
}

// messageNamed returns a file's message by its local name, nil if there is none.
func messageNamed(file protoreflect.FileDescriptor, name string) protoreflect.MessageDescriptor {
	all := file.Messages()
	for {
		first, rest, nested := strings.Cut(name, ".")
		m := all.ByName(protoreflect.Name(first))
		if m == nil || !nested {
			return m
		}
		all, name = m.Messages(), rest
	}
}

// shows says what the reader makes of a message, "" if it does not show the difference.
func shows(f *difference, r protoreflect.MessageDescriptor, m protoreflect.Message) string {
	data, err := envelope.Encode(m)
	if err != nil {
		return ""
	}
	resolved, err := envelope.Resolve(r, m.Descriptor(), data, envelope.Limits{})
	if err != nil {
		return "refused: " + err.Error()
	}
	if proof := meaning(f, resolved.Message, m); proof != "" {
		return proof
	}
	for _, d := range resolved.Differences {
		if d.Kind == envelope.Unnamed || !concerns(f, m, d.Path) {
			continue
		}
		if d.Reader == "" {
			return d.Path + ": " + string(d.Kind) + ": " + d.Writer + " is not read"
		}
		return d.Path + ": " + string(d.Kind) + ": " + d.Writer + " is read as " + d.Reader
	}
	return ""
}

// concerns reports whether a path begins with a field that a difference is about. A oneof is about all that is set.
func concerns(f *difference, m protoreflect.Message, path string) bool {
	w, ok := f.writer.(protoreflect.FieldDescriptor)
	if !ok {
		return true
	}
	first := path
	if i := strings.IndexAny(path, ".["); i > 0 {
		first = path[:i]
	}
	return first == string(w.Name()) || w.IsExtension()
}

// meaning says that a field is read as another one, or not at all, which no comparison by number sees.
func meaning(f *difference, read, sent protoreflect.Message) string {
	r, _ := f.reader.(protoreflect.FieldDescriptor)
	w, _ := f.writer.(protoreflect.FieldDescriptor)
	if r == nil || w == nil || !sent.Has(w) {
		return ""
	}
	switch {
	case f.code == "FIELD_RENUMBERED" && !read.Has(r):
		return string(w.Name()) + ": written with number " + strconv.Itoa(int(w.Number())) + ", which is not read as `" + string(r.Name()) + "`"
	case f.code == "FIELD_NUMBER_REUSED" && read.Has(r):
		return string(w.Name()) + ": read as `" + string(r.Name()) + "`"
	}
	return ""
}
