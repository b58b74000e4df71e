package avrotest

import "slices"

func addField(g *Generator, t *Type) {
	f := g.field(g.fresh(), 1)
	f.Default = g.Source(3) > 0
	t.Fields = slices.Insert(t.Fields, g.Source(len(t.Fields)+1), f)
}

// fresh returns a name for a field, which an older version may have used already.
func (g *Generator) fresh() string { return []string{"f0", "f1", "f2", "f3", "g", "h"}[g.Source(6)] }

func removeField(g *Generator, t *Type) {
	if len(t.Fields) > 0 {
		i := g.Source(len(t.Fields))
		t.Fields = slices.Delete(t.Fields, i, i+1)
	}
}

// renameField keeps the old name as an alias, more often than not.
func renameField(g *Generator, t *Type) {
	if f, name := g.fieldOf(t), g.fresh(); f != nil && f.Name != name {
		if g.Source(3) > 0 {
			f.Aliases = append(f.Aliases, f.Name)
		}
		f.Name = name
	}
}

func moveField(g *Generator, t *Type) {
	if f := g.fieldOf(t); f != nil {
		t.Fields = slices.DeleteFunc(t.Fields, func(other *Field) bool { return other == f })
		t.Fields = slices.Insert(t.Fields, g.Source(len(t.Fields)+1), f)
	}
}

// editField changes what a field says beside its type.
func editField(g *Generator, t *Type) {
	f := g.fieldOf(t)
	if f == nil {
		return
	}
	switch g.Source(4) {
	case 0:
		f.Doc += "More."
	case 1:
		f.Aliases = nil
	case 2:
		f.Aliases = append(f.Aliases, g.fresh())
	default:
		f.Default = !f.Default
	}
}

// shareType makes one field have the type of another.
func shareType(g *Generator, t *Type) {
	if f := g.fieldOf(t); f != nil {
		f.Type = g.fieldOf(t).Type
	}
}

// fieldOf draws a field; nil if there is none.
func (g *Generator) fieldOf(t *Type) *Field {
	if len(t.Fields) == 0 {
		return nil
	}
	return t.Fields[g.Source(len(t.Fields))]
}
