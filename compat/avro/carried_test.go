package avro

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	message "github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/envelope/avro/avrotest"
	outcome "github.com/treatyhq/treaty/envelope/verdict"
	"github.com/treatyhq/treaty/schema/avro"
)

// A fate is what becomes of a message that a compatible reader gets.
type fate string

const (
	carried fate = "carried over"
	// The reader's logical type allows less than the writer's, or not even the default. The verdict is about base types, as
	// the reference's is; the policy logicalTypes refuses another type.
	unfit fate = "no value of the reader's logical type"
	// The verdict takes bytes for text, as the reference does; the policy lossyPromotion refuses such a reader.
	notText fate = "bytes that are not UTF-8"
	// The verdict asks whether any branch of the reader's union reads; a message goes to the branch of its full name
	// alone, and that one refuses. The same code is a warning of the check.
	wrongBranch fate = "the branch of the full name does not read"
)

// fates counts them. It may be shared.
type fates struct {
	mu    sync.Mutex
	count map[fate]int
}

// TestCompatibleReadersGetTheirMessages holds the drop-in verdict to what it promises: where it finds nothing, whatever is
// a valid message of the writer's is carried over to the reader's schema. What is not has to be explained. -seed draws
// others, -pairs more.
func TestCompatibleReadersGetTheirMessages(t *testing.T) {
	t.Parallel()
	const shards = 8
	c := fates{count: map[fate]int{}}
	t.Run("pairs", func(t *testing.T) {
		for shard := range shards {
			t.Run(strconv.Itoa(shard), func(t *testing.T) {
				t.Parallel()
				source := avrotest.Seeded(*seed + uint64(shard))
				eachPair(t, shard, shards, func(reader, writer version) {
					if oursAlone(reader, writer) == "" {
						carryOver(t, source, reader, writer, &c)
					}
				})
			})
		}
	})
	for _, f := range slices.Sorted(maps.Keys(c.count)) {
		t.Logf("%7d messages: %s", c.count[f], f)
	}
	for _, f := range []fate{carried, unfit, notText, wrongBranch} {
		if *pairs >= enough && c.count[f] == 0 {
			t.Errorf("no message was %q", f)
		}
	}
}

// carryOver draws messages of the writer's and counts what becomes of those that are valid. It fails for one that is not
// carried over for a reason that nothing explains.
func carryOver(t *testing.T, source avrotest.Source, reader, writer version, c *fates) {
	t.Helper()
	program, transcoder := message.Compile(writer.schema), message.Fuse(writer.schema, reader.schema, avro.Practice)
	for range 4 {
		d, err := avrotest.Draw(source, writer.schema.Root())
		if err != nil {
			return // the writer has no finite message
		}
		data, err := message.Encode(writer.schema.Root(), d)
		if err != nil {
			t.Fatalf("encode %#v of %s: %v", d, writer.text, err)
		}
		if !outcome.Valid(program.Findings(data, 1)) {
			continue // drawn data need not be values of logical types
		}
		became, problem := carried, ""
		if out, _, findings := transcoder.Append(nil, data, 100); !outcome.Valid(findings) {
			became, problem = explainRefusal(t, reader, writer, data, findings)
		} else if wrong := message.Compile(reader.schema).Findings(out, 1); !outcome.Valid(wrong) {
			problem = fmt.Sprintf("what it became, %x, is not valid: %v", out, wrong)
		}
		if problem != "" {
			t.Fatalf("reader %s\nwriter %s\n%x: %s", reader.text, writer.text, data, problem)
		}
		c.mu.Lock()
		c.count[became]++
		c.mu.Unlock()
	}
}

// explainRefusal returns why a message could not be carried over although the verdict has nothing against it, or what is
// wrong with that.
func explainRefusal(t *testing.T, reader, writer version, data []byte, findings []outcome.Finding) (because fate, problem string) {
	t.Helper()
	errors := slices.DeleteFunc(slices.Clone(findings), func(f outcome.Finding) bool { return f.Severity != outcome.Error })
	for _, f := range errors {
		switch code := message.Code(f.Code); {
		case code == message.InvalidUTF8 && foretold(reader, writer, utf8NotGuaranteed):
			because = notText
		case code == message.DecimalPrecision || code == message.UUIDSyntax || code == message.TimeOfDay:
			if because = unfit; !unfitFor(reader, writer, data) {
				return "", fmt.Sprintf("%v, and the reader's schema allows it", f)
			}
		case foretold(reader, writer, f.Code) && onlyForDoubles(t, reader, writer, data):
			because = wrongBranch
		default:
			return "", fmt.Sprintf("it is refused for %v", f)
		}
	}
	return because, ""
}

// unfitFor reports whether a message is read, as base types, as something that the reader's logical types do not allow.
func unfitFor(reader, writer version, data []byte) bool {
	d, err := message.Resolve(reader.schema.Root(), writer.schema.Root(), data, message.Options{})
	if err != nil {
		return false
	}
	out, err := message.Encode(reader.schema.Root(), d)
	return err == nil && !outcome.Valid(message.Compile(reader.schema).Findings(out, 1))
}

// onlyForDoubles reports whether verdict and message agree once no union of the reader's has two branches of one
// unqualified name: either the verdict refuses too, or the message is carried over.
func onlyForDoubles(t *testing.T, reader, writer version, data []byte) bool {
	t.Helper()
	r, w := reader.draft.Clone(), writer.draft.Clone()
	withoutDoubles(r, w)
	single := newVersion(t, r)
	if single.text == reader.text {
		return false
	}
	if oursAlone(single, writer) != "" {
		return true
	}
	_, _, findings := message.Fuse(writer.schema, single.schema, avro.Practice).Append(nil, data, 100)
	return !slices.ContainsFunc(findings, func(f outcome.Finding) bool {
		return f.Severity == outcome.Error && !strings.HasPrefix(f.Code, "AVRO_")
	})
}
