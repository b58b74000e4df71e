package envelope_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/envelope/envelopetest"
	"github.com/treatyhq/treaty/envelope/verdict"
)

// A changing source knows other schemas by the same names each time that it is changed, a little later.
type changing struct {
	mu sync.RWMutex
	*envelopetest.Catalog
	now time.Time
}

// change gives the versions of both subjects in another order, each parsed anew.
func (s *changing) change(t *testing.T, r *rand.Rand) {
	var c envelopetest.Catalog
	for _, i := range r.Perm(8) {
		// A version of many fields is compiled to more than the cache holds of small ones.
		fields := ""
		for f := range i {
			fields += fmt.Sprintf(`,{"name":"f%d","type":["null","int","string"],"default":null}`, f)
		}
		text := `{"type":"record","name":"R","fields":[{"name":"a","type":"int"}` + fields + `]}`
		if _, err := c.Add("avro", envelope.Inline{Text: text, Type: "AVRO"}); err != nil {
			t.Error(err)
		}
	}
	for _, i := range r.Perm(8) {
		text := fmt.Sprintf("syntax = \"proto3\"; message M { int32 a = 1; string f%d = %d; }", i, i+2)
		if _, err := c.Add("protobuf", envelope.Inline{Text: text, Type: "PROTOBUF"}); err != nil {
			t.Error(err)
		}
	}
	c.Label("avro", "stable", 1+r.IntN(8))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Catalog, s.now = &c, s.now.Add(time.Minute)
}

func (s *changing) codec(cacheBytes int64) *envelope.Codec {
	return envelope.New(s, envelope.Config{CacheBytes: cacheBytes, Grace: 1e6 * time.Hour, Now: func() time.Time { return s.now }})
}

// sent draws a message: most are valid by some version.
func sent(r *rand.Rand) envelope.Message {
	pick := func(texts ...string) string { return texts[r.IntN(len(texts))] }
	m := envelope.Message{Framing: envelope.Framing(pick("", "confluent", "none"))}
	if m.Framing == envelope.None {
		m.Subject, m.Version = pick("avro", "protobuf"), pick("", "latest", "stable", "1", "2", "5", "9")
	}
	m.Target = envelope.Target{Version: pick("1", "4", "latest", "stable")}
	if r.IntN(3) == 0 {
		m.Target = envelope.Target{Inline: &envelope.Inline{Text: `{"type":"record","name":"R","fields":[{"name":"a","type":"long"}]}`, Type: "AVRO"}}
	}
	if r.IntN(4) == 0 {
		m.Subject, m.Version, m.Data = "avro", pick("1", "3", "latest"), []byte(pick(`{"a":1}`, `{"a":1,"f0":2}`, `{"a":"x"}`, `{`))
		m.ApplyDefaults = true
		return m
	}
	body := make([]byte, 1+r.IntN(9)) // an int and so many nulls
	if r.IntN(2) == 0 {
		body = []byte(pick("\x08\x01", "\x08\x01\x12\x01x", "\x22\x02yz", "\x08\x80", "\x02\x02\x02", "\x02\x04\x02a"))
	}
	if m.Payload = body; m.Framing != envelope.None {
		id := byte(1 + r.IntN(18))
		m.Payload = join([]byte{0, 0, 0, 0, id}, bin(pick("", "00")), body)
	}
	return m
}

// verbs are what can be asked of a codec.
var verbs = []func(*envelope.Codec, context.Context, *envelope.Message) (envelope.Answer, error){
	(*envelope.Codec).Validate, (*envelope.Codec).Decode, (*envelope.Codec).Encode, (*envelope.Codec).Upcast,
}

// TestOneCodecForMany holds what a codec answers to many at once, with caches that hold next to nothing and schemas that
// change, to what a new one does that nobody else asks.
func TestOneCodecForMany(t *testing.T) {
	t.Parallel()
	const askers, messages = 16, 250
	source := &changing{now: now}
	source.change(t, rand.New(rand.NewPCG(1, 1)))
	shared := source.codec(30_000)
	var valid, refused [askers]int
	var all sync.WaitGroup
	for asker := range askers {
		all.Go(func() {
			r := rand.New(rand.NewPCG(uint64(asker), 2))
			for i := range messages {
				if i%80 == asker {
					source.change(t, r)
				}
				m, verb := sent(r), r.IntN(len(verbs))
				source.mu.RLock()
				got, gotErr := verbs[verb](shared, t.Context(), &m)
				want, wantErr := verbs[verb](source.codec(1<<20), t.Context(), &m)
				source.mu.RUnlock()
				if diff := cmp.Diff(want, got) + cmp.Diff(wantErr, gotErr); diff != "" {
					t.Errorf("call %d of %+v (-want +got):\n%s", verb, m, diff)
					return
				}
				if wantErr == nil && verdict.Valid(want.Findings) {
					valid[asker]++
				} else {
					refused[asker]++
				}
			}
		})
	}
	all.Wait()
	programs, transcoders := shared.Stats()
	if programs.Evictions == 0 || transcoders.Evictions == 0 || programs.Hits == 0 {
		t.Errorf("nothing was dropped, or nothing was kept: programs %+v, transcoders %+v", programs, transcoders)
	}
	sum := func(counts [askers]int) (n int) {
		for _, c := range counts {
			n += c
		}
		return n
	}
	if t.Logf("%d valid, %d refused; programs %+v, transcoders %+v", sum(valid), sum(refused), programs, transcoders); sum(valid) < messages || sum(refused) < messages {
		t.Error("too few of one or the other, so nothing was proved of it")
	}
}
