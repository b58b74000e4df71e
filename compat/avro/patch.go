package avro

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/treatyhq/treaty/compat"
)

// A document is a JSON text whose values know where they stand, so that an edit leaves the rest of the text as it is.
type document struct {
	text string
	root *value
}

// A value is one JSON value: text[start:end]. Members and items are in the order of the text.
type value struct {
	start, end int
	object     bool
	array      bool
	keys       []key // of an object, one for each of values
	values     []*value
}

type key struct {
	name       string
	start, end int
}

// read parses a text, which is that of a schema: where it is not JSON, what becomes of it is refused when it is read as one.
// Comments, which schemas may have, are white space.
func read(text string) (*document, error) {
	r := documentReader{text: withoutComments(text)}
	root := r.value()
	if r.bad {
		return nil, fmt.Errorf("read a text to be edited: no JSON at offset %d", r.at)
	}
	return &document{text: text, root: root}, nil
}

// withoutComments returns a JSON text with its comments overwritten with spaces.
func withoutComments(text string) string {
	out := []byte(text)
	for i := 0; i < len(out); i++ {
		switch {
		case out[i] == '"':
			for i++; i < len(out) && out[i] != '"'; i++ {
				if out[i] == '\\' {
					i++
				}
			}
		case out[i] == '/':
			end := len(out)
			if j := strings.Index(text[i:], "\n"); strings.HasPrefix(text[i:], "//") && j >= 0 {
				end = i + j
			} else if j := strings.Index(text[min(i+2, len(text)):], "*/"); strings.HasPrefix(text[i:], "/*") && j >= 0 {
				end = i + 2 + j + 2
			}
			for ; i < end; i++ {
				if out[i] != '\n' {
					out[i] = ' '
				}
			}
			i--
		}
	}
	return string(out)
}

// A documentReader finds the values of a text without comments.
type documentReader struct {
	text string
	at   int
	bad  bool // the text is no JSON
}

func (r *documentReader) space() {
	for r.at < len(r.text) && strings.IndexByte(" \t\r\n", r.text[r.at]) >= 0 {
		r.at++
	}
}

// take reports whether c is next, and goes past it.
func (r *documentReader) take(c byte) bool {
	r.space()
	if r.at < len(r.text) && r.text[r.at] == c {
		r.at++
		return true
	}
	return false
}

func (r *documentReader) value() *value {
	r.space()
	v := &value{start: r.at}
	switch {
	case r.take('{'):
		v.object = true
		r.inner(v, '}')
	case r.take('['):
		v.array = true
		r.inner(v, ']')
	case r.take('"'):
		r.restOfString()
	default:
		for r.at < len(r.text) && strings.IndexByte(" \t\r\n,:]}", r.text[r.at]) < 0 {
			r.at++
		}
		r.bad = r.bad || r.at == v.start
	}
	v.end = r.at
	return v
}

// inner reads what is in an object or array, up to its end.
func (r *documentReader) inner(v *value, end byte) {
	for first := true; !r.bad && !r.take(end); first = false {
		if !first && !r.take(',') {
			r.bad = true
			return
		}
		if v.object {
			v.keys = append(v.keys, r.key())
		}
		v.values = append(v.values, r.value())
	}
}

// key reads a key and the colon behind it.
func (r *documentReader) key() key {
	r.space()
	k := key{start: r.at}
	if !r.take('"') {
		r.bad = true
		return k
	}
	r.restOfString()
	k.end = r.at
	k.name = r.text[k.start+1 : max(k.start+1, k.end-1)]
	if strings.IndexByte(k.name, '\\') >= 0 {
		r.bad = json.Unmarshal([]byte(r.text[k.start:k.end]), &k.name) != nil
	}
	r.bad = r.bad || !r.take(':')
	return k
}

// restOfString goes past the end of a string that has begun.
func (r *documentReader) restOfString() {
	for r.at < len(r.text) && r.text[r.at] != '"' {
		if r.text[r.at] == '\\' {
			r.at++
		}
		r.at++
	}
	if r.at++; r.at > len(r.text) {
		r.at, r.bad = len(r.text), true
	}
}

// at returns the value that a pointer leads to, nil if there is none.
func (d *document) at(pointer string) *value {
	v := d.root
	if pointer == "" {
		return v
	}
	for _, token := range strings.Split(pointer[1:], "/") {
		i := v.index(unescape(token))
		if i < 0 || i >= len(v.values) {
			return nil
		}
		v = v.values[i]
	}
	return v
}

// index returns where a member or item stands in v, -1 if there is none.
func (v *value) index(token string) int {
	if v.object {
		return slices.IndexFunc(v.keys, func(k key) bool { return k.name == token })
	}
	i, err := strconv.Atoi(token)
	if err != nil || !v.array || i < 0 {
		return -1
	}
	return i
}

// pointerTo returns the pointer of the value that begins at an offset.
func (d *document) pointerTo(offset int) (string, bool) {
	v, pointer := d.root, ""
	for v.start != offset {
		i := slices.IndexFunc(v.values, func(inner *value) bool { return inner.start <= offset && offset < inner.end })
		if i < 0 {
			return "", false
		}
		if v.object {
			pointer += "/" + escape(v.keys[i].name)
		} else {
			pointer += "/" + strconv.Itoa(i)
		}
		v = v.values[i]
	}
	return pointer, true
}

var (
	escaper   = strings.NewReplacer("~", "~0", "/", "~1")
	unescaper = strings.NewReplacer("~1", "/", "~0", "~")
)

func escape(token string) string   { return escaper.Replace(token) }
func unescape(token string) string { return unescaper.Replace(token) }

// apply makes edits in a text one after the other. What it adds is laid out as its neighbours are.
// Source: RFC 6902.
func apply(text string, edits []compat.Edit) (string, error) {
	for _, e := range edits {
		d, err := read(text)
		if err != nil {
			return "", err
		}
		if text, err = d.edit(e); err != nil {
			return "", fmt.Errorf("%s %s: %w", e.Op, e.Path, err)
		}
	}
	return text, nil
}

var errNoPlace = errors.New("there is no such place in the text")

func (d *document) edit(e compat.Edit) (string, error) {
	cut := strings.LastIndexByte(e.Path, '/')
	if cut < 0 {
		if e.Op == "replace" && e.Path == "" {
			return d.splice(d.root.start, d.root.end, string(e.Value)), nil
		}
		return "", errNoPlace
	}
	in, token := d.at(e.Path[:cut]), unescape(e.Path[cut+1:])
	if in == nil || !in.object && !in.array {
		return "", errNoPlace
	}
	i := in.index(token)
	exists := 0 <= i && i < len(in.values)
	switch {
	case e.Op == "replace" && exists, e.Op == "add" && exists && in.object:
		return d.splice(in.values[i].start, in.values[i].end, string(e.Value)), nil
	case e.Op == "remove" && exists:
		return d.remove(in, i), nil
	case e.Op == "add" && in.object:
		return d.append(in, quoted(token)+d.colon(in)+string(e.Value)), nil
	case e.Op == "add" && exists:
		v := in.values[i]
		return d.splice(v.start, v.start, string(e.Value)+d.comma(in)), nil
	case e.Op == "add" && (token == "-" || i == len(in.values)):
		return d.append(in, string(e.Value)), nil
	default:
		return "", errNoPlace
	}
}

func (d *document) splice(start, end int, with string) string {
	return d.text[:start] + with + d.text[end:]
}

func (d *document) append(in *value, what string) string {
	if n := len(in.values); n > 0 {
		end := in.values[n-1].end
		return d.splice(end, end, d.comma(in)+what)
	}
	return d.splice(in.end-1, in.end-1, what)
}

func (d *document) remove(in *value, i int) string {
	switch {
	case i > 0:
		return d.splice(in.values[i-1].end, in.values[i].end, "")
	case len(in.values) > 1:
		return d.splice(in.begin(0), in.begin(1), "")
	default:
		return d.splice(in.begin(0), in.values[0].end, "")
	}
}

// begin returns where member or item i begins.
func (v *value) begin(i int) int {
	if v.object {
		return v.keys[i].start
	}
	return v.values[i].start
}

// comma returns what stands between the first two members or items, if it is no more than space.
func (d *document) comma(in *value) string {
	if len(in.values) > 1 {
		between := d.text[in.values[0].end:in.begin(1)]
		if strings.Trim(between, " \t\r\n") == "," {
			return between
		}
	}
	return ", "
}

// colon returns what stands between the first key and its value.
func (d *document) colon(in *value) string {
	if len(in.values) > 0 {
		between := d.text[in.keys[0].end:in.values[0].start]
		if strings.Trim(between, " ") == ":" {
			return between
		}
	}
	return ": "
}

// quoted returns a string as JSON.
func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}
