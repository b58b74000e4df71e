package envelope

import (
	"encoding/binary"

	"github.com/treatyhq/treaty/envelope/verdict"
	"github.com/treatyhq/treaty/schema"
)

// The headers in which Confluent's serializers put the GUID of a schema. A value is what is validated; a key is only if it
// alone says something.
const (
	valueHeader = "__value_schema_id"
	keyHeader   = "__key_schema_id"
)

// The first byte of Confluent's framing says what follows.
const (
	magicID   = 0 // the ID, 4 bytes, big endian
	magicGUID = 1 // the GUID, 16 bytes
)

func looksConfluent(payload []byte) bool {
	return startsWith(payload, magicID) || startsWith(payload, magicGUID)
}

// parseConfluent reads the prefix: 0 and an ID of 4 bytes, big endian, or 1 and a GUID of 16.
// Source: Confluent wire format; SchemaId.
func parseConfluent(_ *Codec, m *Message) (frame, *verdict.Finding) {
	p := m.Payload
	switch {
	case len(p) == 0:
		return frame{}, truncated(Confluent, 5, 0)
	case p[0] == magicGUID:
		name, f := guidName(m, Confluent, p)
		if f != nil {
			return frame{}, f
		}
		return frame{framing: Confluent, names: []Name{name}, body: p[17:], index: indexPath}, nil
	case p[0] != magicID:
		return frame{}, mismatch(Confluent, "its first byte is %d, not 0", p[0])
	case len(p) < 5:
		return frame{}, truncated(Confluent, 5, len(p))
	}
	id := int32(binary.BigEndian.Uint32(p[1:]))
	if id <= 0 {
		f := verdict.Errorf("FRAME_ID", "", "the schema ID in the message is %d, and IDs begin at 1", id).At(1)
		return frame{}, &f
	}
	name := Name{Kind: ByID, Context: m.Context, Subject: m.Subject, ID: int(id)}
	return frame{framing: Confluent, names: []Name{name}, body: p[5:], index: indexPath}, nil
}

// guidName reads a 1 and a GUID.
func guidName(m *Message, f Framing, b []byte) (Name, *verdict.Finding) {
	if len(b) < 17 {
		return Name{}, truncated(f, 17, len(b))
	}
	return Name{Kind: ByGUID, Context: m.Context, Subject: m.Subject, GUID: schema.GUID(b[1:17])}, nil
}

// parseConfluentHeader reads the header of the value, or else of the key: 1 and a GUID, and for Protobuf the message index.
func parseConfluentHeader(_ *Codec, m *Message) (frame, *verdict.Finding) {
	name := valueHeader
	value, ok := m.header(name)
	if !ok {
		name = keyHeader
		if value, ok = m.header(name); !ok {
			return frame{}, mismatch(ConfluentHeader, "it has no header %s", valueHeader)
		}
	}
	if len(value) < 17 || value[0] != magicGUID {
		return frame{}, badHeader(name, "is not 1 and the 16 bytes of a GUID, but %d bytes", len(value))
	}
	guid, _ := guidName(m, ConfluentHeader, value)
	return frame{framing: ConfluentHeader, names: []Name{guid}, body: m.Payload, index: indexPath, lead: value[17:]}, nil
}

func emitConfluent(e *emission) *verdict.Finding {
	if e.from != nil && startsWith(e.from.Payload, magicGUID) {
		return e.put(e.to.appendPath(append([]byte{magicGUID}, e.to.GUID[:]...))...)
	}
	prefix := binary.BigEndian.AppendUint32([]byte{magicID}, uint32(e.to.ID))
	return e.put(e.to.appendPath(prefix)...)
}

func emitConfluentHeader(e *emission) *verdict.Finding {
	name := valueHeader
	if e.from != nil {
		if _, ok := e.from.header(valueHeader); !ok {
			name = keyHeader
		}
	}
	value := e.to.appendPath(append([]byte{magicGUID}, e.to.GUID[:]...))
	e.headers = append(e.headers, Header{Name: name, Value: value})
	return e.put()
}
