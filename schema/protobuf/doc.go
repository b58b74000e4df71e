// Package protobuf reads Protocol Buffers schemas: a .proto text, or a serialized FileDescriptorProto in base64.
//
//	s, err := protobuf.Parse(ctx, schema.Source{Text: text, Dependencies: deps}, schema.Options{New: true})
//	if err != nil {
//		var bad *schema.Error // line, column and a sentence
//	}
//	fields := s.Descriptor().Messages().Get(0).Fields()
//
// A text is scanned (UTF-8, brackets, long lines), parsed by protocompile, made into a tree of our own, checked against the
// limits, and printed: the print is the canonical text. What is then linked is the canonical text, not the source, so that a
// schema has the same descriptor on the replica that registered it and on one that reads it back. Errors and
// [Schema.Position] speak of the source.
//
// # Imports
//
// A schema sees what [schema.Source] lists and the built-in files: google/protobuf, google/type and confluent. Nothing else
// exists: no search path, no registry of linked-in Go types, no cache. A dependency that has the path of a built-in file
// stands for it. The built-in files are linked once for the process and are all that two schemas share.
//
// # The canonical text
//
// Identity hashes the canonical text, so its layout is the reference's: order of sections, blank lines (indented ones inside
// nested bodies), option lists, escapes, default and json_name behind all other options. We differ where the reference loses
// something or writes what compilers refuse:
//
//   - weak imports, options of extension ranges, groups with more than fields, and groups in extend blocks are kept;
//   - a bytes default is quoted; control characters and bytes that are no UTF-8 become octal escapes;
//   - of a descriptor, a json_name that equals the derived one is dropped, maps are printed as map types and groups as
//     groups, and custom options that the imports define are kept.
//
// A text that spells a map out with the option map_entry, as the reference prints descriptors, is accepted and stays as it
// is; compilers would refuse it.
//
// The normal form sorts and qualifies and drops nothing but a proto2 syntax line; numbers in options are exact, where the
// reference rounds them to three decimals.
//
// Names in a text made from a descriptor are full names with a leading dot, as in the reference. That text and the original
// are two canonical texts of one schema: [Schema.Respelled] leads from the second to the first. Shortening the names instead
// would give texts that the reference never writes, and so other GUIDs, and lose the versions that are imported from it.
//
// # What it does not do
//
// It does not check the values of custom options, keeps those that nobody defines, and reads editions up to 2023.
package protobuf
