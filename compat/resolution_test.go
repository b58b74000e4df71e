package compat

import "testing"

func TestParseResolution(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]Resolution{"": Practice, "practice": Practice, "spec": Specification, "SPEC": Specification} {
		if got, err := ParseResolution(s); got != want || err != nil {
			t.Errorf("ParseResolution(%q) = %q, %v; want %q", s, got, err, want)
		}
	}
	if got, err := ParseResolution("specification"); err == nil {
		t.Errorf("ParseResolution(specification) = %q, want an error", got)
	}
}
