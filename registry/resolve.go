package registry

import (
	"errors"
	"fmt"

	"github.com/treatyhq/treaty/schema"
)

// resolution is what a submission's references come to on a state.
type resolution struct {
	references   []schema.Reference // as submitted, the versions pinned to numbers
	dependencies []schema.Dependency
	targets      []target
}

// A target is the version that a reference means.
type target struct {
	subject Subject
	asked   int // the version as submitted
	deleted bool
	number  int32
	content *content
}

// stands reports whether the reference still means the same version.
func (t target) stands(s *State) bool {
	v := s.subjectOf(t.subject).pick(t.asked, t.deleted)
	return v != nil && v.number == t.number && v.content == t.content
}

// resolve follows the references of a schema in a context. Soft-deleted versions are found only if deleted says so. The
// errors complete "Invalid schema …, details: ".
func (s *State) resolve(context string, references []schema.Reference, deleted bool) (resolution, error) {
	if len(references) == 0 {
		return resolution{}, nil
	}
	var res resolution
	for _, r := range references {
		if r.Name == "" || r.Subject == "" || r.Version == 0 {
			return resolution{}, badReference("Invalid reference: name %q, subject %q, version %d", r.Name, r.Subject, r.Version)
		}
		t := target{subject: targetOf(context, r), asked: r.Version, deleted: deleted}
		v := s.subjectOf(t.subject).pick(r.Version, deleted)
		if v == nil {
			return resolution{}, missingReference(r)
		}
		t.number, t.content = v.number, v.content
		r.Version = int(v.number)
		res.targets = append(res.targets, t)
		res.references = append(res.references, r)
	}
	d := dependencies{state: s, deleted: true, seen: map[string]bool{}}
	d.add(context, res.references)
	if len(d.missing) > 0 {
		return resolution{}, missingReference(d.missing[0])
	}
	res.dependencies = d.found
	return res, nil
}

func missingReference(r schema.Reference) error {
	missing := &missingError{r}
	return &schema.Error{Message: missing.Error(), Err: missing}
}

// missesReference reports whether err says that a reference means nothing, as far as a state knows.
func missesReference(err error) bool {
	var missing *missingError
	return errors.As(err, &missing)
}

// A missingError names a reference whose version is not there.
type missingError struct{ reference schema.Reference }

func (e *missingError) Error() string {
	return fmt.Sprintf(`No schema reference found for subject "%s" and version %d`, e.reference.Subject, e.reference.Version)
}

// badReference carries a refusal that [invalidSchema] words for a type.
func badReference(format string, args ...any) error {
	return &schema.Error{Message: fmt.Sprintf(format, args...)}
}

// unambiguous returns an error if a name means two different versions anywhere among what references need.
func (s *State) unambiguous(context string, references []schema.Reference) error {
	type place struct {
		subject Subject
		number  int
	}
	meant := map[string]place{}
	var follow func(context string, references []schema.Reference) error
	follow = func(context string, references []schema.Reference) error {
		for _, r := range references {
			p := place{targetOf(context, r), r.Version}
			if known, ok := meant[r.Name]; ok {
				if known != p {
					return badReference("Conflicting references: %s is version %d of %s and version %d of %s",
						r.Name, known.number, known.subject, p.number, p.subject)
				}
				continue
			}
			meant[r.Name] = p
			if v := s.subjectOf(p.subject).version(p.number); v != nil {
				if err := follow(p.subject.Context, v.content.attached().references); err != nil {
					return err
				}
			}
		}
		return nil
	}
	return follow(context, references)
}
