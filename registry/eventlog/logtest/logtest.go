// Package logtest says in tests what every [eventlog.Log] does.
package logtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"iter"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/registry/eventlog"
)

// An Open returns two handles of one fresh, empty log, as two processes would hold them. A log that lives in one process
// only may return the same handle twice. It closes them when t ends.
type Open func(t *testing.T) (log, other eventlog.Log)

// Run runs the conformance suite on logs that open returns.
func Run(t *testing.T, open Open) {
	for _, test := range []struct {
		name string
		run  func(t *testing.T, open Open)
	}{
		{"empty", testEmpty},
		{"append and read", testAppendRead},
		{"read from the middle", testReadMiddle},
		{"read stops at the head it began with", testReadHead},
		{"read ends with its context", testReadContext},
		{"every byte comes back", testFidelity},
		{"large batches", testLargeBatches},
		{"stale seq", testStaleSeq},
		{"stale mark", testStaleMark},
		{"a stale batch leaves no blobs", testStaleBlobs},
		{"a paused writer", testPausedWriter},
		{"rival writers", testRivals},
		{"a batch against single events", testTornBatch},
		{"a reader beside writers", testReaderBesideWriters},
		{"a cancelled caller", testCancelledCaller},
		{"split history", testSplit},
		{"blobs", testBlobs},
		{"absent blobs", testAbsentBlobs},
		{"a blob both put and erased", testPutAndErase},
		{"many blobs", testManyBlobs},
		{"wait", testWait},
		{"wait in another handle", testWaitOther},
		{"wait ends with its context", testWaitContext},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t, open)
		})
	}
}

// Batch returns n events whose marks are fresh. Their data is {"n": 1}, {"n": 2} and so on, and actor is everyone's actor.
func Batch(actor string, n int) eventlog.Batch {
	var batch eventlog.Batch
	for i := range n {
		event := eventlog.Event{
			Kind:    "test.happened",
			Version: 1,
			Actor:   actor,
			Time:    time.Date(2026, 3, 4, 5, 6, 7, 8e6, time.UTC).Add(time.Duration(i) * time.Millisecond),
			Data:    fmt.Appendf(nil, `{"n": %d}`, i+1),
		}
		rand.Read(event.Mark[:])
		batch.Events = append(batch.Events, event)
	}
	return batch
}

// Blob returns a blob of n random bytes under a random digest.
func Blob(n int) eventlog.Blob {
	blob := eventlog.Blob{Body: make([]byte, n)}
	rand.Read(blob.Digest[:])
	rand.Read(blob.Body)
	return blob
}

// Collect returns what a Read yields, up to its first error.
func Collect(records iter.Seq2[eventlog.Record, error]) ([]eventlog.Record, error) {
	var all []eventlog.Record
	for record, err := range records {
		if err != nil {
			return all, err
		}
		all = append(all, record)
	}
	return all, nil
}

func mustAppend(t *testing.T, log eventlog.Log, after eventlog.Position, batch eventlog.Batch) eventlog.Position {
	t.Helper()
	head, err := log.Append(t.Context(), after, batch)
	if err != nil {
		t.Fatalf("append %d events after %d: %v", len(batch.Events), after.Seq, err)
	}
	return head
}

func mustRead(t *testing.T, log eventlog.Log, after eventlog.Position) []eventlog.Record {
	t.Helper()
	records, err := Collect(log.Read(t.Context(), after))
	if err != nil {
		t.Fatalf("read after %d: %v", after.Seq, err)
	}
	return records
}

func mustBlobs(t *testing.T, log eventlog.Log, digests ...eventlog.Digest) map[eventlog.Digest][]byte {
	t.Helper()
	blobs, err := log.Blobs(t.Context(), digests)
	if err != nil {
		t.Fatalf("blobs: %v", err)
	}
	return blobs
}

func mustHead(t *testing.T, log eventlog.Log) eventlog.Position {
	t.Helper()
	head, err := log.Head(t.Context())
	if err != nil {
		t.Fatalf("head: %v", err)
	}
	return head
}

// records returns the records that the batch becomes after the given place.
func records(after eventlog.Seq, batches ...eventlog.Batch) []eventlog.Record {
	var all []eventlog.Record
	for _, batch := range batches {
		for _, event := range batch.Events {
			after++
			all = append(all, eventlog.Record{Seq: after, Event: event})
		}
	}
	return all
}

func diff(t *testing.T, what string, want, got any) {
	t.Helper()
	if reflect.DeepEqual(want, got) {
		return // cmp.Diff of thousands of records takes seconds
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// gapless fails the test unless the log holds exactly the records that its own readers see from either handle, numbered
// from 1 without a gap. It returns them.
func gapless(t *testing.T, log, other eventlog.Log) []eventlog.Record {
	t.Helper()
	all := mustRead(t, log, eventlog.Position{})
	diff(t, "the other handle's records", all, mustRead(t, other, eventlog.Position{}))
	for i, record := range all {
		if record.Seq != eventlog.Seq(i)+1 {
			t.Fatalf("record %d has seq %d", i+1, record.Seq)
		}
	}
	if n := len(all); n > 0 {
		diff(t, "head", all[n-1].Position(), mustHead(t, log))
	}
	return all
}

func cancelled(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}
