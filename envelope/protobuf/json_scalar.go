package protobuf

import (
	"fmt"
	"strconv"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/treatyhq/treaty/envelope/token"
)

// scalar returns the value that a token is of a field's type, or a code and a clause that say why it is none. Neither
// means that the value is dropped.
func (r *jsonReader) scalar(fd protoreflect.FieldDescriptor, t token.Token) (v protoreflect.Value, code, why string) {
	switch fd.Kind() {
	case protoreflect.BoolKind:
		if t.Kind == token.True || t.Kind == token.False {
			return protoreflect.ValueOfBool(t.Kind == token.True), "", ""
		}
	case protoreflect.StringKind:
		if t.Kind == token.String {
			return protoreflect.ValueOfString(string(t.Text)), "", ""
		}
	case protoreflect.BytesKind:
		if t.Kind == token.String {
			if b, ok := unbase64(t.Text); ok {
				return protoreflect.ValueOfBytes(b), "", ""
			}
			return v, jsonFormat, "is not base64"
		}
	case protoreflect.EnumKind:
		return r.enum(fd.Enum(), t)
	case protoreflect.FloatKind, protoreflect.DoubleKind:
		if t.Kind == token.Number || t.Kind == token.String {
			return float(fd, t)
		}
	default:
		if t.Kind == token.Number || t.Kind == token.String {
			return integer(fd, t)
		}
	}
	return v, jsonType, fmt.Sprintf("is %s, and %s is needed", t.Kind, fd.Kind())
}

func (r *jsonReader) enum(e protoreflect.EnumDescriptor, t token.Token) (v protoreflect.Value, code, why string) {
	switch t.Kind {
	case token.String:
		if value := e.Values().ByName(protoreflect.Name(t.Text)); value != nil {
			return protoreflect.ValueOfEnum(value.Number()), "", ""
		}
		if r.options.DropUnknown {
			return v, "", ""
		}
		return v, jsonUnknown, fmt.Sprintf("is %s, which is no value of the enum %s", quoted(t.Text), e.FullName())
	case token.Number:
		n, fit := token.Int(t.Text, 32)
		if fit != token.Fits {
			return v, jsonRange, misfit(t.Text, "int32", fit)
		}
		return protoreflect.ValueOfEnum(protoreflect.EnumNumber(n)), "", ""
	case token.Null:
		if e.FullName() == "google.protobuf.NullValue" {
			return protoreflect.ValueOfEnum(0), "", ""
		}
	}
	return v, jsonType, fmt.Sprintf("is %s, and a value of the enum %s is needed", t.Kind, e.FullName())
}

func misfit(text []byte, typ string, fit token.Fit) string {
	shown := string(text[:min(len(text), maxKey)])
	switch fit {
	case token.Fractional:
		return fmt.Sprintf("is %s, which is not whole", shown)
	case token.OutOfRange:
		return fmt.Sprintf("is %s, beyond the range of %s", shown, typ)
	default:
		return fmt.Sprintf("is %s, which is no number", quoted(text))
	}
}

func float(fd protoreflect.FieldDescriptor, t token.Token) (v protoreflect.Value, code, why string) {
	bits := 64
	if fd.Kind() == protoreflect.FloatKind {
		bits = 32
	}
	f, named := token.NamedFloat(t.Text)
	if !named || t.Kind != token.String {
		var fit token.Fit
		if f, fit = token.Float(t.Text, bits); fit != token.Fits {
			return v, jsonRange, misfit(t.Text, fd.Kind().String(), fit)
		}
	}
	if bits == 32 {
		return protoreflect.ValueOfFloat32(float32(f)), "", ""
	}
	return protoreflect.ValueOfFloat64(f), "", ""
}

func integer(fd protoreflect.FieldDescriptor, t token.Token) (v protoreflect.Value, code, why string) {
	v, fit := whole(fd.Kind(), t.Text)
	if fit != token.Fits {
		return v, jsonRange, misfit(t.Text, fd.Kind().String(), fit)
	}
	return v, "", ""
}

func whole(kind protoreflect.Kind, text []byte) (protoreflect.Value, token.Fit) {
	switch kind {
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind:
		n, fit := token.Int(text, 32)
		return protoreflect.ValueOfInt32(int32(n)), fit
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind:
		n, fit := token.Uint(text, 32)
		return protoreflect.ValueOfUint32(uint32(n)), fit
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		n, fit := token.Uint(text, 64)
		return protoreflect.ValueOfUint64(n), fit
	default:
		n, fit := token.Int(text, 64)
		return protoreflect.ValueOfInt64(n), fit
	}
}

// mapKey returns the key that a member's name is.
func mapKey(fd protoreflect.FieldDescriptor, text []byte) (protoreflect.MapKey, bool) {
	switch fd.Kind() {
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(string(text)).MapKey(), true
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(string(text) == "true").MapKey(), string(text) == "true" || string(text) == "false"
	default:
		v, fit := whole(fd.Kind(), text)
		return v.MapKey(), fit == token.Fits
	}
}

// quoted shows a text from outside.
func quoted(text []byte) string {
	if len(text) > maxKey {
		return strconv.Quote(string(text[:maxKey])) + "…"
	}
	return strconv.Quote(string(text))
}
