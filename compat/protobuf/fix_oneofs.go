package protobuf

import (
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/treatyhq/treaty/schema/protobuf"
)

// membership is for fields that have come into a oneof, or have left it: all fields of the message go where they were.
func (x *fixer) membership() {
	o, _ := x.f.(protoreflect.OneofDescriptor)
	if o == nil {
		o, _ = x.g.(protoreflect.OneofDescriptor)
	}
	if o == nil {
		return
	}
	message, _ := o.Parent().(protoreflect.MessageDescriptor)
	latest, old := counterpart(x.latest, message), counterpart(x.old, message)
	if latest == nil || old == nil || x.now.at(latest) == nil {
		return
	}
	x.apart(latest, old)
}

// A move takes fields out of a oneof, or into one.
type move struct {
	from, to protoreflect.Name // "" for no oneof
	fields   []protoreflect.FieldDescriptor
}

// apart proposes to move the fields of a message to where they were, all at once.
func (x *fixer) apart(latest, old protoreflect.MessageDescriptor) {
	moving := moving{fixer: x, latest: latest, moves: movesBack(latest, old), instead: map[protoreflect.Name][]string{}}
	var titles []string
	for _, m := range moving.moves {
		var names []string
		for _, f := range m.fields {
			names = append(names, quote(f.Name()))
		}
		if m.to == "" {
			titles = append(titles, "keep "+shortened(names)+" outside of oneof "+quote(m.from))
		} else {
			titles = append(titles, "keep "+shortened(names)+" in oneof "+quote(m.to))
		}
		if !moving.move(m) {
			return
		}
	}
	x.propose(strings.Join(titles, "; "), moving.done()...)
}

// A moving is all moves of one message. A oneof that they take every member out of goes: a oneof has at least one.
type moving struct {
	*fixer
	latest  protoreflect.MessageDescriptor
	moves   []move
	splices []splice
	instead map[protoreflect.Name][]string // what stands in the place of the oneofs that go
}

// move notes one move. False are fields that are nowhere in the text.
func (m *moving) move(one move) bool {
	texts := m.texts(one.fields, one.to != "")
	if texts == nil {
		return false
	}
	goes := one.from != "" && m.emptied(one.from)
	if !goes {
		for _, f := range one.fields {
			m.splices = append(m.splices, m.now.without(m.now.at(f)))
		}
	}
	if one.to != "" {
		if to := m.latest.Oneofs().ByName(one.to); to != nil && !m.emptied(one.to) {
			in := m.now.at(to)
			for _, text := range texts {
				m.splices = append(m.splices, m.now.into(in, m.now.moved(text, "", m.now.inside(in)), 1))
			}
			if goes {
				m.instead[one.from] = append([]string{}, m.instead[one.from]...)
			}
			return true
		}
		texts = []string{m.oneof(one.to, texts)}
	}
	if goes {
		m.instead[one.from] = append(m.instead[one.from], texts...)
		return true
	}
	anchor := m.now.at(one.fields[0])
	if one.from != "" {
		anchor = m.now.at(m.latest.Oneofs().ByName(one.from))
	}
	for _, text := range texts {
		m.splices = append(m.splices, m.now.after(anchor, m.now.moved(text, "", m.now.indentation(anchor.Start)), 1))
	}
	return true
}

// emptied reports whether the moves take every member out of a oneof.
func (m *moving) emptied(name protoreflect.Name) bool {
	left := m.latest.Oneofs().ByName(name).Fields().Len()
	for _, one := range m.moves {
		if one.from == name {
			left -= len(one.fields)
		}
	}
	return left == 0
}

// done returns all splices.
func (m *moving) done() []splice {
	for name, texts := range m.instead {
		d := m.now.at(m.latest.Oneofs().ByName(name))
		if len(texts) == 0 {
			m.splices = append(m.splices, m.now.without(d))
			continue
		}
		indent := m.now.indentation(d.Start)
		for i, text := range texts {
			texts[i] = m.now.moved(text, "", indent)
		}
		m.splices = append(m.splices, at(d.Span, strings.Join(texts, m.now.lineBreak()+indent)))
	}
	return m.splices
}

// movesBack returns what brings the fields of a message to where the old one has them, by where they go from and to.
func movesBack(latest, old protoreflect.MessageDescriptor) []move {
	var moves []move
	was := membersOf(old)
	for i := range latest.Fields().Len() {
		f := latest.Fields().Get(i)
		g := was.number(f.Number())
		if g == nil || oneofName(oneofOf(f)) == oneofName(oneofOf(g)) {
			continue
		}
		from, to := protoreflect.Name(oneofName(oneofOf(f))), protoreflect.Name(oneofName(oneofOf(g)))
		known := false
		for j := range moves {
			if known = moves[j].from == from && moves[j].to == to; known {
				moves[j].fields = append(moves[j].fields, f)
				break
			}
		}
		if !known {
			moves = append(moves, move{from, to, []protoreflect.FieldDescriptor{f}})
		}
	}
	return moves
}

// out takes a member out of a oneof and puts it behind it.
func (x *fixer) out(f protoreflect.FieldDescriptor) ([]splice, bool) {
	one := move{from: oneofOf(f).Name(), fields: []protoreflect.FieldDescriptor{f}}
	moving := moving{fixer: x, latest: f.ContainingMessage(), moves: []move{one}, instead: map[protoreflect.Name][]string{}}
	ok := moving.move(one)
	return moving.done(), ok
}

// texts returns the declarations of fields, with their comments and the label that they have in a oneof or outside; nil if
// one is nowhere in the text.
func (x *fixer) texts(fields []protoreflect.FieldDescriptor, inOneof bool) []string {
	var texts []string
	for _, f := range fields {
		d := x.now.at(f)
		if d == nil {
			return nil
		}
		label := ""
		switch {
		case inOneof:
		case d.Label.End > 0:
			label = d.Label.In(x.now.text) + " "
		case x.latest.Syntax() == protoreflect.Proto2 && !f.IsMap():
			label = "optional "
		}
		declared := strings.TrimLeft(x.now.text[max(d.Start, d.Label.End):d.Whole.End], " \t\r\n")
		text := x.now.text[d.Whole.Start:d.Start] + label + declared
		texts = append(texts, x.now.moved(text, x.now.indentation(d.Start), ""))
	}
	return texts
}

// oneof writes a oneof of declarations.
func (x *fixer) oneof(name protoreflect.Name, fields []string) string {
	br, in := x.now.lineBreak(), x.now.step()
	text := "oneof " + string(name) + " {" + br
	for _, f := range fields {
		text += in + x.now.moved(f, "", in) + br
	}
	return text + "}"
}

// reservedStatements returns the statements that reserve something in a declaration.
func reservedStatements(in *protobuf.Declaration) []*protobuf.Declaration {
	var all []*protobuf.Declaration
	for _, d := range in.Inner {
		if d.Kind == protobuf.ReservedStatement {
			all = append(all, d)
		}
	}
	return all
}
