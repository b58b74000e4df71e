package httpapi

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestChecksOfOthersSubjects asks for subjects of which some may not be read: each of those is refused, and nothing else.
func TestChecksOfOthersSubjects(t *testing.T) {
	t.Parallel()
	handler, _ := guarded(t, credentials(t))
	refer := `,"references":[{"name":"a","subject":"secret","version":-1}]}`
	tests := []struct {
		name, user, path string
		subjects         []string // elements of the request
		want             []string // of each its subject and error_code, 0 for none
	}{
		{"by name", "orders", "/checks",
			[]string{`{"subject":"orders-value","schema":"\"int\""}`, `{"subject":"secret","schema":"\"long\""}`, `{"subject":"orders-new","schema":"\"int\""}`},
			[]string{"orders-value 0", "secret 403", "orders-new 0"}},
		{"an alias opens nothing, and does not say what it leads to", "orders", "/checks",
			[]string{`{"subject":"orders-alias","schema":"\"long\""}`},
			[]string{"orders-alias 403"}},
		{"a reference shows what it names", "orders", "/checks",
			[]string{`{"subject":"orders-new","schema":"\"int\""` + refer, `{"subject":"orders-value","schema":"\"int\""}`},
			[]string{"orders-new 403", "orders-value 0"}},
		{"proposing a subject does not open it", "orders", "/checks",
			[]string{`{"subject":"secret","schema":"\"long\""}`, `{"subject":"orders-new","schema":"\"int\""` + refer},
			[]string{"secret 403", "orders-new 403"}},
		{"below a context", "other", "/contexts/other/checks",
			[]string{`{"subject":"theirs","schema":"\"string\""}`, `{"subject":":.:orders-value","schema":"\"int\""}`},
			[]string{":.other:theirs 0", "orders-value 403"}},
		{"everything", "reader", "/checks",
			[]string{`{"subject":"secret","schema":"\"long\""}`},
			[]string{"secret 0"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			request := "POST " + tt.path + ` {"subjects":[` + strings.Join(tt.subjects, ",") + "]}"
			status, body := as(handler, request, "Bearer token-"+tt.user)
			var answer checksAnswer
			if err := json.Unmarshal([]byte(body), &answer); err != nil || status != 200 {
				t.Fatalf("%s: %d %s: %v", request, status, body, err)
			}
			var got []string
			for _, s := range answer.Subjects {
				code := 0
				if s.Error != nil {
					code = s.Error.Code
				}
				got = append(got, fmt.Sprint(s.Subject, " ", code))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", request, diff)
			}
		})
	}
}
