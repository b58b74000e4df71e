package envelope_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/envelope/verdict"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

const (
	orderText = `{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"orderId","type":"string"},{"name":"qty","type":"int"}]}`
	otherText = `{"type":"record","name":"Other","namespace":"shop","fields":[{"name":"x","type":"long"}]}`
	manyText  = `syntax = "proto3"; package many;
message A { string a = 1; }
message B { string b = 1; message D { int64 d = 1; message E { bool e = 1; } } map<string, int32> counts = 2; }
message C { string c = 1; }
`
	// Apache's test message is of the schema beside it.
	apacheText = `{"type":"record","name":"TestMessage","namespace":"org.apache.avro","fields":[{"name":"id","type":"long"},{"name":"name","type":"string"},{"name":"tags","type":{"type":"array","items":"string"}}]}`
)

// orderBody is {"orderId":"a-1","qty":3}.
var orderBody = []byte("\x06a-1\x06")

func bin(s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func prefix(v envelope.Version) []byte { return binary.BigEndian.AppendUint32([]byte{0}, uint32(v.ID)) }

func header(v envelope.Version) []byte { return append([]byte{1}, v.GUID[:]...) }

func deflated(b []byte) []byte {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	w.Write(b)
	w.Close()
	return out.Bytes()
}

func rabin(v envelope.Version) []byte {
	return binary.LittleEndian.AppendUint64([]byte{0xc3, 1}, v.Schema.(*avro.Schema).Rabin())
}

const (
	uuid    = "89791762-2336-4186-9674-299b90a802e2"
	azureID = "0123456789abcdef0123456789abcde0"
)

func uuidBytes() []byte { g, _ := schema.ParseGUID(uuid); return g[:] }

// shelf are the schemas that the tests of framings know.
type shelf struct {
	*catalog
	order, other, many, apache, bytes envelope.Version
}

func newShelf(tb testing.TB) shelf {
	s := shelf{catalog: newCatalog(tb)}
	s.order, s.other = s.add("order-value", orderText), s.add("other-value", otherText)
	s.many, s.apache = s.add("many-value", manyText), s.add("apache-value", apacheText)
	s.bytes = s.add("bytes-value", `"bytes"`)
	s.Alias(envelope.GlueID, uuid, s.order)
	s.Alias(envelope.GlueID, "11111111-2336-4186-9674-299b90a802e2", s.many)
	s.Alias(envelope.AzureID, azureID, s.order)
	s.Alias(envelope.ApicurioContent, "1987654321", s.order)
	s.Alias(envelope.ApicurioContent, "77", s.many)
	s.Alias(envelope.ApicurioGlobal, "1987654322", s.order)
	s.Alias(envelope.PubSubID, "order@0a1b2c3d", s.order)
	return s
}

// codes are the codes of findings, or "clean".
func codes(findings []verdict.Finding) string {
	if len(findings) == 0 {
		return "clean"
	}
	var all []string
	for _, f := range findings {
		all = append(all, f.Code)
	}
	return strings.Join(all, " ")
}

func h(name string, value []byte) []envelope.Header {
	return []envelope.Header{{Name: name, Value: value}}
}

// A reading is a message, and what is said of it: its codes, framing, and which message of a Protobuf file it is.
type reading struct {
	name    string
	message envelope.Message
	codes   string
	framing envelope.Framing
	evident envelope.Evidence
	of      string
}

func TestFramings(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	many := func(index string, body ...byte) []byte { return join(prefix(s.many), bin(index), body) }
	const declared, magic, byHeader = envelope.Declared, envelope.MagicResolved, envelope.ByHeader
	for _, tt := range []reading{
		{"prefix", envelope.Message{Payload: join(prefix(s.order), orderBody)}, "clean", "confluent", magic, ""},
		{"prefix, declared", envelope.Message{Payload: join(prefix(s.order), orderBody), Framing: "confluent"}, "clean", "confluent", declared, ""},
		{"prefix with a GUID", envelope.Message{Payload: join(header(s.order), orderBody)}, "clean", "confluent", magic, ""},
		{"prefix, wrong magic", envelope.Message{Payload: join([]byte{2}, prefix(s.order)[1:], orderBody), Framing: "confluent"}, "FRAME_MISMATCH", "", "", ""},
		{"prefix, nothing", envelope.Message{Payload: []byte{}, Framing: "confluent"}, "FRAME_TRUNCATED", "", "", ""},
		{"prefix, cut", envelope.Message{Payload: []byte{0, 0, 0}, Framing: "confluent"}, "FRAME_TRUNCATED", "", "", ""},
		{"prefix, GUID cut", envelope.Message{Payload: header(s.order)[:9], Framing: "confluent"}, "FRAME_TRUNCATED", "", "", ""},
		{"prefix, ID 0", envelope.Message{Payload: bin("00 00000000 00"), Framing: "confluent"}, "FRAME_ID", "", "", ""},
		{"prefix, negative ID", envelope.Message{Payload: bin("00 ffffffff 00"), Framing: "confluent"}, "FRAME_ID", "", "", ""},
		{"prefix, unknown ID", envelope.Message{Payload: bin("00 00ffffff 00"), Framing: "confluent"}, "SCHEMA_UNKNOWN", "", "", ""},
		{"prefix, unknown ID, not declared", envelope.Message{Payload: bin("00 00ffffff 00")}, "SCHEMA_UNKNOWN", "", "", ""},
		{"prefix, ID of another subject", envelope.Message{Payload: join(prefix(s.order), orderBody), Subject: "other-value"}, "SCHEMA_UNKNOWN", "", "", ""},
		{"prefix, left over", envelope.Message{Payload: join(prefix(s.order), orderBody, []byte{0}), Framing: "confluent"}, "AVRO_TRAILING", "confluent", declared, ""},
		{"prefix, left over, not declared", envelope.Message{Payload: join(prefix(s.order), orderBody, []byte{0})}, "FRAME_UNKNOWN AVRO_TRAILING", "", "", ""},
		{"bytes without their length", envelope.Message{Payload: join(prefix(s.bytes), []byte("raw"))}, "clean", "confluent", magic, ""},
		{"bytes, none", envelope.Message{Payload: prefix(s.bytes)}, "clean", "confluent", magic, ""},

		{"header", envelope.Message{Payload: orderBody, Headers: h("__value_schema_id", header(s.order))}, "clean", "confluent-header", byHeader, ""},
		{"header, of the key", envelope.Message{Payload: orderBody, Headers: h("__key_schema_id", header(s.order))}, "clean", "confluent-header", byHeader, ""},
		{"header, the last counts", envelope.Message{Payload: orderBody, Headers: append(h("__value_schema_id", header(s.other)), h("__value_schema_id", header(s.order))...)}, "clean", "confluent-header", byHeader, ""},
		{"header, malformed, no fall-back", envelope.Message{Payload: join(prefix(s.order), orderBody), Headers: h("__value_schema_id", header(s.order)[:16])}, "FRAME_HEADER", "", "", ""},
		{"header, an ID", envelope.Message{Payload: orderBody, Headers: h("__value_schema_id", prefix(s.order))}, "FRAME_HEADER", "", "", ""},
		{"header, another case", envelope.Message{Payload: orderBody, Headers: h("__VALUE_SCHEMA_ID", header(s.order))}, "FRAME_UNKNOWN", "", "", ""},
		{"header declared and absent", envelope.Message{Payload: orderBody, Framing: "confluent-header"}, "FRAME_MISMATCH", "", "", ""},
		{"header, unknown", envelope.Message{Payload: orderBody, Headers: h("__value_schema_id", bin("01 00112233445566778899aabbccddeeff"))}, "SCHEMA_UNKNOWN", "", "", ""},

		{"index, short", envelope.Message{Payload: many("00", 0x0a, 1, 'a')}, "clean", "confluent", magic, "many.A"},
		{"index, long", envelope.Message{Payload: many("0200", 0x0a, 1, 'a')}, "clean", "confluent", magic, "many.A"},
		{"index [1]", envelope.Message{Payload: many("0202", 0x0a, 1, 'a')}, "clean", "confluent", magic, "many.B"},
		{"index [1,0]", envelope.Message{Payload: many("040200", 8, 7)}, "clean", "confluent", magic, "many.B.D"},
		{"index [1,0,0]", envelope.Message{Payload: many("06020000", 8, 1)}, "clean", "confluent", magic, "many.B.D.E"},
		{"index in the header", envelope.Message{Payload: []byte{}, Headers: h("__value_schema_id", join(header(s.many), bin("0204")))}, "clean", "confluent-header", byHeader, "many.C"},
		{"index in the header, left over", envelope.Message{Payload: []byte{}, Headers: h("__value_schema_id", join(header(s.many), bin("020400")))}, "FRAME_INDEX", "", "", ""},
		{"index out of range", envelope.Message{Payload: many("020a"), Framing: "confluent"}, "FRAME_INDEX", "", "", ""},
		{"index negative", envelope.Message{Payload: many("0201"), Framing: "confluent"}, "FRAME_INDEX", "", "", ""},
		{"index count negative", envelope.Message{Payload: many("01"), Framing: "confluent"}, "FRAME_INDEX", "", "", ""},
		{"index count 2^40", envelope.Message{Payload: many("808080808080 01 00"), Framing: "confluent"}, "FRAME_INDEX", "", "", ""},
		{"index without end", envelope.Message{Payload: many("8080808080808080808080"), Framing: "confluent"}, "FRAME_INDEX", "", "", ""},
		{"index cut", envelope.Message{Payload: many("06"), Framing: "confluent"}, "FRAME_INDEX", "", "", ""},
		{"index missing", envelope.Message{Payload: prefix(s.many), Framing: "confluent"}, "FRAME_INDEX", "", "", ""},

		{"single object, Apache's own", envelope.Message{Payload: bin("c301 a92de1f8a242f53d 54 08 42696c6c 04 12 646f675f6c6f766572 12 6361745f686174657200")}, "clean", "single-object", magic, ""},
		{"single object, big endian", envelope.Message{Payload: bin("c301 3df542a2f8e12da9 54 08 42696c6c 00"), Framing: "single-object"}, "SCHEMA_UNKNOWN", "", "", ""},
		{"single object, other magic", envelope.Message{Payload: bin("c302 a92de1f8a242f53d"), Framing: "single-object"}, "FRAME_MISMATCH", "", "", ""},
		{"single object, cut", envelope.Message{Payload: bin("c301 a92d"), Framing: "single-object"}, "FRAME_TRUNCATED", "", "", ""},

		{"glue", envelope.Message{Payload: join(bin("0300"), uuidBytes(), orderBody)}, "clean", "glue", magic, ""},
		{"glue, compressed", envelope.Message{Payload: join(bin("0305"), uuidBytes(), deflated(orderBody))}, "clean", "glue", magic, ""},
		{"glue, damaged", envelope.Message{Payload: join(bin("0305"), uuidBytes(), deflated(orderBody)[:8]), Framing: "glue"}, "FRAME_COMPRESSION", "", "", ""},
		{"glue, more behind", envelope.Message{Payload: join(bin("0305"), uuidBytes(), deflated(orderBody), []byte{0}), Framing: "glue"}, "FRAME_COMPRESSION", "", "", ""},
		{"glue, too much inside", envelope.Message{Payload: join(bin("0305"), uuidBytes(), deflated(make([]byte, 11<<20))), Framing: "glue"}, "FRAME_COMPRESSION", "", "", ""},
		{"glue, unknown compression", envelope.Message{Payload: join(bin("0301"), uuidBytes(), orderBody), Framing: "glue"}, "FRAME_MISMATCH", "", "", ""},
		{"glue, message by the sorted names", envelope.Message{Payload: join(bin("0300"), bin("11111111233641869674299b90a802e2"), []byte{4, 8, 1})}, "clean", "glue", magic, "many.B.D.E"},
		{"glue, message out of range", envelope.Message{Payload: join(bin("0300"), bin("11111111233641869674299b90a802e2"), []byte{0x44}), Framing: "glue"}, "FRAME_INDEX", "", "", ""},

		{"apicurio, content ID", envelope.Message{Payload: join(bin("00"), bin("76797fb1")[:0], binary.BigEndian.AppendUint32(nil, 1987654321), orderBody)}, "clean", "apicurio", magic, ""},
		{"apicurio, global ID", envelope.Message{Payload: join(bin("00"), binary.BigEndian.AppendUint64(nil, 1987654322), orderBody)}, "clean", "apicurio", magic, ""},
		{"apicurio, in a header", envelope.Message{Payload: orderBody, Headers: h("apicurio.value.globalId", binary.BigEndian.AppendUint64(nil, 1987654322))}, "clean", "apicurio", byHeader, ""},
		{"apicurio, a header of 4 bytes", envelope.Message{Payload: orderBody, Headers: h("apicurio.value.globalId", []byte{0, 0, 0, 1})}, "FRAME_HEADER", "", "", ""},
		{"apicurio, with the message's name", envelope.Message{Payload: join(bin("00 0000004d 03 0a 01 42"), []byte{0x0a, 1, 'b'}), Framing: "apicurio"}, "clean", "apicurio", declared, "many.B"},
		{"apicurio, without", envelope.Message{Payload: join(bin("00 0000004d"), []byte{0x0a, 1, 'a'}), Framing: "apicurio"}, "clean", "apicurio", declared, "many.A"},
		{"apicurio, a name of no length", envelope.Message{Payload: join(bin("00 0000004d 03 0a ff 01"), []byte{0x0a, 1, 'a'}), Framing: "apicurio"}, "PROTOBUF_TAG", "apicurio", declared, "many.A"},

		{"azure", envelope.Message{Payload: orderBody, Headers: h("content-type", []byte("Avro/Binary+"+azureID))}, "clean", "azure", byHeader, ""},
		{"azure, preamble", envelope.Message{Payload: join(make([]byte, 4), []byte(azureID), orderBody), Framing: "azure"}, "clean", "azure", declared, ""},
		{"azure, preamble, not declared", envelope.Message{Payload: join(make([]byte, 4), []byte(azureID), orderBody)}, "clean", "azure", magic, ""},
		{"azure, no ID", envelope.Message{Payload: orderBody, Headers: h("content-type", []byte("avro/binary+12"))}, "FRAME_HEADER", "", "", ""},

		{"pub/sub", envelope.Message{Payload: orderBody, Headers: append(h("googclient_schemaname", []byte("projects/p/schemas/order")), h("googclient_schemarevisionid", []byte("0a1b2c3d"))...)}, "clean", "none", byHeader, ""},

		{"two headers that agree", envelope.Message{Payload: orderBody, Headers: append(h("__value_schema_id", header(s.order)), h("content-type", []byte("avro/binary+"+azureID))...)}, "clean", "confluent-header", byHeader, ""},
		{"two headers that do not", envelope.Message{Payload: orderBody, Headers: append(h("__value_schema_id", header(s.other)), h("content-type", []byte("avro/binary+"+azureID))...)}, "FRAME_CONFLICT", "", "", ""},

		{"bare", envelope.Message{Payload: orderBody, Subject: "order-value", Version: "1", Framing: "none"}, "clean", "none", declared, ""},
		{"bare, not declared", envelope.Message{Payload: orderBody, Subject: "order-value", Version: "1"}, "FRAME_UNKNOWN", "", "", ""},
		{"bare Protobuf, of a message", envelope.Message{Payload: []byte{8, 7}, Subject: "many-value", Framing: "none", Type: ".many.B.D"}, "clean", "none", declared, "many.B.D"},
		{"version and ID agree", envelope.Message{Payload: join(prefix(s.order), orderBody), Subject: "order-value", Version: "1"}, "clean", "confluent", magic, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := newCodec(s.catalog)
			a, err := c.Validate(t.Context(), &tt.message)
			if err != nil {
				t.Fatal(err)
			}
			got := reading{tt.name, tt.message, codes(a.Findings), a.Framing, a.Evidence, ""}
			if a.Schema != nil {
				got.of = a.Schema.Message
			}
			if diff := cmp.Diff(tt, got, cmp.AllowUnexported(reading{})); diff != "" {
				t.Errorf("%v (-want +got):\n%s", a.Findings, diff)
			}
		})
	}
}
