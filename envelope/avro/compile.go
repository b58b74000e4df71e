package avro

import (
	"math"
	"slices"

	"github.com/treatyhq/treaty/schema/avro"
)

// Compile returns the program of a schema.
func Compile(s *avro.Schema) *Program { return CompileWithin(s.Root(), ProgramLimits) }

// CompileWithin is Compile with other limits.
func CompileWithin(writer avro.Use, limits Limits) *Program {
	c := &compiler{
		surveyor: newSurveyor(writer.Node),
		Program:  &Program{root: writer.Node, limits: limits.withDefaults(), form: formOf(writer.Node), bare: map[*avro.Node]measure{}},
		entries:  map[*avro.Node]uint32{}, callees: map[int]*avro.Node{},
	}
	c.data = c.measure(c.root).data
	if c.circular[c.root] {
		c.entry(c.root, 0)
	} else {
		c.entry(c.root, uint64(c.limits.Depth))
	}
	for len(c.queue) > 0 {
		n := c.queue[0]
		c.queue = c.queue[1:]
		c.entry(n, 0)
	}
	for at, n := range c.callees {
		c.ops[at].a = c.entries[n]
	}
	for n, m := range c.measures {
		if m.empty {
			c.bare[n] = m
		}
	}
	c.ops, c.targets = slices.Clip(c.ops), slices.Clip(c.targets)
	return c.Program
}

// A compiler writes a program: the segment of the whole schema, then those that are called.
type compiler struct {
	*surveyor
	*Program
	label   int // something goes to the instruction here, so those before it are left alone
	entries map[*avro.Node]uint32
	queue   []*avro.Node // segments that are to be written
	callees map[int]*avro.Node
}

// A spot is where in its segment a type stands.
type spot struct {
	level   uint64 // records, arrays and maps of the segment that it is inside of
	checked uint64 // levels that are known to be left where the segment begins
	loops   uint8  // loops of the segment that it is inside of
}

// here returns where the next instruction will stand, for others to go to.
func (c *compiler) here() uint32 {
	c.label = len(c.ops)
	return uint32(len(c.ops))
}

func (c *compiler) emit(o op) int {
	c.ops = append(c.ops, o)
	return len(c.ops) - 1
}

// last returns the instruction that stands last, if it has that code and what follows may be done with it.
func (c *compiler) last(code opcode) *op {
	if i := len(c.ops) - 1; i >= c.label && c.ops[i].code == code {
		return &c.ops[i]
	}
	return nil
}

// repeat adds one to the instructions of a run.
func (c *compiler) repeat(code opcode) {
	if o := c.last(code); o != nil && o.n < math.MaxUint16 {
		o.n++
		return
	}
	c.emit(op{code: code, n: 1})
}

func (c *compiler) skip(n int) {
	if o := c.last(opSkip); o != nil && o.b < math.MaxUint32 {
		o.b += uint64(n)
		return
	}
	c.emit(op{code: opSkip, n: 1, b: uint64(n)})
}

// entry writes a segment; it begins with so many levels left.
func (c *compiler) entry(n *avro.Node, checked uint64) {
	c.entries[n] = c.here()
	if at, ok := c.deepEnough(n, spot{checked: checked}); ok {
		if n.Kind == avro.Record {
			c.fields(n, at)
		} else {
			c.inner(n, at)
		}
	}
	c.emit(op{code: opReturn})
}

func (c *compiler) call(n *avro.Node, at spot) {
	if _, ok := c.entries[n]; !ok {
		c.entries[n] = 0
		c.queue = append(c.queue, n)
	}
	c.callees[c.emit(op{code: opCall, n: uint16(min(at.level, math.MaxUint16))})] = n
}

// region writes what is not always there: a branch, an item.
func (c *compiler) region(n *avro.Node, at spot) {
	if at, ok := c.deepEnough(n, at); ok {
		c.inner(n, at)
	}
}

// deepEnough has the levels of a type checked; false if there are too many in any case.
func (c *compiler) deepEnough(n *avro.Node, at spot) (spot, bool) {
	need := at.level + c.measure(n).levels
	switch {
	case need > uint64(c.limits.Depth):
		c.emit(op{code: opFail})
		return at, false
	case need > at.checked:
		c.emit(op{code: opDepth, b: need})
		at.checked = need
	}
	return at, true
}

// inner writes a type whose levels are checked.
func (c *compiler) inner(n *avro.Node, at spot) {
	switch {
	case c.measure(n).empty:
	case n.Kind == avro.Union:
		c.union(n, at)
	case n.Kind == avro.Array || n.Kind == avro.Map:
		c.loop(n, at)
	case n.Kind != avro.Record:
		c.scalar(n)
	case c.called(n):
		c.call(n, at)
	default:
		c.fields(n, at)
	}
}

func (c *compiler) fields(n *avro.Node, at spot) {
	at.level++
	for _, f := range n.Fields {
		c.inner(f.Type.Node, at)
	}
}

func (c *compiler) union(n *avro.Node, at spot) {
	if i := nullable(n); i >= 0 {
		branch := n.Branches[i].Node
		head := c.emit(op{code: opNullable, n: uint16(i), b: c.measure(branch).data - 1})
		c.region(branch, at)
		c.ops[head].a = c.here()
		return
	}
	first := len(c.targets)
	c.targets = append(c.targets, make([]target, len(n.Branches))...)
	c.emit(op{code: opUnion, a: uint32(first), b: uint64(len(n.Branches))})
	var jumps []int
	for i, b := range n.Branches {
		if i > 0 {
			jumps = append(jumps, c.emit(op{code: opJump}))
		}
		c.targets[first+i] = target{c.here(), uint32(c.measure(b.Node).data - 1)}
		c.region(b.Node, at)
	}
	for _, j := range jumps {
		c.ops[j].a = c.here()
	}
}

// nullable returns the index of the only branch that is not null beside one that is, -1 if the union is another.
func nullable(n *avro.Node) int {
	if len(n.Branches) != 2 {
		return -1
	}
	for i, b := range n.Branches {
		if b.Node.Kind == avro.Null {
			return 1 - i
		}
	}
	return -1
}

func (c *compiler) loop(n *avro.Node, at spot) {
	item := n.Items.Node
	m := c.measure(item)
	switch {
	case at.loops == maxLoops:
		c.call(n, at)
		return
	case n.Kind == avro.Array && m.empty:
		c.emit(op{code: opFree, a: uint32(min(at.level+1+m.levels, endlessly)), b: m.data})
		return
	}
	head := c.emit(op{code: opItems, slot: at.loops, b: m.data})
	start := c.here()
	if n.Kind == avro.Map {
		c.repeat(opString)
	}
	c.region(item, spot{at.level + 1, at.checked, at.loops + 1})
	if items := c.ops[start:]; len(items) == 1 && items[0].runs() {
		c.ops[head] = op{code: opRun, slot: uint8(items[0].code), n: items[0].n, a: uint32(items[0].b), b: m.data}
		c.ops = c.ops[:start]
		c.here()
		return
	}
	c.emit(op{code: opNext, slot: at.loops, a: start, b: m.data})
	c.ops[head].a = c.here()
}

// runs reports whether several can run the instruction as often as a message has data.
func (o op) runs() bool {
	return o.code <= opString && o.b <= math.MaxUint16
}

func (c *compiler) scalar(n *avro.Node) {
	logical := logicalName(n)
	switch n.Kind {
	case avro.Boolean:
		c.repeat(opBoolean)
	case avro.Float:
		c.skip(4)
	case avro.Double:
		c.skip(8)
	case avro.Enum:
		c.emit(op{code: opEnum, b: uint64(len(n.Symbols))})
	case avro.Int, avro.Long:
		c.number(n.Kind, logical)
	case avro.String:
		if logical == "uuid" {
			c.emit(op{code: opUUID})
		} else {
			c.repeat(opString)
		}
	case avro.Bytes:
		switch logical {
		case "decimal":
			c.emit(op{code: opDecimal, a: c.decimal(n.Logical.Precision)})
		case "big-decimal":
			c.emit(op{code: opBigDecimal})
		default:
			c.repeat(opBytes)
		}
	case avro.Fixed:
		if logical == "decimal" {
			c.emit(op{code: opDecimalFixed, a: c.decimal(n.Logical.Precision), b: uint64(n.Size)})
		} else {
			c.skip(n.Size)
		}
	}
}

func (c *compiler) number(kind avro.Kind, logical string) {
	switch {
	case logical == "time-millis":
		c.emit(op{code: opMillis})
	case logical == "time-micros":
		c.emit(op{code: opMicros})
	case kind == avro.Int:
		c.repeat(opInt)
	default:
		c.repeat(opLong)
	}
}

// decimal returns the index of the range of a precision.
func (c *compiler) decimal(precision int) uint32 {
	i := slices.IndexFunc(c.decimals, func(d decimalRange) bool { return d.precision == precision })
	if i < 0 {
		i = len(c.decimals)
		c.decimals = append(c.decimals, newDecimalRange(precision))
	}
	return uint32(i)
}
