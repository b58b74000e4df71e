package httpapi

import (
	"math"

	"github.com/treatyhq/treaty/registry"
)

// unpaged is the largest page where the reference sets no bound.
const unpaged = math.MaxInt32

// allContexts is the prefix that matches the subjects of every context.
const allContexts = ":*:"

// listSubjects answers GET /subjects with the names of subjects, sorted.
func listSubjects(c *call) error {
	prefix := allContexts
	if c.values().Has("subjectPrefix") {
		prefix = c.text("subjectPrefix")
	}
	st, err := c.latest()
	if err != nil {
		return err
	}
	subjects, err := page(c, st.Subjects(registry.SubjectFilter{
		Prefix:      prefix,
		Deleted:     c.is("deleted"),
		DeletedOnly: c.is("deletedOnly"),
	}), unpaged)
	if err != nil {
		return err
	}
	return c.reply(names(subjects))
}

// names spells subjects as answers do.
func names(subjects []registry.Subject) []string {
	list := make([]string, len(subjects))
	for i, s := range subjects {
		list[i] = s.String()
	}
	return list
}

// lookUp answers POST /subjects/{subject} with the version that has the schema sent.
func lookUp(c *call) error {
	cmd, err := c.submission()
	if err != nil {
		return err
	}
	v, err := c.reg.Lookup(c.r.Context(), cmd.Submission, c.is("deleted"))
	if err != nil {
		return err
	}
	if err := c.mustRead(v.Subject); err != nil { // found under the same name in another context
		return err
	}
	answer := answerVersion(&v)
	if err := c.present(&v, &answer); err != nil {
		return err
	}
	return c.reply(answer)
}

// submission reads the body that registrations, look-ups and compatibility checks share.
func (c *call) submission() (registry.RegisterCommand, error) {
	cmd, err := body(c, (*decoder).register)
	cmd.Subject = c.subject()
	cmd.Normalize = c.maybe("normalize")
	if err == nil {
		err = c.mayRefer(cmd.Submission)
	}
	return cmd, err
}

// findByMetadata answers GET /subjects/{subject}/metadata with the newest version whose properties include those asked
// for. Keys and values are paired by position; what is left over is ignored.
func findByMetadata(c *call) error {
	keys, values := c.values()["key"], c.values()["value"]
	pairs := make(map[string]string, len(keys))
	for i := range min(len(keys), len(values)) {
		pairs[keys[i]] = values[i]
	}
	st, err := c.latest()
	if err != nil {
		return err
	}
	v, err := st.ByMetadata(c.subject(), pairs, c.is("deleted"))
	if err != nil {
		return err
	}
	answer := answerVersion(&v)
	if err := c.present(&v, &answer); err != nil {
		return err
	}
	return c.reply(answer)
}

// deleteSubject answers DELETE /subjects/{subject} with the numbers of the versions that are gone now.
func deleteSubject(c *call) error {
	numbers, err := c.reg.DeleteSubject(c.r.Context(), c.subject(), c.is("permanent"))
	if err != nil {
		return err
	}
	return c.reply(append([]int{}, numbers...))
}
