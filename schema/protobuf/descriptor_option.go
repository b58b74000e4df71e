package protobuf

import (
	"math"
	"sort"
	"strconv"

	"github.com/bufbuild/protocompile/protoutil"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

func messageProto(d protoreflect.MessageDescriptor) *descriptorpb.DescriptorProto {
	return protoutil.ProtoFromMessageDescriptor(d)
}

// fieldOptions returns a field's options, then its default, then its json_name unless that is the usual one.
func (w *rewriter) fieldOptions(f *descriptorpb.FieldDescriptorProto, d protoreflect.FieldDescriptor) []option {
	out := w.options(f.GetOptions())
	if f.DefaultValue != nil {
		out = append(out, standardOption("default", defaultValue(f, d)))
	}
	if f.JsonName != nil && f.GetJsonName() != jsonName(f.GetName()) && f.Extendee == nil {
		out = append(out, standardOption("json_name", value{kind: stringValue, text: f.GetJsonName()}))
	}
	return out
}

func standardOption(name string, v value) option {
	return option{name: []namePart{{name: name}}, value: v}
}

// defaultValue returns a field's default. One that does not fit the type stays a string, which a new text may not have there.
func defaultValue(f *descriptorpb.FieldDescriptorProto, d protoreflect.FieldDescriptor) value {
	if d.Enum() != nil && protoreflect.Name(f.GetDefaultValue()).IsValid() {
		return value{kind: identValue, text: f.GetDefaultValue()}
	}
	if v := d.Default(); d.Enum() == nil && v.IsValid() {
		return scalarValue(d, v)
	}
	return value{kind: stringValue, text: f.GetDefaultValue()}
}

// jsonName returns the name that protoc derives for JSON: underscores go, and what follows them becomes a capital.
func jsonName(name string) string {
	out := make([]byte, 0, len(name))
	upper := false
	for i := range len(name) {
		c := name[i]
		if c == '_' {
			upper = true
			continue
		}
		if upper && c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		upper = false
		out = append(out, c)
	}
	return string(out)
}

// options returns the options of any options message: standard ones in the order in which descriptor.proto declares them,
// custom ones by number. Those that the file's imports do not define are dropped: a text cannot name them.
func (w *rewriter) options(o optioned) []option {
	if !o.ProtoReflect().IsValid() {
		return nil
	}
	m := w.resolved(o)
	var out []option
	for _, fd := range setFields(m) {
		if fd.Name() == "uninterpreted_option" && !fd.IsExtension() {
			continue
		}
		if fd.IsExtension() {
			out = append(out, w.custom(fd, m.Get(fd))...)
		} else {
			out = append(out, w.standard([]namePart{{name: string(fd.Name())}}, fd, m.Get(fd))...)
		}
	}
	for _, u := range o.GetUninterpretedOption() {
		out = append(out, uninterpreted(u))
	}
	return out
}

// resolved returns o with the extensions that the file's imports define in place of unknown bytes.
func (w *rewriter) resolved(o optioned) protoreflect.Message {
	raw, err := proto.MarshalOptions{AllowPartial: true}.Marshal(o)
	if err != nil {
		return o.ProtoReflect()
	}
	m := o.ProtoReflect().New()
	opts := proto.UnmarshalOptions{Resolver: w.resolver, AllowPartial: true, RecursionLimit: maxDescriptorDepth}
	if err := opts.Unmarshal(raw, m.Interface()); err != nil {
		return o.ProtoReflect()
	}
	return m
}

// setFields returns the fields that m has: its own in the order of declaration, then extensions by number.
func setFields(m protoreflect.Message) []protoreflect.FieldDescriptor {
	var out []protoreflect.FieldDescriptor
	m.Range(func(fd protoreflect.FieldDescriptor, _ protoreflect.Value) bool {
		out = append(out, fd)
		return true
	})
	rank := func(fd protoreflect.FieldDescriptor) int {
		if fd.IsExtension() {
			return math.MaxInt32 + int(fd.Number())
		}
		return fd.Index()
	}
	sort.Slice(out, func(i, j int) bool { return rank(out[i]) < rank(out[j]) })
	return out
}

// custom returns a custom option, one for each element if it is repeated.
func (w *rewriter) custom(fd protoreflect.FieldDescriptor, v protoreflect.Value) []option {
	var out []option
	name := []namePart{{name: string(fd.FullName()), extension: true}}
	for _, item := range elements(fd, v) {
		out = append(out, option{name: name, value: item})
	}
	return out
}

// standard returns a standard option; of a message, like features, one for each of its fields.
func (w *rewriter) standard(name []namePart, fd protoreflect.FieldDescriptor, v protoreflect.Value) []option {
	var out []option
	if fd.Message() == nil || fd.IsList() {
		for _, item := range elements(fd, v) {
			out = append(out, option{name: name, value: item})
		}
		return out
	}
	m := v.Message()
	for _, sub := range setFields(m) {
		part := namePart{name: string(sub.Name())}
		if sub.IsExtension() {
			part = namePart{name: string(sub.FullName()), extension: true}
		}
		out = append(out, w.standard(append(name[:len(name):len(name)], part), sub, m.Get(sub))...)
	}
	return out
}

// elements returns the values of a field, one unless it is repeated.
func elements(fd protoreflect.FieldDescriptor, v protoreflect.Value) []value {
	switch {
	case fd.IsMap():
		return mapEntries(fd, v.Map())
	case fd.IsList():
		out := make([]value, v.List().Len())
		for i := range out {
			out[i] = scalarValue(fd, v.List().Get(i))
		}
		return out
	default:
		return []value{scalarValue(fd, v)}
	}
}

func mapEntries(fd protoreflect.FieldDescriptor, m protoreflect.Map) []value {
	var out []value
	m.Range(func(k protoreflect.MapKey, v protoreflect.Value) bool {
		out = append(out, value{kind: messageValue, members: []member{
			{"key", scalarValue(fd.MapKey(), k.Value())},
			{"value", scalarValue(fd.MapValue(), v)},
		}})
		return true
	})
	sort.Slice(out, func(i, j int) bool { return out[i].members[0].value.text < out[j].members[0].value.text })
	return out
}

// scalarValue returns a single value: a scalar, an enum value or a message.
func scalarValue(fd protoreflect.FieldDescriptor, v protoreflect.Value) value {
	switch x := v.Interface().(type) {
	case bool:
		return value{kind: identValue, text: strconv.FormatBool(x)}
	case string:
		return value{kind: stringValue, text: x}
	case []byte:
		return value{kind: stringValue, text: string(x)}
	case float32:
		return floatValue(float64(x), 32)
	case float64:
		return floatValue(x, 64)
	case protoreflect.EnumNumber:
		if d := fd.Enum().Values().ByNumber(x); d != nil {
			return value{kind: identValue, text: string(d.Name())}
		}
		return value{kind: numberValue, text: itoa(int32(x))}
	case protoreflect.Message:
		return literalOf(x)
	default: // integers
		return value{kind: numberValue, text: v.String()}
	}
}

func floatValue(x float64, bits int) value {
	switch {
	case math.IsNaN(x):
		return value{kind: identValue, text: "nan"}
	case math.IsInf(x, 1):
		return value{kind: identValue, text: "inf"}
	case math.IsInf(x, -1):
		return value{kind: numberValue, text: "-inf"}
	}
	return value{kind: numberValue, text: formatFloat(x, bits)}
}

// formatFloat returns the shortest decimal that reads back as x: without an exponent where people would write it so.
func formatFloat(x float64, bits int) string {
	if abs := math.Abs(x); abs == 0 || abs >= 1e-6 && abs < 1e21 {
		return strconv.FormatFloat(x, 'f', -1, bits)
	}
	return strconv.FormatFloat(x, 'g', -1, bits)
}

func literalOf(m protoreflect.Message) value {
	out := value{kind: messageValue}
	for _, fd := range setFields(m) {
		name := string(fd.Name())
		if fd.IsExtension() {
			name = "[" + string(fd.FullName()) + "]"
		}
		items := elements(fd, m.Get(fd))
		if len(items) == 1 {
			out.members = append(out.members, member{name, items[0]})
		} else {
			out.members = append(out.members, member{name, value{kind: listValue, items: items}})
		}
	}
	return out
}

// uninterpreted returns an option that nobody has interpreted yet.
func uninterpreted(u *descriptorpb.UninterpretedOption) option {
	var o option
	for _, p := range u.Name {
		o.name = append(o.name, namePart{p.GetNamePart(), p.GetIsExtension()})
	}
	switch {
	case u.IdentifierValue != nil:
		o.value = value{kind: identValue, text: u.GetIdentifierValue()}
	case u.PositiveIntValue != nil:
		o.value = value{kind: numberValue, text: strconv.FormatUint(u.GetPositiveIntValue(), 10)}
	case u.NegativeIntValue != nil:
		o.value = value{kind: numberValue, text: strconv.FormatInt(u.GetNegativeIntValue(), 10)}
	case u.DoubleValue != nil:
		o.value = floatValue(u.GetDoubleValue(), 64)
	case u.AggregateValue != nil:
		o.value = value{kind: rawValue, text: "{ " + u.GetAggregateValue() + " }"}
	default:
		o.value = value{kind: stringValue, text: string(u.StringValue)}
	}
	return o
}
