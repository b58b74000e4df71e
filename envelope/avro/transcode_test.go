package avro_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	envelope "github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/envelope/avro/avrotest"
	"github.com/treatyhq/treaty/envelope/verdict"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

// whole returns a parsed schema.
func whole(t testing.TB, text string) *avro.Schema {
	t.Helper()
	s, err := avro.Parse(context.Background(), schema.Source{Text: text}, schema.Options{New: true})
	if err != nil {
		t.Fatalf("parse %s: %v", text, err)
	}
	return s
}

// TestTranscodingIsResolution holds what a transcoder makes of a message, and what it says of it, to the plain reader, which
// decodes, resolves and encodes: the same bytes, failures in the same places, the same losses.
func TestTranscodingIsResolution(t *testing.T) {
	t.Parallel()
	const pairs = 4000
	random := rand.New(rand.NewPCG(7, 9))
	carried, failed, lost := 0, 0, 0
	for range pairs {
		g := avrotest.Generator{Source: random.IntN}
		w := g.Schema()
		reader, writer := whole(t, g.Evolve(w).String()), whole(t, w.String())
		for _, resolution := range []avro.Resolution{avro.Practice, avro.Specification} {
			transcoder := envelope.Fuse(writer, reader, resolution)
			for range 3 {
				d, err := avrotest.Draw(random.IntN, writer.Root())
				if err != nil {
					t.Fatal(err)
				}
				body, err := envelope.Encode(writer.Root(), d)
				if err != nil {
					t.Fatal(err)
				}
				if !verdict.Valid(envelope.Compile(writer).Findings(body, 1)) {
					continue // drawn data need not be values of logical types
				}
				texts := fmt.Sprintf("reader %s\nwriter %s\n%x", reader.Canonical(), writer.Canonical(), body)
				switch findings := sameAsResolved(t, transcoder, reader, writer, body, resolution, texts); {
				case !verdict.Valid(findings):
					failed++
				case len(findings) > 0:
					lost++
				default:
					carried++
				}
			}
		}
	}
	t.Logf("%d messages carried over, %d with losses, %d refused", carried, lost, failed)
	if carried == 0 || lost == 0 || failed == 0 {
		t.Error("one of these never happened, so nothing was proved of it")
	}
}

func sameAsResolved(t *testing.T, transcoder *envelope.Transcoder, reader, writer *avro.Schema, body []byte, r avro.Resolution, texts string) []verdict.Finding {
	t.Helper()
	var notes []envelope.Note
	want, err := envelope.Resolve(reader.Root(), writer.Root(), body, envelope.Options{Resolution: r, Note: func(n envelope.Note) { notes = append(notes, n) }})
	prefix := []byte("before")
	out, step, findings := transcoder.Append(prefix, body, 100)
	if !verdict.Valid(findings) {
		if string(out) != "before" {
			t.Fatalf("%s\nrefused, and yet wrote %x", texts, out)
		}
		if err == nil { // then it is no value of the reader's logical types
			raw, err := envelope.Encode(reader.Root(), want)
			if err != nil || verdict.Valid(envelope.Compile(reader).Findings(raw, 1)) {
				t.Fatalf("%s\nrefused for %v, and is read as %v", texts, findings, want)
			}
		}
		return findings
	}
	if err != nil {
		t.Fatalf("%s\ncarried over to %x, and is not read: %v", texts, out, err)
	}
	got, err := envelope.Decode(reader.Root(), out[len(prefix):])
	if err != nil || !envelope.Equal(want, got) {
		t.Fatalf("%s\ncarried over to %x, which is %#v, %v; want %#v", texts, out, got, err, want)
	}
	sameNotes(t, notes, step, findings, texts, circular(writer.Root().Node, map[*avro.Node]bool{}))
	return findings
}

// A schema's defaults are values of base types. One that its logical type does not allow makes no message, for nobody could
// read it.
func TestTranscodingToADefaultThatIsNoValue(t *testing.T) {
	t.Parallel()
	writer := whole(t, record("R", field("a", `"int"`)))
	for _, c := range []struct{ name, field, want string }{
		{"uuid", field("b", logical("string", "uuid"), `"default":"none"`), "AVRO_UUID b"},
		{"time of day", field("b", logical("int", "time-millis"), `"default":-1`), "AVRO_TIME_OF_DAY b"},
		{"inside a default", field("b", record("S", field("c", logical("string", "uuid"))), `"default":{"c":"none"}`), "AVRO_UUID b.c"},
		{"one that is", field("b", logical("int", "time-millis"), `"default":1`), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, _, findings := envelope.Fuse(writer, whole(t, record("R", field("a", `"int"`), c.field)), avro.Practice).Append(nil, []byte{2}, 100)
			got := ""
			for _, f := range findings {
				got += f.Code + " " + f.Path
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// circular reports whether a type can contain itself: then a step names the first of its places alone.
func circular(n *avro.Node, above map[*avro.Node]bool) bool {
	if above[n] {
		return true
	}
	above[n] = true
	defer delete(above, n)
	within := slices.ContainsFunc(n.Branches, func(u avro.Use) bool { return circular(u.Node, above) }) ||
		slices.ContainsFunc(n.Fields, func(f *avro.Field) bool { return circular(f.Type.Node, above) })
	return within || n.Items.Node != nil && circular(n.Items.Node, above)
}

var instance = regexp.MustCompile(`\[("(\\.|[^"])*"|\d+)\]`)

// sameNotes holds a step to the notes of the plain reader: as many of a kind as there are places in the schema. Paths are
// compared where both name them by the same side's names.
func sameNotes(t *testing.T, notes []envelope.Note, step verdict.Step, findings []verdict.Finding, texts string, circular bool) {
	t.Helper()
	renamed := slices.ContainsFunc(notes, func(n envelope.Note) bool { return n.Kind == envelope.Renamed })
	want := map[envelope.NoteKind][]string{}
	losses := 0
	for _, n := range notes {
		kind, path := n.Kind, instance.ReplaceAllStringFunc(n.Path, func(s string) string {
			if s[1] == '"' {
				return "{}"
			}
			return "[]"
		})
		switch kind {
		case envelope.Rounded:
			kind = envelope.Promoted
			losses++
		case envelope.Substituted:
			losses++
			continue
		}
		if !slices.Contains(want[kind], path) {
			want[kind] = append(want[kind], path)
		}
	}
	got := map[envelope.NoteKind][]string{
		envelope.Promoted: step.Promoted, envelope.Defaulted: step.Defaulted, envelope.Dropped: step.Dropped, envelope.Renamed: step.Renamed,
	}
	for kind, paths := range got {
		slices.Sort(want[kind])
		exact := !renamed && !circular
		if exact && !cmp.Equal(append([]string{}, want[kind]...), paths) || (len(want[kind]) == 0) != (len(paths) == 0) {
			t.Fatalf("%s\n%s: want %q, got %q", texts, kind, want[kind], paths)
		}
	}
	told := 0
	for _, f := range findings {
		if f.Code == "LOSSY_PROMOTION" || f.Code == "ENUM_DEFAULT_SUBSTITUTES" {
			told++
		}
	}
	if told != min(losses, 100) {
		t.Fatalf("%s\n%d losses, told %v", texts, losses, findings)
	}
}
