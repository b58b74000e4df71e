package envelope

import (
	"context"
	"encoding/binary"
	"time"
)

// A Batch reads messages of which a caller says the same: they differ in their bytes alone. It remembers what it has
// resolved, for a second at most. It is not safe for concurrent use.
type Batch struct {
	c       *Codec
	message Message
	bare    *opened              // with the framing none: what they all are
	byID    map[uint32]*contract // with Confluent's: nil for an ID that has more than one reading
	until   time.Time
	unread  int // messages until the clock is looked at

	last  *contract // of the clean messages that were read last
	clean int       // how many they are
	tell  func(*Named, int)
}

// Batch returns a reader of messages like m, whose bytes do not count.
func (c *Codec) Batch(m Message) *Batch {
	return &Batch{c: c, message: m}
}

const (
	batchMemory = time.Second
	batchCheck  = 256 // messages between two looks at the clock
	// maxRemembered bounds the IDs that a batch remembers: a sender of garbage names a new one each time.
	maxRemembered = 10_000
)

// Tell has f told of the messages that were found clean and of no others, in runs of one schema, and of those that it has not
// heard of yet at once.
func (b *Batch) Tell(f func(of *Named, count int)) {
	if b.tell = f; b.clean > 0 {
		f(b.last.named(), b.clean)
		b.clean = 0
	}
}

// seen notes a clean message.
func (b *Batch) seen(k *contract, clean bool) bool {
	if !clean {
		return false
	}
	if k != b.last {
		if b.clean > 0 && b.tell != nil {
			b.tell(b.last.named(), b.clean)
			b.clean = 0
		}
		b.last = k
	}
	b.clean++
	return true
}

// Clean reports whether nothing at all is wrong with a message; one for which it is false is to be validated. It
// allocates nothing for messages whose schema it has seen.
func (b *Batch) Clean(ctx context.Context, payload []byte) bool {
	if b.unread--; b.unread < 0 {
		b.refresh()
	}
	if len(payload) > b.c.cfg.MaxMessage || b.message.Binding != "" {
		return false
	}
	switch b.message.Framing {
	case None:
		if b.bare == nil {
			one := b.message
			one.Payload = payload
			b.bare, _, _ = b.c.open(ctx, &one)
			if b.bare == nil {
				return false
			}
		}
		return b.seen(b.bare.contract, b.bare.Clean(payload))
	case "", Auto, Confluent:
		return b.confluent(ctx, payload)
	}
	return false
}

// refresh forgets what was resolved more than a second ago.
func (b *Batch) refresh() {
	b.unread = batchCheck
	if now := b.c.cfg.Now(); now.After(b.until) {
		b.bare, b.byID, b.until = nil, make(map[uint32]*contract), now.Add(batchMemory)
	}
}

// confluent reads a message with Confluent's prefix. Only Avro's are read here: those of Protobuf differ in their index.
func (b *Batch) confluent(ctx context.Context, payload []byte) bool {
	if len(payload) < 5 || payload[0] != magicID {
		return false
	}
	id := binary.BigEndian.Uint32(payload[1:])
	k, seen := b.byID[id]
	if !seen {
		if len(b.byID) >= maxRemembered {
			clear(b.byID)
		}
		k = b.resolve(ctx, payload)
		b.byID[id] = k
	}
	if k == nil {
		return false
	}
	if k.message == nil {
		return b.seen(k, k.Clean(payload[5:]))
	}
	return b.seen(k, len(payload) > 5 && payload[5] == 0 && k.Clean(payload[6:]))
}

// resolve returns the contract of all messages that begin like this one, nil if that takes more than a prefix to say: for
// Protobuf, the contract of the file's first message.
func (b *Batch) resolve(ctx context.Context, payload []byte) *contract {
	one := b.message
	one.Payload = append(payload[:5:5], 0) // the index of the first message, or a datum that is not looked at
	if b.message.Framing != Confluent {
		if known, _ := b.c.candidates(ctx, &one); len(known) != 1 || known[0].frame.framing != Confluent {
			return nil
		}
	}
	one.Framing = Confluent
	o, _, err := b.c.open(ctx, &one)
	if err != nil || o == nil || o.bare(Confluent) {
		return nil
	}
	return o.contract
}
