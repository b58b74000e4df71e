package envelope

import (
	"context"
	"encoding/binary"
	"slices"
	"strconv"
	"sync"
	"time"
)

// A shortcut is what is known of all messages that begin alike: their contract, and how many bytes stand before the datum.
// One without a contract says that these messages take more to be read.
type shortcut struct {
	*contract
	skip     int
	zero     bool // and a byte 0 behind them: the index of a Protobuf file's first message
	either   bool // nobody has said that the framing is Confluent's, and some IDs begin as Azure's preamble does
	named    *Named
	framing  Framing
	evidence Evidence
}

// A beginning is all that decides what a shortcut is.
type beginning struct {
	context, subject, version, message string
	framing                            Framing
	id                                 uint32 // of Confluent's prefix
}

// begins returns the beginning of a message, false if messages like it are not read by shortcuts: those with headers, of a
// broker, with an encoding to be looked at, or in framings that are rare.
func (m *Message) begins() (beginning, bool) {
	if len(m.Headers) > 0 || m.Binding != "" || m.Data != nil || m.Encoding != "" {
		return beginning{}, false
	}
	b := beginning{context: m.Context, subject: m.Subject, version: m.Version, message: m.Type, framing: m.Framing}
	switch m.Framing {
	case None:
		return b, m.Payload != nil
	case "", Auto, Confluent:
		if len(m.Payload) < 5 || m.Payload[0] != magicID {
			return b, false
		}
		b.id = binary.BigEndian.Uint32(m.Payload[1:])
		return b, true
	}
	return b, false
}

// moves reports whether the caller names a version by what may mean another one a moment later, the latest or a label: who
// has moved it wants to see that. In a batch it means what it meant when it was last looked up.
func (m *Message) moves() bool {
	_, err := strconv.Atoi(m.Version)
	return err != nil && (m.Version != "" || m.Framing == None)
}

// datum returns the bytes of the datum, false if the message is another one than the shortcut is for.
func (s *shortcut) datum(payload []byte) ([]byte, bool) {
	if s.contract == nil || s.either && looksAzure(payload) {
		return nil, false
	}
	body := payload[s.skip:]
	if !s.zero {
		return body, true
	}
	if len(body) == 0 || body[0] != 0 {
		return nil, false
	}
	return body[1:], true
}

// shorten finds the shortcut of messages that begin like m.
func (c *Codec) shorten(ctx context.Context, m *Message) *shortcut {
	one := *m
	s := &shortcut{}
	if m.Framing != None {
		one.Payload = append(m.Payload[:5:5], 0) // the index of the first message, or a datum that is not looked at
		s.skip = 5
		if m.Framing != Confluent {
			known, refused := c.candidates(ctx, &one)
			if len(known) != 1 || known[0].frame.framing != Confluent || slices.ContainsFunc(refused, isUnanswered) {
				return s
			}
			one.Framing, s.either = Confluent, true
		}
	}
	o, _, err := c.open(ctx, &one)
	if err != nil || o == nil || o.bare(o.framing) {
		return s
	}
	s.contract, s.named, s.framing, s.evidence = o.contract, o.named(), o.framing, o.evidence
	s.zero = o.message != nil && m.Framing != None
	if m.Framing != one.Framing {
		s.evidence = MagicResolved
	}
	return s
}

// shortcutTime is how long a shortcut is taken for: what names mean may change.
const shortcutTime = time.Second

// maxShortcuts bounds the beginnings that are remembered: a sender of garbage brings a new one each time.
const maxShortcuts = 10_000

// shortcuts remember what was found out, for a moment. The zero value is ready.
type shortcuts struct {
	mu    sync.RWMutex
	known map[beginning]*shortcut
	until time.Time
}

// shortcut returns the one for a message, nil if there is none for messages like it.
func (c *Codec) shortcut(ctx context.Context, m *Message) *shortcut {
	b, ok := m.begins()
	if !ok {
		return nil
	}
	now := c.cfg.Now()
	c.short.mu.RLock()
	s, fresh := c.short.known[b], now.Before(c.short.until)
	c.short.mu.RUnlock()
	if s != nil && fresh {
		return s
	}
	s = c.shorten(ctx, m)
	c.short.mu.Lock()
	defer c.short.mu.Unlock()
	if !now.Before(c.short.until) || len(c.short.known) >= maxShortcuts {
		c.short.known, c.short.until = make(map[beginning]*shortcut), now.Add(shortcutTime)
	}
	c.short.known[b] = s
	return s
}

// quick answers for a message in which nothing is wrong and that a shortcut leads to, as most are; ok is false for all
// others.
func (c *Codec) quick(ctx context.Context, m *Message) (a Answer, ok bool) {
	if m.moves() {
		return a, false
	}
	s := c.shortcut(ctx, m)
	if s == nil || len(m.Payload) > c.cfg.MaxMessage {
		return a, false
	}
	body, ok := s.datum(m.Payload)
	if !ok || !s.Clean(body) {
		return a, false
	}
	return Answer{Schema: s.named, Framing: s.framing, Evidence: s.evidence}, true
}
