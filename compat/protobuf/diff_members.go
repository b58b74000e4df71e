package protobuf

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/treatyhq/treaty/compat"
)

// pairs calls f for the descriptors of two lists, by name: the new ones in their order, then those that are gone.
func pairs[D protoreflect.Descriptor](old, latest list[D], both func(o, n D), added, removed func(D)) {
	was, now := byName(old), byName(latest)
	for i := range latest.Len() {
		n := latest.Get(i)
		if o, ok := was[n.Name()]; ok {
			both(o, n)
			continue
		}
		added(n)
	}
	for i := range old.Len() {
		if o := old.Get(i); !has(now, o.Name()) {
			removed(o)
		}
	}
}

func has[D any](m map[protoreflect.Name]D, name protoreflect.Name) bool {
	_, ok := m[name]
	return ok
}

// enums compares the enums of two scopes by name.
func (d *changes) enums(scope string, old, latest protoreflect.EnumDescriptors) {
	path := func(e protoreflect.EnumDescriptor) string { return scope + "/" + string(e.Name()) }
	pairs[protoreflect.EnumDescriptor](old, latest, func(o, n protoreflect.EnumDescriptor) {
		p := part{path(n), o, n, "`" + localName(n) + "`"}
		d.annotated(p, o.Options(), n.Options())
		d.values(p, o, n)
		d.reservations(p, reservedValues(o), reservedValues(n))
	}, func(n protoreflect.EnumDescriptor) {
		d.add(part{path(n), nil, n, "enum `" + localName(n) + "`"}, compat.Added, "enum", nil, localName(n))
	}, func(o protoreflect.EnumDescriptor) {
		d.add(part{path(o), o, nil, "enum `" + localName(o) + "`"}, compat.Removed, "enum", localName(o), nil)
	})
}

// A valueText is what is shown of an enum's value that is new, or gone.
type valueText struct {
	Name   string `json:"name"`
	Number int32  `json:"number"`
}

// values compares the values of an enum by name. Of those without a partner, two that share a number are one renamed.
func (d *changes) values(e part, o, n protoreflect.EnumDescriptor) {
	was, now := byName(o.Values()), byName(n.Values())
	free := map[protoreflect.EnumNumber]protoreflect.EnumValueDescriptor{}
	for i := range o.Values().Len() {
		if v := o.Values().Get(i); !has(now, v.Name()) && free[v.Number()] == nil {
			free[v.Number()] = v
		}
	}
	at := func(v protoreflect.EnumValueDescriptor) string { return e.path + "/" + strconv.Itoa(int(v.Number())) }
	for i := range n.Values().Len() {
		v := n.Values().Get(i)
		old := was[v.Name()]
		if old == nil {
			if old = free[v.Number()]; old == nil {
				d.add(part{at(v), nil, v, "value `" + string(v.Name()) + "`"}, compat.Added, "value", nil,
					valueText{string(v.Name()), int32(v.Number())})
				continue
			}
			delete(free, v.Number())
			d.add(part{at(v), old, v, "a value"}, compat.Renamed, "value", string(old.Name()), string(v.Name()), "ENUM_VALUE_REUSED")
		}
		p := part{at(v), old, v, "`" + string(v.Name()) + "`"}
		if old.Number() != v.Number() {
			d.add(p.of("number"), compat.Changed, "number", old.Number(), v.Number(), "ENUM_VALUE_REUSED")
		}
		d.annotated(p, old.Options(), v.Options())
	}
	for i := range o.Values().Len() {
		if v := o.Values().Get(i); free[v.Number()] == v {
			d.add(part{at(v), v, nil, "value `" + string(v.Name()) + "`"}, compat.Removed, "value",
				valueText{string(v.Name()), int32(v.Number())}, nil, "ENUM_VALUE_REUSED")
		}
	}
}

func (d *changes) extensions(scope string, old, latest protoreflect.ExtensionDescriptors) {
	path := func(f protoreflect.ExtensionDescriptor) string { return scope + "/" + string(f.Name()) }
	pairs[protoreflect.ExtensionDescriptor](old, latest, func(o, n protoreflect.ExtensionDescriptor) {
		p := part{path(n), o, n, "extension `" + string(n.Name()) + "`"}
		set(d, p, "number", o.Number(), n.Number())
		set(d, p, "type", typeName(o), typeName(n))
		set(d, p, "label", labelOf(o), labelOf(n))
		set(d, p, "default", defaultOf(o), defaultOf(n))
		d.annotated(p, o.Options(), n.Options())
	}, func(n protoreflect.ExtensionDescriptor) {
		d.add(part{path(n), nil, n, "extension `" + string(n.Name()) + "`"}, compat.Added, "extension", nil, declaration(n))
	}, func(o protoreflect.ExtensionDescriptor) {
		d.add(part{path(o), o, nil, "extension `" + string(o.Name()) + "`"}, compat.Removed, "extension", declaration(o), nil)
	})
}

// services compares services and their methods by name.
func (d *changes) services(old, latest protoreflect.ServiceDescriptors) {
	path := func(s protoreflect.Descriptor) string { return "#/" + string(s.Name()) }
	pairs[protoreflect.ServiceDescriptor](old, latest, func(o, n protoreflect.ServiceDescriptor) {
		d.annotated(part{path(n), o, n, "`" + string(n.Name()) + "`"}, o.Options(), n.Options())
		d.methods(path(n), o.Methods(), n.Methods())
	}, func(n protoreflect.ServiceDescriptor) {
		d.add(part{path(n), nil, n, "service `" + string(n.Name()) + "`"}, compat.Added, "service", nil, string(n.Name()))
	}, func(o protoreflect.ServiceDescriptor) {
		d.add(part{path(o), o, nil, "service `" + string(o.Name()) + "`"}, compat.Removed, "service", string(o.Name()), nil,
			"SERVICE_METHOD_REMOVED")
	})
}

func (d *changes) methods(scope string, old, latest protoreflect.MethodDescriptors) {
	path := func(m protoreflect.Descriptor) string { return scope + "/" + string(m.Name()) }
	pairs[protoreflect.MethodDescriptor](old, latest, func(o, n protoreflect.MethodDescriptor) {
		p := part{path(n), o, n, "`" + string(n.Name()) + "`"}
		set(d, p, "type", signature(o), signature(n))
		d.annotated(p, o.Options(), n.Options())
	}, func(n protoreflect.MethodDescriptor) {
		d.add(part{path(n), nil, n, "method `" + string(n.Name()) + "`"}, compat.Added, "method", nil, signature(n))
	}, func(o protoreflect.MethodDescriptor) {
		d.add(part{path(o), o, nil, "method `" + string(o.Name()) + "`"}, compat.Removed, "method", signature(o), nil,
			"SERVICE_METHOD_REMOVED")
	})
}

// signature prints what a method takes and returns.
func signature(m protoreflect.MethodDescriptor) string {
	stream := func(streams bool, of protoreflect.MessageDescriptor) string {
		if streams {
			return "stream " + string(of.FullName())
		}
		return string(of.FullName())
	}
	return "(" + stream(m.IsStreamingClient(), m.Input()) + ") returns (" + stream(m.IsStreamingServer(), m.Output()) + ")"
}

// reservations compares what is kept free.
func (d *changes) reservations(p part, old, latest reserved) {
	was, now := old.list(), latest.list()
	p.thing = "a reservation of " + p.thing
	for _, r := range sortedKeys(was, now) {
		switch {
		case !was[r]:
			d.add(p, compat.Added, "reserved", nil, r)
		case !now[r]:
			d.add(p, compat.Removed, "reserved", r, nil, "RESERVED_REMOVED")
		}
	}
}

// list prints each range and name.
func (r reserved) list() map[string]bool {
	m := map[string]bool{}
	for _, at := range r.ranges {
		m[rangeText(at.from, at.to)] = true
	}
	for _, name := range r.names {
		m[string(name)] = true
	}
	return m
}

func rangeText(from, to int64) string {
	if from == to {
		return strconv.FormatInt(from, 10)
	}
	return fmt.Sprintf("%d to %d", from, to)
}

// ranges compares the numbers that are open to extensions.
func (d *changes) ranges(p part, old, latest protoreflect.FieldRanges) {
	texts := func(l protoreflect.FieldRanges) map[string]bool {
		m := map[string]bool{}
		for i := range l.Len() {
			m[rangeText(int64(l.Get(i)[0]), int64(l.Get(i)[1])-1)] = true
		}
		return m
	}
	was, now := texts(old), texts(latest)
	p.thing = "an extension range of " + p.thing
	for _, r := range sortedKeys(was, now) {
		switch {
		case !was[r]:
			d.add(p, compat.Added, "extensions", nil, r)
		case !now[r]:
			d.add(p, compat.Removed, "extensions", r, nil)
		}
	}
}

// annotated compares what the comments above something say, and its options.
func (d *changes) annotated(p part, old, latest proto.Message) {
	set(d, p, "doc", d.old.Doc(p.old), d.latest.Doc(p.latest))
	d.options(p, old, latest)
}

// options compares two sets of options by name, those that nobody defines included.
func (d *changes) options(p part, old, latest proto.Message) {
	was, now := optionsOf(old), optionsOf(latest)
	for _, name := range sortedKeys(was, now) {
		if string(was[name]) == string(now[name]) {
			continue
		}
		at := p
		at.thing = "option `" + name + "` of " + p.thing
		kind := compat.Changed
		var before, after any
		if was[name] != nil {
			before = was[name]
		} else {
			kind = compat.Added
		}
		if now[name] != nil {
			after = now[name]
		} else {
			kind = compat.Removed
		}
		d.add(at, kind, "option", before, after)
	}
}

// optionsOf prints each option that is set as JSON.
func optionsOf(m proto.Message) map[string]json.RawMessage {
	set := map[string]json.RawMessage{}
	if m == nil || !m.ProtoReflect().IsValid() {
		return set
	}
	m.ProtoReflect().Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if f.Name() == "uninterpreted_option" {
			for i := range v.List().Len() {
				if u, ok := v.List().Get(i).Message().Interface().(*descriptorpb.UninterpretedOption); ok {
					set[undefinedName(u)] = undefinedValue(u)
				}
			}
			return true
		}
		alone := m.ProtoReflect().New()
		alone.Set(f, v)
		if text, err := (protojson.MarshalOptions{UseProtoNames: true, AllowPartial: true}).Marshal(alone.Interface()); err == nil {
			set[f.TextName()] = onlyMember(text)
		}
		return true
	})
	return set
}

// onlyMember returns the value of an object's one member, compactly.
func onlyMember(object []byte) json.RawMessage {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(object, &members); err != nil {
		return nil
	}
	for _, v := range members {
		var b bytes.Buffer
		if err := json.Compact(&b, v); err == nil {
			return b.Bytes()
		}
	}
	return nil
}

func undefinedName(u *descriptorpb.UninterpretedOption) string {
	name := ""
	for i, n := range u.GetName() {
		if i > 0 {
			name += "."
		}
		if n.GetIsExtension() {
			name += "(" + n.GetNamePart() + ")"
		} else {
			name += n.GetNamePart()
		}
	}
	return name
}

func undefinedValue(u *descriptorpb.UninterpretedOption) json.RawMessage {
	switch {
	case u.IdentifierValue != nil:
		return compat.JSON(u.GetIdentifierValue())
	case u.PositiveIntValue != nil:
		return compat.JSON(u.GetPositiveIntValue())
	case u.NegativeIntValue != nil:
		return compat.JSON(u.GetNegativeIntValue())
	case u.DoubleValue != nil:
		return compat.JSON(strconv.FormatFloat(u.GetDoubleValue(), 'g', -1, 64))
	case u.StringValue != nil:
		return compat.JSON(string(u.GetStringValue()))
	default:
		return compat.JSON(u.GetAggregateValue())
	}
}
