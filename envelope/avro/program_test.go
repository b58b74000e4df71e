package avro_test

import (
	"math/big"
	"regexp"
	"slices"
	"strings"
	"testing"

	twmb "github.com/twmb/avro"
	"pgregory.net/rapid"

	envelope "github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/envelope/avro/avrotest"
	"github.com/treatyhq/treaty/envelope/verdict"
	"github.com/treatyhq/treaty/schema/avro"
)

// fits reports whether a datum is one of its logical types, worked out plainly.
func fits(n *avro.Node, d envelope.Datum) bool {
	switch d := d.(type) {
	case envelope.Record:
		for i, f := range n.Fields {
			if !fits(f.Type.Node, d[i]) {
				return false
			}
		}
		return true
	case envelope.Array:
		for _, v := range d {
			if !fits(n.Items.Node, v) {
				return false
			}
		}
		return true
	case envelope.Map:
		for _, e := range d {
			if !fits(n.Items.Node, e.Value) {
				return false
			}
		}
		return true
	case envelope.Union:
		return fits(n.Branches[d.Branch].Node, d.Value)
	default:
		return n.Logical == nil || fitsLogical(n.Logical, d)
	}
}

var uuid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

func fitsLogical(l *avro.Logical, d envelope.Datum) bool {
	switch d := d.(type) {
	case envelope.Int:
		return l.Name != "time-millis" || 0 <= d && d < 24*60*60*1000
	case envelope.Long:
		return l.Name != "time-micros" || 0 <= d && d < 24*60*60*1000*1000
	case envelope.String:
		return l.Name != "uuid" || uuid.MatchString(string(d))
	case envelope.Bytes:
		return l.Name != "decimal" || len(d) > 0 && fitsDecimal(l.Precision, d)
	case envelope.Fixed:
		return l.Name != "decimal" || fitsDecimal(l.Precision, d)
	default:
		return true
	}
}

func fitsDecimal(precision int, b []byte) bool {
	v := new(big.Int).SetBytes(b)
	if b[0] >= 0x80 {
		v.Sub(v, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return len(v.Abs(v).String()) <= precision
}

// drawMessages draws a schema and messages of it, one whole and two damaged; a plain one has no logical types.
func drawMessages(t tester, n avrotest.Source, plain bool) (writer avro.Use, text string, messages [3][]byte) {
	t.Helper()
	g := avrotest.Generator{Source: n, Plain: plain}
	text = g.Schema().String()
	writer = parse(t, text)
	d, err := avrotest.Draw(n, writer)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	s := scribe{n: n}
	s.datum(writer.Node, s.mend(writer.Node, d))
	return writer, text, [3][]byte{s.dst, damage(n, s.dst), damage(n, s.dst)}
}

// tester is what tests and properties have in common.
type tester interface {
	Helper()
	Fatalf(string, ...any)
}

// holdToSlowPath draws a schema and messages, whole and damaged, under wide and narrow limits. A program takes exactly
// those that decode, and whose logical types hold; it finds nothing in them, and in others what decoding stops at.
func holdToSlowPath(t tester, n avrotest.Source) {
	t.Helper()
	writer, text, messages := drawMessages(t, n, false)
	limits := envelope.Limits{Depth: []int{100, 4, 2, 1}[n(4)], Free: []int{1000, 1}[n(2)]}
	program := envelope.CompileWithin(writer, limits)
	for _, data := range messages {
		d, err := envelope.DecodeWithin(writer, data, limits)
		want := err == nil && fits(writer.Node, d)
		clean, findings := program.Clean(data), program.Findings(data, 100)
		if clean != want || clean != (len(findings) == 0) || err != nil && !foundAlso(findings, err) || !inOrder(findings, len(data)) {
			t.Fatalf("%s\n%+v %x: clean %v, decoded %#v, %v, findings %+v", text, limits, data, clean, d, err, findings)
		}
	}
}

// foundAlso reports whether the error of decoding is among the findings.
func foundAlso(findings []verdict.Finding, err error) bool {
	return slices.ContainsFunc(findings, func(f verdict.Finding) bool {
		return f.Code == string(code(err)) && f.Path == err.(*envelope.Error).Path
	})
}

func inOrder(findings []verdict.Finding, size int) bool {
	last := 0
	for _, f := range findings {
		if *f.Offset < last || *f.Offset > size {
			return false
		}
		last = *f.Offset
	}
	return true
}

func TestProgramAgainstSlowPath(t *testing.T) {
	t.Parallel()
	for seed := range uint64(5_000) {
		holdToSlowPath(t, avrotest.Seeded(seed))
	}
	rapid.Check(t, func(t *rapid.T) { holdToSlowPath(t, avrotest.Rapid(t)) })
}

// TestSecondOpinionOnCleanness compares with twmb. What it refuses is not clean; what it takes and is not clean is what it
// does not look at.
func TestSecondOpinionOnCleanness(t *testing.T) {
	t.Parallel()
	for seed := range uint64(5_000) {
		writer, text, messages := drawMessages(t, avrotest.Seeded(seed), true)
		schema, err := twmb.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		program := envelope.CompileWithin(writer, envelope.ProgramLimits)
		for _, data := range messages {
			var v any
			rest, err := schema.Decode(data, &v)
			clean := program.Clean(data)
			switch taken := err == nil && len(rest) == 0; {
			case taken == clean:
			case clean && !strings.Contains(err.Error(), "zero-byte items"): // of which it takes 4096
				t.Fatalf("%s\n%x is clean, twmb says %v", text, data, err)
			case taken && !overlooked[program.Findings(data, 1)[0].Code]:
				t.Fatalf("%s\n%x: twmb takes it, findings %+v", text, data, program.Findings(data, 100))
			}
		}
	}
}

// overlooked are the faults that twmb does not look for: it passes over a block's size, makes strings of any bytes, and
// knows no other boolean than 1.
var overlooked = map[string]bool{string(envelope.BlockSize): true, string(envelope.InvalidUTF8): true, string(envelope.BooleanByte): true}
