package httpapi

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
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
