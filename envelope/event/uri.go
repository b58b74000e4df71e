package event

import (
	"net/netip"
	"strings"
)

// The characters of a URI, beside percent-encoded bytes.
// Source: RFC 3986, 2.
const (
	unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
	delimiters = "!$&'()*+,;="
)

var (
	hostText  = charset(unreserved + delimiters)
	userText  = charset(unreserved + delimiters + ":")
	pathText  = charset(unreserved + delimiters + ":@/")
	queryText = charset(unreserved + delimiters + ":@/?")
	hexText   = charset("0123456789abcdefABCDEF")
	digitText = charset("0123456789")
)

// charset returns a table of some ASCII characters.
func charset(characters string) *[256]bool {
	var t [256]bool
	for i := range len(characters) {
		t[characters[i]] = true
	}
	return &t
}

// only reports whether a text has no character but those.
func only(s string, characters *[256]bool) bool {
	for i := range len(s) {
		if !characters[s[i]] {
			return false
		}
	}
	return true
}

// IsURI reports whether a text is a URI with a scheme. A fragment is allowed.
// Source: RFC 3986, 3.
func IsURI(s string) bool { return Scheme(s) != "" && IsURIReference(s) }

// IsURIReference reports whether a text is a URI or relative to one. The empty text is relative, too.
// Source: RFC 3986, 4.1.
func IsURIReference(s string) bool {
	s, fragment, _ := strings.Cut(s, "#")
	s, query, _ := strings.Cut(s, "?")
	if !encoded(fragment, queryText) || !encoded(query, queryText) {
		return false
	}
	scheme := Scheme(s)
	if scheme != "" {
		s = s[len(scheme)+1:]
	} else if first, _, _ := strings.Cut(s, "/"); strings.Contains(first, ":") {
		return false
	}
	if rest, ok := strings.CutPrefix(s, "//"); ok {
		authority, path := rest, ""
		if slash := strings.IndexByte(rest, '/'); slash >= 0 {
			authority, path = rest[:slash], rest[slash:]
		}
		return isAuthority(authority) && encoded(path, pathText)
	}
	return encoded(s, pathText)
}

// Scheme returns the scheme that a text begins with, as it is written, or nothing.
func Scheme(s string) string {
	end := strings.IndexByte(s, ':')
	if end <= 0 || !isLower(s[0]|0x20) {
		return ""
	}
	for i := range end {
		if c := s[i]; !isLower(c|0x20) && !isDigit(c) && c != '+' && c != '-' && c != '.' {
			return ""
		}
	}
	return s[:end]
}

func isAuthority(s string) bool {
	if at := strings.LastIndexByte(s, '@'); at >= 0 {
		if !encoded(s[:at], userText) {
			return false
		}
		s = s[at+1:]
	}
	if strings.HasPrefix(s, "[") {
		end := strings.IndexByte(s, ']')
		return end > 0 && isLiteral(s[1:end]) && isPort(s[end+1:])
	}
	host, port := s, ""
	if colon := strings.IndexByte(s, ':'); colon >= 0 {
		host, port = s[:colon], s[colon:]
	}
	return encoded(host, hostText) && isPort(port)
}

func isPort(s string) bool { return s == "" || s[0] == ':' && only(s[1:], digitText) }

// isLiteral reports whether what stands in brackets is an address: IPv6 without a zone, or one of a version to come.
func isLiteral(s string) bool {
	if version, address, ok := strings.Cut(s, "."); ok && len(version) > 1 && version[0]|0x20 == 'v' {
		return only(version[1:], hexText) && address != "" && only(address, userText)
	}
	address, err := netip.ParseAddr(s)
	return err == nil && address.Is6() && address.Zone() == ""
}

// encoded reports whether a text has only such characters and percent-encoded bytes.
func encoded(s string, characters *[256]bool) bool {
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			if !characters[s[i]] {
				return false
			}
			continue
		}
		if i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2]) {
			return false
		}
		i += 2
	}
	return true
}
