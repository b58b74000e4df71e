package logtest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/treatyhq/treaty/registry/eventlog"
)

func testEmpty(t *testing.T, open Open) {
	log, _ := open(t)
	diff(t, "head", eventlog.Position{}, mustHead(t, log))
	diff(t, "records", []eventlog.Record(nil), mustRead(t, log, eventlog.Position{}))
}

func testAppendRead(t *testing.T, open Open) {
	log, other := open(t)
	one, three := Batch("ada", 1), Batch("bob", 3)

	head := mustAppend(t, log, eventlog.Position{}, one)
	diff(t, "head after one", eventlog.Position{Seq: 1, Mark: one.Events[0].Mark}, head)
	diff(t, "head in the other handle", head, mustHead(t, other))

	head = mustAppend(t, other, head, three)
	diff(t, "head after four", eventlog.Position{Seq: 4, Mark: three.Events[2].Mark}, head)
	diff(t, "head in the first handle", head, mustHead(t, log))
	diff(t, "records", records(0, one, three), gapless(t, log, other))
}

func testFidelity(t *testing.T, open Open) {
	log, other := open(t)
	batch := Batch("", 4)
	for i, data := range []string{
		`{}`,
		"{ \"b\" : 1.10 ,\t\"a\": 12345678901234567890, \"a\": 1e400 }",
		`{"s": "ключ 鍵 🗝 \u0007 \\ \" ' $1 ?1 \u2028 <&>"}`,
		`{"long": "` + strings.Repeat("naïve ", 20_000) + `"}`,
	} {
		batch.Events[i].Data = []byte(data)
	}
	batch.Events[0].Time = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	batch.Events[1].Time = time.Date(2038, 12, 31, 23, 59, 59, 999e6, time.UTC)
	batch.Events[2].Mark = eventlog.Mark{}
	batch.Events[2].Actor = "Ωmega <o'brien@example.com>, \"x\" \t\n 🗝"
	batch.Events[2].Kind = strings.Repeat("k", 200)
	batch.Events[3].Version = 1 << 30

	head := mustAppend(t, log, eventlog.Position{}, batch)
	want := records(0, batch)
	diff(t, "records", want, mustRead(t, other, eventlog.Position{}))
	for i, record := range mustRead(t, other, eventlog.Position{}) {
		if record.Time.Location() != time.UTC {
			t.Errorf("record %d: time in %v, want UTC", i+1, record.Time.Location())
		}
	}
	mustAppend(t, log, head, Batch("next", 1))
}

func testLargeBatches(t *testing.T, open Open) {
	log, other := open(t)
	var head eventlog.Position
	var all []eventlog.Batch
	for range 3 {
		batch := Batch("ci", 256)
		for range 512 {
			batch.Puts = append(batch.Puts, Blob(8<<10))
		}
		head = mustAppend(t, log, head, batch)
		all = append(all, batch)
	}
	diff(t, "records", records(0, all...), gapless(t, log, other))
	for _, batch := range all {
		checkBlobs(t, other, batch.Puts)
	}

	huge := Batch("ci", 1)
	huge.Puts = []eventlog.Blob{Blob(16 << 20), Blob(0)}
	mustAppend(t, log, head, huge)
	checkBlobs(t, other, huge.Puts)
}

func testStaleSeq(t *testing.T, open Open) {
	log, other := open(t)
	first := Batch("ada", 2)
	head := mustAppend(t, log, eventlog.Position{}, first)
	for name, after := range map[string]eventlog.Position{
		"the beginning":   {},
		"an earlier one":  {Seq: 1, Mark: first.Events[0].Mark},
		"one to come":     {Seq: 3, Mark: first.Events[1].Mark},
		"one far to come": {Seq: 1 << 40, Mark: first.Events[1].Mark},
		"one before all":  {Seq: -1},
	} {
		for _, n := range []int{1, 2, 5} {
			if _, err := other.Append(t.Context(), after, Batch("bob", n)); !errors.Is(err, eventlog.ErrStale) {
				t.Errorf("%d events after %s: got %v, want ErrStale", n, name, err)
			}
		}
	}
	diff(t, "records", records(0, first), gapless(t, log, other))
	mustAppend(t, other, head, Batch("bob", 1))
}

func testStaleMark(t *testing.T, open Open) {
	log, other := open(t)
	if _, err := log.Append(t.Context(), eventlog.Position{Mark: eventlog.Mark{1}}, Batch("ada", 1)); !errors.Is(err, eventlog.ErrStale) {
		t.Errorf("a mark before the first event: got %v, want ErrStale", err)
	}
	first := Batch("ada", 2)
	head := mustAppend(t, log, eventlog.Position{}, first)
	for name, mark := range map[string]eventlog.Mark{
		"no mark":             {},
		"another mark":        Batch("bob", 1).Events[0].Mark,
		"the event before's":  first.Events[0].Mark,
		"its mark, a bit off": {0: head.Mark[0] ^ 1},
	} {
		after := eventlog.Position{Seq: head.Seq, Mark: mark}
		if _, err := other.Append(t.Context(), after, Batch("bob", 3)); !errors.Is(err, eventlog.ErrStale) {
			t.Errorf("%s: got %v, want ErrStale", name, err)
		}
	}
	diff(t, "records", records(0, first), gapless(t, log, other))
}

func testStaleBlobs(t *testing.T, open Open) {
	log, other := open(t)
	first := Batch("ada", 1)
	first.Puts = []eventlog.Blob{Blob(100)}
	head := mustAppend(t, log, eventlog.Position{}, first)

	stale := Batch("bob", 1)
	stale.Puts = []eventlog.Blob{Blob(100)}
	stale.Erases = []eventlog.Digest{first.Puts[0].Digest}
	if _, err := other.Append(t.Context(), eventlog.Position{}, stale); !errors.Is(err, eventlog.ErrStale) {
		t.Fatalf("append after the beginning: got %v, want ErrStale", err)
	}
	checkBlobs(t, log, first.Puts)
	checkNoBlobs(t, log, stale.Puts[0].Digest)

	mustAppend(t, other, head, stale)
	checkBlobs(t, log, stale.Puts)
	checkNoBlobs(t, log, first.Puts[0].Digest)
}

// A writer that has decided what follows an event, and is then held up while others write, changes nothing when it
// goes on.
func testPausedWriter(t *testing.T, open Open) {
	log, other := open(t)
	first := Batch("ada", 1)
	paused := mustAppend(t, log, eventlog.Position{}, first)

	head, all := paused, []eventlog.Batch{first}
	for i := range 5 {
		late := Batch("paused", 3)
		rival := Batch("rival", i+1)
		head = mustAppend(t, other, head, rival)
		all = append(all, rival)
		if _, err := log.Append(t.Context(), paused, late); !errors.Is(err, eventlog.ErrStale) {
			t.Fatalf("append after %d with head %d: got %v, want ErrStale", paused.Seq, head.Seq, err)
		}
	}
	diff(t, "records", records(0, all...), gapless(t, log, other))
}

// The write of a caller that gives up lands whole or not at all, and the caller can tell by reading on from where it was.
func testCancelledCaller(t *testing.T, open Open) {
	log, other := open(t)
	var head eventlog.Position
	for i := range 100 {
		batch := Batch("ada", 1+i%7)
		batch.Puts = []eventlog.Blob{Blob(2000)}
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*10*time.Microsecond)
		_, err := log.Append(ctx, head, batch)
		cancel()
		next := mustRead(t, other, head)
		switch {
		case err == nil || len(next) > 0:
			diff(t, "records", records(head.Seq, batch), next)
			checkBlobs(t, other, batch.Puts)
			head = next[len(next)-1].Position()
		default:
			checkNoBlobs(t, other, batch.Puts[0].Digest)
		}
	}
	gapless(t, log, other)
	if _, err := log.Append(cancelled(t), eventlog.Position{Seq: 1 << 40}, Batch("ada", 1)); err == nil {
		t.Error("a cancelled caller appended to a log that does not end there")
	}
}
