package avro

import (
	"math"
	"strconv"
	"strings"
)

// canonicalNumber returns a number as the reference prints it: integers with the digits they were written with, others
// as a double, so 1.10 is 1.1 and 1e2 is 100.0. A number that a double cannot hold exactly keeps its digits: the
// reference would print another number.
func canonicalNumber(text string) string {
	if isInteger(text) {
		return text
	}
	if printed, ok := floatNumber(text, 64); ok {
		return printed
	}
	return text
}

// floatNumber prints a number as a float of 32 or 64 bits; false if that is another number.
func floatNumber(text string, bits int) (string, bool) {
	f, err := strconv.ParseFloat(text, bits)
	if err != nil {
		return "", false // out of range
	}
	printed := javaFloat(f, bits)
	return printed, printed == text || sameDecimal(printed, text)
}

func isInteger(number string) bool { return !strings.ContainsAny(number, ".eE") }

// javaFloat prints a finite number as Java's Double.toString and Float.toString do: the shortest digits that give the
// number back, with a point, and with an exponent below 1E-3 and from 1E7 on.
func javaFloat(f float64, bits int) string {
	abs := math.Abs(f)
	if abs == 0 || abs >= 1e-3 && abs < 1e7 {
		s := strconv.FormatFloat(f, 'f', -1, bits)
		if strings.IndexByte(s, '.') < 0 {
			s += ".0"
		}
		return s
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, bits), "e")
	if strings.IndexByte(mantissa, '.') < 0 {
		mantissa += ".0"
	}
	n, _ := strconv.Atoi(exponent) // two or three digits of our own making
	return mantissa + "E" + strconv.Itoa(n)
}

// sameDecimal reports whether two JSON numbers are the same decimal, zeros with and without a sign apart.
func sameDecimal(a, b string) bool {
	x, okx := decimalOf(a)
	y, oky := decimalOf(b)
	return okx && oky && x == y
}

// A decimal is 0.digits * 10^exponent; digits neither begins nor ends with a zero, and is empty for zero.
type decimal struct {
	negative bool
	digits   string
	exponent int
}

// decimalOf is false for an exponent that no float comes near.
func decimalOf(number string) (decimal, bool) {
	var d decimal
	number, d.negative = strings.CutPrefix(number, "-")
	exponent := ""
	if i := strings.IndexAny(number, "eE"); i >= 0 {
		number, exponent = number[:i], number[i+1:]
	}
	whole, fraction, _ := strings.Cut(number, ".")
	d.digits = strings.TrimLeft(whole+fraction, "0")
	d.exponent = len(whole) - (len(whole) + len(fraction) - len(d.digits))
	d.digits = strings.TrimRight(d.digits, "0")
	if d.digits == "" {
		d.exponent = 0
		return d, true
	}
	if exponent != "" {
		n, err := strconv.Atoi(exponent)
		if err != nil || n > 1<<30 || n < -1<<30 {
			return d, false
		}
		d.exponent += n
	}
	return d, true
}

// integerIn reports whether a number is written as an integer and lies in the range of a signed integer of some bits.
func integerIn(number string, bits int) bool {
	if !isInteger(number) {
		return false
	}
	_, err := strconv.ParseInt(number, 10, bits)
	return err == nil
}
