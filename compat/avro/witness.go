package avro

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"

	"github.com/treatyhq/treaty/compat"
	message "github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

// Explainer proves findings of [Check], and ExplainerBySpecification those of [CheckBySpecification]; both know how to mend
// them.
var (
	Explainer                = explainer(avro.Practice)
	ExplainerBySpecification = explainer(avro.Specification)
)

func explainer(resolution avro.Resolution) compat.Explainer {
	prove := func(reader, writer schema.Schema, found []*compat.Finding) { prove(reader, writer, found, resolution) }
	return compat.Explainer{Prove: prove, Fixes: fixes, Apply: apply}
}

// What is spent on the witnesses of one pair is bounded: that many of them, that many bytes of them.
const (
	maxWitnesses    = 200
	maxWitnessBytes = 1 << 20
)

// prove sets the witnesses of findings of one direction. A finding that no message proves has none, such as one of a
// precision that grew, or of a record that contains itself and so has no message.
func prove(reader, writer schema.Schema, found []*compat.Finding, resolution avro.Resolution) {
	p := prover{reader: reader.(*avro.Schema).Root(), writer: writer.(*avro.Schema).Root(), room: maxWitnessBytes}
	p.options.Resolution = resolution
	p.builder = message.NewBuilderFor(p.reader, p.writer, resolution)
	for _, f := range found {
		if len(p.proofs) == maxWitnesses || p.room < 0 {
			break
		}
		if f.Wire {
			p.finding(f)
		}
	}
	p.borrow(found)
}

// A prover makes witnesses of one pair.
type prover struct {
	reader, writer avro.Use
	options        message.Options
	builder        *message.Builder
	proofs         []*compat.Finding // those with a witness
	room           int               // bytes that may still be written
}

// finding makes a message that holds what the finding is about, and keeps it if it shows what the finding says.
func (p *prover) finding(f *compat.Finding) {
	reader, _ := follow(p.reader, f.Reader.Pointer)
	writer, steps := follow(p.writer, f.Writer.Pointer)
	leaf := telling(f.Code, reader.Node, writer.Node)
	datum, data := p.message(steps, leaf)
	if datum == nil {
		return
	}
	var said string
	if refusing[f.Code] {
		if said = p.refusal(f, data); said == "" {
			said = p.refusedAlone(reader, writer, leaf)
		}
		if said == "" && f.Code == missingBranch {
			if datum, said = p.filled(f, steps, reader, writer); said == "" {
				datum, said = p.beside(f, steps)
			}
		}
	} else {
		said = p.alteration(f.Code, reader, writer, leaf)
	}
	if said == "" {
		return
	}
	_, words := f.Direction.Words()
	f.Witness = &compat.Witness{Writer: words, Message: json.RawMessage(message.JSON(p.writer, datum)), Error: said}
	p.proofs = append(p.proofs, f)
	p.room -= len(f.Witness.Message)
}

// message returns a small message with leaf at the end of steps, as a datum and encoded; nil if there is none.
func (p *prover) message(steps []message.Step, leaf message.Datum) (message.Datum, []byte) {
	datum, err := p.builder.Reaching(steps, leaf)
	if err != nil {
		return nil, nil
	}
	data, err := message.Encode(p.writer, datum)
	if err != nil {
		return nil, nil
	}
	p.room -= len(data)
	return datum, data
}

// filled returns a message that the reader refuses at f's place, with what it says: there stands an array or a map that is
// not empty, for an empty one is read whatever the branch is of.
func (p *prover) filled(f *compat.Finding, steps []message.Step, reader, writer avro.Use) (message.Datum, string) {
	inside := len(steps)
	for n := writer.Node; n.Kind == avro.Array || n.Kind == avro.Map; n = n.Items.Node {
		into := message.Step{Kind: message.IntoItems}
		if n.Kind == avro.Map {
			into.Kind = message.IntoValues
		}
		steps = append(steps, into)
		datum, data := p.message(steps, nil)
		leaf, err := message.Reaching(writer, steps[inside:], nil)
		if datum == nil || err != nil {
			return nil, ""
		}
		if said := p.refusal(f, data); said != "" {
			return datum, said
		}
		if said := p.refusedAlone(reader, writer, leaf); said != "" {
			return datum, said
		}
	}
	return nil, ""
}

// maxBeside bounds the branches that are tried for one that a finding stands for.
const maxBeside = 16

// beside returns a message that the reader refuses at another branch of the writer's union, with what it says: one finding
// may stand for several branches, of which the first reads as long as it is small.
func (p *prover) beside(f *compat.Finding, steps []message.Step) (message.Datum, string) {
	last := len(steps) - 1
	if last < 0 || steps[last].Kind != message.IntoBranch {
		return nil, ""
	}
	whole := *f
	whole.Writer.Pointer = f.Writer.Pointer[:strings.LastIndexByte(f.Writer.Pointer, '/')]
	union, _ := follow(p.writer, whole.Writer.Pointer)
	for i := range min(maxBeside, len(union.Node.Branches)) {
		datum, data := p.message(append(steps[:last:last], message.Step{Kind: message.IntoBranch, Index: i}), nil)
		if datum == nil {
			continue
		}
		if said := p.refusal(&whole, data); said != "" {
			return datum, said
		}
	}
	return nil, ""
}

// refusing are the codes whose witness the reader cannot read; those of the others it reads as something else.
var refusing = map[string]bool{
	nameMismatch: true, fixedSizeMismatch: true, missingEnumSymbols: true, missingDefault: true, typeMismatch: true,
	missingBranch: true, ambiguousField: true, utf8NotGuaranteed: true,
}

// refusal returns why the reader cannot read a message: for the finding's reason at its place or, where the reader fails
// earlier, for one there or below. It is empty if the reader reads that place.
func (p *prover) refusal(f *compat.Finding, data []byte) string {
	failures := message.Failures(p.reader, p.writer, data, p.options)
	place, below := trimSuffix(f.Writer.Pointer), ""
	if f.Code == ambiguousField {
		place = place[:max(0, strings.LastIndex(place, "/fields/"))] // the record fails as a whole
	}
	for _, e := range failures {
		if !strings.HasPrefix(e.Writer, place) {
			continue
		}
		if string(e.Code) == f.Code {
			return e.Error()
		}
		if below == "" {
			below = e.Error()
		}
	}
	return below
}

// refusedAlone returns why the reader cannot read a datum of the writer's type by itself, nil being the smallest: where
// the message is refused as a whole before the reader comes to it.
func (p *prover) refusedAlone(reader, writer avro.Use, datum message.Datum) string {
	if datum == nil {
		var err error
		if datum, err = message.Smallest(writer); err != nil {
			return ""
		}
	}
	data, err := message.Encode(writer, datum)
	if err != nil {
		return ""
	}
	if _, err := message.Resolve(reader, writer, data, p.options); err != nil {
		return err.Error()
	}
	return ""
}

// alteration returns what the reader makes of a datum of the writer's type, empty if that means the same or there is none.
func (p *prover) alteration(code string, reader, writer avro.Use, leaf message.Datum) string {
	if leaf == nil {
		return ""
	}
	if code == precisionChanged && reader.Node.Logical.Precision < writer.Node.Logical.Precision {
		return fmt.Sprintf("%s has more digits than the %d of the reader", message.JSON(writer, leaf), reader.Node.Logical.Precision)
	}
	data, err := message.Encode(writer, leaf)
	if err != nil {
		return ""
	}
	read, err := message.Resolve(reader, writer, data, p.options)
	if err != nil {
		return ""
	}
	wrote, got := message.JSON(writer, leaf), message.JSON(reader, read)
	if wrote == got {
		return ""
	}
	return wrote + " is read as " + got
}

// borrow gives those that have no witness the one of a finding below their place: a branch that does not read is shown
// by what does not read in it.
func (p *prover) borrow(found []*compat.Finding) {
	for _, f := range found {
		if f.Witness != nil || !refusing[f.Code] || p.room < 0 {
			continue
		}
		for _, g := range p.proofs {
			if refusing[g.Code] && strings.HasPrefix(g.Writer.Pointer, trimSuffix(f.Writer.Pointer)) {
				f.Witness = g.Witness
				p.room -= len(g.Witness.Message)
				break
			}
		}
	}
}

// maxDigits and maxFixed bound what a datum is made for that shows what a decimal or a fixed type is, in digits and in bytes:
// schemas may have larger numbers than there is memory.
const (
	maxDigits = 1000
	maxFixed  = 1 << 16
)

// telling returns a datum of the writer's type that shows what is wrong, nil if the smallest does or none can.
func telling(code string, r, w *avro.Node) message.Datum {
	switch code {
	case missingEnumSymbols, enumDefaultStandsFor:
		if missing := missingSymbols(r, w); len(missing) > 0 {
			return message.Enum(missing[0])
		}
	case lossyPromotion:
		limit := int64(1) << 24
		if r.Kind == avro.Double {
			limit = 1 << 53
		}
		return number(w, big.NewInt(limit+1))
	case precisionChanged:
		digits := min(r.Logical.Precision, w.Logical.Precision)
		if digits > maxDigits {
			return nil
		}
		return number(w, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil))
	case scaleChanged, logicalTypeChanged:
		return number(w, big.NewInt(1))
	case utf8NotGuaranteed:
		return message.Bytes{0xff}
	}
	return nil
}

// number returns a positive number as a datum of a type, in two's complement for bytes and fixed; the smallest datum of
// any other type, and nil if it is too large.
func number(n *avro.Node, v *big.Int) message.Datum {
	digits := append([]byte{0}, v.Bytes()...) // with room for the sign
	switch n.Kind {
	case avro.Int:
		return message.Int(v.Int64())
	case avro.Long:
		return message.Long(v.Int64())
	case avro.Bytes:
		if digits[1] < 0x80 {
			digits = digits[1:]
		}
		return message.Bytes(digits)
	case avro.Fixed:
		if n.Size > maxFixed {
			return nil
		}
		if n.Size < len(digits)-1 {
			return message.Fixed(nil)
		}
		fixed := make([]byte, max(n.Size, len(digits)))
		copy(fixed[len(fixed)-len(digits):], digits)
		return message.Fixed(fixed[len(fixed)-n.Size:])
	default:
		d, err := message.Smallest(avro.Use{Node: n})
		if err != nil {
			return nil
		}
		return d
	}
}
