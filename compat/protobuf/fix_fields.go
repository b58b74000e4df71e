package protobuf

import (
	"strconv"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/treatyhq/treaty/schema/protobuf"
)

func at(s protobuf.Span, with string) splice { return splice{s.Start, s.End, with} }

// types is for a field whose type reads otherwise.
func (x *fixer) types() {
	f, g, now, was, ok := x.declarations()
	if !ok {
		return
	}
	if m, old := f.Message(), g.Message(); m != nil && old != nil && x.renamed(m, old) {
		x.rename(m, old)
	}
	if was.Kind == protobuf.FieldDeclaration && now.Kind == protobuf.FieldDeclaration {
		r := x.restoring()
		r.needs(g)
		from := now.Type
		typ := was.Type.In(x.was.text)
		if f.IsMap() != g.IsMap() {
			from.Start = now.Start
			typ = strings.TrimSpace(x.labelNow(g, oneofOf(f) != nil) + " " + typ)
		}
		x.propose("keep the type "+was.Type.In(x.was.text)+" of "+quote(f.Name()), append(r.splices, at(from, typ))...)
	}
	x.whole(f, g, now, was)
	x.newNumber(f, g, now, true)
}

// whole proposes the old declaration in the place of the new one, if they are more than types apart.
func (x *fixer) whole(f, g protoreflect.FieldDescriptor, now, was *protobuf.Declaration) {
	if was.Kind == now.Kind && strings.Join(x.was.options(was), ",") == strings.Join(x.now.options(now), ",") &&
		was.Label.In(x.was.text) == now.Label.In(x.now.text) {
		return
	}
	x.asItWas(f, g, now, was)
}

// asItWas proposes the old declaration in the place of the new one. The message of a group takes that of the same name with it.
func (x *fixer) asItWas(f, g protoreflect.FieldDescriptor, now, was *protobuf.Declaration) {
	r := x.restoring()
	if was.Kind == protobuf.GroupDeclaration {
		r.seen[g.Message().FullName()] = true
		if m := f.ContainingMessage().Messages().ByName(g.Message().Name()); m != nil && x.now.at(m) != now && x.now.at(m) != nil {
			r.splices = append(r.splices, x.now.without(x.now.at(m)))
		}
	}
	r.needs(g)
	text := x.now.laid(r.fieldText(g, was, oneofOf(f) != nil), x.was.indentation(was.Start), x.now.indentation(now.Start))
	x.propose("keep "+quote(g.Name())+" as it was", append(r.splices, at(now.Span, text))...)
}

// newNumber proposes another number for what the old schema does not have as it is, and to reserve the one that it had.
// unnamed leaves the name free, because the new field keeps it.
func (x *fixer) newNumber(f, g protoreflect.FieldDescriptor, now *protobuf.Declaration, unnamed bool) {
	scope := x.now.at(f.ContainingMessage())
	if scope == nil || f.IsExtension() {
		return
	}
	n, ok := freeNumber(f.ContainingMessage(), g.ContainingMessage())
	if !ok {
		return
	}
	gone := missing{numbers: []numberRange{{int64(g.Number()), int64(g.Number())}}}
	title := "give " + quote(f.Name()) + " the number " + strconv.Itoa(n) + ", and reserve " + strconv.Itoa(int(g.Number()))
	if !unnamed {
		gone.names = []protoreflect.Name{g.Name()}
		title += " and " + quote(g.Name())
	}
	x.propose(title, x.reserve(scope, gone), at(now.Number, strconv.Itoa(n)))
}

// freeNumber returns the first number behind all that either message uses, reserves or leaves to extensions.
func freeNumber(a, b protoreflect.MessageDescriptor) (int, bool) {
	most := 0
	for _, m := range []protoreflect.MessageDescriptor{a, b} {
		for i := range m.Fields().Len() {
			most = max(most, int(m.Fields().Get(i).Number()))
		}
		for _, ranges := range []protoreflect.FieldRanges{m.ReservedRanges(), m.ExtensionRanges()} {
			for i := range ranges.Len() {
				most = max(most, int(ranges.Get(i)[1])-1)
			}
		}
	}
	const first, last, highest = 19_000, 19_999, 1<<29 - 1 // the language keeps a range for itself
	if most++; first <= most && most <= last {
		most = last + 1
	}
	return most, most <= highest
}

// groups is for what is wrong with a group, or in one, whatever it is.
func (x *fixer) groups() {
	x.membership()
	x.missingMessage()
	if f, g := x.fields(); f == nil || g == nil {
		x.required()
		x.member()
		return
	}
	x.types()
	x.label()
}

// label is for a field that has another label.
func (x *fixer) label() {
	f, g, now, was, ok := x.declarations()
	if !ok {
		return
	}
	label := x.labelNow(g, oneofOf(f) != nil)
	body := x.now.text[max(now.Start, now.Label.End):now.End]
	title := "keep " + quote(f.Name()) + " " + labels[g.Cardinality()]
	x.propose(title, splice{now.Start, now.End - len(strings.TrimLeft(body, " \t\r\n")), strings.TrimLeft(label+" ", " ")})
	x.whole(f, g, now, was)
}

// defaults is for a scalar that is not sent and reads as another value.
func (x *fixer) defaults() {
	f, g, now, was, ok := x.declarations()
	if !ok {
		return
	}
	value := x.was.option(was, "default")
	if value == "" && g.Enum() != nil && g.Enum().Values().Len() > 0 {
		value = string(g.Enum().Values().Get(0).Name())
	}
	if value == "" {
		x.propose("leave out the default of "+quote(f.Name()), x.now.withOption(now, "default", ""))
		return
	}
	x.propose("keep the default "+value+" of "+quote(f.Name()), x.now.withOption(now, "default", value))
}

// jsonName is for a field that JSON knows by another name.
func (x *fixer) jsonName() {
	f, g, now, was, ok := x.declarations()
	if !ok {
		return
	}
	explicit := x.was.option(was, "json_name")
	if explicit == "" && f.Name() == g.Name() {
		x.propose("leave out the json_name of "+quote(f.Name()), x.now.withOption(now, "json_name", ""))
		return
	}
	if f.Name() != g.Name() && now.Kind == was.Kind && now.Kind == protobuf.FieldDeclaration {
		title, splices := "keep the name "+quote(g.Name()), []splice{at(now.Ident, string(g.Name()))}
		if x.now.option(now, "json_name") != explicit {
			splices = append(splices, x.now.withOption(now, "json_name", explicit))
		}
		x.propose(title, splices...)
	}
	name := strconv.Quote(g.JSONName())
	x.propose("keep the name "+name+" in JSON", x.now.withOption(now, "json_name", name))
}

// required is for a field that one side demands and the other does not know.
func (x *fixer) required() {
	f, g := x.fields()
	if f == nil {
		if g != nil {
			x.restore(g)
		}
		return
	}
	if g != nil { // one of them is a group, which the reference does not see
		x.types()
	}
	now := x.now.at(f)
	if now == nil {
		return
	}
	const presence = "features.field_presence"
	switch {
	case now.Label.In(x.now.text) == "required":
		x.propose("make "+quote(f.Name())+" optional", at(now.Label, "optional"))
	case x.now.option(now, presence) == "LEGACY_REQUIRED":
		x.propose("make "+quote(f.Name())+" optional", x.now.withOption(now, presence, ""))
	}
	x.leaveOut(f, now)
}

// restore proposes to put a field back that only the old schema has; one that was reserved since is taken from there.
func (x *fixer) restore(g protoreflect.FieldDescriptor) {
	r := x.restoring()
	if !r.back(g) {
		return
	}
	if scope := r.now.at(g.ContainingMessage()); scope != nil {
		r.splices = append(r.splices, x.unreserve(scope, g)...)
	}
	title := "put " + quote(g.Name()) + " back"
	if o := oneofOf(g); o != nil && r.now.at(o) != nil {
		title += " into oneof " + quote(o.Name())
	}
	x.propose(title, r.splices...)
}

// leaveOut proposes to wait with a field that only the new schema has.
func (x *fixer) leaveOut(f protoreflect.FieldDescriptor, now *protobuf.Declaration) {
	gone := x.now.without(now)
	if o := oneofOf(f); o != nil && o.Fields().Len() == 1 {
		gone = x.now.without(x.now.at(o))
	}
	x.propose("leave out "+quote(f.Name())+" until all readers know it", gone)
}

// member is for a member of a oneof that only one side knows.
func (x *fixer) member() {
	f, g := x.fields()
	switch {
	case f != nil && g != nil: // one of them is a group, which the reference does not see
		x.types()
	case f == nil && g != nil:
		x.numbers()
		x.restore(g)
	case f != nil && g == nil:
		now := x.now.at(f)
		o := oneofOf(f)
		if now == nil || o == nil || x.now.at(o) == nil {
			return
		}
		if splices, ok := x.out(f); ok {
			x.propose("put "+quote(f.Name())+" beside oneof "+quote(o.Name())+", not into it", splices...)
		}
		x.leaveOut(f, now)
	}
}

// numbers is for a field that keeps its name and not its number: all such fields of the message get theirs back.
func (x *fixer) numbers() {
	field, g := x.fields()
	if field == nil {
		field = g
	}
	if field == nil || field.IsExtension() {
		return
	}
	latest, old := counterpart(x.latest, field.ContainingMessage()), counterpart(x.old, field.ContainingMessage())
	if latest == nil || old == nil {
		return
	}
	was, splices, names := byName(old.Fields()), []splice(nil), []string(nil)
	for i := range latest.Fields().Len() {
		field := latest.Fields().Get(i)
		before, now := was[field.Name()], x.now.at(field)
		if before == nil || now == nil || before.Number() == field.Number() {
			continue
		}
		splices = append(splices, at(now.Number, strconv.Itoa(int(before.Number()))))
		names = append(names, strconv.Itoa(int(before.Number()))+" of "+quote(field.Name()))
	}
	noun := "number"
	if len(names) > 1 {
		noun = "numbers"
	}
	x.propose("keep the "+noun+" "+shortened(names), splices...)
}

// reused is for a number that has meant another field, or that was to mean none.
func (x *fixer) reused() {
	x.numbers()
	f, g, now, was, ok := x.declarations()
	if ok {
		x.newNumber(f, g, now, f.Name() == g.Name() || f.ContainingMessage().Fields().ByName(g.Name()) != nil)
		x.asItWas(f, g, now, was)
		return
	}
	f, _ = x.fields()
	if f == nil || f.IsExtension() {
		return
	}
	old, now := counterpart(x.old, f.ContainingMessage()), x.now.at(f)
	if old == nil || now == nil {
		return
	}
	if n, free := freeNumber(f.ContainingMessage(), old); free {
		splices := []splice{at(now.Number, strconv.Itoa(n))}
		if gone := missingFrom(reservedOf(f.ContainingMessage()), reservedOf(old)); !gone.none() {
			splices = append(splices, x.reserve(x.now.at(f.ContainingMessage()), gone))
		}
		x.propose("give "+quote(f.Name())+" the number "+strconv.Itoa(n), splices...)
	}
	x.leaveOut(f, now)
}
