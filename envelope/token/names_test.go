package token_test

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/treatyhq/treaty/envelope/token"
)

func TestDuplicates(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		duplicate  bool
	}{
		{"two names", `{"a":1,"b":2}`, false},
		{"the same name", `{"a":1,"a":2}`, true},
		{"another case", `{"a":1,"A":2}`, false},
		{"escaped once", `{"a":1,"\u0061":2}`, true},
		{"escaped before", `{"\u0061":1,"a":2}`, true},
		{"escaped in two ways", `{"\/":1,"\u002F":2}`, true},
		{"a name that looks escaped", `{"\\u0061":1,"a":2}`, false},
		{"the empty name", `{"":1,"":2}`, true},
		{"a name that begins another", `{"ab":1,"a":2,"abc":3}`, false},
		{"a name with a quote and what stands behind another", `{"a":"v","a\":":1}`, false},
		{"in an object and the one around it", `{"a":{"a":1}}`, false},
		{"in sisters", `[{"a":1},{"a":1}]`, false},
		{"behind an inner object", `{"a":{"b":1,"c":[{"d":1}]},"a":2}`, true},
		{"a name of an inner object", `{"a":{"b":1},"b":2}`, false},
		{"deep inside", `[[{"x":{"y":[{"z":1,"z":2}]}}]]`, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var r token.Reader
			r.Reset([]byte(tt.text), token.Options{Unique: true})
			_, ok := r.Skip()
			if duplicate := !ok && r.Err().Code == token.Duplicate; duplicate != tt.duplicate || ok == tt.duplicate {
				t.Errorf("%s: duplicate is %v (%v), want %v", tt.text, duplicate, r.Err(), tt.duplicate)
			}
			r.Reset([]byte(tt.text), token.Options{})
			if _, ok := r.Skip(); !ok {
				t.Errorf("%s: %v, though nobody asked for duplicates", tt.text, r.Err())
			}
		})
	}
}

// One large object after another, and one inside another, have names of their own.
func TestNamesOfLargeObjects(t *testing.T) {
	t.Parallel()
	large := func(inner string) string {
		var b strings.Builder
		for i := range 100 {
			fmt.Fprintf(&b, `"k%d":%d,`, i, i)
		}
		return "{" + b.String() + `"inner":` + inner + "}"
	}
	var r token.Reader
	for range 2 {
		text := "[" + large(large("1")) + "," + large("2") + `,{"k1":3,` + large("4")[1:] + "]"
		r.Reset([]byte(text), token.Options{Unique: true})
		_, ok := r.Skip()
		if ok || r.Err().Path != "[2].k1" || r.Err().Error() != `the member "k1" is there twice (byte `+fmt.Sprint(r.Err().Offset)+")" {
			t.Errorf("got %v at %s, want k1 twice in the third object", r.Err(), r.Err().Path)
		}
	}
}

// A reader finds the first name that an object has twice, among few names and among many.
func TestDuplicatesAmongMany(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.IntRange(1, 300).Draw(t, "count")
		var b strings.Builder
		seen := map[int]bool{}
		first := -1
		for i := range count {
			b.WriteString(map[bool]string{true: "{", false: ","}[i == 0])
			name := rapid.IntRange(0, 2000).Draw(t, "name")
			if seen[name] && first < 0 {
				first = b.Len()
			}
			seen[name] = true
			text := strconv.Itoa(name)
			if rapid.Bool().Draw(t, "escaped") {
				text = fmt.Sprintf(`\u%04x`, text[0]) + text[1:]
			}
			fmt.Fprintf(&b, `"%s":{"1":%d}`, text, i)
		}
		b.WriteByte('}')
		var r token.Reader
		r.Reset([]byte(b.String()), token.Options{Unique: true})
		_, ok := r.Skip()
		switch {
		case ok != (first < 0):
			t.Fatalf("Skip says %v (%v), and the first duplicate is at %d: %s", ok, r.Err(), first, b.String())
		case !ok && (r.Err().Code != token.Duplicate || r.Err().Offset != first):
			t.Fatalf("got %v, want a duplicate at %d", r.Err(), first)
		}
	})
}

// Going back to a mark anywhere, and again, changes nothing that is read afterwards.
func TestRewind(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 40 {
		fmt.Fprintf(&b, `"k%d":[{"a":%d,"\u0062":"x\ty"},[[]]],`, i, i)
	}
	texts := []string{`{` + b.String() + `"k5":1}`, `{` + b.String() + `"z":1}`, `{"u":{"a":1,"a":2},"v":3}`, `[[1,2,`}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom(texts).Draw(t, "text")
		want := fmt.Sprint(tokens(text, token.Options{Unique: true}))
		var r token.Reader
		r.Reset([]byte(text), token.Options{Unique: true})
		var got []string
		for {
			if rapid.IntRange(0, 9).Draw(t, "try") == 0 && r.Peek() != token.End {
				m, depth := r.Mark(), r.Depth()
				for n := rapid.IntRange(1, 60).Draw(t, "steps"); n > 0 && r.Peek() != token.Invalid; n-- {
					if closing := r.Peek() == token.ObjectEnd || r.Peek() == token.ArrayEnd; closing && r.Depth() == depth || r.Peek() == token.End {
						break
					}
					r.Next()
				}
				r.Rewind(m)
			}
			tok := r.Next()
			if tok.Kind == token.End {
				break
			}
			if tok.Kind == token.Invalid {
				got = append(got, fmt.Sprintf("%s@%d", r.Err().Code, r.Err().Offset))
				break
			}
			word := tok.Kind.String()
			if tok.Text != nil {
				word += " " + string(tok.Text)
			}
			got = append(got, fmt.Sprintf("%s@%d", word, tok.Offset))
		}
		if fmt.Sprint(got) != want {
			t.Fatalf("got %v\nwant %v", got, want)
		}
	})
}

func TestRewindPastTheEnd(t *testing.T) {
	t.Parallel()
	var r token.Reader
	r.Reset([]byte(`[[1],[2]]`), token.Options{})
	r.Next()
	r.Next()
	m := r.Mark()
	for r.Peek() != token.Number || string(r.Next().Text) != "2" {
		if r.Peek() != token.Number {
			r.Next()
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a mark in an array that is closed is taken")
		}
	}()
	r.Rewind(m)
}

// A reader that is used again does not hold on to what one large text needed.
func TestResetLetsGo(t *testing.T) {
	var b strings.Builder
	for i := range 200_000 {
		fmt.Fprintf(&b, `,"%d":1`, i)
	}
	text := []byte(`[{` + b.String()[1:] + `},{"a":1`)
	var r token.Reader
	heap := func() uint64 {
		r.Reset(nil, token.Options{})
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	r.Reset(text, token.Options{Unique: true})
	for r.Next().Kind != token.Invalid {
	}
	if after := heap(); after > before+1<<20 {
		t.Errorf("the reader keeps %d bytes after a text of %d", after-before, len(text))
	}
	runtime.KeepAlive(text)
}
