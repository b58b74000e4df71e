package registry

import (
	"context"
	"strings"
)

// DeleteVersion soft-deletes a version, or removes a soft-deleted one for good, and returns its number. LatestVersion is
// the newest active version in both cases. The refusals are SubjectNotFound, VersionNotFound, VersionSoftDeleted,
// VersionNotSoftDeleted, OperationNotPermitted, ReferenceExists and StoreUnavailable.
func (r *Registry) DeleteVersion(ctx context.Context, subj Subject, number int, permanent bool) (int, error) {
	return carryTo[int](ctx, r, &versionDeletion{subj, number, permanent})
}

// DeleteSubject soft-deletes the active versions of a subject, or removes all of them for good if none is active, and
// returns their numbers in order. References from within the subject do not keep it. The refusals are SubjectNotFound,
// SubjectSoftDeleted, SubjectNotSoftDeleted, OperationNotPermitted, ReferenceExists and StoreUnavailable.
func (r *Registry) DeleteSubject(ctx context.Context, subj Subject, permanent bool) ([]int, error) {
	return carryTo[[]int](ctx, r, &subjectDeletion{subj, permanent})
}

// DeleteContext takes a context off the list, with its own settings and mode, its aliases and types of events. One that
// has subjects, soft-deleted ones included, is refused with ContextNotEmpty; one that is not there is no error. The IDs of
// the context stay given. The name may leave out the leading dot.
func (r *Registry) DeleteContext(ctx context.Context, name string) error {
	if !strings.HasPrefix(name, DefaultContext) {
		name = DefaultContext + name
	}
	_, err := carryTo[struct{}](ctx, r, &contextDeletion{name})
	return err
}

// carryTo has a command carried out that needs no preparation.
func carryTo[T any](ctx context.Context, r *Registry, c command) (answer T, err error) {
	got, _, err := r.carry(ctx, func(*State) (preparation, error) { return preparation{command: c}, nil })
	if err != nil {
		return answer, err
	}
	return got.(T), nil
}
