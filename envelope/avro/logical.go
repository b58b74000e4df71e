package avro

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/big"
	"math/bits"
)

// Units of a day.
const (
	millisPerDay = 24 * 60 * 60 * 1000
	microsPerDay = 1000 * millisPerDay
)

// skipUUID passes over a string that is a UUID.
func skipUUID(body []byte, at int) int {
	start, end := readSpan(body, at)
	if end < 0 || !isUUID(body[start:end]) {
		return bad
	}
	return end
}

// isUUID reports whether a text is a UUID: 8-4-4-4-12 hexadecimal digits of either case.
// Source: RFC 9562, section 4.
func isUUID(b []byte) bool {
	if len(b) != 36 || b[8] != '-' || b[13] != '-' || b[18] != '-' || b[23] != '-' {
		return false
	}
	first, last := le64(b, 0), le64(b, 28)
	second := uint64(binary.LittleEndian.Uint32(b[9:])) | uint64(binary.LittleEndian.Uint32(b[14:]))<<32
	third := uint64(binary.LittleEndian.Uint32(b[19:])) | uint64(binary.LittleEndian.Uint32(b[24:]))<<32
	return hexadecimal(first)&hexadecimal(second)&hexadecimal(third)&hexadecimal(last) == continued
}

// hexadecimal returns eight bytes whose top bits say which of those of x are hexadecimal digits. A sum's top bit tells
// whether a byte below 0x80 reaches a bound.
func hexadecimal(x uint64) uint64 {
	const ones = 0x0101010101010101
	lower := x | 0x20*ones
	low, lowered := x&^continued, lower&^continued
	digit := (low + (0x80-'0')*ones) &^ (low + (0x7f-'9')*ones)
	letter := (lowered + (0x80-'a')*ones) &^ (lowered + (0x7f-'f')*ones)
	return (digit | letter) &^ x & continued
}

// A decimalRange is what a decimal of some precision can be.
type decimalRange struct {
	precision int
	low, high int64 // the ends among the numbers of at most eight bytes
	// The ends as big-endian numbers in two's complement, as short as can be; nil beyond maxPrecision, where bits are those of
	// the greatest number without its sign.
	least, greatest []byte
	bits            int
}

// maxPrecision is how many digits are told apart exactly. Beyond it a number passes that has no more bits than the
// greatest: the ends would take as much memory as somebody wrote into a schema.
const maxPrecision = 1000

func newDecimalRange(precision int) decimalRange {
	d := decimalRange{precision: precision, low: math.MinInt64, high: math.MaxInt64}
	if precision > maxPrecision {
		d.bits = int(float64(min(precision, math.MaxInt32))*math.Log2(10)) + 1
		return d
	}
	end := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(precision)), nil)
	end.Sub(end, big.NewInt(1))
	if end.IsInt64() {
		d.high = end.Int64()
		d.low = -d.high
	}
	size := end.BitLen()/8 + 1
	d.greatest = end.FillBytes(make([]byte, size))
	end.Sub(new(big.Int).Lsh(big.NewInt(1), uint(8*size)), end)
	d.least = end.FillBytes(make([]byte, size))
	return d
}

// skip passes over bytes that are a number of the range. Without a byte they are no number.
func (d *decimalRange) skip(body []byte, at int) int {
	if n := oneByte(body, at); 1 <= n && n <= 8 && at+9 <= len(body) {
		v := int64(binary.BigEndian.Uint64(body[at+1:at+9])) >> (64 - 8*n)
		if d.low <= v && v <= d.high {
			return at + 1 + n
		}
		return bad
	}
	start, end := readSpan(body, at)
	if end <= start || !d.holds(body[start:end]) {
		return bad
	}
	return end
}

// holds reports whether some bytes are a number of the range.
func (d *decimalRange) holds(b []byte) bool {
	for len(b) > 1 && (b[0] == 0 && b[1] < 0x80 || b[0] == 0xff && b[1] >= 0x80) {
		b = b[1:]
	}
	sign := byte(int8(b[0]) >> 7)
	switch {
	case d.greatest == nil:
		return 8*len(b)-bits.LeadingZeros8(b[0]^sign) <= d.bits
	case len(b) != len(d.greatest):
		return len(b) < len(d.greatest)
	case sign != 0:
		return bytes.Compare(b, d.least) >= 0
	default:
		return bytes.Compare(b, d.greatest) <= 0
	}
}
