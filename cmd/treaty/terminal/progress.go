package terminal

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// Progress tells on one line of a terminal how far long work is. It begins to after half a second, so that short work shows
// nothing. On anything but a terminal it writes nothing at all. It is safe for concurrent use.
type Progress struct {
	out     io.Writer // nil if nobody looks
	what    string
	started time.Time

	mu      sync.Mutex
	total   int // 0 if unknown
	done    int
	printed time.Time
}

const (
	quiet  = 500 * time.Millisecond
	redraw = 100 * time.Millisecond
)

// NewProgress returns the progress of work on total things, such as "versions"; 0 is a number not yet known.
func NewProgress(out io.Writer, what string, total int) *Progress {
	if !Is(out) {
		out = nil
	}
	return &Progress{out: out, what: what, total: total, started: time.Now()}
}

// Total sets how many there are.
func (p *Progress) Total(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.total = n
}

// Add counts n more as done.
func (p *Progress) Add(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += n
	now := time.Now()
	if p.out == nil || now.Sub(p.started) < quiet || now.Sub(p.printed) < redraw {
		return
	}
	p.printed = now
	line := fmt.Sprintf("%d %s", p.done, p.what)
	if p.total > 0 {
		line = fmt.Sprintf("%d of %d %s (%d%%)", p.done, p.total, p.what, 100*p.done/p.total)
	}
	rate := float64(p.done) / now.Sub(p.started).Seconds()
	fmt.Fprintf(p.out, "\r\x1b[K%s, %.0f/s", line, rate)
}

// End takes the line away.
func (p *Progress) End() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.out != nil && !p.printed.IsZero() {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}
