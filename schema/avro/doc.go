// Package avro reads Avro schemas: text and references in, a tree with positions and exact numbers out, and from the tree
// the texts that identify the schema.
//
//	s, err := avro.Parse(ctx, schema.Source{Text: text}, schema.Options{New: true})
//	s.Canonical()            // what is stored and hashed: byte for byte what the reference would store
//	s.Normalized()           // the same with properties and aliases sorted
//	s.Format("resolved")     // the same with references inlined
//	s.ParsingCanonicalForm() // what Rabin, MD5 and SHA256 are fingerprints of
//	s.Root().Node.Fields     // the tree that checkers and compilers walk
//
// A text becomes tokens in one pass, scan, which holds JSON to its rules and knows lines and columns; the parser turns
// tokens into nodes without going through maps of any, so numbers keep their digits, members their order and duplicate
// keys are seen. Names resolve against the text itself and its dependencies, in a map that lives as long as the call:
// libraries that keep names in the process let one subject's types leak into another's.
//
// The tree is built for walkers that compare definitions by identity: a name leads to the definition's own node, so
// recursion is a cycle. Every walker here and elsewhere must remember the records that it has been in.
//
// Whatever a text can be made of, parsing ends in time that grows with its length: limits are checked before the work
// they bound, nesting is bounded, and the default of each field is checked once.
//
// # Where it differs from the reference
//
// Refused here: duplicate keys; half of a surrogate pair; a type that is used before it is defined, which Avro forbids and
// Java accepts from 1.12 on; and of new schemas defaults of bytes, fixed and enums that no value could be, malformed
// logical types that apply to their types, invalid names among aliases.
//
// Kept here: a number that a double cannot hold, which the reference replaces with another one; the names of types that are
// defined inside a reference, which it inlines, so that the stored text and its references define them twice; and in
// normalized texts, the default of a later branch of a union, which it drops, and a type in no namespace inside one, which
// it moves into that.
//
// How types match, which both those who compare schemas and those who read messages must agree on, stands in match.go. The
// package itself encodes no data and does not compare schemas for compatibility.
package avro
