package protobuf

// statements writes options as statements of a body.
func (p *printer) statements(options []option) {
	for _, o := range options {
		p.start()
		p.b.WriteString("option ")
		p.option(o)
		p.b.WriteString(";\n")
	}
}

// withOptions writes a declaration, its options in brackets if it has any, and the end. One option stands on the same
// line, several on a line each.
func (p *printer) withOptions(head string, options []option, end string) {
	p.start()
	p.b.WriteString(head)
	switch len(options) {
	case 0:
	case 1:
		p.b.WriteString(" [")
		p.option(options[0])
		p.b.WriteByte(']')
	default:
		p.b.WriteString(" [")
		p.items(len(options), func(i int) { p.option(options[i]) })
		p.b.WriteByte(']')
	}
	p.b.WriteString(end)
}

// items writes n things, a line each, one level deeper, with commas between them, and starts the line behind them.
func (p *printer) items(n int, write func(i int)) {
	p.depth++
	for i := 0; i < n && !p.full(); i++ {
		if i > 0 {
			p.b.WriteByte(',')
		}
		p.b.WriteByte('\n')
		p.start()
		write(i)
	}
	p.depth--
	p.b.WriteByte('\n')
	p.start()
}

func (p *printer) option(o option) {
	p.b.WriteString(o.key())
	p.b.WriteString(" = ")
	p.value(o.value)
}

func (p *printer) value(v value) {
	switch v.kind {
	case stringValue:
		p.b.WriteString(quote(v.text))
	case messageValue:
		p.b.WriteByte('{')
		p.items(len(v.members), func(i int) {
			p.b.WriteString(v.members[i].name)
			p.b.WriteString(": ")
			p.value(v.members[i].value)
		})
		p.b.WriteByte('}')
	case listValue:
		p.b.WriteByte('[')
		p.items(len(v.items), func(i int) { p.value(v.items[i]) })
		p.b.WriteByte(']')
	default:
		p.b.WriteString(v.text)
	}
}
