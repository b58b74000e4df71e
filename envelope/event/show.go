package event

import (
	"unicode/utf8"

	"github.com/treatyhq/treaty/envelope/token"
)

// maxShown is how many bytes of a value a finding shows.
const maxShown = 100

// quote returns a text for a sentence, in quotes and cut where it is long.
func quote(s string) string { return string(token.AppendString(nil, cut(s))) }

// cut returns a name or a literal for a sentence, cut where it is long.
func cut(s string) string { return cutTo(s, maxShown) }

// cutTo returns the beginning of a text, whole characters of it, and dots if it is not all.
func cutTo(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit] + "…"
}
