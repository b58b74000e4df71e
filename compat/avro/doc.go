// Package avro says whether readers with one Avro schema read what was written with another.
//
//	c := avro.Check(reader, writer, compat.NewReadsOld)
//	if len(c.DropIn) > 0 {
//		// refused; c.Findings says where, once each
//	}
//
// Two walks go over the same pair. The first, dropIn, answers what the reference server would print: it follows the
// resolution rules of Apache Avro's Java library step by step, its repetitions and its forgetful paths included,
// because clients match on the text. The second, finder, reports for people: every place once, by name, with what the
// reference does not look at (logical types, precision, defaults). The first decides, the second explains; that they
// agree is a property test. One walk for both was tried on paper and rejected: what the reference drops below a union
// is what a person needs to read.
//
// Both walks share one matching of fields, pairing, which leaves out what reads whole with nothing to say about it: that is
// most of most schemas. Which branch of a union reads is Apache's practice with Check, and with CheckBySpecification the
// first that matches.
//
// Types are the same if they are the same definition, not if they have the same name or text: results are remembered
// for pairs of definitions, so recursive and shared types cost one visit for each pair.
package avro
