package avro

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/treatyhq/treaty/compat"
	message "github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

// A generator draws schemas from so few names, symbols and sizes that two of them have much in common.
type generator struct {
	t       *rapid.T
	defined []string
	plain   bool // without aliases: a schema with aliases need not read itself
}

func (g *generator) pick(what string, from ...string) string {
	return rapid.SampledFrom(from).Draw(g.t, what)
}

func (g *generator) chance(what string) bool { return rapid.Bool().Draw(g.t, what) }

var primitives = []string{"null", "boolean", "int", "long", "float", "double", "bytes", "string"}

func (g *generator) typ(depth int, inUnion bool) any {
	kinds := []string{"primitive", "primitive", "record", "enum", "fixed", "array", "map", "name", "logical"}
	if !inUnion {
		kinds = append(kinds, "union", "union")
	}
	switch kind := g.pick("kind", kinds...); {
	case kind == "name" && len(g.defined) > 0:
		return g.pick("name", g.defined...)
	case kind == "logical":
		return map[string]any{"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": rapid.IntRange(0, 2).Draw(g.t, "scale")}
	case depth == 0 || kind == "primitive" || kind == "name":
		return g.pick("primitive", primitives...)
	case kind == "array":
		return map[string]any{"type": "array", "items": g.typ(depth-1, false)}
	case kind == "map":
		return map[string]any{"type": "map", "values": g.typ(depth-1, false)}
	case kind == "union":
		return g.union(depth)
	default:
		return g.named(kind, depth)
	}
}

func (g *generator) union(depth int) any {
	var branches []any
	seen := map[string]bool{}
	for range rapid.IntRange(1, 4).Draw(g.t, "branches") {
		b := g.typ(depth-1, true)
		kind, isName := b.(string)
		if m, ok := b.(map[string]any); ok {
			kind = m["type"].(string)
			if name, ok := m["name"]; ok {
				kind = name.(string)
			}
		} else if !isName {
			continue
		}
		if !seen[kind] {
			seen[kind] = true
			branches = append(branches, b)
		}
	}
	return branches
}

func (g *generator) named(kind string, depth int) any {
	name := g.pick("name", "a.A", "a.B", "b.A", "b.B", "c.C")
	for _, d := range g.defined {
		if d == name {
			return name
		}
	}
	g.defined = append(g.defined, name)
	n := map[string]any{"type": kind, "name": name}
	if !g.plain && g.chance("aliased") {
		n["aliases"] = []string{g.pick("alias", "a.A", "b.B", "C")}
	}
	switch kind {
	case "enum":
		n["symbols"] = rapid.SampledFrom([][]string{{"X"}, {"X", "Y"}, {"Y", "Z"}}).Draw(g.t, "symbols")
		if g.chance("default") {
			n["default"] = n["symbols"].([]string)[0]
		}
	case "fixed":
		n["size"] = rapid.IntRange(1, 2).Draw(g.t, "size")
	default:
		fields := []any{}
		for _, f := range []string{"f", "g", "h"}[:rapid.IntRange(0, 3).Draw(g.t, "fields")] {
			field := map[string]any{"name": f, "type": g.typ(depth-1, false)}
			if !g.plain && g.chance("field aliased") {
				field["aliases"] = []string{g.pick("field alias", "f", "h", "k")}
			}
			if g.chance("with default") {
				field["default"] = nil // it need not fit: stored schemas are read leniently
			}
			fields = append(fields, field)
		}
		n["fields"] = fields
	}
	return n
}

func draw(t *rapid.T, label string, plain bool) *avro.Schema {
	g := generator{t: t, plain: plain}
	root := g.typ(4, false)
	if len(g.defined) == 0 {
		root = g.named("record", 6)
	}
	b, err := json.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	s, err := avro.Parse(t.Context(), schema.Source{Text: string(b)}, schema.Options{})
	if err != nil {
		t.Skipf("%s: %v", label, err)
	}
	return s
}

// TestFindingsAgreeWithTheVerdict holds that a finding is an error exactly if the reference refuses, that findings are
// sorted and one of a kind, and that a check asked for twice says the same.
func TestFindingsAgreeWithTheVerdict(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		reader, writer := draw(t, "reader", false), draw(t, "writer", false)
		c := Check(reader, writer, compat.NewReadsOld)
		if refused := len(c.DropIn) > 0; refused != refuses(c) {
			t.Fatalf("reader %s\nwriter %s\nlist %q\nfindings %+v", reader.Canonical(), writer.Canonical(), c.DropIn, c.Findings)
		}
		for i, f := range c.Findings {
			if f.Path == "" || f.Message == "" || ruleOf[f.Code].ID == "" {
				t.Fatalf("finding lacks its path, message or rule: %+v", f)
			}
			if i > 0 && fmt.Sprint(c.Findings[i-1].Path, "\x00", c.Findings[i-1].Code) >= fmt.Sprint(f.Path, "\x00", f.Code) {
				t.Fatalf("%+v before %+v", c.Findings[i-1], f)
			}
		}
		if diff := cmp.Diff(c, Check(reader, writer, compat.NewReadsOld)); diff != "" {
			t.Fatalf("the second check differs: %s", diff)
		}
	})
}

// TestEverySchemaReadsItself holds that no schema without aliases has anything wrong against itself, read twice.
func TestEverySchemaReadsItself(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t, "schema", true)
		again, err := avro.Parse(t.Context(), schema.Source{Text: s.Canonical()}, schema.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []compat.Comparison{Check(s, s, compat.NewReadsOld), Check(s, again, compat.OldReadsNew)} {
			if len(c.DropIn) > 0 || refuses(c) {
				t.Fatalf("%s against itself: %q %+v", s.Canonical(), c.DropIn, c.Findings)
			}
		}
	})
}

// TestExplanationsHold holds that whatever is explained is so: witnesses belong to findings of the wire, and every error
// has one unless the writer has no message with that, or with what is wrong in it, or a field's alias repeats its name: the
// reference refuses what reads.
func TestExplanationsHold(t *testing.T) {
	t.Parallel()
	explanationsHold(t, Check, Explainer)
}

// TestExplanationsHoldBySpecification holds so where a union is read as the first branch that matches.
func TestExplanationsHoldBySpecification(t *testing.T) {
	t.Parallel()
	explanationsHold(t, CheckBySpecification, ExplainerBySpecification)
}

func explanationsHold(t *testing.T, check compat.Checker, explainer compat.Explainer) {
	rapid.Check(t, func(rt *rapid.T) {
		latest, old := draw(rt, "latest", false), draw(rt, "old", false)
		x := &compat.Explanation{Explainer: explainer, Text: latest.Canonical(), Parse: again(t, nil)}
		olds := compat.Versions(compat.Old{Version: 1, Schema: old})
		report, err := compat.Check(check, latest, olds, compat.Options{Level: compat.Full, Explain: x})
		if err != nil {
			rt.Fatal(err)
		}
		for _, f := range report.Findings {
			if f.Witness != nil && (!f.Wire || !json.Valid(f.Witness.Message)) {
				rt.Fatalf("%s: %s", f.Code, f.Witness.Message)
			}
			writer := old
			if f.Direction == compat.OldReadsNew {
				writer = latest
			}
			if f.Severity == compat.Error && f.Witness == nil && f.Code != ambiguousField && provable(f, report.Findings, writer) {
				rt.Fatalf("no witness for %s at %s\nlatest %s\nold %s", f.Code, f.Path, latest.Canonical(), old.Canonical())
			}
		}
	})
}

// provable reports whether a message can show a finding: the writer has one with what it is about, and where a branch does
// not read, with what does not read in it.
func provable(f compat.Finding, all []compat.Finding, writer *avro.Schema) bool {
	reachable := func(f compat.Finding) bool {
		_, steps := follow(writer.Root(), f.Writer.Pointer)
		_, err := message.Reaching(writer.Root(), steps, nil)
		return err == nil
	}
	return reachable(f) && !slices.ContainsFunc(all, func(g compat.Finding) bool {
		return f.Code == missingBranch && g.Direction == f.Direction && g.Severity == compat.Error &&
			strings.HasPrefix(g.Writer.Pointer, f.Writer.Pointer) && !reachable(g)
	})
}

// TestTheSpecificationIsStricter holds that what the specification's readers read is read in practice, and that a message
// of a pair that it calls compatible is read by its rule. The reference gives up at a field that matches twice, also in a
// branch that is not the one.
func TestTheSpecificationIsStricter(t *testing.T) {
	t.Parallel()
	compatible := 0
	rapid.Check(t, func(t *rapid.T) {
		reader, writer := draw(t, "reader", false), draw(t, "writer", false)
		c := CheckBySpecification(reader, writer, compat.NewReadsOld)
		if refused := len(c.DropIn) > 0; refused != refuses(c) {
			t.Fatalf("reader %s\nwriter %s\nlist %q\nfindings %+v", reader.Canonical(), writer.Canonical(), c.DropIn, c.Findings)
		}
		if len(c.DropIn) > 0 {
			return
		}
		ambiguous := func(f compat.Finding) bool { return f.Code == ambiguousField }
		practice := Check(reader, writer, compat.NewReadsOld)
		if len(practice.DropIn) > 0 && !slices.ContainsFunc(practice.Findings, ambiguous) {
			t.Fatalf("reader %s\nwriter %s\nrefused in practice alone: %q", reader.Canonical(), writer.Canonical(), practice.DropIn)
		}
		d, err := message.Smallest(writer.Root())
		if err != nil {
			return // such as a record that contains itself
		}
		data, err := message.Encode(writer.Root(), d)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := message.Resolve(reader.Root(), writer.Root(), data, message.Options{Resolution: avro.Specification}); err != nil && !badDefault(err) {
			t.Fatalf("reader %s\nwriter %s\n%x: %v", reader.Canonical(), writer.Canonical(), data, err)
		}
		compatible++
	})
	if compatible == 0 {
		t.Error("no pair was compatible")
	}
}

// badDefault reports whether a message is not read for a default that is none: stored schemas are read leniently.
func badDefault(err error) bool {
	var e *message.Error
	return errors.As(err, &e) && e.Code == message.BadDefault
}
