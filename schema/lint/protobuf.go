package lint

import (
	"path"
	"strconv"
	"strings"

	"github.com/treatyhq/treaty/schema/protobuf"
)

// A protobufWalk goes through the declarations of a file.
type protobufWalk struct {
	*linter
	text  string // that the declarations are of
	lines *lines
	pkg   string
	old   *oldFile // nil if there is none
	file  *protobuf.Schema
}

func lintProtobuf(l *linter, s, old *protobuf.Schema) {
	w := &protobufWalk{linter: l, text: l.src.Text, file: s}
	outline, err := protobuf.OutlineOf(w.text)
	if err != nil {
		// It was submitted as a descriptor: what there is to read is the text that is made of it.
		w.text = s.Canonical()
		if outline, err = protobuf.OutlineOf(w.text); err != nil {
			return
		}
	}
	w.lines = newLines(w.text)
	for _, d := range outline.Inner {
		if d.Kind == protobuf.PackageDeclaration {
			w.pkg = d.Name
		}
	}
	if old != nil {
		w.old = &oldFile{old.Descriptor(), string(old.Descriptor().Package())}
	}
	w.fileLevel(outline)
	w.inside(outline, "#/")
	w.imports(outline)
}

// find reports a breach at an offset.
func (w *protobufWalk) find(code string, offset int, path, message string) {
	if w.on(code) {
		w.add(code, w.lines.at(offset), path, message)
	}
}

// named returns where the name of a declaration stands.
func named(d *protobuf.Declaration) int {
	if d.Ident == (protobuf.Span{}) {
		return d.Start
	}
	return d.Ident.Start
}

// fileLevel looks at syntax, package and the name of the file.
func (w *protobufWalk) fileLevel(file *protobuf.Declaration) {
	var syntax, pkg *protobuf.Declaration
	for _, d := range file.Inner {
		switch d.Kind {
		case protobuf.SyntaxDeclaration:
			syntax = d
		case protobuf.PackageDeclaration:
			pkg = d
		}
	}
	if syntax == nil {
		w.find("PROTO_SYNTAX_MISSING", 0, "#/", `the file says no syntax, so it is proto2: syntax = "proto3"; is most often meant`)
	}
	w.fileName()
	if pkg == nil {
		w.find("PROTO_PACKAGE_MISSING", 0, "#/", "the file has no package")
		return
	}
	w.packageName(pkg)
}

func (w *protobufWalk) fileName() {
	name := path.Base(w.src.File)
	if w.src.File == "" {
		return
	}
	stem, ok := strings.CutSuffix(name, ".proto")
	for part := range strings.SplitSeq(stem, ".") {
		ok = ok && isSnake(part) && !strings.ContainsAny(part, "- ")
	}
	if !ok {
		w.find("PROTO_FILE_NAME_CASE", 0, "#/", "the file name `"+name+"` is not in lower_snake_case"+better(name, toSnake(stem)+".proto"))
	}
}

func (w *protobufWalk) packageName(d *protobuf.Declaration) {
	at := named(d)
	parts := strings.Split(d.Name, ".")
	for i, part := range parts {
		if !isSnake(part) {
			parts[i] = toSnake(part)
		}
	}
	if wanted := strings.Join(parts, "."); wanted != d.Name {
		w.find("PROTO_PACKAGE_CASE", at, "#/", "package `"+d.Name+"` is not in lower_snake_case"+better(d.Name, wanted))
	}
	if !isVersion(parts[len(parts)-1]) {
		w.find("PROTO_PACKAGE_VERSION", at, "#/", "package `"+d.Name+"` does not end in a version: `"+d.Name+".v1`")
	}
	folder := path.Dir(path.Join("/", w.src.File))
	if wanted := strings.ReplaceAll(d.Name, ".", "/"); w.src.File != "" && !strings.HasSuffix(folder, "/"+wanted) {
		w.find("PROTO_PACKAGE_DIRECTORY", at, "#/", "package `"+d.Name+"` belongs in a folder that ends in "+wanted+"/")
	}
}

// isVersion reports whether a part of a package is a version: v1, v2alpha1, v3beta2.
func isVersion(part string) bool {
	major, pre, found := strings.Cut(strings.Replace(part, "alpha", "beta", 1), "beta")
	digits, ok := strings.CutPrefix(major, "v")
	return ok && isNumber(digits) && (!found || pre == "" || isNumber(pre))
}

func isNumber(digits string) bool {
	_, err := strconv.ParseUint(digits, 10, 32)
	return err == nil
}

// inside looks at what a declaration holds. path is its own, with a slash at its end.
func (w *protobufWalk) inside(in *protobuf.Declaration, path string) {
	for _, d := range in.Inner {
		switch d.Kind {
		case protobuf.MessageDeclaration:
			w.typeName(d, path+d.Name)
			w.message(d, path+d.Name)
			w.inside(d, path+d.Name+"/")
		case protobuf.GroupDeclaration:
			w.find("PROTO_GROUP", d.Start, path+w.number(d), "`"+d.Name+"` is a group: a field with a message for its type says the same and is known everywhere")
			w.fieldNumber(d, path+w.number(d))
			w.inside(d, path+d.Name+"/")
		case protobuf.EnumDeclaration:
			w.typeName(d, path+d.Name)
			w.enum(d, path+d.Name)
		case protobuf.FieldDeclaration:
			w.field(d, path+w.number(d))
		case protobuf.OneofDeclaration:
			w.fieldName(d, "oneof", path+d.Name)
			w.inside(d, path+d.Name+"/")
		case protobuf.ExtendDeclaration:
			w.inside(d, path+lastName(d.Type.In(w.text))+"/")
		case protobuf.ServiceDeclaration:
			w.typeName(d, path+d.Name)
			w.inside(d, path+d.Name+"/")
		case protobuf.MethodDeclaration:
			w.typeName(d, path+d.Name)
		}
	}
}

// lastName returns a name without the package or the type that it is in.
func lastName(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// number returns the number of a declaration in decimal.
func (w *protobufWalk) number(d *protobuf.Declaration) string {
	text := d.Number.In(w.text)
	if n, err := strconv.ParseInt(text, 0, 64); err == nil {
		return strconv.FormatInt(n, 10)
	}
	return text
}

func (w *protobufWalk) typeName(d *protobuf.Declaration, path string) {
	if !isPascal(d.Name) {
		w.find("PROTO_TYPE_NAME_CASE", named(d), path, string(d.Kind)+" `"+d.Name+"` is not in PascalCase"+better(d.Name, toPascal(d.Name)))
	}
}

func (w *protobufWalk) fieldName(d *protobuf.Declaration, what, path string) {
	if !isSnake(strings.TrimLeft(d.Name, "_")) {
		w.find("PROTO_FIELD_NAME_CASE", named(d), path, what+" `"+d.Name+"` is not in lower_snake_case"+better(d.Name, toSnake(d.Name)))
	}
}

func (w *protobufWalk) message(d *protobuf.Declaration, path string) {
	if d.Doc == "" {
		w.find("PROTO_MESSAGE_DOC", named(d), path, "message `"+d.Name+"` has no comment above it")
	}
	if len(d.Inner) == 0 {
		w.find("PROTO_MESSAGE_EMPTY", named(d), path, "message `"+d.Name+"` is empty")
	}
	w.removedFields(d, path)
}

// documented reports whether a comment stands above a declaration or behind it on its line.
func documented(d *protobuf.Declaration) bool { return d.Doc != "" || d.Whole.End > d.End }

func (w *protobufWalk) field(d *protobuf.Declaration, path string) {
	w.fieldName(d, "field", path)
	w.fieldNumber(d, path)
	if !documented(d) {
		w.find("PROTO_FIELD_DOC", named(d), path, "field `"+d.Name+"` has no comment")
	}
	if d.Label.In(w.text) == "required" {
		w.find("PROTO_REQUIRED", d.Label.Start, path, "field `"+d.Name+"` is required: it can never be left out again")
	}
	w.meaning(d, path)
}

func (w *protobufWalk) fieldNumber(d *protobuf.Declaration, path string) {
	const threeBytes, first, last = 1<<18 - 1, 19000, 19999
	n, err := strconv.ParseInt(d.Number.In(w.text), 0, 64)
	switch {
	case err != nil:
	case n > threeBytes:
		w.find("PROTO_FIELD_NUMBER_HIGH", d.Number.Start, path, "`"+d.Name+"` has the number "+w.number(d)+", which takes four bytes or more in every message")
	case first <= n && n <= last:
		w.find("PROTO_FIELD_NUMBER_HIGH", d.Number.Start, path, "`"+d.Name+"` has the number "+w.number(d)+", which belongs to the implementation")
	}
}

// meaning looks at whether the type of a field is one for what its name says.
func (w *protobufWalk) meaning(d *protobuf.Declaration, path string) {
	typ := d.Type.In(w.text)
	if strings.HasPrefix(typ, "map") {
		if _, value, ok := strings.Cut(typ, ","); ok {
			typ = strings.TrimSpace(strings.TrimSuffix(value, ">"))
		}
	}
	switch strings.TrimPrefix(typ, ".") {
	case "float", "double", "google.protobuf.FloatValue", "google.protobuf.DoubleValue":
		if isMoney(d.Name) {
			w.find("PROTO_MONEY_FLOAT", d.Type.Start, path, "`"+d.Name+"` is money by its name, and a "+typ+
				" cannot hold most amounts exactly: google.type.Money can, or an int64 of the smallest unit")
		}
	case "int32", "int64", "uint32", "uint64", "fixed64", "sfixed64", "string":
		if is, day := isTime(d.Name); is {
			better := "google.protobuf.Timestamp"
			if day {
				better = "google.type.Date"
			}
			w.find("PROTO_TIME_TYPE", d.Type.Start, path, "`"+d.Name+"` is a "+momentWord(day)+" by its name, and a plain "+typ+
				leavesOpen(typ == "string")+better+" does not")
		}
	}
}

func (w *protobufWalk) enum(d *protobuf.Declaration, path string) {
	if d.Doc == "" {
		w.find("PROTO_ENUM_DOC", named(d), path, "enum `"+d.Name+"` has no comment above it")
	}
	prefix := toUpperSnake(d.Name) + "_"
	first := true
	for _, v := range d.Inner {
		if v.Kind != protobuf.ValueDeclaration {
			continue
		}
		at := path + "/" + w.number(v)
		if !isUpperSnake(v.Name) {
			w.find("PROTO_ENUM_VALUE_CASE", named(v), at, "value `"+v.Name+"` is not in UPPER_SNAKE_CASE"+better(v.Name, toUpperSnake(v.Name)))
		}
		if !strings.HasPrefix(toUpperSnake(v.Name), prefix) {
			w.find("PROTO_ENUM_VALUE_PREFIX", named(v), at, "value `"+v.Name+"` does not begin with the name of its enum: `"+prefix+toUpperSnake(v.Name)+"`")
		}
		if first && (w.number(v) != "0" || !strings.HasSuffix(toUpperSnake(v.Name), "_UNSPECIFIED")) {
			w.find("PROTO_ENUM_ZERO_UNSPECIFIED", named(v), at, "the first value of `"+d.Name+"` is not `"+prefix+"UNSPECIFIED` with the number 0")
		}
		first = false
	}
	w.removedValues(d, path)
}
