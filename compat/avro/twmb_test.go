package avro

import (
	"errors"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"

	twmb "github.com/twmb/avro"

	"github.com/treatyhq/treaty/compat"
	message "github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/envelope/avro/avrotest"
)

func twmbVerdict(reader, writer version) verdict {
	r, err := reader.twmb()
	if err != nil {
		return verdict(err.Error())
	}
	w, err := writer.twmb()
	if err != nil {
		return verdict(err.Error())
	}
	if twmb.CheckCompatibility(w, r) != nil {
		return "refused"
	}
	return ""
}

var twmbDivergences = []divergence{
	{"aliases that collide", "it refuses a schema in which a field's alias is the name or the alias of another field, or of the field " +
		"itself; the specification does not forbid it", withoutCollidingAliases},
	{"null without a default", "it puts null in for a field whose union begins with null and that has no default; the specification " +
		"(Schema Resolution) demands a default of the reader's field, and Apache refuses", withDefaultsOfNull},
	{"decimals", "it refuses another precision or scale; Apache compares no logical types, and here they are findings of a policy",
		withoutDecimals},
	{"aliases without a namespace", "it has them match a name in any namespace; the specification (Aliases) makes them absolute " +
		"in the reader's own", withFullAliases},
	{"two branches of one unqualified name", "it compares the branch of the full name alone; Apache asks whether any branch reads, and " +
		"the specification takes the first that matches", withoutDoubles},
	{"a field that matches twice", "it looks only where the two records are meant for each other; Apache gives up wherever it meets " +
		"one, in a branch that it tries too", withoutAmbiguity},
}

// TestSecondOpinionOfTwmb holds the drop-in verdict against another implementation's, and what is read from messages where
// both say that they are read. -seed draws others, -pairs more.
func TestSecondOpinionOfTwmb(t *testing.T) {
	t.Parallel()
	o := oracle{ask: twmbVerdict, ours: oursAlone, divergences: twmbDivergences}
	c := tally{because: map[string]int{}}
	var messages atomic.Int64
	const shards = 8
	t.Run("pairs", func(t *testing.T) {
		for shard := range shards {
			t.Run(strconv.Itoa(shard), func(t *testing.T) {
				t.Parallel()
				source := avrotest.Seeded(*seed + uint64(shard))
				eachPair(t, shard, shards, func(reader, writer version) {
					if o.compare(t, reader, writer, &c) && source(3) == 0 {
						messages.Add(readAlike(t, source, reader, writer))
					}
				})
			})
		}
	})
	o.report(t, &c)
	t.Logf("%d messages are read alike", messages.Load())
}

// raw has twmb decode what logical types stand on.
var raw = func() (opts []twmb.SchemaOpt) {
	for _, name := range []string{"date", "time-millis", "time-micros", "timestamp-millis", "timestamp-micros", "uuid", "decimal"} {
		opts = append(opts, twmb.CustomType{LogicalType: name})
	}
	return opts
}()

// readAlike holds what envelope/avro reads from a message of the writer's against what twmb does. It returns how many
// messages were read: none if the writer has no finite one, or if a finding foretells that it cannot be read.
func readAlike(t *testing.T, source avrotest.Source, reader, writer version) int64 {
	t.Helper()
	r, w := reader.draft.Clone(), writer.draft.Clone()
	if withoutDoubles(r, w); r.String() != reader.text {
		return 0 // each may mean another branch
	}
	withFullAliases(r, w)
	d, err := avrotest.Draw(source, writer.schema.Root())
	if err != nil {
		return 0
	}
	data, err := message.Encode(writer.schema.Root(), d)
	if err != nil {
		t.Fatalf("encode %#v of %s: %v", d, writer.text, err)
	}
	resolved, err := twmb.Resolve(twmb.MustParse(writer.text, raw...), twmb.MustParse(r.String(), raw...))
	if err != nil {
		t.Fatalf("reader %s\nwriter %s: %v", reader.text, writer.text, err)
	}
	var theirs any
	_, theirErr := resolved.Decode(data, &theirs, twmb.TaggedUnions())
	ours, err := message.Resolve(reader.schema.Root(), writer.schema.Root(), data, message.Options{})
	var refusal *message.Error
	if errors.As(err, &refusal) && refusal.Code == message.InvalidUTF8 && foretold(reader, writer, utf8NotGuaranteed) {
		return 0 // twmb makes strings of any bytes
	}
	if err != nil || theirErr != nil || !avrotest.Stands(reader.schema.Root().Node, ours, theirs) {
		t.Fatalf("reader %s\nwriter %s\n%x: ours %#v, %v; twmb's %#v, %v", reader.text, writer.text, data, ours, err, theirs, theirErr)
	}
	return 1
}

// foretold reports whether the check of two schemas finds something of a code.
func foretold(reader, writer version, code string) bool {
	c := Check(reader.schema, writer.schema, compat.NewReadsOld)
	return slices.ContainsFunc(c.Findings, func(f compat.Finding) bool { return f.Code == code })
}
