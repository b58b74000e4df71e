package registry

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/schema"
)

// Config says how a registry behaves. A zero field means the default.
type Config struct {
	Limits             schema.Limits
	Work               time.Duration // the longest that reading a schema, or comparing it with stored versions, may take; 2 s
	CacheBytes         int64         // bound of the parsed schemas kept in memory; 64 MiB
	VerdictBytes       int64         // bound of the comparisons that are remembered; 16 MiB
	DefaultLevel       compat.Level  // where nothing is set; BACKWARD
	RejectEmptySubject bool
	StrictReferences   bool         // refuse references that name one thing in two versions
	FixedModes         bool         // refuse changes of modes
	MaxQueue           int          // commands that may wait to be decided, before their callers wait to queue; 4096
	Logger             *slog.Logger // slog.Default()
	Now                func() time.Time
}

func (c Config) withDefaults() Config {
	c.Limits = c.Limits.WithDefaults()
	if c.Work == 0 {
		c.Work = 2 * time.Second
	}
	if c.CacheBytes == 0 {
		c.CacheBytes = 64 << 20
	}
	if c.VerdictBytes == 0 {
		c.VerdictBytes = 16 << 20
	}
	if c.DefaultLevel == "" {
		c.DefaultLevel = compat.Backward
	}
	if c.MaxQueue == 0 {
		c.MaxQueue = 4096
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// A Registry keeps the state that the events of a log fold into, and writes the log: see the rules of the package. It is
// safe for concurrent use.
type Registry struct {
	log eventlog.Log
	cfg Config

	state  atomic.Pointer[State]
	moving lock // held by whoever moves the state: the writer, a catch-up

	queue   queue
	flights flights
	health  health
	marks   checkpoints
	parsed  *parser

	verdicts verdicts

	searches     searches
	fingerprints atomic.Pointer[fingerprints]
}

// New returns a registry over a log. It starts nothing: Run does.
func New(log eventlog.Log, cfg Config) *Registry {
	cfg = cfg.withDefaults()
	r := &Registry{
		log:    log,
		cfg:    cfg,
		moving: newLock(),
		queue:  newQueue(cfg.MaxQueue),
		health: newHealth(cfg.Now()),
		parsed: newParser(cfg),

		verdicts: newVerdicts(cfg.VerdictBytes),
	}
	r.flights.land = r.catchUp
	r.fingerprints.Store(newFingerprints())
	r.state.Store(newState(cfg.DefaultLevel).publish())
	return r
}

// Run follows the log and carries out commands until ctx ends, then finishes those that it has accepted and returns nil.
// While the store is out of reach it keeps trying. It may be called once.
func (r *Registry) Run(ctx context.Context) error {
	var writer sync.WaitGroup
	writer.Go(r.write)
	r.follow(ctx)
	close(r.queue.stopping)
	writer.Wait()
	close(r.queue.stopped)
	return nil
}

// Ready returns nil once the registry has caught up with its log, or the error of ctx.
func (r *Registry) Ready(ctx context.Context) error {
	select {
	case <-r.health.caughtUp():
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// A Status says how a registry is doing.
type Status struct {
	Ready      bool              // it has caught up once and serves
	Applied    eventlog.Position // the last event that the state holds
	Head       eventlog.Position // the last event that the log was seen to hold
	Lag        time.Duration     // since the store was last reached, 0 while it is in reach
	StoreErr   error             // why it is not
	Level      int               // of the log
	Subjects   int
	Versions   int
	TextBytes  int64
	CacheBytes int64             // of parsed schemas
	Verdicts   schema.CacheStats // comparisons that are remembered
	Queued     int               // commands that wait to be decided
}

// Status returns what the registry knows without asking the store.
func (r *Registry) Status() Status {
	s := r.Current()
	status := r.health.status(r.cfg.Now())
	status.Applied = s.position
	if status.Head.Seq < s.position.Seq {
		status.Head = s.position
	}
	status.Level = s.level
	status.Subjects, status.Versions, status.TextBytes = s.totals()
	status.CacheBytes = r.parsed.size()
	status.Verdicts = r.verdicts.Stats()
	status.Queued = len(r.queue.commands)
	return status
}

type actorKey struct{}

// WithActor returns a context whose commands are recorded as the actor's.
func WithActor(ctx context.Context, actor string) context.Context {
	return context.WithValue(ctx, actorKey{}, actor)
}

func actorOf(ctx context.Context) string {
	if actor, _ := ctx.Value(actorKey{}).(string); actor != "" {
		return actor
	}
	return "anonymous"
}
