package envelope

import (
	"strings"

	"github.com/treatyhq/treaty/envelope/verdict"
)

// The attributes that Google Pub/Sub puts beside a message that it has checked.
const (
	pubSubEncoding = "googclient_schemaencoding"
	pubSubName     = "googclient_schemaname"
	pubSubRevision = "googclient_schemarevisionid"
)

func hasPubSub(m *Message) bool { return m.has(pubSubName) || m.has(pubSubRevision) }

// parsePubSub reads the attributes: the schema's last name and its revision are known as the alias schema@revision, or by
// either alone.
// Source: Google Pub/Sub, schema attributes.
func parsePubSub(_ *Codec, m *Message) (frame, *verdict.Finding) {
	full, _ := m.header(pubSubName)
	revision, _ := m.header(pubSubRevision)
	name := string(full[strings.LastIndexByte(string(full), '/')+1:])
	f := frame{framing: None, body: m.Payload}
	for _, id := range []string{name + "@" + string(revision), string(revision), name} {
		if id != "" && id != "@" {
			f.names = append(f.names, m.alias(PubSubID, id))
		}
	}
	if len(f.names) == 0 {
		return frame{}, badHeader(pubSubName, "and %s are empty", pubSubRevision)
	}
	encoding, _ := m.header(pubSubEncoding)
	f.json = string(encoding) == "JSON"
	return f, nil
}
