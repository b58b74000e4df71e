package client_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/httpapi/client"
	"github.com/treatyhq/treaty/schema"
)

// An exchange is what a fake registry was asked and what it answers.
type exchange struct {
	status int
	body   string
}

// serve answers the given exchanges in turn, the last one for ever, and records "METHOD uri body" of each request.
func serve(t *testing.T, exchanges ...exchange) (*client.Client, *[]string) {
	t.Helper()
	asked := &[]string{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		*asked = append(*asked, strings.TrimSpace(r.Method+" "+r.RequestURI+" "+string(body)))
		answer := exchanges[min(len(*asked), len(exchanges))-1]
		w.WriteHeader(answer.status)
		io.WriteString(w, answer.body)
	}))
	t.Cleanup(server.Close)
	c, err := client.New(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return c, asked
}

func TestRequests(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	text := client.Schema{Text: `"int"`, References: []schema.Reference{{Name: "a", Subject: "b", Version: 1}}}
	tests := []struct {
		name   string
		answer string
		call   func(*client.Client) (any, error)
		asked  string
		want   any
	}{
		{
			name: "register", answer: `{"id":7,"version":2,"schema":"\"int\""}`,
			call: func(c *client.Client) (any, error) {
				return c.Register(ctx, "a/b c", text, client.RegisterOptions{Normalize: true})
			},
			asked: `POST /subjects/a%2Fb%20c/versions?normalize=true {"schema":"\"int\"","references":[{"name":"a","subject":"b","version":1}]}`,
			want:  client.Schema{Subject: "a/b c", Version: 2, ID: 7, Type: schema.Avro, Text: `"int"`},
		},
		{
			name: "register with a server that answers the ID alone", answer: `{"id":7}`,
			call: func(c *client.Client) (any, error) {
				return c.Register(ctx, "s", client.Schema{Type: schema.Protobuf, Text: "x"}, client.RegisterOptions{Force: true})
			},
			asked: `POST /subjects/s/versions?force=true {"schemaType":"PROTOBUF","schema":"x"}`,
			want:  client.Schema{Subject: "s", ID: 7, Type: schema.Protobuf, Text: "x"},
		},
		{
			name: "look up", answer: `{"subject":"s","version":1,"id":3,"schema":"\"int\""}`,
			call:  func(c *client.Client) (any, error) { return c.Lookup(ctx, "s", client.Schema{Text: `"int"`}, true) },
			asked: `POST /subjects/s?deleted=true {"schema":"\"int\""}`,
			want:  client.Schema{Subject: "s", Version: 1, ID: 3, Type: schema.Avro, Text: `"int"`},
		},
		{
			name: "check what register checks", answer: `{"is_compatible":false,"messages":["no"]}`,
			call:  func(c *client.Client) (any, error) { return c.Check(ctx, "s", 0, client.Schema{Text: `"int"`}, "") },
			asked: `POST /compatibility/subjects/s/versions?verbose=true {"schema":"\"int\""}`,
			want:  client.Compatibility{Messages: []string{"no"}},
		},
		{
			name: "check the newest", answer: `{"is_compatible":true,"messages":[]}`,
			call: func(c *client.Client) (any, error) {
				return c.Check(ctx, "s", client.Latest, client.Schema{Text: `"int"`}, "spec")
			},
			asked: `POST /compatibility/subjects/s/versions/latest?resolution=spec&verbose=true {"schema":"\"int\""}`,
			want:  client.Compatibility{Compatible: true, Messages: []string{}},
		},
		{
			name: "versions", answer: `[1,3]`,
			call:  func(c *client.Client) (any, error) { return c.Versions(ctx, ":.c:s", true) },
			asked: `GET /subjects/:.c:s/versions?deleted=true`,
			want:  []int{1, 3},
		},
		{
			name: "one version", answer: `{"subject":"s","version":4,"id":3,"schemaType":"PROTOBUF","schema":"x"}`,
			call:  func(c *client.Client) (any, error) { return c.Version(ctx, "s", client.Latest) },
			asked: `GET /subjects/s/versions/latest`,
			want:  client.Schema{Subject: "s", Version: 4, ID: 3, Type: schema.Protobuf, Text: "x"},
		},
		{
			name: "subjects", answer: `["a"]`,
			call:  func(c *client.Client) (any, error) { return c.Subjects(ctx, "a", false) },
			asked: `GET /subjects?subjectPrefix=a`, want: []string{"a"},
		},
		{
			name: "referrers", answer: `[5]`,
			call:  func(c *client.Client) (any, error) { return c.ReferencedBy(ctx, "s", 2) },
			asked: `GET /subjects/s/versions/2/referencedby`, want: []int{5},
		},
		{
			name: "where an ID stands", answer: `[{"subject":"s","version":1}]`,
			call:  func(c *client.Client) (any, error) { return c.VersionsOfID(ctx, 5, ":.c:", false) },
			asked: `GET /schemas/ids/5/versions?subject=%3A.c%3A`, want: []client.Place{{Subject: "s", Version: 1}},
		},
		{
			name: "delete a version", answer: `2`,
			call:  func(c *client.Client) (any, error) { return c.DeleteVersion(ctx, "s", 2, true) },
			asked: `DELETE /subjects/s/versions/2?permanent=true`, want: 2,
		},
		{
			name: "set a level", answer: `{"compatibility":"FULL","normalize":true}`,
			call: func(c *client.Client) (any, error) {
				return c.SetConfig(ctx, "s", client.Config{Level: "FULL"}, "compatibilityGroup")
			},
			asked: `PUT /config/s {"compatibility":"FULL","compatibilityGroup":null}`,
			want:  client.Config{Level: "FULL", Normalize: new(true)},
		},
		{
			name: "global mode", answer: `{"mode":"READWRITE"}`,
			call:  func(c *client.Client) (any, error) { return c.Mode(ctx, "", false) },
			asked: `GET /mode`, want: "READWRITE",
		},
		{
			name: "delete a mode", answer: `{"mode":"READONLY"}`,
			call:  func(c *client.Client) (any, error) { return c.DeleteMode(ctx, "s") },
			asked: `DELETE /mode/s`, want: "READONLY",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, asked := serve(t, exchange{200, tt.answer})
			got, err := tt.call(c)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]string{tt.asked}, *asked); diff != "" {
				t.Errorf("request (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRefusalsAreTyped(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		answer exchange
		want   client.Error
	}{
		{"with a body", exchange{404, `{"error_code":40403,"message":"Schema 9 not found"}`}, client.Error{Status: 404, Code: 40403, Message: "Schema 9 not found"}},
		{"from a proxy", exchange{404, `<html>`}, client.Error{Status: 404, Code: 404, Message: "HTTP 404 Not Found"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, asked := serve(t, tt.answer)
			_, err := c.ByID(t.Context(), 9, "")
			var refusal *client.Error
			if !errors.As(err, &refusal) || *refusal != tt.want || !client.IsNotFound(err) {
				t.Errorf("got %#v, want %#v", err, tt.want)
			}
			if len(*asked) != 1 {
				t.Errorf("asked %d times for what the registry does not have, want once", len(*asked))
			}
		})
	}
}

func TestRepeatsWhatIsSafeToRepeat(t *testing.T) {
	t.Parallel()
	down := exchange{500, `{"error_code":50001,"message":"the store is out of reach"}`}
	t.Run("until it succeeds", func(t *testing.T) {
		t.Parallel()
		c, asked := serve(t, down, down, exchange{200, `{"id":1}`})
		got, err := c.Register(t.Context(), "s", client.Schema{Text: `"int"`}, client.RegisterOptions{})
		if err != nil || got.ID != 1 || len(*asked) != 3 {
			t.Errorf("got ID %d and %v after %d requests, want 1 after 3", got.ID, err, len(*asked))
		}
	})
	t.Run("until the attempts are used up", func(t *testing.T) {
		t.Parallel()
		c, asked := serve(t, down)
		var refusal *client.Error
		if _, err := c.Versions(t.Context(), "s", false); !errors.As(err, &refusal) || refusal.Code != 50001 {
			t.Errorf("got %v, want 50001", err)
		}
		if len(*asked) != 4 {
			t.Errorf("asked %d times, want 4", len(*asked))
		}
	})
	t.Run("but no delete", func(t *testing.T) {
		t.Parallel()
		c, asked := serve(t, down)
		if _, err := c.DeleteSubject(t.Context(), "s", false); err == nil || len(*asked) != 1 {
			t.Errorf("asked %d times and got %v, want one refusal", len(*asked), err)
		}
	})
	t.Run("and not beyond the context", func(t *testing.T) {
		t.Parallel()
		c, asked := serve(t, down)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		if _, err := c.Versions(ctx, "s", false); err == nil || len(*asked) > 1 {
			t.Errorf("asked %d times and got %v, want one refusal", len(*asked), err)
		}
	})
	t.Run("after a lost connection", func(t *testing.T) {
		t.Parallel()
		var asked atomic.Int32
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if asked.Add(1) == 1 {
				panic(http.ErrAbortHandler)
			}
			io.WriteString(w, `[1]`)
		}))
		defer server.Close()
		c, err := client.New(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.Versions(t.Context(), "s", false); err != nil || len(got) != 1 {
			t.Errorf("got %v and %v, want [1]", got, err)
		}
	})
}

func TestCachesWhatCannotChange(t *testing.T) {
	t.Parallel()
	c, asked := serve(t, exchange{404, `{"error_code":40403,"message":"Schema 5 not found"}`}, exchange{200, `{"schema":"\"int\""}`})
	if _, err := c.ByID(t.Context(), 5, ""); !client.IsNotFound(err) {
		t.Fatalf("got %v, want not found", err)
	}
	for range 3 {
		if s, err := c.ByID(t.Context(), 5, ""); err != nil || s.Text != `"int"` || s.ID != 5 {
			t.Fatalf("got %+v and %v", s, err)
		}
	}
	if len(*asked) != 2 {
		t.Errorf("asked %d times, want a miss and a hit", len(*asked))
	}
	if _, err := c.ByID(t.Context(), 5, ":.other:"); err != nil || len(*asked) != 3 {
		t.Errorf("asked %d times and got %v: IDs of another context are other schemas", len(*asked), err)
	}
}

// A client that may keep nothing asks each time.
func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		io.WriteString(w, `{"schema":"\"int\""}`)
	}))
	defer server.Close()
	c, err := client.New(server.URL, client.WithCacheBytes(0))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if s, err := c.ByID(t.Context(), 5, ""); err != nil || s.Text != `"int"` {
			t.Errorf("got %+v and %v", s, err)
		}
	}
	if n := asked.Load(); n != 2 {
		t.Errorf("asked %d times, want 2", n)
	}
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	var got string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Get("Authorization")
		io.WriteString(w, `[]`)
	}))
	defer server.Close()
	tests := []struct {
		name   string
		base   string
		option client.Option
		want   string
	}{
		{"bearer", server.URL, client.WithBearer("t0ken"), "Bearer t0ken"},
		{"basic", server.URL, client.WithBasic("ada", "pw"), "Basic YWRhOnB3"},
		{"in the URL", strings.Replace(server.URL, "//", "//ada:pw@", 1), client.WithAttempts(1), "Basic YWRhOnB3"},
	}
	for _, tt := range tests {
		c, err := client.New(tt.base, tt.option)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Contexts(t.Context()); err != nil || got != tt.want {
			t.Errorf("%s: sent %q, want %q (%v)", tt.name, got, tt.want, err)
		}
	}
}

func TestNewRefusesWhatIsNoURL(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"", "localhost:8081", "ftp://host", "http://", "http://[::1"} {
		if _, err := client.New(base); err == nil {
			t.Errorf("New(%q) gave no error", base)
		}
	}
}
