// Package token reads JSON token by token out of bytes, strictly, and appends JSON to bytes.
//
//	var r token.Reader
//	r.Reset(data, token.Options{Unique: true})
//	for t := r.Next(); t.Kind != token.End; t = r.Next() {
//		if t.Kind == token.Invalid {
//			return r.Err() // code, offset, path and a sentence
//		}
//	}
//
// Strict is RFC 8259 without the liberties that it leaves, in the spirit of RFC 7493: one value and nothing behind it,
// UTF-8 without a byte order mark, no surrogate without its other half, and, where [Options.Unique] asks for it, no member
// twice in one object, however its name is escaped. The standard library's decoder takes the last of two members, takes a
// name in another case for the same, and replaces what is no Unicode; envelopes must not be read in two ways.
//
// Numbers are handed out as they are written, for a float64 would change them: [Int] and [Uint] read whole numbers in any
// spelling (1.0, 1e3, 9.007199254740993e15) exactly, [Float] refuses what it could only call infinite.
//
// Texts come from outside. Nothing recurses and nothing panics; memory is bounded by the text and by the limit of levels,
// and names are compared through seeded hashes where an object has many.
package token
