package protobuf

import (
	"context"
	"encoding/base64"
	"errors"
	"testing"

	"github.com/treatyhq/treaty/schema"
)

// FuzzParse checks that any source is refused with a *schema.Error or read for good: what was accepted as new is read back
// from its canonical text, with the same descriptor, and all its forms can be made.
func FuzzParse(f *testing.F) {
	f.Add(sixTypes)
	for _, tc := range hostile {
		if len(tc.text) < 2000 {
			f.Add(tc.text)
		}
	}
	for _, text := range corpusTexts(f) {
		f.Add(text)
	}
	f.Fuzz(checkSourceText)
}

// FuzzDescriptor checks the same of serialized descriptors.
func FuzzDescriptor(f *testing.F) {
	for _, text := range append(corpusTexts(f), sixTypes) {
		if s, err := tryParse(text); err == nil {
			raw, _ := base64.StdEncoding.DecodeString(s.Format("serialized"))
			f.Add(raw)
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) { checkSourceText(t, base64.StdEncoding.EncodeToString(raw)) })
}

func checkSourceText(t *testing.T, text string) {
	src := schema.Source{Text: text}
	s, err := Parse(context.Background(), src, schema.Options{New: true})
	if err != nil {
		var bad *schema.Error
		if !errors.As(err, &bad) || bad.Message == "" {
			t.Fatalf("got %v, want a *schema.Error", err)
		}
		if p, ok := bad.Err.(panicked); ok {
			t.Fatal(p)
		}
		return
	}
	again, err := Parse(context.Background(), schema.Source{Text: s.Canonical()}, schema.Options{})
	if err != nil {
		t.Fatalf("canonical text: %v\n%s", err, s.Canonical())
	}
	if again.Canonical() != s.Canonical() || again.Format("serialized") != s.Format("serialized") || !again.Equivalent(s) {
		t.Fatalf("read back as\n%s\nwant\n%s", again.Canonical(), s.Canonical())
	}
	normal, err := Parse(context.Background(), schema.Source{Text: s.Normalized()}, schema.Options{})
	if err != nil {
		t.Fatalf("normal form: %v\n%s", err, s.Normalized())
	}
	if normal.Normalized() != s.Normalized() {
		t.Fatalf("normal form becomes\n%s\nwant\n%s", normal.Normalized(), s.Normalized())
	}
	s.Tags()
	s.Format("ignore_extensions")
	s.Position(s.Descriptor())
}
