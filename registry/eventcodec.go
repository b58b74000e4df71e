package registry

import (
	"encoding/json"
	"fmt"

	"github.com/treatyhq/treaty/registry/eventlog"
)

// binaryLevel is the highest level of a log that this binary reads, and the level at which it creates one.
const binaryLevel = 1

// A kindForm says how events of one kind stand in the log.
type kindForm struct {
	level   int // of the log, from which on the kind may stand in it
	version int // of the data, as written today
	decode  func(json.RawMessage) (event, error)
	// upcasts[v] turns data of version v into version v+1. It holds every version that was ever written but today's.
	upcasts map[int]func(json.RawMessage) (json.RawMessage, error)
}

// A codec holds the form of every kind that is known.
type codec map[string]kindForm

// kinds are the events of this binary.
var kinds = codec{
	"log.created":       {level: 1, version: 1, decode: decodeInto[logCreated]},
	"level.raised":      {level: 1, version: 1, decode: decodeInto[levelRaised]},
	"schema.registered": {level: 1, version: 1, decode: decodeRegistered},
	"versions.deleted":  {level: 1, version: 1, decode: decodeInto[versionsDeleted]},
	"versions.erased":   {level: 1, version: 1, decode: decodeInto[versionsErased]},
	"config.set":        {level: 1, version: 1, decode: decodeInto[configSet]},
	"config.cleared":    {level: 1, version: 1, decode: decodeInto[configCleared]},
	"mode.set":          {level: 1, version: 1, decode: decodeInto[modeSet]},
	"mode.cleared":      {level: 1, version: 1, decode: decodeInto[modeCleared]},
	"context.deleted":   {level: 1, version: 1, decode: decodeInto[contextDeleted]},
}

// encode returns the event with kind, version and data. Mark, actor and time are the writer's to add.
func (c codec) encode(ev event) (eventlog.Event, error) {
	form, ok := c[ev.kind()]
	if !ok {
		return eventlog.Event{}, fmt.Errorf("encode event: unknown kind %q", ev.kind())
	}
	data, err := encodeData(ev)
	if err != nil {
		return eventlog.Event{}, fmt.Errorf("encode %s: %w", ev.kind(), err)
	}
	return eventlog.Event{Kind: ev.kind(), Version: form.version, Data: data}, nil
}

func encodeData(ev event) (json.RawMessage, error) {
	if e, ok := ev.(*schemaRegistered); ok {
		return e.appendJSON(nil), nil
	}
	return json.Marshal(ev)
}

// decode returns the data of a record, brought up from the version in which it was written. A kind or version that this
// binary does not know is an error: a higher level of the log announces those.
func (c codec) decode(rec eventlog.Record) (event, error) {
	form, ok := c[rec.Kind]
	if !ok {
		return nil, fmt.Errorf("event %d: unknown kind %q", rec.Seq, rec.Kind)
	}
	data := rec.Data
	for v := rec.Version; v != form.version; v++ {
		upcast, ok := form.upcasts[v]
		if !ok {
			return nil, fmt.Errorf("event %d: unknown version %d of %s", rec.Seq, rec.Version, rec.Kind)
		}
		var err error
		if data, err = upcast(data); err != nil {
			return nil, fmt.Errorf("event %d: %s version %d: %w", rec.Seq, rec.Kind, v, err)
		}
	}
	ev, err := form.decode(data)
	if err != nil {
		return nil, fmt.Errorf("event %d: %s: %w", rec.Seq, rec.Kind, err)
	}
	return ev, nil
}

// decodeInto reads data as the JSON form of E, whose pointer is the event.
func decodeInto[E any, P interface {
	*E
	event
}](data json.RawMessage) (event, error) {
	ev := P(new(E))
	if err := json.Unmarshal(data, ev); err != nil {
		return nil, err
	}
	return ev, nil
}
