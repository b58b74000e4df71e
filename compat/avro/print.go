package avro

import (
	"fmt"
	"strings"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema/avro"
)

// What is printed is bounded, since a list of repetitions can be exponential: that many entries, and that many bytes.
const (
	maxPrinted = 10_000
	maxText    = 4 << 20
)

// print returns the list as the reference server does, repetitions included. A field that matches twice is an exception
// there, which leaves nothing else of the list.
func (d *dropIn) print(root *result, direction compat.Direction) []string {
	if a := d.ambiguous; a != nil {
		return []string{fmt.Sprintf("Unexpected exception during compatibility check: "+
			"Reader record field %s type:%s pos:%d matches multiple fields in writer record schema %s",
			a.field.Name, strings.ToUpper(a.field.Type.Node.Kind.String()), a.pos, a.writer.JSON())}
	}
	if root == nil {
		return nil
	}
	p := printer{room: maxText, specified: d.pairing.resolution == avro.Specification}
	p.reader, p.writer = direction.Words()
	p.result(root)
	return p.list
}

type printer struct {
	reader, writer string // "new" and "old", or the other way round
	list           []string
	room           int  // bytes left
	specified      bool // unions are read by the specification, which the reference's words do not fit
}

func (p *printer) result(r *result) {
	for _, part := range r.parts {
		if len(p.list) >= maxPrinted || p.room <= 0 {
			return
		}
		if part.inner != nil {
			p.result(part.inner)
			continue
		}
		line := p.line(part.incompatibility)
		p.list = append(p.list, line)
		p.room -= len(line)
	}
}

// line prints one incompatibility.
// Source: Confluent Schema Registry, Avro messages.
func (p *printer) line(in incompatibility) string {
	path := in.at.pointer(suffixes[in.code])
	if in.code == missingDefault {
		return "{errorType:'" + in.code + "', description:'The field '" + in.field + "' at path '" + path + "' in the " + p.reader +
			" schema has no default value and is missing in the " + p.writer + " schema', additionalInfo:'" + in.field + "'}"
	}
	description, info := p.describe(in, path)
	return "{errorType:'" + in.code + "', description:'" + description + "', additionalInfo:'" + info + "'}"
}

// suffixes are what follows the place of what does not match.
var suffixes = map[string]string{nameMismatch: "name", fixedSizeMismatch: "size", missingEnumSymbols: "symbols"}

// describe returns the sentence and the detail of one incompatibility at a path.
func (p *printer) describe(in incompatibility, path string) (description, info string) {
	switch in.code {
	case nameMismatch:
		return "The name of the schema has changed (path '" + path + "')", "expected: " + in.writer.Name
	case fixedSizeMismatch:
		return "The size of FIXED type field at path '" + path + "' in the " + p.reader +
				" schema does not match with the " + p.writer + " schema",
			fmt.Sprintf("expected: %d, found: %d", in.writer.Size, in.reader.Size)
	case missingEnumSymbols:
		missing := "[" + strings.Join(missingSymbols(in.reader, in.writer), ", ") + "]"
		return "The " + p.reader + " schema is missing enum symbols '" + missing + "' at path '" + path +
			"' in the " + p.writer + " schema", missing
	case missingBranch:
		if i := avro.Specification.Branch(in.reader, in.writer); p.specified && i >= 0 {
			return "The first branch of a union in the " + p.reader + " schema that matches a type of the " + p.writer +
					" schema does not read it (path '" + path + "')",
				"branch: " + in.reader.Branches[i].Node.TypeName() + ", writer type: " + in.writer.TypeName()
		}
		return "The " + p.reader + " schema is missing a type inside a union field at path '" + path + "' in the " +
			p.writer + " schema", "reader union lacking writer type: " + strings.ToUpper(in.writer.Kind.String())
	default:
		return "The type (path '" + path + "') of a field in the " + p.reader + " schema does not match with the " +
				p.writer + " schema",
			"reader type: " + strings.ToUpper(in.reader.Kind.String()) + " not compatible with writer type: " +
				strings.ToUpper(in.writer.Kind.String())
	}
}
