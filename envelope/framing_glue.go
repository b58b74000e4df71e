package envelope

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"slices"

	"github.com/treatyhq/treaty/envelope/verdict"
	"github.com/treatyhq/treaty/schema"
)

// The second byte of Glue's framing.
const (
	gluePlain = 0x00
	glueZlib  = 0x05
)

// glueHeader is the length of what stands before the body.
const glueHeader = 18

func looksGlue(payload []byte) bool {
	return startsWith(payload, 3, gluePlain) || startsWith(payload, 3, glueZlib)
}

// parseGlue reads 3, how the body is compressed, and the UUID of a schema version. A compressed body is opened, up to the
// limit of a message.
// Source: AWS Glue Schema Registry, serializer.
func parseGlue(c *Codec, m *Message) (frame, *verdict.Finding) {
	p := m.Payload
	switch {
	case len(p) > 0 && p[0] != 3:
		return frame{}, mismatch(Glue, "its first byte is %d, not 3", p[0])
	case len(p) > 1 && !looksGlue(p):
		return frame{}, mismatch(Glue, "its second byte is %d, and only 0 and 5 say how the body is compressed", p[1])
	case len(p) < glueHeader:
		return frame{}, truncated(Glue, glueHeader, len(p))
	}
	name := Name{Kind: ByAlias, Context: m.Context, Subject: m.Subject, System: GlueID, Text: schema.GUID(p[2:18]).String()}
	body := p[glueHeader:]
	if p[1] == glueZlib {
		opened, err := inflate(body, c.cfg.MaxMessage)
		if err != nil {
			f := verdict.Errorf("FRAME_COMPRESSION", "", "the body is not what it says: %v", err).At(glueHeader)
			return frame{}, &f
		}
		body = opened
	}
	return frame{framing: Glue, names: []Name{name}, body: body, index: indexTable}, nil
}

var errInflated = errors.New("it is larger than the limit of a message once it is opened")

// inflate opens a zlib stream that fills b and holds at most limit bytes.
func inflate(b []byte, limit int) ([]byte, error) {
	in := bytes.NewReader(b)
	z, err := zlib.NewReader(in)
	if err != nil {
		return nil, err
	}
	opened, err := io.ReadAll(io.LimitReader(z, int64(limit)+1))
	switch {
	case err != nil:
		return nil, err
	case len(opened) > limit:
		return nil, errInflated
	case in.Len() > 0:
		return nil, errors.New("bytes follow the zlib stream")
	}
	return opened, nil
}

func emitGlue(e *emission) *verdict.Finding {
	external, f := e.external(GlueID)
	if f != nil {
		return f
	}
	id, err := schema.ParseGUID(external)
	if err != nil {
		return noExternal(GlueID, e.to, "which is no UUID")
	}
	body := e.body
	if e.to.message != nil {
		at := slices.IndexFunc(table(e.to.message.ParentFile()), e.to.isMessage)
		body = append(appendUvarint(nil, at), body...)
	}
	e.payload = append([]byte{3, gluePlain}, id[:]...)
	if e.from == nil || !startsWith(e.from.Payload, 3, glueZlib) {
		e.payload = append(e.payload, body...)
		return nil
	}
	e.payload[1] = glueZlib
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	w.Write(body) // a Buffer takes everything
	w.Close()
	e.payload = append(e.payload, packed.Bytes()...)
	return nil
}
