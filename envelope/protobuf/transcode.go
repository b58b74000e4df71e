package protobuf

import (
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/treatyhq/treaty/envelope/verdict"
)

// Size estimates the bytes that the transcoder holds, without those of the schemas.
func (t *Transcoder) Size() int {
	size := t.source.Size() + t.target.Size()
	for _, p := range t.places {
		size += 64 + 48*len(p.fields) + 8*len(p.defaulted)
	}
	for _, m := range t.marks {
		size += 32 + len(m.path)
	}
	return size
}

// Append appends the message of the reader's type that a body of the writer's is: the same bytes. The step tells what the
// reader makes of it; its ends are left open. If one of the findings is an error dst is returned as it was: the body is
// not valid under either type, or the reader would take a value for another one. Fields that the reader does not know are
// in the step as dropped, and their bytes are kept.
// Source: Protocol Buffers, Updating a Message Type.
func (t *Transcoder) Append(dst, body []byte, max int) (out []byte, step verdict.Step, findings []verdict.Finding) {
	if !t.source.Clean(body) {
		if findings = t.source.Findings(body, max); !verdict.Valid(findings) {
			return dst, step, findings
		}
	}
	look := transcoding{Transcoder: t, seen: make([]uint64, len(t.marks)/64+1)}
	look.message(0, body)
	if look.look || !t.target.Clean(body) {
		findings = append(findings, t.differences(body, max)...)
		if !verdict.Valid(findings) {
			return dst, step, findings
		}
	}
	return append(dst, body...), t.step(look.seen), findings
}

// A transcoding is a look at one message, which is known to be valid.
type transcoding struct {
	*Transcoder
	seen []uint64
	look bool
}

func (t *transcoding) noted(mark int32) {
	if mark >= 0 {
		t.seen[mark>>6] |= 1 << (mark & 63)
	}
}

// message looks at the fields of a message at a place, and of the messages in it.
func (t *transcoding) message(at int32, body []byte) {
	p := &t.places[at]
	var strangers map[protowire.Number]bool
	for len(body) > 0 {
		number, typ, n := protowire.ConsumeTag(body)
		if n < 0 {
			return
		}
		body = body[n:]
		size := protowire.ConsumeFieldValue(number, typ, body)
		if size < 0 {
			return
		}
		if a, ok := p.fields[number]; ok {
			t.noted(a.mark)
			t.look = t.look || a.look
			if a.stranger {
				if strangers == nil {
					strangers = map[protowire.Number]bool{}
				}
				strangers[number] = true
			}
			switch {
			case a.inner < 0:
			case typ == protowire.BytesType:
				inner, _ := protowire.ConsumeBytes(body)
				t.message(a.inner, inner)
			case typ == protowire.StartGroupType:
				inner, _ := protowire.ConsumeGroup(number, body)
				t.message(a.inner, inner)
			}
		}
		body = body[size:]
	}
	for _, d := range p.defaulted {
		if !strangers[d.number] {
			t.noted(d.mark)
		}
	}
}

// differences returns what the reader does not have as it was sent.
func (t *Transcoder) differences(body []byte, max int) []verdict.Finding {
	r, err := Resolve(t.reader, t.writer, body, Limits{})
	if err != nil {
		return t.target.Findings(body, max)
	}
	findings := t.target.Findings(body, max)
	for _, d := range r.Differences {
		f := verdict.Errorf("", d.Path, "%s is %s, and the reader takes it for %s", d.Path, d.Writer, shownAs(d.Reader))
		switch d.Kind {
		case Overwritten:
			f.Code = "PROTOBUF_OVERWRITTEN"
		case Narrowed:
			f.Code = "PROTOBUF_NARROWED"
		case Changed:
			f.Code = "PROTOBUF_CHANGED"
		case Unnamed:
			f.Code, f.Severity = "PROTOBUF_UNNAMED", verdict.Warning
			f.Message = d.Path + " is " + d.Writer + ", and the reader's enum has no name for it"
		default:
			continue // kept, and in the step; or a default, which no byte says
		}
		if len(findings) < max {
			findings = append(findings, f)
		}
	}
	return findings
}

func shownAs(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}
