package lint

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/treatyhq/treaty/schema/avro"
)

// meaning looks at whether the type of a field is one for what its name says.
func (w *avroWalk) meaning(f *avro.Field) {
	amount := isMoney(f.Name)
	moment, day := isTime(f.Name)
	uuid := isUUID(f.Name)
	if !amount && !moment && !uuid {
		return
	}
	eachLeaf(f.Type, func(u avro.Use) {
		k := u.Node.Kind
		bare := u.Node.Logical == nil && !hasLogical(u.Node)
		switch {
		case amount && (k == avro.Float || k == avro.Double):
			w.find("AVRO_MONEY_FLOAT", u.Pos, f.Name, "`"+f.Name+"` is money by its name, and a "+k.String()+
				" cannot hold most amounts exactly: a decimal can, or a long of the smallest unit")
		case moment && bare && (k == avro.Long || k == avro.String || k == avro.Int):
			w.find("AVRO_TIME_LOGICAL_TYPE", u.Pos, f.Name, "`"+f.Name+"` is a "+momentWord(day)+" by its name, and a plain "+k.String()+
				leavesOpen(k == avro.String)+momentType(day)+" does not")
		case uuid && bare && k == avro.String:
			w.find("AVRO_UUID_LOGICAL_TYPE", u.Pos, f.Name, "`"+f.Name+"` is a UUID by its name, and a plain string may hold anything: "+
				`"logicalType": "uuid" says it`)
		}
	})
}

func momentWord(day bool) string {
	if day {
		return "day"
	}
	return "time"
}

// leavesOpen says what a type does not tell of a time, between the type and one that does.
func leavesOpen(text bool) string {
	if text {
		return " leaves its format and its zone open: "
	}
	return " leaves open what it counts, and since when: "
}

func momentType(day bool) string {
	if day {
		return `an int with "logicalType": "date"`
	}
	return `a long with "logicalType": "timestamp-millis"`
}

// eachLeaf calls visit for the types of a field's values: itself, the branches of a union, and what lists and maps hold.
func eachLeaf(u avro.Use, visit func(avro.Use)) {
	if u.ByName {
		return
	}
	switch u.Node.Kind {
	case avro.Array, avro.Map:
		eachLeaf(u.Node.Items, visit)
	case avro.Union:
		for _, b := range u.Node.Branches {
			eachLeaf(b, visit)
		}
	default:
		visit(u)
	}
}

// hasLogical reports whether a type is given a logical type, whatever it is worth.
func hasLogical(n *avro.Node) bool {
	for _, p := range n.Props {
		if p.Key == "logicalType" {
			return true
		}
	}
	return false
}

// logicalTypes are those of the specification, each with the types that it applies to.
// Source: Avro 1.12, Logical Types.
var logicalTypes = map[string]string{
	"decimal": "bytes or fixed", "big-decimal": "bytes", "uuid": "string or a fixed of 16 bytes", "duration": "a fixed of 12 bytes",
	"date": "int", "time-millis": "int", "time-micros": "long", "timestamp-millis": "long", "timestamp-micros": "long",
	"timestamp-nanos": "long", "local-timestamp-millis": "long", "local-timestamp-micros": "long", "local-timestamp-nanos": "long",
}

var logicalNames = func() (names []string) {
	for name := range logicalTypes {
		names = append(names, name)
	}
	return names
}()

// logicalType looks at a logical type that no reader minds. One that is unknown and near no known one is somebody's own.
func (w *avroWalk) logicalType(n *avro.Node) {
	if n.Logical != nil {
		return
	}
	for _, p := range n.Props {
		if p.Key != "logicalType" {
			continue
		}
		name := p.Value.Text
		on, known := logicalTypes[name]
		switch {
		case p.Value.Kind != avro.StringValue:
			w.find("AVRO_LOGICAL_TYPE_IGNORED", p.Value.Pos, "", "the logical type is not a string, so it is ignored")
		case known:
			w.find("AVRO_LOGICAL_TYPE_IGNORED", p.Value.Pos, "", "the logical type `"+name+"` is ignored here: it stands on "+
				n.Kind.String()+", is for "+on+", and must have all its attributes")
		default:
			if meant := nearest(name, logicalNames); meant != "" {
				w.find("AVRO_LOGICAL_TYPE_IGNORED", p.Value.Pos, "", "there is no logical type `"+name+"`, so it is ignored: `"+meant+"`?")
			}
		}
	}
}

// defaultValue looks at whether a part of a field's default is a value of the logical types in its type.
func (w *avroWalk) defaultValue(f *avro.Field, n *avro.Node, v *avro.Value) {
	switch n.Kind {
	case avro.Union:
		if branch := branchOf(n, v); branch != nil {
			w.defaultValue(f, branch, v)
		}
	case avro.Array, avro.Map:
		for i := range v.Items {
			w.defaultValue(f, n.Items.Node, &v.Items[i])
		}
		for _, m := range v.Members {
			w.defaultValue(f, n.Items.Node, m.Value)
		}
	case avro.Record:
		fields := w.fieldsOf(n)
		for _, m := range v.Members {
			if inner := fields[m.Key]; inner != nil {
				w.defaultValue(f, inner.Type.Node, m.Value)
			}
		}
	default:
		if why := forbidden(n, v); why != "" {
			w.find("AVRO_DEFAULT_LOGICAL_TYPE", v.Pos, f.Name, "the default of `"+f.Name+"` is no "+n.Logical.Name+": "+why)
		}
	}
}

// branchOf returns the first branch that a value is of, by its outermost form; nil if there is none.
func branchOf(union *avro.Node, v *avro.Value) *avro.Node {
	for _, b := range union.Branches {
		switch n := b.Node; n.Kind {
		case avro.Array:
			if v.Kind == avro.ArrayValue {
				return n
			}
		case avro.Record, avro.Map:
			if v.Kind == avro.ObjectValue {
				return n
			}
		default:
			if v.Kind != avro.ArrayValue && v.Kind != avro.ObjectValue && n.Fits(v) {
				return n
			}
		}
	}
	return nil
}

// fieldsOf returns the fields of a record by name.
func (w *avroWalk) fieldsOf(n *avro.Node) map[string]*avro.Field {
	if known := w.records[n]; known != nil {
		return known
	}
	fields := make(map[string]*avro.Field, len(n.Fields))
	for _, f := range n.Fields {
		fields[f.Name] = f
	}
	if w.records == nil {
		w.records = map[*avro.Node]map[string]*avro.Field{}
	}
	w.records[n] = fields
	return fields
}

// forbidden says why a default is no value of the logical type, if it is none.
// Source: Avro 1.12, Logical Types.
func forbidden(n *avro.Node, v *avro.Value) string {
	if n.Logical == nil {
		return ""
	}
	switch {
	case n.Logical.Name == "decimal" && v.Kind == avro.StringValue:
		return forbiddenDecimal(n.Logical, v.Text)
	case n.Logical.Name == "uuid" && n.Kind == avro.String && v.Kind == avro.StringValue && !isUUIDText(v.Text):
		return "it is not 32 hexadecimal digits in groups of 8-4-4-4-12"
	case n.Logical.Name == "time-millis":
		return outsideDay(v, 24*60*60*1000)
	case n.Logical.Name == "time-micros":
		return outsideDay(v, 24*60*60*1000*1000)
	}
	return ""
}

func outsideDay(v *avro.Value, day int64) string {
	if n, err := strconv.ParseInt(v.Text, 10, 64); err == nil && (n < 0 || n >= day) {
		return fmt.Sprintf("%d is not within the day, which has %d", n, day)
	}
	return ""
}

func isUUIDText(text string) bool {
	if len(text) != 36 {
		return false
	}
	for i := range len(text) {
		hyphen := i == 8 || i == 13 || i == 18 || i == 23
		if hyphen != (text[i] == '-') || !hyphen && !strings.ContainsRune("0123456789abcdefABCDEF", rune(text[i])) {
			return false
		}
	}
	return true
}

// forbiddenDecimal looks at the bytes of a decimal, one in each character, as a signed number, the highest first.
func forbiddenDecimal(l *avro.Logical, text string) string {
	bytes := make([]byte, 0, len(text))
	for _, r := range text {
		bytes = append(bytes, byte(r))
	}
	if len(bytes) == 0 {
		return "it has no bytes, and zero is \\u0000"
	}
	number := new(big.Int).SetBytes(bytes)
	if bytes[0] >= 0x80 {
		number.Sub(number, new(big.Int).Lsh(big.NewInt(1), uint(8*len(bytes))))
	}
	// A number of so many bits has at most so many digits, and one digit less at least.
	if digits := number.BitLen()*30103/100000 + 1; digits <= l.Precision {
		return ""
	}
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(l.Precision)), nil)
	if number.CmpAbs(limit) < 0 {
		return ""
	}
	return fmt.Sprintf("it has more than the %d digits of its precision", l.Precision)
}
