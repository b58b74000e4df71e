package httpapi

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"time"

	"github.com/treatyhq/treaty/registry/eventlog"
)

// mediaEvents is the type of a stream of JSON values, one a line.
const mediaEvents = "application/x-ndjson"

// flushEvery is the number of events after which they are sent on.
const flushEvery = 256

// writeTimeout bounds how long a slow client may hold up a stream.
const writeTimeout = 30 * time.Second

// An eventAnswer is one event of the log.
type eventAnswer struct {
	Seq     eventlog.Seq    `json:"seq"`
	Mark    string          `json:"mark"` // 32 hexadecimal digits
	Kind    string          `json:"kind"`
	Version int             `json:"version"`
	Actor   string          `json:"actor"`
	Time    time.Time       `json:"time"`
	Data    json.RawMessage `json:"data"`
}

// A stream writes events to one client.
type stream struct {
	*call
	control *http.ResponseController
	encoder *json.Encoder
	begun   bool
	after   eventlog.Seq  // the last event that was written
	left    int           // how many more the client wants; below 0 there is no bound
	wait    time.Duration // how long to wait for the next event
	last    time.Time     // when the last event was written
}

// streamEvents answers GET /events with the events after a seq, a line each. It ends at the head of the log, or once
// nothing has come for the time that wait gives, or after limit events. An error before the first line is an answer of
// its own; one after it breaks the stream off, so that no client takes what it has for everything.
func streamEvents(c *call) error {
	s := stream{call: c, control: http.NewResponseController(c.w), encoder: json.NewEncoder(c.w), last: time.Now()}
	s.encoder.SetEscapeHTML(false)
	if err := s.parameters(); err != nil {
		return err
	}
	err := s.drain()
	for err == nil && s.left != 0 && s.grows() {
		err = s.drain()
	}
	if err != nil && s.begun {
		panic(http.ErrAbortHandler)
	}
	return err
}

func (s *stream) parameters() error {
	after, err := s.number("after", 0)
	if err != nil {
		return err
	}
	s.after = eventlog.Seq(after)
	if s.left, err = s.number("limit", -1); err != nil {
		return err
	}
	s.wait, err = s.duration("wait")
	return err
}

// drain writes the events that are there.
func (s *stream) drain() error {
	if s.left == 0 {
		return s.flush()
	}
	for rec, err := range s.reg.Events(s.r.Context(), s.after) {
		if err != nil {
			return err
		}
		s.begin()
		if err := s.encoder.Encode(answerEvent(rec)); err != nil {
			return err
		}
		s.after, s.last = rec.Seq, time.Now()
		if s.left--; s.left == 0 {
			break
		}
		if rec.Seq%flushEvery == 0 {
			if err := s.flush(); err != nil {
				return err
			}
		}
	}
	return s.flush()
}

// begin sets the headers, before the first line.
func (s *stream) begin() {
	if !s.begun {
		s.begun = true
		s.preset(noStore)
		s.w.Header().Set("Content-Type", mediaEvents)
		s.bound()
	}
}

// flush sends on what is written; the client then has the time of writeTimeout to take it.
func (s *stream) flush() error {
	s.begin()
	s.bound()
	return s.control.Flush()
}

// bound starts the time anew that the client has to take what is written. The server's own bound is for whole answers.
func (s *stream) bound() { _ = s.control.SetWriteDeadline(time.Now().Add(writeTimeout)) }

// grows waits until the log may have grown, and reports false when the time is up or the client has gone.
func (s *stream) grows() bool {
	ctx, cancel := context.WithDeadline(s.r.Context(), s.last.Add(s.wait))
	defer cancel()
	return s.reg.Wait(ctx, s.after) == nil && ctx.Err() == nil
}

func answerEvent(rec eventlog.Record) eventAnswer {
	return eventAnswer{
		Seq:     rec.Seq,
		Mark:    hex.EncodeToString(rec.Mark[:]),
		Kind:    rec.Kind,
		Version: rec.Version,
		Actor:   rec.Actor,
		Time:    rec.Time,
		Data:    rec.Data,
	}
}
