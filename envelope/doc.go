// Package envelope reads and writes messages whose schemas a registry knows: it finds out which schema a message was written
// with, says whether it honours that contract, turns it into JSON and back, and carries it to another version.
//
//	codec := envelope.New(source, envelope.Config{})
//	a, err := codec.Validate(ctx, &envelope.Message{Payload: record.Value, Headers: headers})
//	switch envelope.DispositionOf(a.Findings) {
//	case envelope.Accept:
//	case envelope.Retry:      // the schema is not known yet
//	case envelope.DeadLetter: // a.Findings say why
//	}
//	a, err = codec.Upcast(ctx, &envelope.Message{Payload: record.Value, Target: envelope.Target{Version: "latest"}})
//
// Three layers lie in each other. The framing says which schema the bytes are of; package event reads what surrounds the
// data of an event; what is left is a datum, which the programs of envelope/avro and envelope/protobuf read. The package does
// no I/O of its own: whom it asks for schemas is its [Source]. The registry is one, for itself; httpapi/client has one for programs
// elsewhere, and envelopetest one for tests.
//
// # How a framing is found
//
// One that the caller declares is believed, and bytes that are not of it are a finding. Else the headers count, for they are
// set on purpose: one that is there and malformed is a finding, too, and never passed over. Else the first bytes: a framing
// that they allow counts only if the ID behind it is known and the body is a datum of that schema with nothing left over.
// If two do, or none, that is a finding which lists them. Nothing falls back to a bare body, because nearly every bytes are
// a datum of some Avro schema.
//
// The alternative was to try what is most common first and be content with what decodes. It reads a message of one registry
// as another's, once in a while, and says nothing.
//
// # What is done for every message
//
// Programs are compiled once and kept, by the identity of the parsed schema, within a bound of bytes. A message that is
// right is looked at once, without allocating ([Batch.Clean]); one that is not is read again, slowly, to say what is wrong
// and where.
//
// What it does not do: compare schemas (package compat), run rules, or send anything anywhere. A dead letter is returned for the
// caller to publish.
package envelope
