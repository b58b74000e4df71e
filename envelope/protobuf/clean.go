package protobuf

import (
	"encoding/binary"
	"math"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
)

// bad stands for an offset behind something that cannot be read, or that only the slow way can judge.
const bad = -1

// Clean reports whether nothing is wrong with a body, not even what is worth a warning. It does not allocate. A body for
// which it is false may still be right: a message in two parts, one of which lacks what is required. [Program.Findings]
// decides.
func (p *Program) Clean(body []byte) bool {
	return p.walk(&p.messages[0], body, 0, p.limits.Depth) == len(body)
}

// walk reads a message that fills b, or a group at its beginning, and returns the offset behind it.
func (p *Program) walk(m *message, b []byte, group uint32, depth int) int {
	if depth--; depth < 0 {
		return bad
	}
	var seen uint64
	at := 0
	for at < len(b) {
		tag := uint64(b[at])
		if at++; tag >= 0x80 {
			if tag, at = readVarint(b, at-1); at < 0 || tag>>3 > uint64(protowire.MaxValidNumber) {
				return bad
			}
		}
		number, typ := uint32(tag>>3), protowire.Type(tag&7)
		r := m.rule(number)
		switch {
		case typ == r.wire && typ == protowire.BytesType:
			start, end := readSpan(b, at)
			if at = end; end < 0 || r.check == checkText && !text8(b[start:end]) ||
				r.check == checkMessage && p.walk(&p.messages[r.of], b[start:end], 0, depth) < 0 {
				return bad
			}
		case typ == r.wire && r.known:
			at = p.value(r, b, at, number, depth)
		case number == 0 || typ > protowire.Fixed32Type:
			return bad
		case typ == protowire.EndGroupType:
			if number != group || seen&m.required != m.required || m.slow {
				return bad
			}
			return at
		case !r.known:
			at = p.skip(b, at, number, typ, depth)
		case typ == protowire.BytesType && r.packable:
			at = p.packed(r, b, at)
		default:
			return bad
		}
		if at < 0 {
			return bad
		}
		if r.required > 0 {
			seen |= 1 << (r.required - 1)
		}
	}
	if group != 0 || seen&m.required != m.required || m.slow {
		return bad
	}
	return at
}

// rule returns the rule of a number, that of none for one that the type does not have.
func (m *message) rule(number uint32) *rule {
	if number < uint32(len(m.dense)) {
		return &m.dense[number]
	}
	return m.rare(number)
}

func (m *message) rare(number uint32) *rule {
	if r := m.sparse[number]; r != nil {
		return r
	}
	return &none
}

// none is the rule of a number that is unknown.
var none rule

// stranger is the table of groups that are unknown: it knows no field.
var stranger message

// value reads the value of a field that came with its own wire type, which is not that of bytes.
func (p *Program) value(r *rule, b []byte, at int, number uint32, depth int) int {
	switch r.wire {
	case protowire.VarintType:
		return p.varint(r, b, at)
	case protowire.Fixed32Type:
		return fixed(b, at, 4)
	case protowire.Fixed64Type:
		return fixed(b, at, 8)
	}
	next := p.walk(&p.messages[r.of], b[at:], number, depth)
	if next < 0 {
		return bad
	}
	return at + next
}

// varint reads a varint and checks what its field allows.
func (p *Program) varint(r *rule, b []byte, at int) int {
	v, next := readVarint(b, at)
	if next < 0 {
		return bad
	}
	switch r.check {
	case checkUnsigned:
		if v > math.MaxUint32 {
			return bad
		}
	case checkSigned, checkClosed:
		if v > math.MaxUint32 && (int64(v) >= 0 || int64(v) < math.MinInt32) {
			return bad
		}
		if r.check == checkClosed && !p.enums[r.of].has(int32(v)) {
			return bad
		}
	}
	return next
}

// packed reads the elements of a packed field.
func (p *Program) packed(r *rule, b []byte, at int) int {
	start, end := readSpan(b, at)
	if end < 0 {
		return bad
	}
	switch r.wire {
	case protowire.Fixed32Type:
		if (end-start)%4 != 0 {
			return bad
		}
	case protowire.Fixed64Type:
		if (end-start)%8 != 0 {
			return bad
		}
	default:
		for in := b[:end]; start < end; {
			if start = p.varint(r, in, start); start < 0 {
				return bad
			}
		}
	}
	return end
}

// skip goes past the value of an unknown field.
func (p *Program) skip(b []byte, at int, number uint32, typ protowire.Type, depth int) int {
	switch typ {
	case protowire.VarintType:
		_, at = readVarint(b, at)
		return at
	case protowire.Fixed32Type:
		return fixed(b, at, 4)
	case protowire.Fixed64Type:
		return fixed(b, at, 8)
	case protowire.BytesType:
		_, at = readSpan(b, at)
		return at
	}
	next := p.walk(&stranger, b[at:], number, depth)
	if next < 0 {
		return bad
	}
	return at + next
}

func fixed(b []byte, at, size int) int {
	if size > len(b)-at {
		return bad
	}
	return at + size
}

// readVarint reads a varint of at most 64 bits.
func readVarint(b []byte, at int) (uint64, int) {
	if at < len(b) && b[at] < 0x80 {
		return uint64(b[at]), at + 1
	}
	v, n := binary.Uvarint(b[at:])
	if n <= 0 {
		return 0, bad
	}
	return v, at + n
}

// readSpan reads a length and returns where the bytes that it counts begin and end; end is bad if there are fewer.
func readSpan(b []byte, at int) (start, end int) {
	n, start := readVarint(b, at)
	if start < 0 || n > uint64(len(b)-start) {
		return 0, bad
	}
	return start, start + int(n)
}

// text8 reports whether b is UTF-8, most often because it is ASCII.
func text8(b []byte) bool {
	const high = 0x8080808080808080
	n := len(b)
	switch {
	case n >= 8:
		seen := binary.LittleEndian.Uint64(b[n-8:]) // the words before may overlap it
		for rest := b[:n-1]; len(rest) >= 8; rest = rest[8:] {
			seen |= binary.LittleEndian.Uint64(rest)
		}
		if seen&high == 0 {
			return true
		}
	case n >= 4:
		if (binary.LittleEndian.Uint32(b)|binary.LittleEndian.Uint32(b[n-4:]))&(high>>32) == 0 {
			return true
		}
	default:
		var seen byte
		for _, c := range b {
			seen |= c
		}
		if seen < utf8.RuneSelf {
			return true
		}
	}
	return utf8.Valid(b)
}
