package protobuf

import (
	"testing"

	"github.com/treatyhq/treaty/compat/internal/corpus"
)

func TestDiffCorpus(t *testing.T) {
	t.Parallel()
	corpus.RunDiffs(t, "testdata/diff", parse, Diff)
}
