package avro

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/envelope/avro/avrotest"
)

// TestConcurrentChecksOfHistories has goroutines check the same versions against each other at once, recursive ones among
// them: each says what one alone has said.
func TestConcurrentChecksOfHistories(t *testing.T) {
	t.Parallel()
	for n := range uint64(20) {
		versions := history(t, avrotest.Seeded(n))
		alone := checkAll(versions)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if diff := cmp.Diff(alone, checkAll(versions)); diff != "" {
					t.Errorf("latest %s: concurrent checks (-alone +concurrent):\n%s", versions[published-1].text, diff)
				}
			})
		}
		wg.Wait()
	}
}

// checkAll checks each version against each in both directions.
func checkAll(versions []version) []compat.Comparison {
	var all []compat.Comparison
	for _, reader := range versions {
		for _, writer := range versions {
			all = append(all, Check(reader.schema, writer.schema, compat.NewReadsOld), Check(reader.schema, writer.schema, compat.OldReadsNew))
		}
	}
	return all
}
