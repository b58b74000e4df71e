package envelope

import (
	"encoding/binary"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/envelope/protobuf"
	"github.com/treatyhq/treaty/envelope/verdict"
	"github.com/treatyhq/treaty/schema"
	schemaavro "github.com/treatyhq/treaty/schema/avro"
	schemaprotobuf "github.com/treatyhq/treaty/schema/protobuf"
)

// A program reads and writes the data of one schema.
type program interface {
	Size() int
	// Clean reports whether nothing at all is wrong with a body. It is what is done for every message.
	Clean(body []byte) bool
	// Findings says what is wrong with one that is not clean.
	Findings(body []byte, max int) []verdict.Finding
	// AppendJSON appends a body's datum; ok is false if the body is not valid, or its text would go beyond all bounds.
	appendJSON(dst, body []byte, o Options) (out []byte, ok bool)
	// AppendBinary appends the body of a datum in JSON.
	appendBinary(dst, json []byte, o Options) (out []byte, defaulted []string, findings []verdict.Finding)
}

// A transcoder carries bodies from a writer's schema to a reader's.
type transcoder interface {
	Size() int
	Append(dst, body []byte, max int) (out []byte, step verdict.Step, findings []verdict.Finding)
}

// A contract is a version, and for Protobuf one of its messages, with what was compiled from it.
type contract struct {
	Version
	message protoreflect.MessageDescriptor // nil for Avro
	program
}

// named returns what the contract is called.
func (c *contract) named() *Named {
	n := &Named{Type: c.Schema.Type()}
	if c.ID > 0 {
		n.ID, n.GUID, n.Subject, n.Version = c.ID, c.GUID.String(), c.Subject, c.Number
	}
	if c.message != nil {
		n.Message = string(c.message.FullName())
	}
	return n
}

// A programKey names all that decides what a program is. Parsed schemas are kept by content, so a schema's identity is its
// content's.
type programKey struct {
	schema  schema.Schema
	message protoreflect.FullName
}

// A transcoderKey names the two programs that are fused.
type transcoderKey struct {
	writer, reader programKey
	resolution     schemaavro.Resolution
}

func (c *contract) key() programKey {
	k := programKey{schema: c.Schema}
	if c.message != nil {
		k.message = c.message.FullName()
	}
	return k
}

// compile returns the contract of a version, and the bytes of a frame's body that hold the datum. With a finding the contract
// has nothing but the version.
func (c *Codec) compile(v Version, f frame, asked string) (*contract, []byte, *verdict.Finding) {
	k := &contract{Version: v}
	body := f.body
	if s, ok := v.Schema.(*schemaprotobuf.Schema); ok {
		var found *verdict.Finding
		if k.message, body, found = choose(s.Descriptor(), f, asked); found != nil {
			return &contract{Version: v}, nil, found
		}
	}
	k.program, _ = c.programs.Get(k.key(), func() (program, error) { return k.make(), nil })
	if k.bare(f.framing) {
		body = append(binary.AppendVarint(make([]byte, 0, len(body)+binary.MaxVarintLen32), int64(len(body))), body...)
	}
	return k, body, nil
}

// bare reports whether the framing holds bytes without their length: Confluent's serializers write a datum of the schema
// "bytes" so.
func (c *contract) bare(f Framing) bool {
	s, ok := c.Schema.(*schemaavro.Schema)
	return ok && (f == Confluent || f == ConfluentHeader) && s.Root().Node.Kind == schemaavro.Bytes
}

func (c *contract) make() program {
	if c.message != nil {
		return protobufProgram{protobuf.Compile(c.message)}
	}
	s := c.Schema.(*schemaavro.Schema)
	return avroProgram{avro.Compile(s)}
}

// fuse returns what carries bodies from one contract to another.
func (c *Codec) fuse(writer, reader *contract, r schemaavro.Resolution) transcoder {
	t, _ := c.transcoders.Get(transcoderKey{writer.key(), reader.key(), r}, func() (transcoder, error) {
		if writer.message != nil {
			return protobuf.Fuse(writer.message, reader.message), nil
		}
		return avro.Fuse(writer.Schema.(*schemaavro.Schema), reader.Schema.(*schemaavro.Schema), r), nil
	})
	return t
}

// text returns the datum of a body that is valid as JSON. An *[Error] says that it would be too much.
func (c *contract) text(body []byte, o Options) ([]byte, error) {
	text, ok := c.appendJSON(nil, body, o)
	if !ok {
		f := verdict.Errorf("MESSAGE_TOO_LARGE", "", "the message as JSON would be too large, or take too much work to write")
		return nil, &Error{Code: TooLarge, Message: f.Message, Findings: []verdict.Finding{f}}
	}
	return text, nil
}

type avroProgram struct{ *avro.Program }

func (p avroProgram) options(o Options) avro.JSONOptions {
	encoding := avro.PlainJSON
	if o.Encoding == AvroJSON {
		encoding = avro.AvroJSON
	}
	return avro.JSONOptions{
		Encoding: encoding, Latin1: o.Latin1, Raw: o.Raw,
		ApplyDefaults: o.ApplyDefaults, DropUnknown: o.DropUnknown, MaxFindings: o.max(),
	}
}

func (p avroProgram) appendJSON(dst, body []byte, o Options) ([]byte, bool) {
	return p.AppendJSON(dst, body, p.options(o))
}

func (p avroProgram) appendBinary(dst, json []byte, o Options) ([]byte, []string, []verdict.Finding) {
	return p.AppendBinary(dst, json, p.options(o))
}

type protobufProgram struct{ *protobuf.Program }

func (p protobufProgram) options(o Options) protobuf.JSONOptions {
	return protobuf.JSONOptions{DropUnknown: o.DropUnknown, MaxFindings: o.max()}
}

func (p protobufProgram) appendJSON(dst, body []byte, o Options) ([]byte, bool) {
	return p.AppendJSON(dst, body, p.options(o))
}

func (p protobufProgram) appendBinary(dst, json []byte, o Options) ([]byte, []string, []verdict.Finding) {
	return p.AppendBinary(dst, json, p.options(o))
}

// unprefixed takes the length off the bytes of a framing that has none.
func (c *contract) unprefixed(f Framing, body []byte) []byte {
	if !c.bare(f) {
		return body
	}
	_, n := binary.Varint(body)
	return body[n:]
}
