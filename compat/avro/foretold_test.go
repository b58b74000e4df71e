package avro

import (
	"strconv"
	"testing"

	"github.com/treatyhq/treaty/compat"
	message "github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/envelope/avro/avrotest"
)

// TestMessagesAreForetold holds that whatever a reader does wrong with a message was found in the schemas: what it cannot
// read, rounds or puts another symbol in for.
func TestMessagesAreForetold(t *testing.T) {
	t.Parallel()
	const shards = 8
	for shard := range shards {
		t.Run(strconv.Itoa(shard), func(t *testing.T) {
			t.Parallel()
			source := avrotest.Seeded(*seed + uint64(shard))
			eachPair(t, shard, shards, func(reader, writer version) {
				if d, err := avrotest.Draw(source, writer.schema.Root()); err == nil {
					foretell(t, reader, writer, d)
				}
			})
		})
	}
}

// foretell fails for what goes wrong with a message of the writer's and has no finding.
func foretell(t *testing.T, reader, writer version, d message.Datum) {
	t.Helper()
	data, err := message.Encode(writer.schema.Root(), d)
	if err != nil {
		t.Fatalf("encode %#v of %s: %v", d, writer.text, err)
	}
	found := map[string]bool{}
	for _, f := range Check(reader.schema, writer.schema, compat.NewReadsOld).Findings {
		found[f.Code] = true
	}
	codeOf := map[message.Code]string{message.InvalidUTF8: utf8NotGuaranteed}
	noted := map[message.NoteKind]string{message.Rounded: lossyPromotion, message.Substituted: enumDefaultStandsFor}
	opts := message.Options{Note: func(n message.Note) {
		if code := noted[n.Kind]; code != "" && !found[code] {
			t.Errorf("reader %s\nwriter %s\n%x: %s %s (%s) without a finding", reader.text, writer.text, data, n.Path, n.Kind, n.Detail)
		}
	}}
	for _, failure := range message.Failures(reader.schema.Root(), writer.schema.Root(), data, opts) {
		code := string(failure.Code)
		if other, ok := codeOf[failure.Code]; ok {
			code = other
		}
		if !found[code] {
			t.Errorf("reader %s\nwriter %s\n%x: %v, without a finding", reader.text, writer.text, data, failure)
		}
	}
}
