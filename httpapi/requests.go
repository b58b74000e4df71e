package httpapi

import (
	"slices"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/registry"
	"github.com/treatyhq/treaty/schema"
)

// register reads the body of a registration, which look-ups and compatibility checks share. The caller adds the subject.
func (d *decoder) register() registry.RegisterCommand {
	c := registry.RegisterCommand{ID: registry.UnsetID}
	d.object(func(name string) {
		switch name {
		case "version":
			c.Version = d.integer(0)
		case "id":
			c.ID = d.integer(registry.UnsetID)
		case "schemaTagsToAdd":
			c.TagsToAdd = values(d, d.entityTags)
		case "schemaTagsToRemove":
			c.TagsToRemove = values(d, d.entityTags)
		case "propagateSchemaTags":
			c.PropagateTags = d.boolean()
		default:
			d.submission(name, &c.Submission)
		}
	})
	return c
}

// submission reads a member of a submission. What it does not know it skips.
func (d *decoder) submission(name string, s *registry.Submission) {
	switch name {
	case "schema":
		s.Text = d.str()
	case "schemaType":
		s.Type = schema.Type(d.str())
	case "references":
		d.within(registry.InvalidSchema, func() { s.References = values(d, d.reference) })
	case "metadata":
		s.Metadata = optional(d, d.metadata)
	case "ruleSet":
		s.RuleSet = optional(d, d.ruleSet)
	default:
		d.skip()
	}
}

// tag reads the body of a change of tags. The caller adds subject and version.
func (d *decoder) tag() registry.TagCommand {
	var c registry.TagCommand
	d.object(func(name string) {
		switch name {
		case "newVersion":
			c.NewVersion = d.integer(0)
		case "tagsToAdd":
			c.Add = values(d, d.entityTags)
		case "tagsToRemove":
			c.Remove = values(d, d.entityTags)
		case "metadata":
			c.Metadata = optional(d, d.metadata)
		case "ruleSet":
			c.RuleSet = optional(d, d.ruleSet)
		case "rulesToMerge":
			c.RulesToMerge = optional(d, d.ruleSet)
		case "rulesToRemove":
			c.RulesToRemove = values(d, d.str)
		default:
			d.skip()
		}
	})
	return c
}

// A configUpdate is an update of settings, with the members that mean nothing.
type configUpdate struct {
	registry.ConfigUpdate
	ignored []string
}

// config reads an update of settings: an absent member keeps what is stored, null clears it.
func (d *decoder) config() (u configUpdate) {
	d.object(func(name string) {
		switch name {
		case "alias":
			u.Alias = patch(d, d.str)
		case "aliasForDeks":
			u.AliasForDeks = patch(d, d.str)
		case "normalize":
			u.Normalize = patch(d, d.boolean)
		case "validateFields":
			u.ValidateFields = patch(d, d.boolean)
		case "validateNewSchemas":
			u.ValidateNewSchemas = patch(d, d.boolean)
		case "validateRules":
			u.ValidateRules = patch(d, d.boolean)
		case "compatibility":
			u.Level = patch(d, func() compat.Level { return compat.Level(d.str()) })
		case "compatibilityPolicy":
			u.Policy = patch(d, d.str)
		case "compatibilityGroup":
			u.Group = patch(d, d.str)
		case "policies":
			u.Policies = patch(d, d.policies)
		case "defaultMetadata":
			u.DefaultMetadata = patch(d, d.metadata)
		case "overrideMetadata":
			u.OverrideMetadata = patch(d, d.metadata)
		case "defaultRuleSet":
			u.DefaultRuleSet = patch(d, d.ruleSet)
		case "overrideRuleSet":
			u.OverrideRuleSet = patch(d, d.ruleSet)
		default:
			u.ignored = append(u.ignored, name)
			d.skip()
		}
	})
	return u
}

// policies reads names, whatever they are: the registry knows which there are.
func (d *decoder) policies() compat.Policies { return values(d, d.str) }

// mode reads an update of a mode. Absent or null, it clears the mode: the result's name is nil.
func (d *decoder) mode() modeAnswer {
	var m modeAnswer
	d.object(func(name string) {
		if name == "mode" {
			m.Mode = optional(d, d.str)
		} else {
			d.skip()
		}
	})
	return m
}

func (d *decoder) reference() schema.Reference {
	var r schema.Reference
	d.object(func(name string) {
		switch name {
		case "name":
			r.Name = d.str()
		case "subject":
			r.Subject = d.str()
		case "version":
			r.Version = d.integer(0)
		default:
			d.skip()
		}
	})
	return r
}

func (d *decoder) metadata() schema.Metadata {
	var m schema.Metadata
	d.object(func(name string) {
		switch name {
		case "tags":
			m.Tags = pairs(d, d.set)
		case "properties":
			m.Properties = pairs(d, d.str)
		case "sensitive":
			m.Sensitive = d.set()
		default:
			d.skip()
		}
	})
	return m
}

func (d *decoder) ruleSet() schema.RuleSet {
	var s schema.RuleSet
	d.object(func(name string) {
		switch name {
		case "migrationRules":
			s.MigrationRules = values(d, d.rule)
		case "domainRules":
			s.DomainRules = values(d, d.rule)
		case "encodingRules":
			s.EncodingRules = values(d, d.rule)
		case "enableAt":
			s.EnableAt = d.str()
		default:
			d.skip()
		}
	})
	return s
}

func (d *decoder) rule() schema.Rule {
	var r schema.Rule
	d.object(func(name string) {
		switch name {
		case "name":
			r.Name = d.str()
		case "doc":
			r.Doc = d.str()
		case "kind":
			r.Kind = d.str()
		case "mode":
			r.Mode = d.str()
		case "type":
			r.Type = d.str()
		case "tags":
			r.Tags = d.set()
		case "params":
			r.Params = pairs(d, d.str)
		case "expr":
			r.Expr = d.str()
		case "onSuccess":
			r.OnSuccess = d.str()
		case "onFailure":
			r.OnFailure = d.str()
		case "disabled":
			r.Disabled = d.boolean()
		default:
			d.skip()
		}
	})
	return r
}

func (d *decoder) entityTags() schema.EntityTags {
	var t schema.EntityTags
	d.object(func(name string) {
		switch name {
		case "schemaEntity":
			t.Entity = d.entity()
		case "tags":
			t.Tags = d.set()
		default:
			d.skip()
		}
	})
	return t
}

func (d *decoder) entity() schema.Entity {
	var e schema.Entity
	d.object(func(name string) {
		switch name {
		case "entityPath":
			e.Path = d.str()
		case "entityType":
			e.Type = d.str()
		default:
			d.skip()
		}
	})
	return e
}

// set reads an array of strings as the set it stands for: sorted, each once.
func (d *decoder) set() []string {
	list := values(d, d.str)
	slices.Sort(list)
	return slices.Compact(list)
}

// values reads an array of a bounded length; null is nil.
func values[T any](d *decoder, item func() T) []T {
	var list []T
	d.within(registry.SchemaTooLarge, func() {
		d.list(func() { list = append(list, item()) })
	})
	return list
}

// pairs reads an object whose names are data; null is nil.
func pairs[T any](d *decoder, value func() T) map[string]T {
	var m map[string]T
	d.object(func(name string) {
		if m == nil {
			m = make(map[string]T)
		}
		m[name] = value()
	})
	return m
}

// optional reads a value of a bounded length that may be null.
func optional[T any](d *decoder, value func() T) *T {
	if d.null() {
		return nil
	}
	var v T
	d.within(registry.SchemaTooLarge, func() { v = value() })
	return &v
}

// patch reads a member whose null differs from its absence.
func patch[T any](d *decoder, value func() T) registry.Patch[T] {
	return registry.Patch[T]{Set: true, Value: optional(d, value)}
}
