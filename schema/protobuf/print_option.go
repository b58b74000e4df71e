package protobuf

import "strings"

// statements writes options as statements of a body.
func (p *printer) statements(options []option) {
	for _, o := range options {
		p.start()
		p.b.WriteString("option ")
		writeOption(&p.b, o, p.depth)
		p.b.WriteString(";\n")
	}
}

// withOptions writes a declaration, its options in brackets if it has any, and the end.
func (p *printer) withOptions(head string, options []option, end string) {
	p.start()
	p.b.WriteString(head)
	if len(options) > 0 {
		p.b.WriteByte(' ')
		p.b.WriteString(p.optionList(options))
	}
	p.b.WriteString(end)
}

// optionList returns options in brackets: one on the same line, several on a line each.
func (p *printer) optionList(options []option) string {
	var b strings.Builder
	b.WriteByte('[')
	if len(options) == 1 {
		writeOption(&b, options[0], p.depth)
		b.WriteByte(']')
		return b.String()
	}
	for i, o := range options {
		if i > 0 {
			b.WriteByte(',')
		}
		newLine(&b, p.depth+1)
		writeOption(&b, o, p.depth+1)
	}
	newLine(&b, p.depth)
	b.WriteByte(']')
	return b.String()
}

func writeOption(b *strings.Builder, o option, depth int) {
	b.WriteString(o.key())
	b.WriteString(" = ")
	writeValue(b, o.value, depth)
}

// writeValue writes v, whose first line stands at depth.
func writeValue(b *strings.Builder, v value, depth int) {
	switch v.kind {
	case stringValue:
		b.WriteString(quote(v.text))
	case messageValue:
		b.WriteByte('{')
		for i, m := range v.members {
			if i > 0 {
				b.WriteByte(',')
			}
			newLine(b, depth+1)
			b.WriteString(m.name)
			b.WriteString(": ")
			writeValue(b, m.value, depth+1)
		}
		newLine(b, depth)
		b.WriteByte('}')
	case listValue:
		b.WriteByte('[')
		for i, item := range v.items {
			if i > 0 {
				b.WriteByte(',')
			}
			newLine(b, depth+1)
			writeValue(b, item, depth+1)
		}
		newLine(b, depth)
		b.WriteByte(']')
	default:
		b.WriteString(v.text)
	}
}

func newLine(b *strings.Builder, depth int) {
	b.WriteByte('\n')
	for range depth {
		b.WriteString("  ")
	}
}
