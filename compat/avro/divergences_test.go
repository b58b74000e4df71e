package avro

import (
	"slices"
	"strings"

	"github.com/treatyhq/treaty/envelope/avro/avrotest"
)

// eachField visits the fields of all records of some schemas, and their records.
func eachField(visit func(record *avrotest.Type, f *avrotest.Field), schemas ...*avrotest.Type) {
	for _, s := range schemas {
		for _, t := range s.Types() {
			for _, f := range t.Fields {
				visit(t, f)
			}
		}
	}
}

// withoutCollidingAliases takes from fields the aliases that name a field of the same record, or that an earlier alias
// has named.
func withoutCollidingAliases(reader, writer *avrotest.Type) {
	eachField(func(record *avrotest.Type, f *avrotest.Field) {
		var taken []string
		for _, other := range record.Fields {
			taken = append(taken, other.Name)
		}
		for _, other := range record.Fields {
			if other == f {
				break
			}
			taken = append(taken, other.Aliases...)
		}
		var kept []string
		for _, alias := range f.Aliases {
			if !slices.Contains(taken, alias) && !slices.Contains(kept, alias) {
				kept = append(kept, alias)
			}
		}
		f.Aliases = kept
	}, reader, writer)
}

// withDefaultsOfNull gives a default to the reader's fields that may be null and have none.
func withDefaultsOfNull(reader, _ *avrotest.Type) {
	eachField(func(_ *avrotest.Type, f *avrotest.Field) {
		if f.Type.Kind == "union" && f.Type.Branches[0].Kind == "null" {
			f.Default = true
		}
	}, reader)
}

// withoutDecimals makes decimals what they are made of.
func withoutDecimals(reader, writer *avrotest.Type) {
	for _, t := range slices.Concat(reader.Types(), writer.Types()) {
		if strings.Contains(t.Logical, "decimal") {
			t.Logical = ""
		}
	}
}

// withFullAliases gives the aliases of types the namespace that they are in, and takes those away that are in none and
// name no type of the writer's.
func withFullAliases(reader, writer *avrotest.Type) {
	for _, t := range reader.Types() {
		space := t.Name[:strings.LastIndexByte(t.Name, '.')+1]
		for i, alias := range t.Aliases {
			if !strings.Contains(alias, ".") {
				t.Aliases[i] = space + alias
			}
		}
		t.Aliases = slices.DeleteFunc(t.Aliases, func(alias string) bool {
			return !slices.ContainsFunc(writer.Types(), func(w *avrotest.Type) bool { return w.Name == alias })
		})
	}
}

// withoutDoubles takes from the reader's unions the branches that a writer's type may match as it may match an earlier one.
func withoutDoubles(reader, _ *avrotest.Type) {
	simple := func(t *avrotest.Type) []string {
		var names []string
		for _, name := range append([]string{t.Name}, t.Aliases...) {
			names = append(names, name[strings.LastIndexByte(name, '.')+1:])
		}
		return names
	}
	for _, u := range reader.Types() {
		var kept []*avrotest.Type
		var taken []string
		for _, b := range u.Branches {
			if names := simple(b); !b.Named() || !slices.ContainsFunc(names, func(name string) bool { return slices.Contains(taken, name) }) {
				kept, taken = append(kept, b), append(taken, names...)
			}
		}
		u.Branches = kept
	}
}

// withoutAmbiguity takes from the reader's fields the aliases that would match one record's field beside another match.
func withoutAmbiguity(reader, writer *avrotest.Type) {
	both := func(a, b string) bool {
		return slices.ContainsFunc(writer.Types(), func(w *avrotest.Type) bool {
			has := func(name string) bool {
				return slices.ContainsFunc(w.Fields, func(f *avrotest.Field) bool { return f.Name == name })
			}
			return has(a) && has(b)
		})
	}
	eachField(func(_ *avrotest.Type, f *avrotest.Field) {
		names := []string{f.Name}
		for _, alias := range f.Aliases {
			if !slices.ContainsFunc(names, func(name string) bool { return both(name, alias) }) {
				names = append(names, alias)
			}
		}
		f.Aliases = names[1:]
	}, reader)
}
