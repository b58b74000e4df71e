package registry

import (
	"context"

	"github.com/treatyhq/treaty/compat"
)

func (r *Registry) Register(ctx context.Context, c RegisterCommand) (Registered, error) {
	return Registered{}, nil
}

func (r *Registry) CheckVersion(ctx context.Context, s Submission, number int) (compat.Report, error) {
	return compat.Report{}, nil
}

func (r *Registry) CheckLevel(ctx context.Context, s Submission) (compat.Report, error) {
	return compat.Report{}, nil
}

func (r *Registry) Tag(ctx context.Context, c TagCommand) (Version, error) { return Version{}, nil }

func (r *Registry) DeleteVersion(ctx context.Context, s Subject, number int, permanent bool) (int, error) {
	return 0, nil
}

func (r *Registry) DeleteSubject(ctx context.Context, s Subject, permanent bool) ([]int, error) {
	return nil, nil
}

func (r *Registry) SetConfig(ctx context.Context, s Subject, u ConfigUpdate) (SubjectConfig, error) {
	return SubjectConfig{}, nil
}

func (r *Registry) ClearConfig(ctx context.Context, s Subject) (SubjectConfig, error) {
	return SubjectConfig{}, nil
}

func (r *Registry) SetMode(ctx context.Context, s Subject, mode *Mode, force bool) error { return nil }

func (r *Registry) ClearMode(ctx context.Context, s Subject, recursive bool) (Mode, error) {
	return "", nil
}

func (r *Registry) DeleteContext(ctx context.Context, name string) error { return nil }

