package compat

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEditJSON(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		edit Edit
		want string
	}{
		{"a JSON patch of the whole", Edit{Op: "replace", Value: json.RawMessage(`"int"`)}, `{"op":"replace","path":"","value":"int"}`},
		{"a removal", Edit{Op: "remove", Path: "/a"}, `{"op":"remove","path":"/a"}`},
		{"a range", Edit{Op: "replace", Range: &Range{1, 2, 3, 4}, Value: json.RawMessage(`"<>"`)},
			`{"op":"replace","line":1,"column":2,"endLine":3,"endColumn":4,"value":"<>"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := string(JSON(tt.edit))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%+v (-want +got):\n%s", tt.edit, diff)
			}
			var back Edit
			if err := json.Unmarshal([]byte(got), &back); err != nil || !cmp.Equal(tt.edit, back) {
				t.Errorf("%s reads as %+v: %v", got, back, err)
			}
		})
	}
}
