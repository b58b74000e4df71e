package httpapi

import (
	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/registry"
)

// A diffAnswer is what has changed from one version of a subject to another.
type diffAnswer struct {
	Subject    string                `json:"subject"`
	Old        diffSide              `json:"old"`
	New        diffSide              `json:"new"`
	Compatible map[compat.Level]bool `json:"compatible"`
	Changes    []compat.Change       `json:"changes"`
	Truncated  bool                  `json:"truncated,omitempty"`
}

// A diffSide names one of the two versions.
type diffSide struct {
	Version int `json:"version"`
	ID      int `json:"id"`
}

// diffVersions answers GET /subjects/{subject}/versions/{version}/diff/{to} with what has changed from the one to the
// other.
func diffVersions(c *call) error {
	from, err := c.version()
	if err != nil {
		return err
	}
	to, err := registry.ParseVersion(c.parameter("to"))
	if err != nil {
		return err
	}
	st, old, latest, err := c.twoVersions(from, to)
	if err != nil {
		return err
	}
	diff, err := c.reg.Diff(c.r.Context(), st, old, latest)
	if err != nil {
		return err
	}
	return c.reply(diffAnswer{
		Subject:    old.Subject.String(),
		Old:        diffSide{old.Number, old.ID},
		New:        diffSide{latest.Number, latest.ID},
		Compatible: diff.Compatible(),
		Changes:    append([]compat.Change{}, diff.Changes...),
		Truncated:  diff.Truncated,
	})
}

// twoVersions finds two versions of the subject in the path, in one state, which it returns, and in one context.
func (c *call) twoVersions(from, to int) (state *registry.State, old, latest registry.Version, err error) {
	subject, deleted := c.subject(), c.is("deleted")
	newest := from
	if to == registry.LatestVersion {
		newest = to
	}
	err = c.at(newest, func(st *registry.State) (err error) {
		state = st
		if old, err = st.FindVersion(subject, from, deleted); err != nil {
			return err
		}
		latest, err = st.Version(old.Subject, to, deleted)
		return err
	})
	return state, old, latest, err
}
