package protobuf

import (
	"slices"
	"strings"

	"google.golang.org/protobuf/types/descriptorpb"
)

// withoutExtensions returns f without extension ranges, extensions and custom options. Those of confluent stay.
func withoutExtensions(f *file) *file {
	out := *f
	out.options = plain(f.options)
	out.extends = nil
	out.messages = plainMessages(f.messages)
	out.enums = plainEnums(f.enums)
	out.services = nil
	for _, s := range f.services {
		c := &service{name: s.name, options: plain(s.options)}
		for _, r := range s.rpcs {
			method := *r
			method.options = plain(r.options)
			c.rpcs = append(c.rpcs, &method)
		}
		out.services = append(out.services, c)
	}
	return &out
}

func plain(options []option) []option {
	return slices.DeleteFunc(slices.Clone(options), func(o option) bool {
		return o.custom() && !strings.HasPrefix(strings.TrimPrefix(o.name[0].name, "."), "confluent.")
	})
}

func plainMessages(list []*message) []*message {
	var out []*message
	for _, m := range list {
		c := plainMessage(m)
		out = append(out, &c)
	}
	return out
}

func plainMessage(m *message) message {
	out := *m
	out.options = plain(m.options)
	out.extensions, out.extends = nil, nil
	out.fields, out.groups = plainFields(m.fields), plainGroups(m.groups)
	out.oneofs = nil
	for _, o := range m.oneofs {
		out.oneofs = append(out.oneofs, &oneof{
			name: o.name, options: plain(o.options), fields: plainFields(o.fields), groups: plainGroups(o.groups),
		})
	}
	out.messages, out.enums = plainMessages(m.messages), plainEnums(m.enums)
	return out
}

func plainFields(list []*field) []*field {
	var out []*field
	for _, f := range list {
		c := *f
		c.options = plain(f.options)
		out = append(out, &c)
	}
	return out
}

func plainGroups(list []*group) []*group {
	var out []*group
	for _, g := range list {
		out = append(out, &group{label: g.label, number: g.number, options: plain(g.options), message: plainMessage(&g.message)})
	}
	return out
}

func plainEnums(list []*enum) []*enum {
	var out []*enum
	for _, e := range list {
		c := &enum{name: e.name, reserved: e.reserved, options: plain(e.options)}
		for _, v := range e.values {
			c.values = append(c.values, &enumValue{name: v.name, number: v.number, options: plain(v.options)})
		}
		out = append(out, c)
	}
	return out
}

// dropJSONNames clears every json_name that a reader would derive from the field's name.
func dropJSONNames(fd *descriptorpb.FileDescriptorProto) {
	dropFieldNames(fd.Extension)
	for _, m := range fd.MessageType {
		dropMessageNames(m)
	}
}

func dropMessageNames(m *descriptorpb.DescriptorProto) {
	dropFieldNames(m.Field)
	dropFieldNames(m.Extension)
	for _, n := range m.NestedType {
		dropMessageNames(n)
	}
}

func dropFieldNames(fields []*descriptorpb.FieldDescriptorProto) {
	for _, f := range fields {
		if f.GetJsonName() == jsonName(f.GetName()) {
			f.JsonName = nil
		}
	}
}
