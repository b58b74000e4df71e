package schema

import (
	"crypto/md5"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Each case spells the bytes that are hashed.
func TestIdentify(t *testing.T) {
	t.Parallel()
	rule := Rule{
		Name: "n", Doc: "d", Kind: "TRANSFORM", Mode: "WRITEREAD", Type: "CEL", Tags: []string{"y", "x", "y"},
		Params: map[string]string{"p2": "b", "p1": "a"}, Expr: "e", OnSuccess: "s", OnFailure: "f", Disabled: true,
	}
	for _, tc := range []struct {
		name       string
		text       string
		references []Reference
		metadata   *Metadata
		rules      *RuleSet
		want       string
	}{
		{name: "text alone", text: `"string"`, want: `"string"`},
		{
			name: "references in their order", text: "T",
			references: []Reference{{Name: "b.B", Subject: "b", Version: 258}, {Name: "a.A", Subject: "a", Version: 1}},
			want:       "Tb.Bb\x00\x00\x01\x02a.Aa\x00\x00\x00\x01",
		},
		{name: "the latest version is -1", text: "T", references: []Reference{{Name: "n", Subject: "s", Version: -1}}, want: "Tns\xff\xff\xff\xff"},
		{
			name: "metadata sorted", text: "T",
			metadata: &Metadata{
				Tags:       map[string][]string{"b": {"2", "1"}, "a": {"3"}},
				Properties: map[string]string{"owner": "team", "a": "b"},
				Sensitive:  []string{"z", "owner"},
			},
			want: "T\x01a3b12abownerteamownerz",
		},
		{name: "empty metadata is not none", text: "T", metadata: &Metadata{}, want: "T\x01"},
		{
			name: "rules in their order, their sets sorted", text: "T",
			rules: &RuleSet{DomainRules: []Rule{rule}, MigrationRules: []Rule{{Name: "m"}}, EnableAt: "at"},
			want:  "T\x01mndTRANSFORMWRITEREADCELxyp1ap2besf\x01at",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := Identify(tc.text, tc.references, tc.metadata, tc.rules)
			if want := GUID(md5.Sum([]byte(tc.want))); got != want {
				t.Errorf("Identify = %v, want %v, the MD5 of %q", got, want, tc.want)
			}
		})
	}
}

func TestParseGUID(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var g GUID
		copy(g[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "guid"))
		for _, s := range []string{g.String(), strings.ToUpper(g.String()), strings.ReplaceAll(g.String(), "-", "")} {
			got, err := ParseGUID(s)
			if err != nil {
				t.Fatalf("ParseGUID(%q): %v", s, err)
			}
			if diff := cmp.Diff(g, got); diff != "" {
				t.Fatalf("ParseGUID(%q) (-want +got):\n%s", s, diff)
			}
		}
	})
	for _, bad := range []string{"", "x", strings.Repeat("g", 32), strings.Repeat("a", 33), "01234567-89ab-cdef-0123-456789abcde", "0123456789ab-cdef-0123-456789abcdef-0"} {
		if g, err := ParseGUID(bad); err == nil {
			t.Errorf("ParseGUID(%q) = %v, want an error", bad, g)
		}
	}
}
