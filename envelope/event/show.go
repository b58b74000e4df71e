package event

import (
	"fmt"
	"math"
	"time"
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

// shown returns a time that cannot be read for a sentence: a string in quotes, a number without.
func (t timeText) shown() string {
	if t.number {
		return cut(t.text)
	}
	return quote(t.text)
}

// span returns a duration for a sentence, with days as settings have them: 2d3h0m0s. The longest that there is stands
// for all that are longer.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	d = d.Round(time.Second)
	switch {
	case d == math.MaxInt64: // of a difference of times, and of its rounding
		return "over 292 years"
	case d < day:
		return d.String()
	case d%day == 0:
		return fmt.Sprintf("%dd", d/day)
	default:
		return fmt.Sprintf("%dd%s", d/day, d%day)
	}
}
