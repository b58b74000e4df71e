package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/registry"
	"github.com/treatyhq/treaty/registry/eventlog/memory"
)

// The scripts in testdata are the manual of the API: each is run against an empty registry of its own. A line that
// begins with
//
//	>  is the request: method and path, header lines, the body;
//	<  is what must be answered: the status, header lines, the body;
//	@  is an option of the server, before the first request;
//
// and everything else is prose. Bodies are compared as JSON where they are JSON, or lines of it. "…" in an expected
// text stands for anything. A body is not compared if none is expected.
func TestScripts(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("testdata/*.http")
	if err != nil || len(paths) == 0 {
		t.Fatalf("testdata/*.http: %v, %v", paths, err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".http"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			options, exchanges := parseScript(t, path, string(text))
			handler := serve(t, options)
			for _, e := range exchanges {
				e.run(t, handler)
			}
		})
	}
}

// serve starts a registry on an empty log and returns the API in front of it.
func serve(t testing.TB, options map[string]string) http.Handler {
	t.Helper()
	cfg, api := registry.Config{Logger: quietLogger}, Config{Logger: quietLogger}
	for name, value := range options {
		switch name {
		case "max-body":
			api.MaxBody, _ = strconv.ParseInt(value, 10, 64)
		case "max-batch":
			api.MaxBatch, _ = strconv.ParseInt(value, 10, 64)
		case "max-message":
			api.MaxMessage, _ = strconv.Atoi(value)
		case "incompatible-code":
			api.IncompatibleCode, _ = strconv.Atoi(value)
		case "max-schema":
			cfg.Limits.Text, _ = strconv.Atoi(value)
		case "reject-empty-subject":
			cfg.RejectEmptySubject = true
		case "strict-references":
			cfg.StrictReferences = true
		case "fixed-modes":
			cfg.FixedModes = true
		default:
			t.Fatalf("no option %q", name)
		}
	}
	reg := registry.New(memory.New(), cfg)
	run(t, reg)
	api.Observer = NewObserver(quietLogger, uncounted{}, false)
	handler, err := New(reg, api)
	if err != nil {
		t.Fatal(err)
	}
	return handler
}

// An exchange is a request and what must be answered.
type exchange struct {
	at            string // file and line
	method, path  string
	header        http.Header
	body          string
	status        int
	wantHeader    http.Header
	wantBody      string
	requestIsSent bool // all of the request has been read
}

var headerLine = regexp.MustCompile(`^([A-Za-z][A-Za-z-]*): ?(.*)$`)

func parseScript(t *testing.T, path, text string) (options map[string]string, list []*exchange) {
	t.Helper()
	options = make(map[string]string)
	var e *exchange
	for i, line := range strings.Split(text, "\n") {
		at := fmt.Sprintf("%s:%d", path, i+1)
		switch kind, rest := cutMark(line); {
		case kind == '@':
			name, value, _ := strings.Cut(rest, " ")
			options[name] = value
		case kind == '>' && (e == nil || e.requestIsSent):
			method, target, ok := strings.Cut(rest, " ")
			if !ok {
				t.Fatalf("%s: no method and path in %q", at, line)
			}
			e = &exchange{at: at, method: method, path: target, header: http.Header{}, wantHeader: http.Header{}}
			list = append(list, e)
		case kind == '>':
			add(e.header, &e.body, rest)
		case kind == '<' && !e.requestIsSent:
			status, err := strconv.Atoi(rest)
			if err != nil {
				t.Fatalf("%s: no status in %q", at, line)
			}
			e.requestIsSent, e.status = true, status
		case kind == '<':
			add(e.wantHeader, &e.wantBody, rest)
		}
	}
	return options, list
}

func cutMark(line string) (byte, string) {
	if line == "" || !strings.ContainsRune("@><", rune(line[0])) {
		return 0, ""
	}
	return line[0], strings.TrimPrefix(line[1:], " ")
}

// add takes a line as a header line, or as one of the body once that has begun.
func add(header http.Header, body *string, line string) {
	if m := headerLine.FindStringSubmatch(line); m != nil && *body == "" {
		header.Add(m[1], m[2])
		return
	}
	*body += line + "\n"
}

func (e *exchange) run(t *testing.T, handler http.Handler) {
	t.Helper()
	body := strings.TrimSuffix(e.body, "\n")
	request := httptest.NewRequest(e.method, e.path, strings.NewReader(body))
	request.Header = e.header
	if body != "" && e.header.Get("Content-Type") == "" {
		e.header.Set("Content-Type", mediaV1)
	}
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	got := answer.Body.String()
	if answer.Code != e.status {
		t.Errorf("%s: %s %s = %d, want %d\n%s", e.at, e.method, e.path, answer.Code, e.status, got)
		return
	}
	for name := range e.wantHeader {
		if want, got := e.wantHeader.Get(name), answer.Header().Get(name); !like(want, got) {
			t.Errorf("%s: %s %s: %s = %q, want %q", e.at, e.method, e.path, name, got, want)
		}
	}
	if e.wantBody != "" {
		e.compare(t, strings.TrimSuffix(e.wantBody, "\n"), got)
	}
	validate(t, e, body, answer)
}

func (e *exchange) compare(t *testing.T, want, got string) {
	t.Helper()
	wantValue, gotValue := parseLines(want), parseLines(got)
	if wantValue == nil || gotValue == nil {
		if !like(want, strings.TrimSuffix(got, "\n")) {
			t.Errorf("%s: %s %s (-want +got):\n%s", e.at, e.method, e.path, cmp.Diff(want, got))
		}
		return
	}
	if diff := cmp.Diff(fill(wantValue, gotValue), gotValue); diff != "" {
		t.Errorf("%s: %s %s (-want +got):\n%s\ngot %s", e.at, e.method, e.path, diff, got)
	}
}

// parseLines returns the JSON value that a text is, or the values that its lines are; nil if it is neither.
func parseLines(text string) any {
	var value any
	if parse(text, &value) == nil {
		return value
	}
	var values []any
	for line := range strings.Lines(text) {
		if parse(line, &value) != nil {
			return nil
		}
		values = append(values, value)
	}
	return values
}

func parse(text string, value any) error {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	if err := d.Decode(value); err != nil {
		return err
	}
	if d.More() {
		return fmt.Errorf("more than one value")
	}
	return nil
}

// fill returns want with each text that has a "…" replaced by what was got, where that is like it.
func fill(want, got any) any {
	switch want := want.(type) {
	case string:
		if text, ok := got.(string); want == "…" || ok && like(want, text) {
			return got
		}
	case []any:
		list := append([]any{}, want...)
		if got, ok := got.([]any); ok {
			for i := range min(len(list), len(got)) {
				list[i] = fill(list[i], got[i])
			}
		}
		return list
	case map[string]any:
		object := make(map[string]any, len(want))
		from, _ := got.(map[string]any)
		for k, v := range want {
			if object[k] = v; from != nil {
				object[k] = fill(v, from[k])
			}
		}
		return object
	}
	return want
}

// like reports whether got is want, where "…" stands for any text.
func like(want, got string) bool {
	parts := strings.Split(want, "…")
	for i, part := range parts {
		parts[i] = regexp.QuoteMeta(part)
	}
	return regexp.MustCompile(`(?s)^` + strings.Join(parts, ".*") + `$`).MatchString(got)
}
