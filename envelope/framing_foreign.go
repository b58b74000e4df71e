package envelope

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/treatyhq/treaty/envelope/verdict"
)

// apicurioIDs are the headers of Apicurio's serializers that hold IDs: those of values count before those of keys.
var apicurioIDs = []struct {
	name, encoding string
	system         System
}{
	{"apicurio.value.globalId", "apicurio.value.encoding", ApicurioGlobal},
	{"apicurio.value.contentId", "apicurio.value.encoding", ApicurioContent},
	{"apicurio.key.globalId", "apicurio.key.encoding", ApicurioGlobal},
	{"apicurio.key.contentId", "apicurio.key.encoding", ApicurioContent},
}

func looksApicurio(payload []byte) bool { return startsWith(payload, magicID) }

// parseApicurio reads the IDs in the headers, or 0 and an ID of 4 bytes, or of 8 if those are 0.
// Source: Apicurio Registry, Default4ByteIdHandler, Legacy8ByteIdHandler, DefaultHeadersHandler.
func parseApicurio(_ *Codec, m *Message) (frame, *verdict.Finding) {
	if hasApicurio(m) {
		return parseApicurioHeaders(m)
	}
	p := m.Payload
	switch {
	case len(p) > 0 && p[0] != magicID:
		return frame{}, mismatch(Apicurio, "its first byte is %d, not 0", p[0])
	case len(p) < 5:
		return frame{}, truncated(Apicurio, 5, len(p))
	}
	f := frame{framing: Apicurio, index: indexRef}
	if id := binary.BigEndian.Uint32(p[1:]); id != 0 {
		f.names, f.body = m.aliases(uint64(id), ApicurioContent), p[5:]
		return f, nil
	}
	if len(p) < 9 {
		return frame{}, truncated(Apicurio, 9, len(p))
	}
	f.names, f.body = m.aliases(binary.BigEndian.Uint64(p[1:]), ApicurioGlobal, ApicurioContent), p[9:]
	return f, nil
}

// aliases returns the names of one number in several systems.
func (m *Message) aliases(id uint64, systems ...System) []Name {
	var names []Name
	for _, s := range systems {
		names = append(names, m.alias(s, strconv.FormatUint(id, 10)))
	}
	return names
}

func (m *Message) alias(s System, external string) Name {
	return Name{Kind: ByAlias, Context: m.Context, Subject: m.Subject, System: s, Text: external}
}

func hasApicurio(m *Message) bool {
	for _, h := range apicurioIDs {
		if _, ok := m.header(h.name); ok {
			return true
		}
	}
	return false
}

func parseApicurioHeaders(m *Message) (frame, *verdict.Finding) {
	f := frame{framing: Apicurio, body: m.Payload, index: indexRef}
	for _, h := range apicurioIDs {
		value, ok := m.header(h.name)
		if !ok {
			continue
		}
		if len(value) != 8 {
			return frame{}, badHeader(h.name, "is not an ID of 8 bytes, but %d bytes", len(value))
		}
		f.names = append(f.names, m.aliases(binary.BigEndian.Uint64(value), h.system)...)
		encoding, _ := m.header(h.encoding)
		f.json = f.json || strings.EqualFold(string(encoding), "JSON")
	}
	return f, nil
}

func emitApicurio(e *emission) *verdict.Finding {
	ref := e.to.appendRef(nil)
	if e.from != nil && hasApicurio(e.from) {
		return e.apicurioHeaders(ref)
	}
	system, wide := ApicurioContent, e.from != nil && startsWith(e.from.Payload, 0, 0, 0, 0, 0)
	if wide {
		system = ApicurioGlobal
	}
	id, f := e.number(system)
	if f != nil {
		return f
	}
	if wide {
		return e.put(append(binary.BigEndian.AppendUint64([]byte{magicID}, id), ref...)...)
	}
	if id == 0 || id>>31 != 0 {
		return noExternal(system, e.to, "which does not fit into 4 bytes")
	}
	return e.put(append(binary.BigEndian.AppendUint32([]byte{magicID}, uint32(id)), ref...)...)
}

// apicurioHeaders sets the headers that the message came with to the IDs of the target.
func (e *emission) apicurioHeaders(ref []byte) *verdict.Finding {
	for _, h := range apicurioIDs {
		if _, ok := e.from.header(h.name); !ok {
			continue
		}
		id, f := e.number(h.system)
		if f != nil {
			return f
		}
		e.headers = append(e.headers, Header{Name: h.name, Value: binary.BigEndian.AppendUint64(nil, id)})
	}
	return e.put(ref...)
}

// number returns the target's ID in a system whose IDs are numbers.
func (e *emission) number(s System) (uint64, *verdict.Finding) {
	external, f := e.external(s)
	if f != nil {
		return 0, f
	}
	id, err := strconv.ParseUint(external, 10, 64)
	if err != nil {
		return 0, noExternal(s, e.to, "which is no number")
	}
	return id, nil
}

// azureID is the length of the ID that the old preamble of Azure's serializers holds behind four zero bytes.
const azureID = 32

const azureType = "avro/binary+"

func looksAzure(payload []byte) bool {
	return len(payload) >= 4+azureID && startsWith(payload, 0, 0, 0, 0) && isHex(payload[4:4+azureID])
}

func isHex(b []byte) bool {
	for _, c := range b {
		if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f') {
			return false
		}
	}
	return true
}

// parseAzure reads the ID in the content type, or the old preamble: four zero bytes and 32 hexadecimal digits.
// Source: Azure Schema Registry, Avro serializers.
func parseAzure(_ *Codec, m *Message) (frame, *verdict.Finding) {
	if id, ok := azureHeader(m); ok {
		if len(id) != azureID || !isHex([]byte(id)) {
			return frame{}, badHeader("content-type", "has the schema ID %q, not 32 hexadecimal digits", cut(id))
		}
		return frame{framing: Azure, names: []Name{m.alias(AzureID, strings.ToLower(id))}, body: m.Payload}, nil
	}
	p := m.Payload
	switch {
	case !startsWith(p, make([]byte, min(len(p), 4))...):
		return frame{}, mismatch(Azure, "it has no content-type %s…, and does not begin with four zero bytes", azureType)
	case len(p) < 4+azureID:
		return frame{}, truncated(Azure, 4+azureID, len(p))
	case !looksAzure(p):
		return frame{}, mismatch(Azure, "no 32 hexadecimal digits follow the four zero bytes")
	}
	id := string(bytes.ToLower(p[4 : 4+azureID]))
	return frame{framing: Azure, names: []Name{m.alias(AzureID, id)}, body: p[4+azureID:]}, nil
}

// azureHeader returns what follows the first plus of a content type avro/binary+….
func azureHeader(m *Message) (string, bool) {
	value, ok := m.header("content-type")
	if !ok || len(value) < len(azureType) || !strings.EqualFold(string(value[:len(azureType)]), azureType) {
		return "", false
	}
	return string(value[len(azureType):]), true
}

func emitAzure(e *emission) *verdict.Finding {
	id, f := e.external(AzureID)
	if f != nil {
		return f
	}
	if e.from != nil {
		if _, ok := azureHeader(e.from); !ok {
			return e.put(append(make([]byte, 4), id...)...)
		}
	}
	e.headers = append(e.headers, Header{Name: "content-type", Value: []byte(azureType + id)})
	return e.put()
}

// external returns what another registry calls the target.
func (e *emission) external(s System) (string, *verdict.Finding) {
	id, ok, err := e.c.source.External(e.ctx, s, e.to.Version)
	switch {
	case err != nil:
		f := unavailable(err)
		return "", &f
	case !ok:
		return "", noExternal(s, e.to, "")
	}
	return id, nil
}

// noExternal is the finding of a version that cannot be named in a framing of another registry.
func noExternal(s System, to *contract, why string) *verdict.Finding {
	f := verdict.Errorf("FRAME_NO_ALIAS", "", "version %d of %s has no alias in %s", to.Number, to.Subject, s)
	if why != "" {
		f = verdict.Errorf("FRAME_NO_ALIAS", "", "version %d of %s has an alias in %s %s", to.Number, to.Subject, s, why)
	}
	return &f
}

func appendUvarint(b []byte, i int) []byte { return binary.AppendUvarint(b, uint64(i)) }

func (c *contract) isMessage(md protoreflect.MessageDescriptor) bool {
	return md.FullName() == c.message.FullName()
}

// cut shortens a text from outside for a message.
func cut(s string) string {
	const most = 100
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}
