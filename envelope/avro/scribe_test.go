package avro_test

import (
	"bytes"
	"fmt"
	"math/big"

	envelope "github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/envelope/avro/avrotest"
	"github.com/treatyhq/treaty/schema/avro"
)

// A scribe encodes data in all the ways that the specification allows.
type scribe struct {
	n   avrotest.Source
	dst []byte
}

// number writes a number, at times with leading zeros.
func (s *scribe) number(v int64, width int) {
	raw := zigzag(v)
	if longest := (width + 6) / 7; len(raw) < longest && s.n(12) == 0 {
		raw[len(raw)-1] |= 0x80
		raw = append(raw, bytes.Repeat([]byte{0x80}, s.n(longest-len(raw)))...)
		raw = append(raw, 0)
	}
	s.dst = append(s.dst, raw...)
}

func (s *scribe) text(text string) {
	s.number(int64(len(text)), 64)
	s.dst = append(s.dst, text...)
}

func (s *scribe) datum(n *avro.Node, d envelope.Datum) {
	switch d := d.(type) {
	case envelope.Record:
		for i, f := range n.Fields {
			s.datum(f.Type.Node, d[i])
		}
	case envelope.Union:
		s.number(int64(d.Branch), 32)
		s.datum(n.Branches[d.Branch].Node, d.Value)
	case envelope.Array:
		s.blocks(len(d), func(i int) { s.datum(n.Items.Node, d[i]) })
	case envelope.Map:
		s.blocks(len(d), func(i int) {
			s.text(d[i].Key)
			s.datum(n.Items.Node, d[i].Value)
		})
	case envelope.Int:
		s.number(int64(d), 32)
	case envelope.Long:
		s.number(int64(d), 64)
	case envelope.String:
		s.text(string(d))
	default:
		s.dst, _ = envelope.Append(s.dst, avro.Use{Node: n}, d)
	}
}

// blocks writes items in blocks, half of them with their sizes.
func (s *scribe) blocks(n int, item func(i int)) {
	for i := 0; i < n; {
		count, sized, before := 1+s.n(n-i), s.n(2) == 0, s.dst
		if sized {
			s.dst = nil
		} else {
			s.number(int64(count), 64)
		}
		for range count {
			item(i)
			i++
		}
		if block := s.dst; sized {
			s.dst = before
			s.number(int64(-count), 64)
			s.number(int64(len(block)), 64)
			s.dst = append(s.dst, block...)
		}
	}
	s.number(0, 64)
}

// mend turns most data of logical types into such as they allow, or nearly so.
func (s *scribe) mend(n *avro.Node, d envelope.Datum) envelope.Datum {
	switch d := d.(type) {
	case envelope.Record:
		out := envelope.Record{}
		for i, f := range n.Fields {
			out = append(out, s.mend(f.Type.Node, d[i]))
		}
		return out
	case envelope.Array:
		out := envelope.Array{}
		for _, v := range d {
			out = append(out, s.mend(n.Items.Node, v))
		}
		return out
	case envelope.Map:
		out := envelope.Map{}
		for _, e := range d {
			out = append(out, envelope.Entry{Key: e.Key, Value: s.mend(n.Items.Node, e.Value)})
		}
		return out
	case envelope.Union:
		return envelope.Union{Branch: d.Branch, Value: s.mend(n.Branches[d.Branch].Node, d.Value)}
	default:
		if n.Logical == nil || s.n(12) == 0 {
			return d
		}
		return s.mended(n, d)
	}
}

func (s *scribe) mended(n *avro.Node, d envelope.Datum) envelope.Datum {
	switch {
	case n.Logical.Name == "time-millis":
		return envelope.Int(s.n(24 * 60 * 60 * 1000))
	case n.Logical.Name == "time-micros":
		return envelope.Long(s.n(24 * 60 * 60 * 1000 * 1000))
	case n.Logical.Name == "uuid" && n.Kind == avro.String:
		return envelope.String(fmt.Sprintf("%08x-%04X-%04x-%04X-%012x", s.n(1<<32), s.n(1<<16), s.n(1<<16), s.n(1<<16), s.n(1<<48)))
	case n.Logical.Name == "decimal":
		return s.decimal(n)
	default:
		return d
	}
}

// decimal draws a number near the ends of the range.
func (s *scribe) decimal(n *avro.Node) envelope.Datum {
	v := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n.Logical.Precision)), nil)
	v.Sub(v, big.NewInt(int64(s.n(12))))
	if s.n(2) == 0 {
		v.Neg(v)
	}
	size := v.BitLen()/8 + 1 + s.n(3)
	if n.Kind == avro.Fixed {
		size = n.Size
	}
	raw := v.Mod(v, new(big.Int).Lsh(big.NewInt(1), uint(8*size))).FillBytes(make([]byte, size))
	if n.Kind == avro.Fixed {
		return envelope.Fixed(raw)
	}
	return envelope.Bytes(raw)
}

// damage changes, cuts or lengthens a message.
func damage(n avrotest.Source, whole []byte) []byte {
	data := bytes.Clone(whole)
	switch n(4) {
	case 0:
		return data[:n(len(data)+1)]
	case 1:
		return append(data, byte(n(256)))
	case 2:
		data = make([]byte, n(30))
		for i := range data {
			data[i] = byte(n(256) >> n(8))
		}
	default:
		for range 1 + n(3) {
			if len(data) > 0 {
				data[n(len(data))] = byte(n(256))
			}
		}
	}
	return data
}
