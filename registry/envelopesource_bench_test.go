package registry

import (
	"fmt"
	"testing"

	"github.com/treatyhq/treaty/envelope"
)

// BenchmarkSource looks one schema up, by each kind of name, among 1,000 subjects.
func BenchmarkSource(b *testing.B) {
	c := newClient(b)
	for i := range 1000 {
		c.register(fmt.Sprintf("subject-%04d", i), record(fmt.Sprintf("R%d", i), "a", "b"))
	}
	v := c.register("orders-value", record("Order", "a", "b"))
	x := c.register(":.x:orders-value", record("Order", "a", "b"))
	c.label("orders-value", 1, "1.0")
	c.alias(".", envelope.ConfluentID, "7", "orders-value", 1)
	source := c.Source()
	for _, bm := range []struct {
		name string
		of   envelope.Name
	}{
		{"ID", envelope.Name{Kind: envelope.ByID, ID: v.ID}},
		{"ID_of_subject", envelope.Name{Kind: envelope.ByID, ID: v.ID, Subject: "orders-value"}},
		{"ID_in_context", envelope.Name{Kind: envelope.ByID, ID: x.ID, Context: ".x"}},
		{"latest", envelope.Name{Subject: "orders-value", Text: envelope.Latest}},
		{"label", envelope.Name{Subject: "orders-value", Text: "1.0"}},
		{"GUID", envelope.Name{Kind: envelope.ByGUID, GUID: v.GUID}},
		{"fingerprint", envelope.Name{Kind: envelope.ByFingerprint, Rabin: rabinOf(b, record("Order", "a", "b"))}},
		{"alias", envelope.Name{Kind: envelope.ByAlias, System: envelope.ConfluentID, Text: "7"}},
		{"miss", envelope.Name{Kind: envelope.ByID, ID: 999_999}},
	} {
		b.Run(bm.name, func(b *testing.B) {
			ctx := b.Context()
			b.ReportAllocs()
			for b.Loop() {
				if _, err := source.Version(ctx, bm.of); err != nil && bm.name != "miss" {
					b.Fatal(err)
				}
			}
		})
	}
}
