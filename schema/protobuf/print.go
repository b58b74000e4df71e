package protobuf

import (
	"strconv"
	"strings"
)

// printFile returns f's text in the reference's layout. Two spaces a level; sections of a body are set apart by a line that
// holds nothing but the indentation of the body's head, as the reference leaves it there.
// Source: the reference's printer, which re-prints Wire's syntax tree.
// At most about limit bytes are written; more are reported by false, with a text that is not complete.
func printFile(f *file, limit int) (string, bool) {
	p := &printer{limit: limit}
	p.head(f)
	p.section(len(f.options) > 0, func() { p.statements(f.options) })
	p.section(len(f.messages)+len(f.enums) > 0, func() { p.types(f.messages, f.enums) })
	p.section(len(f.extends) > 0, func() { p.extends(f.extends) })
	p.section(len(f.services) > 0, func() {
		for _, s := range f.services {
			p.service(s)
		}
	})
	return p.b.String(), p.b.Len() <= limit
}

type printer struct {
	b     strings.Builder
	depth int
	limit int // bytes; lines beyond it are not written
}

// line writes the parts at the current depth.
func (p *printer) line(parts ...string) {
	if p.full() {
		return
	}
	p.start()
	for _, s := range parts {
		p.b.WriteString(s)
	}
	p.b.WriteByte('\n')
}

// full reports whether the limit is exceeded. Indentation can make a text many times as long as it was.
func (p *printer) full() bool { return p.b.Len() > p.limit }

func (p *printer) start() {
	if p.full() {
		return
	}
	for range p.depth {
		p.b.WriteString("  ")
	}
}

// section writes a part of the file behind an empty line.
func (p *printer) section(present bool, write func()) {
	if present {
		p.b.WriteByte('\n')
		write()
	}
}

// A part is one section of a body.
type part struct {
	present bool
	write   func()
}

// body writes the head, a brace, the parts that are present, and the closing brace.
func (p *printer) body(head string, parts ...part) {
	p.start()
	p.b.WriteString(head)
	p.braces(parts...)
}

func (p *printer) braces(parts ...part) {
	p.b.WriteString(" {")
	first := true
	for _, part := range parts {
		if !part.present {
			continue
		}
		if first {
			p.b.WriteByte('\n')
		} else {
			p.line()
		}
		first = false
		p.depth++
		part.write()
		p.depth--
	}
	if !first {
		p.start()
	}
	p.b.WriteString("}\n")
}

func (p *printer) head(f *file) {
	if f.syntax != "" {
		p.line(`syntax = "`, f.syntax, `";`)
	}
	if f.edition != "" {
		p.line(`edition = "`, f.edition, `";`)
	}
	if f.pkg != "" {
		p.line("package ", f.pkg, ";")
	}
	p.section(len(f.imports) > 0, func() {
		for _, kind := range []string{"", "public", "weak"} {
			for _, i := range f.imports {
				if i.kind == kind {
					p.line(strings.TrimSpace("import "+kind), " ", quotePath(i.path), ";")
				}
			}
		}
	})
}

func (p *printer) types(messages []*message, enums []*enum) {
	for _, m := range messages {
		p.body("message "+m.name, p.parts(m)...)
	}
	for _, e := range enums {
		p.enum(e)
	}
}

func (p *printer) parts(m *message) []part {
	return []part{
		{len(m.reserved) > 0, func() { p.reserved(m.reserved) }},
		{len(m.options) > 0, func() { p.statements(m.options) }},
		{len(m.fields) > 0, func() { p.fields(m.fields) }},
		{len(m.oneofs) > 0, func() {
			for _, o := range m.oneofs {
				p.oneof(o)
			}
		}},
		{len(m.groups) > 0, func() { p.groups(m.groups) }},
		{len(m.extensions) > 0, func() {
			for _, e := range m.extensions {
				p.withOptions("extensions "+spans(e.ranges), e.options, ";\n")
			}
		}},
		{len(m.extends) > 0, func() { p.extends(m.extends) }},
		{len(m.messages)+len(m.enums) > 0, func() { p.types(m.messages, m.enums) }},
	}
}

func (p *printer) oneof(o *oneof) {
	p.body("oneof "+o.name,
		part{len(o.options) > 0, func() { p.statements(o.options) }},
		part{len(o.fields) > 0, func() { p.fields(o.fields) }},
		part{len(o.groups) > 0, func() { p.groups(o.groups) }})
}

func (p *printer) groups(groups []*group) {
	for _, g := range groups {
		p.withOptions(labelled(g.label)+"group "+g.name+" = "+itoa(g.number), g.options, "")
		p.braces(p.parts(&g.message)...)
	}
}

// enum writes an enum. Its options and values form one section with the reserved statements.
func (p *printer) enum(e *enum) {
	p.body("enum "+e.name, part{len(e.reserved)+len(e.options)+len(e.values) > 0, func() {
		p.reserved(e.reserved)
		p.statements(e.options)
		for _, v := range e.values {
			p.withOptions(v.name+" = "+itoa(v.number), v.options, ";\n")
		}
	}})
}

func (p *printer) extends(extends []*extend) {
	for _, e := range extends {
		p.body("extend "+e.extendee, part{len(e.fields)+len(e.groups) > 0, func() {
			p.fields(e.fields)
			p.groups(e.groups)
		}})
	}
}

func (p *printer) service(s *service) {
	p.body("service "+s.name,
		part{len(s.options) > 0, func() { p.statements(s.options) }},
		part{len(s.rpcs) > 0, func() {
			for _, r := range s.rpcs {
				p.rpc(r)
			}
		}})
}

// rpc writes a method; one with options ends in "};".
func (p *printer) rpc(r *rpc) {
	head := "rpc " + r.name + " (" + streamed(r.requestStream) + r.request + ") returns (" + streamed(r.responseStream) + r.response + ")"
	if len(r.options) == 0 {
		p.line(head, ";")
		return
	}
	p.line(head, " {")
	p.depth++
	p.statements(r.options)
	p.depth--
	p.line("};")
}

func (p *printer) reserved(statements []reserved) {
	for _, r := range statements {
		items := []string{}
		if len(r.ranges) > 0 {
			items = append(items, spans(r.ranges))
		}
		for _, n := range r.names {
			items = append(items, quotePath(n))
		}
		p.line("reserved ", strings.Join(append(items, r.idents...), ", "), ";")
	}
}

func (p *printer) fields(fields []*field) {
	for _, f := range fields {
		typ := f.typ
		if f.key != "" {
			typ = "map<" + f.key + ", " + f.typ + ">"
		}
		p.withOptions(labelled(f.label)+typ+" "+f.name+" = "+itoa(f.number), f.options, ";\n")
	}
}

func spans(ranges []span) string {
	out := make([]string, len(ranges))
	for i, r := range ranges {
		switch {
		case r.max:
			out[i] = itoa(r.first) + " to max"
		case r.single:
			out[i] = itoa(r.first)
		default:
			out[i] = itoa(r.first) + " to " + itoa(r.last)
		}
	}
	return strings.Join(out, ", ")
}

func labelled(label string) string {
	if label == "" {
		return ""
	}
	return label + " "
}

func streamed(stream bool) string {
	if stream {
		return "stream "
	}
	return ""
}

func itoa(n int32) string { return strconv.FormatInt(int64(n), 10) }
