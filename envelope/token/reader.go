package token

import "fmt"

// MaxDepth is the limit of levels where none is set.
const MaxDepth = 100

// Options say how strictly to read.
type Options struct {
	MaxDepth int  // levels of objects and arrays, [MaxDepth] if 0
	Unique   bool // refuse a member that an object has twice, at any depth
}

// A Reader goes through one text. Its zero value reads nothing before [Reader.Reset]; it may be used again and again, and
// not concurrently. Once it has failed it stays so until Reset or [Reader.Rewind].
type Reader struct {
	data     []byte
	pos      int // of the next byte
	state    state
	maxDepth int
	unique   bool
	failed   bool
	err      Error
	frames   []frame // what is open, the innermost last
	opened   int     // how many frames there were
	names    names
	escaped  bool   // whether something in the last key or string is
	text     []byte // the last unescaped text
}

// A frame is an object or an array that is open.
type frame struct {
	object bool
	serial int // no other frame of the text has it
	at     int // offset of the quote of the member's key, -1 between members; index of the item at hand
	seen   seen
}

// A state is what may come next.
type state uint8

const (
	atValue     state = iota // a value
	atFirstItem              // a value, or the array's end
	atKey                    // a key
	atFirstKey               // a key, or the object's end
	afterItem                // a comma, or the array's end
	afterMember              // a comma, or the object's end
	atEnd                    // nothing
)

var expected = [...]string{
	atValue: "a value", atFirstItem: "a value or ]", atKey: "a name in quotes", atFirstKey: "a name in quotes or }",
	afterItem: "a comma or ]", afterMember: "a comma or }", atEnd: "nothing more",
}

// These are the most memory that a reader keeps for the next text, in elements.
const (
	keptText  = 64 << 10
	keptNames = 4 << 10
)

// Reset makes the reader begin at the first byte of data, which must not change while it is read.
func (r *Reader) Reset(data []byte, o Options) {
	if o.MaxDepth == 0 {
		o.MaxDepth = MaxDepth
	}
	if cap(r.text) > keptText {
		r.text = nil
	}
	r.names.reset()
	clear(r.frames) // of their tables
	*r = Reader{data: data, maxDepth: o.MaxDepth, unique: o.Unique, frames: r.frames[:0], names: r.names, text: r.text}
}

// Err returns what is wrong with the text, nil as long as nothing is. It belongs to the reader and changes with it.
func (r *Reader) Err() *Error {
	if !r.failed {
		return nil
	}
	return &r.err
}

// Offset returns the offset of the byte behind the last token.
func (r *Reader) Offset() int { return r.pos }

// Depth returns how many objects and arrays are open.
func (r *Reader) Depth() int { return len(r.frames) }

// Next returns the next token: behind a [Key] its value's, behind the outermost value's last [End]. What it returns at
// once is good up to there only: a text may yet turn out not to be JSON further on.
func (r *Reader) Next() Token { return r.next(true) }

// Peek returns the kind of the next token by its first byte. [Reader.Next] may still find it to be invalid.
func (r *Reader) Peek() Kind { return r.advance() }

// Skip reads one value with all that is in it, exactly as strictly as Next, and returns its bytes as they are in the data.
// It reports false, and the reader has failed, if they are not JSON or if no value comes next.
func (r *Reader) Skip() ([]byte, bool) {
	kind := r.advance()
	if kind == Key || kind == ObjectEnd || kind == ArrayEnd || kind == End {
		r.fail(Syntax, r.pos, "a value was expected, and %s is there", kind)
	}
	depth := len(r.frames)
	start := r.next(false).Offset
	for len(r.frames) > depth && !r.failed {
		r.next(false)
	}
	if r.failed {
		return nil, false
	}
	return r.data[start:r.pos], true
}

// next reads a token, and unescapes what it says if asked to.
func (r *Reader) next(unescape bool) Token {
	kind := r.advance()
	start := r.pos
	switch kind {
	case Key:
		return r.key(unescape)
	case String:
		text, ok := r.string(unescape)
		if !ok {
			return Token{Offset: start}
		}
		r.over()
		return Token{String, start, text}
	case Number:
		return r.number()
	case ObjectStart, ArrayStart:
		r.open(kind)
	case ObjectEnd, ArrayEnd:
		r.close()
	case True:
		kind = r.word(kind, "true")
	case False:
		kind = r.word(kind, "false")
	case Null:
		kind = r.word(kind, "null")
	case Invalid, End:
	}
	if r.failed {
		kind = Invalid
	}
	return Token{Kind: kind, Offset: start}
}

// key reads a member's name and the colon behind it.
func (r *Reader) key(unescape bool) Token {
	start := r.pos
	text, ok := r.string(unescape || r.unique)
	if !ok {
		return Token{Offset: start}
	}
	top := &r.frames[len(r.frames)-1]
	top.at = start
	if r.unique && r.names.repeated(&top.seen, r.data, name{start + 1, r.pos - start - 2, r.escaped}, text) {
		r.fail(Duplicate, start, "the member %s is there twice", quoted(text))
		return Token{Offset: start}
	}
	if r.space(); r.pos == len(r.data) || r.data[r.pos] != ':' {
		r.unexpected("a colon behind the name")
		return Token{Offset: start}
	}
	r.pos++
	r.state = atValue
	return Token{Key, start, text}
}

// open begins an object or an array.
func (r *Reader) open(kind Kind) {
	if len(r.frames) == r.maxDepth {
		r.fail(Depth, r.pos, "there are more than %d levels", r.maxDepth)
		return
	}
	r.pos++
	r.opened++
	if kind == ArrayStart {
		r.frames = append(r.frames, frame{serial: r.opened})
		r.state = atFirstItem
		return
	}
	r.frames = append(r.frames, frame{object: true, serial: r.opened, at: -1, seen: r.names.open()})
	r.state = atFirstKey
}

// close ends the innermost object or array.
func (r *Reader) close() {
	r.pos++
	last := len(r.frames) - 1
	if r.frames[last].object {
		r.names.close(r.frames[last].seen)
	}
	r.frames[last] = frame{}
	r.frames = r.frames[:last]
	r.over()
}

// over sets what may come behind a value.
func (r *Reader) over() {
	switch {
	case len(r.frames) == 0:
		r.state = atEnd
	case r.frames[len(r.frames)-1].object:
		r.state = afterMember
	default:
		r.state = afterItem
	}
}

// fail stops the reader. The first failure counts.
func (r *Reader) fail(code string, offset int, format string, args ...any) {
	if r.failed {
		return
	}
	r.failed = true
	r.err = Error{Code: code, Offset: offset, Path: r.Path(), Message: fmt.Sprintf(format, args...)}
}

// unexpected stops the reader at the next byte, or at the end of the text.
func (r *Reader) unexpected(want string) {
	if r.pos == len(r.data) {
		r.fail(Syntax, r.pos, "the text ends where %s was expected", want)
		return
	}
	r.fail(Syntax, r.pos, "%s was expected, and %q is there", want, r.data[r.pos])
}
