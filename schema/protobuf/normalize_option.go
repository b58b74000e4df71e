package protobuf

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// fieldOptions returns the normal form of a field's options. A json_name that is the usual one is no difference between a
// text and its descriptor.
func (n *normalizer) fieldOptions(scope string, f *field) []option {
	options := f.options
	if !n.sort {
		options = slices.DeleteFunc(slices.Clone(options), func(o option) bool {
			return o.is("json_name") && o.value.text == jsonName(f.name)
		})
	}
	return n.options(scope, options)
}

// options returns options sorted by name, with the names of custom ones resolved. The parts of one custom option that are
// set one by one, as in (a).b = 1, are gathered in one literal.
func (n *normalizer) options(scope string, list []option) []option {
	if len(list) == 0 {
		return nil
	}
	out := make([]option, 0, len(list))
	at, parts := map[string]int{}, map[string][]value{}
	for _, o := range list {
		full := ""
		if o.custom() {
			full = n.names.resolve(o.name[0].name, scope)
		}
		if full == "" {
			out = append(out, option{o.name, n.value(o.value)})
			continue
		}
		whole := option{name: []namePart{{full, true}}, value: n.value(n.nested(scope, o.name[1:], o.value))}
		if i, ok := at[full]; ok && !n.names.repeated(full) && out[i].value.kind == messageValue && whole.value.kind == messageValue {
			parts[full] = append(parts[full], whole.value)
			continue
		}
		at[full], parts[full] = len(out), []value{whole.value}
		out = append(out, whole)
	}
	for full, values := range parts {
		if len(values) > 1 {
			out[at[full]].value = n.value(merged(values))
		}
	}
	slices.SortStableFunc(out, func(a, b option) int { return cmp.Compare(sortName(a), sortName(b)) })
	return out
}

func sortName(o option) string {
	return strings.NewReplacer("(", "", ")", "").Replace(o.key())
}

// nested returns v as the value of the message that the parts of a name lead into.
func (n *normalizer) nested(scope string, parts []namePart, v value) value {
	if len(parts) == 0 {
		return v
	}
	name := parts[0].name
	if parts[0].extension {
		if full := n.names.resolve(name, scope); full != "" {
			name = full
		}
		name = "[" + name + "]"
	}
	return value{kind: messageValue, members: []member{{name, n.nested(scope, parts[1:], v)}}}
}

// merged returns the members of all parts; those that several have become lists.
func merged(parts []value) value {
	out := value{kind: messageValue}
	at, lists := map[string]int{}, map[string]bool{}
	for _, part := range parts {
		for _, m := range part.members {
			i, known := at[m.name]
			if !known {
				at[m.name] = len(out.members)
				out.members = append(out.members, m)
				continue
			}
			v := &out.members[i].value
			if !lists[m.name] {
				lists[m.name] = true
				*v = value{kind: listValue, items: slices.Clone(v.list())}
			}
			v.items = append(v.items, m.value.list()...)
		}
	}
	return out
}

// value returns the normal form of a value: members sorted, without empty lists, lists of one as their item, numbers in
// plain decimals.
func (n *normalizer) value(v value) value {
	switch v.kind {
	case numberValue:
		v.text = normalNumber(v.text)
	case listValue:
		items := make([]value, len(v.items))
		for i, item := range v.items {
			items[i] = n.value(item)
		}
		v.items = items
	case messageValue:
		members := make([]member, 0, len(v.members))
		for _, m := range v.members {
			if m.value = n.value(m.value); m.value.kind == listValue && len(m.value.items) == 0 {
				continue
			}
			if m.value.kind == listValue && len(m.value.items) == 1 {
				m.value = m.value.items[0]
			}
			members = append(members, member{n.memberName(m.name), m.value})
		}
		slices.SortStableFunc(members, func(a, b member) int { return cmp.Compare(a.name, b.name) })
		v.members = members
	}
	return v
}

// memberName resolves the name of an extension inside a literal. It counts from the file's package, whatever the scope.
func (n *normalizer) memberName(name string) string {
	inner, ok := strings.CutPrefix(name, "[")
	if !ok {
		return name
	}
	if full := n.names.resolve(strings.TrimSuffix(inner, "]"), string(n.linked.Package())); full != "" {
		return "[" + full + "]"
	}
	return name
}

// normalNumber returns an integer in decimal and any other number as the shortest decimal that reads back the same.
func normalNumber(text string) string {
	if i, err := strconv.ParseInt(text, 0, 64); err == nil {
		return strconv.FormatInt(i, 10)
	}
	if u, err := strconv.ParseUint(text, 0, 64); err == nil {
		return strconv.FormatUint(u, 10)
	}
	if x, err := strconv.ParseFloat(text, 64); err == nil && strings.ContainsAny(text, "0123456789") {
		return formatFloat(x, 64)
	}
	return text
}
