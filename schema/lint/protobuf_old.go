package lint

import (
	"strconv"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/treatyhq/treaty/schema/protobuf"
)

// An oldFile is the version before, with its package.
type oldFile struct {
	file protoreflect.FileDescriptor
	pkg  string
}

// typed returns what a file declares at a path such as #/Order/Line, nil if there is no such type. The package is not part of it.
func typed(file protoreflect.FileDescriptor, path string) protoreflect.Descriptor {
	var scope interface {
		Messages() protoreflect.MessageDescriptors
		Enums() protoreflect.EnumDescriptors
	} = file
	names := strings.Split(strings.TrimPrefix(path, "#/"), "/")
	for i, name := range names {
		m := scope.Messages().ByName(protoreflect.Name(name))
		switch {
		case m != nil && i == len(names)-1:
			return m
		case m != nil:
			scope = m
		case i == len(names)-1:
			if e := scope.Enums().ByName(protoreflect.Name(name)); e != nil {
				return e
			}
			return nil
		default:
			return nil
		}
	}
	return nil
}

// removedFields looks for fields that a message had before, and whose number or name may be taken again.
func (w *protobufWalk) removedFields(d *protobuf.Declaration, path string) {
	if w.old == nil || !w.on("PROTO_FIELD_RESERVED") {
		return
	}
	old, _ := typed(w.old.file, path).(protoreflect.MessageDescriptor)
	latest, _ := typed(w.file.Descriptor(), path).(protoreflect.MessageDescriptor)
	if old == nil || latest == nil {
		return
	}
	names := namesIn(latest.ReservedNames())
	for i := range old.Fields().Len() {
		f := old.Fields().Get(i)
		if latest.Fields().ByNumber(f.Number()) != nil {
			continue
		}
		left := unreserved(string(f.Name()), latest.Fields().ByName(f.Name()) == nil && !names[f.Name()],
			!latest.ReservedRanges().Has(f.Number()) && !latest.ExtensionRanges().Has(f.Number()), int64(f.Number()))
		if left != "" {
			w.find("PROTO_FIELD_RESERVED", named(d), path, "`"+d.Name+"` has given up field `"+string(f.Name())+"`: "+left)
		}
	}
}

// removedValues does the same for the values of an enum.
func (w *protobufWalk) removedValues(d *protobuf.Declaration, path string) {
	if w.old == nil || !w.on("PROTO_ENUM_VALUE_RESERVED") {
		return
	}
	old, _ := typed(w.old.file, path).(protoreflect.EnumDescriptor)
	latest, _ := typed(w.file.Descriptor(), path).(protoreflect.EnumDescriptor)
	if old == nil || latest == nil {
		return
	}
	names := namesIn(latest.ReservedNames())
	for i := range old.Values().Len() {
		v := old.Values().Get(i)
		if latest.Values().ByNumber(v.Number()) != nil {
			continue
		}
		left := unreserved(string(v.Name()), latest.Values().ByName(v.Name()) == nil && !names[v.Name()],
			!latest.ReservedRanges().Has(v.Number()), int64(v.Number()))
		if left != "" {
			w.find("PROTO_ENUM_VALUE_RESERVED", named(d), path, "`"+d.Name+"` has given up value `"+string(v.Name())+"`: "+left)
		}
	}
}

// unreserved says what is left to be reserved, as the statements that would do it; empty if nothing is.
func unreserved(name string, freeName, freeNumber bool, number int64) string {
	var missing []string
	if freeNumber {
		missing = append(missing, "reserved "+strconv.FormatInt(number, 10)+";")
	}
	if freeName {
		missing = append(missing, `reserved "`+name+`";`)
	}
	if len(missing) == 0 {
		return ""
	}
	return strings.Join(missing, " ") + " keeps it from being taken again"
}

func namesIn(l protoreflect.Names) map[protoreflect.Name]bool {
	names := make(map[protoreflect.Name]bool, l.Len())
	for i := range l.Len() {
		names[l.Get(i)] = true
	}
	return names
}
