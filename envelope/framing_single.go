package envelope

import (
	"encoding/binary"

	"github.com/treatyhq/treaty/envelope/verdict"
	schemaavro "github.com/treatyhq/treaty/schema/avro"
)

func looksSingleObject(payload []byte) bool { return startsWith(payload, 0xC3, 0x01) }

// parseSingleObject reads C3 01 and the fingerprint of the schema, CRC-64-AVRO, little endian.
// Source: Avro 1.12, Single object encoding.
func parseSingleObject(_ *Codec, m *Message) (frame, *verdict.Finding) {
	p := m.Payload
	switch {
	case len(p) >= 2 && !looksSingleObject(p):
		return frame{}, mismatch(SingleObject, "it begins with %02x %02x, not c3 01", p[0], p[1])
	case len(p) < 10:
		return frame{}, truncated(SingleObject, 10, len(p))
	}
	name := Name{Kind: ByFingerprint, Context: m.Context, Subject: m.Subject, Rabin: binary.LittleEndian.Uint64(p[2:])}
	return frame{framing: SingleObject, names: []Name{name}, body: p[10:]}, nil
}

func emitSingleObject(e *emission) *verdict.Finding {
	s, ok := e.to.Schema.(*schemaavro.Schema)
	if !ok {
		return mismatch(SingleObject, "it is for Avro, and the schema is of type %s", e.to.Schema.Type())
	}
	return e.put(binary.LittleEndian.AppendUint64([]byte{0xC3, 0x01}, s.Rabin())...)
}
