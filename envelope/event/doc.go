// Package event reads what surrounds the data of an event: CloudEvents 1.0 as one JSON object, in headers of HTTP and in
// headers of Kafka, and plain events with eventId, eventType, occurredAt and data. Whatever the form, it becomes one
// [Envelope], and the envelope's own rules are checked; the data are for those who know their schema.
//
//	e, findings := event.ParseStructured(body)
//	findings = append(findings, e.Check(rules, time.Now())...)
//	name, ok := e.SchemaName() // what dataschema names, or the type decides
//
// Parsing finds what is wrong with the object: members that are missing, twice there, or of a type that they cannot have.
// [Envelope.Check] finds what is wrong with what they say, by the rules set for the type, which is known only then. Both
// report everything, and an envelope with findings says what could be read of it. Paths lead to the member as it is spelt
// (envelope.occurredAt); what is missing has no spelling yet and is called id, type, time or data.
//
// Everything here is a pure function of its arguments, the clock among them. References to data are checked and never
// followed. Formats are read by readers of this package where the standard library takes more or less than the standards
// say: RFC 3339 in [ParseTime], URIs, UUIDs, ULIDs, trace contexts, media types.
//
// An event is written again from its members as they came, so that what is not known here survives, and numbers keep
// their digits. The option rejected is a struct with a field for everything and a map for the rest, which would lose the
// order, the spelling and the difference between 1.0 and 1.
//
// The brokers' size limits are data with a date, limits.json. [DeadLetter] gives a message that cannot be read the headers
// that say why.
package event
