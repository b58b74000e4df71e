package event

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxID is how many bytes an id has at most, and a type.
const maxID = 255

// UUIDVersion returns the version of a UUID, 1 to 8, written as 8-4-4-4-12 hexadecimal digits in either case; false for
// what is none of RFC 9562's variant, the nil and the max UUID among it.
// Source: RFC 9562, 4.
func UUIDVersion(s string) (int, bool) {
	if !uuidShaped(s) {
		return 0, false
	}
	version := int(s[14]) - '0'
	variant := strings.IndexByte("89abAB", s[19]) >= 0
	return version, 1 <= version && version <= 8 && variant
}

// uuidShaped reports whether a text has the digits and hyphens of a UUID.
func uuidShaped(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		hyphen := i == 8 || i == 13 || i == 18 || i == 23
		if hyphen != (s[i] == '-') || !hyphen && !isHex(s[i]) {
			return false
		}
	}
	return true
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

// emptyUUID reports whether a text is the nil or the max UUID, which name nothing.
func emptyUUID(s string) bool {
	return uuidShaped(s) && (strings.Trim(s, "0-") == "" || strings.Trim(s, "fF-") == "")
}

// IsULID reports whether a text is a ULID: 26 digits of Crockford's base 32 in either case, the first 7 at most, for the
// number has 128 bits.
func IsULID(s string) bool {
	if len(s) != 26 || s[0] > '7' {
		return false
	}
	for i := range len(s) {
		c := s[i] &^ 0x20
		digit := '0' <= s[i] && s[i] <= '9'
		letter := 'A' <= c && c <= 'Z' && s[i] >= 'A' && strings.IndexByte("ILOU", c) < 0
		if !digit && !letter {
			return false
		}
	}
	return true
}

// isClean reports whether a text holds no control character.
func isClean(s string) bool { return strings.IndexFunc(s, unicode.IsControl) < 0 }

// isText reports whether a text may be the value of a CloudEvents attribute: Unicode without control characters and
// without what is no character.
// Source: CloudEvents 1.0, type system, String.
func isText(s string) bool {
	return utf8.ValidString(s) && isClean(s) && strings.IndexFunc(s, func(r rune) bool {
		return r&0xFFFE == 0xFFFE || 0xFDD0 <= r && r <= 0xFDEF
	}) < 0
}
