package event

import "strings"

var (
	lowerHex  = charset("0123456789abcdef")
	traceText = charset("abcdefghijklmnopqrstuvwxyz0123456789_-*/")
)

// IsTraceParent reports whether a text is a traceparent of the W3C: version, trace, parent and flags in lower-case
// hexadecimal digits, neither ID all zeros. Of versions to come the four parts count and what follows behind a hyphen
// does not.
// Source: W3C Trace Context, 3.2.
func IsTraceParent(s string) bool {
	const size = len("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	if len(s) < size || s[2] != '-' || s[35] != '-' || s[52] != '-' {
		return false
	}
	version, trace, parent, flags := s[:2], s[3:35], s[36:52], s[53:55]
	for _, part := range []string{version, trace, parent, flags} {
		if !only(part, lowerHex) {
			return false
		}
	}
	if version == "ff" || strings.Trim(trace, "0") == "" || strings.Trim(parent, "0") == "" {
		return false
	}
	return len(s) == size || version != "00" && s[size] == '-'
}

// maxTraceMembers is how many members a tracestate has at most.
const maxTraceMembers = 32

// IsTraceState reports whether a text is a tracestate of the W3C: at most 32 members key=value in a list with commas, no
// key twice. A member may be empty.
// Source: W3C Trace Context, 3.3.
func IsTraceState(s string) bool {
	members := strings.Split(s, ",")
	if len(members) > maxTraceMembers {
		return false
	}
	seen := map[string]bool{}
	for _, member := range members {
		member = strings.Trim(member, " \t")
		if member == "" {
			continue
		}
		key, value, ok := strings.Cut(member, "=")
		if !ok || seen[key] || !isTraceKey(key) || !isTraceValue(value) {
			return false
		}
		seen[key] = true
	}
	return true
}

// isTraceKey takes keys of one part, and tenant@system.
func isTraceKey(key string) bool {
	tenant, system, multi := strings.Cut(key, "@")
	if !multi {
		return len(key) <= 256 && key != "" && isLower(key[0]) && traceWord(key)
	}
	return 0 < len(tenant) && len(tenant) <= 241 && (isLower(tenant[0]) || isDigit(tenant[0])) && traceWord(tenant) &&
		0 < len(system) && len(system) <= 14 && isLower(system[0]) && traceWord(system)
}

func isLower(c byte) bool { return 'a' <= c && c <= 'z' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func traceWord(s string) bool {
	return only(s, traceText)
}

// isTraceValue takes up to 256 printable characters but comma and equals, not ending in a space.
func isTraceValue(value string) bool {
	if value == "" || len(value) > 256 || value[len(value)-1] == ' ' {
		return false
	}
	for i := range len(value) {
		if c := value[i]; c < ' ' || c > '~' || c == ',' || c == '=' {
			return false
		}
	}
	return true
}
