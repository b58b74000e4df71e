package registry

import (
	"log/slog"
	"time"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/schema"
)

// Config says how a registry behaves. A zero field means the default.
type Config struct {
	Limits             schema.Limits
	Work               time.Duration // the longest that parsing one schema may take; 2 s
	CacheBytes         int64         // bound of the parsed schemas kept in memory; 64 MiB
	DefaultLevel       compat.Level  // where nothing is set; BACKWARD
	RejectEmptySubject bool
	StrictReferences   bool         // refuse references that name one thing in two versions
	FixedModes         bool         // refuse changes of modes
	MaxQueue           int          // commands that may wait to be decided, before callers wait; 4096
	Logger             *slog.Logger // slog.Default()
	Now                func() time.Time
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
	CacheBytes int64
	Queued     int // commands that wait to be decided
}
