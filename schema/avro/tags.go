package avro

import (
	"fmt"
	"strings"

	"github.com/treatyhq/treaty/schema"
)

// tagsProp is the property that holds the inline tags of a record or field, an array of strings.
const tagsProp = "confluent:tags"

// Tags returns the inline tags of every record and field that has some, those of references included, in the order in
// which they are met.
func (s *Schema) Tags() []schema.EntityTags {
	var out []schema.EntityTags
	walk(s.root, make(map[*Node]bool), func(n *Node) {
		out = appendTags(out, n.Name, schema.EntityRecord, n.Props)
	}, func(n *Node, f *Field) {
		out = appendTags(out, n.Name+"."+f.Name, schema.EntityField, f.Props)
	})
	return out
}

func appendTags(out []schema.EntityTags, path, kind string, props []Prop) []schema.EntityTags {
	tags := inlineTags(props)
	if len(tags) == 0 {
		return out
	}
	return append(out, schema.EntityTags{Entity: schema.Entity{Path: path, Type: kind}, Tags: tags})
}

// inlineTags reads the tags among properties, each once.
func inlineTags(props []Prop) []string {
	var tags []string
	for _, p := range props {
		if p.Key != tagsProp || p.Value.Kind != ArrayValue {
			continue
		}
		for i := range p.Value.Items {
			if item := &p.Value.Items[i]; item.Kind == StringValue {
				tags = append(tags, item.Text)
			}
		}
	}
	return unique(tags)
}

// walk calls record for every record that a use leads to, once each, and field for each of its fields, which are called
// before the fields' own types are walked.
func walk(u Use, seen map[*Node]bool, record func(*Node), field func(*Node, *Field)) {
	n := u.Node
	switch n.Kind {
	case Union:
		for _, b := range n.Branches {
			walk(b, seen, record, field)
		}
	case Array, Map:
		walk(n.Items, seen, record, field)
	case Record:
		if seen[n] {
			return
		}
		seen[n] = true
		record(n)
		for _, f := range n.Fields {
			field(n, f)
			walk(f.Type, seen, record, field)
		}
	}
}

// Retag returns the canonical text with inline tags kept, added and removed. Entities are those that the text itself
// defines; one that it does not define is a *schema.Error.
func (s *Schema) Retag(change schema.Retagging) (string, error) {
	changed, err := schema.Retag(change, s.entities().find, tagsOf)
	if err != nil {
		return "", err
	}
	return render(s.root, printer{tags: changed, buf: make([]byte, 0, len(s.canonical))}), nil
}

// tagsOf returns the inline tags of an entity, a *Node or a *Field.
func tagsOf(entity any) []string {
	if f, ok := entity.(*Field); ok {
		return inlineTags(f.Props)
	}
	return inlineTags(entity.(*Node).Props)
}

// entities are the records that a text defines: by full name, and for those that a path without a namespace may mean, by
// simple name, the first of each; and the fields of those records that were asked for, by name.
type entities struct {
	full, simple map[string]*Node
	fields       map[*Node]map[string]*Field
}

func (s *Schema) entities() entities {
	e := entities{full: make(map[string]*Node), simple: make(map[string]*Node), fields: make(map[*Node]map[string]*Field)}
	walk(s.root, make(map[*Node]bool), func(n *Node) {
		if n.Dependency != "" {
			return
		}
		e.full[n.Name] = n
		if _, simple := splitName(n.Name); e.simple[simple] == nil {
			e.simple[simple] = n
		}
	}, func(*Node, *Field) {})
	return e
}

// find returns the record or field that an entity names.
func (e entities) find(entity schema.Entity) (any, error) {
	path, name := entity.Path, ""
	if entity.Type == schema.EntityField {
		i := strings.LastIndexByte(path, '.')
		path, name = path[:max(i, 0)], path[i+1:]
	}
	record := e.full[path]
	if record == nil {
		record = e.simple[path]
	}
	if record != nil && entity.Type == schema.EntityRecord {
		return record, nil
	}
	if record != nil && entity.Type == schema.EntityField {
		if f := e.field(record, name); f != nil {
			return f, nil
		}
	}
	return nil, &schema.Error{Message: fmt.Sprintf("no matching path %s of type %s in the schema", quote(entity.Path), quote(entity.Type))}
}

func (e entities) field(record *Node, name string) *Field {
	byName, ok := e.fields[record]
	if !ok {
		byName = make(map[string]*Field, len(record.Fields))
		for _, f := range record.Fields {
			byName[f.Name] = f
		}
		e.fields[record] = byName
	}
	return byName[name]
}
