package registry

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/schema"
)

// A Version is one version of a subject. It is a value; what it points to is shared and must not be changed.
type Version struct {
	Subject    Subject
	Number     int // from 1, with gaps only by imports and permanent deletes
	ID         int // in the subject's context
	GUID       schema.GUID
	Type       schema.Type
	Text       string             // canonical
	References []schema.Reference // each pinned to a version number
	Metadata   *schema.Metadata   // nil if the version has none
	RuleSet    *schema.RuleSet    // nil if the version has none
	Time       time.Time          // of the registration
	Actor      string             // who registered it
	Deleted    bool               // softly
	Seq        eventlog.Seq       // of the last event that changed the version
}

// A VersionNumber is an entry in the list of a subject's versions.
type VersionNumber struct {
	Number  int
	Deleted bool
}

// A ContextID is a schema ID in the context that counts it.
type ContextID struct {
	Context string `json:"context"`
	ID      int    `json:"id"`
}

// ParseVersion reads a version as it stands in a URL: a number from 1, or "latest" in any case or -1, which both give
// [LatestVersion]. Anything else is an InvalidVersion error.
func ParseVersion(s string) (int, error) {
	trimmed := strings.TrimSpace(s)
	if strings.EqualFold(trimmed, "latest") {
		return LatestVersion, nil
	}
	n, err := strconv.ParseInt(trimmed, 10, 32)
	if err != nil || n < 1 && n != LatestVersion || n > math.MaxInt32 {
		return 0, invalidVersion(s)
	}
	return int(n), nil
}
