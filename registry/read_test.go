package registry

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/schema"
)

// outcomeOf prints a version as subject and number, or an error as code and message.
func outcomeOf(v Version, err error) string {
	if err != nil {
		return refusalOf(err)
	}
	return numbered([]Version{v})[0]
}

func refusalOf(err error) string {
	var e *Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &e):
		return fmt.Sprintf("%d %s", e.Code, e.Message)
	}
	return err.Error()
}

func TestVersionTellsAll(t *testing.T) {
	t.Parallel()
	k := newScript(t)
	k.register("money", registration{text: "money"})
	r := registration{
		text:       "orders",
		references: []schema.Reference{{Name: "Money", Subject: "money", Version: 1}},
		metadata:   &schema.Metadata{Properties: map[string]string{"owner": "shop"}, Tags: map[string][]string{"**.ssn": {"PII"}}},
		ruleSet:    &schema.RuleSet{DomainRules: []schema.Rule{{Name: "r", Kind: "CONDITION", Mode: "WRITE", Type: "CEL", Expr: "true"}}},
	}
	got := k.register("orders", r)
	want := Version{
		Subject: Subject{".", "orders"}, Number: 1, ID: 2, Type: schema.Avro, Text: "orders",
		GUID:       schema.Identify(r.text, r.references, r.metadata, r.ruleSet),
		References: r.references, Metadata: r.metadata, RuleSet: r.ruleSet,
		Time: time.UnixMilli(1_700_000_000_002).UTC(), Actor: "ci", Seq: 2,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	k.delete("orders", 1)
	want.Deleted, want.Seq = true, 3
	got, err := k.state.Version(want.Subject, 1, true)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("soft-deleted: %v, -want +got:\n%s", err, diff)
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	k := newScript(t)
	k.texts("two", "a", "b")
	k.texts("newest-gone", "a", "b", "c")
	k.delete("newest-gone", 3)
	k.texts("gone", "a", "b")
	k.delete("gone", 1, 2)
	k.texts(":.ctx:there", "a")
	k.texts(":.ctx:two", "x", "y", "z")
	tests := []struct {
		subject string
		number  int
		deleted bool
		want    string
		found   string // by FindVersion, where that is another
	}{
		{subject: "two", number: 1, want: "two/1"},
		{subject: "two", number: LatestVersion, want: "two/2"},
		{subject: ":.:two", number: 2, want: "two/2"},
		{subject: "two", number: 3, want: "40402 Version 3 not found.", found: ":.ctx:two/3"},
		{subject: "two", number: 4, want: "40402 Version 4 not found."},
		{subject: "none", number: 1, want: "40401 Subject 'none' not found."},
		{subject: ":.ctx:none", number: 1, want: "40401 Subject ':.ctx:none' not found."},
		{subject: ":.other:two", number: 1, want: "40401 Subject ':.other:two' not found."},
		{subject: "newest-gone", number: 3, want: "40402 Version 3 not found."},
		{subject: "newest-gone", number: 3, deleted: true, want: "newest-gone/3"},
		{subject: "newest-gone", number: LatestVersion, want: "newest-gone/2"},
		{subject: "newest-gone", number: LatestVersion, deleted: true, want: "newest-gone/2"},
		{subject: "gone", number: 1, want: "40401 Subject 'gone' not found."},
		{subject: "gone", number: 1, deleted: true, want: "gone/1"},
		{subject: "gone", number: LatestVersion, want: "40401 Subject 'gone' not found."},
		{subject: "gone", number: LatestVersion, deleted: true, want: "40402 Version -1 not found."},
		{subject: "there", number: 1, want: "40401 Subject 'there' not found.", found: ":.ctx:there/1"},
		{subject: "there", number: LatestVersion, want: "40401 Subject 'there' not found.", found: ":.ctx:there/1"},
		{subject: ":.ctx:two", number: 3, want: ":.ctx:two/3"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s %d %t", tt.subject, tt.number, tt.deleted), func(t *testing.T) {
			t.Parallel()
			if got := outcomeOf(k.state.Version(ParseSubject(tt.subject), tt.number, tt.deleted)); got != tt.want {
				t.Errorf("Version: got %s, want %s", got, tt.want)
			}
			if tt.found == "" {
				tt.found = tt.want
			}
			if got := outcomeOf(k.state.FindVersion(ParseSubject(tt.subject), tt.number, tt.deleted)); got != tt.found {
				t.Errorf("FindVersion: got %s, want %s", got, tt.found)
			}
		})
	}
}

func TestVersions(t *testing.T) {
	t.Parallel()
	k := newScript(t)
	k.texts("some-gone", "a", "b", "c")
	k.delete("some-gone", 2)
	k.texts("gone", "a")
	k.delete("gone", 1)
	k.texts("imported", "a")
	k.register("imported", registration{text: "b", version: 1<<31 - 1})
	tests := []struct {
		name    string
		subject string
		filter  VersionFilter
		want    []VersionNumber
		err     string
	}{
		{name: "active", subject: "some-gone", want: []VersionNumber{{1, false}, {3, false}}},
		{name: "with deleted", subject: "some-gone", filter: VersionFilter{Deleted: true}, want: []VersionNumber{{1, false}, {2, true}, {3, false}}},
		{name: "only deleted", subject: "some-gone", filter: VersionFilter{DeletedOnly: true}, want: []VersionNumber{{2, true}}},
		{name: "only beats with", subject: "some-gone", filter: VersionFilter{true, true}, want: []VersionNumber{{2, true}}},
		{name: "all gone", subject: "gone", err: "40401 Subject 'gone' not found."},
		{name: "all gone, with deleted", subject: "gone", filter: VersionFilter{Deleted: true}, want: []VersionNumber{{1, true}}},
		{name: "none deleted", subject: "imported", filter: VersionFilter{DeletedOnly: true}, err: "40401 Subject 'imported' not found."},
		{name: "a gap", subject: "imported", want: []VersionNumber{{1, false}, {1<<31 - 1, false}}},
		{name: "unknown", subject: "none", err: "40401 Subject 'none' not found."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := k.state.Versions(ParseSubject(tt.subject), tt.filter)
			if diff := cmp.Diff(tt.want, got); diff != "" || refusalOf(err) != tt.err {
				t.Errorf("error %v, want %s; -want +got:\n%s", err, tt.err, diff)
			}
		})
	}
}

func TestByMetadata(t *testing.T) {
	t.Parallel()
	k := newScript(t)
	for i, owner := range []string{"a", "b", "a"} {
		k.register("s", registration{
			text:     fmt.Sprint(i),
			metadata: &schema.Metadata{Properties: map[string]string{"owner": owner, "n": fmt.Sprint(i)}},
		})
	}
	k.texts("s", "without")
	k.delete("s", 3)
	k.texts("gone", "x")
	k.delete("gone", 1)
	tests := []struct {
		name    string
		subject string
		pairs   map[string]string
		deleted bool
		want    string
	}{
		{name: "newest active", subject: "s", pairs: map[string]string{"owner": "a"}, want: "s/1"},
		{name: "newest", subject: "s", pairs: map[string]string{"owner": "a"}, deleted: true, want: "s/3"},
		{name: "all pairs", subject: "s", pairs: map[string]string{"owner": "b", "n": "1"}, want: "s/2"},
		{name: "one pair differs", subject: "s", pairs: map[string]string{"owner": "b", "n": "0"}, want: "40403 Schema not found"},
		{name: "no pairs", subject: "s", want: "s/4"},
		{name: "unknown", subject: "none", want: "40401 Subject 'none' not found."},
		{name: "all gone", subject: "gone", want: "40401 Subject 'gone' not found."},
		{name: "all gone, with deleted", subject: "gone", deleted: true, want: "gone/1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := outcomeOf(k.state.ByMetadata(ParseSubject(tt.subject), tt.pairs, tt.deleted)); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestReferencedBy(t *testing.T) {
	t.Parallel()
	k := newScript(t)
	to := func(subject string, version int) []schema.Reference {
		return []schema.Reference{{Name: "Money", Subject: subject, Version: version}}
	}
	k.texts("money", "m1", "m2")                                              // IDs 1, 2
	k.texts(":.b:money", "other")                                             // 1 in .b
	k.register("orders", registration{text: "o", references: to("money", 1)}) // 3
	k.register("refunds", registration{text: "r", references: to(":.:money", 1)})
	k.register("copies", registration{text: "o", references: to("money", 1)}) // 3 again
	k.register(":.b:orders", registration{text: "o", references: to("money", 1)})
	k.register(":.b:across", registration{text: "x", references: to(":.:money", 1)})
	k.register("old", registration{text: "old", references: to("money", 1)}) // 5
	k.delete("old", 1)
	k.delete("money", 1)
	tests := []struct {
		name    string
		subject string
		number  int
		deleted bool
		want    []int
		err     string
	}{
		{name: "soft-deleted target", subject: "money", number: 1, want: []int{3, 4, 3}},
		{name: "with deleted referrers", subject: "money", number: 1, deleted: true, want: []int{3, 4, 5, 3}},
		{name: "none", subject: "money", number: 2, want: []int{}},
		{name: "latest", subject: ":.b:money", number: LatestVersion, want: []int{2}},
		{name: "no version", subject: "money", number: 3, err: "40402 Version 3 not found."},
		{name: "no subject", subject: "none", number: 1, err: "40401 Subject 'none' not found."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := k.state.ReferencedBy(ParseSubject(tt.subject), tt.number, tt.deleted)
			if diff := cmp.Diff(tt.want, got); diff != "" || refusalOf(err) != tt.err {
				t.Errorf("error %v, want %s; -want +got:\n%s", err, tt.err, diff)
			}
		})
	}
}

func TestDependencies(t *testing.T) {
	t.Parallel()
	k := newScript(t)
	ref := func(name, subject string, version int) schema.Reference {
		return schema.Reference{Name: name, Subject: subject, Version: version}
	}
	k.texts(":.c:base", "base 1", "base 2")
	k.register(":.c:left", registration{text: "left", references: []schema.Reference{ref("Base", "base", 1)}})
	k.register(":.c:right", registration{text: "right", references: []schema.Reference{ref("Base", "base", 2), ref("Left", "left", 1)}})
	k.texts("base", "another context's")
	top := k.register("top", registration{text: "top", references: []schema.Reference{ref("Right", ":.c:right", 1), ref("Left", ":.c:left", 1), ref("B", "base", 1)}})
	k.delete(":.c:base", 2)
	want := []schema.Dependency{
		{Reference: ref("Base", "base", 2), Text: "base 2"},
		{Reference: ref("Left", "left", 1), Text: "left"},
		{Reference: ref("Right", ":.c:right", 1), Text: "right"},
		{Reference: ref("B", "base", 1), Text: "another context's"},
	}
	if diff := cmp.Diff(want, k.state.Dependencies(top)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	d := dependencies{state: k.state, seen: map[string]bool{}}
	d.add(".", top.References)
	if diff := cmp.Diff([]schema.Reference{ref("Base", "base", 2)}, d.missing); diff != "" {
		t.Errorf("missing without soft-deleted ones: -want +got:\n%s", diff)
	}
}

func TestParseVersion(t *testing.T) {
	t.Parallel()
	bad := func(s string) string {
		return fmt.Sprintf(`42202 The specified version '%s' is not a valid version id. Allowed values are between [1, 2^31-1] and the string "latest"`, s)
	}
	tests := []struct {
		in   string
		want int
		err  string
	}{
		{in: "1", want: 1},
		{in: " 12 ", want: 12},
		{in: "2147483647", want: 1<<31 - 1},
		{in: "latest", want: LatestVersion},
		{in: "LaTest", want: LatestVersion},
		{in: "-1", want: LatestVersion},
		{in: "0", err: bad("0")},
		{in: "-2", err: bad("-2")},
		{in: "2147483648", err: bad("2147483648")},
		{in: "1.0", err: bad("1.0")},
		{in: "", err: bad("")},
		{in: "earliest", err: bad("earliest")},
	}
	for _, tt := range tests {
		t.Run(tt.in, func(t *testing.T) {
			t.Parallel()
			if got, err := ParseVersion(tt.in); got != tt.want || refusalOf(err) != tt.err {
				t.Errorf("got %d and %v, want %d and %s", got, err, tt.want, tt.err)
			}
		})
	}
}
