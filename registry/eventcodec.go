package registry

import (
	"encoding/json"
	"fmt"

	"github.com/treatyhq/treaty/registry/eventlog"
)

// binaryLevel is the highest level of a log that this binary reads, and the level at which it creates one.
const binaryLevel = 2

// policiesLevel is the level of a log from which on settings may have policies. Releases that know no higher level than 1
// would read past them, and accept what they refuse.
const policiesLevel = 2

// envelopesLevel is the level of a log from which on it may hold labels, aliases and types of events.
const envelopesLevel = 2

// A kindForm says how events of one kind stand in the log.
type kindForm struct {
	// levels[i] is the level of the log from which on data of version i+1 may stand in it, ascending. The last version is
	// today's.
	levels []int
	decode func(json.RawMessage) (event, error) // today's version
	// upcasts[v] turns data of version v into version v+1. It holds every version that was ever written but today's.
	upcasts map[int]func(json.RawMessage) (json.RawMessage, error)
}

// version returns the version of the data that is written into a log of a level: the newest that its level allows.
func (f kindForm) version(level int) int {
	v := len(f.levels)
	for v > 1 && f.levels[v-1] > level {
		v--
	}
	return v
}

// A codec holds the form of every kind that is known.
type codec map[string]kindForm

// kinds are the events of this binary.
var kinds = codec{
	"log.created":       {levels: []int{1}, decode: decodeInto[logCreated]},
	"level.raised":      {levels: []int{1}, decode: decodeInto[levelRaised]},
	"schema.registered": {levels: []int{1}, decode: decodeRegistered},
	"versions.deleted":  {levels: []int{1}, decode: decodeInto[versionsDeleted]},
	"versions.erased":   {levels: []int{1}, decode: decodeInto[versionsErased]},
	"config.set": {
		levels: []int{1, policiesLevel}, decode: decodeInto[configSet],
		upcasts: map[int]func(json.RawMessage) (json.RawMessage, error){1: unchanged}, // there were no policies
	},
	"config.cleared":  {levels: []int{1}, decode: decodeInto[configCleared]},
	"mode.set":        {levels: []int{1}, decode: decodeInto[modeSet]},
	"mode.cleared":    {levels: []int{1}, decode: decodeInto[modeCleared]},
	"context.deleted": {levels: []int{1}, decode: decodeInto[contextDeleted]},
	"label.set":       {levels: []int{envelopesLevel}, decode: decodeInto[labelSet]},
	"label.cleared":   {levels: []int{envelopesLevel}, decode: decodeInto[labelCleared]},
	"alias.set":       {levels: []int{envelopesLevel}, decode: decodeInto[aliasSet]},
	"alias.cleared":   {levels: []int{envelopesLevel}, decode: decodeInto[aliasCleared]},
	"type.set":        {levels: []int{envelopesLevel}, decode: decodeInto[typeSet]},
	"type.cleared":    {levels: []int{envelopesLevel}, decode: decodeInto[typeCleared]},
}

// unchanged is the upcast of data that had less to say.
func unchanged(data json.RawMessage) (json.RawMessage, error) { return data, nil }

// encode returns the event with kind, version and data, for a log of a level. What the version cannot say yet must not be
// in the event. Mark, actor and time are the writer's to add.
func (c codec) encode(ev event, level int) (eventlog.Event, error) {
	form, ok := c[ev.kind()]
	if !ok {
		return eventlog.Event{}, fmt.Errorf("encode event: unknown kind %q", ev.kind())
	}
	data, err := encodeData(ev)
	if err != nil {
		return eventlog.Event{}, fmt.Errorf("encode %s: %w", ev.kind(), err)
	}
	return eventlog.Event{Kind: ev.kind(), Version: form.version(level), Data: data}, nil
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
	for v := rec.Version; v != len(form.levels); v++ {
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
