package httpapi

import (
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func ask(query string) *call { return &call{r: httptest.NewRequest("GET", "/?"+query, nil)} }

func TestBooleanParameters(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]bool{"": false, "deleted=true": true, "deleted=TRUE": true, "deleted=false": false,
		"deleted=maybe": false, "deleted": false, "deleted=%zz": false} {
		if got := ask(query).is("deleted"); got != want {
			t.Errorf("?%s is %v, want %v", query, got, want)
		}
	}
	if got := ask("normalise=true").maybe("normalize"); got != nil {
		t.Errorf("an absent parameter is %v, want nil", *got)
	}
}

func TestDurationParameters(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]time.Duration{"": 0, "wait=5": 5 * time.Second, "wait=20ms": 20 * time.Millisecond, "wait=1h": maxWait} {
		if got, err := ask(query).duration("wait"); got != want || err != nil {
			t.Errorf("?%s is %v, %v, want %v", query, got, err, want)
		}
	}
	for _, query := range []string{"wait=-1s", "wait=soon"} {
		if got, err := ask(query).duration("wait"); err == nil {
			t.Errorf("?%s is %v, want an error", query, got)
		}
	}
}

func TestPage(t *testing.T) {
	t.Parallel()
	items := []int{1, 2, 3, 4, 5}
	tests := []struct {
		name, query string
		most        int
		want        []int
	}{
		{"all", "", 10, items},
		{"limit", "limit=2", 10, []int{1, 2}},
		{"offset", "offset=3", 10, []int{4, 5}},
		{"both", "offset=1&limit=2", 10, []int{2, 3}},
		{"limit 0 is the most", "limit=0", 3, []int{1, 2, 3}},
		{"limit below 0 is the most", "limit=-7", 3, []int{1, 2, 3}},
		{"limit above the most is the most", "limit=4", 3, []int{1, 2, 3}},
		{"offset below 0 is 0", "offset=-1", 3, []int{1, 2, 3}},
		{"offset past the end", "offset=9", 3, []int{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := page(ask(tt.query), items, tt.most)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("page(?%s, most %d) (-want +got):\n%s", tt.query, tt.most, diff)
			}
		})
	}
}

func TestPageOf(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, query string
		want        []int
		taken       int
	}{
		{"the most", "", []int{0, 1, 2}, 3},
		{"limit", "limit=2", []int{0, 1}, 2},
		{"limit above the most", "limit=4", []int{0, 1, 2}, 3},
		{"both", "offset=1&limit=2", []int{1, 2}, 3},
		{"the end", "offset=4", []int{4}, 5},
		{"past the end", "offset=9", []int{}, 5},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			taken := 0
			items := func(yield func(int) bool) {
				for i := 0; i < 5; i++ {
					if taken++; !yield(i) {
						return
					}
				}
			}
			got, err := pageOf(ask(tt.query), items, 3)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("pageOf(?%s) (-want +got):\n%s", tt.query, diff)
			}
			if taken != tt.taken {
				t.Errorf("pageOf(?%s) took %d items, want %d", tt.query, taken, tt.taken)
			}
		})
	}
}

func TestQueryOf(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, target, want string
		refused            bool
	}{
		{"none", "/subjects", "", false},
		{"encoded", "/subjects?subjectPrefix=a%2Fb+c", "subjectPrefix=a%2Fb+c", false},
		{"a semicolon is data", "/subjects?subjectPrefix=a;b&deleted=true", "subjectPrefix=a%3Bb&deleted=true", false},
		{"letters as they are", "/subjects?subjectPrefix=ü", "subjectPrefix=ü", false},
		{"half an escape", "/subjects?subjectPrefix=a%2", "", true},
		{"no escape", "/subjects?subjectPrefix=100%zz", "", true},
		{"no UTF-8", "/subjects?subjectPrefix=%ff", "", true},
		{"no UTF-8 in the path", "/subjects/%ff", "", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			u, err := url.Parse(tt.target)
			if err != nil {
				t.Fatal(err)
			}
			got, err := queryOf(u)
			if got != tt.want || (err != nil) != tt.refused {
				t.Errorf("queryOf(%s) = %q, %v, want %q, refused %v", tt.target, got, err, tt.want, tt.refused)
			}
		})
	}
}
