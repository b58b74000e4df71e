// Package avro reads and writes messages of Avro schemas. It does so twice: plainly, one datum at a time, exact to the bit;
// and with programs, at the speed of the bytes, for a service that reads many messages of one schema.
//
//	d, err := avro.Decode(writer, message)                 // what the bytes say, or where they are wrong
//	d, err = avro.Resolve(reader, writer, message, opts)   // what a reader with another schema makes of them
//	all := avro.Failures(reader, writer, message, opts)    // every reason for which it cannot
//	message, err = avro.Encode(writer, d)
//	text := avro.JSON(writer, d)
//
//	b := avro.NewBuilderFor(reader, writer, resolution) // small messages, as proofs
//	d, err = b.Reaching(path, avro.Enum("UNKNOWN_TO_THE_READER"))
//
//	p := avro.Compile(schema)            // once for a schema
//	ok := p.Clean(message)               // nothing is wrong with it
//	findings := p.Findings(message, 100) // all that is, each with its place
//	text, ok := p.AppendJSON(nil, message, avro.JSONOptions{})
//	message, defaulted, findings := p.AppendBinary(nil, text, avro.JSONOptions{})
//
//	c, err := avro.NewContainer(ctx, file, 0)
//	for datum, err := range c.Data()     // of a file, one after another
//
// The plain way makes a tree of data of every message. It is what programs are measured against in tests, and what findings
// about schemas are proved with.
//
// A program proves a message valid in one pass, without a tree, without memory. What it does not prove, it says nothing
// about: Findings reads the bytes again, slowly, to tell what is wrong and to go on behind it. So there is one fast walk
// without errors and one slow walk without haste, and neither is in the other's way. A program is a list of instructions
// and not a tree of functions, which would call one through a pointer for every field.
//
// JSON is written straight from the bytes and read straight into them, without a tree between. Plain JSON names the branch of a
// union only where it has to. Whether it has to is not worked out from the schema, of which it could only be feared: the
// writer lets the reader loose on what it has written wherever the first character and the first name leave a doubt. So both
// have one set of rules, and what is written is read back as what it was. One rule goes beyond those of the table in the
// interface: {"branch": value} is read as that branch although a record or a map would take it as it stands, if the value alone
// would be read otherwise. Without it a union of a map of anything and a record had data that no text stands for.
//
// To read a union every branch may have to be tried, and every union inside it again for each. What a trial has led to is
// remembered by its place, so that the work grows with the text, the levels and the branches, not with their powers; a bound on
// the work ends what is left.
//
// Messages come from outside. Decode and Resolve hold them to the specification, and their time and memory grow with the
// message alone: the counts in it are not believed, levels are counted, and so are the items and the data that take no
// bytes, of which a message could else have any number. What specifications leave open is accepted: numbers with leading
// zeros, blocks with and without sizes, a key of a map twice, of which readers keep the last.
//
// An error names the datum by its path in the message and the two types by their pointers in the schemas. Resolution
// fails where the datum is that cannot be read, not where the schemas differ: a branch that is not sent fails nothing.
// Its codes are those of the findings that foretell it.
//
// Programs hold messages to the logical types that have a range, too: the digits of decimals, UUIDs, times of day. A precision
// of more than 1,000 digits is held to its number of bits.
//
// Data are a closed set of types and not values of any: an int is no long, bytes are no fixed, a union knows its branch,
// so that a message decodes to one tree and that tree encodes to the message. A record knows no names, for its schema
// does.
//
// Resolution by name and alias reads one of the writer's fields into each of the reader's that match it. Apache's Java
// renames the writer's field to the last alias, so that a field and another's alias for it exclude each other; the
// specification does not say so.
//
// A [Container] is a file of data with their schema. Only what every implementation must read is read of it, plain blocks
// and those of deflate; blocks are checked to the last byte, and data by the program that messages are checked by.
//
// The package frames no messages, and the plain way checks no logical types.
package avro
