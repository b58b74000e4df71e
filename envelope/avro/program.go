package avro

import "github.com/treatyhq/treaty/schema/avro"

// ProgramLimits are those of programs: what a service allows a message.
var ProgramLimits = Limits{Depth: 100, Free: DefaultLimits.Free}

// A Program reads the messages of one writer's schema. It is immutable and safe for concurrent use.
//
// It is a list of instructions in the order of the bytes. Records are gone: their fields stand one after another.
// The branches of a union stand one after another too, each with a jump behind the last. The items of an array are a
// loop. A named type that contains itself, or that is large and used more than once, stands once and is called.
type Program struct {
	root     *avro.Node
	limits   Limits
	data     uint64 // of every message, without items and branches
	ops      []op
	targets  []target // of unions
	decimals []decimalRange
	bare     map[*avro.Node]measure // records that take no bytes
	form     func() *form           // of the schema in JSON
}

// An op is one instruction. What its numbers mean is said beside its code.
type op struct {
	code opcode
	slot uint8  // of the loop's count
	n    uint16 // how often
	a    uint32
	b    uint64
}

// An opcode says what an op does.
type opcode uint8

// The instructions. Data are what the budget counts, levels what the depth does.
const (
	// Those up to opString can run any number of times.
	opSkip         opcode = iota // b bytes of any value: floats, doubles, fixed
	opBoolean                    // n of them
	opInt                        // n of them
	opLong                       // n of them
	opBytes                      // n of them
	opString                     // n of them; a map's key too
	opEnum                       // of b symbols
	opUUID                       // as a string
	opMillis                     // an int: milliseconds of a day
	opMicros                     // a long: microseconds of a day
	opDecimal                    // bytes within decimals[a]
	opDecimalFixed               // b bytes within decimals[a]
	opBigDecimal                 // bytes
	opUnion                      // of b branches, targets[a:]
	opNullable                   // null, then go to a, or the branch n, which follows and has b more data
	opJump                       // to a
	opItems                      // the first block of a loop of items of b data; if there is none, go to a
	opNext                       // the next item, from a on, of b data; else go on
	opFree                       // an array of items that take no bytes, each of b data and a levels
	opRun                        // a loop whose items, of b data, are n times the instruction slot, or a bytes
	opDepth                      // b levels must be left
	opCall                       // of a, n levels down
	opReturn                     // to the caller, or the end
	opFail                       // no message gets here
)

// A target is a branch of a union: where it stands, and how many data are in it.
type target struct {
	at   uint32
	data uint32
}

// Size estimates the bytes that the program holds, with the form that it makes when it first meets JSON, without those of
// the schema.
func (p *Program) Size() int {
	size := 200 + 16*cap(p.ops) + 8*cap(p.targets)
	for _, d := range p.decimals {
		size += 80 + cap(d.least) + cap(d.greatest)
	}
	return size + formSize(p.root, map[*avro.Node]bool{})
}

// formSize estimates the bytes of the form of a type, without those that were seen. Its numbers are measured.
func formSize(n *avro.Node, seen map[*avro.Node]bool) int {
	if seen[n] {
		return 0
	}
	seen[n] = true
	size := 600 + 2*len(n.Name)
	for _, s := range n.Symbols {
		size += 80 + len(s)
	}
	for _, f := range n.Fields {
		size += 200 + 2*len(f.Name)
	}
	if n.Kind == avro.Union {
		size += 200 + 50*len(n.Branches)
	}
	for _, inner := range inside(n) {
		size += formSize(inner, seen)
	}
	return size
}
