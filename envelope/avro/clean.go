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
			if o.b > uint64(len(body)-at) {
				return bad
			}
			at += int(o.b)
		case opBoolean:
			for range o.n {
				if at >= len(body) || body[at] > 1 {
					return bad
				}
				at++
			}
		case opInt:
			for range o.n {
				if at = skipInt(body, at); at < 0 {
					return bad
				}
			}
		case opLong:
			for range o.n {
				if at = skipLong(body, at); at < 0 {
					return bad
				}
			}
		case opBytes:
			for range o.n {
				if _, at = readSpan(body, at); at < 0 {
					return bad
				}
			}
		case opString:
			for range o.n {
				if at = skipText(body, at); at < 0 {
					return bad
				}
			}
		case opEnum:
			if _, at = readIndex(body, at, int(o.b)); at < 0 {
				return bad
			}
		case opUnion:
			var i int
			if i, at = readIndex(body, at, int(o.b)); at < 0 {
				return bad
			}
			t := m.targets[o.a+uint32(i)]
			if !m.spend(uint64(t.data)) {
				return bad
			}
			pc = t.at
		case opNullable:
			var i int
			if i, at = readIndex(body, at, 2); at < 0 {
				return bad
			}
			if i != int(o.n) {
				pc = o.a
			} else if !m.spend(o.b) {
				return bad
			}
		case opJump:
			pc = o.a
		case opItems:
			l := &loops[o.slot%maxLoops]
			if at = m.block(l, at, o.b); at < 0 {
				return bad
			}
			if l.count == 0 {
				pc = o.a
			}
		case opNext:
			l := &loops[o.slot%maxLoops]
			if l.count--; l.count == 0 {
				if l.end >= 0 && l.end != at {
					return bad
				}
				if at = m.block(l, at, o.b); at < 0 {
					return bad
				}
			}
			if l.count != 0 {
				pc = o.a
			}
		case opCall:
			if at = m.run(o.a, at, left-int(o.n)); at < 0 {
				return bad
			}
		case opDepth:
			if o.b > uint64(left) {
				return bad
			}
		case opReturn:
			return at
		default:
			if at = m.rare(o, at, left); at < 0 {
				return bad
			}
		}
	}
}

// block reads the head of a block whose items have so many data each.
func (m *machine) block(l *loop, at int, data uint64) int {
	l.count, l.end, at = readBlock(m.body, at)
	if l.count != 0 && !m.spend(product(l.count, data)) {
		return bad
	}
	return at
}

// rare runs an instruction that goes nowhere.
func (m *machine) rare(o *op, at, left int) int {
	body := m.body
	switch o.code {
	case opUUID:
		if start, end := readSpan(body, at); end >= 0 && isUUID(body[start:end]) {
			return end
		}
	case opMillis:
		if v, next := readInt(body, at); 0 <= v && v < millisPerDay {
			return next
		}
	case opMicros:
		if v, next := readLong(body, at); 0 <= v && v < microsPerDay {
			return next
		}
	case opDecimal:
		if start, end := readSpan(body, at); end >= 0 && m.decimals[o.a].holds(body, start, end) {
			return end
		}
	case opDecimalFixed:
		if o.b <= uint64(len(body)-at) && m.decimals[o.a].holds(body, at, at+int(o.b)) {
			return at + int(o.b)
		}
	case opFree:
		return m.freeItems(o, at, left)
	}
	return bad
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
