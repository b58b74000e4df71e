package avro

import (
	"fmt"
	"slices"
	"unicode/utf8"
)

// A mismatch says why a value does not fit a type; it is empty if it does. Errors are for what ends the check at once.
type mismatch string

// scalar measures a value against a primitive, an enum or a fixed.
func (c *checker) scalar(n *Node, v *Value) mismatch {
	switch n.Kind {
	case Null:
		return wants(v.Kind == NullValue, "null", v)
	case Boolean:
		return wants(v.Kind == BoolValue, "true or false", v)
	case Int:
		return wants(v.Kind == NumberValue && integerIn(v.Text, 32), "an integer of 32 bits", v)
	case Long:
		return wants(v.Kind == NumberValue && integerIn(v.Text, 64), "an integer of 64 bits", v)
	case Float, Double:
		return wants(v.Kind == NumberValue, "a number", v)
	case Bytes:
		return wants(v.Kind == StringValue && latin1(v.Text) >= 0, "a string of the characters U+0000 to U+00FF, for bytes", v)
	case String:
		return wants(v.Kind == StringValue, "a string", v)
	case Enum:
		if v.Kind == StringValue && c.symbol(n, v.Text) {
			return ""
		}
		return expected("a symbol of enum "+quote(n.Name), v)
	default:
		if v.Kind == StringValue && len(v.Text) >= n.Size && len(v.Text) <= 2*n.Size && latin1(v.Text) == n.Size {
			return ""
		}
		return expected(fmt.Sprintf("a string of %d characters U+0000 to U+00FF, for fixed %s", n.Size, quote(n.Name)), v)
	}
}

// symbol reports whether an enum has a symbol.
func (c *checker) symbol(n *Node, symbol string) bool {
	if len(n.Symbols) < manyKeys {
		return slices.Contains(n.Symbols, symbol)
	}
	known := c.symbols[n]
	if known == nil {
		known = make(map[string]struct{}, len(n.Symbols))
		for _, s := range n.Symbols {
			known[s] = struct{}{}
		}
		if c.symbols == nil {
			c.symbols = make(map[*Node]map[string]struct{})
		}
		c.symbols[n] = known
	}
	_, ok := known[symbol]
	return ok
}

// notFinite reports whether a default spells a float that JSON has no number for. It may do so where its field is a float
// itself.
func notFinite(kind Kind, v *Value) bool {
	return (kind == Float || kind == Double) && v.Kind == StringValue &&
		(v.Text == "NaN" || v.Text == "Infinity" || v.Text == "-Infinity")
}

// latin1 counts the characters of a string, -1 if one is beyond U+00FF.
func latin1(s string) int {
	for _, r := range s {
		if r > 0xff {
			return -1
		}
	}
	return utf8.RuneCountInString(s)
}

func wants(fits bool, what string, v *Value) mismatch {
	if fits {
		return ""
	}
	return expected(what, v)
}

func expected(what string, v *Value) mismatch {
	return mismatch(describe(v) + " is not " + what)
}

// describe repeats a value in a message.
func describe(v *Value) string {
	switch v.Kind {
	case NullValue:
		return "null"
	case StringValue:
		return quote(v.Text)
	case ArrayValue:
		return "an array"
	case ObjectValue:
		return "an object"
	default:
		if len(v.Text) > maxQuoted {
			return v.Text[:maxQuoted] + "…"
		}
		return v.Text
	}
}
