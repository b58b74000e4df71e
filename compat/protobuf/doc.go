// Package protobuf says whether readers with one .proto file read what was written with another.
//
//	c := protobuf.Check(reader, writer, compat.NewReadsOld)
//	if len(c.DropIn) > 0 {
//		// refused; c.Findings says where
//	}
//
// One walk compares the linked files: the package, then messages, enums and services by name, fields and enum values
// by number. It notes every difference of the 26 kinds that the reference server knows, those that it accepts too, and
// beside them what it does not look at. The rule table tells which of them refuse a change and which only warn.
//
// A path names messages, then a oneof if there is one, then a number: #/Order/Line/3, #/Order/payment/5. A type that
// is defined in an import is compared where a field uses it, once for each pair of definitions, under its own path.
// Differences inside it fail the field that uses it; the list of the reference repeats them before each such field.
//
// Witnesses are messages of the file itself: what is wrong in an imported type is proved with one that has it as a part.
//
// A fix is made of the places in the submitted text, and of declarations of the old schema's canonical one. The alternative
// was to print an edited tree: it would have lost comments and layout, and a diff of two texts says less than an edit. What is
// proposed may be wrong; package compat applies and checks it, so a proposal costs nothing but time.
//
// Names of types are compared without their package, because the reference does so: a package moves as a whole.
package protobuf
