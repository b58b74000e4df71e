package avro

import (
	"math"
)

// logical reads the logical type of the node at token i. One that this product does not know, or that does not apply to
// the node's kind, is a property and nothing more. One that applies but is malformed is so too, unless the schema is new:
// then it is refused, for its author meant something else than what every reader will do.
// Source: Avro 1.12, Logical Types.
func (p *parser) logical(n *Node, i uint32) (*Logical, error) {
	name := stringProp(n.Props, "logicalType")
	if name == "" || !applies(name, n.Kind) {
		return nil, nil
	}
	l := &Logical{Name: name}
	at, problem := i, ""
	switch {
	case name == "decimal":
		at, problem = p.decimal(l, n, i)
	case name == "uuid" && n.Kind == Fixed && n.Size != 16:
		problem = "needs a fixed of 16 bytes"
	case name == "duration" && n.Size != 12:
		problem = "needs a fixed of 12 bytes"
	}
	if problem == "" {
		return l, nil
	}
	if !p.strict {
		return nil, nil
	}
	what := n.Kind.String()
	if n.Name != "" {
		what += " " + quote(n.Name)
	}
	return nil, p.errorf(at, "the logical type %s of the %s%s %s", name, what, p.place(), problem)
}

// applies reports whether a logical type can stand on a kind.
func applies(logical string, kind Kind) bool {
	switch logical {
	case "decimal":
		return kind == Bytes || kind == Fixed
	case "big-decimal":
		return kind == Bytes
	case "uuid":
		return kind == String || kind == Fixed
	case "date", "time-millis":
		return kind == Int
	case "time-micros",
		"timestamp-millis", "timestamp-micros", "timestamp-nanos",
		"local-timestamp-millis", "local-timestamp-micros", "local-timestamp-nanos":
		return kind == Long
	case "duration":
		return kind == Fixed
	default:
		return false
	}
}

// decimal reads precision and scale. problem is empty if they are well formed; at is the token to blame.
func (p *parser) decimal(l *Logical, n *Node, i uint32) (at uint32, problem string) {
	precision, scale := p.member(i, "precision"), p.member(i, "scale")
	if precision == 0 {
		return i, `has no "precision"`
	}
	var ok bool
	if l.Precision, ok = p.integer(precision); !ok || l.Precision <= 0 {
		return precision, "has the precision " + p.show(precision) + ", not a positive integer"
	}
	if n.Kind == Fixed && l.Precision > maxPrecision(n.Size) {
		return precision, "has the precision " + p.show(precision) + ", more than its bytes can hold"
	}
	if scale == 0 {
		return i, ""
	}
	if l.Scale, ok = p.integer(scale); !ok || l.Scale < 0 {
		return scale, "has the scale " + p.show(scale) + ", not an integer from 0"
	}
	if l.Scale > l.Precision {
		return scale, "has the scale " + p.show(scale) + ", more than its precision " + p.show(precision)
	}
	return i, ""
}

// maxPrecision is how many decimal digits every signed number of so many bytes can have.
func maxPrecision(size int) int {
	if size == 0 {
		return 0
	}
	return int(math.Floor(float64(8*int64(size)-1) * math.Log10(2)))
}

// stringProp returns a property that is a string, or "".
func stringProp(props []Prop, key string) string {
	for i := range props {
		if props[i].Key == key && props[i].Value.Kind == StringValue {
			return props[i].Value.Text
		}
	}
	return ""
}
