package avro

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/treatyhq/treaty/envelope/verdict"
	"github.com/treatyhq/treaty/schema/avro"
)

// A Transcoder carries messages of a writer's schema to a reader's, bytes to bytes. It is immutable and safe for concurrent
// use.
//
// It is a tree of moves, one for each place where the two schemas are not the same; what is the same is not looked at but
// copied, in runs as long as they come. It says what it did, and where it fails or loses something the plain reader is asked
// for the place.
type Transcoder struct {
	reader, writer avro.Use
	resolution     avro.Resolution
	source, target *Program
	moves          []move
	marks          []mark
	// strict says that a datum can be right by the writer's logical types and wrong by the reader's, or that a default is.
	strict bool
	size   int
}

// A move is what becomes of one datum.
type move struct {
	kind     moveKind
	from, to avro.Kind
	mark     int32 // what is noted when it is made; -1 if nothing is
	child    int32
	list     []int32     // of a union: the move of each branch; of a record: those of its fields
	symbols  []int32     // of an enum: the reader's index for each of the writer's, -1 for none
	bytes    []byte      // what is put in
	node     *avro.Node  // of the writer, for what has to be passed over
	fields   []fieldMove // of a record whose fields are not in the writer's order
}

// A fieldMove fills one field of the reader's from one of the writer's.
type fieldMove struct {
	from int // index of the writer's field; -1 where there is none
	move int32
}

type moveKind uint8

const (
	moveKeep    moveKind = iota // the bytes as they are
	moveDrop                    // they are left out
	movePut                     // bytes that the message does not have
	moveNote                    // child, and a mark
	movePromote                 // a primitive as another one
	moveEnum                    // a symbol by another index
	moveSent                    // the branch that is in the message: list
	moveChosen                  // the reader's branch: bytes, then child
	moveRecord                  // list, one after the other
	moveReorder                 // fields, in the reader's order
	moveArray                   // child for each item
	moveMap                     // child for each value
	moveFail                    // the reader cannot read it
)

// A mark is one line of a step.
type mark struct {
	kind NoteKind
	path string
	code string // of the warning, for relabelled
	text string
}

// relabelled data keep their bytes and change what those mean.
const relabelled NoteKind = "relabelled"

// Size estimates the bytes that the transcoder holds, without those of the schemas.
func (t *Transcoder) Size() int { return t.size }

// Append appends the datum of the reader's schema that a body of the writer's stands for. The step tells what was done to
// it; its ends are left open. If one of the findings is an error dst is returned as it was: the body is not valid, or the
// reader cannot read it. The others tell what was lost.
// Source: Avro 1.12, Schema Resolution.
func (t *Transcoder) Append(dst, body []byte, max int) (out []byte, step verdict.Step, findings []verdict.Finding) {
	if !t.source.Clean(body) {
		if findings = t.source.Findings(body, max); !verdict.Valid(findings) {
			return dst, step, findings
		}
	}
	r := transcoding{Transcoder: t, body: body, out: dst, base: len(dst)}
	if words := len(t.marks)/64 + 1; words <= len(r.few) {
		r.seen = r.few[:words]
	} else {
		r.seen = make([]uint64, words)
	}
	at := r.run(0, 0)
	if at == len(body) {
		r.flush(at)
	}
	switch {
	case r.full():
		return dst, step, append(findings, verdict.Errorf("MESSAGE_TOO_LARGE", "", "the message would have more than %d bytes", maxOutput))
	case at != len(body):
		return dst, step, append(findings, t.failures(body, max)...)
	}
	if t.strict && !t.target.Clean(r.out[len(dst):]) {
		wrong := t.target.Findings(r.out[len(dst):], max)
		if findings = append(findings, wrong...); !verdict.Valid(wrong) {
			return dst, step, findings
		}
	}
	if r.lossy {
		findings = append(findings, t.losses(body, max)...)
	}
	return r.out, r.step(&findings), findings
}

// A transcoding is one message on its way.
type transcoding struct {
	*Transcoder
	body, out []byte
	from      int // offset from which on bytes are to be copied
	seen      []uint64
	few       [4]uint64
	lossy     bool // something was rounded or replaced
	base      int  // of out, where the datum begins
}

// maxOutput bounds what becomes of one message: defaults can make much of items that take no bytes, and many of the
// reader's fields can read one of the writer's.
const maxOutput = 64 << 20

// flush copies what was kept up to at.
func (r *transcoding) flush(at int) {
	r.put(r.body[r.from:at])
	r.from = at
}

func (r *transcoding) put(raw []byte) {
	if !r.full() {
		r.out = append(r.out, raw...)
	}
}

// full reports whether there is too much already. It ends every loop.
func (r *transcoding) full() bool { return len(r.out)-r.base > maxOutput }

func (r *transcoding) noted(mark int32) {
	if mark >= 0 {
		r.seen[mark>>6] |= 1 << (mark & 63)
	}
}

// run makes a move on the datum at an offset and returns the offset behind it, or bad.
func (r *transcoding) run(i int32, at int) int {
	m := &r.moves[i]
	r.noted(m.mark)
	switch m.kind {
	case moveKeep:
		return pass(m.node, r.body, at)
	case moveDrop:
		r.flush(at)
		if r.from = pass(m.node, r.body, at); r.from < 0 {
			return bad
		}
		return r.from
	case movePut:
		r.flush(at)
		r.put(m.bytes)
		return at
	case moveNote:
		return r.run(m.child, at)
	case moveEnum:
		return r.symbol(m, at)
	case moveSent:
		r.flush(at)
		branch, next := readIndex(r.body, at, len(m.list))
		if next < 0 {
			return bad
		}
		r.from = next
		return r.run(m.list[branch], next)
	case moveChosen:
		r.flush(at)
		r.put(m.bytes)
		return r.run(m.child, at)
	case moveRecord:
		for _, field := range m.list {
			if at = r.run(field, at); at < 0 {
				return bad
			}
		}
		return at
	case moveReorder:
		return r.reorder(m, at)
	case moveArray, moveMap:
		return r.items(m, at)
	case movePromote:
		return r.promote(m, at)
	default:
		return bad
	}
}

func (r *transcoding) symbol(m *move, at int) int {
	i, next := readIndex(r.body, at, len(m.symbols))
	if next < 0 || m.symbols[i] < 0 {
		return bad
	}
	to := m.symbols[i]
	if to&substitute != 0 {
		r.lossy = true
		to &^= substitute
	}
	if int(to) == i {
		return next
	}
	r.flush(at)
	r.out = binary.AppendVarint(r.out, int64(to))
	r.from = next
	return next
}

// substitute marks the index of a symbol that stands for one that the reader does not know.
const substitute = 1 << 30

// reorder fills the reader's fields in their order, wherever the writer's stand.
func (r *transcoding) reorder(m *move, at int) int {
	r.flush(at)
	var few [32]int
	starts := few[:0]
	for _, f := range m.node.Fields {
		starts = append(starts, at)
		if at = pass(f.Type.Node, r.body, at); at < 0 {
			return bad
		}
	}
	for _, f := range m.fields {
		start := at
		if f.from >= 0 {
			start = starts[f.from]
		}
		r.from = start
		end := r.run(f.move, start)
		if end < 0 || r.full() {
			return bad
		}
		r.flush(end)
	}
	r.from = at
	return at
}

// items makes a move on each item of an array or each value of a map. Blocks are kept, their sizes are not, since they
// change.
func (r *transcoding) items(m *move, at int) int {
	for {
		r.flush(at)
		count, _, next := readBlock(r.body, at)
		if next < 0 {
			return bad
		}
		r.out = binary.AppendVarint(r.out, count)
		if at, r.from = next, next; count == 0 {
			return at
		}
		for range count {
			if m.kind == moveMap {
				if _, at = readSpan(r.body, at); at < 0 {
					return bad
				}
			}
			if at = r.run(m.child, at); at < 0 || r.full() {
				return bad
			}
		}
	}
}

// promote writes a primitive as another one.
func (r *transcoding) promote(m *move, at int) int {
	if m.from == avro.Int && m.to == avro.Long || m.from == avro.String && m.to == avro.Bytes {
		return pass(m.node, r.body, at) // the same bytes
	}
	if m.from == avro.Bytes {
		return skipTexts(r.body, at, 1)
	}
	r.flush(at)
	var next int
	switch {
	case m.from == avro.Float:
		if next = at + 4; next > len(r.body) {
			return bad
		}
		f := math.Float32frombits(binary.LittleEndian.Uint32(r.body[at:]))
		r.out = binary.LittleEndian.AppendUint64(r.out, math.Float64bits(float64(f)))
	default:
		var v int64
		if v, next = readLong(r.body, at); next < 0 {
			return bad
		}
		if m.to == avro.Float {
			f := float32(v)
			r.lossy = r.lossy || !holds(float64(f), v)
			r.out = binary.LittleEndian.AppendUint32(r.out, math.Float32bits(f))
		} else {
			f := float64(v)
			r.lossy = r.lossy || !holds(f, v)
			r.out = binary.LittleEndian.AppendUint64(r.out, math.Float64bits(f))
		}
	}
	r.from = next
	return next
}

// step returns what was done, and adds to the findings what changed its meaning.
func (r *transcoding) step(findings *[]verdict.Finding) verdict.Step {
	s := verdict.Step{Kind: verdict.Resolution, Promoted: []string{}, Defaulted: []string{}, Dropped: []string{}, Renamed: []string{}}
	lists := map[NoteKind]*[]string{Promoted: &s.Promoted, Defaulted: &s.Defaulted, Dropped: &s.Dropped, Renamed: &s.Renamed}
	for i, m := range r.marks {
		if r.seen[i>>6]>>(i&63)&1 == 0 {
			continue
		}
		if list := lists[m.kind]; list != nil {
			*list = append(*list, m.path)
		} else {
			*findings = append(*findings, verdict.Warningf(m.code, m.path, "%s", m.text))
		}
	}
	for _, list := range lists {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return s
}

// failures returns why the reader cannot read a body that is right.
func (t *Transcoder) failures(body []byte, max int) []verdict.Finding {
	var findings []verdict.Finding
	for _, e := range Failures(t.reader, t.writer, body, Options{Resolution: t.resolution}) {
		if len(findings) < max {
			findings = append(findings, verdict.Finding{
				Code: string(e.Code), Severity: verdict.Error, Class: verdict.Permanent,
				Path: e.Path, SchemaPath: e.Writer, Message: e.Error(), Offset: &e.Offset,
			})
		}
	}
	return findings
}

// losses returns where a body that the reader can read has lost something.
func (t *Transcoder) losses(body []byte, max int) []verdict.Finding {
	var findings []verdict.Finding
	note := func(n Note) {
		switch {
		case len(findings) == max:
		case n.Kind == Rounded:
			findings = append(findings, verdict.Warningf("LOSSY_PROMOTION", n.Path, "%s is rounded: %s", n.Path, n.Detail))
		case n.Kind == Substituted:
			findings = append(findings, verdict.Warningf("ENUM_DEFAULT_SUBSTITUTES", n.Path, "%s is replaced: %s", n.Path, n.Detail))
		}
	}
	_, _ = Resolve(t.reader, t.writer, body, Options{Resolution: t.resolution, Note: note})
	return findings
}
