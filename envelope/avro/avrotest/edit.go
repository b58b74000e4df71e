package avrotest

import (
	"slices"
	"strings"
)

// Evolve returns what has become of a schema after some edits such as people make, which is still a schema. A value of
// it need not end any more.
func (g *Generator) Evolve(t *Type) *Type {
	for range 1 + g.Source(3) {
		t = g.edited(t)
	}
	return t
}

// edited returns a schema with one edit, or as it was if none that was tried makes a schema of it.
func (g *Generator) edited(t *Type) *Type {
	for range 4 {
		c := t.Clone()
		g.edit(&c)
		if c.wellFormed(map[string]*Type{}) {
			return c
		}
	}
	return t
}

func (g *Generator) edit(root **Type) {
	all := places(root, map[*Type]bool{})
	g.settle(all)
	at := all[g.Source(len(all))]
	if records := slices.DeleteFunc(slices.Clone(all), func(p **Type) bool { return (*p).Kind != "record" }); len(records) > 0 && g.Source(2) == 0 {
		at = records[g.Source(len(records))]
	}
	t := *at
	edits := ofDefinitions[t.Kind]
	switch n := g.Source(12); {
	case n == 0:
		g.move(all)
	case t.Named() && n < 5:
		ofNames[g.Source(len(ofNames))](g, t)
	case len(edits) > 0 && n < 10:
		edits[g.Source(len(edits))](g, t)
	default:
		ofPlaces[g.Source(len(ofPlaces))](g, at)
	}
}

// settle forgets the version before. New definitions are made in a namespace if those that are there have one: a name
// without a namespace would mean another one inside.
func (g *Generator) settle(all []**Type) {
	g.open, g.known = nil, nil
	for _, p := range all {
		if t := *p; t.Named() && !slices.Contains(g.known, t) {
			g.known = append(g.known, t)
		}
	}
	if len(g.known) > 0 {
		g.space = namespace(g.known[0].Name)
	}
}

// move gives all definitions another namespace.
func (g *Generator) move(all []**Type) {
	if g.Plain {
		return
	}
	to := []string{"n.", "moved.", "x_1.Y."}[g.Source(3)]
	for _, p := range all {
		if t := *p; t.Named() && !strings.HasPrefix(t.Name, to) {
			t.Name = to + simple(t.Name)
		}
	}
}

func simple(full string) string { return full[strings.LastIndexByte(full, '.')+1:] }

func namespace(full string) string { return strings.TrimSuffix(full, simple(full)) }

// ofNames are edits of any named type.
var ofNames = []func(*Generator, *Type){
	func(_ *Generator, t *Type) {
		t.Aliases, t.Name = append(t.Aliases, t.Name), namespace(t.Name)+"X"+simple(t.Name)
	},
	func(_ *Generator, t *Type) { // an alias in its own namespace
		t.Aliases, t.Name = append(t.Aliases, simple(t.Name)), namespace(t.Name)+"X"+simple(t.Name)
	},
	func(_ *Generator, t *Type) { t.Name = namespace(t.Name) + "X" + simple(t.Name) },
	func(_ *Generator, t *Type) { t.Aliases = nil },
	func(_ *Generator, t *Type) { t.Doc += "More." },
	func(g *Generator, t *Type) {
		if !g.Plain && strings.Contains(t.Name, ".") {
			t.Aliases, t.Name = append(t.Aliases, t.Name), "moved."+simple(t.Name)
		}
	},
	func(g *Generator, t *Type) {
		if !g.Plain && strings.Contains(t.Name, ".") {
			t.Aliases, t.Name = append(t.Aliases, simple(t.Name)), "moved.X"+simple(t.Name)
		}
	},
}

// ofDefinitions are edits of what a type of a kind holds.
var ofDefinitions = map[string][]func(*Generator, *Type){
	"record": {addField, addField, removeField, removeField, renameField, renameField, moveField, editField, editField, shareType},
	"enum": {
		func(g *Generator, t *Type) { t.Symbols = append(t.Symbols, symbols[g.Source(len(symbols))]) },
		func(g *Generator, t *Type) { t.Symbols = append([]string{"N"}, t.Symbols...) },
		func(g *Generator, t *Type) { t.Symbols = slices.Delete(t.Symbols, 0, 1) },
		func(g *Generator, t *Type) { t.Symbols = t.Symbols[:len(t.Symbols)-1] },
		func(g *Generator, t *Type) { slices.Reverse(t.Symbols) },
		func(g *Generator, t *Type) { t.Default = g.symbolOrNone() },
	},
	"fixed": {
		func(g *Generator, t *Type) { t.Size = 1 + g.Source(4) },
		func(g *Generator, t *Type) { g.meaning(t) },
	},
	"union": {
		func(g *Generator, t *Type) { t.Branches = append(t.Branches, g.typ(1)) },
		func(g *Generator, t *Type) { t.Branches = append([]*Type{g.primitive()}, t.Branches...) },
		func(g *Generator, t *Type) {
			i := g.Source(len(t.Branches))
			t.Branches = slices.Delete(t.Branches, i, i+1)
		},
		func(g *Generator, t *Type) { slices.Reverse(t.Branches) },
		copyBranch, copyBranch, copyBranch,
	},
}

// copyBranch adds a second type of a name that is in use, in another namespace.
func copyBranch(g *Generator, t *Type) {
	if b := t.Branches[g.Source(len(t.Branches))]; strings.Contains(b.Name, ".") {
		c := *b
		c.Name = "copied." + simple(b.Name)
		t.Branches = slices.Insert(t.Branches, g.Source(len(t.Branches)+1), &c)
	}
}

// ofPlaces are edits of which type stands in a place.
var ofPlaces = []func(*Generator, **Type){
	promote, promote, promote,
	func(g *Generator, at **Type) { *at = &Type{Kind: "union", Branches: []*Type{{Kind: "null"}, *at}} },
	func(g *Generator, at **Type) { *at = &Type{Kind: "union", Branches: []*Type{*at, g.primitive()}} },
	func(g *Generator, at **Type) {
		if t := *at; t.Kind == "union" {
			*at = t.Branches[len(t.Branches)-1]
		}
	},
	func(g *Generator, at **Type) { *at = &Type{Kind: "array", Items: *at} },
	func(g *Generator, at **Type) { *at = g.typ(1) },
	func(g *Generator, at **Type) {
		if t := *at; t.Items != nil {
			t.Kind = map[string]string{"array": "map", "map": "array"}[t.Kind]
		}
	},
	func(g *Generator, at **Type) {
		if t := *at; !t.Named() {
			g.meaning(t)
		}
	},
	func(g *Generator, at **Type) { // a definition of its own for this place
		if t := *at; t.Named() {
			c := *t
			c.Name += "Copy"
			*at = &c
		}
	},
}

// neighbours are the kinds that a kind is promoted to or comes from.
var neighbours = map[string][]string{
	"int": {"long", "float", "double"}, "long": {"int", "float", "double"}, "float": {"double", "long"}, "double": {"float", "int"},
	"string": {"bytes"}, "bytes": {"string"}, "boolean": {"int"},
}

func promote(g *Generator, at **Type) {
	if to := neighbours[(*at).Kind]; to != nil {
		*at = &Type{Kind: to[g.Source(len(to))]}
	}
}
