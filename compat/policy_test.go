package compat

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/treatyhq/treaty/schema"
)

// spelled is lacks for letters of either case; a letter that the reader has in the other one alone breaks a policy.
func spelled(reader, writer schema.Schema, d Direction) Comparison {
	r, w := reader.Canonical(), writer.Canonical()
	c := lacks(text(strings.ToLower(r)), text(strings.ToLower(w)), d)
	for _, letter := range strings.Split(w, "") {
		if lower := strings.ToLower(letter); !strings.Contains(r, letter) && strings.Contains(strings.ToLower(r), lower) {
			c.Findings = append(c.Findings, Finding{
				Code: "CASE", Policy: "names", Path: lower, Severity: Warning, Direction: d, Message: "the case of " + lower + " changes",
			})
		}
	}
	return c
}

// numbered yields schemas as versions, the newest first.
func numbered(olds []string) iter.Seq2[Old, error] {
	var versions []Old
	for i, s := range olds {
		versions = append(versions, Old{Version: len(olds) - i, Schema: text(s)})
	}
	return Versions(versions...)
}

func TestPolicies(t *testing.T) {
	t.Parallel()
	const caseOfB = `{errorType:'CASE', description:'the case of b changes (path 'b')', additionalInfo:'policy names'}`
	on := Policies{"names"}
	tests := []struct {
		name   string
		latest string
		olds   []string // newest first
		opts   Options
		want   []string // messages, without the last one
		found  []string
	}{
		{"off", "aB", []string{"ab"}, Options{Level: Backward}, nil, []string{"warning CASE b [1]"}},
		{"another one is on", "aB", []string{"ab"}, Options{Level: Backward, Policies: Policies{"required"}}, nil, []string{"warning CASE b [1]"}},
		{"on", "aB", []string{"ab"}, Options{Level: Backward, Policies: on},
			[]string{caseOfB, "{oldSchemaVersion: 1}", "{oldSchema: 'ab'}"}, []string{"error CASE b [1]"}},
		{"nothing to refuse", "ab", []string{"ab"}, Options{Level: Backward, Policies: on}, nil, nil},
		{"NONE compares nothing", "aB", []string{"ab"}, Options{Level: None, Policies: on}, nil, nil},
		{"behind what the reference refuses", "B", []string{"ab"}, Options{Level: Backward, Policies: on},
			[]string{"new lacks a of old", caseOfB, "{oldSchemaVersion: 1}", "{oldSchema: 'ab'}"},
			[]string{"error CASE b [1]", "error LACKS a [1]"}},
		{"the reference refuses, the policy is off", "B", []string{"ab"}, Options{Level: Backward},
			[]string{"new lacks a of old", "{oldSchemaVersion: 1}", "{oldSchema: 'ab'}"},
			[]string{"error LACKS a [1]", "warning CASE b [1]"}},
		{"in both directions", "aB", []string{"ab"}, Options{Level: Full, Policies: on},
			[]string{caseOfB, caseOfB, "{oldSchemaVersion: 1}", "{oldSchema: 'ab'}"},
			[]string{"error CASE b [1]", "error CASE b [1]"}},
		{"the newest that a policy refuses", "aB", []string{"aB", "ab", "B", "abc"}, Options{Level: BackwardTransitive, Policies: on},
			[]string{caseOfB, "{oldSchemaVersion: 3}", "{oldSchema: 'ab'}"},
			[]string{"error CASE b [3 1]", "error LACKS c [1]"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := Check(spelled, text(tt.latest), numbered(tt.olds), tt.opts)
			if err != nil {
				t.Fatal(err)
			}
			want := tt.want
			if want != nil {
				want = append(slices.Clone(want), fmt.Sprintf("{validateFields: 'false', compatibility: '%s'}", tt.opts.Level))
			}
			if diff := cmp.Diff(want, got.Messages); diff != "" || got.Compatible != (want == nil) {
				t.Errorf("compatible %t; messages (-want +got):\n%s", got.Compatible, diff)
			}
			var found []string
			for _, f := range got.Findings {
				found = append(found, fmt.Sprint(f.Severity, " ", f.Code, " ", f.Path, " ", f.Versions))
			}
			slices.Sort(found)
			if diff := cmp.Diff(tt.found, found); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPoliciesLeaveComparisonsAlone checks twice what is compared once.
func TestPoliciesLeaveComparisonsAlone(t *testing.T) {
	t.Parallel()
	shared := spelled(text("aB"), text("ab"), NewReadsOld)
	remembered := func(_, _ schema.Schema, _ Direction) Comparison { return shared }
	for _, on := range []Policies{nil, {"names"}, nil, {"names"}} {
		report, err := Check(remembered, text("aB"), numbered([]string{"ab"}), Options{Level: Backward, Policies: on})
		if err != nil {
			t.Fatal(err)
		}
		if want := len(on) == 0; report.Compatible != want {
			t.Errorf("with %v: compatible %t", on, report.Compatible)
		}
	}
	if got := shared.Findings[0].Severity; got != Warning {
		t.Errorf("the comparison that is shared has become an %s", got)
	}
}

// TestFixesKeepPolicies offers for each finding what leaves nothing that a policy refuses.
func TestFixesKeepPolicies(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, latest, old string
		on                Policies
		want              []string // a finding's letter and fixes
	}{
		{"off", "B", "ab", nil, []string{"a: add a", "b: add b; add a"}},
		{"on", "B", "ab", Policies{"names"}, []string{"a: add a; add b", "b: add b; add a"}},
		{"of a policy's finding alone", "aB", "ab", Policies{"names"}, []string{"b: add b"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			x := &Explanation{Explainer: letters, Text: tt.latest, Parse: func(s string) (schema.Schema, error) { return text(s), nil }}
			opts := Options{Level: Backward, Policies: tt.on, Explain: x}
			report, err := Check(spelled, text(tt.latest), numbered([]string{tt.old}), opts)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range report.Findings {
				line := f.Path + ":"
				for _, fix := range f.Fixes {
					line += " " + fix.Title
				}
				got = append(got, line)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestParsePolicies(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		names []string
		want  Policies
		err   string
	}{
		{"none", nil, Policies{}, ""},
		{"sorted, each once", []string{"names", "defaults", "names"}, Policies{"defaults", "names"}, ""},
		{"unknown", []string{"names", "Names"}, nil, `there is no policy "Names"; there are defaults, enumDefaults, extensions, ` +
			`fieldNumberReuse, groups, logicalTypes, lossyPromotion, messageIndex, names, required, services, unionDefaults`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := ParsePolicies(tt.names)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if message := fmt.Sprint(err); err != nil && message != tt.err || err == nil && tt.err != "" {
				t.Errorf("error %v, want %s", err, tt.err)
			}
		})
	}
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOf(rapid.SampledFrom(AllPolicies)).Draw(t, "names")
		got, err := ParsePolicies(names)
		if err != nil || !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
			t.Fatalf("%v of %v: %v", got, names, err)
		}
		for _, name := range AllPolicies {
			if got.Has(name) != slices.Contains(names, name) {
				t.Fatalf("Has(%s) = %t of %v", name, got.Has(name), names)
			}
		}
	})
}
