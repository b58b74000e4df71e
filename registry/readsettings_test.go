package registry

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
)

func TestConfig(t *testing.T) {
	t.Parallel()
	no := false
	m := &schema.Metadata{Properties: map[string]string{"owner": "shop"}}
	rules := &schema.RuleSet{DomainRules: []schema.Rule{{Name: "r", Kind: "TRANSFORM", Mode: "WRITE", Type: "CEL"}}}
	strictly, none := &compat.Policies{"names"}, &compat.Policies{}
	k := newScript(t)
	k.do(&configSet{
		scope: scope{".", ""}, Level: compat.Full, Normalize: &yes, ValidateRules: &yes, Policy: "LENIENT", Group: "major",
		Alias: "ignored", DefaultMetadata: k.blob(m), DefaultRuleSet: k.blob(rules), Policies: strictly,
	})
	k.do(&configSet{scope: scope{".", "own"}, Normalize: &no, OverrideMetadata: k.blob(m), OverrideRuleSet: k.blob(rules)})
	k.do(&configSet{scope: scope{".", "lax"}, Level: compat.Full, Policies: none})
	k.setLevel(":.ctx:", compat.None)
	k.setLevel(":.ctx:own", compat.Forward)
	k.setLevel(":.__GLOBAL:", compat.FullTransitive)
	global := SubjectConfig{
		Level: compat.Full, Normalize: &yes, ValidateRules: &yes, Policy: "LENIENT", Group: "major", Alias: "ignored",
		DefaultMetadata: m, DefaultRuleSet: rules, Policies: strictly,
	}
	tests := []struct {
		name      string
		subject   string
		own       SubjectConfig
		err       string
		effective SubjectConfig
	}{
		{name: "global", subject: "", own: global, effective: global},
		{name: "global, spelled out", subject: ":.:", own: global, effective: global},
		{name: "above all contexts", subject: ":.__GLOBAL:", own: SubjectConfig{Level: compat.FullTransitive}, effective: SubjectConfig{
			Level: compat.FullTransitive, Normalize: &yes, ValidateRules: &yes, Policy: "LENIENT", Group: "major", Policies: strictly,
		}},
		{
			name: "a subject without", subject: "none", effective: global,
			err: "40408 Subject 'none' does not have subject-level compatibility configured",
		},
		{
			name: "a subject's own: the level is the server's, switches are inherited, metadata is not", subject: "own",
			own: SubjectConfig{Level: compat.Backward, Normalize: &no, OverrideMetadata: m, OverrideRuleSet: rules},
			effective: SubjectConfig{
				Level: compat.Backward, Normalize: &no, ValidateRules: &yes, Policy: "LENIENT", Group: "major",
				OverrideMetadata: m, OverrideRuleSet: rules, Policies: strictly,
			},
		},
		{
			name: "explicitly no policies", subject: "lax", own: SubjectConfig{Level: compat.Full, Policies: none},
			effective: SubjectConfig{
				Level: compat.Full, Normalize: &yes, ValidateRules: &yes, Policy: "LENIENT", Group: "major", Policies: none,
			},
		},
		{
			name: "the context's", subject: ":.ctx:none", effective: SubjectConfig{Level: compat.None},
			err: "40408 Subject ':.ctx:none' does not have subject-level compatibility configured",
		},
		{
			name: "its own in a context", subject: ":.ctx:own", own: SubjectConfig{Level: compat.Forward},
			effective: SubjectConfig{
				Level: compat.Forward, Normalize: &yes, ValidateRules: &yes, Policy: "LENIENT", Group: "major", Policies: strictly,
			},
		},
		{
			name: "nothing nearer than above all contexts", subject: ":.other:s", effective: SubjectConfig{Level: compat.FullTransitive},
			err: "40408 Subject ':.other:s' does not have subject-level compatibility configured",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := k.state.Config(ParseSubject(tt.subject))
			if diff := cmp.Diff(tt.own, got); diff != "" || refusalOf(err) != tt.err {
				t.Errorf("Config: error %v, want %s; -want +got:\n%s", err, tt.err, diff)
			}
			if diff := cmp.Diff(tt.effective, k.state.EffectiveConfig(ParseSubject(tt.subject))); diff != "" {
				t.Errorf("EffectiveConfig: -want +got:\n%s", diff)
			}
		})
	}
}

func TestConfigWhereNothingIsSet(t *testing.T) {
	t.Parallel()
	s := newState(compat.Forward).publish()
	want := SubjectConfig{Level: compat.Forward}
	for _, scope := range []string{"", ":.:", ":.__GLOBAL:"} {
		got, err := s.Config(ParseSubject(scope))
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("Config(%q): %v, -want +got:\n%s", scope, err, diff)
		}
	}
	if diff := cmp.Diff(want, s.EffectiveConfig(Subject{".ctx", "s"})); diff != "" {
		t.Errorf("EffectiveConfig: -want +got:\n%s", diff)
	}
}

func TestMode(t *testing.T) {
	t.Parallel()
	k := newScript(t)
	k.do(&modeSet{scope{".", ""}, ReadOnly})
	k.do(&modeSet{scope{".", "own"}, Import})
	k.do(&modeSet{scope{".ctx", ""}, ReadWrite})
	k.do(&modeSet{scope{GlobalContext, ""}, Forward})
	k.do(&modeSet{scope{".", "cleared"}, Import})
	k.do(&modeCleared{scope{".", "cleared"}})
	tests := []struct {
		subject   string
		own       Mode
		err       string
		effective Mode
	}{
		{subject: "", own: ReadOnly, effective: ReadOnly},
		{subject: "own", own: Import, effective: Import},
		{subject: "none", err: "40409 Subject 'none' does not have subject-level mode configured", effective: ReadOnly},
		{subject: "cleared", err: "40409 Subject 'cleared' does not have subject-level mode configured", effective: ReadOnly},
		{subject: ":.ctx:s", err: "40409 Subject ':.ctx:s' does not have subject-level mode configured", effective: ReadWrite},
		{subject: ":.other:s", err: "40409 Subject ':.other:s' does not have subject-level mode configured", effective: Forward},
		{subject: ":.__GLOBAL:", own: Forward, effective: Forward},
	}
	for _, tt := range tests {
		t.Run(tt.subject, func(t *testing.T) {
			t.Parallel()
			got, err := k.state.Mode(ParseSubject(tt.subject))
			if got != tt.own || refusalOf(err) != tt.err {
				t.Errorf("Mode: got %s and %v, want %s and %s", got, err, tt.own, tt.err)
			}
			if got := k.state.EffectiveMode(ParseSubject(tt.subject)); got != tt.effective {
				t.Errorf("EffectiveMode: got %s, want %s", got, tt.effective)
			}
		})
	}
	empty := newState(compat.Backward).publish()
	for _, scope := range []string{"", ":.__GLOBAL:"} {
		if got, err := empty.Mode(ParseSubject(scope)); got != ReadWrite || err != nil {
			t.Errorf("Mode(%q) where nothing is set: %s, %v", scope, got, err)
		}
	}
}

func TestParseMode(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Mode{
		"READWRITE": ReadWrite, "readonly": ReadOnly, "ReadOnly_Override": ReadOnlyOverride, "import": Import, "forward": Forward,
	} {
		if got, err := ParseMode(in); got != want || err != nil {
			t.Errorf("ParseMode(%q) = %s, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "WRITE"} {
		if _, err := ParseMode(in); refusalOf(err) != "42204 Invalid mode. Valid values are READWRITE, READONLY, IMPORT and FORWARD." {
			t.Errorf("ParseMode(%q): %v", in, err)
		}
	}
}

func TestResolveAlias(t *testing.T) {
	t.Parallel()
	k := newScript(t)
	for of, alias := range map[string]string{
		"a": "b", "b": "c", ":.x:a": "b", ":.x:far": ":.:b", "out": ":.x:a/b", "": "b", ":.x:": "b",
	} {
		k.do(&configSet{scope: scope(ParseSubject(of)), Alias: alias})
	}
	for in, want := range map[string]string{
		"a": "b", "b": "c", "c": "c", ":.x:a": ":.x:b", ":.x:far": "b", "out": ":.x:a/b", "": "", ":.x:": ":.x:", ":.x:b": ":.x:b",
	} {
		if got := k.state.ResolveAlias(ParseSubject(in)).String(); got != want {
			t.Errorf("ResolveAlias(%q) = %q, want %q", in, got, want)
		}
	}
}
