package avro

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

// A fixer proposes edits for one finding. It need not be right: what it proposes is applied and checked.
type fixer struct {
	doc         *document
	latest, old *avro.Schema
	finding     compat.Finding
	place       string   // pointer of the finding's place in the new text
	now, before avro.Use // the types at the finding's places
	found       []compat.Fix
}

// proposals are what is proposed for each code.
var proposals = map[string]func(*fixer){
	missingDefault:       (*fixer).field,
	missingEnumSymbols:   (*fixer).symbols,
	enumDefaultStandsFor: (*fixer).symbols,
	typeMismatch:         (*fixer).types,
	lossyPromotion:       (*fixer).types,
	utf8NotGuaranteed:    (*fixer).types,
	logicalTypeChanged:   (*fixer).types,
	missingBranch:        (*fixer).branch,
	nameMismatch:         (*fixer).name,
	fixedSizeMismatch:    (*fixer).size,
	precisionChanged:     (*fixer).decimal,
	scaleChanged:         (*fixer).decimal,
	ambiguousField:       (*fixer).aliases,
}

// fixes returns edits that may mend f. Nothing is proposed where the new text is not to blame: in a reference.
func fixes(latest schema.Schema, text string, old schema.Schema, f compat.Finding) []compat.Fix {
	propose := proposals[f.Code]
	if propose == nil || f.New.Line == 0 || f.New.Reference != "" {
		return nil
	}
	doc, err := read(text)
	if err != nil {
		return nil
	}
	x := fixer{doc: doc, latest: latest.(*avro.Schema), old: old.(*avro.Schema), finding: f}
	var ok bool
	if x.place, ok = doc.pointerTo(offsetOf(text, f.New)); !ok {
		return nil
	}
	x.now, _ = follow(x.latest.Root(), f.New.Pointer)
	x.before, _ = follow(x.old.Root(), f.Old.Pointer)
	propose(&x)
	return x.found
}

// offsetOf returns the offset of a line and column.
func offsetOf(text string, l compat.Location) int {
	start := 0
	for range l.Line - 1 {
		start += strings.IndexByte(text[start:], '\n') + 1
	}
	return start + l.Column - 1
}

func (x *fixer) propose(title string, edits ...compat.Edit) {
	x.found = append(x.found, compat.Fix{Title: title, Patch: edits})
}

func (x *fixer) newReads() bool { return x.finding.Direction == compat.NewReadsOld }

func add(path, value string) compat.Edit {
	return compat.Edit{Op: "add", Path: path, Value: json.RawMessage(value)}
}

func replace(path, value string) compat.Edit {
	return compat.Edit{Op: "replace", Path: path, Value: json.RawMessage(value)}
}

func remove(path string) compat.Edit { return compat.Edit{Op: "remove", Path: path} }

// set adds a member to an object, or replaces it.
func (x *fixer) set(object, member, value string) compat.Edit {
	if path := object + "/" + member; x.doc.at(path) != nil {
		return replace(path, value)
	}
	return add(object+"/"+member, value)
}

// raw returns the text of a value.
func (x *fixer) raw(pointer string) string {
	v := x.doc.at(pointer)
	if v == nil {
		return "null"
	}
	return x.doc.text[v.start:v.end]
}

// spell returns an old type as the new text can have it: by its name if that is defined there.
func (x *fixer) spell(n *avro.Node) string {
	if n.Kind.Named() && x.latest.Named(n.Name) != nil {
		return quoted(n.Name)
	}
	return n.JSON()
}

// field is for a field that only one side has.
func (x *fixer) field() {
	if !x.newReads() {
		x.restore()
		return
	}
	record, i := fieldAt(x.latest.Root(), x.finding.New.Pointer)
	if record == nil {
		return
	}
	f := record.Fields[i]
	if value, ok := zero(f.Type.Node, nil); ok {
		x.propose("give `"+f.Name+"` the default "+value, x.set(x.place, "default", value))
	}
	x.nullable(f)
	for _, old := range x.before.Node.Fields {
		if gone := !hasField(record, old.Name); gone && readsPlainly(f.Type.Node, old.Type.Node) {
			x.propose("read `"+old.Name+"` as `"+f.Name+"`, by an alias", x.alias(x.place, old.Name))
			break
		}
	}
}

// nullable lets a field be null, and gives it the default null.
func (x *fixer) nullable(f *avro.Field) {
	typ := x.place + "/type"
	switch n := f.Type.Node; {
	case n.Kind == avro.Null || n.Kind == avro.Union && len(n.Branches) > 0 && n.Branches[0].Node.Kind == avro.Null:
		return
	case n.Kind == avro.Union:
		for _, b := range n.Branches {
			if b.Node.Kind == avro.Null {
				return
			}
		}
		x.propose("make `"+f.Name+"` nullable, with null as its default", add(typ+"/0", `"null"`), add(x.place+"/default", "null"))
	default:
		x.propose("make `"+f.Name+"` nullable, with null as its default",
			replace(typ, `["null", `+x.raw(typ)+`]`), add(x.place+"/default", "null"))
	}
}

// restore puts a field back that old readers miss.
func (x *fixer) restore() {
	record, i := fieldAt(x.old.Root(), x.finding.Old.Pointer)
	if record == nil {
		return
	}
	f := record.Fields[i]
	for j, now := range x.now.Node.Fields {
		for _, alias := range now.Aliases {
			if alias == f.Name {
				x.propose("keep the name `"+f.Name+"`: old readers do not know the alias",
					replace(x.place+"/fields/"+strconv.Itoa(j)+"/name", quoted(f.Name)),
					remove(x.place+"/fields/"+strconv.Itoa(j)+"/aliases"))
			}
		}
	}
	member := `{"name": ` + quoted(f.Name) + `, "type": ` + x.spell(f.Type.Node)
	if f.HasDoc {
		member += `, "doc": ` + quoted(f.Doc)
	}
	title := "keep `" + f.Name + "`"
	if value, ok := zero(f.Type.Node, nil); ok {
		title += ", with a default so that it may go later"
		member += `, "default": ` + value
	}
	at := min(i, len(x.now.Node.Fields))
	x.propose(title, add(x.place+"/fields/"+strconv.Itoa(at), member+"}"))
}

func hasField(record *avro.Node, name string) bool {
	for _, f := range record.Fields {
		if f.Name == name {
			return true
		}
	}
	return false
}

// readsPlainly reports whether a rename is likely: the same kind or a promotion.
func readsPlainly(r, w *avro.Node) bool { return r.Kind == w.Kind || avro.Promotes(r.Kind, w.Kind) }

// alias adds an alias to a field or a named type.
func (x *fixer) alias(object, name string) compat.Edit {
	if aliases := object + "/aliases"; x.doc.at(aliases) != nil {
		return add(aliases+"/-", quoted(name))
	}
	return add(object+"/aliases", "["+quoted(name)+"]")
}
