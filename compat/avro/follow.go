package avro

import (
	"strconv"
	"strings"

	message "github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/schema/avro"
)

// follow returns the type that a finding's pointer leads to, with the steps to it. It stops at a record for one of its
// fields, and at a definition for its name, symbols or size.
func follow(root avro.Use, pointer string) (avro.Use, []message.Step) {
	tokens := strings.Split(strings.TrimPrefix(trimSuffix(pointer), "/"), "/")
	at, steps := root, []message.Step(nil)
	into := func(kind message.StepKind, index int, use avro.Use) {
		at, steps = use, append(steps, message.Step{Kind: kind, Index: index})
	}
	for len(tokens) > 0 && tokens[0] != "" {
		switch n := at.Node; n.Kind {
		case avro.Record:
			i := indexOf(tokens[1:], len(n.Fields))
			if i < 0 || len(tokens) < 3 {
				return at, steps
			}
			into(message.IntoField, i, n.Fields[i].Type)
			tokens = tokens[3:]
		case avro.Array:
			into(message.IntoItems, 0, n.Items)
			tokens = tokens[1:]
		case avro.Map:
			into(message.IntoValues, 0, n.Items)
			tokens = tokens[1:]
		case avro.Union:
			i := indexOf(tokens, len(n.Branches))
			if i < 0 {
				return at, steps
			}
			into(message.IntoBranch, i, n.Branches[i])
			tokens = tokens[1:]
		default:
			return at, steps
		}
	}
	return at, steps
}

// indexOf returns the first token as an index below n, -1 if it is none.
func indexOf(tokens []string, n int) int {
	if len(tokens) == 0 {
		return -1
	}
	i, err := strconv.Atoi(tokens[0])
	if err != nil || i < 0 || i >= n {
		return -1
	}
	return i
}

// fieldAt returns the field that a pointer ends at, with the record and its index there; nil if it ends elsewhere.
func fieldAt(root avro.Use, pointer string) (record *avro.Node, index int) {
	at := strings.LastIndex(pointer, "/fields/")
	if at < 0 {
		return nil, 0
	}
	use, _ := follow(root, pointer[:at])
	if use.Node.Kind != avro.Record {
		return nil, 0
	}
	if index = indexOf([]string{pointer[at+len("/fields/"):]}, len(use.Node.Fields)); index < 0 {
		return nil, 0
	}
	return use.Node, index
}

// trimSuffix returns the pointer of the definition whose name, symbols or size a pointer leads to.
func trimSuffix(pointer string) string {
	for _, suffix := range []string{"/name", "/symbols", "/size"} {
		if before, ok := strings.CutSuffix(pointer, suffix); ok {
			return before
		}
	}
	return pointer
}
