package token_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/treatyhq/treaty/envelope/token"
)

// rewrite copies a text token by token, without whitespace.
func rewrite(data []byte, o token.Options) ([]byte, *token.Error) {
	var r token.Reader
	r.Reset(data, o)
	var dst []byte
	comma := false
	for {
		t := r.Next()
		if comma && t.Kind != token.ObjectEnd && t.Kind != token.ArrayEnd && t.Kind != token.End && t.Kind != token.Invalid {
			dst = append(dst, ',')
		}
		comma = true
		switch t.Kind {
		case token.Invalid:
			return nil, r.Err()
		case token.End:
			return dst, nil
		case token.ObjectStart, token.ArrayStart:
			dst = append(dst, data[t.Offset])
			comma = false
		case token.ObjectEnd, token.ArrayEnd:
			dst = append(dst, data[t.Offset])
		case token.Key:
			dst = append(token.AppendString(dst, t.Text), ':')
			comma = false
		case token.String:
			dst = token.AppendString(dst, t.Text)
		case token.Number:
			dst = append(dst, t.Text...)
		case token.True, token.False, token.Null:
			dst = append(dst, data[t.Offset:r.Offset()]...)
		}
	}
}

func decode(data []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	return v, err
}

// FuzzReader holds the reader to encoding/json: what it reads is valid there and means the same, what it refuses is not
// valid there or for a reason that is not encoding/json's.
func FuzzReader(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1,-2.5e3,true,false,null,"x\ny\u00e9\uD83D\uDE00"],"b":{}}`, `"\uD800"`, `{"a":1,"\u0061":2}`, "[1,]", "\"\xff\"",
		`{"aaaaaaaa":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"\u0069":10}`, strings.Repeat("[", 101) + strings.Repeat("]", 101), "01", " 1 ", "",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := rewrite(data, token.Options{})
		if valid := json.Valid(data); err == nil && !valid || err != nil && err.Code == token.Syntax && valid {
			t.Fatalf("%q: %v, and encoding/json says valid is %v", data, err, valid)
		}
		var r token.Reader
		r.Reset(data, token.Options{})
		raw, ok := r.Skip()
		if ok = ok && r.Next().Kind == token.End; ok != (err == nil) || ok && string(raw) != string(bytes.Trim(data, " \t\r\n")) {
			t.Fatalf("Skip of %q gives %q, %v, and Next %v", data, raw, ok, err)
		}
		if err != nil {
			return
		}
		want, _ := decode(data)
		back, bad := decode(got)
		if bad != nil {
			t.Fatalf("%q is rewritten as %q: %v", data, got, bad)
		}
		if a, b := mustMarshal(t, want), mustMarshal(t, back); a != b {
			t.Fatalf("%q says %s and is rewritten as %q, which says %s", data, a, got, b)
		}
	})
}

func mustMarshal(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// What is appended as a string reads back as the text, with U+FFFD for bytes that are none.
func TestAppendString(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })).Draw(t, "text")
		quoted := token.AppendString(nil, text)
		if same := token.AppendString([]byte("x"), []byte(text)); string(same) != "x"+string(quoted) {
			t.Fatalf("%q is %s as a string and %s as bytes", text, quoted, same)
		}
		var back string
		if err := json.Unmarshal(quoted, &back); err != nil {
			t.Fatalf("%q is quoted as %s: %v", text, quoted, err)
		}
		if want := string([]rune(text)); back != want || !utf8.Valid(quoted) {
			t.Fatalf("%q is quoted as %s and reads back as %q", text, quoted, back)
		}
		var r token.Reader
		r.Reset(quoted, token.Options{})
		if got := r.Next(); got.Kind != token.String || string(got.Text) != back || r.Next().Kind != token.End {
			t.Fatalf("%s is read as %q, %v", quoted, got.Text, r.Err())
		}
	})
}
