package registry

import (
	"context"

	"github.com/treatyhq/treaty/compat"
)

// Diff lists what has changed from one version that s has to another. Places are those of the texts as they were submitted.
func (r *Registry) Diff(ctx context.Context, s *State, old, latest Version) (compat.Diff, error) {
	was, err := r.keyedSource(ctx, s, old.Subject, s.subjectOf(old.Subject).version(old.Number))
	if err != nil {
		return compat.Diff{}, err
	}
	now, err := r.keyedSource(ctx, s, latest.Subject, s.subjectOf(latest.Subject).version(latest.Number))
	if err != nil {
		return compat.Diff{}, err
	}
	return formats[latest.Type].differ.Diff(was.Schema, now.Schema), nil
}
