package avro

import (
	"github.com/treatyhq/treaty/envelope/token"
	"github.com/treatyhq/treaty/schema/avro"
)

// A choice is how a value of a union is to be read.
type choice struct {
	branch int   // -1 if there is none, or more than one
	tagged bool  // as {"branch": value}; of best if there is no branch
	tried  bool  // whether it has been found to be so
	among  []int // the branches that take it, if it is more than one
	best   int   // the branch that came closest, -1 if none takes values of that kind at all
}

// A trial is an attempt to read the value at an offset as a form, or as {"branch": value} of it.
type trial struct {
	form   *form
	offset int
	strict bool
}

// An outcome is that of a trial, or of a choice.
type outcome struct {
	ok     bool
	reach  int // how far it went
	choice *choice
}

// maxKnown bounds the outcomes that are remembered.
const maxKnown = 1 << 20

// A message may take so much work, and so much more for each of its bytes, to tell branches apart. Trials are remembered, so
// that the work grows with the text, its levels and the branches alone; this ends what does so too fast.
const (
	baseWork    = 1 << 22
	workPerByte = 16
)

// workFor returns how many values of a message of so many bytes may be tried.
func workFor(size int) int { return baseWork + workPerByte*size }

// worked takes from the work that is left, and reports whether there may be more.
func (r *jsonReader) worked(n int) bool {
	if r.work -= n; r.work >= 0 || r.dead {
		return !r.dead
	}
	r.dead = true
	r.trying = false
	r.fault(jsonComplex, r.tokens.Offset(), "can be read in too many ways: name the branches of its unions")
	return false
}

// pick returns how the value that comes next, no null of a union with one, is to be read. It does not read it, and where
// there is one way only does not try it.
func (r *jsonReader) pick(f *form) choice {
	kind := r.tokens.Peek()
	takers := f.takes[kind]
	if kind == token.ObjectStart {
		return r.pickObject(f, takers)
	}
	switch len(takers) {
	case 0:
		return choice{branch: -1, best: -1}
	case 1:
		return choice{branch: takers[0]}
	}
	var held [4]int
	among := held[:0]
	m := r.tokens.Mark()
	t := r.tokens.Next()
	if t.Kind == token.Invalid {
		r.broken()
		return choice{branch: -1, best: -1}
	}
	for _, i := range takers {
		if size := len(r.out); r.scalar(f.branches[i], t) == fits {
			among = append(among, i)
			r.out = r.out[:size]
		}
	}
	narrow := r.narrower(f, among, t)
	r.tokens.Rewind(m)
	switch {
	case len(among) == 0:
		return choice{branch: -1, best: takers[0]}
	case len(among) == 1:
		return choice{branch: among[0]}
	case narrow >= 0:
		return choice{branch: narrow}
	default:
		return choice{branch: -1, among: append([]int(nil), among...)}
	}
}

// pickObject is pick for an object.
func (r *jsonReader) pickObject(f *form, takers []int) choice {
	alive, last := 0, -1
	m := r.tokens.Mark()
	key, tag := r.first(f)
	for _, i := range takers {
		if r.lenient() || f.branches[i].begins(key) {
			alive++
			last = i
		}
	}
	r.tokens.Rewind(m)
	switch {
	case len(takers) == 0 && tag < 0:
		return choice{branch: -1, best: -1}
	case len(takers) == 1 && tag < 0:
		return choice{branch: takers[0]}
	case alive == 0 && tag >= 0:
		return choice{branch: tag, tagged: true}
	case alive == 1 && tag < 0:
		return choice{branch: last}
	default:
		return r.compare(f, takers, tag)
	}
}

// first reads the first name in an object, or what else is there, and returns the branch that it names, -1 if none.
func (r *jsonReader) first(f *form) (key token.Token, tag int) {
	r.tokens.Next()
	key = r.tokens.Next()
	if i, ok := f.tags[string(key.Text)]; ok && key.Kind == token.Key {
		return key, i
	}
	return key, -1
}

// alone reports whether a value that comes next, and is one of the branch, is read as that without a name. Of an object it
// is enough to find another way; which one would be taken makes no difference.
func (r *jsonReader) alone(f *form, branch int) bool {
	if r.tokens.Peek() != token.ObjectStart {
		return r.pick(f).branch == branch
	}
	m := r.tokens.Mark()
	_, tag := r.first(f)
	r.tokens.Rewind(m)
	r.strict = true
	for _, i := range f.takes[token.ObjectStart] {
		if i != branch && r.try(f, i, false).ok {
			return false
		}
	}
	return tag < 0 || !r.try(f, tag, true).ok
}

// begins reports whether an object with that first member, or its end, can be a datum if nothing is looked over.
func (f *form) begins(first token.Token) bool {
	if f.kind == avro.Map {
		return true
	}
	if first.Kind != token.Key {
		return len(f.fields) == 0
	}
	_, ok := f.index[string(first.Text)]
	return ok
}

// compare tries all the ways to read an object, at first without looking over anything.
func (r *jsonReader) compare(f *form, takers []int, tag int) choice {
	offset := r.tokens.Offset()
	if offset >= r.valid {
		m := r.tokens.Mark()
		if _, ok := r.tokens.Skip(); !ok {
			r.broken()
			return choice{branch: -1, best: -1}
		}
		r.valid = r.tokens.Offset()
		r.tokens.Rewind(m)
		r.unlearn()
	}
	id := trial{f, offset, r.strict}
	if o, ok := r.known[id]; ok {
		return *o.choice
	}
	strict := r.strict
	lenient := r.lenient()
	r.strict = true
	c := r.weigh(f, takers, tag)
	if r.strict = strict; lenient && c.branch < 0 && len(c.among) == 0 {
		c = r.weigh(f, takers, tag)
	}
	r.remember(id, outcome{choice: &c})
	return c
}

func (r *jsonReader) remember(id trial, o outcome) {
	if len(r.known) >= maxKnown {
		return
	}
	if r.known == nil {
		r.known = map[trial]outcome{}
	}
	r.known[id] = o
}

// unlearn forgets the outcomes of all trials.
func (r *jsonReader) unlearn() {
	if len(r.known) > 64 {
		r.known = nil // to clear it takes as long as it is large
	}
	clear(r.known)
}

// weigh tries all the ways to read an object. If none leads to the end, one that has the name of a branch comes closest to
// that, and else that which leads farthest.
func (r *jsonReader) weigh(f *form, takers []int, tag int) choice {
	c := choice{branch: -1, best: tag, tagged: tag >= 0}
	reach := -1
	for _, i := range takers {
		o := r.try(f, i, false)
		if o.ok {
			c.among = append(c.among, i)
		}
		if tag < 0 && o.reach > reach {
			reach, c.best = o.reach, i
		}
	}
	if tag >= 0 && r.try(f, tag, true).ok {
		if len(c.among) == 0 || !r.superfluous(f, tag) {
			return choice{branch: tag, tagged: true, tried: true}
		}
		c.among = append(c.among, tag)
	}
	if len(c.among) == 1 {
		return choice{branch: c.among[0], tried: true}
	}
	return c
}

// try tries one way to read a value, and leaves everything as it was.
func (r *jsonReader) try(f *form, branch int, tagged bool) outcome {
	b := f.branches[branch]
	id := trial{b, r.tokens.Offset(), r.strict}
	if o, ok := r.known[id]; ok && !tagged {
		return o
	}
	m, trying, levels := r.tokens.Mark(), r.trying, r.levels
	out, trail, spans := len(r.out), len(r.trail), len(r.spans)
	r.trying = true
	var o outcome
	if tagged {
		o.ok = r.tagged(f)
	} else {
		o.ok = r.value(b)
	}
	o.reach = r.tokens.Offset()
	if r.dead {
		return outcome{}
	}
	r.tokens.Rewind(m)
	r.trying, r.levels = trying, levels
	r.out, r.trail, r.spans = r.out[:out], r.trail[:trail], r.spans[:spans]
	if !tagged {
		r.remember(id, o)
	}
	return o
}

// superfluous reports whether the value in {"branch": value} would be read as the branch without its name.
func (r *jsonReader) superfluous(f *form, branch int) bool {
	m := r.tokens.Mark()
	r.tokens.Next()
	r.tokens.Next()
	c := choice{branch: f.null}
	if r.tokens.Peek() != token.Null || f.null < 0 {
		c = r.pick(f)
	}
	r.tokens.Rewind(m)
	return c.branch == branch && !c.tagged
}
