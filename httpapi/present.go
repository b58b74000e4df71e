package httpapi

import (
	"slices"
	"strings"

	"github.com/treatyhq/treaty/registry"
	"github.com/treatyhq/treaty/schema"
)

// present changes an answer to the form that format, referenceFormat and findTags ask for. The GUID stays that of the
// stored text.
func (c *call) present(v *registry.Version, answer *versionAnswer) (err error) {
	if c.r.URL.RawQuery == "" {
		return nil
	}
	if answer.Schema, err = c.formatted(v, answer.Subject != ""); err != nil {
		return err
	}
	if strings.EqualFold(c.text("referenceFormat"), "qualified") {
		answer.References = qualified(v.Subject.Context, v.References)
	}
	if wanted := c.values()["findTags"]; len(wanted) > 0 {
		parsed, err := c.reg.Parsed(c.r.Context(), *v)
		if err != nil {
			return err
		}
		answer.SchemaTags = tagged(parsed.Tags(), wanted)
	}
	return nil
}

// formatted returns the text in the format that the query names; an unknown name gives the canonical text. So does "source"
// unless the answer names the version: those that share an ID or a GUID were not all submitted alike.
func (c *call) formatted(v *registry.Version, named bool) (string, error) {
	if c.r.URL.RawQuery == "" {
		return v.Text, nil
	}
	format := c.text("format")
	if named && strings.EqualFold(format, "source") {
		return c.reg.SourceText(c.r.Context(), *v)
	}
	return c.formattedAs(v, format)
}

func (c *call) formattedAs(v *registry.Version, format string) (string, error) {
	if format == "" {
		return v.Text, nil
	}
	parsed, err := c.reg.Parsed(c.r.Context(), *v)
	if err != nil {
		return "", err
	}
	return parsed.Format(format), nil
}

// qualified writes the context into the references that name none; they are meant in the context of their schema.
func qualified(context string, references []schema.Reference) []schema.Reference {
	list := slices.Clone(references)
	for i, r := range list {
		if !strings.HasPrefix(r.Subject, ":") {
			list[i].Subject = registry.Subject{Context: context, Name: r.Subject}.String()
		}
	}
	return list
}

// tagged keeps the entities that have one of the wanted tags; "*" wants them all.
func tagged(entities []schema.EntityTags, wanted []string) []schema.EntityTags {
	set := make(map[string]bool, len(wanted))
	for _, tag := range wanted {
		set[tag] = true
	}
	if set["*"] {
		return entities
	}
	var list []schema.EntityTags
	for _, e := range entities {
		if slices.ContainsFunc(e.Tags, func(tag string) bool { return set[tag] }) {
			list = append(list, e)
		}
	}
	return list
}
