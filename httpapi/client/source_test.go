package client_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/httpapi/client"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

func TestSourceFindsVersions(t *testing.T) {
	t.Parallel()
	id, err := schema.ParseGUID(guid)
	if err != nil {
		t.Fatal(err)
	}
	const missingSchema, missingSubject, missingVersion = "no schema", "no subject", "no version"
	tests := []struct {
		name string
		base string
		ask  envelope.Name
		want string // subject, number and ID, or what is missing
	}{
		{"by number", root, envelope.Name{Subject: "outer", Text: "2"}, "outer 2 7"},
		{"the latest", root, envelope.Name{Subject: "outer", Text: envelope.Latest}, "outer 2 7"},
		{"by label", root, envelope.Name{Subject: "outer", Text: "1.0"}, "outer 2 7"},
		{"no such label", root, envelope.Name{Subject: "outer", Text: "2.0"}, missingVersion},
		{"no number is below one", root, envelope.Name{Subject: "outer", Text: "-1"}, missingVersion},
		{"no such version", root, envelope.Name{Subject: "outer", Text: "9"}, missingVersion},
		{"no such subject", root, envelope.Name{Subject: "unknown", Text: "1"}, missingSubject},
		{"by ID", root, envelope.Name{Kind: envelope.ByID, ID: 7}, "outer 2 7"},
		{"by ID, of a subject", root, envelope.Name{Kind: envelope.ByID, ID: 7, Subject: "outer"}, "outer 2 7"},
		{"by ID, of an alias", root, envelope.Name{Kind: envelope.ByID, ID: 7, Subject: "alias"}, "outer 2 7"},
		{"by ID, of another subject", root, envelope.Name{Kind: envelope.ByID, ID: 7, Subject: "other"}, missingSchema},
		{"by ID, where answers do not say the subject", root, envelope.Name{Kind: envelope.ByID, ID: 8}, "plain 3 8"},
		{"no such ID", root, envelope.Name{Kind: envelope.ByID, ID: 70}, missingSchema},
		{"by GUID", root, envelope.Name{Kind: envelope.ByGUID, GUID: id}, "outer 2 7"},
		{"by GUID, in a context", root, envelope.Name{Kind: envelope.ByGUID, Context: ".b", GUID: id}, ":.b:outer 1 2"},
		{"by GUID, in another context", root, envelope.Name{Kind: envelope.ByGUID, Context: ".c", GUID: id}, missingSchema},
		{"a number is spelled in one way", root, envelope.Name{Subject: "outer", Text: "+2"}, missingVersion},
		{"by GUID, of a subject in no such context", root, envelope.Name{Kind: envelope.ByGUID, Context: ".c", Subject: "outer", GUID: id}, missingSchema},
		{"in a context", root, envelope.Name{Context: "b", Subject: "outer", Text: "1"}, ":.b:outer 1 2"},
		{"in the context of the subject", root, envelope.Name{Context: ".c", Subject: ":.b:outer", Text: "1"}, ":.b:outer 1 2"},
		{"in the context of the base", root + "/contexts/.b", envelope.Name{Subject: "outer", Text: "1"}, ":.b:outer 1 2"},
		{"in the default context, from another base", root + "/contexts/.b", envelope.Name{Context: ".", Subject: "outer", Text: "2"}, "outer 2 7"},
		{"by ID in a context", root, envelope.Name{Kind: envelope.ByID, Context: ".b", ID: 2}, ":.b:outer 1 2"},
		{"by alias", root, envelope.Name{Kind: envelope.ByAlias, System: envelope.GlueID, Text: "x/y"}, "outer 2 7"},
		{"no such alias", root, envelope.Name{Kind: envelope.ByAlias, System: envelope.GlueID, Text: "z"}, missingSchema},
		{"by fingerprint", root, envelope.Name{Kind: envelope.ByFingerprint, Rabin: 0x0123456789abcdef}, "outer 2 7"},
		{"no such fingerprint", root, envelope.Name{Kind: envelope.ByFingerprint, Rabin: 1}, missingSchema},
		{"no such fingerprint in a subject", root, envelope.Name{Kind: envelope.ByFingerprint, Subject: "outer", Rabin: 1}, missingSchema},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, _ := source(t, tt.base, shop())
			v, err := s.Version(t.Context(), tt.ask)
			got := fmt.Sprint(v.Subject, " ", v.Number, " ", v.ID)
			if err != nil {
				got = err.Error()
			}
			var unknown *envelope.Unknown
			if errors.As(err, &unknown) {
				got = []string{missingSchema, missingSubject, missingVersion}[unknown.Missing]
			}
			if got != tt.want {
				t.Errorf("%+v is %s, want %s", tt.ask, got, tt.want)
			}
		})
	}
}

// What the names of one version lead to is one parsed schema, with its references, and so are names of equal content.
func TestSourceParsesOnce(t *testing.T) {
	t.Parallel()
	s, p := source(t, root, shop())
	first, err := s.Version(t.Context(), envelope.Name{Kind: envelope.ByID, ID: 7})
	if err != nil {
		t.Fatal(err)
	}
	if first.GUID.String() != guid {
		t.Errorf("GUID %s, want %s", first.GUID, guid)
	}
	for _, n := range []envelope.Name{
		{Subject: "outer", Text: "2"},
		{Subject: "outer", Text: "latest"},
		{Context: ".b", Subject: "outer", Text: "1"},
		{Kind: envelope.ByFingerprint, Subject: "outer", Rabin: first.Schema.(*avro.Schema).Rabin()},
	} {
		if v, err := s.Version(t.Context(), n); err != nil || v.Schema != first.Schema {
			t.Errorf("%+v: another schema, or %v", n, err)
		}
	}
	if n := p.count("GET /subjects/inner/versions/1?deleted=true"); n != 1 {
		t.Errorf("the reference was asked for %d times", n)
	}
}

// What cannot change is asked for once; the rest again when its time has passed, and what fails after a second.
func TestSourceAsksAgain(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		ask   func(context.Context, *client.Source) error
		uri   string
		times []int // asked by 0 s, 0.9 s, 1.1 s, 29 s and 31 s
	}{
		{"an ID", version(envelope.Name{Kind: envelope.ByID, ID: 7}), "GET /schemas/ids/7?subject=", []int{1, 1, 1, 1, 1}},
		{"a number", version(envelope.Name{Subject: "outer", Text: "2"}), "GET /subjects/outer/versions/2?deleted=true", []int{1, 1, 1, 1, 1}},
		{"the latest", version(envelope.Name{Subject: "outer", Text: "latest"}), "GET /subjects/outer/versions/latest", []int{1, 1, 1, 1, 2}},
		{"a label", version(envelope.Name{Subject: "outer", Text: "1.0"}), "GET /subjects/outer/labels", []int{1, 1, 1, 1, 2}},
		{"an unknown ID", version(envelope.Name{Kind: envelope.ByID, ID: 70}), "GET /schemas/ids/70?subject=", []int{1, 1, 2, 3, 4}},
		{"a type", binding("order.placed"), "GET /envelopes/types/order.placed", []int{1, 1, 1, 1, 2}},
		{"a type of which nothing is set", binding("x"), "GET /envelopes/types/x", []int{1, 1, 1, 1, 2}},
		{"an external ID", external, "GET /envelopes/aliases", []int{1, 1, 1, 1, 2}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, p := source(t, root, shop())
				start := time.Now()
				var times []int
				for _, at := range []time.Duration{0, 900, 1100, 29_000, 31_000} {
					time.Sleep(time.Until(start.Add(at * time.Millisecond)))
					err := tt.ask(t.Context(), s)
					if unknown := new(*envelope.Unknown); err != nil && !errors.As(err, unknown) {
						t.Fatal(err)
					}
					times = append(times, p.count(tt.uri))
				}
				if diff := cmp.Diff(tt.times, times); diff != "" {
					t.Errorf("asked (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func version(n envelope.Name) func(context.Context, *client.Source) error {
	return func(ctx context.Context, s *client.Source) error {
		_, err := s.Version(ctx, n)
		return err
	}
}

func binding(eventType string) func(context.Context, *client.Source) error {
	return func(ctx context.Context, s *client.Source) error {
		_, _, err := s.Binding(ctx, "", eventType)
		return err
	}
}

func external(ctx context.Context, s *client.Source) error {
	_, _, err := s.External(ctx, envelope.GlueID, envelope.Version{Subject: "outer", Number: 2})
	return err
}

// What can change is believed for as long as the caller says.
func TestSourceMaxAge(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, p := source(t, root, shop(), client.WithMaxAge(5*time.Second))
		ask := version(envelope.Name{Subject: "outer", Text: "latest"})
		for i, want := range []int{1, 1, 2} { // at 0 s, 4 s and 8 s
			if err := ask(t.Context(), s); err != nil {
				t.Fatal(err)
			}
			if got := p.count("GET /subjects/outer/versions/latest"); got != want {
				t.Errorf("after %d s asked %d times, want %d", 4*i, got, want)
			}
			time.Sleep(4 * time.Second)
		}
	})
}

// A schema that arrives is found a second later, and one that is kept is served while the registry is away.
func TestSourceRecovers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, p := source(t, root, map[string]string{})
		ask := version(envelope.Name{Kind: envelope.ByID, ID: 7})
		p.down = true
		if err := ask(t.Context(), s); err == nil || errors.As(err, new(*envelope.Unknown)) {
			t.Fatalf("a registry that is away: %v, want an error that says so", err)
		}
		p.down = false
		if err := ask(t.Context(), s); err == nil {
			t.Error("asked again at once")
		}
		time.Sleep(1100 * time.Millisecond)
		if err := ask(t.Context(), s); !errors.As(err, new(*envelope.Unknown)) {
			t.Errorf("an ID that is not there: %v, want unknown", err)
		}
		p.set("GET /schemas/ids/7?subject=", said("plain", 1, 7, `\"int\"`, ""))
		time.Sleep(1100 * time.Millisecond)
		if err := ask(t.Context(), s); err != nil {
			t.Errorf("an ID that has arrived: %v", err)
		}
		p.down = true
		time.Sleep(time.Hour)
		if err := ask(t.Context(), s); err != nil {
			t.Errorf("an ID that is kept, with the registry away: %v", err)
		}
	})
}

// Many who ask at once share one question. One who does not wait leaves the others what they wait for.
func TestSourceSharesQuestions(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, p := source(t, root, shop())
		p.delay = 10 * time.Second
		ask := version(envelope.Name{Kind: envelope.ByID, ID: 7})
		impatient, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() {
			if err := ask(impatient, s); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("the one who does not wait: %v", err)
			}
		})
		synctest.Wait()
		for range 50 {
			wg.Go(func() {
				if err := ask(t.Context(), s); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := p.count("GET /schemas/ids/7?subject="); n != 1 {
			t.Errorf("asked %d times, want once", n)
		}
	})
}

// However many names are asked for, what is kept has a bound; what is in use stays.
func TestSourceIsBounded(t *testing.T) {
	t.Parallel()
	answers := map[string]string{}
	for id := 1; id <= 500; id++ {
		answers[fmt.Sprintf("GET /schemas/ids/%d?subject=", id)] = said(fmt.Sprint("s", id), 1, id, `{\"type\":\"record\",\"name\":\"R`+fmt.Sprint(id)+`\",\"fields\":[]}`, "")
	}
	s, p := source(t, root, answers, client.WithSchemaBytes(200_000))
	for id := 1; id <= 500; id++ {
		for _, ask := range []int{id, 1} {
			if _, err := s.Version(t.Context(), envelope.Name{Kind: envelope.ByID, ID: ask}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n := p.count("GET /schemas/ids/1?subject="); n > 3 {
		t.Errorf("the schema in use was asked for %d times", n)
	}
	again := 0
	for id := 2; id <= 500; id++ {
		if _, err := s.Version(t.Context(), envelope.Name{Kind: envelope.ByID, ID: id}); err != nil {
			t.Fatal(err)
		}
		again += p.count(fmt.Sprintf("GET /schemas/ids/%d?subject=", id)) - 1
	}
	if again < 200 {
		t.Errorf("%d of 499 schemas were asked for again: more are kept than the bound allows", again)
	}
}

func TestSourceParsesTexts(t *testing.T) {
	t.Parallel()
	s, _ := source(t, root, func() map[string]string {
		all := shop()
		all["GET /subjects/inner/versions/latest"] = said("inner", 1, 1, inner, "")
		return all
	}())
	unescape := strings.NewReplacer(`\"`, `"`)
	tests := []struct {
		name string
		in   envelope.Inline
		want string // why it is refused
	}{
		{"with a reference", envelope.Inline{Text: unescape.Replace(outer), Type: schema.Avro, References: []schema.Reference{{Name: "Inner", Subject: "inner", Version: 1}}}, ""},
		{"with a reference to the latest", envelope.Inline{Text: unescape.Replace(outer), References: []schema.Reference{{Name: "Inner", Subject: "inner", Version: -1}}}, ""},
		{"Protobuf", envelope.Inline{Text: `syntax = "proto3"; message M {}`, Type: schema.Protobuf}, ""},
		{"no schema", envelope.Inline{Text: `"strng"`}, "Invalid schema"},
		{"no such type", envelope.Inline{Text: `{}`, Type: "JSON"}, "Invalid schema"},
		{"no such reference", envelope.Inline{Text: `"int"`, References: []schema.Reference{{Name: "X", Subject: "x", Version: 1}}}, "the reference X"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := s.Parse(t.Context(), "", tt.in)
			var refused *envelope.Error
			switch {
			case err == nil && tt.want != "":
				t.Errorf("it is read, want %q", tt.want)
			case err != nil && tt.want == "":
				t.Errorf("error %v", err)
			case err != nil && (!errors.As(err, &refused) || refused.Code != envelope.Unprocessable || !strings.Contains(refused.Message, tt.want)):
				t.Errorf("error %v, want a refusal with %q", err, tt.want)
			}
		})
	}
}

func TestSourceBindings(t *testing.T) {
	t.Parallel()
	s, _ := source(t, root, shop())
	rules, ok, err := s.Binding(t.Context(), "", "order.placed")
	if err != nil || !ok || rules.Subject != "outer" || rules.IDFormat != "ulid" {
		t.Errorf("rules %+v, %v, %v", rules.Settings, ok, err)
	}
	if _, ok, err := s.Binding(t.Context(), "", "x"); ok || err != nil {
		t.Errorf("a type of which nothing is set: %v, %v", ok, err)
	}
	id, ok, err := s.External(t.Context(), envelope.GlueID, envelope.Version{Subject: "outer", Number: 2})
	if err != nil || !ok || id != "a" {
		t.Errorf("external ID %q, %v, %v, want the first", id, ok, err)
	}
	if _, ok, err := s.External(t.Context(), envelope.ApicurioContent, envelope.Version{Subject: "outer", Number: 2}); ok || err != nil {
		t.Errorf("an external ID that there is not: %v, %v", ok, err)
	}
}
