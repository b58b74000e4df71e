package avro

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/big"

	"github.com/treatyhq/treaty/envelope/token"
)

// meaning reads bytes as their logical type spells them, or else as bytes.
func (r *jsonReader) meaning(f *form, t token.Token) fit {
	switch f.spelling {
	case spellDecimal:
		if t.Kind != token.String && t.Kind != token.Number {
			return otherType
		}
		return r.decimal(f, t.Text)
	case spellBigDecimal:
		if t.Kind != token.String && t.Kind != token.Number {
			return otherType
		}
		if n, ok := parseNumber(t.Text, nil); ok {
			return r.bigDecimal(n)
		}
	case spellUUID:
		if t.Kind == token.String && isUUID(t.Text) {
			for _, part := range [...][]byte{t.Text[:8], t.Text[9:13], t.Text[14:18], t.Text[19:23], t.Text[24:]} {
				r.out, _ = hex.AppendDecode(r.out, part)
			}
			return fits
		}
	case spellDuration:
		if d, ok := parseDuration(t.Text); ok && t.Kind == token.String {
			for _, part := range d {
				r.out = binary.LittleEndian.AppendUint32(r.out, part)
			}
			return fits
		}
	}
	why := r.bytes(f, t)
	switch {
	case why == fits || why == otherType:
	case f.spelling == spellUUID:
		why = noUUID
	case f.spelling == spellDuration:
		why = noDuration
	default:
		why = noNumber
	}
	return why
}

// A number is one as it is written: digits without zeros before them, and how many of them are behind the point, which can
// be less than none.
type number struct {
	negative bool
	digits   []byte
	scale    int
}

// farther is more than any scale that matters.
const farther = 1 << 40

// parseNumber reads a number as JSON has it. Its digits are those of the text, or in room where there is a point between
// them.
func parseNumber(text, room []byte) (number, bool) {
	if !token.IsNumber(text) {
		return number{}, false
	}
	n := number{negative: text[0] == '-'}
	text = bytes.TrimPrefix(text, []byte("-"))
	mantissa, exponent := text, 0
	if i := bytes.IndexAny(text, "eE"); i >= 0 {
		mantissa, exponent = text[:i], exponentOf(text[i+1:])
	}
	whole, fraction, _ := bytes.Cut(mantissa, []byte("."))
	n.digits, n.scale = whole, len(fraction)-exponent
	if len(fraction) > 0 {
		n.digits = append(append(room, whole...), fraction...)
	}
	n.digits = bytes.TrimLeft(n.digits, "0")
	return n, true
}

func exponentOf(text []byte) int {
	digits := bytes.TrimLeft(text, "+-")
	v := 0
	for _, d := range digits {
		if v = v*10 + int(d-'0'); v > farther {
			v = farther
		}
	}
	if text[0] == '-' {
		return -v
	}
	return v
}

// decimal appends a number as a decimal of the form's scale, exactly.
func (r *jsonReader) decimal(f *form, text []byte) fit {
	var room [24]byte
	n, ok := parseNumber(text, room[:0])
	if !ok {
		return noNumber
	}
	if len(n.digits) == 0 {
		n.scale = 0
	}
	l := f.node.Logical
	for n.scale > l.Scale && len(n.digits) > 0 && n.digits[len(n.digits)-1] == '0' {
		n.digits = n.digits[:len(n.digits)-1]
		n.scale--
	}
	zeros := l.Scale - n.scale
	switch {
	case zeros < 0:
		return overScale
	case len(n.digits) == 0:
		zeros = 0
	case len(n.digits)+zeros > l.Precision:
		return overPrecision
	}
	var short [8]byte
	raw := n.bytes(short[:0], zeros)
	r.lead(f, len(raw))
	for range f.node.Size - len(raw) {
		r.out = append(r.out, byte(int8(raw[0])>>7))
	}
	r.out = append(r.out, raw...)
	return fits
}

// bytes returns the number of the digits with zeros behind them, big-endian in two's complement, as short as can be; in
// room if it is enough.
func (n number) bytes(room []byte, zeros int) []byte {
	if len(n.digits)+zeros <= 18 {
		v := int64(0)
		for _, d := range n.digits {
			v = v*10 + int64(d-'0')
		}
		for range zeros {
			v *= 10
		}
		if n.negative {
			v = -v
		}
		return shortest(binary.BigEndian.AppendUint64(room, uint64(v)))
	}
	v, _ := new(big.Int).SetString(string(n.digits)+string(bytes.Repeat([]byte("0"), zeros)), 10)
	size := v.BitLen()/8 + 1
	if n.negative {
		v.Sub(new(big.Int).Lsh(big.NewInt(1), uint(8*size)), v)
	}
	return shortest(v.FillBytes(make([]byte, size)))
}

// shortest returns a number in two's complement without the bytes before it that say nothing.
func shortest(b []byte) []byte {
	for len(b) > 1 && (b[0] == 0 && b[1] < 0x80 || b[0] == 0xff && b[1] >= 0x80) {
		b = b[1:]
	}
	return b
}

// bigDecimal appends a number as a big-decimal of the scale that it is written with.
func (r *jsonReader) bigDecimal(n number) fit {
	if n.scale > math.MaxInt32 || n.scale < math.MinInt32 || len(n.digits) > maxDecimal {
		return outOfRange
	}
	raw := n.bytes(nil, 0)
	inner := append(binary.AppendVarint(nil, int64(len(raw))), raw...)
	inner = binary.AppendVarint(inner, int64(n.scale))
	r.out = append(binary.AppendVarint(r.out, int64(len(inner))), inner...)
	return fits
}

// durationUnit is a letter of a duration and what it stands for: so many of its months, days or milliseconds.
type durationUnit struct {
	letter byte
	part   int
	each   uint64
}

var (
	dateUnits = []durationUnit{{'Y', 0, 12}, {'M', 0, 1}, {'W', 1, 7}, {'D', 1, 1}}
	timeUnits = []durationUnit{{'H', 2, 3600_000}, {'M', 2, 60_000}, {'S', 2, 1000}}
)

// parseDuration reads a duration in ISO form into months, days and milliseconds: of whole years to minutes, and of seconds
// with at most three digits behind the point.
// Source: ISO 8601-1, 5.5.2.
func parseDuration(text []byte) (sums [3]uint32, ok bool) {
	rest, ok := bytes.CutPrefix(text, []byte("P"))
	date, clock, timed := bytes.Cut(rest, []byte("T"))
	if !ok || len(rest) == 0 || timed && len(clock) == 0 {
		return sums, false
	}
	ok = addParts(&sums, date, dateUnits) && addParts(&sums, clock, timeUnits)
	return sums, ok
}

// addParts adds numbers with the letters of units behind them, in their order.
func addParts(sums *[3]uint32, text []byte, units []durationUnit) bool {
	for len(text) > 0 {
		end := bytes.IndexFunc(text, func(c rune) bool { return c >= 'A' })
		if end < 0 {
			return false
		}
		for len(units) > 0 && units[0].letter != text[end] {
			units = units[1:]
		}
		if len(units) == 0 {
			return false
		}
		v, ok := thousandths(text[:end], units[0].letter == 'S')
		v = v/1000*units[0].each + v%1000
		if sum := uint64(sums[units[0].part]) + v; ok && sum <= math.MaxUint32 {
			sums[units[0].part] = uint32(sum)
		} else {
			return false
		}
		text, units = text[end+1:], units[1:]
	}
	return true
}

// thousandths reads a number of at most ten digits, with three behind the point if there may be any.
func thousandths(text []byte, fraction bool) (uint64, bool) {
	whole, parts, pointed := bytes.Cut(text, []byte("."))
	if len(whole) == 0 || len(whole) > 10 || pointed && (!fraction || len(parts) == 0 || len(parts) > 3) {
		return 0, false
	}
	v := uint64(0)
	digits := append(append(make([]byte, 0, 16), whole...), parts...)
	for _, d := range append(digits, "000"[len(parts):]...) {
		if d < '0' || d > '9' {
			return 0, false
		}
		v = v*10 + uint64(d-'0')
	}
	return v, true
}
