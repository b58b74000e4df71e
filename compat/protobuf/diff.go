package protobuf

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/protobuf"
)

// Diff lists what has changed between two Protobuf schemas, options and reservations included; it is a [compat.Differ].
// Both must be of this type. Messages, enums and services are paired by name, fields by number and then by name, values
// of enums the other way round. Files that both import under one path are compared too. A doc is the comment right above a
// declaration, in the text that was parsed.
func Diff(old, latest schema.Schema) compat.Diff {
	was, now := old.(*protobuf.Schema), latest.(*protobuf.Schema)
	d := changes{old: was, latest: now, seen: map[string]bool{}}
	d.files(was.Descriptor(), now.Descriptor())
	backward, forward := Check(latest, old, compat.NewReadsOld), Check(old, latest, compat.OldReadsNew)
	return d.drafts.Judge(backward, forward, func(f compat.Finding) []string { return []string{f.Code + " " + f.Path} })
}

// changes is the walk over two files and what they import. It belongs to one diff.
type changes struct {
	old, latest *protobuf.Schema
	drafts      compat.Drafts
	seen        map[string]bool // paths of the imports that were compared
}

// A part is what a change is about, on either side; nil where there is nothing.
type part struct {
	path        string
	old, latest protoreflect.Descriptor
	thing       string // in a sentence
}

// add notes a change. codes are those of the findings at the same path that it explains.
func (d *changes) add(p part, kind compat.ChangeKind, what string, old, latest any, codes ...string) {
	c := compat.Change{Path: p.path, Kind: kind, What: what, Old: textOf(old), New: textOf(latest)}
	c.OldAt = location(p.old, d.old.Descriptor(), d.old.Position)
	c.NewAt = location(p.latest, d.latest.Descriptor(), d.latest.Position)
	var clues []string
	for _, code := range codes {
		clues = append(clues, code+" "+p.path)
		switch before := p.old.(type) {
		case protoreflect.FieldDescriptor:
			clues = append(clues, code+" "+placeOf(scopeOf(before), before))
		case protoreflect.EnumValueDescriptor:
			clues = append(clues, code+" #/"+strings.ReplaceAll(localName(before.Parent()), ".", "/")+"/"+strconv.Itoa(int(before.Number())))
		}
	}
	d.drafts.Add(compat.Draft{Change: c, Clues: clues}, p.thing)
}

// scopeOf returns the path of the message that a field is in.
func scopeOf(f protoreflect.FieldDescriptor) string {
	return "#/" + strings.ReplaceAll(localName(f.ContainingMessage()), ".", "/")
}

func textOf(v any) json.RawMessage {
	if v == nil {
		return nil
	}
	return compat.JSON(v)
}

// set notes a value that is not the same; the zero value stands for none.
func set[T comparable](d *changes, p part, what string, old, latest T, codes ...string) {
	var zero T
	switch {
	case old == latest:
	case old == zero:
		d.add(p.of(what), compat.Added, what, nil, latest, codes...)
	case latest == zero:
		d.add(p.of(what), compat.Removed, what, old, nil, codes...)
	default:
		d.add(p.of(what), compat.Changed, what, old, latest, codes...)
	}
}

// of returns the part with one of its attributes as the thing of the sentence.
func (p part) of(what string) part {
	p.thing = "the " + what + " of " + p.thing
	return p
}

// files compares two files, then those that they import.
func (d *changes) files(old, latest protoreflect.FileDescriptor) {
	p := part{path: "#/", old: old, latest: latest, thing: "the file"}
	if own := latest == d.latest.Descriptor(); !own {
		p.thing = "`" + latest.Path() + "`"
	}
	set(d, p, "syntax", syntaxOf(old), syntaxOf(latest))
	set(d, p, "package", string(old.Package()), string(latest.Package()), "PACKAGE_CHANGED")
	d.imports(p, old.Imports(), latest.Imports())
	d.annotated(p, old.Options(), latest.Options())
	d.types("#", old.Messages(), latest.Messages())
	d.enums("#", old.Enums(), latest.Enums())
	d.extensions("#", old.Extensions(), latest.Extensions())
	d.services(old.Services(), latest.Services())
	known := map[string]protoreflect.FileDescriptor{}
	for i := range old.Imports().Len() {
		f := old.Imports().Get(i)
		known[f.Path()] = f.FileDescriptor
	}
	for i := range latest.Imports().Len() {
		f := latest.Imports().Get(i).FileDescriptor
		if before := known[f.Path()]; before != nil && !d.seen[f.Path()] && !strings.HasPrefix(f.Path(), "google/protobuf/") {
			d.seen[f.Path()] = true
			d.files(before, f)
		}
	}
}

// syntaxOf names the syntax, or the edition, of a file.
func syntaxOf(f protoreflect.FileDescriptor) string { return f.Syntax().String() }

func (d *changes) imports(p part, old, latest protoreflect.FileImports) {
	was, now := importsOf(old), importsOf(latest)
	for _, path := range sortedKeys(was, now) {
		before, had := was[path]
		after, has := now[path]
		at := p
		at.thing = "the import of `" + path + "`"
		switch {
		case !had:
			d.add(at, compat.Added, "import", nil, path)
		case !has:
			d.add(at, compat.Removed, "import", path, nil)
		case before != after:
			d.add(at, compat.Changed, "import", before, after)
		}
	}
}

// importsOf indexes imports by path, with how they are imported.
func importsOf(list protoreflect.FileImports) map[string]string {
	m := map[string]string{}
	for i := range list.Len() {
		f := list.Get(i)
		m[f.Path()] = "private"
		if f.IsPublic {
			m[f.Path()] = "public"
		}
	}
	return m
}

// sortedKeys returns the keys of both maps, sorted.
func sortedKeys[V any](a, b map[string]V) []string {
	var keys []string
	for k := range a {
		keys = append(keys, k)
	}
	for k := range b {
		if _, ok := a[k]; !ok {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys
}

// types compares the messages of two scopes by name.
func (d *changes) types(scope string, old, latest protoreflect.MessageDescriptors) {
	was, now := declared(old), declared(latest)
	before := index(was)
	for _, m := range now {
		path := scope + "/" + string(m.Name())
		o, ok := before[m.Name()]
		if !ok {
			d.add(part{path, nil, m, "message `" + localName(m) + "`"}, compat.Added, "message", nil, localName(m), "MESSAGE_REMOVED")
			continue
		}
		d.message(path, o, m)
	}
	after := index(now)
	for _, m := range was {
		if _, ok := after[m.Name()]; !ok {
			d.add(part{scope + "/" + string(m.Name()), m, nil, "message `" + localName(m) + "`"}, compat.Removed, "message",
				localName(m), nil, "MESSAGE_REMOVED")
		}
	}
	d.order(scope, "message", was, now)
}

func index(list []protoreflect.MessageDescriptor) map[protoreflect.Name]protoreflect.MessageDescriptor {
	m := make(map[protoreflect.Name]protoreflect.MessageDescriptor, len(list))
	for _, x := range list {
		m[x.Name()] = x
	}
	return m
}

// order notes each message that stands at another index, by which framed messages name it.
func (d *changes) order(scope, what string, was, now []protoreflect.MessageDescriptor) {
	at := make(map[protoreflect.Name]int, len(was))
	for j, m := range was {
		at[m.Name()] = j
	}
	for i, m := range now {
		if j, ok := at[m.Name()]; ok && i != j {
			d.add(part{scope + "/" + string(m.Name()), was[j], m, "the index of `" + localName(m) + "`"}, compat.Changed, "index",
				j, i, "MESSAGE_INDEX_CHANGED")
		}
	}
}

// message compares two messages with all that is in them.
func (d *changes) message(path string, old, latest protoreflect.MessageDescriptor) {
	p := part{path, old, latest, "`" + localName(latest) + "`"}
	d.annotated(p, old.Options(), latest.Options())
	d.fields(path, old, latest)
	d.oneofs(path, old, latest)
	d.reservations(p, reservedOf(old), reservedOf(latest))
	d.ranges(p, old.ExtensionRanges(), latest.ExtensionRanges())
	d.types(path, old.Messages(), latest.Messages())
	d.enums(path, old.Enums(), latest.Enums())
	d.extensions(path, old.Extensions(), latest.Extensions())
}
