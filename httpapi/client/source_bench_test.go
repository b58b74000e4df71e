package client_test

import (
	"testing"

	"github.com/treatyhq/treaty/envelope"
)

// BenchmarkSource asks for what is kept, from many sides at once.
func BenchmarkSource(b *testing.B) {
	s, _ := source(b, root, shop())
	n := envelope.Name{Kind: envelope.ByID, ID: 7}
	b.ReportAllocs()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			if _, err := s.Version(b.Context(), n); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// What is kept is answered without memory: it is asked for with every message.
func TestSourceAnswersFromMemory(t *testing.T) {
	s, _ := source(t, root, shop())
	n := envelope.Name{Kind: envelope.ByID, ID: 7}
	if _, err := s.Version(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	if allocs := testing.AllocsPerRun(100, func() { _, _ = s.Version(ctx, n) }); allocs > 0 {
		t.Errorf("%v allocations, want none", allocs)
	}
}
