package httpapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/treatyhq/treaty/envelope/event"
)

// Whatever is asked, the answer is no server error, and a refusal has the body that every refusal has.
func FuzzRequest(f *testing.F) {
	for _, to := range slices.Concat(routes, reports, others) {
		path := strings.NewReplacer("{subject}", "s", "{version}", "1", "{id}", "1", "{context}", ".a",
			"{guid}", "095d71cf-1255-6b9d-5e33-0ad575b3df5d").Replace(to.pattern)
		f.Add(to.method, path, `{"schema":"\"string\"","mode":"IMPORT","compatibility":"NONE"}`)
		f.Add(to.method, "/contexts/.a"+path+"?deleted=true&subject=s&format=resolved&permanent=true", `{}`)
	}
	handler := serve(f, nil)
	f.Fuzz(func(t *testing.T, method, path, body string) {
		target, err := url.ParseRequestURI(path)
		if err != nil || !strings.HasPrefix(path, "/") || path == "/metrics" || strings.Contains(path, "wait") {
			t.Skip()
		}
		request := httptest.NewRequest("GET", "/", strings.NewReader(body))
		request.Method, request.URL = method, target
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		if answer.Code >= http.StatusInternalServerError {
			t.Errorf("%s %s = %d %s", method, path, answer.Code, answer.Body)
		}
		var refused errorAnswer
		if answer.Code < http.StatusBadRequest {
			return
		}
		if err := json.Unmarshal(answer.Body.Bytes(), &refused); err != nil || refused.Code == 0 || refused.Message == "" {
			t.Errorf("%s %s = %d %s", method, path, answer.Code, answer.Body)
		}
	})
}

// Whatever comes as messages there is an answer: one for each line, JSON or frames that can be read, and no server error.
func FuzzMessages(f *testing.F) {
	kinds := []string{mediaJSON, mediaNDJSON, mediaFrames, mediaUnknown, event.StructuredType, event.BatchType, event.PlainType}
	verbs := []string{"validate", "decode", "encode", "upcast", "inspect"}
	for i, body := range []string{
		`{"subject":"s","framing":"none","payload":"Ag=="}`, `{"messages":[{"payload":null},{"data":1}],"defaults":{"subject":"s"}}`,
		`{"payload":"AAAAAAEC","target":{"schema":"\"long\""},"headers":{"a":["b",{"base64":"AA=="}]}}` + "\n\n7\n",
		string(framed([]byte{0, 0, 0, 0, 1, 2}, nil, []byte("1"))), "\x00\x00\x00\x00\x01\x02",
		`[{"specversion":"1.0","id":"e","source":"/","type":"s","data":1}]`, `{"id":"e","type":"s","timestamp":"2025-01-24T18:30:00Z","data":1}`,
	} {
		f.Add(uint8(i), uint8(i), "subject=s&target=1", []byte(body))
	}
	handler := messaging(f, Config{MaxMessage: 1 << 16, MaxBatch: 1 << 18})
	f.Fuzz(func(t *testing.T, kind, verb uint8, query string, body []byte) {
		k, v := kinds[int(kind)%len(kinds)], verbs[int(verb)%len(verbs)]
		request := httptest.NewRequest(http.MethodPost, "/envelopes/"+v, bytes.NewReader(body))
		request.URL.RawQuery = query
		request.Header.Set("Content-Type", k)
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		text := answer.Body.Bytes()
		if answer.Code >= http.StatusInternalServerError {
			t.Fatalf("%s of %s: %d %s", v, k, answer.Code, text)
		}
		if answer.Header().Get("Content-Type") == mediaFrames {
			resultsOf(t, string(text))
			return
		}
		for line := range bytes.Lines(text) {
			if !json.Valid(line) {
				t.Fatalf("%s of %s: %d %q is not JSON", v, k, answer.Code, line)
			}
		}
	})
}
