package envelope

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/treatyhq/treaty/envelope/verdict"
	"github.com/treatyhq/treaty/schema"
)

// The codes of schemas that are not there: nobody has them, or nobody could tell.
const (
	schemaUnknown     = "SCHEMA_UNKNOWN"
	schemaUnavailable = "SCHEMA_UNAVAILABLE"
)

// caller asks the source for what the caller names. Nothing by that name is an [Error] of the caller's.
func (c *Codec) caller(ctx context.Context, n Name) (Version, error) {
	v, err := c.source.Version(ctx, n)
	var unknown *Unknown
	switch {
	case err == nil:
		return v, nil
	case !errors.As(err, &unknown):
		return Version{}, err
	case unknown.Missing == MissingSubject:
		return Version{}, &Error{Code: SubjectNotFound, Message: unknown.Message}
	case unknown.Missing == MissingVersion:
		return Version{}, &Error{Code: VersionNotFound, Message: unknown.Message}
	}
	return Version{}, &Error{Code: SchemaNotFound, Message: unknown.Message}
}

// claim returns the version that the caller names; ok is false if he names a subject at most.
func (c *Codec) claim(ctx context.Context, m *Message) (v Version, ok bool, err error) {
	if m.Subject == "" {
		if m.Version != "" {
			return Version{}, false, &Error{Code: Unprocessable, Message: "a version needs the subject that it is of"}
		}
		return Version{}, false, nil
	}
	n := Name{Kind: ByVersion, Context: m.Context, Subject: m.Subject, Text: m.Version}
	if m.Version == "" {
		n.Text = Latest
	}
	v, err = c.caller(ctx, n)
	return v, m.Version != "", err
}

// meant asks the source for what a message names, the first of its names that is known. Nothing by any of them is a
// finding, which may be gone when the schema arrives.
func (c *Codec) meant(ctx context.Context, names []Name) (Version, *verdict.Finding) {
	var missing *Unknown
	for _, n := range names {
		v, err := c.source.Version(ctx, n)
		if err == nil {
			return v, nil
		}
		if !errors.As(err, &missing) {
			f := unavailable(err)
			return Version{}, &f
		}
	}
	f := verdict.Errorf(schemaUnknown, "", "%s", missing.Message)
	f.Class = c.sightings.class(names[0])
	return Version{}, &f
}

// unavailable is the finding of a schema that nobody could look up.
func unavailable(err error) verdict.Finding {
	f := verdict.Errorf(schemaUnavailable, "", "the schema could not be looked up: %v", err)
	f.Class = verdict.Retriable
	return f
}

// agree returns the version under the name that the caller gave it, or the finding that what he named is another schema.
func agree(claimed, found Version) (Version, *verdict.Finding) {
	if claimed.Schema == found.Schema || claimed.GUID == found.GUID && claimed.GUID != (schema.GUID{}) {
		return claimed, nil
	}
	f := verdict.Errorf("SCHEMA_CONFLICT", "", "the message says that it was written with %s, and %s is named", found.title(), claimed.title())
	return Version{}, &f
}

func (v Version) title() string {
	return fmt.Sprintf("version %d of %s (schema ID %d)", v.Number, v.Subject, v.ID)
}

// sightings remember since when names are unknown. What is not known yet may still arrive: replicas and caches lag behind.
type sightings struct {
	grace time.Duration
	now   func() time.Time

	mu    sync.Mutex
	first map[Name]time.Time
}

// maxSightings bounds the names that are remembered. When there are more all are forgotten, and have their time again.
const maxSightings = 10_000

// class returns the class of the finding that a name is unknown: retriable within the grace after its first sight.
func (s *sightings) class(n Name) verdict.Class {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	first, seen := s.first[n]
	if !seen {
		if s.first == nil || len(s.first) >= maxSightings {
			s.first = make(map[Name]time.Time)
		}
		s.first[n], first = now, now
	}
	if now.Sub(first) <= s.grace {
		return verdict.Retriable
	}
	return verdict.Permanent
}
