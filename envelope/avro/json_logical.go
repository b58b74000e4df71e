package avro

import (
	"encoding/binary"
	"encoding/hex"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/treatyhq/treaty/schema/avro"
)

// logicalValue returns a datum as its logical type prints it, nil if it has none or none that can print it.
func logicalValue(n *avro.Node, d Datum) *avro.Value {
	if n.Logical == nil {
		return nil
	}
	text, ok := "", false
	switch d := d.(type) {
	case Int:
		text, ok = logicalTime(n.Logical.Name, int64(d))
	case Long:
		text, ok = logicalTime(n.Logical.Name, int64(d))
	case Bytes:
		text, ok = logicalBytes(n.Logical, d)
	case Fixed:
		text, ok = logicalBytes(n.Logical, d)
	}
	if !ok {
		return nil
	}
	return stringOf(text)
}

// units are how many units of a logical type a second has.
var units = map[string]int64{
	"time-millis": 1e3, "time-micros": 1e6,
	"timestamp-millis": 1e3, "timestamp-micros": 1e6, "timestamp-nanos": 1e9,
	"local-timestamp-millis": 1e3, "local-timestamp-micros": 1e6, "local-timestamp-nanos": 1e9,
}

// logicalTime prints a date, a time of day or a point in time; false if it is out of range.
func logicalTime(name string, v int64) (string, bool) {
	if name == "date" {
		t := time.Unix(0, 0).UTC().AddDate(0, 0, int(v))
		return t.Format(time.DateOnly), fourDigits(t)
	}
	unit := units[name]
	if unit == 0 {
		return "", false
	}
	seconds, rest := v/unit, v%unit
	if rest < 0 {
		seconds, rest = seconds-1, rest+unit
	}
	t := time.Unix(seconds, rest*(1e9/unit)).UTC()
	fraction := fractionOf(rest, unit)
	switch {
	case strings.HasPrefix(name, "time-"):
		return t.Format(time.TimeOnly) + fraction, 0 <= seconds && seconds < 24*60*60
	case strings.HasPrefix(name, "local-"):
		return t.Format("2006-01-02T15:04:05") + fraction, fourDigits(t)
	default:
		return t.Format("2006-01-02T15:04:05") + fraction + "Z", fourDigits(t)
	}
}

func fourDigits(t time.Time) bool { return 0 <= t.Year() && t.Year() <= 9999 }

// fractionOf prints a fraction of a second with all the digits of its unit, or nothing if it is zero.
func fractionOf(rest, unit int64) string {
	if rest == 0 {
		return ""
	}
	return "." + strconv.FormatInt(unit+rest, 10)[1:]
}

// maxDigits is how many bytes of a number are printed as a decimal, and how many zeros.
const maxDigits = 4096

// logicalBytes prints a decimal, a uuid or a duration; false if the bytes are none.
func logicalBytes(l *avro.Logical, b []byte) (string, bool) {
	switch l.Name {
	case "decimal":
		return decimal(b, int64(l.Scale)), 0 < len(b) && len(b) <= maxDigits
	case "big-decimal":
		c := newCursor(b, Limits{})
		digits, err := c.lengthPrefixed("the digits")
		if err != nil || len(digits) == 0 || len(digits) > maxDigits {
			return "", false
		}
		scale, err := c.varint(32, "the scale")
		return decimal(digits, scale), err == nil && c.at == len(b)
	case "uuid":
		h := hex.EncodeToString(b)
		return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:], true
	case "duration":
		return duration(b), true
	default:
		return "", false
	}
}

// decimal prints a big-endian number in two's complement with a point scale digits from its right; with an exponent
// where that would take too many zeros.
func decimal(b []byte, scale int64) string {
	if len(b) > maxDigits {
		return ""
	}
	v := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0] >= 0x80 {
		v.Sub(v, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	if scale < 0 || scale > maxDigits {
		return v.String() + "E" + strconv.FormatInt(-scale, 10)
	}
	digits := new(big.Int).Abs(v).String()
	if pad := int(scale) + 1 - len(digits); pad > 0 {
		digits = strings.Repeat("0", pad) + digits
	}
	point := len(digits) - int(scale)
	text := digits[:point]
	if scale > 0 {
		text += "." + digits[point:]
	}
	if v.Sign() < 0 {
		text = "-" + text
	}
	return text
}

// duration prints months, days and milliseconds, each a little-endian number of 32 bits.
// Source: Avro 1.12, Duration; ISO 8601.
func duration(b []byte) string {
	months, days, millis := binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:]), int64(binary.LittleEndian.Uint32(b[8:]))
	return "P" + strconv.FormatUint(uint64(months), 10) + "M" + strconv.FormatUint(uint64(days), 10) + "DT" +
		strconv.FormatInt(millis/1e3, 10) + fractionOf(millis%1e3, 1e3) + "S"
}
