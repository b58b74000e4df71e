package envelope_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/envelope/event"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
	"github.com/treatyhq/treaty/schema/protobuf"
)

// A catalog is a source that a test fills.
type catalog struct {
	tb       testing.TB
	versions []envelope.Version
	labels   map[string]int // "subject label" to number
	aliases  map[envelope.System]map[string]envelope.Version
	types    map[string]event.Rules
	down     error // what every question is answered with, if set
}

func newCatalog(tb testing.TB) *catalog {
	return &catalog{tb: tb, labels: map[string]int{}, aliases: map[envelope.System]map[string]envelope.Version{}, types: map[string]event.Rules{}}
}

// add registers a text as the next version of a subject. The same text has the same ID everywhere.
func (c *catalog) add(subject, text string) envelope.Version {
	c.tb.Helper()
	s, err := c.Parse(context.Background(), "", envelope.Inline{Text: text, Type: typeOf(text)})
	if err != nil {
		c.tb.Fatal(err)
	}
	v := envelope.Version{Subject: subject, Number: 1, ID: 1, Schema: s, GUID: schema.Identify(s.Canonical(), nil, nil, nil)}
	for _, known := range c.versions {
		if v.ID = max(v.ID, known.ID+1); known.Subject == subject {
			v.Number = known.Number + 1
		}
	}
	for _, known := range c.versions {
		if known.GUID == v.GUID {
			v.ID, v.Schema = known.ID, known.Schema
		}
	}
	c.versions = append(c.versions, v)
	return v
}

func typeOf(text string) schema.Type {
	if text[0] == '{' || text[0] == '"' || text[0] == '[' {
		return schema.Avro
	}
	return schema.Protobuf
}

func (c *catalog) alias(s envelope.System, external string, v envelope.Version) {
	if c.aliases[s] == nil {
		c.aliases[s] = map[string]envelope.Version{}
	}
	c.aliases[s][external] = v
}

func (c *catalog) Version(_ context.Context, n envelope.Name) (envelope.Version, error) {
	if c.down != nil {
		return envelope.Version{}, c.down
	}
	if n.Kind == envelope.ByVersion {
		return c.named(n)
	}
	for _, v := range c.versions {
		ok := false
		switch n.Kind {
		case envelope.ByID:
			ok = v.ID == n.ID
		case envelope.ByGUID:
			ok = v.GUID == n.GUID
		case envelope.ByFingerprint:
			s, isAvro := v.Schema.(*avro.Schema)
			ok = isAvro && s.Rabin() == n.Rabin
		case envelope.ByAlias:
			ok = c.aliases[n.System][n.Text].ID == v.ID
		}
		if ok && (n.Subject == "" || n.Subject == v.Subject) {
			return v, nil
		}
	}
	return envelope.Version{}, &envelope.Unknown{Message: fmt.Sprintf("no schema has the name %+v", n)}
}

func (c *catalog) named(n envelope.Name) (envelope.Version, error) {
	number, err := strconv.Atoi(n.Text)
	if label, ok := c.labels[n.Subject+" "+n.Text]; ok {
		number, err = label, nil
	}
	missing := envelope.MissingSubject
	var found envelope.Version
	for _, v := range c.versions {
		if v.Subject != n.Subject {
			continue
		}
		missing = envelope.MissingVersion
		if n.Text == envelope.Latest || err == nil && v.Number == number {
			found = v
		}
	}
	if found.Schema == nil {
		return found, &envelope.Unknown{Missing: missing, Message: fmt.Sprintf("there is no version %s of %s", n.Text, n.Subject)}
	}
	return found, nil
}

func (c *catalog) External(_ context.Context, s envelope.System, v envelope.Version) (string, bool, error) {
	for external, known := range c.aliases[s] {
		if known.ID == v.ID {
			return external, true, nil
		}
	}
	return "", false, nil
}

func (c *catalog) Binding(_ context.Context, _, eventType string) (event.Rules, bool, error) {
	r, ok := c.types[eventType]
	return r, ok, nil
}

func (c *catalog) Parse(ctx context.Context, _ string, in envelope.Inline) (schema.Schema, error) {
	if in.Type == schema.Protobuf {
		return protobuf.Parse(ctx, schema.Source{Text: in.Text}, schema.Options{New: true})
	}
	return avro.Parse(ctx, schema.Source{Text: in.Text}, schema.Options{New: true})
}

// now is when the tests are.
var now = time.Date(2026, 11, 24, 18, 0, 0, 0, time.UTC)

func newCodec(c *catalog) *envelope.Codec {
	return envelope.New(c, envelope.Config{Now: func() time.Time { return now }})
}
