package httpapi

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/treatyhq/treaty/registry"
	"github.com/treatyhq/treaty/registry/eventlog/memory"
)

// TestEveryRouteHasAPermission holds the table against the routes, both ways.
func TestEveryRouteHasAPermission(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, to := range slices.Concat(routes, reports, others) {
		key := to.method + " " + to.pattern
		known[key] = true
		if _, ok := permissions[key]; !ok {
			t.Errorf("%s has no permission", key)
		}
	}
	for key := range permissions {
		if !known[key] {
			t.Errorf("%s is no route", key)
		}
	}
}

// credentials has one user for each kind of grant. The token of a user is "token-" and the name.
func credentials(t *testing.T) string {
	t.Helper()
	users := []struct{ name, grants string }{
		{"root", `{"role":"admin","context":"*"}`},
		{"reader", `{"role":"read","context":"*"}`},
		{"orders", `{"role":"write","prefix":"orders-"}`},
		{"orderadmin", `{"role":"admin","prefix":"orders-"}`},
		{"other", `{"role":"admin","context":".other"}`},
	}
	var entries []string
	for _, u := range users {
		entries = append(entries, `{"name":"`+u.name+`","tokens":["`+HashToken("token-"+u.name)+`"],"grants":[`+u.grants+`]}`)
	}
	return `{"users":[` + strings.Join(entries, ",") + `]}`
}

// guarded returns the API in front of a registry with a subject orders-value, a subject secret and an alias of it.
func guarded(t *testing.T, file string) (http.Handler, *Auth) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "credentials.json")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	auth, err := NewAuth(path, quietLogger)
	if err != nil {
		t.Fatal(err)
	}
	reg := registry.New(memory.New(), registry.Config{Logger: quietLogger})
	run(t, reg)
	handler, err := New(reg, Config{Logger: quietLogger, Auth: auth, Observer: NewObserver(quietLogger, uncounted{}, false)})
	if err != nil {
		t.Fatal(err)
	}
	for _, request := range []string{
		`POST /subjects/orders-value/versions {"schema":"\"int\""}`,
		`POST /subjects/secret/versions {"schema":"\"long\""}`,
		`POST /subjects/:.other:theirs/versions {"schema":"\"string\""}`,
		`POST /subjects/:.other:orders-theirs/versions {"schema":"\"bytes\""}`,
		`PUT /config/orders-alias {"alias":"secret"}`,
	} {
		if status, body := as(handler, request, "Bearer token-root"); status != http.StatusOK {
			t.Fatalf("%s: %d %s", request, status, body)
		}
	}
	return handler, auth
}

// as sends "METHOD path body" and returns the status and the body of the answer.
func as(h http.Handler, request, authorization string) (int, string) {
	method, rest, _ := strings.Cut(request, " ")
	path, body, _ := strings.Cut(rest, " ")
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func TestWhoMay(t *testing.T) {
	t.Parallel()
	handler, _ := guarded(t, credentials(t))
	tests := []struct {
		user    string
		request string
		want    int
	}{
		{"", "GET /subjects", 401},
		{"nobody", "GET /subjects", 401},
		{"", "GET /healthz", 200},
		{"", "GET /nowhere", 404},

		{"reader", "GET /subjects", 200},
		{"reader", "GET /subjects/secret/versions/1", 200},
		{"reader", "HEAD /subjects/secret/versions/1", 200},
		{"reader", `POST /subjects/secret {"schema":"\"long\""}`, 200},
		{"reader", `POST /compatibility/subjects/secret/versions {"schema":"\"int\""}`, 200},
		{"reader", "GET /events?limit=1", 200},
		{"reader", `POST /subjects/x/versions {"schema":"\"int\""}`, 403},
		{"reader", "DELETE /subjects/secret", 403},
		{"reader", `PUT /config/secret {"compatibility":"NONE"}`, 403},
		{"reader", `PUT /mode {"mode":"READONLY"}`, 403},

		{"orders", "GET /", 200},
		{"orders", "GET /config", 200},
		{"orders", "GET /subjects", 403},
		{"orders", "GET /subjects?subjectPrefix=orders-", 200},
		{"orders", "GET /subjects?subjectPrefix=:*:orders-", 403},
		{"orders", "GET /schemas?subjectPrefix=orders-v", 200},
		{"orders", "GET /schemas", 403},
		{"orders", "GET /events", 403},
		{"orders", "GET /subjects/orders-value/versions/1", 200},
		{"orders", "GET /subjects/secret/versions/1", 403},
		{"orders", "GET /subjects/secret/versions/99", 403},
		{"orders", "GET /contexts/./subjects/secret/versions/1", 403},
		{"orders", "GET /subjects/:.:secret/versions/1", 403},
		{"orders", "GET /subjects/secre%74/versions/1", 403},
		{"orders", "GET /subjects/orders-alias/versions/1", 403}, // leads to secret
		{"orders", "GET /config/orders-alias", 200},
		{"orders", "GET /schemas/ids/1", 200},
		{"orders", "GET /schemas/ids/2", 403},
		{"orders", "GET /schemas/ids/2/schema?subject=orders-value", 403},
		{"orders", "GET /schemas/ids/1?subject=:.other:", 403},
		{"orders", "GET /schemas/ids/999", 404},
		{"orders", "GET /schemas/guids/00000000-0000-0000-0000-000000000000", 404},
		{"orders", `POST /subjects/orders-value/versions {"schema":"\"int\""}`, 200},
		{"orders", `POST /subjects/orders-new/versions {"schema":"\"int\"","references":[{"name":"a","subject":"secret","version":1}]}`, 403},
		{"orders", `POST /subjects/orders-theirs {"schema":"\"bytes\""}`, 403}, // is in another context
		{"orders", "GET /subjects/orders-theirs/versions/1", 403},
		{"root", `POST /subjects/orders-theirs {"schema":"\"bytes\""}`, 200},
		{"orders", `POST /checks {"subjects":[{"subject":"secret","schema":"\"long\""}]}`, 200}, // see TestChecksOfOthersSubjects
		{"orders", `PUT /config/orders-value {"compatibility":"FULL"}`, 200},
		{"orders", `PUT /config {"compatibility":"NONE"}`, 403},
		{"orders", `PUT /config/:.: {"compatibility":"NONE"}`, 403},
		{"orders", `PUT /mode/orders-value {"mode":"READONLY"}`, 403},
		{"orders", "DELETE /subjects/orders-value?permanent=TRUE", 403},
		{"orders", "DELETE /contexts/.other", 403},

		{"orderadmin", `PUT /mode/orders-import {"mode":"IMPORT"}`, 200},
		{"orders", `POST /subjects/orders-import/versions {"schema":"\"int\"","id":77}`, 403},
		{"orderadmin", `POST /subjects/orders-import/versions {"schema":"\"float\"","id":77}`, 200},
		{"orderadmin", "DELETE /subjects/orders-import", 200},
		{"orderadmin", "DELETE /subjects/orders-import?permanent=true", 200},
		{"orderadmin", `PUT /config {"compatibility":"NONE"}`, 403},

		{"reader", "GET /subjects/secret/labels", 200},
		{"reader", "PUT /subjects/secret/versions/1/labels/x", 403},
		{"reader", `PUT /envelopes/types/t {"subject":"secret"}`, 403},
		{"orders", "PUT /subjects/orders-value/versions/1/labels/x", 200},
		{"orders", "GET /subjects/orders-value/labels", 200},
		{"orders", "PUT /subjects/secret/versions/1/labels/x", 403},
		{"orders", "GET /subjects/orders-alias/labels", 403},
		{"orders", `PUT /envelopes/types/t {"subject":"orders-value"}`, 403}, // types are the context's
		{"orders", `PUT /envelopes/aliases/confluent/7 {"subject":"orders-value","version":1}`, 403},
		{"root", `PUT /envelopes/types/t {"subject":"secret"}`, 200},
		{"root", `PUT /envelopes/aliases/confluent/7 {"subject":"secret","version":1}`, 200},
		{"orders", "GET /envelopes/types/t", 403},
		{"orders", "GET /envelopes/aliases/confluent/7", 403},
		{"orders", "DELETE /envelopes/types/t", 403},
		{"other", `PUT /contexts/other/envelopes/types/t {"subject":"theirs"}`, 200},
		{"other", `PUT /contexts/other/envelopes/types/t {"subject":":.:secret"}`, 403},
		{"other", `PUT /contexts/other/envelopes/aliases/confluent/7 {"subject":":.:secret","version":1}`, 403},
		{"other", `PUT /contexts/other/envelopes/aliases/confluent/7 {"subject":"theirs","version":1}`, 200},
		{"other", "GET /contexts/other/envelopes/types/t", 200},
		{"other", "DELETE /envelopes/aliases/confluent/7", 403},
		{"other", "DELETE /contexts/other/envelopes/aliases/confluent/7", 200},

		{"other", "GET /contexts/other/subjects", 200},
		{"other", "GET /subjects?subjectPrefix=:.other:", 200},
		{"other", "GET /subjects/secret/versions/1", 403},
		{"other", `POST /subjects/:.other:new/versions {"schema":"\"int\"","references":[{"name":"a","subject":":.:secret","version":1}]}`, 403},
		{"other", `POST /subjects/:.other:new/versions {"schema":"\"int\"","references":[{"name":"a","subject":"theirs","version":1}]}`, 200},
		{"other", `PUT /config/:.other: {"compatibility":"NONE"}`, 200},
		{"other", `PUT /config/:.__GLOBAL: {"compatibility":"NONE"}`, 403},
		{"root", `PUT /config/:.__GLOBAL: {"compatibility":"NONE"}`, 200},
	}
	for _, tt := range tests {
		authorization := ""
		if tt.user != "" {
			authorization = "Bearer token-" + tt.user
		}
		status, body := as(handler, tt.request, authorization)
		if status != tt.want {
			t.Errorf("%s as %q: %d %s, want %d", tt.request, tt.user, status, body, tt.want)
		}
	}
}

// An alias under the prefix that a list is confined to does not show the subject that it stands for.
func TestListsShowWhatMayBeRead(t *testing.T) {
	t.Parallel()
	handler, _ := guarded(t, credentials(t))
	for _, request := range []string{
		`PUT /envelopes/types/t {"subject":"secret"}`, `PUT /envelopes/aliases/confluent/7 {"subject":"secret","version":1}`,
	} {
		if status, body := as(handler, request, "Bearer token-root"); status != http.StatusOK {
			t.Fatalf("%s: %d %s", request, status, body)
		}
	}
	for _, list := range []string{"/schemas?subjectPrefix=orders-&aliases=true", "/envelopes/types", "/envelopes/aliases"} {
		for user, want := range map[string]bool{"orders": false, "reader": true} {
			status, body := as(handler, "GET "+list, "Bearer token-"+user)
			if got := strings.Contains(body, `"secret"`); status != http.StatusOK || got != want {
				t.Errorf("%s as %q: %d %s, want 200 and secret %v", list, user, status, body, want)
			}
		}
	}
}

func TestRefusalsNameTheSchemes(t *testing.T) {
	t.Parallel()
	handler, _ := guarded(t, credentials(t))
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest("GET", "/subjects", nil))
	if got, want := w.Body.String(), `{"error_code":401,"message":"Unauthorized"}`; got != want {
		t.Errorf("body %s, want %s", got, want)
	}
	if got := w.Header().Values("WWW-Authenticate"); len(got) != 2 {
		t.Errorf("WWW-Authenticate %q, want Basic and Bearer", got)
	}
}

func TestBasic(t *testing.T) {
	t.Parallel()
	hash, err := HashPassword("s3cret")
	if err != nil {
		t.Fatal(err)
	}
	handler, auth := guarded(t, `{"users":[
		{"name":"root","tokens":["`+HashToken("token-root")+`"],"grants":[{"role":"admin","context":"*"}]},
		{"name":"ada","password":"`+hash+`","tokens":["`+HashToken("t0ken")+`"],"grants":[{"role":"read"}]}]}`)
	basic := func(pair string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(pair)) }
	tests := []struct {
		name, authorization string
		want                int
	}{
		{"password", basic("ada:s3cret"), 200},
		{"password again, from the cache", basic("ada:s3cret"), 200},
		{"a token as the password", basic("ada:t0ken"), 200},
		{"another's token as the password", basic("ada:token-root"), 401},
		{"wrong password", basic("ada:secret"), 401},
		{"empty password", basic("ada:"), 401},
		{"user without a password", basic("root:s3cret"), 401},
		{"unknown user", basic("eve:s3cret"), 401},
		{"not base64", "Basic !", 401},
		{"unknown scheme", "Digest x", 401},
		{"empty token", "Bearer ", 401},
	}
	for _, tt := range tests {
		if got, body := as(handler, "GET /config", tt.authorization); got != tt.want {
			t.Errorf("%s: %d %s, want %d", tt.name, got, body, tt.want)
		}
	}
	if n := len(auth.users.Load().passwords.verified); n != 1 {
		t.Errorf("%d passwords are remembered, want the right one alone", n)
	}
}

func TestAnonymous(t *testing.T) {
	t.Parallel()
	handler, _ := guarded(t, `{"users":[{"name":"root","tokens":["`+HashToken("token-root")+`"],"grants":[{"role":"admin","context":"*"}]}],
		"anonymous":{"grants":[{"role":"read","prefix":"orders-"}]}}`)
	for request, want := range map[string]int{
		"GET /subjects/orders-value/versions": 200, "GET /subjects/secret/versions": 401, "DELETE /subjects/orders-value": 401,
	} {
		if got, body := as(handler, request, ""); got != want {
			t.Errorf("%s: %d %s, want %d", request, got, body, want)
		}
	}
	if got, _ := as(handler, "GET /subjects/orders-value/versions", "Bearer wrong"); got != 401 {
		t.Errorf("a wrong token got %d, want 401", got)
	}
}

func TestFilesThatAreRefused(t *testing.T) {
	t.Parallel()
	for _, file := range []string{
		``,
		`{`,
		`{"users":[]} {"users":[]}`,
		`{"user":[]}`,
		`{"users":[{"name":""}]}`,
		`{"users":[{"name":"a"},{"name":"a"}]}`,
		`{"users":[{"name":"anonymous"}]}`,
		`{"users":[{"name":"a","password":"plain"}]}`,
		`{"users":[{"name":"a","tokens":["plain"]}]}`,
		`{"users":[{"name":"a","tokens":["sha256:00"]}]}`,
		`{"users":[{"name":"a","grants":[{"role":"owner"}]}]}`,
		`{"users":[{"name":"a","grants":[{}]}]}`,
		`{"users":[{"name":"a","grants":[{"role":"read","context":"x"}]}]}`,
	} {
		if _, err := parseUsers([]byte(file)); err == nil {
			t.Errorf("%s was accepted", file)
		}
	}
}

func TestFileIsLoadedAgain(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "credentials.json")
	store := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	user := func(name string) string {
		return `{"users":[{"name":"` + name + `","tokens":["` + HashToken("t") + `"]}]}`
	}
	store(user("before"))
	auth, err := NewAuth(path, quietLogger)
	if err != nil {
		t.Fatal(err)
	}
	go auth.Follow(t.Context(), path, time.Millisecond)
	name := func() string { return match(auth.users.Load().tokens, "t").name }
	for _, step := range []struct{ file, want string }{
		{user("after the change"), "after the change"},
		{`{"users":`, "after the change"},
		{user("repaired again"), "repaired again"},
	} {
		store(step.file)
		for deadline := time.Now().Add(10 * time.Second); name() != step.want; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("the user is %q, want %q", name(), step.want)
			}
		}
	}
}
