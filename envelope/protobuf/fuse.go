package protobuf

import (
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/treatyhq/treaty/envelope/verdict"
)

// A Transcoder carries messages of a writer's type to a reader's. The bytes stay as they are, for fields match by number and
// readers keep those that they do not know; what it does is to make sure that they mean the same, and to tell what does
// not. It is immutable and safe for concurrent use.
type Transcoder struct {
	reader, writer protoreflect.MessageDescriptor
	source, target *Program
	places         []place
	marks          []mark
}

// A place is where a message can stand in another, with what the two types make of its fields.
type place struct {
	fields map[protowire.Number]action
	// defaulted are the marks of the reader's fields that the writer's type does not have, by number. A message may have them
	// all the same, as unknown ones.
	defaulted []missing
}

// A missing field is one that the reader gives its default.
type missing struct {
	number protowire.Number
	mark   int32
}

// An action is what is done about a field that a message has.
type action struct {
	mark  int32 // -1 for none
	group bool
	inner int32 // the place of the message that it holds; -1 for none
	// look says that the value may be read as another one, so that it is compared.
	look bool
	// stranger says that only the reader has the field.
	stranger bool
}

// A mark is one line of a step.
type mark struct {
	kind markKind
	path string
}

type markKind uint8

const (
	promoted markKind = iota
	defaulted
	dropped
	renamed
)

// Fuse returns what carries messages of a writer's type to a reader's.
func Fuse(writer, reader protoreflect.MessageDescriptor) *Transcoder {
	f := fuser{
		Transcoder: &Transcoder{reader: reader, writer: writer, source: Compile(writer), target: Compile(reader)},
		readers:    typesOf(reader), writers: typesOf(writer),
		open: map[typePair]int32{}, shared: map[typePair]int32{},
	}
	f.place(reader, writer, "")
	return f.Transcoder
}

type typePair struct{ reader, writer protoreflect.FullName }

// maxActions is how many fields of places have paths of their own; beyond that, types that are met again share those of the
// first.
const maxActions = 1 << 16

type fuser struct {
	*Transcoder
	readers, writers *types
	open, shared     map[typePair]int32
	actions          int
}

func (f *fuser) note(kind markKind, path string) int32 {
	f.marks = append(f.marks, mark{kind, path})
	return int32(len(f.marks) - 1)
}

// place plans for messages at a path and returns its index. One inside itself is the same place.
func (f *fuser) place(reader, writer protoreflect.MessageDescriptor, path string) int32 {
	p := typePair{reader.FullName(), writer.FullName()}
	if i, ok := f.open[p]; ok {
		return i
	}
	if i, ok := f.shared[p]; ok && f.actions > maxActions {
		return i
	}
	i := int32(len(f.places))
	f.places = append(f.places, place{})
	f.open[p], f.shared[p] = i, i
	in := place{fields: map[protowire.Number]action{}}
	f.actions += 1 + writer.Fields().Len() + reader.Fields().Len()
	for _, w := range fieldsOf(writer, f.source) {
		in.fields[w.Number()] = f.action(f.readers.field(reader, w.Number()), w, path)
	}
	for _, r := range fieldsOf(reader, f.target) {
		if f.writers.field(writer, r.Number()) == nil && !writer.IsMapEntry() {
			in.defaulted = append(in.defaulted, missing{r.Number(), f.note(defaulted, path+fieldPiece(r))})
			// One that comes unknown is read as it was meant, but for what it takes the place of.
			in.fields[r.Number()] = action{mark: -1, inner: -1, stranger: true, look: oneofName(r) != ""}
		}
	}
	f.places[i] = in
	delete(f.open, p)
	return i
}

// fieldsOf returns the fields and the extensions of a type.
func fieldsOf(md protoreflect.MessageDescriptor, p *Program) []protoreflect.FieldDescriptor {
	fields := slices.Clone(p.extensions[md.FullName()])
	for i := range md.Fields().Len() {
		fields = append(fields, md.Fields().Get(i))
	}
	return fields
}

// action plans for a field of the writer's, r being the reader's of the same number, or nil.
func (f *fuser) action(r, w protoreflect.FieldDescriptor, path string) action {
	a := action{mark: -1, inner: -1, group: w.Kind() == protoreflect.GroupKind}
	if r == nil {
		a.mark = f.note(dropped, path+fieldPiece(w))
		return a
	}
	path += fieldPiece(r)
	switch {
	case w.IsMap():
		path += "{}"
	case w.IsList():
		path += "[]"
	}
	switch {
	case r.Message() != nil && w.Message() != nil && r.Kind() == w.Kind() && r.IsMap() == w.IsMap() && r.IsList() == w.IsList():
		a.inner = f.place(r.Message(), w.Message(), path)
	case !alike(r, w):
		a.look, a.mark = true, f.note(promoted, path)
	}
	a.look = a.look || oneofName(r) != oneofName(w)
	if r.Name() != w.Name() && a.mark < 0 && !w.ContainingMessage().IsMapEntry() {
		a.mark = f.note(renamed, path)
	}
	return a
}

// alike reports whether every value of one field is read as the same by the other.
func alike(r, w protoreflect.FieldDescriptor) bool {
	if r.Kind() != w.Kind() || r.IsList() != w.IsList() || r.IsMap() != w.IsMap() || r.Message() != nil {
		return false
	}
	if r.Enum() == nil {
		return true
	}
	return sameNumbers(r.Enum(), w.Enum())
}

// sameNumbers reports whether a reader's enum has every number of the writer's.
func sameNumbers(r, w protoreflect.EnumDescriptor) bool {
	if r.IsClosed() != w.IsClosed() {
		return false
	}
	for i := range w.Values().Len() {
		if r.Values().ByNumber(w.Values().Get(i).Number()) == nil {
			return false
		}
	}
	return true
}

func oneofName(fd protoreflect.FieldDescriptor) protoreflect.Name {
	if o := fd.ContainingOneof(); o != nil && !o.IsSynthetic() {
		return o.Name()
	}
	return ""
}

// step returns what the marks that were made say.
func (t *Transcoder) step(seen []uint64) verdict.Step {
	s := verdict.Step{Kind: verdict.Resolution, Promoted: []string{}, Defaulted: []string{}, Dropped: []string{}, Renamed: []string{}}
	lists := [...]*[]string{promoted: &s.Promoted, defaulted: &s.Defaulted, dropped: &s.Dropped, renamed: &s.Renamed}
	for i, m := range t.marks {
		if seen[i>>6]>>(i&63)&1 != 0 {
			*lists[m.kind] = append(*lists[m.kind], m.path[1:])
		}
	}
	for _, list := range lists {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return s
}
