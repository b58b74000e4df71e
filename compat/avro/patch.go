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

// read parses a text. Comments, which schemas may have, are white space.
func read(text string) (*document, error) {
	r := documentReader{text: text}
	blank := withoutComments(text)
	r.Decoder = json.NewDecoder(strings.NewReader(blank))
	r.UseNumber()
	root, err := r.value()
	if err != nil {
		return nil, fmt.Errorf("read a text to be edited: %w", err)
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

type documentReader struct {
	*json.Decoder
	text string
}

func (r *documentReader) value() (*value, error) {
	token, err := r.Token()
	if err != nil {
		return nil, err
	}
	v := &value{end: int(r.InputOffset())}
	switch t := token.(type) {
	case json.Delim:
		v.start = v.end - 1
		v.object, v.array = t == '{', t == '['
		err = r.inner(v)
	case string:
		v.start = openingQuote(r.text, v.end)
	case json.Number:
		v.start = v.end - len(t)
	case bool:
		v.start = v.end - len(strconv.FormatBool(t))
	default:
		v.start = v.end - len("null")
	}
	return v, err
}

// inner reads what is in an object or array, and its end.
func (r *documentReader) inner(v *value) error {
	for r.More() {
		if v.object {
			token, err := r.Token()
			if err != nil {
				return err
			}
			name, _ := token.(string)
			end := int(r.InputOffset())
			v.keys = append(v.keys, key{name, openingQuote(r.text, end), end})
		}
		inner, err := r.value()
		if err != nil {
			return err
		}
		v.values = append(v.values, inner)
	}
	_, err := r.Token()
	v.end = int(r.InputOffset())
	return err
}

// openingQuote returns where the string begins that ends before end: a quote that no backslash escapes.
func openingQuote(text string, end int) int {
	for i := end - 2; i >= 0; i-- {
		if text[i] != '"' {
			continue
		}
		escapes := 0
		for i-1-escapes >= 0 && text[i-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return i
		}
	}
	return 0
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
