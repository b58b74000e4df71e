// Package protobuf reads and writes messages of Protobuf types, one at a time, plainly. It is what the faster programs
// are measured against, and what findings are proved with.
//
//	d, err := protobuf.Decode(md, message)                     // what the bytes say, or where they are wrong
//	r, err := protobuf.Resolve(reader, writer, message, limits) // what a reader with another type makes of them
//	message, err = protobuf.Encode(d.Message)
//	text, err := protobuf.JSON(d.Message)
//
//	m, err := protobuf.Reaching(writer, path, values...)       // small messages, as proofs
//
// Types are descriptors, and messages are dynamic ones of protobuf-go, which parses them; what the language demands and
// its parser lets pass is checked on the bytes before, and set right in the message after: known fields with another wire type,
// strings that are not UTF-8 in files of proto2, numbers that a closed enum does not have.
//
// A reader of Protobuf refuses little. What it does not understand it skips, cuts off or takes for something else, and says
// nothing. So Resolve does not only read: it compares what was sent with what was read, field by field, by number, and
// tells every difference. A field that the reader does not have is one as well; whether that is a break is not for this
// package to say.
//
// The alternative was to compare the two descriptors and foretell the differences, which is what compat does: this
// package is there to prove it right or wrong.
//
// A Program is what messages are read with: it proves them valid without allocating, reads and writes protojson, and, fused
// with another, carries messages to a newer or older type.
//
// The package frames nothing.
package protobuf
