package envelope

import (
	"cmp"
	"time"

	"github.com/treatyhq/treaty/envelope/verdict"
	"github.com/treatyhq/treaty/schema"
)

// A Codec reads and writes messages whose schemas a [Source] knows. It keeps what it has compiled, and is safe for
// concurrent use.
type Codec struct {
	source      Source
	cfg         Config
	programs    *schema.Cache[programKey, program]
	transcoders *schema.Cache[transcoderKey, transcoder]
	sightings   *sightings
	short       *shortcuts
}

// A Config says within which limits messages are read. A zero field means the default.
type Config struct {
	CacheBytes int64         // of compiled programs; 64 MiB
	MaxMessage int           // bytes of one message, opened if it was compressed; 10 MiB
	Grace      time.Duration // how long after its first sight a schema that nobody knows may still arrive; 30 s
	Now        func() time.Time
}

// New returns a codec over a source.
func New(source Source, cfg Config) *Codec {
	cfg.CacheBytes = cmp.Or(cfg.CacheBytes, 64<<20)
	cfg.MaxMessage = cmp.Or(cfg.MaxMessage, 10<<20)
	cfg.Grace = cmp.Or(cfg.Grace, 30*time.Second)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Codec{
		source: source, cfg: cfg,
		programs:    schema.NewCache[programKey](cfg.CacheBytes, program.Size),
		transcoders: schema.NewCache[transcoderKey](cfg.CacheBytes, transcoder.Size),
		sightings:   &sightings{grace: cfg.Grace, now: cfg.Now},
		short:       new(shortcuts),
	}
}

// Over returns a codec over another source that shares what this one keeps: one that shows a caller less, for example.
func (c *Codec) Over(source Source) *Codec {
	other := *c
	other.source, other.short = source, new(shortcuts)
	return &other
}

// Stats say what the codec keeps: the caches of programs and of transcoders.
func (c *Codec) Stats() (programs, transcoders schema.CacheStats) {
	return c.programs.Stats(), c.transcoders.Stats()
}

// defaultFindings is how many findings are reported unless more or fewer are asked for.
const defaultFindings = 100

func (o Options) max() int { return cmp.Or(o.MaxFindings, defaultFindings) }

// tooLarge is the finding of a message over the limit.
func tooLarge(size, limit int) verdict.Finding {
	return verdict.Errorf("MESSAGE_TOO_LARGE", "", "the message has %d bytes, and the limit is %d", size, limit)
}
