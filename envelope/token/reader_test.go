package token_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/envelope/token"
)

// tokens reads a text to its end and returns a word for each token, the error's code and offset as the last.
func tokens(text string, o token.Options) []string {
	var r token.Reader
	r.Reset([]byte(text), o)
	var got []string
	for {
		t := r.Next()
		switch t.Kind {
		case token.End:
			return got
		case token.Invalid:
			return append(got, fmt.Sprintf("%s@%d", r.Err().Code, r.Err().Offset))
		case token.Key, token.String, token.Number:
			got = append(got, fmt.Sprintf("%s %s@%d", t.Kind, t.Text, t.Offset))
		default:
			got = append(got, fmt.Sprintf("%s@%d", t.Kind, t.Offset))
		}
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       []string
	}{
		{"a number", " 12 ", []string{"a number 12@1"}},
		{"words", "[true,false , null]", []string{"an array@0", "a boolean@1", "a boolean@6", "null@14", "the end of an array@18"}},
		{"empty containers", `[{},[]]`, []string{"an array@0", "an object@1", "the end of an object@2", "an array@4", "the end of an array@5", "the end of an array@6"}},
		{"members", "{\"a\" :\t\"b\",\r\n\"c\":-1.5e+3}", []string{"an object@0", "a member a@1", "a string b@7", "a member c@13", "a number -1.5e+3@17", "the end of an object@24"}},
		{"escapes", `"\"\\\/\b\f\n\r\t\u0041\u00e9\uD83D\uDE00"`, []string{"a string \"\\/\b\f\n\r\tAé😀@0"}},
		{"an escaped name", `{"\u0061":"\u0000"}`, []string{"an object@0", "a member a@1", "a string \x00@10", "the end of an object@18"}},
		{"text of more than a word", `"0123456789abcdef0123456789\n"`, []string{"a string 0123456789abcdef0123456789\n@0"}},
		{"no ASCII", `"žluťoučký 馬 𐌰"`, []string{"a string žluťoučký 馬 𐌰@0"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, tokens(tt.text, token.Options{})); diff != "" {
				t.Errorf("tokens of %s (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestInvalid(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"nothing", "", "JSON_SYNTAX@0"},
		{"whitespace", " \n", "JSON_SYNTAX@2"},
		{"a form feed", "\f1", "JSON_SYNTAX@0"},
		{"a byte order mark", "\uFEFF1", "JSON_SYNTAX@0"},
		{"two values", "1 2", "JSON_SYNTAX@2"},
		{"a comma behind the value", "1,", "JSON_SYNTAX@1"},
		{"a closing bracket", "]", "JSON_SYNTAX@0"},
		{"a comma first", "[,1]", "JSON_SYNTAX@1"},
		{"a comma last", "[1,]", "JSON_SYNTAX@3"},
		{"two commas", "[1,,2]", "JSON_SYNTAX@3"},
		{"no comma", "[1 2]", "JSON_SYNTAX@3"},
		{"an array closed as an object", "[1}", "JSON_SYNTAX@2"},
		{"an open array", "[1", "JSON_SYNTAX@2"},
		{"an object closed as an array", `{"a":1]`, "JSON_SYNTAX@6"},
		{"a comma last in an object", `{"a":1,}`, "JSON_SYNTAX@7"},
		{"a comma first in an object", `{,"a":1}`, "JSON_SYNTAX@1"},
		{"no colon", `{"a" 1}`, "JSON_SYNTAX@5"},
		{"no value", `{"a":}`, "JSON_SYNTAX@5"},
		{"a colon in an array", `["a":1]`, "JSON_SYNTAX@4"},
		{"a name without quotes", `{a:1}`, "JSON_SYNTAX@1"},
		{"a number for a name", `{1:1}`, "JSON_SYNTAX@1"},
		{"single quotes", `'a'`, "JSON_SYNTAX@0"},
		{"a comment", `[1] // one`, "JSON_SYNTAX@4"},
		{"an open object", `{"a":1`, "JSON_SYNTAX@6"},
		{"a cut word", "tru", "JSON_SYNTAX@0"},
		{"a word in capitals", "TRUE", "JSON_SYNTAX@0"},
		{"a word that goes on", "nullx", "JSON_SYNTAX@4"},
		{"NaN", "NaN", "JSON_SYNTAX@0"},
		{"a plus", "+1", "JSON_SYNTAX@0"},
		{"a minus alone", "-", "JSON_SYNTAX@1"},
		{"a leading zero", "01", "JSON_SYNTAX@1"},
		{"no digit before the point", ".5", "JSON_SYNTAX@0"},
		{"no digit behind the point", "1.", "JSON_SYNTAX@2"},
		{"no digit in the exponent", "1e", "JSON_SYNTAX@2"},
		{"a sign alone in the exponent", "1e+", "JSON_SYNTAX@3"},
		{"hexadecimal", "0x10", "JSON_SYNTAX@1"},
		{"an open string", `"abc`, "JSON_SYNTAX@4"},
		{"a string that ends in a backslash", `"abc\`, "JSON_SYNTAX@5"},
		{"a control character", "\"a\nb\"", "JSON_SYNTAX@2"},
		{"a control character far in", "\"0123456789abcdef\x1f\"", "JSON_SYNTAX@17"},
		{"an unknown escape", `"\x41"`, "JSON_SYNTAX@1"},
		{"an escape in capitals", `"\U0041"`, "JSON_SYNTAX@1"},
		{"an escape of three digits", `"\u004"`, "JSON_SYNTAX@1"},
		{"an escape with a sign", `"\u+041"`, "JSON_SYNTAX@1"},
		{"a high surrogate", `"\uD800"`, "JSON_UNICODE@1"},
		{"a high surrogate and a letter", `"\uD800\u0041"`, "JSON_UNICODE@1"},
		{"a low surrogate", `"\uDC00"`, "JSON_UNICODE@1"},
		{"surrogates the wrong way round", `"\uDE00\uD83D"`, "JSON_UNICODE@1"},
		{"a lone byte", "\"\x80\"", "JSON_UNICODE@1"},
		{"a cut character", "\"\xe2\x82\"", "JSON_UNICODE@1"},
		{"an overlong character", "\"\xc0\xa0\"", "JSON_UNICODE@1"},
		{"a surrogate in UTF-8", "\"\xed\xa0\x80\"", "JSON_UNICODE@1"},
		{"beyond Unicode", "\"\xf4\x90\x80\x80\"", "JSON_UNICODE@1"},
		{"bad bytes in a name", "{\"\xff\":1}", "JSON_UNICODE@2"},
		{"too deep", strings.Repeat("[", 101), "JSON_DEPTH@100"},
		{"too deep in objects", strings.Repeat(`{"a":`, 101), "JSON_DEPTH@500"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := tokens(tt.text, token.Options{Unique: true})
			if last := got[len(got)-1]; last != tt.want {
				t.Errorf("%q: got %v, want %s last", tt.text, got, tt.want)
			}
			var r token.Reader
			r.Reset([]byte(tt.text), token.Options{})
			if _, ok := r.Skip(); ok && r.Next().Kind == token.End {
				t.Errorf("Skip of %q finds nothing wrong", tt.text)
			}
		})
	}
}

func TestDepthLimit(t *testing.T) {
	t.Parallel()
	nested := strings.Repeat("[", 100) + strings.Repeat("]", 100)
	if got := tokens(nested, token.Options{}); len(got) != 200 {
		t.Errorf("100 levels give %d tokens, want 200", len(got))
	}
	want := []string{"an array@0", "JSON_DEPTH@1"}
	if diff := cmp.Diff(want, tokens("[[]]", token.Options{MaxDepth: 1})); diff != "" {
		t.Errorf("two levels where one is allowed (-want +got):\n%s", diff)
	}
}

func TestErrorIsAFinding(t *testing.T) {
	t.Parallel()
	var r token.Reader
	r.Reset([]byte(`{"items":[{"qty":1},{"qty":2,"a b":{"x":1,"\u0078":2}}]}`), token.Options{Unique: true})
	if _, ok := r.Skip(); ok {
		t.Fatal("a duplicate passes")
	}
	got := r.Err().Finding()
	offset := 42
	if got.Code != "JSON_DUPLICATE" || got.Path != `items[1]["a b"].x` || got.Message != `the member "x" is there twice` || *got.Offset != offset {
		t.Errorf("got %+v at %d, want JSON_DUPLICATE of x at %d", got, *got.Offset, offset)
	}
}

func TestSkip(t *testing.T) {
	t.Parallel()
	text := `{"a": {"b":[1,"}]",{}]} , "c":-0.5}`
	var r token.Reader
	r.Reset([]byte(text), token.Options{})
	var got []string
	for r.Next(); r.Peek() == token.Key; {
		key := string(r.Next().Text)
		raw, ok := r.Skip()
		if !ok {
			t.Fatalf("Skip of %s: %v", key, r.Err())
		}
		got = append(got, key, string(raw))
	}
	if end := r.Next(); end.Kind != token.ObjectEnd || r.Next().Kind != token.End {
		t.Errorf("the object ends with %v", end)
	}
	if diff := cmp.Diff([]string{"a", `{"b":[1,"}]",{}]}`, "c", "-0.5"}, got); diff != "" {
		t.Errorf("members (-want +got):\n%s", diff)
	}
}

func TestSkipWithoutValue(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		before     int // tokens read
	}{
		{"a key", `{"a":1}`, 1},
		{"the end of an object", `{}`, 1},
		{"the end of an array", `[]`, 1},
		{"the end of the text", `1`, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var r token.Reader
			r.Reset([]byte(tt.text), token.Options{})
			for range tt.before {
				r.Next()
			}
			if raw, ok := r.Skip(); ok || r.Err() == nil || r.Next().Kind != token.Invalid {
				t.Errorf("Skip gives %q, %v", raw, r.Err())
			}
		})
	}
}

func TestPath(t *testing.T) {
	t.Parallel()
	var r token.Reader
	r.Reset([]byte(`{"a":[1,{"é":null,"x.y":[[2]]},3],"":4}`), token.Options{})
	got := map[string]string{}
	for tok := r.Next(); tok.Kind != token.End; tok = r.Next() {
		switch tok.Kind {
		case token.Number, token.Null:
			got[string(tok.Text)] = r.Path()
		case token.Invalid:
			t.Fatal(r.Err())
		default:
		}
	}
	want := map[string]string{"1": "a[0]", "": "a[1].é", "2": `a[1]["x.y"][0][0]`, "3": "a[2]", "4": `[""]`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("paths (-want +got):\n%s", diff)
	}
}
