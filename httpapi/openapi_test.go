package httpapi

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/go-chi/chi/v5"
	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/envelope/event"
	"github.com/treatyhq/treaty/registry"
	"github.com/treatyhq/treaty/registry/eventlog/memory"
)

var quietLogger = slog.New(slog.DiscardHandler)

// run runs a registry until the test ends, and returns once it has caught up.
func run(t testing.TB, reg *registry.Registry) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := reg.Run(ctx); err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	t.Cleanup(func() { cancel(); running.Wait() })
	if err := reg.Ready(ctx); err != nil {
		t.Fatal(err)
	}
}

// uncounted is a Meter that counts nothing.
type uncounted struct{}

func (uncounted) Observe(string, string, int, int, time.Duration)  {}
func (uncounted) ServeHTTP(w http.ResponseWriter, _ *http.Request) {}

// document is openapi.yaml, loaded and checked once.
var document = sync.OnceValues(func() (*openapi3.T, error) {
	openapi3filter.RegisterBodyDecoder(mediaUnknown, octetsDecoder)
	for _, text := range []string{mediaEvents, mediaNDJSON, mediaFrames} {
		openapi3filter.RegisterBodyDecoder(text, openapi3filter.PlainBodyDecoder)
	}
	for _, events := range []string{event.StructuredType, event.BatchType, event.PlainType} {
		openapi3filter.RegisterBodyDecoder(events, openapi3filter.JSONBodyDecoder)
	}
	doc, err := openapi3.NewLoader().LoadFromData([]byte(openAPI))
	if err != nil {
		return nil, err
	}
	return doc, doc.Validate(context.Background())
})

// octetsDecoder takes octets for JSON if they are that.
func octetsDecoder(body io.Reader, header http.Header, schema *openapi3.SchemaRef, encoding openapi3filter.EncodingFn) (any, error) {
	text, err := io.ReadAll(body)
	if err != nil {
		return nil, err
	}
	if value, err := openapi3filter.JSONBodyDecoder(bytes.NewReader(text), header, schema, encoding); err == nil {
		return value, nil
	}
	return string(text), nil
}

func loadDocument(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := document()
	if err != nil {
		t.Fatalf("openapi.yaml: %v", err)
	}
	return doc
}

func newRouter(t *testing.T) chi.Routes {
	t.Helper()
	reg := registry.New(memory.New(), registry.Config{Logger: quietLogger})
	handler, err := New(reg, Config{Logger: quietLogger, Observer: NewObserver(quietLogger, uncounted{}, false)})
	if err != nil {
		t.Fatal(err)
	}
	return handler.(chi.Routes)
}

// Every route is documented, and every documented operation is a route.
func TestOpenAPIHasTheRoutes(t *testing.T) {
	t.Parallel()
	var documented, served []string
	for path, item := range loadDocument(t).Paths.Map() {
		for method := range item.Operations() {
			documented = append(documented, method+" "+path)
		}
	}
	walk := func(method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		served = append(served, method+" "+pattern)
		return nil
	}
	if err := chi.Walk(newRouter(t), walk); err != nil {
		t.Fatal(err)
	}
	slices.Sort(documented)
	slices.Sort(served)
	if diff := cmp.Diff(served, documented); diff != "" {
		t.Errorf("openapi.yaml (-served +documented):\n%s", diff)
	}
}

// Every operation has an ID of its own, a summary, an answer for success and one for refusals; every parameter of the
// document is described.
func TestOpenAPIIsComplete(t *testing.T) {
	t.Parallel()
	operations := []string{"getHealth", "getReadiness", "getMetrics"} // refuse nothing
	for path, item := range loadDocument(t).Paths.Map() {
		for method, op := range item.Operations() {
			if op.Summary == "" || op.OperationID == "" || len(op.Tags) != 1 {
				t.Errorf("%s %s lacks a summary, an operationId or a tag", method, path)
			}
			if op.Responses.Default() == nil && !slices.Contains(operations, op.OperationID) {
				t.Errorf("%s %s has no default response", method, path)
			}
			for _, p := range op.Parameters {
				if p.Value.Description == "" {
					t.Errorf("%s %s: parameter %s is not described", method, path, p.Value.Name)
				}
			}
		}
	}
}

// bareText are the operations that answer with a schema's text, whose media type says JSON whatever it is.
var bareText = []string{"getVersionText", "getSchemaText"}

// validate holds an exchange against the document: the answer always, the request if it was accepted.
func validate(t *testing.T, e *exchange, body string, answer *httptest.ResponseRecorder) {
	t.Helper()
	doc := loadDocument(t)
	request := httptest.NewRequest(e.method, e.path, strings.NewReader(body))
	request.Header = e.header
	route, parameters := find(t, doc, request)
	if route == nil {
		return
	}
	input := &openapi3filter.RequestValidationInput{
		Request:    request,
		PathParams: parameters,
		Route:      route,
		Options: &openapi3filter.Options{
			AuthenticationFunc:                openapi3filter.NoopAuthenticationFunc,
			RejectWhenRequestBodyNotSpecified: true,
			IncludeResponseStatus:             true,
			ExcludeResponseBody:               answer.Code == http.StatusOK && slices.Contains(bareText, route.Operation.OperationID),
			SkipSettingDefaults:               true,
		},
	}
	if answer.Code < http.StatusBadRequest {
		if err := openapi3filter.ValidateRequest(t.Context(), input); err != nil {
			t.Errorf("%s: the request is not as documented: %v", e.at, err)
		}
	}
	err := openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input,
		Status:                 answer.Code,
		Header:                 answer.Header(),
		Body:                   io.NopCloser(strings.NewReader(answer.Body.String())),
		Options:                input.Options,
	})
	if err != nil {
		t.Errorf("%s: the answer is not as documented: %v\n%s", e.at, err, answer.Body)
	}
}

// find returns the operation that a request is for, nil if there is none, with its path parameters.
func find(t *testing.T, doc *openapi3.T, request *http.Request) (*routers.Route, map[string]string) {
	t.Helper()
	path := request.URL.EscapedPath()
	if to, ok, err := rewrite(path, request.URL.RawQuery); err == nil && ok {
		path, request.URL.RawQuery = to.path, to.query
	}
	if path != "/" {
		path = strings.TrimSuffix(path, "/")
	}
	method := request.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	found := chi.NewRouteContext()
	pattern := newRouter(t).Find(found, method, path)
	item := doc.Paths.Value(pattern)
	if item == nil || item.GetOperation(method) == nil {
		return nil, nil
	}
	parameters := make(map[string]string)
	for i, name := range found.URLParams.Keys {
		parameters[name], _ = url.PathUnescape(found.URLParams.Values[i])
		if parameters[name] == "" {
			return nil, nil // OpenAPI has no words for an empty path parameter
		}
	}
	return &routers.Route{Spec: doc, Path: pattern, PathItem: item, Method: method, Operation: item.GetOperation(method)}, parameters
}

// The policies that are documented are those that there are.
func TestPoliciesAreDocumented(t *testing.T) {
	t.Parallel()
	var got compat.Policies
	for _, name := range loadDocument(t).Components.Schemas["Policy"].Value.Enum {
		got = append(got, name.(string))
	}
	if diff := cmp.Diff(compat.AllPolicies, got); diff != "" {
		t.Errorf("policies in openapi.yaml (-want +got):\n%s", diff)
	}
}
