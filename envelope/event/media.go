package event

import "strings"

// MediaType returns the type and subtype of a media type in lower case, "application/json" of "Application/JSON;
// charset=utf-8"; false for what is none. Parameters must be well-formed and are not looked at.
// Source: RFC 9110, 8.3.1.
func MediaType(s string) (string, bool) {
	kind, rest, _ := strings.Cut(s, ";")
	kind = strings.Trim(kind, " \t")
	main, sub, ok := strings.Cut(kind, "/")
	if !ok || !isWord(main) || !isWord(sub) {
		return "", false
	}
	for strings.Trim(rest, " \t;") != "" {
		if rest, ok = parameter(strings.TrimLeft(rest, " \t;")); !ok {
			return "", false
		}
	}
	return strings.ToLower(kind), true
}

// IsJSON reports whether a media type as [MediaType] gives it is JSON by itself or by its suffix.
// Source: CloudEvents 1.0 JSON format, 3.1.
func IsJSON(kind string) bool {
	_, sub, _ := strings.Cut(kind, "/")
	return sub == "json" || strings.HasSuffix(sub, "+json")
}

// wordText are the characters of a token of HTTP.
var wordText = charset("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")

func isWord(s string) bool { return s != "" && only(s, wordText) }

// parameter reads name=value, the value a word or in quotes, and returns what follows.
func parameter(s string) (string, bool) {
	name, rest, ok := strings.Cut(s, "=")
	if !ok || !isWord(name) {
		return "", false
	}
	if strings.HasPrefix(rest, `"`) {
		value, after, ok := quotedString(rest)
		after = strings.TrimLeft(after, " \t")
		return after, ok && isClean(strings.ReplaceAll(value, "\t", "")) && (after == "" || after[0] == ';')
	}
	value, after, _ := strings.Cut(rest, ";")
	return after, isWord(strings.TrimRight(value, " \t"))
}

// quotedString reads a text in quotes, in which a backslash makes the next byte mean itself, and returns what follows.
func quotedString(s string) (value, rest string, ok bool) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:], true
		case s[i] == '\\' && i+1 < len(s):
			i++
		}
		b.WriteByte(s[i])
	}
	return "", "", false
}
