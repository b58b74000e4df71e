package event

import (
	"strconv"
	"time"
)

// ParseTime reads a time as RFC 3339 has it: the letters in either case, a fraction of any length, of which nanoseconds
// are kept, and a leap second at the end of a month, in UTC, which is taken as the last nanosecond before the next. The
// standard library takes hours of one digit, commas and offsets of a day, and refuses the lower case and leap seconds.
// Source: RFC 3339, 5.6 and appendix D.
func ParseTime(s string) (time.Time, bool) {
	if len(s) < len("2006-01-02T15:04:05Z") || s[4] != '-' || s[7] != '-' || s[10]|0x20 != 't' || s[13] != ':' || s[16] != ':' {
		return time.Time{}, false
	}
	year, ok1 := number(s[:4], 0, 9999)
	month, ok2 := number(s[5:7], 1, 12)
	day, ok3 := number(s[8:10], 1, 31)
	hour, ok4 := number(s[11:13], 0, 23)
	minute, ok5 := number(s[14:16], 0, 59)
	second, ok6 := number(s[17:19], 0, 60)
	nanos, rest, ok7 := fraction(s[19:])
	offset, ok8 := zone(rest)
	if !(ok1 && ok2 && ok3 && ok4 && ok5 && ok6 && ok7 && ok8) {
		return time.Time{}, false
	}
	if day > daysIn(year, time.Month(month)) {
		return time.Time{}, false
	}
	leap := second == 60
	if leap {
		second, nanos = 59, 999_999_999
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, nanos, time.UTC).Add(-offset)
	if leap && (t.Hour() != 23 || t.Minute() != 59 || t.Add(time.Second).Day() != 1) {
		return time.Time{}, false
	}
	return t, true
}

func daysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// number reads digits alone, within a range.
func number(s string, low, high int) (int, bool) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && low <= n && n <= high
}

// fraction reads what stands behind the seconds and returns nanoseconds and the rest.
func fraction(s string) (int, string, bool) {
	if s == "" || s[0] != '.' {
		return 0, s, true
	}
	nanos, unit := 0, 100_000_000
	i := 1
	for ; i < len(s) && '0' <= s[i] && s[i] <= '9'; i++ {
		nanos += int(s[i]-'0') * unit
		unit /= 10
	}
	return nanos, s[i:], i > 1
}

// zone reads the offset from UTC. -00:00 is UTC of an unknown place.
func zone(s string) (time.Duration, bool) {
	if len(s) == 1 && s[0]|0x20 == 'z' {
		return 0, true
	}
	if len(s) != len("+00:00") || s[0] != '+' && s[0] != '-' || s[3] != ':' {
		return 0, false
	}
	hours, ok1 := number(s[1:3], 0, 23)
	minutes, ok2 := number(s[4:6], 0, 59)
	offset := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if s[0] == '-' {
		offset = -offset
	}
	return offset, ok1 && ok2
}
