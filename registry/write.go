package registry

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"time"
	"unsafe"

	"github.com/treatyhq/treaty/registry/eventlog"
)

// A preparation is what a caller makes of a command on a state: either the answer, where nothing is to be written, or the
// command that the writer decides.
type preparation struct {
	answer  any
	command command
}

// carry has a command carried out and returns its answer. prepare is called with the state in memory. Where it refuses or
// has the answer at once, that counts only if the state holds all that was written before; so it may be called again, with
// one that does. It is called again, too, where the command was decided on a state that it does not fit.
//
// With the store out of reach an answer that prepare has at once is given from memory, and stale says for how long it has
// been; anything else is StoreUnavailable.
func (r *Registry) carry(ctx context.Context, prepare func(*State) (preparation, error)) (answer any, stale time.Duration, err error) {
	s, fresh := r.Current(), false
	for {
		p, err := prepare(s)
		if err == nil && p.command != nil {
			if s.key == nil {
				p.command = &createLog{key: newKey()}
			}
			answer, err := r.queue.submit(ctx, p.command)
			switch {
			case errors.Is(err, errAgain) || err == nil && s.key == nil:
				s, fresh = r.Current(), true
				continue
			case err != nil:
				return nil, 0, unavailable(err)
			}
			return answer, 0, nil
		}
		if fresh {
			return p.answer, 0, err
		}
		latest, lateErr := r.Latest(ctx)
		switch {
		case lateErr != nil:
			return nil, 0, lateErr
		case latest.Stale() > 0 && err != nil:
			return nil, 0, unavailable(r.health.status(r.cfg.Now()).StoreErr)
		case latest.Stale() > 0 || latest.position == s.position:
			return p.answer, latest.Stale(), err
		}
		s, fresh = latest, true
	}
}

// createLog begins a new log. It comes before the first command, whose texts are named with its key.
type createLog struct{ key []byte }

func (*createLog) size() int { return 0 }

func (c *createLog) decide(s *State, _ moment) (decision, error) {
	if s.key != nil {
		return decision{}, nil
	}
	return decision{events: []event{&logCreated{Level: binaryLevel, Key: c.key}}}, nil
}

// newKey returns a key for the hash that names blobs.
func newKey() []byte {
	key := make([]byte, sha256.Size)
	rand.Read(key)
	return key
}

// blobs gathers what a command may write beside its events.
type blobs struct {
	key  []byte
	puts []eventlog.Blob
	size int
}

// put takes a body and returns its name: its HMAC-SHA-256 under the log's key, so that nobody who sees a name can tell
// whether it is that of a text he guesses. It keeps body.
func (b *blobs) put(body []byte) eventlog.Digest {
	mac := hmac.New(sha256.New, b.key)
	mac.Write(body)
	digest := eventlog.Digest(mac.Sum(nil))
	b.puts = append(b.puts, eventlog.Blob{Digest: digest, Body: body})
	b.size += len(body)
	return digest
}

// putText takes a text, which needs no copy: nobody writes to what a log is given.
func (b *blobs) putText(text string) eventlog.Digest {
	return b.put(unsafe.Slice(unsafe.StringData(text), len(text)))
}

// putJSON takes a value in JSON and returns its name; the zero digest for nil.
func putJSON[T any](b *blobs, value *T) eventlog.Digest {
	if value == nil {
		return eventlog.Digest{}
	}
	body, err := json.Marshal(value)
	if err != nil {
		panic(err) // metadata and rule sets hold nothing but texts
	}
	return b.put(body)
}
