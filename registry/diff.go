package registry

import (
	"context"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
)

// Diff lists what has changed from one version to another. Places are those of the texts as they were submitted.
func (r *Registry) Diff(ctx context.Context, old, latest Version) (compat.Diff, error) {
	was, err := r.submitted(ctx, old)
	if err != nil {
		return compat.Diff{}, err
	}
	now, err := r.submitted(ctx, latest)
	if err != nil {
		return compat.Diff{}, err
	}
	return formats[latest.Type].differ.Diff(was, now), nil
}

// submitted returns a version parsed from its text as it was submitted; from the canonical one where the other is out of
// reach, or says something else because it was normalized.
func (r *Registry) submitted(ctx context.Context, v Version) (schema.Schema, error) {
	canonical, err := r.Parsed(ctx, v)
	if err != nil {
		return nil, err
	}
	text, err := r.Source(ctx, v)
	if err != nil || text == v.Text {
		return canonical, ctx.Err()
	}
	v.Text = text
	parsed, err := r.Parsed(ctx, v)
	if err != nil || parsed.Canonical() != canonical.Canonical() {
		return canonical, ctx.Err()
	}
	return parsed, nil
}
