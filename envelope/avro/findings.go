package avro

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/treatyhq/treaty/envelope/verdict"
	"github.com/treatyhq/treaty/schema/avro"
)

// Findings returns what is wrong with the body, in order of offset, at most limit and at least the first: none exactly if
// it is clean. It goes on behind a datum that is no value of its type but can be passed over, such as a symbol that the
// enum does not have, and ends at one behind which nothing is known, such as a branch that the union does not have. Time
// and memory grow with the body and with what is found alone.
func (p *Program) Findings(body []byte, limit int) []verdict.Finding {
	f := finder{cursor: newCursor(body, p.limits), limit: max(limit, 1), decimals: map[int]decimalRange{}, bare: p.bare}
	if f.datum(p.root) {
		if err := f.end(); err != nil {
			f.fail(f.at, err)
		}
	}
	slices.SortStableFunc(f.found, func(a, b verdict.Finding) int { return cmp.Compare(*a.Offset, *b.Offset) })
	return f.found
}

// A finder walks a message as [Decode] does, and writes down what is wrong. Its methods return whether to go on.
type finder struct {
	cursor
	limit    int
	found    []verdict.Finding
	decimals map[int]decimalRange   // by precision
	bare     map[*avro.Node]measure // records that take no bytes
}

// report writes down a fault of the datum at hand, which begins at offset; the sentence goes on behind its name.
func (f *finder) report(code Code, offset int, format string, args ...any) bool {
	finding := verdict.Errorf(string(code), instancePath(f.trail), "%s %s", nameOf(f.trail), fmt.Sprintf(format, args...)).At(offset)
	finding.SchemaPath = schemaPath(f.trail)
	f.found = append(f.found, finding)
	return len(f.found) < f.limit
}

// fail writes down why the datum at hand, which begins at offset, cannot be passed over.
func (f *finder) fail(offset int, err error) bool {
	var e *Error
	if errors.As(err, &e) {
		finding := verdict.Errorf(string(e.Code), e.Path, "%s: %s", nameOf(f.trail), e.Reason).At(offset)
		finding.SchemaPath = schemaPath(f.trail)
		f.found = append(f.found, finding)
	}
	return false
}

// nameOf returns what a sentence calls a datum: its field, with the item or the key in it.
func nameOf(trail []place) string {
	from := 0
	for i, p := range trail {
		if p.kind == atField {
			from = i
		}
	}
	if name := instancePath(trail[from:]); name != "" {
		return name
	}
	return "the datum"
}

// schemaPath returns the pointer to a datum's type in the writer's schema, to the field if it is that of one.
func schemaPath(trail []place) string {
	path := writerPointer(trail)
	if n := len(trail); n > 0 && trail[n-1].kind == atField {
		return strings.TrimSuffix(path, "/type")
	}
	return path
}
