package registry

import (
	"time"

	"github.com/treatyhq/treaty/schema"
)

// State is one moment of the registry.
type State struct{}

// A SubjectFilter narrows a list of subjects.
type SubjectFilter struct {
	// Prefix is "name" for the default context, ":.ctx:name" for another, ":*:name" for all of them; the name part is a
	// prefix of the names that are wanted.
	Prefix      string
	Deleted     bool // also subjects that have only soft-deleted versions
	DeletedOnly bool // nothing but those; beats Deleted
}

// A VersionFilter narrows a list of a subject's versions.
type VersionFilter struct {
	Deleted     bool // also soft-deleted versions
	DeletedOnly bool // nothing but those; beats Deleted
}

// A SchemaFilter narrows a list of versions.
type SchemaFilter struct {
	Prefix     string // as in SubjectFilter
	Deleted    bool   // also soft-deleted versions
	LatestOnly bool   // of each subject the newest version that passes Deleted
	Aliases    bool   // also the versions of subjects that a matching subject is an alias for, and say which
	RuleType   string // only versions with a rule of this type; looked at after LatestOnly
}

// An AliasedVersion is a version with the subjects that are aliases for its subject.
type AliasedVersion struct {
	Version
	Aliases []Subject
}

func (s *State) Stale() time.Duration                                            { return 0 }
func (s *State) Subjects(f SubjectFilter) []Subject                              { return nil }
func (s *State) Contexts(prefix string) []string                                 { return nil }
func (s *State) Versions(subj Subject, f VersionFilter) ([]VersionNumber, error) { return nil, nil }
func (s *State) Version(subj Subject, number int, deleted bool) (Version, error) {
	return Version{}, nil
}
func (s *State) FindVersion(subj Subject, number int, deleted bool) (Version, error) {
	return Version{}, nil
}
func (s *State) ByMetadata(subj Subject, pairs map[string]string, deleted bool) (Version, error) {
	return Version{}, nil
}
func (s *State) ByID(id int, hint *Subject) (Version, error)                        { return Version{}, nil }
func (s *State) MaxID(hint *Subject) int                                            { return 0 }
func (s *State) ByGUID(g schema.GUID) (Version, error)                              { return Version{}, nil }
func (s *State) IDsOfGUID(g schema.GUID) []ContextID                                { return nil }
func (s *State) HoldersOfID(id int, hint *Subject, deleted bool) ([]Version, error) { return nil, nil }
func (s *State) ReferencedBy(subj Subject, number int, deleted bool) ([]int, error) { return nil, nil }
func (s *State) Schemas(f SchemaFilter) []AliasedVersion                            { return nil }
func (s *State) Dependencies(v Version) []schema.Dependency                         { return nil }
func (s *State) Config(subj Subject) (SubjectConfig, error)                         { return SubjectConfig{}, nil }
func (s *State) EffectiveConfig(subj Subject) SubjectConfig                         { return SubjectConfig{} }
func (s *State) Mode(subj Subject) (Mode, error)                                    { return "", nil }
func (s *State) EffectiveMode(subj Subject) Mode                                    { return "" }
func (s *State) ResolveAlias(subj Subject) Subject                                  { return subj }
