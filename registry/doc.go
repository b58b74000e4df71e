// Package registry keeps subjects, versions, schema IDs, settings and modes. It decides what may be registered and deleted,
// writes each decision to a log as events, and folds the log into a state in memory that answers all reads.
//
//	r := registry.New(memory.New(), registry.Config{})
//	go r.Run(ctx)
//	if err := r.Ready(ctx); err != nil {
//		return err
//	}
//	registered, err := r.Register(ctx, registry.RegisterCommand{
//		Submission: registry.Submission{Subject: registry.ParseSubject("orders-value"), Text: `"string"`},
//		ID:         registry.UnsetID,
//	})
//	version, err := r.Current().ByID(registered.ID, nil)
//
// # How it works
//
// The log ([github.com/treatyhq/treaty/registry/eventlog]) is all that is durable. An event holds names, numbers and
// digests; every text that a client supplied is a blob, which can be erased while the event stays. Whatever was computed
// stands in the event, so that apply, which folds events into a [State], decides nothing: a log that was written under
// other rules still means what it meant.
//
// A command is parsed, resolved and checked by its caller, and queued. One writer takes what has queued up, decides one
// command upon the other on a fork of the state, appends all events at once, publishes the fork, and answers.
//
// A State is persistent: a fork shares all that it does not change, in B-trees and vectors that copy the path to a change. A
// reader loads one pointer and sees one moment for as long as it likes. The alternative, locks around maps, makes a
// list of 100,000 subjects and a burst of registrations wait for each other, and a decision that turns out to be stale
// would have to be undone.
//
// # Consistency
//
//  1. Writes are linearizable: accepted, refused and no-op answers are all decided on a state that has caught up. The
//     compatibility verdict is part of the decision, so two registrations that contradict each other are never both
//     accepted, on any number of replicas.
//  2. You read your own writes on the replica that wrote. On another, a look-up that misses catches up before it answers
//     that something is not found ([Registry.Read]); concurrent misses share one Head call that began after they arrived.
//  3. Lists, the latest version, look-ups by text and settings ask Head first and catch up if behind ([Registry.Latest]).
//  4. Envelope calls resolve everything in memory ([Registry.Source]), with at most one catch-up a second for what is
//     missing.
//  5. With the store out of reach, reads by ID go on; lists, the latest version, settings and the registration of what is
//     registered already answer from memory and say how old that is ([State.Stale]). Other writes are refused as
//     StoreUnavailable, and so are misses: what is missing here may be there.
//  6. Being notified of events is a hint, polling each second is the mechanism.
//  7. A mark that differs at our place in the log, or a head behind us, is another history: the log was restored, or a
//     failover lost its tail. The replica stops serving, discards its state, replays, and logs what vanished.
//  8. The log has a level, which an event raises. A binary writes only kinds of events, and versions of their data,
//     of the log's level and reads those of all earlier ones. It stops before an event that raises the level above its own; it serves reads by ID then,
//     refuses writes, and is not ready. Data of events is upcast when it is read.
//  9. IDs are never reused: the highest that was ever given is part of the state. Content that is registered again after
//     its erasure gets a new ID; an import may bring an erased ID back with the same content only. A version number is
//     given again only after its permanent delete, which takes its labels and aliases away.
//  10. Every command is safe to repeat.
//
// # What it does not do
//
// It compares no schemas itself ([github.com/treatyhq/treaty/compat] does, and only reports), it knows nothing of HTTP,
// and it reads no messages: it is what [github.com/treatyhq/treaty/envelope] asks for their schemas. It has no checkpoints
// yet: a start replays the log.
package registry
