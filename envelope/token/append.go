package token

import (
	"math"
	"strconv"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// AppendString appends a string in quotes. Only what must be escaped is: quotes, backslashes and control characters. Bytes
// that are not UTF-8 become U+FFFD, one each.
func AppendString[T ~string | ~[]byte](dst []byte, text T) []byte {
	dst = append(dst, '"')
	start := len(dst)
	dst = append(dst, text...)
	// Mostly the text is what the string says: it is looked through where it stands, and taken back if it is not.
	for i := plain(dst, start); i < len(dst); i = plain(dst, i) {
		r, n := utf8.DecodeRune(dst[i:])
		if r < utf8.RuneSelf || r == utf8.RuneError && n == 1 {
			dst = appendEscaped(dst[:i], text[i-start:])
			break
		}
		i += n
	}
	return append(dst, '"')
}

// appendEscaped appends what stands between the quotes of a string.
func appendEscaped[T ~string | ~[]byte](dst []byte, text T) []byte {
	start := 0
	for i := 0; i < len(text); {
		c := text[i]
		if c >= utf8.RuneSelf {
			var last [utf8.UTFMax]byte
			r, n := utf8.DecodeRune(last[:copy(last[:], text[i:])])
			if r == utf8.RuneError && n == 1 {
				dst = append(append(dst, text[start:i]...), "\uFFFD"...)
				start = i + 1
			}
			i += n
			continue
		}
		if c < ' ' || c == '"' || c == '\\' {
			dst = appendEscape(append(dst, text[start:i]...), c)
			start = i + 1
		}
		i++
	}
	return append(dst, text[start:]...)
}

// AppendLatin1 appends a string in quotes that has the character U+0000 to U+00FF of each byte.
func AppendLatin1(dst, raw []byte) []byte {
	dst = append(dst, '"')
	for _, c := range raw {
		if c < ' ' || c == '"' || c == '\\' {
			dst = appendEscape(dst, c)
		} else {
			dst = utf8.AppendRune(dst, rune(c))
		}
	}
	return append(dst, '"')
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, '\\', 'b')
	case '\f':
		return append(dst, '\\', 'f')
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}

// AppendInt appends a whole number.
func AppendInt(dst []byte, n int64) []byte { return strconv.AppendInt(dst, n, 10) }

// safe is the largest number up to which a float64 holds every whole one.
const safe = 1 << 53

// AppendSafeInt appends a whole number, in quotes if it is beyond ±2^53, where readers that have only floats would change it.
func AppendSafeInt(dst []byte, n int64) []byte {
	if -safe <= n && n <= safe {
		return AppendInt(dst, n)
	}
	return append(AppendInt(append(dst, '"'), n), '"')
}

// AppendFloat appends the shortest number that reads back as the same float of 32 or 64 bits, and NaN, Infinity and
// -Infinity as strings. Exponents stand where encoding/json has them: below 1e-6 and from 1e21 on.
func AppendFloat(dst []byte, f float64, bits int) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, `"NaN"`...)
	case math.IsInf(f, 1):
		return append(dst, `"Infinity"`...)
	case math.IsInf(f, -1):
		return append(dst, `"-Infinity"`...)
	}
	low, high := 1e-6, 1e21
	if bits == 32 {
		low, high = float64(float32(low)), float64(float32(high))
	}
	if abs := math.Abs(f); abs != 0 && (abs < low || abs >= high) {
		return appendExponent(dst, f, bits)
	}
	return strconv.AppendFloat(dst, f, 'f', -1, bits)
}

// appendExponent appends a float with an exponent, without the zero that strconv pads it with.
func appendExponent(dst []byte, f float64, bits int) []byte {
	dst = strconv.AppendFloat(dst, f, 'e', -1, bits)
	if n := len(dst); dst[n-2] == '0' && (dst[n-3] == '-' || dst[n-3] == '+') {
		dst[n-2] = dst[n-1]
		dst = dst[:n-1]
	}
	return dst
}
