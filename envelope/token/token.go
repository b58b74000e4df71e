package token

import (
	"fmt"

	"github.com/treatyhq/treaty/envelope/verdict"
)

// A Kind is what a token is.
type Kind uint8

// The kinds. Commas and colons are no tokens.
const (
	Invalid Kind = iota // the reader has failed: see [Reader.Err]
	End                 // the value is over, and so is the text
	ObjectStart
	ObjectEnd
	ArrayStart
	ArrayEnd
	Key
	String
	Number
	True
	False
	Null
)

var kindNames = [...]string{
	Invalid: "nothing valid", End: "the end", ObjectStart: "an object", ObjectEnd: "the end of an object",
	ArrayStart: "an array", ArrayEnd: "the end of an array", Key: "a member", String: "a string", Number: "a number",
	True: "a boolean", False: "a boolean", Null: "null",
}

// String returns the kind as a part of a sentence: "a string", "an object", "null".
func (k Kind) String() string { return kindNames[k] }

// A Token is one step through a text.
type Token struct {
	Kind   Kind
	Offset int // of its first byte: of the quote, where it is a key or a string
	// Text is what a key or a string says, unescaped, and the literal of a number. It aliases the data where nothing is
	// escaped and else the reader's own memory: it is good until the next call of [Reader.Next] or [Reader.Skip].
	Text []byte
}

// The codes of what is wrong with a text.
const (
	Syntax    = "JSON_SYNTAX"    // not JSON: a text cut short among them
	Unicode   = "JSON_UNICODE"   // bytes that are not UTF-8, or half a surrogate pair
	Depth     = "JSON_DEPTH"     // more levels than the limit
	Duplicate = "JSON_DUPLICATE" // a member twice in an object
)

// An Error says where a text stops being JSON, and why.
type Error struct {
	Code    string
	Offset  int    // of the byte at fault; of the second name's quote for a duplicate
	Path    string // of the value at hand, as [Reader.Path] gives it; of the member for a duplicate
	Message string // one sentence
}

func (e *Error) Error() string { return fmt.Sprintf("%s (byte %d)", e.Message, e.Offset) }

// Finding returns the error as a finding, permanent.
func (e *Error) Finding() verdict.Finding {
	return verdict.Errorf(e.Code, e.Path, "%s", e.Message).At(e.Offset)
}
