package avro

// maxLoops is how many loops in each other one run of a machine counts.
const maxLoops = 4

// A machine runs a program over one message.
type machine struct {
	*Program
	body   []byte
	free   int64  // items without bytes left
	budget uint64 // data left
}

// A loop is a block of an array or a map that is being read.
type loop struct {
	count int64 // items left, with the one at hand
	end   int   // offset behind the block, -1 if it does not say
}

// Clean reports whether the body is one datum of the schema and nothing else, with no finding. It does not allocate, and
// takes time for the bytes alone, however large the counts in them are.
func (p *Program) Clean(body []byte) bool {
	m := machine{Program: p, body: body, free: int64(p.limits.Free), budget: baseData + dataPerByte*uint64(len(body))}
	return m.spend(p.data) && m.run(0, 0, p.limits.Depth) == len(body)
}

// Next returns the length of the datum that the body begins with, and whether it is one with no finding; if it is not, the
// length may be 0, which says that the end is not known. It does not allocate.
func (p *Program) Next(body []byte) (n int, ok bool) {
	budget := baseData + dataPerByte*uint64(len(body))
	m := machine{Program: p, body: body, free: int64(p.limits.Free), budget: budget}
	if !m.spend(p.data) {
		return 0, false
	}
	n = m.run(0, 0, p.limits.Depth)
	if n < 0 {
		return 0, false
	}
	// The bytes behind the datum have paid for none of its data.
	return n, budget-m.budget <= baseData+dataPerByte*uint64(n)
}

// spend takes data from the budget.
func (m *machine) spend(data uint64) bool {
	if data > m.budget {
		return false
	}
	m.budget -= data
	return true
}

// run runs a segment from the instruction pc and the offset at on, with so many levels left. It returns the offset behind
// the segment's datum, or bad.
func (m *machine) run(pc uint32, at, left int) int {
	var loops [maxLoops]loop
	body, ops := m.body, m.ops
	for {
		o := &ops[pc]
		pc++
		switch o.code {
		case opSkip:
			at = skip(body, at, o.b)
		case opBoolean:
			at = skipBooleans(body, at, int(o.n))
		case opInt:
			at = skipInts(body, at, int(o.n))
		case opLong:
			at = skipLongs(body, at, int(o.n))
		case opBytes:
			at = skipSpans(body, at, int(o.n))
		case opString:
			at = skipTexts(body, at, int(o.n))
		case opUUID:
			at = skipUUID(body, at)
		case opDecimal:
			at = m.decimals[o.a].skip(body, at)
		case opEnum:
			if i := oneByte(body, at); uint64(i) < o.b {
				at++
				continue
			}
			_, at = readIndex(body, at, int(o.b))
		case opNullable:
			i := oneByte(body, at)
			if at++; uint(i) > 1 {
				i, at = readIndex(body, at-1, 2)
			}
			if i != int(o.n) {
				pc = o.a
			} else if !m.spend(o.b) {
				return bad
			}
		case opUnion:
			var i int
			if i, at = readIndex(body, at, int(o.b)); at < 0 {
				return bad
			}
			branch := m.targets[o.a+uint32(i)]
			if pc = branch.at; !m.spend(uint64(branch.data)) {
				return bad
			}
		case opJump:
			pc = o.a
		case opItems:
			l := &loops[o.slot%maxLoops]
			if at = m.block(l, at, o.b); l.count == 0 {
				pc = o.a
			}
		case opNext:
			l := &loops[o.slot%maxLoops]
			if l.count--; l.count != 0 {
				pc = o.a
				continue
			}
			if l.end >= 0 && l.end != at {
				return bad
			}
			if at = m.block(l, at, o.b); l.count != 0 {
				pc = o.a
			}
		case opCall:
			at = m.run(o.a, at, left-int(o.n))
		case opReturn:
			return at
		default:
			at = m.rare(o, at, left)
		}
		if at < 0 {
			return bad
		}
	}
}

// block reads the head of a block whose items have so many data each.
func (m *machine) block(l *loop, at int, data uint64) int {
	if n := oneByte(m.body, at); n >= 0 {
		l.count, l.end = int64(n), -1
		at++
	} else if l.count, l.end, at = readBlock(m.body, at); at < 0 {
		return bad
	}
	if l.count != 0 && !m.spend(product(l.count, data)) {
		return bad
	}
	return at
}

// rare runs an instruction that goes nowhere.
func (m *machine) rare(o *op, at, left int) int {
	switch o.code {
	case opMillis:
		if v, next := readNumber(m.body, at, 32); 0 <= v && v < millisPerDay {
			return next
		}
	case opMicros:
		if v, next := readNumber(m.body, at, 64); 0 <= v && v < microsPerDay {
			return next
		}
	case opDecimalFixed:
		if end := skip(m.body, at, o.b); end >= 0 && m.decimals[o.a].holds(m.body[at:end]) {
			return end
		}
	case opDepth:
		if o.b <= uint64(left) {
			return at
		}
	case opRun:
		return m.runs(o, at)
	case opBigDecimal:
		if start, end := readSpan(m.body, at); end >= 0 {
			if _, _, ok := bigDecimal(m.body[start:end]); ok {
				return end
			}
		}
	case opFree:
		return m.freeItems(o, at, left)
	}
	return bad
}

// runs reads an array or a map whose items take bytes and are runs of one instruction.
func (m *machine) runs(o *op, at int) int {
	for {
		count, end, next := readBlock(m.body, at)
		if next < 0 || count == 0 {
			return next
		}
		if !m.spend(product(count, o.b)) { // so that all that count times is small
			return bad
		}
		at = several(opcode(o.slot), m.body, next, int(count)*int(o.n), uint64(o.a))
		if at < 0 || end >= 0 && end != at {
			return bad
		}
	}
}

// several runs an instruction n times; opSkip passes over size bytes each time.
func several(code opcode, body []byte, at, n int, size uint64) int {
	switch code {
	case opBoolean:
		return skipBooleans(body, at, n)
	case opInt:
		return skipInts(body, at, n)
	case opLong:
		return skipLongs(body, at, n)
	case opBytes:
		return skipSpans(body, at, n)
	case opString:
		return skipTexts(body, at, n)
	default:
		return skip(body, at, uint64(n)*size)
	}
}

// freeItems reads an array whose items take no bytes.
func (m *machine) freeItems(o *op, at, left int) int {
	for {
		count, end, next := readBlock(m.body, at)
		switch {
		case next < 0 || count == 0:
			return next
		case count > m.free || uint64(o.a) > uint64(left) || end >= 0 && end != next || !m.spend(product(count, o.b)):
			return bad
		}
		m.free -= count
		at = next
	}
}
