package protobuf

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
)

// TestExplainsImports quotes the lines of references, and proves what is wrong in them with a message of the file.
func TestExplainsImports(t *testing.T) {
	t.Parallel()
	dep := func(typ string) schema.Dependency {
		text := "syntax = \"proto3\";\npackage dep;\nmessage Item {\n  " + typ + " v = 1;\n}\n"
		return schema.Dependency{Reference: schema.Reference{Name: "dep.proto", Version: 1}, Text: text}
	}
	const text = "syntax = \"proto3\";\nimport \"dep.proto\";\nmessage Use {\n  repeated dep.Item items = 1;\n}\n"
	old := compat.Old{Version: 4, Schema: parse(t, text, dep("string")), Text: text}
	x := &compat.Explanation{Explainer: Explainer, Text: text, Parse: again(t, []schema.Dependency{dep("fixed32")})}
	report, err := compat.Check(Check, parse(t, text, dep("fixed32")), compat.Versions(old), compat.Options{Level: compat.Backward, Explain: x})
	if err != nil {
		t.Fatal(err)
	}
	type shown struct{ Code, Old, New, Message string }
	var got []shown
	for _, f := range report.Findings {
		if f.Witness == nil {
			t.Fatalf("%s has no witness", f.Code)
		}
		got = append(got, shown{f.Code, f.Old.Reference + " " + f.Old.Text, f.New.Reference + " " + f.New.Text, string(f.Witness.Message)})
	}
	want := []shown{
		{"FIELD_SCALAR_KIND_CHANGED", "dep.proto string v = 1;", "dep.proto fixed32 v = 1;", `{"items":[{"v":"a"}]}`},
		{"FIELD_NAMED_TYPE_CHANGED", " repeated dep.Item items = 1;", " repeated dep.Item items = 1;", `{"items":[{"v":"a"}]}`},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
