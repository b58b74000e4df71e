package avro

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/treatyhq/treaty/schema/avro"
)

// Encode returns the bytes of a datum: each array and each map in one block without a size. A datum that is no value of
// the schema is an *[Error] of code [Unfit].
// Source: Avro 1.12, Binary Encoding.
func Encode(writer avro.Use, d Datum) ([]byte, error) { return Append(nil, writer, d) }

// Append appends the bytes of a datum to dst, which it returns unchanged with an error.
func Append(dst []byte, writer avro.Use, d Datum) ([]byte, error) {
	e := encoder{dst: dst}
	if err := e.datum(writer.Node, d); err != nil {
		return dst, err
	}
	return e.dst, nil
}

type encoder struct {
	dst   []byte
	trail []place
}

func (e *encoder) unfit(format string, args ...any) error {
	return &Error{
		Code: Unfit, Path: instancePath(e.trail), Writer: writerPointer(e.trail), Offset: -1, Reason: fmt.Sprintf(format, args...),
	}
}

func (e *encoder) inside(p place, n *avro.Node, d Datum) error {
	p.reader = -1
	e.trail = append(e.trail, p)
	err := e.datum(n, d)
	e.trail = e.trail[:len(e.trail)-1]
	return err
}

func (e *encoder) long(v int64) { e.dst = binary.AppendVarint(e.dst, v) }

func (e *encoder) datum(n *avro.Node, d Datum) error {
	if d == nil || d.kind() != n.Kind {
		return e.unfit("%T is no value of %s", d, n.TypeName())
	}
	switch d := d.(type) {
	case Null:
	case Boolean:
		if d {
			e.dst = append(e.dst, 1)
		} else {
			e.dst = append(e.dst, 0)
		}
	case Int:
		e.long(int64(d))
	case Long:
		e.long(int64(d))
	case Float:
		e.dst = binary.LittleEndian.AppendUint32(e.dst, math.Float32bits(float32(d)))
	case Double:
		e.dst = binary.LittleEndian.AppendUint64(e.dst, math.Float64bits(float64(d)))
	case Bytes:
		e.long(int64(len(d)))
		e.dst = append(e.dst, d...)
	case String:
		return e.text(string(d))
	case Enum:
		i := slices.Index(n.Symbols, string(d))
		if i < 0 {
			return e.unfit("%q is no symbol of %s", string(d), n.Name)
		}
		e.long(int64(i))
	case Fixed:
		if len(d) != n.Size {
			return e.unfit("%d bytes are no value of %s, which has %d", len(d), n.Name, n.Size)
		}
		e.dst = append(e.dst, d...)
	default:
		return e.container(n, d)
	}
	return nil
}

func (e *encoder) text(s string) error {
	if !utf8.ValidString(s) {
		return e.unfit("a string that is not UTF-8")
	}
	e.long(int64(len(s)))
	e.dst = append(e.dst, s...)
	return nil
}

func (e *encoder) container(n *avro.Node, d Datum) error {
	switch d := d.(type) {
	case Record:
		if len(d) != len(n.Fields) {
			return e.unfit("%d data are no value of %s, which has %d fields", len(d), n.Name, len(n.Fields))
		}
		for i, f := range n.Fields {
			if err := e.inside(place{kind: atField, name: f.Name, writer: i}, f.Type.Node, d[i]); err != nil {
				return err
			}
		}
		return nil
	case Array:
		return e.block(len(d), func(i int) error { return e.inside(place{kind: atItem, item: i}, n.Items.Node, d[i]) })
	case Map:
		return e.block(len(d), func(i int) error {
			if err := e.text(d[i].Key); err != nil {
				return err
			}
			return e.inside(place{kind: atValue, name: d[i].Key}, n.Items.Node, d[i].Value)
		})
	case Union:
		if d.Branch < 0 || d.Branch >= len(n.Branches) {
			return e.unfit("branch %d, and there are %d", d.Branch, len(n.Branches))
		}
		e.long(int64(d.Branch))
		return e.inside(place{kind: atBranch, writer: d.Branch}, n.Branches[d.Branch].Node, d.Value)
	default:
		return e.unfit("%T", d)
	}
}

func (e *encoder) block(n int, item func(i int) error) error {
	if n > 0 {
		e.long(int64(n))
	}
	for i := range n {
		if err := item(i); err != nil {
			return err
		}
	}
	e.long(0)
	return nil
}
