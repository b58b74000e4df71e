package protobuf

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/treatyhq/treaty/schema"
)

// The custom options that carry inline tags, and the file that defines them.
const (
	messageMeta = "confluent.message_meta"
	fieldMeta   = "confluent.field_meta"
	metaPath    = "confluent/meta.proto"
	metaTags    = "tags"
)

// A tagged is a message or field that can carry tags: its path inside the file, its kind, and its options.
type tagged struct {
	entity  schema.Entity
	options *[]option
	meta    string
}

// Tags returns the inline tags of messages and fields. Paths start at a message of the file, without the package.
func (s *Schema) Tags() []schema.EntityTags {
	var out []schema.EntityTags
	for _, t := range entities(s.tree) {
		if tags := t.tags(); len(tags) > 0 {
			out = append(out, schema.EntityTags{Entity: t.entity, Tags: tags})
		}
	}
	return out
}

// Retag returns the canonical text with inline tags kept, added and removed. Paths may begin with the package or a dot,
// and may name the oneof that a field is in. An entity that does not exist is a [*schema.Error]. A file that gets its first
// tags gets the import that defines them.
func (s *Schema) Retag(change schema.Retagging) (string, error) {
	tree := copyOptions(s.tree)
	find := finder(tree)
	changed, err := schema.Retag(change, find, tagged.tags)
	if err != nil {
		return "", err
	}
	added := false
	for t, tags := range changed {
		*t.options = withTags(*t.options, t.meta, tags)
		added = added || len(tags) > 0
	}
	if added && !slices.ContainsFunc(tree.imports, func(i importing) bool { return i.path == metaPath }) {
		tree.imports = append(slices.Clone(tree.imports), importing{path: metaPath})
	}
	printed, _ := printFile(tree, math.MaxInt)
	return printed, nil
}

func (t tagged) tags() []string { return tagsOf(*t.options, t.meta) }

// copyOptions returns a copy of f whose messages and fields have options of their own.
func copyOptions(f *file) *file {
	out := *f
	out.messages = copyMessages(f.messages)
	return &out
}

func copyMessages(list []*message) []*message {
	out := make([]*message, len(list))
	for i, m := range list {
		c := *m
		c.fields = copyFields(m.fields)
		c.oneofs = make([]*oneof, len(m.oneofs))
		for j, o := range m.oneofs {
			co := *o
			co.fields = copyFields(o.fields)
			c.oneofs[j] = &co
		}
		c.messages = copyMessages(m.messages)
		out[i] = &c
	}
	return out
}

func copyFields(list []*field) []*field {
	out := make([]*field, len(list))
	for i, f := range list {
		c := *f
		out[i] = &c
	}
	return out
}

// entities returns every message and field of f that can be tagged, in the order of the text.
func entities(f *file) []tagged {
	var out []tagged
	for _, m := range f.messages {
		out = append(out, messageEntities("", m)...)
	}
	return out
}

func messageEntities(scope string, m *message) []tagged {
	path := qualify(scope, m.name)
	out := []tagged{{schema.Entity{Path: path, Type: schema.EntityRecord}, &m.options, messageMeta}}
	fields := slices.Clone(m.fields)
	for _, o := range m.oneofs {
		fields = append(fields, o.fields...)
	}
	for _, f := range fields {
		out = append(out, tagged{schema.Entity{Path: path + "." + f.name, Type: schema.EntityField}, &f.options, fieldMeta})
	}
	for _, n := range m.messages {
		out = append(out, messageEntities(path, n)...)
	}
	return out
}

// finder returns a function that finds the message or field of f that an entity means.
func finder(f *file) func(schema.Entity) (tagged, error) {
	known := map[schema.Entity]tagged{}
	for _, t := range entities(f) {
		if _, twice := known[t.entity]; !twice {
			known[t.entity] = t
		}
	}
	return func(e schema.Entity) (tagged, error) {
		path := strings.TrimPrefix(e.Path, ".")
		candidates := []string{path}
		if f.pkg != "" {
			candidates = append(candidates, strings.TrimPrefix(path, f.pkg+"."))
		}
		if parts := strings.Split(path, "."); len(parts) > 2 {
			candidates = append(candidates, strings.Join(slices.Delete(parts, len(parts)-2, len(parts)-1), ".")) // a oneof
		}
		for _, c := range candidates {
			if t, ok := known[schema.Entity{Path: c, Type: e.Type}]; ok {
				return t, nil
			}
		}
		kind := "Message"
		if e.Type == schema.EntityField {
			kind = "Field"
		}
		return tagged{}, &schema.Error{Message: fmt.Sprintf("No matching %s with name '%s' found in the schema", kind, e.Path)}
	}
}

// isMeta reports whether o is the meta option of that name, or a part of it.
func isMeta(o option, meta string) bool {
	return o.custom() && strings.TrimPrefix(o.name[0].name, ".") == meta
}

// metaValue returns a meta option as a literal, also where it is set part by part.
func metaValue(o option) value {
	v := o.value
	for i := len(o.name) - 1; i > 0; i-- {
		v = value{kind: messageValue, members: []member{{o.name[i].name, v}}}
	}
	return v
}

func tagsOf(options []option, meta string) []string {
	var out []string
	met := map[string]bool{}
	for _, o := range options {
		if !isMeta(o, meta) {
			continue
		}
		tags, _ := metaValue(o).member(metaTags)
		for _, t := range tags.list() {
			if !met[t.text] {
				met[t.text] = true
				out = append(out, t.text)
			}
		}
	}
	return out
}

// withTags returns options with the tags of the meta option replaced. Its statements become one, where the first of them
// stood; a meta option that says nothing any more is dropped.
func withTags(options []option, meta string, tags []string) []option {
	var parts []value
	at := -1
	var out []option
	for _, o := range options {
		if !isMeta(o, meta) {
			out = append(out, o)
			continue
		}
		parts = append(parts, metaValue(o))
		if at < 0 {
			at = len(out)
		}
	}
	whole := merged(parts)
	whole.members = slices.DeleteFunc(whole.members, func(m member) bool { return m.name == metaTags })
	if len(tags) > 0 {
		list := value{kind: listValue}
		for _, t := range tags {
			list.items = append(list.items, value{kind: stringValue, text: t})
		}
		whole.members = append(whole.members, member{metaTags, list})
	}
	if len(whole.members) == 0 {
		return out
	}
	if at < 0 {
		at = len(out)
	}
	return slices.Insert(out, at, option{name: []namePart{{meta, true}}, value: whole})
}
