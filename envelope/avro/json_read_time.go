package avro

// parseTime reads a date, a time of day or a point in time as RFC 3339 has them, in either case: a local timestamp without
// an offset, and others with one. There may be more digits of a second than the unit has if they are zeros. A leap second
// is none of them.
func parseTime(f *form, text []byte) (int64, fit) {
	c := clock{text: text, unit: f.unit}
	var days, seconds, rest int64
	if f.spelling != spellTime {
		days = c.date()
	}
	if f.spelling == spellTimestamp || f.spelling == spellLocal {
		c.letter('T')
	}
	if f.spelling != spellDate {
		seconds, rest = c.time()
	}
	if f.spelling == spellTimestamp {
		seconds -= c.offset()
	}
	if c.wrong || len(c.text) > 0 {
		return 0, noTime
	}
	if f.spelling == spellDate {
		return days, fits
	}
	seconds += days * secondsPerDay
	v := seconds*f.unit + rest
	if whole, part := floor(v, f.unit); whole != seconds || part != rest {
		return 0, outOfRange // of 64 bits
	}
	return v, fits
}

// A clock reads a text from its start. Once something is wrong what it returns means nothing.
type clock struct {
	text  []byte
	unit  int64 // parts that a second has
	wrong bool
}

// number reads so many digits, of a number from low to high.
func (c *clock) number(digits int, low, high int64) int64 {
	if len(c.text) < digits {
		c.wrong = true
		return low
	}
	v := int64(0)
	for _, d := range c.text[:digits] {
		c.wrong = c.wrong || d < '0' || d > '9'
		v = v*10 + int64(d-'0')
	}
	c.text = c.text[digits:]
	c.wrong = c.wrong || v < low || v > high
	return v
}

func (c *clock) has(b byte) bool { return len(c.text) > 0 && c.text[0] == b }

func (c *clock) mark(b byte) {
	if !c.has(b) {
		c.wrong = true
		return
	}
	c.text = c.text[1:]
}

// letter reads a letter of either case.
func (c *clock) letter(upper byte) {
	if c.has(upper | 0x20) {
		upper |= 0x20
	}
	c.mark(upper)
}

// date returns the day, 1970-01-01 being 0.
func (c *clock) date() int64 {
	year := c.number(4, 0, 9999)
	c.mark('-')
	month := c.number(2, 1, 12)
	c.mark('-')
	day := c.number(2, 1, 31)
	days := dayOf(year, month, day)
	if _, _, same := civil(days); same != day {
		c.wrong = true // such as the 30th of February
	}
	return days
}

// time returns the second of the day, and the part of the next that is over.
func (c *clock) time() (second, rest int64) {
	second = c.number(2, 0, 23) * 3600
	c.mark(':')
	second += c.number(2, 0, 59) * 60
	c.mark(':')
	second += c.number(2, 0, 59)
	if !c.has('.') {
		return second, 0
	}
	c.mark('.')
	digits := 0
	for each := c.unit / 10; len(c.text) > 0 && '0' <= c.text[0] && c.text[0] <= '9'; each /= 10 {
		rest += int64(c.text[0]-'0') * each
		c.wrong = c.wrong || each == 0 && c.text[0] != '0'
		c.text = c.text[1:]
		digits++
	}
	c.wrong = c.wrong || digits == 0
	return second, rest
}

// offset returns the seconds that a place is ahead of UTC.
func (c *clock) offset() int64 {
	sign := int64(1)
	switch {
	case c.has('-'):
		sign = -1
		c.mark('-')
	case c.has('+'):
		c.mark('+')
	default:
		c.letter('Z')
		return 0
	}
	hours := c.number(2, 0, 23)
	c.mark(':')
	return sign * (hours*3600 + c.number(2, 0, 59)*60)
}
