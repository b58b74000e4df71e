package protobuf

import (
	"fmt"
	"math"

	"github.com/treatyhq/treaty/schema"
)

// storedLimits are in force for texts that are not new: they must stay readable when the limits are lowered, and a canonical
// text can be longer and nest deeper than the source it was made from. The depth alone guards the stack.
var storedLimits = schema.Limits{
	Text: math.MaxInt32, Total: math.MaxInt32, Depth: 2000, Fields: math.MaxInt32, Symbols: math.MaxInt32,
	Branches: math.MaxInt32, References: math.MaxInt32, FixedSize: math.MaxInt32,
}

// checkSource refuses a source by its sizes alone.
func checkSource(src schema.Source, limits schema.Limits) error {
	if len(src.Text) > limits.Text {
		return exceeded("text", "The schema has %d bytes, more than the limit of %d", len(src.Text), limits.Text)
	}
	total := len(src.Text)
	for _, d := range src.Dependencies {
		total += len(d.Text)
	}
	if total > limits.Total {
		return exceeded("total", "The schema and its references have %d bytes, more than the limit of %d", total, limits.Total)
	}
	if n := max(len(src.References), len(src.Dependencies)); n > limits.References {
		return exceeded("references", "The schema has %d references, more than the limit of %d", n, limits.References)
	}
	return nil
}

func exceeded(limit, format string, args ...any) *schema.Error {
	return &schema.Error{Message: fmt.Sprintf(format, args...), Limit: limit}
}

// A counter finds the first declaration of a tree that is larger than the limits.
type counter struct {
	limits schema.Limits
	err    *schema.Error
	at     int // where err is
}

func (c *counter) file(f *file) {
	c.check("references", "The file", "imports", len(f.imports), c.limits.References, 0)
	for _, m := range f.messages {
		c.message(m)
	}
	for _, e := range f.enums {
		c.enum(e)
	}
	c.extends(f.extends)
}

func (c *counter) check(limit, what, things string, n, most, at int) {
	if n > most && c.err == nil {
		c.err = exceeded(limit, "%s has %d %s, more than the limit of %d", what, n, things, most)
		c.at = at
	}
}

func (c *counter) message(m *message) {
	n := len(m.fields) + len(m.groups)
	for _, o := range m.oneofs {
		members := len(o.fields) + len(o.groups)
		n += members
		c.check("branches", "Oneof "+m.name+"."+o.name, "members", members, c.limits.Branches, o.at)
		c.groups(o.groups)
	}
	c.check("fields", "Message "+m.name, "fields", n, c.limits.Fields, m.at)
	c.check("fields", "Message "+m.name, "reserved ranges and names", reservations(m.reserved), c.limits.Fields, m.at)
	ranges := 0
	for _, e := range m.extensions {
		ranges += len(e.ranges)
	}
	c.check("fields", "Message "+m.name, "extension ranges", ranges, c.limits.Fields, m.at)
	c.groups(m.groups)
	c.extends(m.extends)
	for _, nested := range m.messages {
		c.message(nested)
	}
	for _, e := range m.enums {
		c.enum(e)
	}
}

func (c *counter) groups(groups []*group) {
	for _, g := range groups {
		c.message(&g.message)
	}
}

func (c *counter) enum(e *enum) {
	c.check("symbols", "Enum "+e.name, "values", len(e.values), c.limits.Symbols, e.at)
	c.check("symbols", "Enum "+e.name, "reserved ranges and names", reservations(e.reserved), c.limits.Symbols, e.at)
}

func (c *counter) extends(extends []*extend) {
	for _, e := range extends {
		c.check("fields", "Extend "+e.extendee, "fields", len(e.fields)+len(e.groups), c.limits.Fields, 0)
		c.groups(e.groups)
	}
}

func reservations(statements []reserved) int {
	n := 0
	for _, r := range statements {
		n += len(r.ranges) + len(r.names) + len(r.idents)
	}
	return n
}
