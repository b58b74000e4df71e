package event

import (
	_ "embed"
	"encoding/json"
	"slices"
	"unicode/utf8"

	"github.com/treatyhq/treaty/envelope/verdict"
)

// A Limit is the size that a broker takes, as it was known on a day.
type Limit struct {
	Binding  string `json:"binding"`
	Bytes    int64  `json:"bytes"`    // by default
	MaxBytes int64  `json:"maxBytes"` // as far as it can be raised; 2^31-1 where only lengths and memory end it
	Counts   string `json:"counts"`   // what of a message counts
	Source   string `json:"source"`
	AsOf     string `json:"asOf"` // a date
}

// A LimitTable are the limits of all brokers that are known.
type LimitTable struct {
	AsOf   string  `json:"asOf"` // the latest date
	Limits []Limit `json:"limits"`
}

//go:embed limits.json
var limitsJSON []byte

var limits = readLimits(limitsJSON)

func readLimits(text []byte) LimitTable {
	var t LimitTable
	if err := json.Unmarshal(text, &t); err != nil {
		panic("event: limits.json: " + err.Error())
	}
	return t
}

// Limits returns the table. It must not be changed.
func Limits() LimitTable { return limits }

// Bindings returns the names of the brokers in the table, in its order.
func Bindings() []string {
	var names []string
	for _, l := range limits.Limits {
		names = append(names, l.Binding)
	}
	return names
}

// KnownBinding reports whether the table has a broker of a name.
func KnownBinding(binding string) bool {
	_, ok := limitOf(binding)
	return ok
}

func limitOf(binding string) (Limit, bool) {
	i := slices.IndexFunc(limits.Limits, func(l Limit) bool { return l.Binding == binding })
	if i < 0 {
		return Limit{}, false
	}
	return limits.Limits[i], true
}

// CheckSize finds whether a message is too large for a broker, or nearly so: over its default limit an error, over 80 % of
// it a warning.
func CheckSize(binding string, headers []Header, payload []byte) []verdict.Finding {
	limit, ok := limitOf(binding)
	if !ok {
		return []verdict.Finding{verdict.Errorf(BindingUnknown, "", "no limit of a broker %s is known", quote(binding))}
	}
	size := Size(binding, headers, payload)
	switch {
	case size > limit.Bytes:
		return []verdict.Finding{verdict.Errorf(SizeLimit, "", "the message comes to %d bytes on %s, and its limit is %d (%s): leave the data elsewhere and send a dataRef",
			size, binding, limit.Bytes, limit.Counts)}
	case 10*size > 8*limit.Bytes:
		return []verdict.Finding{verdict.Warningf(SizeWarn, "", "the message comes to %d bytes on %s, which is over 80 %% of its limit of %d (%s)",
			size, binding, limit.Bytes, limit.Counts)}
	}
	return nil
}

// Size returns how many bytes a message comes to on a broker, by what counts there. A key is not known here; brokers that
// count it have as much less room.
func Size(binding string, headers []Header, payload []byte) int64 {
	size := int64(len(payload))
	switch binding {
	case "kafka":
		return kafkaBatch(headers, payload)
	case "sqs", "sns":
		return textSize(payload) + attributesSize(headers)
	case "eventbridge":
		return 14 + textSize(payload) + pairs(headers, 0)
	case "pubsub", "eventhubs":
		return size + pairs(headers, 0)
	case "nats":
		if len(headers) == 0 {
			return size
		}
		return size + int64(len("NATS/1.0\r\n\r\n")) + pairs(headers, len(": \r\n"))
	case "mqtt":
		return size + pairs(headers, 1+2+2) // an identifier and two lengths
	}
	return size
}

// pairs returns the bytes of names and values, and a number for each header.
func pairs(headers []Header, each int) int64 {
	size := 0
	for _, h := range headers {
		size += len(h.Name) + len(h.Value) + each
	}
	return int64(size)
}

// attributesSize counts the attributes of SQS and SNS: name, type and value.
func attributesSize(headers []Header) int64 {
	size := int64(0)
	for _, h := range headers {
		kind := len("String")
		if !isXML(h.Value) {
			kind = len("Binary")
		}
		size += int64(len(h.Name) + kind + len(h.Value))
	}
	return size
}

// textSize returns the bytes of a payload where only text is sent: those of base64 if it is none.
func textSize(payload []byte) int64 {
	if isXML(payload) {
		return int64(len(payload))
	}
	return int64((len(payload) + 2) / 3 * 4)
}

// isXML reports whether bytes are text in the characters that XML allows, which are those of SQS.
func isXML(text []byte) bool {
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		if r == utf8.RuneError && n == 1 || r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return false
		}
		text = text[n:]
	}
	return true
}

// kafkaBatch returns the bytes of a batch of one record without a key, uncompressed.
// Source: Kafka protocol, record batch of magic 2.
func kafkaBatch(headers []Header, payload []byte) int64 {
	const batch = 61                                                                     // the batch's own fields
	record := 1 + 1 + 1 + 1 + varint(len(payload)) + len(payload) + varint(len(headers)) // attributes, two deltas, no key
	for _, h := range headers {
		record += varint(len(h.Name)) + len(h.Name) + varint(len(h.Value)) + len(h.Value)
	}
	return int64(batch + varint(record) + record)
}

// varint returns how many bytes a length takes in zig-zag.
func varint(n int) int {
	size := 1
	for n = n << 1 >> 7; n > 0; n >>= 7 {
		size++
	}
	return size
}
