package registry

import (
	"context"

	"github.com/treatyhq/treaty/registry/eventlog"
)

// SourceText returns the text of a version as it was first submitted there, comments and layout included; the canonical text
// if it was submitted so, or if the log has the other one no more. The state does without sources: it asks the log.
func (r *Registry) SourceText(ctx context.Context, v Version) (string, error) {
	digest, ok := r.Current().source(v.Subject, v.Number)
	if !ok {
		return v.Text, nil
	}
	blobs, err := r.log.Blobs(ctx, []eventlog.Digest{digest})
	if err != nil {
		return "", unavailable(err)
	}
	if body, ok := blobs[digest]; ok {
		return string(body), nil
	}
	return v.Text, nil
}
