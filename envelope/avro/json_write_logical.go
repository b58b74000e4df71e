package avro

import (
	"encoding/binary"
	"encoding/hex"
	"math/big"
	"strconv"
)

const secondsPerDay = 24 * 60 * 60

// appendTime appends a date, a time of day or a point in time; false if it is out of the range of what can be written.
func appendTime(dst []byte, f *form, v int64) ([]byte, bool) {
	if f.spelling == spellDate {
		year, month, day := civil(v)
		if year < 0 || year > 9999 {
			return dst, false
		}
		return append(appendDate(append(dst, '"'), year, month, day), '"'), true
	}
	seconds, rest := floor(v, f.unit)
	days, second := floor(seconds, secondsPerDay)
	if f.spelling == spellTime {
		if days != 0 {
			return dst, false
		}
		return append(appendClock(append(dst, '"'), second, rest, f.unit), '"'), true
	}
	year, month, day := civil(days)
	if year < 0 || year > 9999 {
		return dst, false
	}
	dst = append(appendDate(append(dst, '"'), year, month, day), 'T')
	dst = appendClock(dst, second, rest, f.unit)
	if f.spelling == spellTimestamp {
		dst = append(dst, 'Z')
	}
	return append(dst, '"'), true
}

// floor divides and rounds down.
func floor(v, by int64) (quotient, rest int64) {
	quotient, rest = v/by, v%by
	if rest < 0 {
		return quotient - 1, rest + by
	}
	return quotient, rest
}

// daysTo1970 are those from the first of March of the year 0, and daysPerEra those of 400 years.
const (
	daysTo1970 = 719468
	daysPerEra = 146097
)

// civil returns the date of a day, which 1970-01-01 is the day 0 of. Years begin in March here, so that the day that leap
// years have more is their last.
// Source: Howard Hinnant, chrono-Compatible Low-Level Date Algorithms.
func civil(day int64) (year, month, dayOfMonth int64) {
	era, dayOfEra := floor(day+daysTo1970, daysPerEra)
	yearOfEra := (dayOfEra - dayOfEra/1460 + dayOfEra/36524 - dayOfEra/(daysPerEra-1)) / 365
	dayOfYear := dayOfEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	month = (5*dayOfYear + 2) / 153
	dayOfMonth = dayOfYear - (153*month+2)/5 + 1
	if month += 3; month > 12 {
		month -= 12
		yearOfEra++
	}
	return yearOfEra + era*400, month, dayOfMonth
}

// dayOf is the inverse of civil.
func dayOf(year, month, dayOfMonth int64) int64 {
	if month <= 2 {
		year--
		month += 12
	}
	era, yearOfEra := floor(year, 400)
	dayOfYear := (153*(month-3)+2)/5 + dayOfMonth - 1
	return era*daysPerEra + 365*yearOfEra + yearOfEra/4 - yearOfEra/100 + dayOfYear - daysTo1970
}

func appendDate(dst []byte, year, month, day int64) []byte {
	dst = append(appendPadded(dst, year, 4), '-')
	dst = append(appendPadded(dst, month, 2), '-')
	return appendPadded(dst, day, 2)
}

// appendClock appends a time of day, with all the digits of its unit unless there are no parts of a second.
func appendClock(dst []byte, second, rest, unit int64) []byte {
	dst = append(appendPadded(dst, second/3600, 2), ':')
	dst = append(appendPadded(dst, second/60%60, 2), ':')
	return appendFraction(appendPadded(dst, second%60, 2), rest, unit)
}

func appendFraction(dst []byte, rest, unit int64) []byte {
	if rest == 0 {
		return dst
	}
	return appendPadded(append(dst, '.'), rest, digitsOf(unit))
}

// digitsOf returns how many digits behind the point a unit has.
func digitsOf(unit int64) int {
	n := 0
	for ; unit > 1; unit /= 10 {
		n++
	}
	return n
}

// appendPadded appends a number of at most so many digits with zeros before them.
func appendPadded(dst []byte, v int64, width int) []byte {
	for range width {
		dst = append(dst, '0')
	}
	for i := len(dst) - 1; v > 0; i-- {
		dst[i] = byte('0' + v%10)
		v /= 10
	}
	return dst
}

// appendMeaning appends a decimal, a uuid or a duration; false if the bytes are none, or are to be written as they are.
func appendMeaning(dst []byte, f *form, raw []byte, o JSONOptions) ([]byte, bool) {
	switch f.spelling {
	case spellDecimal:
		if len(raw) == 0 {
			return dst, false
		}
		return appendDecimal(dst, raw, int64(f.node.Logical.Scale)), true
	case spellBigDecimal:
		digits, scale, ok := bigDecimal(raw)
		if !ok {
			return dst, false
		}
		return appendDecimal(dst, digits, scale), true
	case spellUUID:
		if o.Raw {
			return dst, false
		}
		return append(appendUUID(append(dst, '"'), raw), '"'), true
	default: // a duration
		if o.Raw && !readsAsDuration(raw, o.Latin1) {
			return dst, false
		}
		return append(appendDuration(append(dst, '"'), raw), '"'), true
	}
}

// readsAsDuration reports whether the bytes of a duration look like one in ISO form when they are written as they are.
func readsAsDuration(raw []byte, latin1 bool) bool {
	text := appendRaw(nil, raw, latin1)
	_, ok := parseDuration(text[1 : len(text)-1])
	return ok
}

// bigDecimal takes a big-decimal apart: the bytes of its number, and its scale.
// Source: Avro 1.12, Decimal, with alterable scale.
func bigDecimal(raw []byte) (digits []byte, scale int64, ok bool) {
	start, end := readSpan(raw, 0)
	if end < 0 || start == end || end-start > maxBigDecimal {
		return nil, 0, false
	}
	exponent, next := readNumber(raw, end, 32)
	return raw[start:end], exponent, next == len(raw)
}

// maxBigDecimal is how many bytes the number of a big-decimal may have.
const maxBigDecimal = 4096

// appendDecimal appends a big-endian number in two's complement, of one byte at least, with a point scale digits from its right, as a string;
// with an exponent where there would be no point or too many zeros.
func appendDecimal(dst, raw []byte, scale int64) []byte {
	var short [20]byte
	digits, negative := short[:0], raw[0] >= 0x80
	if len(raw) <= 8 {
		digits = strconv.AppendUint(digits, magnitude(raw), 10)
	} else {
		number := bigNumber(raw)
		digits = number.Abs(number).Append(nil, 10)
	}
	dst = append(dst, '"')
	if negative {
		dst = append(dst, '-')
	}
	if scale < 0 || scale > maxDecimal {
		dst = append(append(dst, digits...), 'E')
		return append(strconv.AppendInt(dst, -scale, 10), '"')
	}
	point := len(digits) - int(scale)
	if point > 0 {
		dst = append(dst, digits[:point]...)
		digits = digits[point:]
	} else {
		dst = append(dst, '0')
	}
	if scale > 0 {
		dst = append(dst, '.')
		for ; point < 0; point++ {
			dst = append(dst, '0')
		}
		dst = append(dst, digits...)
	}
	return append(dst, '"')
}

// magnitude returns a number of one to eight bytes without its sign.
func magnitude(raw []byte) uint64 {
	v := int64(int8(raw[0]))
	for _, b := range raw[1:] {
		v = v<<8 | int64(b)
	}
	if v < 0 {
		return -uint64(v)
	}
	return uint64(v)
}

// bigNumber reads a big-endian number in two's complement.
func bigNumber(raw []byte) *big.Int {
	for len(raw) > 1 && (raw[0] == 0 && raw[1] < 0x80 || raw[0] == 0xff && raw[1] >= 0x80) {
		raw = raw[1:]
	}
	v := new(big.Int).SetBytes(raw)
	if raw[0] >= 0x80 {
		v.Sub(v, new(big.Int).Lsh(big.NewInt(1), uint(8*len(raw))))
	}
	return v
}

// appendUUID appends 16 bytes as RFC 9562, section 4, has them.
func appendUUID(dst, raw []byte) []byte {
	dst = append(hex.AppendEncode(dst, raw[:4]), '-')
	dst = append(hex.AppendEncode(dst, raw[4:6]), '-')
	dst = append(hex.AppendEncode(dst, raw[6:8]), '-')
	dst = append(hex.AppendEncode(dst, raw[8:10]), '-')
	return hex.AppendEncode(dst, raw[10:])
}

// appendDuration appends months, days and milliseconds, each a little-endian number of 32 bits.
// Source: Avro 1.12, Duration; ISO 8601.
func appendDuration(dst, raw []byte) []byte {
	part := func(i int) int64 { return int64(binary.LittleEndian.Uint32(raw[i:])) }
	dst = append(strconv.AppendInt(append(dst, 'P'), part(0), 10), 'M')
	dst = append(strconv.AppendInt(dst, part(4), 10), "DT"...)
	seconds, rest := floor(part(8), 1000)
	return append(appendFraction(strconv.AppendInt(dst, seconds, 10), rest, 1000), 'S')
}
