package envelope_test

import (
	"context"
	"testing"
	"time"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/envelope/envelopetest"
	"github.com/treatyhq/treaty/schema"
)

// A catalog is a source that a test fills, and that can be away.
type catalog struct {
	envelopetest.Catalog
	tb   testing.TB
	down error // what every question is answered with, if set
}

func newCatalog(tb testing.TB) *catalog {
	return &catalog{tb: tb}
}

// add registers a text as the next version of a subject. The same text has the same ID everywhere.
func (c *catalog) add(subject, text string) envelope.Version {
	c.tb.Helper()
	v, err := c.Add(subject, envelope.Inline{Text: text, Type: typeOf(text)})
	if err != nil {
		c.tb.Fatal(err)
	}
	return v
}

func typeOf(text string) schema.Type {
	if text[0] == '{' || text[0] == '"' || text[0] == '[' {
		return schema.Avro
	}
	return schema.Protobuf
}

func (c *catalog) Version(ctx context.Context, n envelope.Name) (envelope.Version, error) {
	if c.down != nil {
		return envelope.Version{}, c.down
	}
	return c.Catalog.Version(ctx, n)
}

// now is when the tests are.
var now = time.Date(2026, 11, 24, 18, 0, 0, 0, time.UTC)

func newCodec(c *catalog) *envelope.Codec {
	return envelope.New(c, envelope.Config{Now: func() time.Time { return now }})
}
