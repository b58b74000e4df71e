package protobuf

import (
	"strings"

	"github.com/treatyhq/treaty/schema/protobuf"
)

// itemsIn returns where the items of a list are, which commas part, without the comments between them.
func itemsIn(text string, list protobuf.Span) []protobuf.Span {
	var all []protobuf.Span
	var item protobuf.Span
	depth := 0
	for at := list.Start; at < list.End; {
		end, said := token(text, at)
		switch c := text[at]; {
		case c == ',' && depth == 0:
			all, item = append(all, item), protobuf.Span{}
			said = false
		case strings.IndexByte("{[<", c) >= 0:
			depth++
		case strings.IndexByte("}]>", c) >= 0:
			depth--
		}
		if said && item.End == 0 {
			item.Start = at
		}
		if said {
			item.End = end
		}
		at = end
	}
	return append(all, item)
}

// token returns the end of what begins at an offset: a string, a comment or a byte. It says nothing if it is a comment or space.
func token(text string, at int) (end int, said bool) {
	rest := text[at:]
	switch c := rest[0]; {
	case c == '"' || c == '\'':
		end = 1
		for end < len(rest) && rest[end] != c {
			if rest[end] == '\\' {
				end++
			}
			end++
		}
		return at + min(end+1, len(rest)), true
	case strings.HasPrefix(rest, "//"):
		return at + len(before(rest, "\n")), false
	case strings.HasPrefix(rest, "/*"):
		return at + len(before(rest, "*/")) + len("*/"), false
	default:
		return at + 1, strings.IndexByte(" \t\r\n\v\f", c) < 0
	}
}

// before returns the part of a text up to the first mark.
func before(text, mark string) string {
	text, _, _ = strings.Cut(text, mark)
	return text
}

// withoutItem takes one of several items out of a list, with its comma.
func withoutItem(items []protobuf.Span, i int) splice {
	if last := len(items) - 1; i == last {
		return splice{items[last-1].End, items[last].End, ""}
	}
	return splice{items[i].Start, items[i+1].Start, ""}
}

// optionSpans returns where the items of an option list in brackets are.
func (l *layout) optionSpans(d *protobuf.Declaration) []protobuf.Span {
	if d.Options == (protobuf.Span{}) {
		return nil
	}
	return itemsIn(l.text, protobuf.Span{Start: d.Options.Start + 1, End: d.Options.End - 1})
}

// options returns the items of an option list in brackets.
func (l *layout) options(d *protobuf.Declaration) []string {
	var all []string
	for _, s := range l.optionSpans(d) {
		all = append(all, s.In(l.text))
	}
	return all
}

// option returns the value of an option in brackets, "" if there is none.
func (l *layout) option(d *protobuf.Declaration, name string) string {
	for _, item := range l.options(d) {
		if n, value, ok := strings.Cut(item, "="); ok && strings.TrimSpace(n) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// withOption sets an option in brackets, or takes it out if value is "".
func (l *layout) withOption(d *protobuf.Declaration, name, value string) splice {
	spans, found := l.optionSpans(d), -1
	for i, s := range spans {
		if n, _, _ := strings.Cut(s.In(l.text), "="); strings.TrimSpace(n) == name {
			found = i
		}
	}
	last := len(spans) - 1
	switch set := name + " = " + value; {
	case found >= 0 && value != "":
		return at(spans[found], set)
	case value != "" && last < 0:
		return splice{d.Number.End, d.Number.End, " [" + set + "]"}
	case value != "":
		return splice{spans[last].End, spans[last].End, ", " + set}
	case found < 0:
		return splice{d.Number.End, d.Number.End, ""}
	case last == 0:
		return splice{d.Number.End, d.Options.End, ""}
	default:
		return withoutItem(spans, found)
	}
}
