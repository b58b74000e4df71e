package protobuf

import (
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/treatyhq/treaty/compat"
	envelope "github.com/treatyhq/treaty/envelope/protobuf"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/protobuf"
)

// Explainer proves findings of this package's check, and knows how to mend them.
var Explainer = compat.Explainer{Prove: Prove, Fixes: fixes, Apply: apply, Weight: 8}

// What is spent on the witnesses of one pair is bounded: that many of them, and that many fields of messages that are tried.
const (
	maxWitnesses = 200
	maxLooked    = 1 << 20
)

// A prover makes the witnesses of one pair.
type prover struct {
	*differ
	routes *routes
	room   int     // fields that may still be looked at
	proved []proof // the witnesses so far
}

// A proof is a witness, with the way to what it shows.
type proof struct {
	way     route
	witness *compat.Witness
}

// Prove sets the witnesses of findings that [Check] has made of the same schemas, all of one direction: small messages of the
// writer's that the reader refuses, or does not read as they were sent. A finding without one breaks no byte, or it concerns a
// type that no message of the file has a part of, or a number that the writer does not write, or too much was tried already.
func Prove(reader, writer schema.Schema, found []*compat.Finding) {
	if len(found) == 0 {
		return
	}
	d := newDiffer(reader.(*protobuf.Schema).Descriptor(), writer.(*protobuf.Schema).Descriptor(), found[0].Direction)
	d.files()
	at := map[[2]string]*difference{}
	for i := range d.found {
		f := &d.found[i]
		if key := [2]string{f.code, f.path}; at[key] == nil {
			at[key] = f
		}
	}
	p := prover{differ: d, room: maxLooked}
	left := maxWitnesses
	for _, f := range found {
		difference := at[[2]string{f.Code, f.Path}]
		if !f.Wire || difference == nil || left == 0 {
			continue
		}
		left--
		if f.Code == "ENUM_VALUE_REUSED" {
			f.Witness = p.renamedValue(difference)
			continue
		}
		f.Witness = p.witness(difference)
	}
	for _, f := range found {
		if difference := at[[2]string{f.Code, f.Path}]; f.Code == "FIELD_NAMED_TYPE_CHANGED" && f.Wire && f.Witness == nil && difference != nil {
			f.Witness = p.borrowed(difference)
		}
	}
}

// borrowed returns the witness of what is wrong inside a field's message, nil if there is none: the field fails with it.
func (p *prover) borrowed(f *difference) *compat.Witness {
	way, ok := p.way(f)
	field, isField := f.writer.(protoreflect.FieldDescriptor)
	if !ok || !isField {
		return nil
	}
	through := append(append([]protoreflect.FieldNumber(nil), way.numbers...), field.Number())
	for _, known := range p.proved {
		if known.way.writer == way.writer && len(known.way.numbers) >= len(through) && slices.Equal(known.way.numbers[:len(through)], through) {
			return known.witness
		}
	}
	return nil
}

// witness returns the first small message that shows a difference, nil if none does.
func (p *prover) witness(f *difference) *compat.Witness {
	way, ok := p.way(f)
	if !ok {
		return nil
	}
	for m := range candidates(f, way) {
		if p.room -= 100 + way.reader.Fields().Len() + way.writer.Fields().Len(); p.room < 0 {
			return nil
		}
		if said := shows(f, way, m); said != "" {
			text, err := envelope.JSON(m)
			if err != nil {
				continue
			}
			w := &compat.Witness{Writer: p.words.writer, Message: text, Error: said}
			p.proved = append(p.proved, proof{way, w})
			return w
		}
	}
	return nil
}

// way returns how a message gets to what a difference is in. That is the message itself where the file declares it; a
// message of an import is a part of one.
func (p *prover) way(f *difference) (route, bool) {
	r, w := holderOf(f.reader), holderOf(f.writer)
	if r == nil && w == nil {
		return route{}, false
	}
	own := (r == nil || r.ParentFile() == p.reader) && (w == nil || w.ParentFile() == p.writer)
	switch {
	case own && r == nil:
		r = messageNamed(p.reader, localName(w))
	case own && w == nil:
		w = messageNamed(p.writer, localName(r))
	}
	if own {
		return route{reader: r, writer: w}, r != nil && w != nil
	}
	return p.ways().find(r, w)
}

// ways returns the routes, which are looked for once.
func (p *prover) ways() *routes {
	if p.routes == nil {
		p.routes = routesIn(p.reader, p.writer)
	}
	return p.routes
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
func shows(f *difference, way route, m protoreflect.Message) string {
	data, err := envelope.Encode(m)
	if err != nil {
		return ""
	}
	resolved, err := envelope.Resolve(way.reader, m.Descriptor(), data, envelope.Limits{})
	if err != nil {
		return "refused: " + err.Error()
	}
	if proof := meaning(f, way.inside(resolved.Message), way.inside(m)); proof != "" {
		return proof
	}
	for _, d := range resolved.Differences {
		if d.Kind == envelope.Unnamed || !concerns(f, way, d.Path) {
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
func concerns(f *difference, way route, path string) bool {
	w, ok := f.writer.(protoreflect.FieldDescriptor)
	return !ok || w.IsExtension() || way.leadsTo(path, string(w.Name()))
}

// accessible returns a field by which messages are asked for it, which for an extension is its type's.
func accessible(f protoreflect.FieldDescriptor) protoreflect.FieldDescriptor {
	if f.IsExtension() {
		return dynamicpb.NewExtensionType(f).TypeDescriptor()
	}
	return f
}

// meaning says that a field is read as another one, or not at all, which no comparison by number sees.
func meaning(f *difference, read, sent protoreflect.Message) string {
	r, _ := f.reader.(protoreflect.FieldDescriptor)
	w, _ := f.writer.(protoreflect.FieldDescriptor)
	if r == nil || w == nil || read == nil || sent == nil {
		return ""
	}
	r, w = accessible(r), accessible(w)
	if f.code == "DEFAULT_CHANGED" && w.IsExtension() && !sent.Has(w) && !read.Has(r) { // declared ones are compared
		return string(w.Name()) + ": not sent: " + shownDefault(w) + " is read as " + shownDefault(r)
	}
	if !sent.Has(w) {
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
