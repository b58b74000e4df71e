//go:build conformance

package avro

import (
	"slices"
	"strings"

	"github.com/treatyhq/treaty/envelope/avro/avrotest"
)

var javaDivergences = []divergence{
	{"names in other namespaces", "it compares full names, as Apache did before 1.9; the specification (Schema Resolution) says " +
		"unqualified ones", withoutNamespaces},
	{"an enum's default", "it does not know that enums have one: the specification has it since 1.9 (Complex Types, Enums)",
		withoutEnumDefaults},
	{"a union read as a plain type", "it refuses unions of several branches where the reader has none, as Apache did before 1.9; the " +
		"specification (Schema Resolution) reads the branch that was sent", withUnions},
	{"a field that matches twice", "it stops at the first thing that is wrong, and so may never come to the field at which it would " +
		"give up; later versions of Apache go on", withoutAmbiguity},
}

var pythonDivergences = []divergence{
	{"names in other namespaces", "it compares full names; the specification (Schema Resolution) says unqualified ones", withoutNamespaces},
	{"an alias without a namespace", "it compares aliases as they are written; the specification (Aliases) makes them absolute in " +
		"the reader's namespace", withFullAliases},
	{"a field that matches twice", "it takes the first that matches; Apache gives up, and the specification is silent", withoutAmbiguity},
}

// withoutNamespaces takes all types out of their namespaces. One whose name is in use keeps it as part of its name.
func withoutNamespaces(reader, writer *avrotest.Type) {
	mapped := map[string]string{} // the writer's names
	for _, schema := range []*avrotest.Type{writer, reader} {
		taken := map[string]bool{}
		for _, t := range schema.Types() {
			if !t.Named() {
				continue
			}
			space := t.Name[:strings.LastIndexByte(t.Name, '.')+1]
			for i, alias := range t.Aliases {
				if !strings.Contains(alias, ".") {
					alias = space + alias
				}
				if t.Aliases[i] = mapped[alias]; t.Aliases[i] == "" {
					t.Aliases[i] = strings.ReplaceAll(alias, ".", "_")
				}
			}
			name := t.Name[len(space):]
			if taken[name] {
				name = strings.ReplaceAll(t.Name, ".", "_")
			}
			taken[name] = true
			if schema == writer {
				mapped[t.Name] = name
			}
			t.Name = name
		}
	}
}

// withoutEnumDefaults takes the defaults of enums away.
func withoutEnumDefaults(reader, writer *avrotest.Type) {
	for _, t := range slices.Concat(reader.Types(), writer.Types()) {
		t.Default = ""
	}
}

// withUnions makes each type of the reader's that is no union one of a single branch.
func withUnions(reader, _ *avrotest.Type) {
	wrap := func(t *avrotest.Type) *avrotest.Type {
		if t.Kind == "union" || t == reader {
			return t
		}
		return &avrotest.Type{Kind: "union", Branches: []*avrotest.Type{t}}
	}
	types, root := reader.Types(), *reader // what refers to the reader refers to the union that it becomes
	for _, t := range append(types[1:], &root) {
		if t.Items != nil {
			t.Items = wrap(t.Items)
		}
		for _, f := range t.Fields {
			f.Type = wrap(f.Type)
		}
		for i, b := range t.Branches {
			if b == reader {
				t.Branches[i] = &root
			}
		}
	}
	if root.Kind != "union" {
		*reader = *wrap(&root)
	}
}
