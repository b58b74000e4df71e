package client_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/treatyhq/treaty/httpapi/client"
)

// A paper registry answers from a table of "METHOD uri" and counts what it is asked. What is not in the table is 404.
type paper struct {
	delay time.Duration

	mu      sync.Mutex
	answers map[string]string
	asked   map[string]int
	down    bool
}

func (p *paper) RoundTrip(r *http.Request) (*http.Response, error) {
	select {
	case <-time.After(p.delay):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	what := r.Method + " " + r.URL.RequestURI()
	if r.Body != nil {
		body, _ := io.ReadAll(r.Body)
		what = strings.TrimSpace(what + " " + string(body))
	}
	p.asked[what]++
	if p.down {
		return nil, errors.New("no route to host")
	}
	status, body := http.StatusOK, p.answers[what]
	if body == "" {
		status, body = http.StatusNotFound, `{"error_code":40403,"message":"Schema not found"}`
	}
	if strings.HasPrefix(body, `{"error_code":404`) {
		status = http.StatusNotFound
	}
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(body)), Header: http.Header{}, Request: r}, nil
}

func (p *paper) count(what string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked[what]
}

func (p *paper) set(what, answer string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answers[what] = answer
}

// source returns a source over a paper registry.
func source(t testing.TB, base string, answers map[string]string, options ...client.SourceOption) (*client.Source, *paper) {
	t.Helper()
	p := &paper{answers: answers, asked: map[string]int{}}
	c, err := client.New(base, client.WithHTTPClient(&http.Client{Transport: p}), client.WithAttempts(1))
	if err != nil {
		t.Fatal(err)
	}
	return c.Source(options...), p
}

const (
	root  = "http://registry"
	inner = `{\"type\":\"record\",\"name\":\"Inner\",\"fields\":[{\"name\":\"n\",\"type\":\"int\"}]}`
	outer = `{\"type\":\"record\",\"name\":\"Outer\",\"fields\":[{\"name\":\"i\",\"type\":\"Inner\"}]}`
	guid  = "89791762-2336-4186-9674-299b90a802e2"
)

// said is what the registry says of a version of a subject.
func said(subject string, number, id int, text, more string) string {
	return fmt.Sprintf(`{"subject":%q,"version":%d,"id":%d,"guid":%q,"schema":"%s"%s}`, subject, number, id, guid, text, more)
}

const innerReference = `,"references":[{"name":"Inner","subject":"inner","version":1}]`

// shop is a registry with a subject, another one in a context, and whatever names their versions can have.
func shop() map[string]string {
	return map[string]string{
		"GET /subjects/inner/versions/1?deleted=true":             said("inner", 1, 1, inner, ""),
		"GET /subjects/outer/versions/2?deleted=true":             said("outer", 2, 7, outer, innerReference),
		"GET /subjects/outer/versions/latest":                     said("outer", 2, 7, outer, innerReference),
		"GET /subjects/other/versions/latest":                     said("other", 1, 9, `\"int\"`, ""),
		"GET /subjects/alias/versions/latest":                     said("outer", 2, 7, outer, innerReference),
		"GET /subjects/outer/labels":                              `[{"subject":"outer","version":1,"label":"old"},{"subject":"outer","version":2,"label":"1.0"}]`,
		"GET /subjects/outer/versions?deleted=true":               `[2]`,
		"GET /schemas/ids/7?subject=":                             said("outer", 2, 7, outer, innerReference),
		"GET /schemas/ids/7?subject=outer":                        said("outer", 2, 7, outer, innerReference),
		"GET /schemas/ids/7?subject=alias":                        said("outer", 2, 7, outer, innerReference),
		"GET /schemas/ids/7?subject=other":                        said("outer", 2, 7, outer, innerReference),
		"GET /schemas/ids/8?subject=":                             `{"schema":"\"int\""}`,
		"GET /schemas/ids/8/versions?deleted=true":                `[{"subject":"plain","version":3}]`,
		"GET /schemas/guids/" + guid + "/ids":                     `[{"context":".","id":7},{"context":".b","id":2}]`,
		"GET /schemas/ids/2?subject=%3A.b%3A":                     said(":.b:outer", 1, 2, outer, innerReference),
		"GET /schemas/ids/2?subject=%3A.b%3Aouter":                said(":.b:outer", 1, 2, outer, innerReference),
		"GET /contexts/.b/subjects/outer/versions/1?deleted=true": said(":.b:outer", 1, 2, outer, innerReference),
		"GET /contexts/.b/subjects/inner/versions/1?deleted=true": said(":.b:inner", 1, 1, inner, ""),
		"GET /subjects/unknown/versions/1?deleted=true":           `{"error_code":40401,"message":"Subject 'unknown' not found."}`,
		"GET /subjects/outer/versions/9?deleted=true":             `{"error_code":40402,"message":"Version 9 not found."}`,
		"GET /envelopes/aliases/glue/x%2Fy":                       `{"subject":"outer","version":2}`,
		"GET /envelopes/aliases": `[{"system":"glue","externalId":"x/y","subject":"outer","version":2},` +
			`{"system":"glue","externalId":"a","subject":"outer","version":2},{"system":"azure","externalId":"0","subject":"outer","version":2}]`,
		`POST /envelopes/inspect {"payload":"wwHvzauJZ0UjAQ=="}`: `{"candidates":[{"framing":"confluent","schema":{"id":9}},{"framing":"single-object","schema":{"id":7}}]}`,
		`POST /envelopes/inspect {"payload":"wwEBAAAAAAAAAA=="}`: `{"candidates":[]}`,
		"GET /envelopes/types/order.placed":                      `{"subject":"outer","idFormat":"ulid"}`,
	}
}
