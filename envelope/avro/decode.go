package avro

import "github.com/treatyhq/treaty/schema/avro"

// Decode returns the datum that a message holds under the schema it was written with. It accepts what the specification
// allows and nothing else: every length and index in its range, strings of UTF-8, blocks with and without sizes and
// these as they say, no byte left over. Whatever the bytes are, time and memory grow with their number alone. The
// error is an *[Error].
// Source: Avro 1.12, Binary Encoding.
func Decode(writer avro.Use, data []byte) (Datum, error) {
	return DecodeWithin(writer, data, Limits{})
}

// DecodeWithin is Decode with other limits.
func DecodeWithin(writer avro.Use, data []byte, limits Limits) (Datum, error) {
	c := newCursor(data, limits)
	d, err := c.datum(writer.Node)
	if err == nil {
		err = c.end()
	}
	if err != nil {
		return nil, err
	}
	return d, nil
}

func (c *cursor) datum(n *avro.Node) (Datum, error) {
	if err := c.spend(1); err != nil {
		return nil, err
	}
	switch n.Kind {
	case avro.Union: // no level of its own: what is in it is no union
		return c.container(n)
	case avro.Record, avro.Array, avro.Map:
		if err := c.down(); err != nil {
			return nil, err
		}
		defer c.up()
		return c.container(n)
	default:
		return c.scalar(n)
	}
}

func (c *cursor) container(n *avro.Node) (Datum, error) {
	switch n.Kind {
	case avro.Record:
		out := make(Record, 0, len(n.Fields))
		for i, f := range n.Fields {
			v, err := c.inside(place{kind: atField, name: f.Name, reader: -1, writer: i}, f.Type.Node)
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		return out, nil
	case avro.Array:
		out := Array{}
		err := c.blocks(func(i int) error {
			v, err := c.inside(place{kind: atItem, item: i, reader: -1}, n.Items.Node)
			out = append(out, v)
			return err
		})
		return out, err
	case avro.Map:
		out := Map{}
		err := c.blocks(func(int) error {
			key, err := c.text("a key")
			if err != nil {
				return err
			}
			v, err := c.inside(place{kind: atValue, name: key, reader: -1}, n.Items.Node)
			out = append(out, Entry{key, v})
			return err
		})
		return out, err
	default:
		i, err := c.index(UnionRange, "branch", len(n.Branches))
		if err != nil {
			return nil, err
		}
		v, err := c.inside(place{kind: atBranch, reader: -1, writer: i}, n.Branches[i].Node)
		return Union{i, v}, err
	}
}

func (c *cursor) inside(p place, n *avro.Node) (Datum, error) {
	c.enter(p)
	v, err := c.datum(n)
	c.leave()
	return v, err
}
