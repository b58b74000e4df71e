package logtest

import (
	"errors"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/treatyhq/treaty/registry/eventlog"
)

// A rival appends batches to a log that others append to as well.
type rival struct {
	log               eventlog.Log
	size              func() int // events in the next batch
	accepted, refused []eventlog.Batch
	unknown           []eventlog.Batch // whose Append has ended in another error than ErrStale
}

// run appends until n batches have been accepted.
func (r *rival) run(t *testing.T, n int) {
	var head eventlog.Position
	for len(r.accepted) < n {
		batch := Batch("rival", r.size())
		batch.Puts = []eventlog.Blob{Blob(50)}
		next, err := r.log.Append(t.Context(), head, batch)
		switch {
		case err == nil:
			r.accepted = append(r.accepted, batch)
			head = next
			continue
		case errors.Is(err, eventlog.ErrStale):
			r.refused = append(r.refused, batch)
		default: // on a busy machine a rival may keep the lock of a database away from this one for too long
			r.unknown = append(r.unknown, batch)
			t.Logf("append after %d: %v", head.Seq, err)
		}
		if head, err = r.log.Head(t.Context()); err != nil {
			t.Errorf("head: %v", err)
			return
		}
		if len(r.unknown) > n {
			t.Errorf("%d batches ended in an error, %d were accepted", len(r.unknown), len(r.accepted))
			return
		}
	}
}

// race lets the rivals run until each has had n batches accepted, and then checks that the log holds those batches
// whole, and nothing else.
func race(t *testing.T, log, other eventlog.Log, n int, rivals ...*rival) {
	var wg sync.WaitGroup
	for _, r := range rivals {
		wg.Go(func() { r.run(t, n) })
	}
	wg.Wait()

	all := gapless(t, log, other)
	seqs := make(map[eventlog.Mark]eventlog.Seq, len(all))
	for _, record := range all {
		seqs[record.Mark] = record.Seq
	}
	events := 0
	for _, r := range rivals {
		for _, batch := range r.unknown {
			if seqs[batch.Events[0].Mark] > 0 {
				r.accepted = append(r.accepted, batch)
			} else {
				r.refused = append(r.refused, batch)
			}
		}
		for _, batch := range r.accepted {
			events += len(batch.Events)
			checkWhole(t, log, seqs, batch)
		}
		for _, batch := range r.refused {
			checkAbsent(t, log, seqs, batch)
		}
		t.Logf("%d batches accepted, %d refused", len(r.accepted), len(r.refused))
	}
	if len(all) != events {
		t.Errorf("the log has %d events, %d were accepted", len(all), events)
	}
}

func checkWhole(t *testing.T, log eventlog.Log, seqs map[eventlog.Mark]eventlog.Seq, batch eventlog.Batch) {
	t.Helper()
	first := seqs[batch.Events[0].Mark]
	if first == 0 {
		t.Errorf("an accepted batch of %d is not in the log", len(batch.Events))
	}
	for i, event := range batch.Events {
		if got, want := seqs[event.Mark], first+eventlog.Seq(i); got != want {
			t.Errorf("event %d of a batch at %d has seq %d, want %d", i+1, first, got, want)
		}
	}
	checkBlobs(t, log, batch.Puts)
}

func checkAbsent(t *testing.T, log eventlog.Log, seqs map[eventlog.Mark]eventlog.Seq, batch eventlog.Batch) {
	t.Helper()
	for i, event := range batch.Events {
		if seq := seqs[event.Mark]; seq != 0 {
			t.Errorf("event %d of a refused batch is in the log at %d", i+1, seq)
		}
	}
	checkNoBlobs(t, log, batch.Puts[0].Digest)
}

func testRivals(t *testing.T, open Open) {
	log, other := open(t)
	size := func() int { return 1 + rand.IntN(8) }
	race(t, log, other, 250,
		&rival{log: log, size: size},
		&rival{log: log, size: size},
		&rival{log: other, size: size},
		&rival{log: other, size: size},
	)
}

// A guard on the first row of a batch alone would let the single event take the second row's place and keep the rest.
func testTornBatch(t *testing.T, open Open) {
	log, other := open(t)
	race(t, log, other, 200,
		&rival{log: log, size: func() int { return 40 }},
		&rival{log: other, size: func() int { return 1 }},
	)
}

func testReaderBesideWriters(t *testing.T, open Open) {
	log, other := open(t)
	done := make(chan struct{})
	var wg sync.WaitGroup
	for _, handle := range []eventlog.Log{log, other} {
		wg.Go(func() { follow(t, handle, done) })
	}
	race(t, log, other, 200,
		&rival{log: log, size: func() int { return 5 }},
		&rival{log: other, size: func() int { return 3 }},
	)
	close(done)
	wg.Wait()
}

// follow reads the log as it grows and checks that each record follows the one before it, until done is closed and the
// head is reached.
func follow(t *testing.T, log eventlog.Log, done <-chan struct{}) {
	var at eventlog.Position
	for {
		select {
		case <-done:
			if head, err := log.Head(t.Context()); err != nil || head == at {
				return
			}
		default:
		}
		for record, err := range log.Read(t.Context(), at) {
			if err != nil {
				t.Errorf("read after %d: %v", at.Seq, err)
				return
			}
			if record.Seq != at.Seq+1 {
				t.Errorf("a reader at %d met %d", at.Seq, record.Seq)
				return
			}
			at = record.Position()
		}
	}
}
