package avro

import (
	"fmt"
	"strings"
	"unicode"
	"unsafe"
)

// fullName puts a name into a namespace, unless it has dots: then it is a full name already.
func fullName(name, ns string) string {
	if i := strings.LastIndexByte(name, '.'); i == 0 {
		return name[1:] // ".Name" is a name in no namespace
	} else if i > 0 || ns == "" {
		return name
	}
	return ns + "." + name
}

// splitName returns the namespace and the simple name of a full name.
func splitName(full string) (ns, simple string) {
	if i := strings.LastIndexByte(full, '.'); i >= 0 {
		return full[:i], full[i+1:]
	}
	return "", full
}

// validName reports whether a name is a letter or underscore followed by letters, digits and underscores. Letters and
// digits of every script count, as in the reference.
func validName(name string) bool {
	for i := 0; i < len(name); i++ {
		c := name[i]
		switch {
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_':
		case '0' <= c && c <= '9':
			if i == 0 {
				return false
			}
		case c >= 0x80:
			return validForeignName(name)
		default:
			return false
		}
	}
	return name != ""
}

func validForeignName(name string) bool {
	for i, r := range name {
		if r > 0xffff || !unicode.IsLetter(r) && r != '_' && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return true
}

// checkName refuses the name at token i if it is not valid; what says what it is the name of.
func (p *parser) checkName(i uint32, name, what string) error {
	if validName(name) {
		return nil
	}
	return p.errorf(i, "%s is no valid name for %s: names are letters, digits and underscores, and do not begin with a digit", quote(name), what)
}

// maxName is how many bytes a full name may have, and maxNames how many all of them may: a long namespace is inherited by
// every type in it.
const (
	maxName  = 1 << 10
	maxNames = 16 << 20
)

// checkFullName refuses an invalid simple name, and of a new schema an invalid namespace.
func (p *parser) checkFullName(i uint32, full, what string) error {
	if len(full) > maxName {
		return p.limit(i, "name", maxName, "the name %s for %s has %d bytes", quote(full), what, len(full))
	}
	if p.nameBytes += len(full); p.nameBytes > maxNames {
		return p.limit(i, "names", maxNames, "the names and aliases of the schema have %d bytes", p.nameBytes)
	}
	ns, simple := splitName(full)
	if err := p.checkName(i, simple, what); err != nil {
		return err
	}
	if !p.strict || ns == "" {
		return nil
	}
	for part := range strings.SplitSeq(ns, ".") {
		if !validName(part) {
			return p.errorf(i, "%s is no valid namespace for %s %s: its part %s is no name", quote(ns), what, quote(simple), quote(part))
		}
	}
	return nil
}

// definition reads a record, enum or fixed and makes its name known: of a record before its fields are read.
func (p *parser) definition(n *Node, i uint32, a *attributes, ns string) error {
	kind := p.str(a.typ)
	if a.name == 0 {
		return p.errorf(i, "the %s%s has no \"name\"", kind, p.place())
	}
	name, ok := p.optional(a.name)
	if !ok {
		return p.errorf(a.name, "the name of the %s%s is %s, not a string", kind, p.place(), p.show(a.name))
	}
	at := a.name
	if space, ok := p.optional(a.namespace); ok {
		ns = space
		if strings.IndexByte(name, '.') < 0 {
			at = a.namespace
		}
	}
	n.Name = fullName(name, ns)
	p.size += len(n.Name)
	if ns, simple := splitName(n.Name); !validName(simple) || ns == "" {
		at = a.name
	}
	if err := p.checkFullName(at, n.Name, kind); err != nil {
		return err
	}
	if k := kindOf(n.Name); k != 0 && k <= String {
		return p.errorf(a.name, "%s is the name of a primitive and cannot name the %s", quote(n.Name), kind)
	}
	if err := p.define(n, a.name); err != nil {
		return err
	}
	n.Doc, n.HasDoc = p.optional(a.doc)
	var err error
	if n.Alias, err = p.typeAliases(n, a.aliases); err != nil {
		return err
	}
	switch n.Kind {
	case Record:
		n.IsError = kind == "error"
		return p.fields(n, i, a.fields)
	case Enum:
		return p.enum(n, i, a)
	default:
		return p.fixed(n, i, a.size)
	}
}

// define makes a definition's name known.
func (p *parser) define(n *Node, i uint32) error {
	earlier, twice := p.names[n.Name]
	if !twice {
		p.names[n.Name] = n
		return nil
	}
	where := fmt.Sprintf("in line %d, column %d", earlier.Pos.Line, earlier.Pos.Column)
	if earlier.Dependency != p.dependency {
		where = "by reference " + quote(earlier.Dependency)
	}
	return p.errorf(i, "the type %s is defined already, %s", quote(n.Name), where)
}

// strings reads an array of strings; what names it in messages.
func (p *parser) strings(i uint32, what func() string) ([]string, error) {
	t := &p.tokens[i]
	if t.kind != '[' {
		return nil, p.errorf(i, "%s are %s, not an array of strings", what(), p.show(i))
	}
	if t.n == 0 {
		return nil, nil
	}
	out := make([]string, 0, t.n)
	p.size += int(t.n) * int(unsafe.Sizeof(""))
	k := i + 1
	for range t.n {
		if p.tokens[k].kind != '"' {
			return nil, p.errorf(k, "%s is among %s, which are strings", p.show(k), what())
		}
		out = append(out, p.str(k))
		k++ // a string is one token
	}
	return out, nil
}

// typeAliases reads the aliases of a definition as full names, each once.
func (p *parser) typeAliases(n *Node, i uint32) ([]string, error) {
	if i == 0 {
		return nil, nil
	}
	aliases, err := p.strings(i, func() string { return "the aliases of " + quote(n.Name) })
	if err != nil {
		return nil, err
	}
	ns, _ := splitName(n.Name)
	for k, alias := range aliases {
		aliases[k] = fullName(alias, ns)
		p.size += len(aliases[k])
		if err := p.checkFullName(i+1+uint32(k), aliases[k], "an alias of"); err != nil {
			return nil, err
		}
	}
	return unique(aliases), nil
}

// unique drops all but the first of equal names.
func unique(names []string) []string {
	at := duplicate(names)
	if at < 0 {
		return names
	}
	seen := make(map[string]struct{}, len(names))
	out := names[:0]
	for _, name := range names {
		if _, twice := seen[name]; !twice {
			seen[name] = struct{}{}
			out = append(out, name)
		}
	}
	return out
}

// duplicate returns the index of the first name that has stood before, -1 if there is none.
func duplicate(names []string) int {
	if len(names) < manyKeys {
		for i, name := range names {
			for _, earlier := range names[:i] {
				if earlier == name {
					return i
				}
			}
		}
		return -1
	}
	seen := make(map[string]struct{}, len(names))
	for i, name := range names {
		if _, twice := seen[name]; twice {
			return i
		}
		seen[name] = struct{}{}
	}
	return -1
}

// enum reads the symbols and the default of an enum.
func (p *parser) enum(n *Node, i uint32, a *attributes) error {
	if a.symbols == 0 {
		return p.errorf(i, "the enum %s has no \"symbols\"", quote(n.Name))
	}
	if count := int(p.tokens[a.symbols].n); count > p.limits.Symbols {
		return p.limit(a.symbols, "symbols", p.limits.Symbols, "the enum %s has %d symbols", quote(n.Name), count)
	}
	var err error
	if n.Symbols, err = p.strings(a.symbols, func() string { return "the symbols of enum " + quote(n.Name) }); err != nil {
		return err
	}
	for k, symbol := range n.Symbols {
		if !validName(symbol) {
			return p.checkName(a.symbols+1+uint32(k), symbol, "a symbol of enum "+quote(n.Name))
		}
	}
	if k := duplicate(n.Symbols); k >= 0 {
		return p.errorf(a.symbols+1+uint32(k), "the enum %s has the symbol %s twice", quote(n.Name), quote(n.Symbols[k]))
	}
	return p.enumDefault(n, a.enumDefault)
}

func (p *parser) enumDefault(n *Node, i uint32) error {
	if i == 0 {
		return nil
	}
	symbol, ok := p.optional(i)
	if !ok {
		if p.strict {
			return p.errorf(i, "the default of enum %s is %s, not a symbol", quote(n.Name), p.show(i))
		}
		return nil // ignored, as in the reference
	}
	for _, s := range n.Symbols {
		if s == symbol {
			n.Default, n.HasDefault = symbol, true
			return nil
		}
	}
	return p.errorf(i, "the default %s of enum %s is none of its symbols", quote(symbol), quote(n.Name))
}

// fixed reads the size of a fixed.
func (p *parser) fixed(n *Node, i, size uint32) error {
	if size == 0 {
		return p.errorf(i, "the fixed %s has no \"size\"", quote(n.Name))
	}
	t := &p.tokens[size]
	if t.kind == '0' && isInteger(p.text[t.start:t.end]) && p.text[t.start] != '-' {
		if v, ok := p.integer(size); !ok || v > p.limits.FixedSize {
			return p.limit(size, "fixedSize", p.limits.FixedSize, "the fixed %s has %s bytes", quote(n.Name), p.show(size))
		}
	}
	var ok bool
	if n.Size, ok = p.integer(size); !ok || n.Size < 0 {
		return p.errorf(size, "the size of fixed %s is %s, not a number of bytes", quote(n.Name), p.show(size))
	}
	return nil
}
