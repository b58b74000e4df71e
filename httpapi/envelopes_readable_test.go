package httpapi

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What somebody may not read does not exist for him: he is told what he would be told if nobody had ever registered it.
func TestMessagesOfOthers(t *testing.T) {
	t.Parallel()
	handler, _ := guarded(t, credentials(t))
	for _, request := range []string{
		`POST /subjects/orders-other/versions {"schema":"\"long\""}`, // the schema of secret, with its ID
		`POST /subjects/secret/versions {"schema":"\"double\""}`,     // ID 3
		`PUT /envelopes/types/secret.made {"subject":"secret"}`,
		`PUT /envelopes/aliases/glue/00112233-4455-6677-8899-aabbccddeeff {"subject":"secret","version":2}`,
	} {
		if status, body := as(handler, request, "Bearer token-root"); status != http.StatusOK {
			t.Fatalf("%s: %d %s", request, status, body)
		}
	}
	hidden := []struct{ name, secret, nothing string }{
		{"a subject", `validate {"subject":"secret","payload":null}`, `validate {"subject":"nobody","payload":null}`},
		{"a version", `validate {"subject":"secret","version":9,"payload":null}`, `validate {"subject":"nobody","version":9,"payload":null}`},
		{"an alias of a subject", `decode {"subject":"orders-alias","framing":"none","payload":"Ag=="}`, `decode {"subject":"nobody","framing":"none","payload":"Ag=="}`},
		{"an ID", `decode {"framing":"confluent","payload":"AAAAAAMC"}`, `decode {"framing":"confluent","payload":"AAAAAAkC"}`},
		{"magic", `inspect {"payload":"AAAAAAMAAAAAAAAAAA=="}`, `inspect {"payload":"AAAAAAkAAAAAAAAAAA=="}`},
		{"a target", `upcast {"payload":"AAAAAAEC","target":{"id":3}}`, `upcast {"payload":"AAAAAAEC","target":{"id":9}}`},
		{"another registry's ID", `validate {"framing":"glue","payload":"AwAAESIzRFVmd4iZqrvM3e7/AA=="}`, `validate {"framing":"glue","payload":"AwABESIzRFVmd4iZqrvM3e7/AA=="}`},
		{"a type", `validate {"framing":"event","data":{"id":"e","type":"secret.made","timestamp":"2025-01-01T00:00:00Z","data":1}}`,
			`validate {"framing":"event","data":{"id":"e","type":"nobody.made","timestamp":"2025-01-01T00:00:00Z","data":1}}`},
		{"a reference", `upcast {"payload":"AAAAAAEC","target":{"schema":"\"long\"","references":[{"name":"x","subject":"secret","version":1}]}}`,
			`upcast {"payload":"AAAAAAEC","target":{"schema":"\"long\"","references":[{"name":"x","subject":"nobody","version":1}]}}`},
		{"a context", `validate {"subject":":.other:theirs","payload":null}`, `validate {"subject":":.other:nobody","payload":null}`},
	}
	for _, tt := range hidden {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			wantStatus, want := as(handler, "POST /envelopes/"+tt.nothing, "Bearer token-orders")
			status, got := as(handler, "POST /envelopes/"+tt.secret, "Bearer token-orders")
			for _, name := range []string{"orders-alias", "secret", "theirs"} {
				got = strings.ReplaceAll(got, name, "nobody")
			}
			if diff := cmp.Diff(want, got); status != wantStatus || diff != "" {
				t.Errorf("%d, want %d (-of nothing +of what is hidden):\n%s", status, wantStatus, diff)
			}
			if status, body := as(handler, "POST /envelopes/"+tt.secret, "Bearer token-root"); status == wantStatus && body == got {
				t.Errorf("root is told the same: %s", body)
			}
		})
	}
}

// An ID that several subjects have is known to whoever may read one of them.
func TestMessagesOfSeveralSubjects(t *testing.T) {
	t.Parallel()
	handler, _ := guarded(t, credentials(t))
	if status, body := as(handler, `POST /subjects/orders-z/versions {"schema":"\"long\""}`, "Bearer token-root"); status != http.StatusOK {
		t.Fatal(body)
	}
	if status, body := as(handler, `POST /subjects/a/versions {"schema":"\"long\""}`, "Bearer token-root"); status != http.StatusOK {
		t.Fatal(body)
	}
	status, body := as(handler, `POST /envelopes/validate {"framing":"confluent","payload":"AAAAAAIC"}`, "Bearer token-orders")
	if status != http.StatusOK || !strings.Contains(body, `"valid":true`) || !strings.Contains(body, `"subject":"orders-z"`) {
		t.Errorf("%d %s", status, body)
	}
	if status, _ := as(handler, `POST /envelopes/validate {"payload":null}`, ""); status != http.StatusUnauthorized {
		t.Errorf("somebody unknown: %d, want 401", status)
	}
}
