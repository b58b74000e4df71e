package avro

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"github.com/treatyhq/treaty/schema/avro"
)

// Fuse returns what carries messages of a writer's schema to a reader's. It never fails: what the reader cannot read fails
// when a message has it.
func Fuse(writer, reader *avro.Schema, resolution avro.Resolution) *Transcoder {
	f := fuser{
		Transcoder: &Transcoder{
			reader: reader.Root(), writer: writer.Root(), resolution: resolution, source: Compile(writer), target: Compile(reader),
		},
		matcher: matcher{resolution: resolution},
		alike:   map[pair]bool{}, open: map[pair]int32{}, shared: map[pair]int32{},
	}
	f.datum(f.Transcoder.reader.Node, f.Transcoder.writer.Node, "")
	f.size = f.source.Size() + f.target.Size() + f.weigh()
	return f.Transcoder
}

// maxMoves is how many moves have marks with paths of their own. Beyond that, a pair of types that is met again shares
// those of its first place: schemas can name one type in very many places.
const maxMoves = 4096

// A fuser plans the moves.
type fuser struct {
	*Transcoder
	matcher
	defaults defaults
	alike    map[pair]bool  // pairs that are the same or not, as far as is known
	open     map[pair]int32 // pairs whose moves are being planned: a pair inside itself is the same move
	shared   map[pair]int32
}

func (f *fuser) weigh() int {
	size := 0
	for _, m := range f.moves {
		size += 160 + 4*len(m.list) + 4*len(m.symbols) + len(m.bytes) + 16*len(m.fields)
	}
	for _, m := range f.marks {
		size += 64 + len(m.path) + len(m.text)
	}
	return size
}

func (f *fuser) add(m move) int32 {
	f.moves = append(f.moves, m)
	return int32(len(f.moves) - 1)
}

// note returns the index of a mark.
func (f *fuser) note(kind NoteKind, path string) int32 {
	f.marks = append(f.marks, mark{kind: kind, path: path})
	return int32(len(f.marks) - 1)
}

// datum plans the move of a datum of the writer's type to one of the reader's, which stands at a path of the reader's
// schema. It returns the move's index.
func (f *fuser) datum(reader, writer *avro.Node, path string) int32 {
	p := pair{reader, writer}
	if f.same(p) {
		return f.add(move{kind: moveKeep, mark: -1, node: writer})
	}
	if i, ok := f.open[p]; ok {
		return i
	}
	if i, ok := f.shared[p]; ok && len(f.moves) > maxMoves {
		return i
	}
	i := f.add(move{mark: -1, node: writer})
	f.open[p], f.shared[p] = i, i
	m := f.plan(reader, writer, path)
	m.node = writer
	f.moves[i] = m
	delete(f.open, p)
	return i
}

func (f *fuser) plan(reader, writer *avro.Node, path string) move {
	m := move{mark: -1, from: writer.Kind, to: reader.Kind}
	switch {
	case writer.Kind == avro.Union:
		m.kind = moveSent
		for _, b := range writer.Branches {
			m.list = append(m.list, f.datum(reader, b.Node, path))
		}
	case reader.Kind == avro.Union:
		f.choose(&m, reader, writer, path)
	case reader.Kind != writer.Kind:
		m.kind = moveFail
		if avro.Promotes(reader.Kind, writer.Kind) {
			m.kind, m.mark = movePromote, f.note(Promoted, path)
			f.strict = f.strict || reader.Logical != nil
		}
	case reader.Kind.Named() && !avro.NamesMatch(reader, writer):
		m.kind = moveFail
	case reader.Kind == avro.Record:
		f.record(&m, reader, writer, path)
	case reader.Kind == avro.Array:
		m.kind, m.child = moveArray, f.datum(reader.Items.Node, writer.Items.Node, path+"[]")
	case reader.Kind == avro.Map:
		m.kind, m.child = moveMap, f.datum(reader.Items.Node, writer.Items.Node, path+"{}")
	case reader.Kind == avro.Enum:
		m.kind, m.symbols = moveEnum, symbolIndexes(reader, writer)
	case reader.Kind == avro.Fixed && reader.Size != writer.Size:
		m.kind = moveFail
	default:
		f.relabel(&m, reader, writer, path)
	}
	return m
}

// relabel keeps the bytes of a datum whose logical type is another one.
func (f *fuser) relabel(m *move, reader, writer *avro.Node, path string) {
	m.kind, f.strict = moveKeep, true
	code := "LOGICAL_TYPE_CHANGED"
	if r, w := reader.Logical, writer.Logical; r != nil && w != nil && r.Name == w.Name {
		code = "DECIMAL_PRECISION_CHANGED"
		if r.Scale != w.Scale {
			code = "DECIMAL_SCALE_CHANGED"
		}
	}
	text := fmt.Sprintf("%s is written as %s and read as %s: the bytes stay, and what they mean does not", shown(path), meaning(writer), meaning(reader))
	f.marks = append(f.marks, mark{relabelled, path, code, text})
	m.mark = int32(len(f.marks) - 1)
}

func shown(path string) string {
	if path == "" {
		return "the datum"
	}
	return path
}

// meaning names what the bytes of a type stand for.
func meaning(n *avro.Node) string {
	switch l := n.Logical; {
	case l == nil:
		return n.Kind.String()
	case l.Name == "decimal":
		return fmt.Sprintf("decimal(%d, %d)", l.Precision, l.Scale)
	default:
		return l.Name
	}
}

func (f *fuser) choose(m *move, union, writer *avro.Node, path string) {
	i := f.branch(union, writer)
	if i < 0 {
		m.kind = moveFail
		return
	}
	m.kind, m.bytes = moveChosen, binary.AppendVarint(nil, int64(i))
	m.child = f.datum(union.Branches[i].Node, writer, path)
}

// symbolIndexes returns the reader's index of each of the writer's symbols.
func symbolIndexes(reader, writer *avro.Node) []int32 {
	out := make([]int32, len(writer.Symbols))
	for i, s := range readSymbols(reader, writer) {
		out[i] = -1
		if s.known {
			out[i] = int32(slices.Index(reader.Symbols, s.name))
		}
		if s.substituted && out[i] >= 0 {
			out[i] |= substitute
		}
	}
	return out
}

// record plans the moves of the reader's fields. Where they stand in the writer's order one goes after the other, and what
// the reader lacks is dropped between; else they are looked up.
func (f *fuser) record(m *move, reader, writer *avro.Node, path string) {
	p := f.pairing(reader, writer)
	if len(p.ambiguous) > 0 {
		m.kind = moveFail
		return
	}
	m.kind = moveReorder
	from := takenFrom(p, len(reader.Fields))
	for i, field := range reader.Fields {
		m.fields = append(m.fields, fieldMove{from[i], f.field(field, writer, from[i], p.renamed[i], path)})
	}
	if inOrder(from) {
		f.stream(m, writer, path)
		return
	}
	for j := range writer.Fields {
		if len(p.readers[j]) == 0 { // noted, and not looked at
			none := f.add(move{kind: movePut, mark: f.note(Dropped, join(path, writer.Fields[j].Name))})
			m.fields = append(m.fields, fieldMove{-1, none})
		}
	}
}

// takenFrom returns for each of the reader's fields the index of the writer's that it takes, or -1.
func takenFrom(p *pairing, fields int) []int {
	from := slices.Repeat([]int{-1}, fields)
	for j, takers := range p.readers {
		for _, i := range takers {
			from[i] = j
		}
	}
	return from
}

// inOrder reports whether the fields that are taken come one after the other, each once.
func inOrder(from []int) bool {
	last := -1
	for _, j := range from {
		if j >= 0 && j <= last {
			return false
		}
		last = max(last, j)
	}
	return true
}

// stream puts the moves of a record's fields into the writer's order, with those of what is dropped.
func (f *fuser) stream(m *move, writer *avro.Node, path string) {
	next := 0
	dropTo := func(end int) {
		for ; next < end; next++ {
			field := writer.Fields[next]
			m.list = append(m.list, f.add(move{kind: moveDrop, mark: f.note(Dropped, join(path, field.Name)), node: field.Type.Node}))
		}
	}
	for _, fm := range m.fields {
		if fm.from >= 0 {
			dropTo(fm.from)
			next = fm.from + 1
		}
		m.list = append(m.list, fm.move)
	}
	dropTo(len(writer.Fields))
	m.kind, m.fields = moveRecord, nil
}

// field plans the move of one of the reader's fields.
func (f *fuser) field(field *avro.Field, writer *avro.Node, from int, renamed bool, path string) int32 {
	path = join(path, field.Name)
	if from < 0 {
		return f.missing(field, path)
	}
	child := f.datum(field.Type.Node, writer.Fields[from].Type.Node, path)
	if renamed {
		return f.add(move{kind: moveNote, mark: f.note(Renamed, path), child: child})
	}
	return child
}

// missing puts in the default of a field that nobody writes.
func (f *fuser) missing(field *avro.Field, path string) int32 {
	d, _, err := f.defaults.of(field)
	if err == nil {
		var raw []byte
		if raw, err = Encode(field.Type, d); err == nil {
			f.strict = f.strict || !allows(field.Type.Node, raw)
			return f.add(move{kind: movePut, mark: f.note(Defaulted, path), bytes: raw})
		}
	}
	return f.add(move{kind: moveFail, mark: -1})
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// same reports whether every datum of the writer's type has the same bytes as one of the reader's and means the same. A pair
// that is asked about inside itself is the same unless something else in it is not.
func (f *fuser) same(p pair) bool {
	if known, ok := f.alike[p]; ok {
		return known
	}
	f.alike[p] = true
	before := len(f.alike)
	if f.sameInside(p) {
		return true
	}
	if len(f.alike) > before { // what was taken for the same on the strength of this pair has to be looked at again
		maps.DeleteFunc(f.alike, func(_ pair, same bool) bool { return same })
	}
	f.alike[p] = false
	return false
}

func (f *fuser) sameInside(p pair) bool {
	r, w := p.reader, p.writer
	if r == w {
		return f.matcher.resolution == avro.Practice || !hasUnion(w, map[*avro.Node]bool{})
	}
	if r.Kind != w.Kind || !sameLogical(r.Logical, w.Logical) || r.Kind.Named() && !avro.NamesMatch(r, w) {
		return false
	}
	switch r.Kind {
	case avro.Fixed:
		return r.Size == w.Size
	case avro.Enum:
		return len(r.Symbols) >= len(w.Symbols) && slices.Equal(r.Symbols[:len(w.Symbols)], w.Symbols)
	case avro.Array, avro.Map:
		return f.same(pair{r.Items.Node, w.Items.Node})
	case avro.Union:
		for i, b := range w.Branches {
			if f.branch(r, b.Node) != i || !f.same(pair{r.Branches[i].Node, b.Node}) {
				return false
			}
		}
	case avro.Record:
		return f.sameFields(r, w)
	}
	return true
}

func (f *fuser) sameFields(r, w *avro.Node) bool {
	if len(r.Fields) != len(w.Fields) {
		return false
	}
	p := f.pairing(r, w)
	if len(p.ambiguous)+len(p.missing) > 0 || slices.Contains(p.renamed, true) {
		return false
	}
	for j, takers := range p.readers {
		if len(takers) != 1 || takers[0] != j || !f.same(pair{r.Fields[j].Type.Node, w.Fields[j].Type.Node}) {
			return false
		}
	}
	return true
}

func sameLogical(r, w *avro.Logical) bool {
	if r == nil || w == nil {
		return r == w
	}
	return *r == *w
}

// hasUnion reports whether a type has a union inside: by the specification, one can read its own data as another branch.
func hasUnion(n *avro.Node, seen map[*avro.Node]bool) bool {
	if seen[n] {
		return false
	}
	seen[n] = true
	switch n.Kind {
	case avro.Union:
		return true
	case avro.Array, avro.Map:
		return hasUnion(n.Items.Node, seen)
	case avro.Record:
		return slices.ContainsFunc(n.Fields, func(f *avro.Field) bool { return hasUnion(f.Type.Node, seen) })
	}
	return false
}
