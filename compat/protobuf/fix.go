package protobuf

import (
	"strconv"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/protobuf"
)

// A fixer proposes edits for one finding. It need not be right: what it proposes is applied and checked.
type fixer struct {
	latest, old protoreflect.FileDescriptor
	now, was    *layout                 // of the submitted text, and of the old schema's canonical one
	f, g        protoreflect.Descriptor // what the finding is about in the new schema and in the old one; nil where it is not
	finding     compat.Finding
	found       []compat.Fix
}

// proposals are what is proposed for each code.
var proposals = map[string]func(*fixer){
	"PACKAGE_CHANGED":                (*fixer).packages,
	"MESSAGE_REMOVED":                (*fixer).missingMessage,
	"MESSAGE_INDEX_CHANGED":          (*fixer).order,
	"FIELD_KIND_CHANGED":             (*fixer).types,
	"FIELD_SCALAR_KIND_CHANGED":      (*fixer).types,
	"FIELD_NAMED_TYPE_CHANGED":       (*fixer).types,
	"NARROWED_INTEGER":               (*fixer).types,
	"INTEGER_SIGN_CHANGED":           (*fixer).types,
	"UTF8_NOT_GUARANTEED":            (*fixer).types,
	"EXTENSION_CHANGED":              (*fixer).types,
	"GROUP_CHANGED":                  (*fixer).groups,
	"ENUM_VALUE_UNKNOWN":             (*fixer).unknownValues,
	"FIELD_NUMERIC_LABEL_CHANGED":    (*fixer).label,
	"REPEATED_TO_SINGULAR":           (*fixer).label,
	"FIELD_NOW_REQUIRED":             (*fixer).label,
	"DEFAULT_CHANGED":                (*fixer).defaults,
	"JSON_NAME_CHANGED":              (*fixer).jsonName,
	"REQUIRED_FIELD_ADDED":           (*fixer).required,
	"REQUIRED_FIELD_REMOVED":         (*fixer).required,
	"ONEOF_FIELD_REMOVED":            (*fixer).member,
	"MULTIPLE_FIELDS_MOVED_TO_ONEOF": (*fixer).membership,
	"FIELD_MOVED_TO_EXISTING_ONEOF":  (*fixer).membership,
	"FIELD_RENUMBERED":               (*fixer).numbers,
	"FIELD_NUMBER_REUSED":            (*fixer).reused,
	"RESERVED_REMOVED":               (*fixer).reservations,
	"ENUM_VALUE_REUSED":              (*fixer).valueNames,
	"SERVICE_METHOD_REMOVED":         (*fixer).missingMethod,
}

// fixes returns edits that may mend f. Nothing is proposed where the new text is not to blame: in a reference.
func fixes(latest schema.Schema, text string, old schema.Schema, f compat.Finding) []compat.Fix {
	propose := proposals[f.Code]
	if propose == nil || f.New.Reference != "" || f.Old.Reference != "" {
		return nil
	}
	x := fixer{latest: latest.(*protobuf.Schema).Descriptor(), old: old.(*protobuf.Schema).Descriptor(), finding: f}
	var read, reread bool
	x.now, read = layoutOf(text)
	x.was, reread = layoutOf(old.Canonical())
	if !read || !reread {
		return nil
	}
	x.f, x.g = named(x.latest, f.Path), named(x.old, f.Path)
	propose(&x)
	return x.found
}

// named returns what a path of a finding leads to, nil if the file does not have it.
func named(file protoreflect.FileDescriptor, path string) protoreflect.Descriptor {
	var at protoreflect.Descriptor = file
	tokens := strings.Split(strings.TrimPrefix(path, "#/"), "/")
	for i, token := range tokens {
		if token == "" {
			continue
		}
		if n, err := strconv.Atoi(token); err == nil {
			return numbered(file, at, n, path)
		}
		next := inner(at, protoreflect.Name(token))
		if next == nil {
			if strings.Contains(token, ".") || at == file {
				at = nil // an extension's, of a nested message or of one that is imported
				continue
			}
			if _, inMessage := at.(protoreflect.MessageDescriptor); inMessage && i == len(tokens)-2 {
				continue // a oneof that only the other file has, whose members have their numbers here too
			}
			return nil
		}
		at = next
	}
	return at
}

// inner returns what is called name in a scope, nil if nothing is. A oneof is no scope: its fields are the message's.
func inner(scope protoreflect.Descriptor, name protoreflect.Name) protoreflect.Descriptor {
	if o, ok := scope.(protoreflect.OneofDescriptor); ok {
		scope = o.Parent()
	}
	switch s := scope.(type) {
	case protoreflect.FileDescriptor:
		if m := s.Messages().ByName(name); m != nil {
			return m
		}
		if e := s.Enums().ByName(name); e != nil {
			return e
		}
		if service := s.Services().ByName(name); service != nil {
			return service
		}
	case protoreflect.MessageDescriptor:
		if m := s.Messages().ByName(name); m != nil {
			return m
		}
		if e := s.Enums().ByName(name); e != nil {
			return e
		}
		if o := s.Oneofs().ByName(name); o != nil {
			return o
		}
	case protoreflect.ServiceDescriptor:
		if m := s.Methods().ByName(name); m != nil {
			return m
		}
	}
	return nil
}

// numbered returns the field, the extension or the value with a number.
func numbered(file protoreflect.FileDescriptor, scope protoreflect.Descriptor, n int, path string) protoreflect.Descriptor {
	if o, ok := scope.(protoreflect.OneofDescriptor); ok {
		scope = o.Parent()
	}
	switch s := scope.(type) {
	case protoreflect.MessageDescriptor:
		if f := s.Fields().ByNumber(protoreflect.FieldNumber(n)); f != nil {
			return f
		}
	case protoreflect.EnumDescriptor:
		if v := s.Values().ByNumber(protoreflect.EnumNumber(n)); v != nil {
			return v
		}
		return nil
	}
	for i := range file.Extensions().Len() {
		if x := file.Extensions().Get(i); "#/"+localName(x.ContainingMessage())+"/"+strconv.Itoa(n) == path && int(x.Number()) == n {
			return x
		}
	}
	return nil
}

// propose adds a fix; splices that contradict one another are none.
func (x *fixer) propose(title string, splices ...splice) {
	if edits, ok := patchOf(x.now.text, splices); ok {
		x.found = append(x.found, compat.Fix{Title: title, Patch: edits})
	}
}

func (x *fixer) newReads() bool { return x.finding.Direction == compat.NewReadsOld }

// fields returns the field that the finding is about on both sides. One that has another number is found by its name.
func (x *fixer) fields() (f, g protoreflect.FieldDescriptor) {
	f, _ = x.f.(protoreflect.FieldDescriptor)
	g, _ = x.g.(protoreflect.FieldDescriptor)
	return f, g
}

// declarations returns where both fields are declared; false if one is not.
func (x *fixer) declarations() (f, g protoreflect.FieldDescriptor, now, was *protobuf.Declaration, ok bool) {
	f, g = x.fields()
	if f == nil || g == nil {
		return nil, nil, nil, nil, false
	}
	now, was = x.now.at(f), x.was.at(g)
	return f, g, now, was, now != nil && was != nil
}

// counterpart returns the message of the new schema that has the name of one of the old schema's, or the other way round.
func counterpart(file protoreflect.FileDescriptor, m protoreflect.Descriptor) protoreflect.MessageDescriptor {
	return messageNamed(file, localName(m))
}

func quote(name protoreflect.Name) string { return "`" + string(name) + "`" }
