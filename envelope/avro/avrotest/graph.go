package avrotest

import "slices"

// Clone copies a graph of types.
func (t *Type) Clone() *Type { return t.clone(map[*Type]*Type{}) }

// Types returns each type of the graph once, the root first.
func (t *Type) Types() []*Type {
	var found []*Type
	seen := map[*Type]bool{}
	for _, at := range places(&t, map[*Type]bool{}) {
		if !seen[*at] {
			seen[*at] = true
			found = append(found, *at)
		}
	}
	return found
}

// clone copies a graph of types; copies are those made so far.
func (t *Type) clone(copies map[*Type]*Type) *Type {
	if t == nil {
		return nil
	}
	if c := copies[t]; c != nil {
		return c
	}
	c := *t
	copies[t] = &c
	c.Aliases, c.Symbols = slices.Clone(t.Aliases), slices.Clone(t.Symbols)
	c.Items = t.Items.clone(copies)
	c.Branches, c.Fields = nil, nil
	for _, b := range t.Branches {
		c.Branches = append(c.Branches, b.clone(copies))
	}
	for _, f := range t.Fields {
		field := *f
		field.Aliases, field.Type = slices.Clone(f.Aliases), f.Type.clone(copies)
		c.Fields = append(c.Fields, &field)
	}
	return &c
}

// places returns all places where a type stands, at and those inside it; seen are the types that were gone into.
func places(at **Type, seen map[*Type]bool) []**Type {
	found := []**Type{at}
	t := *at
	if seen[t] {
		return found
	}
	seen[t] = true
	if t.Items != nil {
		found = append(found, places(&t.Items, seen)...)
	}
	for i := range t.Branches {
		found = append(found, places(&t.Branches[i], seen)...)
	}
	for _, f := range t.Fields {
		found = append(found, places(&f.Type, seen)...)
	}
	return found
}

// wellFormed reports whether the specification allows the schema; defined are the names in use. A default that does not
// fit is nothing to look at, since defaults follow types.
func (t *Type) wellFormed(defined map[string]*Type) bool {
	if t.Named() {
		if other, ok := defined[t.Name]; ok {
			return other == t
		}
		defined[t.Name] = t
	}
	if t.Kind == "enum" && (len(t.Symbols) == 0 || repeats(t.Symbols) || t.Default != "" && !slices.Contains(t.Symbols, t.Default)) {
		return false
	}
	if t.Kind == "union" && !t.branchesDiffer() {
		return false
	}
	names := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		names[i] = f.Name
	}
	inside := slices.Clone(t.Branches)
	for _, f := range t.Fields {
		inside = append(inside, f.Type)
	}
	if t.Items != nil {
		inside = append(inside, t.Items)
	}
	return !repeats(names) && !slices.ContainsFunc(inside, func(i *Type) bool { return !i.wellFormed(defined) })
}

func (t *Type) branchesDiffer() bool {
	for i, b := range t.Branches {
		if b.Kind == "union" || slices.ContainsFunc(t.Branches[:i], b.alike) {
			return false
		}
	}
	return len(t.Branches) > 0
}

func repeats(list []string) bool {
	sorted := slices.Sorted(slices.Values(list))
	return len(slices.Compact(sorted)) < len(list)
}
