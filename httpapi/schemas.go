package httpapi

import (
	"iter"
	"net/http"
	"strconv"

	"github.com/treatyhq/treaty/registry"
	"github.com/treatyhq/treaty/schema"
)

// maxSchemas is the largest page of GET /schemas, and the usual one.
const maxSchemas = 1000

// listTypes answers GET /schemas/types.
func listTypes(c *call) error { return c.reply([]schema.Type{schema.Protobuf, schema.Avro}) }

// listSchemas answers GET /schemas with whole versions, sorted by subject and number.
func listSchemas(c *call) error {
	st, err := c.latest()
	if err != nil {
		return err
	}
	found, err := pageOf(c, c.readable(st.SchemaSeq(registry.SchemaFilter{
		Prefix:     c.text("subjectPrefix"),
		Deleted:    c.is("deleted"),
		LatestOnly: c.is("latestOnly"),
		Aliases:    c.is("aliases"),
		RuleType:   c.text("ruleType"),
	})), maxSchemas)
	if err != nil {
		return err
	}
	answer := make([]versionAnswer, len(found))
	for i := range found {
		answer[i] = answerVersion(&found[i].Version)
		answer[i].Aliases = names(found[i].Aliases)
	}
	return c.reply(answer)
}

// readable leaves out what the one who asks may not read: an alias may stand for a subject that the prefix does not cover.
func (c *call) readable(versions iter.Seq[registry.AliasedVersion]) iter.Seq[registry.AliasedVersion] {
	return func(yield func(registry.AliasedVersion) bool) {
		for v := range versions {
			if c.mayRead(v.Subject) && !yield(v) {
				return
			}
		}
	}
}

// id returns the schema ID in the path. The reference's router takes nothing else for a path of these endpoints.
func (c *call) id() (int, error) {
	id, err := strconv.ParseInt(c.parameter("id"), 10, 32)
	if err != nil {
		return 0, notFound()
	}
	return int(id), nil
}

// byID finds the schema in the path; the subject parameter picks the context.
func (c *call) byID() (v registry.Version, err error) {
	id, err := c.id()
	if err != nil {
		return v, err
	}
	if c.r.URL.RawQuery == "" {
		if v, err = c.reg.Current().ByID(id, nil); err == nil {
			return v, nil
		}
	}
	err = c.read(func(st *registry.State) (err error) {
		v, err = st.ByID(id, c.hint(st))
		return err
	})
	return v, err
}

// getSchema answers GET /schemas/ids/{id}.
func getSchema(c *call) error {
	v, err := c.byID()
	if err != nil {
		return err
	}
	if format, ok := c.onlyFormat(); ok {
		return c.replyContent(&v, format, false)
	}
	answer := answerSchema(&v)
	if c.values().Has("subject") {
		answer.Subject, answer.Version = v.Subject.String(), v.Number
	}
	if c.is("fetchMaxId") {
		st := c.reg.Current()
		most := st.MaxID(c.hint(st))
		answer.MaxID = &most
	}
	if err := c.present(&v, &answer); err != nil {
		return err
	}
	return c.reply(answer)
}

// getSchemaText answers GET /schemas/ids/{id}/schema with the bare text.
func getSchemaText(c *call) error {
	v, err := c.byID()
	if err != nil {
		return err
	}
	if format, ok := c.onlyFormat(); ok {
		return c.replyContent(&v, format, true)
	}
	text, err := c.formatted(&v, c.values().Has("subject"))
	if err != nil {
		return err
	}
	return c.replyText(text)
}

// holders finds the versions that have the ID in the path, the newest of each subject.
func (c *call) holders() ([]registry.Version, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	st, err := c.latest()
	if err != nil {
		return nil, err
	}
	versions, err := st.HoldersOfID(id, c.hint(st), c.is("deleted"))
	if err != nil {
		return nil, err
	}
	return page(c, versions, unpaged)
}

// listHolderSubjects answers GET /schemas/ids/{id}/subjects.
func listHolderSubjects(c *call) error {
	versions, err := c.holders()
	if err != nil {
		return err
	}
	list := make([]string, len(versions))
	for i, v := range versions {
		list[i] = v.Subject.String()
	}
	return c.reply(list)
}

// listHolderVersions answers GET /schemas/ids/{id}/versions.
func listHolderVersions(c *call) error {
	versions, err := c.holders()
	if err != nil {
		return err
	}
	list := make([]holderAnswer, len(versions))
	for i, v := range versions {
		list[i] = holderAnswer{v.Subject.String(), v.Number}
	}
	return c.reply(list)
}

// guid returns the GUID in the path. What has not the form of one names no schema.
func (c *call) guid() (schema.GUID, error) {
	text := c.parameter("guid")
	guid, err := schema.ParseGUID(text)
	if err != nil {
		return guid, &registry.Error{Code: registry.SchemaNotFound, Message: "Schema " + text + " not found", Err: err}
	}
	return guid, nil
}

// getSchemaByGUID answers GET /schemas/guids/{guid}.
func getSchemaByGUID(c *call) error {
	guid, err := c.guid()
	if err != nil {
		return err
	}
	var v registry.Version
	err = c.read(func(st *registry.State) (err error) {
		v, err = st.ByGUID(guid)
		return err
	})
	if err != nil {
		return err
	}
	if format, ok := c.onlyFormat(); ok {
		return c.replyContent(&v, format, false)
	}
	answer := answerSchema(&v)
	if err := c.present(&v, &answer); err != nil {
		return err
	}
	return c.reply(answer)
}

// listIDsOfGUID answers GET /schemas/guids/{guid}/ids, with an empty list for a GUID that nothing has.
func listIDsOfGUID(c *call) error {
	guid, err := c.guid()
	if err != nil {
		return c.reply([]registry.ContextID{})
	}
	st, err := c.latest()
	if err != nil {
		return err
	}
	ids, err := page(c, st.IDsOfGUID(guid), unpaged)
	if err != nil {
		return err
	}
	return c.reply(ids)
}

// notFound is the answer of a path that leads nowhere.
func notFound() error { return refuse(http.StatusNotFound, "HTTP 404 Not Found") }
