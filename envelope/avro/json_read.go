package avro

import (
	"cmp"
	"encoding/binary"
	"sync"

	"github.com/treatyhq/treaty/envelope/token"
	"github.com/treatyhq/treaty/envelope/verdict"
	"github.com/treatyhq/treaty/schema/avro"
)

// The codes of JSON that is no datum of the schema, beside those of package token and of logical types.
const (
	jsonType      Code = "JSON_TYPE"            // another kind of value than the type's
	jsonRange     Code = "JSON_RANGE"           // a number, or a number of bytes, that the type does not have
	jsonFormat    Code = "JSON_FORMAT"          // a string that is not spelt as the type's data are
	jsonUnknown   Code = "JSON_UNKNOWN_FIELD"   // a member that the record does not have
	jsonMissing   Code = "JSON_MISSING_FIELD"   // a field that the object does not have
	jsonNoBranch  Code = "JSON_NO_BRANCH"       // no branch of a union
	jsonAmbiguous Code = "JSON_AMBIGUOUS_UNION" // more than one of them
	jsonComplex   Code = "JSON_TOO_COMPLEX"     // too many ways to read the unions
	jsonDepth     Code = token.Depth
	tooLarge      Code = "MESSAGE_TOO_LARGE"
)

// AppendBinary appends the bytes of the datum that a JSON text stands for to dst: each array and each map in one block
// without a size. Numbers are read exactly from how they are written; nothing is rounded but floats, to the nearest. The
// members of objects may stand in any order. defaulted are the paths of what was given by defaults, at most
// o.MaxFindings of them. findings are all that is wrong, in the order of the text and at most as many; dst is
// then returned as it was.
//
// A plain text is read as the branch of a union that takes it. Where several do it is ambiguous, except that of int and
// long, and of float and double, the narrower that holds it exactly is taken. An object with one member that has the name
// of a branch is read as that branch's value, too; if another branch takes the object as it stands, then it is ambiguous,
// unless the value needs the name: it would alone be read as another branch, or as none.
func (p *Program) AppendBinary(dst, json []byte, o JSONOptions) (out []byte, defaulted []string, findings []verdict.Finding) {
	r := readers.Get().(*jsonReader)
	defer r.release()
	r.reset(json, o)
	r.levels = p.limits.Depth
	r.out, r.base = dst, len(dst)
	r.value(p.form())
	if !r.dead && r.tokens.Next().Kind != token.End {
		r.broken()
	}
	if len(r.found) > 0 {
		return dst, nil, r.found
	}
	if body := r.out[len(dst):]; !p.Clean(body) {
		findings = p.Findings(body, r.limit)
		for i := range findings {
			findings[i].Offset = nil // nobody has seen these bytes
		}
		if !verdict.Valid(findings) {
			return dst, nil, findings
		}
	}
	return r.out, r.defaulted, findings
}

// A jsonReader reads one text. Its methods that read a value report whether it is one of the form, and have then appended
// its bytes; if not, the reader is behind the value all the same, unless it is dead or only tries.
type jsonReader struct {
	tokens    token.Reader
	text      []byte
	options   JSONOptions
	plain     bool
	limit     int // of findings
	levels    int // of records, arrays and maps that are left
	out       []byte
	base      int // of out, where the datum begins
	trail     []stage
	spans     []span // of the fields of records that are being read
	spare     []byte
	found     []verdict.Finding
	defaulted []string
	dead      bool // there is no going on

	trying bool // whether the form is one, without a report
	strict bool // without the options that are lenient
	valid  int  // the text is known to be JSON up to here
	work   int  // that may still be done
	known  map[trial]outcome
}

// A stage is one step of the way to the value at hand: the index of a field, an item or a branch, or the offset of a key.
type stage struct {
	form *form
	at   int
}

// A span is where the bytes of a field are in out.
type span struct{ start, end int }

var readers = sync.Pool{New: func() any { return new(jsonReader) }}

func (r *jsonReader) reset(text []byte, o JSONOptions) {
	r.forget()
	r.text, r.options, r.plain = text, o, o.Encoding == PlainJSON
	r.limit = cmp.Or(max(o.MaxFindings, 0), 100)
	r.levels, r.work = DefaultLimits.Depth, workFor(len(text))
	// A tag adds a level to each of the data's.
	r.tokens.Reset(text, token.Options{Unique: true, MaxDepth: 2*DefaultLimits.Depth + 2})
}

// forget drops what belongs to the last text.
func (r *jsonReader) forget() {
	if cap(r.spare) > keptBytes {
		r.spare = nil
	}
	r.unlearn()
	*r = jsonReader{tokens: r.tokens, trail: r.trail[:0], spans: r.spans[:0], spare: r.spare, known: r.known}
}

// keptBytes is how many bytes a reader keeps for the next text.
const keptBytes = 64 << 10

func (r *jsonReader) release() {
	r.forget()
	readers.Put(r)
}

func (r *jsonReader) value(f *form) bool {
	if r.trying && !r.worked(1) {
		return false
	}
	switch f.kind {
	case avro.Union:
		return r.union(f)
	case avro.Record, avro.Array, avro.Map:
		return r.container(f)
	default:
		t := r.tokens.Next()
		if fit := r.scalar(f, t); fit != fits {
			return r.misfit(f, t, fit)
		}
		return true
	}
}

func (r *jsonReader) container(f *form) bool {
	want := token.ObjectStart
	if f.kind == avro.Array {
		want = token.ArrayStart
	}
	t := r.tokens.Next()
	if t.Kind != want {
		return r.misfit(f, t, otherType)
	}
	if r.levels == 0 {
		r.fault(jsonDepth, t.Offset, "is nested too deep")
		return r.over(r.tokens.Depth() - 1)
	}
	r.levels--
	r.trail = append(r.trail, stage{form: f})
	var ok bool
	switch f.kind {
	case avro.Record:
		ok = r.record(f, t.Offset)
	case avro.Array:
		ok = r.array(f)
	default:
		ok = r.entries(f)
	}
	r.trail = r.trail[:len(r.trail)-1]
	r.levels++
	return ok
}

// at says which part of the container at hand is being read.
func (r *jsonReader) at(i int) { r.trail[len(r.trail)-1].at = i }

// stopped reports whether the container at hand is not to be read any further, one of its parts being wrong.
func (r *jsonReader) stopped() bool { return r.trying || r.dead }

func (r *jsonReader) array(f *form) bool {
	start, n, ok := r.block(), 0, true
	for {
		switch r.tokens.Peek() {
		case token.ArrayEnd:
			r.tokens.Next()
			r.blockEnd(start, n)
			return ok
		case token.Invalid:
			return r.broken()
		default:
			r.at(n)
			if n++; !r.value(f.items) {
				if ok = false; r.stopped() {
					return false
				}
			}
		}
	}
}

func (r *jsonReader) entries(f *form) bool {
	start, n, ok := r.block(), 0, true
	for {
		key := r.tokens.Next()
		switch key.Kind {
		case token.ObjectEnd:
			r.blockEnd(start, n)
			return ok
		case token.Key:
			n++
			r.at(key.Offset)
			r.out = append(binary.AppendVarint(r.out, int64(len(key.Text))), key.Text...)
			if !r.value(f.items) {
				if ok = false; r.stopped() {
					return false
				}
			}
		default:
			return r.broken()
		}
	}
}

// block leaves a byte for the count of a block.
func (r *jsonReader) block() (start int) {
	r.out = append(r.out, 0)
	return len(r.out) - 1
}

// blockEnd writes the count of the block that begins at start, and the end of the blocks.
func (r *jsonReader) blockEnd(start, n int) {
	if n == 0 {
		return
	}
	var count [binary.MaxVarintLen64]byte
	size := binary.PutVarint(count[:], int64(n))
	r.out = append(r.out, count[1:size]...)
	copy(r.out[start+size:], r.out[start+1:])
	copy(r.out[start:], count[:size])
	r.out = append(r.out, 0)
}

// over passes what is left of objects and arrays, until no more than depth are open. It returns false.
func (r *jsonReader) over(depth int) bool {
	for !r.stopped() && r.tokens.Depth() > depth {
		if r.tokens.Next().Kind == token.Invalid {
			return r.broken()
		}
	}
	return false
}

// pass passes a value, and reports whether it is JSON.
func (r *jsonReader) pass() bool {
	_, ok := r.tokens.Skip()
	return ok || r.broken()
}
