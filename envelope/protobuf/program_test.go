package protobuf_test

import (
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"
	"pgregory.net/rapid"

	envelope "github.com/treatyhq/treaty/envelope/protobuf"
	"github.com/treatyhq/treaty/envelope/protobuf/protobuftest"
	"github.com/treatyhq/treaty/envelope/verdict"
)

// agrees holds a program to the plain reader: what is clean is right and worth no warning, what is right has no error, and
// what is wrong has one.
func agrees(t fataler, p *envelope.Program, md protoreflect.MessageDescriptor, data []byte) {
	t.Helper()
	got, err := envelope.Decode(md, data)
	findings := p.Findings(data, 100)
	switch right := err == nil; {
	case p.Clean(data) && (!right || len(findings) > 0):
		t.Fatalf("%x is clean, and yet: %v, %v", data, err, findings)
	case verdict.Valid(findings) != right:
		t.Fatalf("%x: the plain reader says %v, the findings are %v", data, err, findings)
	case right && len(got.Warnings) != len(findings):
		t.Fatalf("%x: warnings %v, findings %v", data, got.Warnings, findings)
	}
}

func TestWhatIsCleanDecodes(t *testing.T) {
	t.Parallel()
	for _, text := range everything {
		md := parse(t, text)
		p := envelope.Compile(md)
		rapid.Check(t, func(t *rapid.T) {
			data := encode(t, protobuftest.Message(t, md))
			if !p.Clean(data) || len(p.Findings(data, 100)) > 0 {
				t.Fatalf("%x is not clean: %v", data, p.Findings(data, 100))
			}
			if rapid.Bool().Draw(t, "cut") {
				data = data[:rapid.IntRange(0, len(data)).Draw(t, "length")]
			}
			for range rapid.IntRange(0, 3).Draw(t, "changes") {
				if len(data) > 0 {
					data[rapid.IntRange(0, len(data)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
				}
			}
			agrees(t, p, md, data)
		})
	}
}

func FuzzClean(f *testing.F) {
	var types []protoreflect.MessageDescriptor
	var programs []*envelope.Program
	for i, text := range everything {
		types = append(types, parse(f, text))
		programs = append(programs, envelope.Compile(types[i]))
		f.Add(uint8(i), []byte{8, 1})
	}
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		i := int(which) % len(types)
		agrees(t, programs[i], types[i], data)
	})
}
