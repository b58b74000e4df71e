package httpapi

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRewrite(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, path, query   string
		wantPath, wantQuery string
	}{
		{"subjects", "/contexts/.a/subjects", "", "/subjects", "subjectPrefix=%3A.a%3A"},
		{"subjects, slash at the end", "/contexts/.a/subjects/", "", "/subjects/", "subjectPrefix=%3A.a%3A"},
		{"dot left out", "/contexts/a/subjects", "", "/subjects", "subjectPrefix=%3A.a%3A"},
		{"default context", "/contexts/./subjects/s", "", "/subjects/:.:s", ""},
		{"context encoded", "/contexts/%2Ea%2Fb/subjects/s/versions", "", "/subjects/:.a%2Fb:s/versions", ""},
		{"prefix", "/contexts/.a/subjects", "subjectPrefix=x&deleted=true", "/subjects", "deleted=true&subjectPrefix=%3A.a%3Ax"},
		{"qualified prefix", "/contexts/.a/subjects", "subjectPrefix=%3A.b%3Ax", "/subjects", "subjectPrefix=%3A.b%3Ax"},
		{"prefix of all contexts", "/contexts/.a/subjects", "subjectPrefix=%3A%2A%3A", "/subjects", "subjectPrefix=%3A%2A%3A"},
		{"subject", "/contexts/.a/subjects/s", "deleted=true", "/subjects/:.a:s", "deleted=true"},
		{"subject encoded", "/contexts/.a/subjects/x%2Fy%20z", "", "/subjects/:.a:x%2Fy%20z", ""},
		{"subject named subjects", "/contexts/.a/subjects/subjects/versions", "", "/subjects/:.a:subjects/versions", ""},
		{"qualified subject", "/contexts/.a/subjects/:.b:s/versions/1", "", "/subjects/:.b:s/versions/1", ""},
		{"qualified subject encoded", "/contexts/.a/subjects/%3A.b%3As", "", "/subjects/%3A.b%3As", ""},
		{"empty subject", "/contexts/.a/subjects//versions", "", "/subjects/:.a:/versions", ""},
		{"version", "/contexts/.a/subjects/s/versions/1/schema", "format=resolved", "/subjects/:.a:s/versions/1/schema", "format=resolved"},
		{"compatibility", "/contexts/.a/compatibility/subjects/s/versions/latest", "", "/compatibility/subjects/:.a:s/versions/latest", ""},
		{"config of the context", "/contexts/.a/config", "", "/config/:.a:", ""},
		{"config of the context, slash at the end", "/contexts/.a/config/", "", "/config/:.a:", ""},
		{"config of a subject", "/contexts/.a/config/s", "defaultToGlobal=true", "/config/:.a:s", "defaultToGlobal=true"},
		{"config of a qualified subject", "/contexts/.a/config/:.b:s", "", "/config/:.b:s", ""},
		{"mode of the context", "/contexts/.a/mode", "", "/mode/:.a:", ""},
		{"mode of a subject", "/contexts/.a/mode/s", "", "/mode/:.a:s", ""},
		{"config further down is no setting", "/contexts/.a/x/config/s", "", "/x/config/s", ""},
		{"schemas", "/contexts/.a/schemas", "latestOnly=true", "/schemas", "latestOnly=true&subjectPrefix=%3A.a%3A"},
		{"ID", "/contexts/.a/schemas/ids/1", "", "/schemas/ids/1", "subject=%3A.a%3A"},
		{"ID with a subject", "/contexts/.a/schemas/ids/1", "subject=s", "/schemas/ids/1", "subject=%3A.a%3As"},
		{"ID with a qualified subject", "/contexts/.a/schemas/ids/1/schema", "subject=%3A.b%3As", "/schemas/ids/1/schema", "subject=%3A.b%3As"},
		{"holders of an ID", "/contexts/.a/schemas/ids/1/versions", "", "/schemas/ids/1/versions", "subject=%3A.a%3A"},
		{"GUID", "/contexts/.a/schemas/guids/x", "", "/schemas/guids/x", ""},
		{"types", "/contexts/.a/schemas/types", "", "/schemas/types", ""},
		{"contexts", "/contexts/.a/contexts", "", "/contexts", ""},
		{"many checks", "/contexts/.a/checks", "explain=true", "/checks", "explain=true&subjectPrefix=%3A.a%3A"},
		{"metadata of the server", "/contexts/.a/v1/metadata/id", "", "/v1/metadata/id", ""},
		{"DEKs", "/contexts/.a/dek-registry/v1/keks/k/deks/s", "", "/dek-registry/v1/keks/k/deks/:.a:s", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, ok, err := rewrite(tt.path, tt.query)
			if err != nil || !ok {
				t.Fatalf("rewrite(%q, %q) = %v, %v", tt.path, tt.query, ok, err)
			}
			want := rewriting{tt.wantPath, tt.wantQuery}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(rewriting{})); diff != "" {
				t.Errorf("rewrite(%q, %q) (-want +got):\n%s", tt.path, tt.query, diff)
			}
		})
	}
}

func TestRewriteLeavesAlone(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/", "/subjects", "/contexts", "/contexts/", "/contexts/.a", "/contexts/.a/", "/subjects/contexts/x"} {
		if got, ok, err := rewrite(path, ""); ok || err != nil {
			t.Errorf("rewrite(%q) = %v, %v, %v, want it left alone", path, got, ok, err)
		}
	}
}

func TestRewriteRefuses(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/contexts/:.a:/subjects", "/contexts/a%3Ab/config"} {
		_, _, err := rewrite(path, "")
		var refused *refusal
		if !errors.As(err, &refused) || refused.status != 400 {
			t.Errorf("rewrite(%q) = %v, want 400", path, err)
		}
	}
}
