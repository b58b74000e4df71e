package protobuf

import (
	"cmp"
	"slices"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/treatyhq/treaty/envelope/token"
)

// A textForm says how messages of one type are written as JSON.
type textForm struct {
	md      protoreflect.MessageDescriptor
	special bool // the type has a form of its own, which protojson knows
	fields  []textField
	dense   []int32          // by number: 1 and the index of the field, 0 for none
	sparse  map[uint32]int32 // of numbers beyond
}

// A textField says how one field is written.
type textField struct {
	name  []byte // with quotes and a colon
	kind  protoreflect.Kind
	wire  protowire.Type
	list  bool
	keyed bool // a map
	// implicit fields are not written if they are zero, as if they had not been sent.
	implicit bool
	oneof    int32 // 1 and the index of the oneof, 0 for none
	form     int32 // of the message, the group or the entry; -1 for a scalar
	enum     *textEnum
}

// A textEnum holds the names of an enum's numbers, in quotes.
type textEnum struct {
	names map[int32][]byte
	most  int  // bytes of a name
	null  bool // NullValue, whose only value is null
}

// forms returns how messages are written; it is worked out when the first one is.
func (p *Program) forms() []textForm {
	p.textOnce.Do(func() {
		c := formCompiler{program: p, at: map[protoreflect.FullName]int32{}, enums: map[protoreflect.FullName]*textEnum{}}
		c.form(p.md)
		for i := 0; i < len(c.queue); i++ {
			f := c.fill(c.queue[i])
			c.forms[i] = f
		}
		p.text = c.forms
	})
	return p.text
}

type formCompiler struct {
	program *Program
	forms   []textForm
	at      map[protoreflect.FullName]int32
	enums   map[protoreflect.FullName]*textEnum
	queue   []protoreflect.MessageDescriptor
}

// form returns the index of a type's form, which is filled later.
func (c *formCompiler) form(md protoreflect.MessageDescriptor) int32 {
	if i, ok := c.at[md.FullName()]; ok {
		return i
	}
	i := int32(len(c.forms))
	c.at[md.FullName()] = i
	c.forms = append(c.forms, textForm{})
	c.queue = append(c.queue, md)
	return i
}

func (c *formCompiler) fill(md protoreflect.MessageDescriptor) textForm {
	f := textForm{md: md, special: wellKnown[md.FullName()]}
	if f.special {
		return f
	}
	for i, fd := range inOrder(md, c.program.extensions[md.FullName()]) {
		f.fields = append(f.fields, c.field(fd))
		f.put(uint32(fd.Number()), int32(i)+1)
	}
	return f
}

// inOrder returns the fields of a type in the order in which protojson writes them: as they are declared, and extensions
// by name.
func inOrder(md protoreflect.MessageDescriptor, extensions []protoreflect.FieldDescriptor) []protoreflect.FieldDescriptor {
	var all []protoreflect.FieldDescriptor
	for i := range md.Fields().Len() {
		all = append(all, md.Fields().Get(i))
	}
	extensions = slices.Clone(extensions)
	slices.SortFunc(extensions, func(a, b protoreflect.FieldDescriptor) int { return cmp.Compare(a.FullName(), b.FullName()) })
	return append(all, extensions...)
}

func (f *textForm) put(number uint32, i int32) {
	if number > maxDense {
		if f.sparse == nil {
			f.sparse = map[uint32]int32{}
		}
		f.sparse[number] = i
		return
	}
	if grow := int(number) + 1 - len(f.dense); grow > 0 {
		f.dense = append(f.dense, make([]int32, grow)...)
	}
	f.dense[number] = i
}

// index returns 1 and the index of a number's field, 0 for one that is unknown.
func (f *textForm) index(number uint32) int32 {
	if number < uint32(len(f.dense)) {
		return f.dense[number]
	}
	return f.sparse[number]
}

func (c *formCompiler) field(fd protoreflect.FieldDescriptor) textField {
	t := textField{
		name: append(token.AppendString(nil, fd.JSONName()), ':'), kind: fd.Kind(), wire: wireTypes[fd.Kind()], form: -1,
		list: fd.IsList(), keyed: fd.IsMap(), implicit: !fd.HasPresence() && !fd.IsExtension() && !fd.IsList() && !fd.IsMap(),
	}
	if o := fd.ContainingOneof(); o != nil {
		t.oneof = int32(o.Index()) + 1
	}
	if fd.Message() != nil {
		t.form = c.form(fd.Message())
	}
	if fd.Enum() != nil {
		t.enum = c.enum(fd.Enum())
	}
	return t
}

func (c *formCompiler) enum(e protoreflect.EnumDescriptor) *textEnum {
	if t := c.enums[e.FullName()]; t != nil {
		return t
	}
	t := &textEnum{names: map[int32][]byte{}, null: e.FullName() == "google.protobuf.NullValue"}
	for i := range e.Values().Len() {
		v := e.Values().Get(i)
		if _, ok := t.names[int32(v.Number())]; !ok { // of several names for a number the first is written
			t.names[int32(v.Number())] = token.AppendString(nil, v.Name())
			t.most = max(t.most, len(v.Name())+len(`"",`))
		}
	}
	c.enums[e.FullName()] = t
	return t
}

func (e *textEnum) append(dst []byte, number int32) []byte {
	if e.null {
		return append(dst, "null"...)
	}
	if name := e.names[number]; name != nil {
		return append(dst, name...)
	}
	return strconv.AppendInt(dst, int64(number), 10)
}

// longest returns how long a name may be, with its quotes and a comma; 0 where there is no enum.
func (e *textEnum) longest() int {
	if e == nil {
		return 0
	}
	return e.most
}
