package protobuf

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
	"pgregory.net/rapid"

	"github.com/treatyhq/treaty/compat"
	envelope "github.com/treatyhq/treaty/envelope/protobuf"
	"github.com/treatyhq/treaty/envelope/protobuf/protobuftest"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/protobuf"
)

// TestMain draws the same in every run, so that one that changes nothing fails nothing. Others are drawn with -rapid.seed.
func TestMain(m *testing.M) {
	flag.Parse()
	if seed := flag.Lookup("rapid.seed"); seed.Value.String() == "0" {
		if err := seed.Value.Set("20261124"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// TestDataAgrees holds the walk to the bytes: it draws files, edits them, writes random messages with the one and reads
// them with the other. What is refused, lost or changed of a field that both have needs a finding that says that bytes
// break, and that is about this field; a number of an enum with another name needs one about names.
//
// Two differences need none. A field whose number the reader does not have is gone on purpose, unless its name is
// there with another number. A number that an open enum does not name is kept. Nothing else is let pass.
func TestDataAgrees(t *testing.T) {
	t.Parallel()
	var pairs, broken atomic.Int64
	rapid.Check(t, func(t *rapid.T) {
		syntax := pick(t, []string{"proto2", "proto3", "edition"}, "syntax")
		o := oracle{pairs: &pairs, broken: &broken}
		old := &drawnPair{dep: drawFile(t, syntax, "dep", ""), own: drawFile(t, syntax, "own", "dep.proto")}
		o.old = old
		for range 12 {
			o.pair(t, old.edited(t))
		}
	})
	t.Logf("%d pairs, %d of them with bytes that break", pairs.Load(), broken.Load())
}

// A drawnPair is a file and what it imports.
type drawnPair struct{ own, dep *drawnFile }

func (p *drawnPair) edited(t *rapid.T) *drawnPair {
	out := &drawnPair{p.own.clone(), p.dep.clone()}
	for range rapid.IntRange(1, 2).Draw(t, "edits") {
		f := out.own
		if rapid.IntRange(0, 3).Draw(t, "in the import") == 0 {
			f = out.dep
		}
		pick(t, edits, "edit")(t, f)
	}
	out.dep.pkg = "dep"
	return out
}

// parse returns nil if one of the files is not valid. What is imported is parsed alone too, as nothing else is as strict.
func (p *drawnPair) parse(t *rapid.T) *protobuf.Schema {
	if _, err := protobuf.Parse(t.Context(), schema.Source{Text: p.dep.String()}, schema.Options{New: true}); err != nil {
		return nil
	}
	ref := schema.Reference{Name: "dep.proto", Subject: "dep", Version: 1}
	s, err := protobuf.Parse(t.Context(), schema.Source{
		Text: p.own.String(), References: []schema.Reference{ref},
		Dependencies: []schema.Dependency{{Reference: ref, Text: p.dep.String()}},
	}, schema.Options{New: true})
	if err != nil {
		return nil
	}
	return s
}

type oracle struct {
	old           *drawnPair
	pairs, broken *atomic.Int64
}

func (o oracle) pair(t *rapid.T, latest *drawnPair) {
	before, now := o.old.parse(t), latest.parse(t)
	if before == nil || now == nil {
		return
	}
	for _, d := range []compat.Direction{compat.NewReadsOld, compat.OldReadsNew} {
		reader, writer := now, before
		if d == compat.OldReadsNew {
			reader, writer = before, now
		}
		o.pairs.Add(1)
		if trouble := o.broke(t, reader, writer); trouble != nil {
			o.broken.Add(1)
			c := Check(reader, writer, d)
			if !slices.ContainsFunc(c.Findings, trouble.explained) {
				t.Fatalf("%s\nfindings of %s: %+v\nold:\n%s%s\nnew:\n%s%s", trouble.what, d, c.Findings, o.old.own, o.old.dep, latest.own, latest.dep)
			}
		}
	}
}

// A trouble is what a reader makes of a message that it does not have as it was sent.
type trouble struct {
	what   string
	number protoreflect.FieldNumber // of the innermost field; 0 if the message was refused, or it is a part of an entry
	named  bool                     // it is about the name of a number
}

// explained reports whether a finding may be why: it is about the field of that number, or about what it is in.
func (x *trouble) explained(f compat.Finding) bool {
	if x.named {
		return (f.Code == "ENUM_VALUE_REUSED" || f.Code == "EXTENSION_CHANGED") && f.Wire // what an extension holds is one finding
	}
	switch f.Code {
	case "FIELD_KIND_CHANGED", "FIELD_NAMED_TYPE_CHANGED", "GROUP_CHANGED", "FIELD_RENUMBERED", "EXTENSION_CHANGED", "MULTIPLE_FIELDS_MOVED_TO_ONEOF",
		"FIELD_MOVED_TO_EXISTING_ONEOF":
		return f.Wire
	default:
		return f.Wire && (x.number == 0 || strings.HasSuffix(f.Path, "/"+strconv.Itoa(int(x.number))))
	}
}

// broke writes messages of each type that both have, and says what the reader makes of the first that it reads otherwise.
func (o oracle) broke(t *rapid.T, reader, writer *protobuf.Schema) *trouble {
	for i := range writer.Descriptor().Messages().Len() {
		w := writer.Descriptor().Messages().Get(i)
		r := reader.Descriptor().Messages().ByName(w.Name())
		if r == nil {
			continue
		}
		for range 2 {
			m := protobuftest.Message(t, w)
			extendMessage(t, m, writer)
			gone := map[protoreflect.FieldNumber]bool{}
			prune(m, r, gone)
			if trouble := misread(r, m, gone); trouble != nil {
				return trouble
			}
			if trouble := misnamed(r, m); trouble != nil {
				return trouble
			}
		}
	}
	return nil
}

// extendMessage sets the extensions of a message, and of those in it, that the writer has, now and then.
func extendMessage(t *rapid.T, m protoreflect.Message, writer *protobuf.Schema) {
	for _, x := range extensionsOf(writer.Descriptor()).all {
		if x.ContainingMessage().FullName() == m.Descriptor().FullName() && rapid.Bool().Draw(t, "extended") {
			_ = envelope.Set(m, []protoreflect.FieldNumber{x.Number()})
		}
	}
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if fd.Message() != nil && !fd.IsMap() && !fd.IsList() {
			extendMessage(t, v.Message(), writer)
		}
		return true
	})
}

// prune takes the fields out of a message that the reader does not have, neither by number nor by name and type. Required
// ones must stay: gone gets their numbers.
func prune(m protoreflect.Message, r protoreflect.MessageDescriptor, gone map[protoreflect.FieldNumber]bool) {
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		same := sameNumber(r, fd)
		switch {
		case same == nil && !renumbered(r, fd) && fd.Cardinality() != protoreflect.Required:
			m.Clear(fd)
		case same == nil && !renumbered(r, fd):
			gone[fd.Number()] = true
		case same == nil || same.Message() == nil || fd.Message() == nil || fd.IsMap() != same.IsMap():
		case fd.IsMap():
			if inner := same.MapValue().Message(); fd.MapValue().Message() != nil && inner != nil {
				v.Map().Range(func(_ protoreflect.MapKey, v protoreflect.Value) bool { prune(v.Message(), inner, gone); return true })
			}
		case fd.IsList():
			for i := range v.List().Len() {
				prune(v.List().Get(i).Message(), same.Message(), gone)
			}
		default:
			prune(v.Message(), same.Message(), gone)
		}
		return true
	})
}

// sameNumber returns what the reader has with a field's number, nil if nothing.
func sameNumber(r protoreflect.MessageDescriptor, fd protoreflect.FieldDescriptor) protoreflect.FieldDescriptor {
	if f := r.Fields().ByNumber(fd.Number()); f != nil {
		return f
	}
	return extensionsOf(r.ParentFile()).numbers[keyOf(r, fd.Number(), r.ParentFile())]
}

// renumbered reports whether the reader has the name of a field that it lacks the number of.
func renumbered(r protoreflect.MessageDescriptor, fd protoreflect.FieldDescriptor) bool {
	if !fd.IsExtension() {
		return r.Fields().ByName(fd.Name()) != nil
	}
	for _, x := range extensionsOf(r.ParentFile()).all {
		if x.ContainingMessage() == r && localName(x) == localName(fd) {
			return true
		}
	}
	return false
}

// misnamed says which number of an enum in a message the reader knows by another name only, nil if none.
func misnamed(r protoreflect.MessageDescriptor, m protoreflect.Message) (found *trouble) {
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		same := sameNumber(r, fd)
		switch {
		case same == nil || found != nil || same.IsMap() != fd.IsMap():
		case enumOf(same) != nil && enumOf(fd) != nil:
			n := firstNumber(fd, v)
			now, was := namesOfNumber(enumOf(same), n), namesOfNumber(enumOf(fd), n)
			if len(now) > 0 && len(was) > 0 && !slices.ContainsFunc(now, func(name protoreflect.Name) bool { return slices.Contains(was, name) }) {
				found = &trouble{what: fmt.Sprintf("%s %v: %d of %s is %s and was %s", m.Descriptor().FullName(), m, n, fd.Name(), now, was), named: true}
			}
		case same.Message() != nil && fd.Message() != nil && !fd.IsMap() && !fd.IsList() && !same.IsList():
			found = misnamed(same.Message(), v.Message())
		}
		return found == nil
	})
	return found
}

func namesOfNumber(e protoreflect.EnumDescriptor, n protoreflect.EnumNumber) (names []protoreflect.Name) {
	for i := range e.Values().Len() {
		if v := e.Values().Get(i); v.Number() == n {
			names = append(names, v.Name())
		}
	}
	return names
}

// misread says how the reader misreads a message, nil if it does not.
func misread(r protoreflect.MessageDescriptor, m *dynamicpb.Message, gone map[protoreflect.FieldNumber]bool) *trouble {
	data, err := envelope.Encode(m)
	if err != nil {
		return nil
	}
	resolved, err := envelope.Resolve(r, m.Descriptor(), data, envelope.Limits{})
	if err != nil {
		return &trouble{what: fmt.Sprintf("%s %v: refused: %v", m.Descriptor().FullName(), m, err)}
	}
	for _, d := range resolved.Differences {
		if d.Kind == envelope.Unnamed || d.Kind == envelope.Skipped && gone[d.Number] {
			continue
		}
		x := &trouble{what: fmt.Sprintf("%s %v: %+v", m.Descriptor().FullName(), m, d), number: d.Number}
		if strings.HasSuffix(d.Path, "]") && d.Number <= 2 { // the key or the value of an entry, whose numbers are no field's
			x.number = 0
		}
		return x
	}
	return nil
}
