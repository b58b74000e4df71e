package httpapi

import (
	"github.com/treatyhq/treaty/registry"
)

// listVersions answers GET /subjects/{subject}/versions with version numbers, ascending.
func listVersions(c *call) error {
	st, err := c.latest()
	if err != nil {
		return err
	}
	negative := c.is("deletedAsNegative")
	filter := registry.VersionFilter{Deleted: c.is("deleted"), DeletedOnly: c.is("deletedOnly")}
	versions, err := st.Versions(c.subject(), filter)
	if err != nil {
		return err
	}
	if negative && !filter.DeletedOnly {
		// Whether the subject is there is judged without them: only then are they listed.
		filter.Deleted = true
		if versions, err = st.Versions(c.subject(), filter); err != nil {
			return err
		}
	}
	versions, err = page(c, versions, unpaged)
	if err != nil {
		return err
	}
	return c.reply(numbers(versions, negative))
}

// numbers lists version numbers; negative shows the deleted ones below zero.
func numbers(versions []registry.VersionNumber, negative bool) []int {
	list := make([]int, len(versions))
	for i, v := range versions {
		list[i] = v.Number
		if negative && v.Deleted {
			list[i] = -v.Number
		}
	}
	return list
}

// register answers POST /subjects/{subject}/versions with the version that the schema is now.
func register(c *call) error {
	cmd, err := c.submission()
	if err != nil {
		return err
	}
	cmd.Force = c.is("force")
	done, err := c.reg.Register(c.r.Context(), cmd)
	if err != nil {
		return err
	}
	c.stale(done.Stale)
	return c.replyRegistered(&done.Version, done.Existing)
}

func (c *call) replyRegistered(v *registry.Version, existing bool) error {
	answer := answerRegistered(v, existing)
	if err := c.present(v, &answer); err != nil {
		return err
	}
	return c.reply(answer)
}

// changeTags answers POST /subjects/{subject}/versions/{version}/tags with the version that was made.
func changeTags(c *call) error {
	number, err := c.version()
	if err != nil {
		return err
	}
	cmd, err := body(c, (*decoder).tag)
	if err != nil {
		return err
	}
	cmd.Subject, cmd.Version = c.subject(), number
	v, err := c.reg.Tag(c.r.Context(), cmd)
	if err != nil {
		return err
	}
	return c.replyRegistered(&v, false)
}

// findVersion finds the version in the path, in other contexts too if the subject names none.
func (c *call) findVersion() (v registry.Version, err error) {
	number, err := c.version()
	if err != nil {
		return v, err
	}
	subject, deleted := c.subject(), c.is("deleted")
	err = c.at(number, func(st *registry.State) (err error) {
		v, err = st.FindVersion(subject, number, deleted)
		return err
	})
	return v, err
}

// getVersion answers GET /subjects/{subject}/versions/{version}.
func getVersion(c *call) error {
	v, err := c.findVersion()
	if err != nil {
		return err
	}
	answer := answerVersion(&v)
	if err := c.present(&v, &answer); err != nil {
		return err
	}
	return c.reply(answer)
}

// getVersionText answers GET /subjects/{subject}/versions/{version}/schema with the bare text.
func getVersionText(c *call) error {
	v, err := c.findVersion()
	if err != nil {
		return err
	}
	text, err := c.formatted(&v, true)
	if err != nil {
		return err
	}
	return c.replyText(text)
}

// listReferrers answers GET /subjects/{subject}/versions/{version}/referencedby with the IDs of the schemas that refer
// to the version. Soft-deleted ones are left out unless deleted=true.
func listReferrers(c *call) error {
	number, err := c.version()
	if err != nil {
		return err
	}
	st, err := c.latest()
	if err != nil {
		return err
	}
	ids, err := st.ReferencedBy(c.subject(), number, c.is("deleted"))
	if err != nil {
		return err
	}
	if ids, err = page(c, ids, unpaged); err != nil {
		return err
	}
	return c.reply(ids)
}

// deleteVersion answers DELETE /subjects/{subject}/versions/{version} with the number that is gone now.
func deleteVersion(c *call) error {
	number, err := c.version()
	if err != nil {
		return err
	}
	gone, err := c.reg.DeleteVersion(c.r.Context(), c.subject(), number, c.is("permanent"))
	if err != nil {
		return err
	}
	return c.reply(gone)
}
