package protobuf

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/treatyhq/treaty/envelope/token"
	"github.com/treatyhq/treaty/envelope/verdict"
)

// JSONOptions say how JSON is read.
type JSONOptions struct {
	DropUnknown bool // members that the type does not know are left out, and names that an enum does not know
	MaxFindings int  // how many findings are returned at most
}

// The codes of JSON that is no message, beside those of package token.
const (
	jsonType    = "JSON_TYPE"          // another kind of value than the field's
	jsonRange   = "JSON_RANGE"         // a number that the field cannot have
	jsonUnknown = "JSON_UNKNOWN_FIELD" // a member, or the name of an enum's value, that the type does not have
	jsonOneof   = "JSON_ONEOF"         // two members of one oneof
	jsonFormat  = "JSON_FORMAT"        // a string that is not what its field needs
)

// AppendBinary appends the bytes of a message that is given as protojson: fields by number, entries of maps by key. It reads
// the text strictly: no member twice, in either spelling, and nothing that the type does not know. If one of the findings
// is an error dst is returned as it was; all that is wrong is found. Protobuf has no defaults to fill in, so the second
// result is always nil.
// Source: Protocol Buffers, ProtoJSON Format.
func (p *Program) AppendBinary(dst, json []byte, o JSONOptions) ([]byte, []string, []verdict.Finding) {
	r := jsonReader{options: o, types: typesOf(p.md)}
	r.text.Reset(json, token.Options{Unique: true, MaxDepth: p.limits.Depth})
	m := dynamicpb.NewMessage(p.md)
	if r.message(m) && r.text.Next().Kind != token.End && r.text.Err() == nil {
		r.faultf(token.Syntax, "something follows the message")
	}
	if err := r.text.Err(); err != nil {
		r.findings = append(r.findings, err.Finding())
	}
	if len(r.findings) == 0 {
		r.missing(m)
	}
	if len(r.findings) > 0 {
		return dst, nil, r.findings[:min(len(r.findings), max(o.MaxFindings, 1))]
	}
	raw, err := marshal(m)
	if err != nil {
		r.faultf(string(Unfit), "%v", err)
		return dst, nil, r.findings
	}
	return append(dst, raw...), nil, nil
}

// A jsonReader reads one text into a message. Its methods report false once the text has turned out not to be JSON.
type jsonReader struct {
	text     token.Reader
	options  JSONOptions
	types    *types
	trail    trail
	findings []verdict.Finding
}

func (r *jsonReader) faultf(code, format string, args ...any) {
	if path := r.trail.String(); len(r.findings) < maxWarnings {
		r.findings = append(r.findings, verdict.Errorf(code, path, "%s %s", cmp.Or(path, "the datum"), fmt.Sprintf(format, args...)))
	}
}

func (r *jsonReader) missing(m protoreflect.Message) {
	_ = eachMissing(m, nil, func(e *Error) error {
		f := e.finding(verdict.Error)
		r.findings = append(r.findings, f)
		if len(r.findings) == maxWarnings {
			return e
		}
		return nil
	})
}

// skip passes over a value that was refused.
func (r *jsonReader) skip() bool {
	_, ok := r.text.Skip()
	return ok
}

// refuse passes over the value at hand and says that it is not what the field needs.
func (r *jsonReader) refuse(code, format string, args ...any) bool {
	if k := r.text.Peek(); k != token.Invalid && k != token.End { // which is a fault of the text
		r.faultf(code, format, args...)
	}
	return r.skip()
}

// message reads the value at hand into m.
func (r *jsonReader) message(m protoreflect.Message) bool {
	if wellKnown[m.Descriptor().FullName()] {
		return r.special(m)
	}
	if k := r.text.Peek(); k != token.ObjectStart {
		return r.refuse(jsonType, "is %s, and %s is an object", k, m.Descriptor().FullName())
	}
	r.text.Next()
	seen := map[protoreflect.FieldNumber]bool{}
	for {
		t := r.text.Next()
		switch t.Kind {
		case token.ObjectEnd:
			return true
		case token.Key:
		default:
			return false
		}
		if !r.member(m, string(t.Text), seen) {
			return false
		}
	}
}

// member reads the value of a member.
func (r *jsonReader) member(m protoreflect.Message, name string, seen map[protoreflect.FieldNumber]bool) bool {
	fd := r.field(m.Descriptor(), name)
	if fd == nil {
		if r.options.DropUnknown {
			return r.skip()
		}
		r.trail = append(r.trail, "."+name)
		defer func() { r.trail = r.trail[:len(r.trail)-1] }()
		return r.refuse(jsonUnknown, "is no field of %s", m.Descriptor().FullName())
	}
	r.trail = append(r.trail, fieldPiece(fd))
	defer func() { r.trail = r.trail[:len(r.trail)-1] }()
	if seen[fd.Number()] {
		return r.refuse(token.Duplicate, "is there twice, in two spellings")
	}
	seen[fd.Number()] = true
	if r.text.Peek() == token.Null && !takesNull(fd) {
		return r.skip()
	}
	if o := fd.ContainingOneof(); o != nil && m.WhichOneof(o) != nil {
		return r.refuse(jsonOneof, "and %s are of one oneof, of which a message has one", m.WhichOneof(o).Name())
	}
	switch {
	case fd.IsMap():
		return r.entries(m, fd)
	case fd.IsList():
		return r.elements(m, fd)
	default:
		return r.value(fd, func() protoreflect.Value { return m.NewField(fd) }, func(v protoreflect.Value) { m.Set(fd, v) })
	}
}

// field returns the field that a member names: by its name in JSON, by its own, or an extension's in brackets.
func (r *jsonReader) field(md protoreflect.MessageDescriptor, name string) protoreflect.FieldDescriptor {
	if x, ok := strings.CutPrefix(name, "["); ok && strings.HasSuffix(x, "]") {
		found, err := r.types.FindExtensionByName(protoreflect.FullName(strings.TrimSuffix(x, "]")))
		if err != nil || found.TypeDescriptor().ContainingMessage().FullName() != md.FullName() {
			return nil
		}
		return found.TypeDescriptor()
	}
	if fd := md.Fields().ByJSONName(name); fd != nil {
		return fd
	}
	return md.Fields().ByTextName(name)
}

// takesNull reports whether null is a value of a field's type and not its absence.
func takesNull(fd protoreflect.FieldDescriptor) bool {
	return !fd.IsList() && !fd.IsMap() && (fd.Enum() != nil && fd.Enum().FullName() == "google.protobuf.NullValue" ||
		fd.Message() != nil && fd.Message().FullName() == "google.protobuf.Value")
}

func (r *jsonReader) elements(m protoreflect.Message, fd protoreflect.FieldDescriptor) bool {
	if k := r.text.Peek(); k != token.ArrayStart {
		return r.refuse(jsonType, "is %s, and an array is needed", k)
	}
	r.text.Next()
	list := m.Mutable(fd).List()
	last := len(r.trail) - 1
	name := r.trail[last]
	defer func() { r.trail[last] = name }()
	for i := 0; r.text.Peek() != token.ArrayEnd; i++ {
		r.trail[last] = name + elementPiece(i)
		if !r.value(fd, list.NewElement, list.Append) {
			return false
		}
	}
	return r.text.Next().Kind == token.ArrayEnd
}

func (r *jsonReader) entries(m protoreflect.Message, fd protoreflect.FieldDescriptor) bool {
	if k := r.text.Peek(); k != token.ObjectStart {
		return r.refuse(jsonType, "is %s, and an object is needed", k)
	}
	r.text.Next()
	entries := m.Mutable(fd).Map()
	last := len(r.trail) - 1
	name := r.trail[last]
	defer func() { r.trail[last] = name }()
	for {
		t := r.text.Next()
		switch t.Kind {
		case token.ObjectEnd:
			return true
		case token.Key:
		default:
			return false
		}
		key, ok := mapKey(fd.MapKey(), t.Text)
		if r.trail[last] = name + "[" + quoted(t.Text) + "]"; !ok {
			if !r.refuse(jsonFormat, "is no key of type %s", fd.MapKey().Kind()) {
				return false
			}
			continue
		}
		if entries.Has(key) { // 1 and 01 are the same number
			if !r.refuse(token.Duplicate, "is there twice, in two spellings") {
				return false
			}
			continue
		}
		if !r.value(fd.MapValue(), entries.NewValue, func(v protoreflect.Value) { entries.Set(key, v) }) {
			return false
		}
	}
}

// value reads the value at hand as one of the field's type and sets it.
func (r *jsonReader) value(fd protoreflect.FieldDescriptor, empty func() protoreflect.Value, set func(protoreflect.Value)) bool {
	if fd.Message() != nil {
		v := empty()
		before := len(r.findings)
		ok := r.message(v.Message())
		if ok && len(r.findings) == before {
			set(v)
		}
		return ok
	}
	t := r.text.Next()
	switch t.Kind {
	case token.Invalid, token.End:
		return false
	case token.ObjectStart, token.ArrayStart:
		r.faultf(jsonType, "is %s, and %s is needed", t.Kind, fd.Kind())
		return r.close()
	}
	v, code, why := r.scalar(fd, t)
	switch {
	case code != "":
		r.faultf(code, "%s", why)
	case v.IsValid():
		set(v)
	}
	return true
}

// close reads to the end of an object or array whose start was read.
func (r *jsonReader) close() bool {
	for open := 1; open > 0; {
		switch r.text.Next().Kind {
		case token.ObjectStart, token.ArrayStart:
			open++
		case token.ObjectEnd, token.ArrayEnd:
			open--
		case token.Invalid, token.End:
			return false
		}
	}
	return true
}

// wellKnown are the types that have a JSON form of their own.
// Source: Protocol Buffers, ProtoJSON Format.
var wellKnown = map[protoreflect.FullName]bool{
	"google.protobuf.Any": true, "google.protobuf.Timestamp": true, "google.protobuf.Duration": true, "google.protobuf.FieldMask": true,
	"google.protobuf.Struct": true, "google.protobuf.Value": true, "google.protobuf.ListValue": true,
	"google.protobuf.BoolValue": true, "google.protobuf.Int32Value": true, "google.protobuf.Int64Value": true,
	"google.protobuf.UInt32Value": true, "google.protobuf.UInt64Value": true, "google.protobuf.FloatValue": true,
	"google.protobuf.DoubleValue": true, "google.protobuf.StringValue": true, "google.protobuf.BytesValue": true,
}

// special reads a type that has a form of its own. The reader has seen to it that the text is strict.
func (r *jsonReader) special(m protoreflect.Message) bool {
	k := r.text.Peek()
	raw, ok := r.text.Skip()
	if !ok {
		return false
	}
	opts := protojson.UnmarshalOptions{AllowPartial: true, DiscardUnknown: r.options.DropUnknown, Resolver: r.types}
	if k == token.Null && m.Descriptor().FullName() != "google.protobuf.Value" {
		r.faultf(jsonType, "is null, and %s has no such value", m.Descriptor().FullName())
	} else if err := opts.Unmarshal(raw, m.Interface()); err != nil {
		r.faultf(jsonFormat, "is no %s: %s", m.Descriptor().FullName(), plainly(err))
	}
	return true
}

// plainly returns what protojson says without its prefix and the position, which is that in the value.
func plainly(err error) string {
	s := strings.ReplaceAll(err.Error(), "\u00a0", " ")
	s = strings.TrimPrefix(s, "proto: ")
	if _, rest, ok := strings.Cut(s, "): "); ok && strings.Contains(s, "(line ") {
		s = rest
	}
	return s
}

// base64s are the alphabets that protojson reads, with padding and without.
var base64s = []*base64.Encoding{base64.StdEncoding.Strict(), base64.RawStdEncoding.Strict(), base64.URLEncoding.Strict(), base64.RawURLEncoding.Strict()}

func unbase64(text []byte) ([]byte, bool) {
	for _, e := range base64s {
		if b, err := e.DecodeString(string(text)); err == nil && !strings.ContainsAny(string(text), "\r\n") {
			return b, true
		}
	}
	return nil, false
}
