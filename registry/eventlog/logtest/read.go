package logtest

import (
	"context"
	"errors"
	"testing"

	"github.com/treatyhq/treaty/registry/eventlog"
)

func testReadMiddle(t *testing.T, open Open) {
	log, other := open(t)
	var head eventlog.Position
	var all []eventlog.Batch
	for range 9 { // more than a page of any log
		all = append(all, Batch("ada", 500))
		head = mustAppend(t, log, head, all[len(all)-1])
	}
	want := records(0, all...)
	for _, from := range []int{0, 1, 2, 499, 500, 1023, 1024, 1025, 2048, 4095, 4096, len(want) - 1} {
		after := eventlog.Position{}
		if from > 0 {
			after = want[from-1].Position()
		}
		diff(t, "records from the middle", want[from:], mustRead(t, other, after))
	}
	diff(t, "records after the head", []eventlog.Record(nil), mustRead(t, other, head))

	n := 0
	for range log.Read(t.Context(), eventlog.Position{}) {
		if n++; n == 1500 {
			break
		}
	}
	mustAppend(t, log, head, Batch("after an abandoned read", 1))
}

// A read ends although the log grows faster than it is read.
func testReadHead(t *testing.T, open Open) {
	log, other := open(t)
	first := Batch("ada", 3)
	head := mustAppend(t, log, eventlog.Position{}, first)
	var got []eventlog.Record
	for record, err := range log.Read(t.Context(), eventlog.Position{}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, record)
		head = mustAppend(t, other, head, Batch("bob", 2))
	}
	diff(t, "records", records(0, first), got)
}

func testReadContext(t *testing.T, open Open) {
	log, _ := open(t)
	mustAppend(t, log, eventlog.Position{}, Batch("ada", 5))
	if _, err := Collect(log.Read(cancelled(t), eventlog.Position{})); !errors.Is(err, context.Canceled) {
		t.Errorf("read with a context that has ended: got %v, want context.Canceled", err)
	}
}

// A log that was restored, or lost its tail, says so to a reader of the old history.
func testSplit(t *testing.T, open Open) {
	lost, _ := open(t)
	ours := Batch("ada", 5)
	mustAppend(t, lost, eventlog.Position{}, ours)
	log, other := open(t)
	theirs := ours
	theirs.Events = append(ours.Events[:2:2], Batch("bob", 1).Events...) // two in common, then another third
	head := mustAppend(t, log, eventlog.Position{}, theirs)

	for _, record := range records(0, ours) {
		got, err := Collect(other.Read(t.Context(), record.Position()))
		if record.Seq <= 2 {
			diff(t, "records after a common event", records(0, theirs)[record.Seq:], got)
			diff(t, "error after a common event", nil, err)
			continue
		}
		if !errors.Is(err, eventlog.ErrSplit) || len(got) > 0 {
			t.Errorf("read after %d of another history: got %d records and %v, want ErrSplit", record.Seq, len(got), err)
		}
		if _, err := other.Append(t.Context(), record.Position(), Batch("ada", 1)); !errors.Is(err, eventlog.ErrStale) {
			t.Errorf("append after %d of another history: got %v, want ErrStale", record.Seq, err)
		}
	}
	for _, odd := range []eventlog.Position{{Mark: eventlog.Mark{1}}, {Seq: -1}} {
		if _, err := Collect(log.Read(t.Context(), odd)); !errors.Is(err, eventlog.ErrSplit) {
			t.Errorf("read after %v: got %v, want ErrSplit", odd, err)
		}
	}
	diff(t, "head", head, mustHead(t, log))

	empty, _ := open(t)
	if _, err := Collect(empty.Read(t.Context(), head)); !errors.Is(err, eventlog.ErrSplit) {
		t.Errorf("read after %d of an empty log: got %v, want ErrSplit", head.Seq, err)
	}
}
