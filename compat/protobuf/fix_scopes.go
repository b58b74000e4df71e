package protobuf

import (
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema/protobuf"
)

// packages is for a file that has another package.
func (x *fixer) packages() {
	old := string(x.old.Package())
	var first, pkg *protobuf.Declaration
	for _, d := range x.now.file.Inner {
		switch d.Kind {
		case protobuf.SyntaxDeclaration:
			first = d
		case protobuf.PackageDeclaration:
			pkg = d
		}
	}
	statement := "package " + old + ";"
	switch {
	case pkg != nil && old != "":
		x.propose("keep the package `"+old+"`", at(pkg.Ident, old))
	case pkg != nil:
		x.propose("leave out the package", x.now.without(pkg))
	case first != nil:
		x.propose("keep the package `"+old+"`", x.now.after(first, statement, 1))
	default:
		x.propose("keep the package `"+old+"`", splice{x.now.file.Start, x.now.file.Start, statement + x.now.lineBreak()})
	}
}

// missingMessage is for a message that only one side has: it was renamed, or it is gone, or it is new.
func (x *fixer) missingMessage() {
	if g, ok := x.g.(protoreflect.MessageDescriptor); ok && x.f == nil {
		if renamed := x.twin(x.scopeOf(g, x.latest), x.scopeOf(g, x.old), g, true); renamed != nil {
			x.rename(renamed, g)
		}
		r := x.restoring()
		if r.back(g) {
			x.propose("put message "+quote(g.Name())+" back", r.splices...)
		}
		return
	}
	f, ok := x.f.(protoreflect.MessageDescriptor)
	if !ok || x.g != nil && !groupTypes(x.g.Parent())[x.g.Name()] {
		return
	}
	x.wasGroup(f)
	if renamed := x.twin(x.scopeOf(f, x.old), x.scopeOf(f, x.latest), f, false); renamed != nil {
		x.rename(f, renamed)
	}
	if now := x.now.at(f); now != nil {
		splices, names := x.users(f, now)
		title := "leave out " + quote(f.Name())
		if len(names) > 0 {
			title += ", with " + shortened(names) + ","
		}
		x.propose(title+" until all readers know it", append(splices, x.now.without(now))...)
	}
}

// scopeOf returns the messages beside a message, in the file given.
func (x *fixer) scopeOf(m protoreflect.MessageDescriptor, file protoreflect.FileDescriptor) []protoreflect.MessageDescriptor {
	if parent, nested := m.Parent().(protoreflect.MessageDescriptor); nested {
		if parent = counterpart(file, parent); parent == nil {
			return nil
		}
		return declared(parent.Messages())
	}
	return declared(file.Messages())
}

// twin returns the message of a scope that the other side does not have by its name, and that reads as m does. inNew tells
// that the scope is the new schema's.
func (x *fixer) twin(scope, beside []protoreflect.MessageDescriptor, m protoreflect.MessageDescriptor, inNew bool) protoreflect.MessageDescriptor {
	for _, other := range scope {
		if slices.ContainsFunc(beside, func(b protoreflect.MessageDescriptor) bool { return b.Name() == other.Name() }) {
			continue
		}
		reader, writer := other, m
		if !inNew {
			reader, writer = m, other
		}
		if sameNumbers(reader, writer) && newDiffer(x.latest, x.old, compat.NewReadsOld).alike(reader, writer) {
			return other
		}
	}
	return nil
}

// sameNumbers reports whether two messages have fields of the same numbers.
func sameNumbers(a, b protoreflect.MessageDescriptor) bool {
	if a.Fields().Len() != b.Fields().Len() {
		return false
	}
	for i := range a.Fields().Len() {
		if b.Fields().ByNumber(a.Fields().Get(i).Number()) == nil {
			return false
		}
	}
	return true
}

// renamed reports whether each of two messages is in its file alone.
func (x *fixer) renamed(m, old protoreflect.MessageDescriptor) bool {
	return m.ParentFile() == x.latest && old.ParentFile() == x.old && !m.IsMapEntry() && !old.IsMapEntry() &&
		messageNamed(x.old, localName(m)) == nil && messageNamed(x.latest, localName(old)) == nil
}

// rename proposes the old name for a message, where it is declared and wherever the text names it.
func (x *fixer) rename(f, g protoreflect.MessageDescriptor) {
	now := x.now.at(f)
	if now == nil {
		return
	}
	splices := []splice{at(now.Ident, string(g.Name()))}
	x.eachType(x.now.file, func(d *protobuf.Declaration) {
		for _, word := range wordsOf(x.now.text, d.Type) {
			if word.In(x.now.text) == string(f.Name()) {
				splices = append(splices, at(word, string(g.Name())))
			}
		}
	})
	x.propose("keep the name "+quote(g.Name()), splices...)
}

// eachType calls f for every declaration that names a type.
func (x *fixer) eachType(in *protobuf.Declaration, f func(*protobuf.Declaration)) {
	for _, d := range in.Inner {
		if d.Type.End > 0 {
			f(d)
		}
		x.eachType(d, f)
	}
}

// wordsOf returns the identifiers in a part of a text.
func wordsOf(text string, in protobuf.Span) []protobuf.Span {
	var words []protobuf.Span
	letter := func(c byte) bool {
		return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
	}
	for i := in.Start; i < in.End; i++ {
		start := i
		for i < in.End && letter(text[i]) {
			i++
		}
		if i > start {
			words = append(words, protobuf.Span{Start: start, End: i})
		}
	}
	return words
}

// users takes out the fields and methods outside of a message that name it, and names them.
func (x *fixer) users(f protoreflect.MessageDescriptor, own *protobuf.Declaration) (splices []splice, names []string) {
	x.eachType(x.now.file, func(d *protobuf.Declaration) {
		if own.Start <= d.Start && d.End <= own.End || d.Kind == protobuf.ExtendDeclaration {
			return
		}
		for _, word := range wordsOf(x.now.text, d.Type) {
			if word.In(x.now.text) == string(f.Name()) {
				splices = append(splices, x.now.without(d))
				names = append(names, "`"+d.Name+"`")
				return
			}
		}
	})
	return splices, names
}

// order is for a message that stands at another index: the old ones go where they were, the new ones behind them. What is
// gone is put back, for there is no index without it.
func (x *fixer) order() {
	f, _ := x.f.(protoreflect.MessageDescriptor)
	if f == nil || x.now.at(f) == nil {
		return
	}
	now, was := x.scopeOf(f, x.latest), x.scopeOf(f, x.old)
	have := map[protoreflect.Name]*protobuf.Declaration{}
	var slots []*protobuf.Declaration
	for _, m := range now {
		d := x.now.at(m)
		if d == nil {
			return
		}
		have[m.Name()] = d
		slots = append(slots, d)
	}
	var texts []string
	r := x.restoring()
	indent := x.now.indentation(slots[0].Whole.Start)
	for _, m := range was {
		if d := have[m.Name()]; d != nil {
			texts = append(texts, d.Whole.In(x.now.text))
			delete(have, m.Name())
			continue
		}
		d := x.was.at(m)
		if d == nil {
			return
		}
		r.seen[m.FullName()] = true
		texts = append(texts, x.now.laid(d.In(x.was.text), x.was.indentation(d.Start), indent))
	}
	for _, m := range now {
		if d := have[m.Name()]; d != nil {
			texts = append(texts, d.Whole.In(x.now.text))
		}
	}
	splices := r.splices
	for i, slot := range slots {
		with := texts[i]
		if i == len(slots)-1 {
			with = strings.Join(texts[i:], x.now.lineBreak()+x.now.lineBreak()+indent)
		}
		if with != slot.Whole.In(x.now.text) {
			splices = append(splices, at(slot.Whole, with))
		}
	}
	x.propose("keep the messages in their order, with what is new behind them", splices...)
}

// missingMethod is for a service or a method that is gone.
func (x *fixer) missingMethod() {
	r := x.restoring()
	if x.g == nil || !r.back(x.g) {
		return
	}
	what := "method "
	if _, service := x.g.(protoreflect.ServiceDescriptor); service {
		what = "service "
	}
	x.propose("put "+what+quote(x.g.Name())+" back", r.splices...)
}

// valueNames is for numbers of an enum that have other names: all of the enum get theirs back, or the new one gets a number
// of its own.
func (x *fixer) valueNames() {
	v, _ := x.f.(protoreflect.EnumValueDescriptor)
	w, _ := x.g.(protoreflect.EnumValueDescriptor)
	if v == nil || w == nil {
		return
	}
	now, was := v.Parent().(protoreflect.EnumDescriptor), w.Parent().(protoreflect.EnumDescriptor)
	before, splices, names := values(was), []splice(nil), []string(nil)
	most := 0
	for i := range now.Values().Len() {
		value := now.Values().Get(i)
		most = max(most, int(value.Number()))
		old, d := before[value.Number()], x.now.at(value)
		if old != nil && d != nil && old.Name() != value.Name() {
			splices = append(splices, at(d.Ident, string(old.Name())))
			names = append(names, quote(old.Name())+" = "+strconv.Itoa(int(old.Number())))
		}
	}
	x.propose("keep the names "+shortened(names), splices...)
	d, there := x.now.at(v), byName(now.Values())
	if d == nil || there[w.Name()] != nil {
		return
	}
	for number := range before {
		most = max(most, int(number))
	}
	text := string(w.Name()) + " = " + strconv.Itoa(int(w.Number())) + ";"
	x.propose("give "+quote(v.Name())+" the number "+strconv.Itoa(most+1)+", and put "+quote(w.Name())+" back",
		x.now.before(d, text, 1), at(d.Number, strconv.Itoa(most+1)))
}

// wasGroup proposes the groups that the fields of a message's type were, which declared it.
func (x *fixer) wasGroup(m protoreflect.MessageDescriptor) {
	scope, _ := m.Parent().(protoreflect.MessageDescriptor)
	if scope == nil {
		return
	}
	old := counterpart(x.old, scope)
	for i := 0; old != nil && i < scope.Fields().Len(); i++ {
		f := scope.Fields().Get(i)
		if g := old.Fields().ByNumber(f.Number()); f.Message() == m && g != nil && declaresGroup(g) && x.now.at(f) != nil && x.was.at(g) != nil {
			x.asItWas(f, g, x.now.at(f), x.was.at(g))
		}
	}
}

// unknownValues is for a field of a closed enum that does not have all that the other side may send.
func (x *fixer) unknownValues() {
	f, g, declared, _, ok := x.declarations()
	if !ok {
		return
	}
	if f.IsMap() && g.IsMap() {
		f, g = f.MapValue(), g.MapValue()
	}
	now, was := f.Enum(), g.Enum()
	if now == nil || was == nil || x.now.at(now) == nil || x.was.at(was) == nil {
		x.types()
		return
	}
	if x.newReads() {
		x.knowValues(now, was)
		if missingValues(now, was) == "" && !f.ContainingMessage().IsMapEntry() {
			x.propose("read "+quote(f.Name())+" as int32, which keeps numbers without a name", at(declared.Type, "int32"))
		}
	} else {
		x.leaveOutValues(now, was)
	}
	d, old := x.now.at(now), x.was.at(was)
	x.propose("keep enum "+quote(was.Name())+" as it was",
		at(d.Span, x.now.laid(old.In(x.was.text), x.was.indentation(old.Start), x.now.indentation(d.Start))))
}

// knowValues puts values back that old data may have.
func (x *fixer) knowValues(now, was protoreflect.EnumDescriptor) {
	known, r, names := values(now), x.restoring(), []string(nil)
	for i := range was.Values().Len() {
		if v := was.Values().Get(i); known[v.Number()] == nil && r.back(v) {
			names = append(names, quote(v.Name()))
		}
	}
	x.propose("put "+shortened(names)+" back", r.splices...)
}

// leaveOutValues takes values out that old readers do not know.
func (x *fixer) leaveOutValues(now, was protoreflect.EnumDescriptor) {
	known, splices, names := values(was), []splice(nil), []string(nil)
	for i := range now.Values().Len() {
		v := now.Values().Get(i)
		if d := x.now.at(v); d != nil && known[v.Number()] == nil {
			splices = append(splices, x.now.without(d))
			names = append(names, quote(v.Name()))
		}
	}
	x.propose("leave out "+shortened(names)+" until all readers know them", splices...)
}
