package avro

import (
	"fmt"

	"github.com/treatyhq/treaty/schema/avro"
)

// Options say how a message is resolved. The zero value is right for most.
type Options struct {
	Resolution avro.Resolution // of unions; the zero value is Apache's practice
	Limits     Limits
	// Note, if set, is told what a reader makes of the message beyond reading it, in the order of the bytes.
	Note func(Note)
}

// A Note is one thing that resolution did.
type Note struct {
	Kind NoteKind
	Path string // of the datum, by the writer's names; a defaulted field's by the reader's
	// Detail says between what: "int to float" for Promoted and Rounded, "RED to UNKNOWN" for Substituted, "old to new" for
	// Renamed. It is empty for the others.
	Detail string
}

// A NoteKind says what resolution did to a datum.
type NoteKind string

// The kinds of notes.
const (
	Promoted    NoteKind = "promoted"    // read as another type
	Rounded     NoteKind = "rounded"     // promoted to a type that has no such value
	Defaulted   NoteKind = "defaulted"   // put in by the reader
	Dropped     NoteKind = "dropped"     // sent, and not read
	Renamed     NoteKind = "renamed"     // a field that the reader knows by an alias
	Substituted NoteKind = "substituted" // a symbol read as the enum's default
)

// Resolve returns the datum of the reader's schema that a message of the writer's schema stands for. The bytes are held
// to what [Decode] demands, those that the reader skips too. A datum that the reader cannot read is an *[Error]; a
// branch or a symbol that the message does not have fails nothing.
// Source: Avro 1.12, Schema Resolution.
func Resolve(reader, writer avro.Use, data []byte, opts Options) (Datum, error) {
	r := newResolver(data, opts)
	d, err := r.datum(reader.Node, writer.Node)
	if err == nil {
		err = r.end()
	}
	if err != nil {
		return nil, err
	}
	return d, nil
}

// maxFailures bounds what [Failures] returns.
const maxFailures = 100

// Failures returns every reason for which a reader cannot read a message, in the order of the bytes, at most 100; none
// if [Resolve] succeeds. Where one datum cannot be read it goes on with the next, so a message that is wrong in two
// places has two. Bytes that the writer's schema does not allow end it.
func Failures(reader, writer avro.Use, data []byte, opts Options) []*Error {
	r := newResolver(data, opts)
	r.collect = true
	_, err := r.datum(reader.Node, writer.Node)
	if err == nil {
		err = r.end()
	}
	if e, ok := err.(*Error); ok && len(r.failures) < maxFailures {
		r.failures = append(r.failures, e)
	}
	return r.failures
}

type resolver struct {
	cursor
	matcher
	defaults defaults
	note     func(Note)
	collect  bool
	failures []*Error
	symbols  map[pair][]symbol
}

func newResolver(data []byte, opts Options) *resolver {
	return &resolver{cursor: newCursor(data, opts.Limits), matcher: matcher{resolution: opts.Resolution}, note: opts.Note}
}

func (r *resolver) noted(kind NoteKind, format string, args ...any) {
	if r.note != nil {
		r.note(Note{Kind: kind, Path: instancePath(r.trail), Detail: fmt.Sprintf(format, args...)})
	}
}

// fail refuses the datum at hand. Where failures are collected it is only noted.
func (r *resolver) fail(code Code, offset int, format string, args ...any) error {
	err := r.errorf(code, offset, format, args...)
	if !r.collect || len(r.failures) == maxFailures {
		return err
	}
	r.failures = append(r.failures, err.(*Error))
	return nil
}

// refuse fails and reads past the datum of the writer's type.
func (r *resolver) refuse(writer *avro.Node, code Code, format string, args ...any) (Datum, error) {
	if err := r.fail(code, r.at, format, args...); err != nil {
		return nil, err
	}
	_, err := r.cursor.datum(writer)
	return Null{}, err
}

func (r *resolver) inside(p place, reader, writer *avro.Node) (Datum, error) {
	r.enter(p)
	d, err := r.datum(reader, writer)
	r.leave()
	return d, err
}

// datum reads a datum of the writer's type as one of the reader's.
func (r *resolver) datum(reader, writer *avro.Node) (Datum, error) {
	if err := r.spend(1); err != nil {
		return nil, err
	}
	switch {
	case writer.Kind == avro.Union:
		return r.sent(reader, writer)
	case reader.Kind == avro.Union:
		return r.chosen(reader, writer)
	case reader.Kind != writer.Kind:
		return r.promoted(reader, writer)
	case reader.Kind.Named() && !avro.NamesMatch(reader, writer):
		return r.refuse(writer, NameMismatch, "%s is neither the name nor an alias of the reader's %s", writer.Name, reader.Name)
	}
	switch reader.Kind {
	case avro.Record, avro.Array, avro.Map:
		if err := r.down(); err != nil {
			return nil, err
		}
		defer r.up()
		return r.container(reader, writer)
	case avro.Enum:
		return r.enum(reader, writer)
	case avro.Fixed:
		if reader.Size != writer.Size {
			return r.refuse(writer, SizeMismatch, "%d bytes where the reader has %d", writer.Size, reader.Size)
		}
	}
	return r.scalar(reader)
}

// sent reads the branch of the writer's union that is in the message.
func (r *resolver) sent(reader, writer *avro.Node) (Datum, error) {
	i, err := r.index(UnionRange, "branch", len(writer.Branches))
	if err != nil {
		return nil, err
	}
	return r.inside(place{kind: atBranch, reader: -1, writer: i}, reader, writer.Branches[i].Node)
}

// chosen reads a datum as the branch of the reader's union that matches it.
func (r *resolver) chosen(reader, writer *avro.Node) (Datum, error) {
	i := r.branch(reader, writer)
	if i < 0 {
		return r.refuse(writer, MissingBranch, "no branch of the reader's union reads %s", writer.TypeName())
	}
	v, err := r.inside(place{kind: atBranch, reader: i, writer: -1}, reader.Branches[i].Node, writer)
	return Union{i, v}, err
}

func (r *resolver) container(reader, writer *avro.Node) (Datum, error) {
	switch reader.Kind {
	case avro.Record:
		return r.record(reader, writer)
	case avro.Array:
		out := Array{}
		err := r.blocks(func(i int) error {
			v, err := r.inside(place{kind: atItem, item: i}, reader.Items.Node, writer.Items.Node)
			out = append(out, v)
			return err
		})
		return out, err
	default:
		out := Map{}
		err := r.blocks(func(int) error {
			key, err := r.text("a key")
			if err != nil {
				return err
			}
			v, err := r.inside(place{kind: atValue, name: key}, reader.Items.Node, writer.Items.Node)
			out = append(out, Entry{key, v})
			return err
		})
		return out, err
	}
}

// A symbol is what a reader makes of one of the writer's symbols.
type symbol struct {
	name        string
	known       bool // or the default
	substituted bool
}

func (r *resolver) enum(reader, writer *avro.Node) (Datum, error) {
	start := r.at
	i, err := r.index(EnumRange, "symbol", len(writer.Symbols))
	if err != nil {
		return nil, err
	}
	s := r.symbolsOf(reader, writer)[i]
	if !s.known {
		return Null{}, r.fail(MissingSymbol, start, "the reader's %s has no symbol %s and no default", reader.Name, writer.Symbols[i])
	}
	if s.substituted {
		r.noted(Substituted, "%s to %s", writer.Symbols[i], s.name)
	}
	return Enum(s.name), nil
}

// symbolsOf returns what the reader makes of each of the writer's symbols.
func (r *resolver) symbolsOf(reader, writer *avro.Node) []symbol {
	key := pair{reader, writer}
	if s, ok := r.symbols[key]; ok {
		return s
	}
	s := readSymbols(reader, writer)
	if r.symbols == nil {
		r.symbols = map[pair][]symbol{}
	}
	r.symbols[key] = s
	return s
}

func readSymbols(reader, writer *avro.Node) []symbol {
	known := make(map[string]bool, len(reader.Symbols))
	for _, s := range reader.Symbols {
		known[s] = true
	}
	out := make([]symbol, len(writer.Symbols))
	for i, s := range writer.Symbols {
		switch {
		case known[s]:
			out[i] = symbol{name: s, known: true}
		case reader.HasDefault:
			out[i] = symbol{name: reader.Default, known: true, substituted: true}
		}
	}
	return out
}
