package envelope

import (
	"context"
	"encoding/binary"
)

// A Batch reads messages of which a caller says the same: they differ in their bytes alone. It is not safe for concurrent
// use.
type Batch struct {
	c       *Codec
	message Message
	last    *shortcut // that was taken last, for messages with an ID
	id      uint32
	left    int // messages until it is looked up again
	clean   int // messages that were found clean by it, and were not told of
	tell    func(*Named, int)
}

// Batch returns a reader of messages like m, whose bytes do not count.
func (c *Codec) Batch(m Message) *Batch { return &Batch{c: c, message: m} }

// batchCheck is how many messages a batch reads before it looks up again what they are.
const batchCheck = 1000

// Tell has f told of the messages that were found clean, in runs of one schema, and at once of those that it has not heard
// of yet.
func (b *Batch) Tell(f func(of *Named, count int)) {
	b.tell = f
	b.told()
}

func (b *Batch) told() {
	if b.clean > 0 && b.tell != nil {
		b.tell(b.last.named, b.clean)
		b.clean = 0
	}
}

// Clean reports whether nothing at all is wrong with a message; one for which it is false is to be validated. It
// allocates nothing for messages whose schema it has seen.
func (b *Batch) Clean(ctx context.Context, payload []byte) bool {
	var id uint32 // nothing else changes in a batch
	if b.message.Framing != None {
		if len(payload) < 5 {
			return false
		}
		id = binary.BigEndian.Uint32(payload[1:5])
	}
	if b.left--; b.left < 0 || id != b.id {
		b.told()
		b.message.Payload = payload
		b.last, b.id, b.left = b.c.shortcut(ctx, &b.message), id, batchCheck
	}
	if b.last == nil || b.message.Framing != None && payload[0] != magicID || len(payload) > b.c.cfg.MaxMessage {
		return false
	}
	body, ok := b.last.datum(payload)
	if !ok || !b.last.Clean(body) {
		return false
	}
	b.clean++
	return true
}
