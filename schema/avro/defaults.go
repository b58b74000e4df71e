package avro

import (
	"context"
	"fmt"
	"slices"

	"github.com/treatyhq/treaty/schema"
)

// checkDefaults refuses a default that is no value of its field's type.
//
// A default stands for a value of any branch of a union. A record's default may leave out the fields that have defaults
// of their own; one that in this way needs itself, directly or through others, has no end and is refused.
// Source: Avro 1.12, Complex Types; Apache's Java implementation, isValidDefault.
func checkDefaults(ctx context.Context, fields []defaulted) error {
	if len(fields) == 0 {
		return nil
	}
	c := checker{ctx: ctx}
	for _, d := range fields {
		if err := c.field(d.record, d.field); err != nil {
			return err
		}
	}
	return nil
}

// Fits reports whether a value may be the default of a field of type n.
func (n *Node) Fits(v *Value) bool {
	c := checker{ctx: context.Background()}
	why, err := c.value(n, v)
	return err == nil && why == ""
}

// A checker holds what has been found out about the defaults of one schema.
type checker struct {
	ctx     context.Context
	state   map[*Field]progress // fields of records that occur in defaults
	records map[*Node]*recordDefaults
	symbols map[*Node]map[string]struct{} // of enums
	tried   map[attempt]bool              // values against branches of unions, where trying again would multiply
	steps   int
}

type progress uint8

const (
	checking progress = iota + 1
	checked
)

// An attempt is a value that is measured against a node.
type attempt struct {
	value *Value
	node  *Node
}

// recordDefaults is what the check of a record's value needs to know.
type recordDefaults struct {
	byName   map[string]*Field
	required []*Field // those without a default
	pending  []*Field // those whose defaults hold objects, so might need this very record, and are not checked yet
}

// maxSteps bounds the work of one schema: more than any schema within the limits needs that is not made for it.
const maxSteps = 1 << 22

func (c *checker) step() error {
	c.steps++
	if c.steps > maxSteps {
		return &schema.Error{Message: "the defaults of the schema take too long to check", Limit: "work"}
	}
	if c.steps&(checkEvery-1) == 0 {
		return deadline(c.ctx)
	}
	return nil
}

// field checks the default of a field, once.
func (c *checker) field(record *Node, f *Field) error {
	kind := f.Type.Node.Kind
	if notFinite(kind, f.Default) {
		return nil
	}
	if !holdsObject(f.Default) { // no record in it, so nothing to remember
		why, err := c.value(f.Type.Node, f.Default)
		if err != nil {
			return err
		}
		return c.verdict(record, f, why)
	}
	switch c.state[f] {
	case checked:
		return nil
	case checking:
		return defaultError(record, f, "needs itself: a record in it leaves out this field")
	}
	if c.state == nil {
		c.state = make(map[*Field]progress)
	}
	c.state[f] = checking
	why, err := c.value(f.Type.Node, f.Default)
	if err != nil {
		return err
	}
	c.state[f] = checked
	return c.verdict(record, f, why)
}

func (c *checker) verdict(record *Node, f *Field, why mismatch) error {
	if why == "" {
		return nil
	}
	return defaultError(record, f, "does not fit its type: "+string(why))
}

func defaultError(record *Node, f *Field, why string) error {
	return &schema.Error{
		Position: f.Default.Pos,
		Message:  fmt.Sprintf("the default of field %s of record %s %s", quote(f.Name), quote(record.Name), why),
	}
}

// value measures a value against a node.
func (c *checker) value(n *Node, v *Value) (mismatch, error) {
	if err := c.step(); err != nil {
		return "", err
	}
	switch n.Kind {
	case Union:
		return c.union(n, v)
	case Array:
		if v.Kind != ArrayValue {
			return expected("an array", v), nil
		}
		for i := range v.Items {
			if why, err := c.value(n.Items.Node, &v.Items[i]); why != "" || err != nil {
				return why, err
			}
		}
		return "", nil
	case Map:
		if v.Kind != ObjectValue {
			return expected("an object, for a map", v), nil
		}
		for _, m := range v.Members {
			if why, err := c.value(n.Items.Node, m.Value); why != "" || err != nil {
				return why, err
			}
		}
		return "", nil
	case Record:
		return c.record(n, v)
	default:
		return c.scalar(n, v), nil
	}
}

// union looks for a branch that the value fits.
func (c *checker) union(n *Node, v *Value) (mismatch, error) {
	for i := range n.Branches {
		branch := n.Branches[i].Node
		deep := holdsContainers(v) && (branch.Kind == Record || branch.Kind == Array || branch.Kind == Map)
		if deep {
			if fits, known := c.tried[attempt{v, branch}]; known {
				if fits {
					return "", nil
				}
				continue
			}
		}
		why, err := c.value(branch, v)
		if err != nil {
			return "", err
		}
		if deep {
			if c.tried == nil {
				c.tried = make(map[attempt]bool)
			}
			c.tried[attempt{v, branch}] = why == ""
		}
		if why == "" {
			return "", nil
		}
	}
	return mismatch(describe(v) + " fits no branch of the union"), nil
}

// holdsContainers reports whether a value has arrays or objects in it.
func holdsContainers(v *Value) bool {
	container := func(v *Value) bool { return v.Kind == ArrayValue || v.Kind == ObjectValue }
	for i := range v.Items {
		if container(&v.Items[i]) {
			return true
		}
	}
	return slices.ContainsFunc(v.Members, func(m Prop) bool { return container(m.Value) })
}

// record measures an object against a record: its members, and whether it may leave out the other fields. Members that
// are no fields are ignored.
func (c *checker) record(n *Node, v *Value) (mismatch, error) {
	if v.Kind != ObjectValue {
		return expected("an object, for record "+quote(n.Name), v), nil
	}
	r := c.recordOf(n)
	given := 0
	for _, m := range v.Members {
		f := r.byName[m.Key]
		if f == nil {
			continue
		}
		if f.Default == nil {
			given++
		}
		if why, err := c.value(f.Type.Node, m.Value); why != "" || err != nil {
			return why, err
		}
	}
	if given < len(r.required) {
		return missingField(n, r, v), nil
	}
	if len(r.pending) == 0 {
		return "", nil
	}
	return "", c.pending(n, r, membersOf(v))
}

// pending checks the defaults that stand for the fields which a value leaves out and which are not checked yet.
func (c *checker) pending(n *Node, r *recordDefaults, given func(name string) bool) error {
	for _, f := range r.pending { // what is called here replaces r.pending and leaves this list alone
		if c.state[f] != checked && !given(f.Name) {
			if err := c.field(n, f); err != nil {
				return err
			}
		}
	}
	var left []*Field
	for _, f := range r.pending {
		if c.state[f] != checked {
			left = append(left, f)
		}
	}
	r.pending = left
	return nil
}

// membersOf returns a function that reports whether an object has a member.
func membersOf(v *Value) func(name string) bool {
	if len(v.Members) < manyKeys {
		return func(name string) bool { return v.Member(name) != nil }
	}
	names := make(map[string]struct{}, len(v.Members))
	for i := range v.Members {
		names[v.Members[i].Key] = struct{}{}
	}
	return func(name string) bool { _, ok := names[name]; return ok }
}

func (c *checker) recordOf(n *Node) *recordDefaults {
	if r := c.records[n]; r != nil {
		return r
	}
	r := &recordDefaults{byName: make(map[string]*Field, len(n.Fields))}
	for _, f := range n.Fields {
		r.byName[f.Name] = f
		switch {
		case f.Default == nil:
			r.required = append(r.required, f)
		case holdsObject(f.Default):
			r.pending = append(r.pending, f)
		}
	}
	if c.records == nil {
		c.records = make(map[*Node]*recordDefaults)
	}
	c.records[n] = r
	return r
}

// holdsObject reports whether a value is or contains an object.
func holdsObject(v *Value) bool {
	return v.Kind == ObjectValue || slices.ContainsFunc(v.Items, func(item Value) bool { return holdsObject(&item) })
}

func missingField(n *Node, r *recordDefaults, v *Value) mismatch {
	given := membersOf(v)
	for _, f := range r.required {
		if !given(f.Name) {
			return mismatch(fmt.Sprintf("the field %s of record %s is missing and has no default", quote(f.Name), quote(n.Name)))
		}
	}
	return ""
}
