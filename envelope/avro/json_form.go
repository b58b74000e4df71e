package avro

import (
	"slices"
	"sync"

	"github.com/treatyhq/treaty/envelope/token"
	"github.com/treatyhq/treaty/schema/avro"
)

// A form is a type as its data are written in JSON and read from it. Forms are immutable; a type that contains itself is a
// cycle of them.
type form struct {
	node     *avro.Node
	kind     avro.Kind
	spelling spelling
	unit     int64 // of a time: how many a second has
	decimal  decimalRange

	fields   []formField
	index    map[string]int // of fields and of symbols by their names
	symbols  [][]byte       // with their quotes
	items    *form
	branches []*form
	tag      []byte // `{"name":`, before the form's datum where it is a union's branch

	null  int                   // index of the null among the branches, -1 if there is none
	takes [token.Null + 1][]int // the branches whose plain JSON can begin as such a token
	tags  map[string]int        // the branches by what they can be called
}

// A formField is a field of a record.
type formField struct {
	name string
	lead []byte // what stands before the value, `,"name":`
	form *form
	fill func() ([]byte, bool) // the bytes of the default; nil if there is none
}

// A spelling is how the data of a logical type are written in plain JSON.
type spelling uint8

const (
	spellBase       spelling = iota // as those of the type below
	spellDate                       // 2026-11-24
	spellTime                       // 18:30:00.123
	spellTimestamp                  // 2026-11-24T18:30:00.123Z
	spellLocal                      // 2026-11-24T18:30:00.123
	spellDecimal                    // "12.34"
	spellBigDecimal                 // likewise, of any scale
	spellUUID                       // as a string, which the datum is; or of 16 bytes
	spellDuration                   // P1M2DT3.004S
)

// spellings are those of the logical types by their names.
var spellings = map[string]struct {
	spelling
	unit int64
}{
	"date":                   {spellDate, 0},
	"time-millis":            {spellTime, 1e3},
	"time-micros":            {spellTime, 1e6},
	"timestamp-millis":       {spellTimestamp, 1e3},
	"timestamp-micros":       {spellTimestamp, 1e6},
	"timestamp-nanos":        {spellTimestamp, 1e9},
	"local-timestamp-millis": {spellLocal, 1e3},
	"local-timestamp-micros": {spellLocal, 1e6},
	"local-timestamp-nanos":  {spellLocal, 1e9},
	"decimal":                {spellDecimal, 0},
	"big-decimal":            {spellBigDecimal, 0},
	"uuid":                   {spellUUID, 0},
	"duration":               {spellDuration, 0},
}

// maxDecimal is the precision up to which decimals are written as numbers. Beyond it they are bytes, for it takes more than
// the time of their length to find their digits.
const maxDecimal = 9000

// formOf returns a form that makes itself once.
func formOf(n *avro.Node) func() *form {
	return sync.OnceValue(func() *form {
		shaper := shaper{}
		return shaper.form(n)
	})
}

// A shaper makes the forms of a schema, each once.
type shaper map[*avro.Node]*form

func (s shaper) form(n *avro.Node) *form {
	if f, ok := s[n]; ok {
		return f
	}
	f := &form{node: n, kind: n.Kind, null: -1}
	s[n] = f
	f.tag = append(append([]byte("{"), quotedName(n.TypeName())...), ':')
	f.spell()
	switch n.Kind {
	case avro.Record:
		s.record(f)
	case avro.Enum:
		f.index = make(map[string]int, len(n.Symbols))
		for i, symbol := range n.Symbols {
			f.index[symbol] = i
			f.symbols = append(f.symbols, quotedName(symbol))
		}
	case avro.Array, avro.Map:
		f.items = s.form(n.Items.Node)
	case avro.Union:
		s.union(f)
	}
	return f
}

func quotedName(name string) []byte { return token.AppendString(nil, name) }

func (f *form) spell() {
	l := f.node.Logical
	if l == nil {
		return
	}
	known := spellings[l.Name]
	f.spelling, f.unit = known.spelling, known.unit
	if f.spelling != spellDecimal {
		return
	}
	if l.Precision > maxDecimal {
		f.spelling = spellBase
		return
	}
	f.decimal = newDecimalRange(l.Precision)
}

func (s shaper) record(f *form) {
	f.index = make(map[string]int, len(f.node.Fields))
	for i, field := range f.node.Fields {
		lead := ","
		if i == 0 {
			lead = "{"
		}
		f.index[field.Name] = i
		f.fields = append(f.fields, formField{
			name: field.Name, lead: append(append([]byte(lead), quotedName(field.Name)...), ':'),
			form: s.form(field.Type.Node), fill: filler(field),
		})
	}
}

// filler returns what makes the bytes of a field's default; false if the default is no value of the field, or none that its
// logical types allow. Long ones are made again each time: defaults inside defaults can say much in few characters.
func filler(f *avro.Field) func() ([]byte, bool) {
	if f.Default == nil {
		return nil
	}
	fill := func() ([]byte, bool) {
		d, err := Default(f)
		if err != nil {
			return nil, false
		}
		raw, err := Encode(f.Type, d)
		return raw, err == nil && allows(f.Type.Node, raw)
	}
	kept := sync.OnceValues(func() ([]byte, bool) {
		raw, ok := fill()
		if len(raw) > keptBytes {
			return nil, false
		}
		return raw, ok
	})
	return func() ([]byte, bool) {
		if raw, ok := kept(); ok {
			return raw, true
		}
		return fill()
	}
}

func (s shaper) union(f *form) {
	f.tags = make(map[string]int, 2*len(f.node.Branches))
	for i, use := range f.node.Branches {
		b := s.form(use.Node)
		f.branches = append(f.branches, b)
		if b.kind == avro.Null {
			f.null = i
		}
		for kind := token.ObjectStart; kind <= token.Null; kind++ {
			if b.takesKind(kind) {
				f.takes[kind] = append(f.takes[kind], i)
			}
		}
	}
	f.name()
}

// name lists what the branches can be called: by their names in full; also with the logical type, as other libraries have
// it; and without the namespace where that is the name of one branch alone.
func (f *form) name() {
	var short []string
	for i, b := range f.branches {
		f.tags[b.node.TypeName()] = i
		if l := b.node.Logical; l != nil && !b.kind.Named() {
			f.tags[b.kind.String()+"."+l.Name] = i
		}
		if b.kind.Named() {
			short = append(short, avro.Unqualified(b.node.Name))
		}
	}
	slices.Sort(short)
	for i, b := range f.branches {
		if !b.kind.Named() {
			continue
		}
		name := avro.Unqualified(b.node.Name)
		at, _ := slices.BinarySearch(short, name)
		if _, taken := f.tags[name]; !taken && (at+1 == len(short) || short[at+1] != name) {
			f.tags[name] = i
		}
	}
}

// takesKind reports whether the plain JSON of a datum can begin as such a token.
func (f *form) takesKind(kind token.Kind) bool {
	switch f.kind {
	case avro.Null:
		return kind == token.Null
	case avro.Boolean:
		return kind == token.True || kind == token.False
	case avro.Int:
		return kind == token.Number || kind == token.String && f.spelling != spellBase
	case avro.Long, avro.Float, avro.Double:
		return kind == token.Number || kind == token.String
	case avro.Bytes, avro.Fixed:
		return kind == token.String || kind == token.Number && (f.spelling == spellDecimal || f.spelling == spellBigDecimal)
	case avro.String, avro.Enum:
		return kind == token.String
	case avro.Array:
		return kind == token.ArrayStart
	default: // a record or a map
		return kind == token.ObjectStart
	}
}
