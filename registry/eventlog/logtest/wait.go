package logtest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/treatyhq/treaty/registry/eventlog"
)

// patience is how long a Wait may take to notice what another process wrote: a poll each second, and some for a busy
// machine.
const patience = 5 * time.Second

// waitFor waits until the log has grown past after, as followers do, and returns how long that took.
func waitFor(t *testing.T, log eventlog.Log, after eventlog.Position) time.Duration {
	t.Helper()
	start := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		head, err := log.Head(ctx)
		if err == nil && head == after {
			err = log.Wait(ctx, after)
		}
		if err != nil {
			t.Errorf("wait after %d: %v", after.Seq, err)
		}
		if err != nil || head != after {
			return time.Since(start)
		}
	}
}

func testWait(t *testing.T, open Open) {
	log, _ := open(t)
	var head eventlog.Position
	for range 20 {
		grown := make(chan struct{})
		go func() {
			waitFor(t, log, head)
			close(grown)
		}()
		next := mustAppend(t, log, head, Batch("ada", 1))
		<-grown
		waitFor(t, log, head) // behind already: returns at once
		head = next
	}
}

func testWaitOther(t *testing.T, open Open) {
	log, other := open(t)
	var head eventlog.Position
	for range 5 {
		took := make(chan time.Duration, 1)
		go func() { took <- waitFor(t, other, head) }()
		time.Sleep(20 * time.Millisecond)
		head = mustAppend(t, log, head, Batch("ada", 1))
		t.Logf("noticed within %v", <-took)
	}
}

func testWaitContext(t *testing.T, open Open) {
	log, _ := open(t)
	head := mustAppend(t, log, eventlog.Position{}, Batch("ada", 1))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	for ctx.Err() == nil { // Wait may return early
		if err := log.Wait(ctx, head); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("wait: got %v, want context.DeadlineExceeded", err)
		}
	}
	if took := time.Since(start); took > patience {
		t.Errorf("wait returned %v after its context ended", took)
	}
}
