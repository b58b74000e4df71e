package protobuf

import (
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/treatyhq/treaty/compat"
)

// The codes of findings about a field, by what they may be due to.
var (
	addedCodes = []string{"REQUIRED_FIELD_ADDED", "REQUIRED_FIELD_REMOVED", "ONEOF_FIELD_REMOVED", "FIELD_NUMBER_REUSED", "GROUP_CHANGED"}
	typeCodes  = []string{"FIELD_KIND_CHANGED", "FIELD_SCALAR_KIND_CHANGED", "FIELD_NAMED_TYPE_CHANGED", "NARROWED_INTEGER",
		"INTEGER_SIGN_CHANGED", "UTF8_NOT_GUARANTEED", "ENUM_VALUE_UNKNOWN", "FIELD_NUMBER_REUSED", "GROUP_CHANGED"}
	labelCodes = []string{"FIELD_NUMERIC_LABEL_CHANGED", "REPEATED_TO_SINGULAR", "FIELD_NOW_REQUIRED", "GROUP_CHANGED"}
	oneofCodes = []string{"MULTIPLE_FIELDS_MOVED_TO_ONEOF", "FIELD_MOVED_TO_EXISTING_ONEOF", "GROUP_CHANGED"}
)

// fields compares the fields of two messages by number. Of two without a partner that share a name, the number has
// changed.
func (d *changes) fields(path string, old, latest protoreflect.MessageDescriptor) {
	was, now := membersOf(old), membersOf(latest)
	eachNumber(now, was, func(f, o protoreflect.FieldDescriptor) {
		switch {
		case o != nil && f != nil:
			d.field(path, o, f)
		case o == nil:
			if before := was.name(f.Name()); before != nil && now.number(before.Number()) == nil {
				d.add(part{placeOf(path, f), before, f, "the number of `" + string(f.Name()) + "`"}, compat.Changed, "number",
					before.Number(), f.Number(), append([]string{"FIELD_RENUMBERED"}, addedCodes...)...)
				d.field(path, before, f)
				return
			}
			d.add(part{placeOf(path, f), nil, f, "field `" + string(f.Name()) + "`"}, compat.Added, "field", nil, declaration(f), addedCodes...)
		default:
			if after := now.name(o.Name()); after == nil || was.number(after.Number()) != nil {
				d.add(part{placeOf(path, o), o, nil, "field `" + string(o.Name()) + "`"}, compat.Removed, "field", declaration(o), nil, addedCodes...)
			}
		}
	})
}

// A fieldText is what is shown of a field that is new, or gone.
type fieldText struct {
	Name   string `json:"name"`
	Label  string `json:"label,omitempty"`
	Type   string `json:"type"`
	Number int32  `json:"number"`
}

func declaration(f protoreflect.FieldDescriptor) fieldText {
	return fieldText{string(f.Name()), labelOf(f), typeName(f), int32(f.Number())}
}

// field compares a field that both have.
func (d *changes) field(path string, old, latest protoreflect.FieldDescriptor) {
	p := part{placeOf(path, latest), old, latest, "`" + string(latest.Name()) + "`"}
	if old.Name() != latest.Name() {
		at := p
		at.thing = "a field"
		d.add(at, compat.Renamed, "field", string(old.Name()), string(latest.Name()), "FIELD_NUMBER_REUSED", "JSON_NAME_CHANGED")
	}
	set(d, p, "type", typeName(old), typeName(latest), typeCodes...)
	set(d, p, "label", labelOf(old), labelOf(latest), labelCodes...)
	set(d, p, "json_name", old.JSONName(), latest.JSONName(), "JSON_NAME_CHANGED")
	set(d, p, "default", defaultOf(old), defaultOf(latest))
	if before, after := oneofOf(old), oneofOf(latest); before != nil || after != nil {
		d.membership(p, path, before, after)
	}
	d.annotated(p, old.Options(), latest.Options())
	if isGroup(old) && isGroup(latest) {
		d.message(path+"/"+string(latest.Message().Name()), old.Message(), latest.Message())
	}
}

// isGroup reports whether a field is written together with its message. In editions a field may be encoded so whose
// message is declared as any other, and contains the field.
func isGroup(f protoreflect.FieldDescriptor) bool {
	return f.Kind() == protoreflect.GroupKind && f.ParentFile().Syntax() == protoreflect.Proto2
}

// membership notes that a field is in another oneof than before.
func (d *changes) membership(p part, path string, old, latest protoreflect.OneofDescriptor) {
	was, now := oneofName(old), oneofName(latest)
	if was == now {
		return
	}
	kind := compat.Changed
	before, after := any(was), any(now)
	switch {
	case old == nil:
		kind, before = compat.Added, nil
	case latest == nil:
		kind, after = compat.Removed, nil
	}
	d.add(p.of("oneof"), kind, "oneof", before, after, "ONEOF_FIELD_REMOVED")
	last := d.drafts.Last()
	for _, code := range oneofCodes { // these are said at the oneof that gets the field, in either direction
		for _, name := range []string{was, now} {
			last.Clues = append(last.Clues, code+" "+path+"/"+name)
		}
	}
}

func oneofName(o protoreflect.OneofDescriptor) string {
	if o == nil {
		return ""
	}
	return string(o.Name())
}

// defaultOf returns a default that is written in the text, as a text would show it.
func defaultOf(f protoreflect.FieldDescriptor) string {
	if !f.HasDefault() {
		return ""
	}
	if v := f.DefaultEnumValue(); v != nil {
		return string(v.Name())
	}
	if f.Kind() == protoreflect.BytesKind {
		return "bytes " + string(f.Default().Bytes())
	}
	return string(compat.JSON(f.Default().String()))
}

// oneofs compares the oneofs of two messages by name; who is in them is said of the fields.
func (d *changes) oneofs(path string, old, latest protoreflect.MessageDescriptor) {
	was, now := realOneofs(membersOf(old)), realOneofs(membersOf(latest))
	for i := range latest.Oneofs().Len() {
		o := latest.Oneofs().Get(i)
		if now[o.Name()] == nil {
			continue
		}
		p := part{path + "/" + string(o.Name()), nil, o, "oneof `" + string(o.Name()) + "`"}
		if before := was[o.Name()]; before != nil {
			p.old = before
			d.annotated(p, before.Options(), o.Options())
			continue
		}
		d.add(p, compat.Added, "oneof", nil, string(o.Name()))
	}
	for i := range old.Oneofs().Len() {
		if o := old.Oneofs().Get(i); was[o.Name()] != nil && now[o.Name()] == nil {
			d.add(part{path + "/" + string(o.Name()), o, nil, "oneof `" + string(o.Name()) + "`"}, compat.Removed, "oneof",
				string(o.Name()), nil)
		}
	}
}
