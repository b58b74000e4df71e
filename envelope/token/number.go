package token

import (
	"math"
	"strconv"
)

// A Fit says whether a number is a value of a type.
type Fit uint8

// The fits.
const (
	Fits       Fit = iota
	NotNumber      // not a number as JSON writes it
	Fractional     // not whole
	OutOfRange     // beyond the type's range
)

// Int returns the whole number that a literal says, exactly, in whichever way it is written: 1000, 1e3 and 1000.0 are one
// number. It must fit a signed integer of that many bits, 1 to 64.
func Int(literal []byte, bits int) (int64, Fit) {
	magnitude, negative, fit := whole(literal)
	limit := uint64(1) << (bits - 1)
	switch {
	case fit != Fits:
		return 0, fit
	case negative && magnitude <= limit:
		return -int64(magnitude), Fits
	case !negative && magnitude < limit:
		return int64(magnitude), Fits
	}
	return 0, OutOfRange
}

// Uint is [Int] for unsigned integers. -0 is 0.
func Uint(literal []byte, bits int) (uint64, Fit) {
	magnitude, negative, fit := whole(literal)
	if fit == Fits && (negative && magnitude > 0 || magnitude > math.MaxUint64>>(64-bits)) {
		return 0, OutOfRange
	}
	return magnitude, fit
}

// Float returns the nearest float of 32 or 64 bits. What would round to infinity is out of range; what is too small
// rounds to zero.
func Float(literal []byte, bits int) (float64, Fit) {
	if !IsNumber(literal) {
		return 0, NotNumber
	}
	f, err := strconv.ParseFloat(string(literal), bits)
	if err != nil {
		return 0, OutOfRange
	}
	return f, Fits
}

// NamedFloat returns the float that JSON has no number for: NaN, Infinity or -Infinity.
func NamedFloat(text []byte) (float64, bool) {
	switch string(text) {
	case "NaN":
		return quietNaN, true
	case "Infinity":
		return math.Inf(1), true
	case "-Infinity":
		return math.Inf(-1), true
	}
	return 0, false
}

// quietNaN is the NaN of no payload, which most languages write; Go's own has a bit more.
var quietNaN = math.Float64frombits(0x7ff8 << 48)

// IsNumber reports whether a text is one number as JSON writes it, and nothing else.
func IsNumber(text []byte) bool {
	n, ok := scanNumber(text)
	return ok && n == len(text)
}

// scanNumber returns the length of the number that data begins with. If it is none, the length is up to the byte at fault.
// Source: RFC 8259, 6.
func scanNumber(data []byte) (int, bool) {
	i := 0
	if i < len(data) && data[i] == '-' {
		i++
	}
	integer := digits(data, i)
	if integer == i {
		return i, false
	}
	if data[i] == '0' {
		integer = i + 1
	}
	i = integer
	if i < len(data) && data[i] == '.' {
		end := digits(data, i+1)
		if end == i+1 {
			return end, false
		}
		i = end
	}
	if i < len(data) && data[i]|0x20 == 'e' {
		i++
		if i < len(data) && (data[i] == '+' || data[i] == '-') {
			i++
		}
		end := digits(data, i)
		if end == i {
			return i, false
		}
		i = end
	}
	return i, true
}

// digits returns the offset of the first byte from i on that is no digit.
func digits(data []byte, i int) int {
	for i < len(data) && '0' <= data[i] && data[i] <= '9' {
		i++
	}
	return i
}

// whole returns a literal's magnitude and sign. One that no uint64 holds is out of range.
func whole(literal []byte) (magnitude uint64, negative bool, fit Fit) {
	if !IsNumber(literal) {
		return 0, false, NotNumber
	}
	if negative = literal[0] == '-'; negative {
		literal = literal[1:]
	}
	end := digits(literal, 0)
	integer := literal[:end]
	if end == len(literal) {
		magnitude, fit = accumulate(integer, nil, 0)
		return magnitude, negative, fit
	}
	var fraction []byte
	if literal[end] == '.' {
		last := digits(literal, end+1)
		fraction, end = literal[end+1:last], last
	}
	scale := exponent(literal[end:]) - len(fraction)
	for scale < 0 && len(fraction) > 0 && fraction[len(fraction)-1] == '0' {
		fraction = fraction[:len(fraction)-1]
		scale++
	}
	for scale < 0 && len(fraction) == 0 && len(integer) > 0 && integer[len(integer)-1] == '0' {
		integer = integer[:len(integer)-1]
		scale++
	}
	magnitude, fit = accumulate(integer, fraction, scale)
	return magnitude, negative, fit
}

// farther is more than any exponent that matters, whatever the digits: they are part of a text in memory.
const farther = math.MaxInt / 4

// exponent reads the part of a literal from the e on, or nothing, and takes one that no text could make up for as farther.
func exponent(part []byte) int {
	if len(part) == 0 {
		return 0
	}
	part = part[1:]
	negative := part[0] == '-'
	if negative || part[0] == '+' {
		part = part[1:]
	}
	n := 0
	for _, digit := range part {
		if n = n*10 + int(digit-'0'); n > farther/16 {
			n = farther
			break
		}
	}
	if negative {
		return -n
	}
	return n
}

// accumulate returns the number whose digits are those of integer and fraction with scale zeros behind them.
func accumulate(integer, fraction []byte, scale int) (uint64, Fit) {
	n := uint64(0)
	fit := Fits
	for _, part := range [2][]byte{integer, fraction} {
		for _, digit := range part {
			if n > (math.MaxUint64-uint64(digit-'0'))/10 {
				fit = OutOfRange
			}
			n = n*10 + uint64(digit-'0')
		}
	}
	if n == 0 && fit == Fits {
		return 0, Fits
	}
	if scale < 0 {
		return 0, Fractional
	}
	for ; scale > 0 && fit == Fits; scale-- {
		if n > math.MaxUint64/10 {
			fit = OutOfRange
		}
		n *= 10
	}
	return n, fit
}
