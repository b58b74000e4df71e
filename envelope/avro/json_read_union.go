package avro

import (
	"encoding/binary"
	"strings"

	"github.com/treatyhq/treaty/envelope/token"
	"github.com/treatyhq/treaty/schema/avro"
)

// union reads a value as one of a union's branches.
func (r *jsonReader) union(f *form) bool {
	kind := r.tokens.Peek()
	switch {
	case kind == token.Invalid:
		return r.broken()
	case kind == token.Null && f.null >= 0:
		r.branch(f.null)
		return r.tokens.Next().Kind == token.Null || r.broken()
	case !r.plain && kind != token.ObjectStart:
		return r.refuse(f, kind.String()+`, and a branch is {"name": value}`)
	case !r.plain:
		return r.tagged(f)
	}
	c := r.pick(f)
	switch {
	case r.dead:
		return false
	case c.branch < 0 && len(c.among) > 1:
		return r.ambiguous(f, c.among)
	case c.branch < 0 && c.best < 0:
		return r.refuse(f, kind.String())
	case c.branch < 0:
		return r.closest(f, c)
	case c.tried && r.trying:
		_, ok := r.tokens.Skip()
		return ok
	case c.tagged:
		return r.tagged(f)
	default:
		return r.inBranch(f, c.branch)
	}
}

// refuse passes a value that is of no branch. It returns false.
func (r *jsonReader) refuse(f *form, what string) bool {
	offset := r.tokens.Offset()
	if r.trying || !r.pass() {
		return false
	}
	return r.noBranch(f, offset, what)
}

// ambiguous passes a value that is of several branches. It returns false.
func (r *jsonReader) ambiguous(f *form, among []int) bool {
	offset := r.tokens.Offset()
	if r.trying || !r.pass() {
		return false
	}
	names := f.names(among)
	r.fault(jsonAmbiguous, offset, `can be read as %s: write {"%s": value} for the first`, strings.Join(names, " and as "), names[0])
	r.found[len(r.found)-1].Candidates = names
	return false
}

func (r *jsonReader) branch(i int) { r.out = binary.AppendVarint(r.out, int64(i)) }

func (r *jsonReader) inBranch(f *form, i int) bool {
	r.branch(i)
	r.trail = append(r.trail, stage{f, i})
	ok := r.value(f.branches[i])
	r.trail = r.trail[:len(r.trail)-1]
	return ok
}

// tagged reads {"branch": value}.
func (r *jsonReader) tagged(f *form) bool {
	start := r.tokens.Next()
	key := r.tokens.Next()
	switch key.Kind {
	case token.Key:
	case token.ObjectEnd:
		return r.noBranch(f, start.Offset, `an empty object, and a branch is {"name": value}`)
	default:
		return r.broken()
	}
	i, ok := f.tags[string(key.Text)]
	if !ok {
		r.noBranch(f, start.Offset, "an object whose first member is "+quoteKey(string(key.Text)))
		return r.over(r.tokens.Depth() - 1)
	}
	ok = r.inBranch(f, i)
	if r.stopped() && !ok {
		return false
	}
	switch end := r.tokens.Next(); end.Kind {
	case token.ObjectEnd:
		return ok
	case token.Key:
		r.noBranch(f, end.Offset, "an object of more members than one")
		return r.over(r.tokens.Depth() - 1)
	default:
		return r.broken()
	}
}

// closest reports that no branch takes a value, and what is wrong with it as the one that went farthest. Of a value that
// names its branch the latter says it all.
func (r *jsonReader) closest(f *form, c choice) bool {
	switch {
	case r.trying:
		return false
	case c.tagged:
		return r.tagged(f)
	}
	r.noBranch(f, r.tokens.Offset(), "a value that none of them takes; "+f.branches[c.best].node.TypeName()+" comes closest")
	return !r.dead && r.inBranch(f, c.best)
}

func (r *jsonReader) noBranch(f *form, offset int, what string) bool {
	return !r.trying && r.fault(jsonNoBranch, offset, "must be of %s, and is %s", strings.Join(f.names(nil), ", "), what)
}

// names returns the names of some branches, all if among is nil.
func (f *form) names(among []int) []string {
	var out []string
	if among == nil {
		for _, b := range f.branches {
			out = append(out, b.node.TypeName())
		}
	}
	for _, i := range among {
		out = append(out, f.branches[i].node.TypeName())
	}
	return out
}

// narrower returns which of the branches that take a number is to be taken though others do, -1 if there is none.
func (r *jsonReader) narrower(f *form, among []int, t token.Token) int {
	if len(among) != 2 {
		return -1
	}
	a, b := among[0], among[1]
	if f.branches[a].kind > f.branches[b].kind {
		a, b = b, a
	}
	switch (kinds{f.branches[a].kind, f.branches[b].kind}) {
	case kinds{avro.Int, avro.Long}:
		return a
	case kinds{avro.Float, avro.Double}:
		if v, _ := token.Float(t.Text, 64); t.Kind == token.Number && float64(float32(v)) != v {
			return b
		}
		return a
	default:
		return -1
	}
}

// kinds are those of two branches.
type kinds struct{ narrow, wide avro.Kind }
