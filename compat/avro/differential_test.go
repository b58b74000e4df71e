package avro

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	twmb "github.com/twmb/avro"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/envelope/avro/avrotest"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

var (
	pairs = flag.Int("pairs", enough, "pairs of schemas that are held against another implementation")
	seed  = flag.Uint64("seed", 1, "seed of the schemas that are held against other implementations")
)

// A version is one schema of a history.
type version struct {
	draft  *avrotest.Type
	text   string
	schema *avro.Schema
	twmb   func() (*twmb.Schema, error) // twmb's reading of the text, which takes longer than most of what is done with it
}

// published is how many versions a history has: 10 pairs.
const published = 5

// history draws a schema and what becomes of it.
func history(t *testing.T, source avrotest.Source) []version {
	t.Helper()
	g := avrotest.Generator{Source: source}
	versions := make([]version, published)
	draft := g.Schema()
	for i := range versions {
		if i > 0 {
			draft = g.Evolve(draft)
		}
		versions[i] = newVersion(t, draft)
	}
	return versions
}

func newVersion(t *testing.T, draft *avrotest.Type) version {
	t.Helper()
	text := draft.String()
	v := version{draft: draft, text: text, twmb: sync.OnceValues(func() (*twmb.Schema, error) { return twmb.Parse(text) })}
	s, err := avro.Parse(t.Context(), schema.Source{Text: v.text}, schema.Options{New: true})
	if err != nil {
		t.Fatalf("parse %s: %v", v.text, err)
	}
	v.schema = s
	return v
}

// verdict is what a reader and a writer are to each other, as far as an implementation says: "" if all is well.
type verdict string

// An oracle is another implementation. ours returns this package's verdict in as much detail as the oracle's has.
type oracle struct {
	ask         func(reader, writer version) verdict
	ours        func(reader, writer version) verdict
	divergences []divergence
}

// A divergence is one thing that an oracle sees differently.
type divergence struct {
	name   string
	reason string
	// without takes what is seen differently out of two schemas. The divergence explains a disagreement if there is none
	// without it.
	without func(reader, writer *avrotest.Type)
}

// A tally counts what the comparisons of one oracle came to. It may be shared.
type tally struct {
	mu      sync.Mutex
	asked   int
	refused int
	because map[string]int
}

func (c *tally) add(v verdict, names ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked++
	if v != "" {
		c.refused++
	}
	if len(names) > 0 {
		c.because[strings.Join(names, ", ")]++
	}
}

// compare asks the oracle about one direction and fails on what no divergence explains. It reports whether both say that
// the reader reads.
func (o *oracle) compare(t *testing.T, reader, writer version, c *tally) (reads bool) {
	t.Helper()
	ours, theirs := o.ours(reader, writer), o.ask(reader, writer)
	if ours == theirs {
		c.add(ours)
		return ours == ""
	}
	names := o.explain(t, reader, writer)
	if len(names) == 0 {
		t.Fatalf("reader %s\nwriter %s\nours   %q\ntheirs %q", reader.text, writer.text, ours, theirs)
	}
	c.add(ours, names...)
	return false
}

// explain returns the names of the divergences without which the two verdicts agree: as few as do.
func (o *oracle) explain(t *testing.T, reader, writer version) []string {
	t.Helper()
	for i, d := range o.divergences {
		if o.agree(t, reader, writer, o.divergences[i:i+1]) {
			return []string{d.name}
		}
	}
	all := slices.Clone(o.divergences)
	if !o.agree(t, reader, writer, all) {
		return nil
	}
	for i := 0; i < len(all); {
		if fewer := slices.Delete(slices.Clone(all), i, i+1); o.agree(t, reader, writer, fewer) {
			all = fewer
		} else {
			i++
		}
	}
	names := make([]string, len(all))
	for i, d := range all {
		names[i] = d.name
	}
	return names
}

// agree reports whether the verdicts are the same without some divergences.
func (o *oracle) agree(t *testing.T, reader, writer version, without []divergence) bool {
	t.Helper()
	r, w := reader.draft.Clone(), writer.draft.Clone()
	for _, d := range without {
		d.without(r, w)
	}
	reader, writer = newVersion(t, r), newVersion(t, w)
	return o.ours(reader, writer) == o.ask(reader, writer)
}

// enough is the number of pairs past which every divergence has shown itself.
const enough = 20_000

// report logs the figures, and fails for a divergence that has explained nothing.
func (o *oracle) report(t *testing.T, c *tally) {
	t.Helper()
	disagreements := 0
	var lines []string
	for _, names := range slices.Sorted(maps.Keys(c.because)) {
		disagreements += c.because[names]
		lines = append(lines, fmt.Sprintf("%7d %s", c.because[names], names))
	}
	t.Logf("%d verdicts, %d of them refusals, %d disagreements\n%s", c.asked, c.refused, disagreements, strings.Join(lines, "\n"))
	for _, d := range o.divergences {
		if *pairs >= enough && !slices.ContainsFunc(lines, func(line string) bool { return strings.Contains(line, d.name) }) {
			t.Errorf("no disagreement is explained by %q: %s", d.name, d.reason)
		}
	}
}

// oursAlone is this package's verdict and no more.
func oursAlone(reader, writer version) verdict {
	if c := Check(reader.schema, writer.schema, compat.NewReadsOld); len(c.DropIn) > 0 {
		return "refused"
	}
	return ""
}

// eachPair has every two versions of enough histories compared, in both directions.
func eachPair(t *testing.T, shard, shards int, compare func(reader, writer version)) {
	t.Helper()
	for n := shard; n < *pairs*2/published/(published-1); n += shards {
		versions := history(t, avrotest.Seeded(*seed<<32+uint64(n)))
		for i, old := range versions {
			for _, latest := range versions[i+1:] {
				compare(latest, old)
				compare(old, latest)
			}
		}
		if t.Failed() {
			return
		}
	}
}
