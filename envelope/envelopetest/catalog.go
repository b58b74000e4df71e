// Package envelopetest holds a source of schemas in memory, for tests and examples of programs that read and write messages.
//
//	var catalog envelopetest.Catalog
//	v, err := catalog.Add("orders-value", envelope.Inline{Text: text})
//	codec := envelope.New(&catalog, envelope.Config{})
package envelopetest

import (
	"context"
	"fmt"
	"strconv"
	"sync"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/envelope/event"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
	"github.com/treatyhq/treaty/schema/protobuf"
)

// A Catalog is an [envelope.Source] that a test fills. It knows no contexts. The zero value is empty and ready; it is safe
// for concurrent use.
type Catalog struct {
	mu       sync.RWMutex
	versions []envelope.Version
	sources  map[schema.GUID]schema.Source
	labels   map[label]int
	aliases  []alias
	types    map[string]event.Rules
}

type label struct{ subject, text string }

type alias struct {
	system   envelope.System
	external string
	to       envelope.Version
}

// Add makes a schema the next version of a subject. References are to versions that were added before. IDs count from 1,
// and the same schema has the same one in every subject.
func (c *Catalog) Add(subject string, in envelope.Inline) (envelope.Version, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	src, err := c.source(in)
	if err != nil {
		return envelope.Version{}, err
	}
	s, err := parse(src, in.Type)
	if err != nil {
		return envelope.Version{}, err
	}
	v := envelope.Version{Subject: subject, Number: 1, ID: 1, GUID: schema.Identify(s.Canonical(), in.References, nil, nil), Schema: s}
	for _, known := range c.versions {
		if v.ID = max(v.ID, known.ID+1); known.Subject == subject {
			v.Number = known.Number + 1
		}
	}
	for _, known := range c.versions {
		if known.GUID == v.GUID {
			v.ID, v.Schema = known.ID, known.Schema
		}
	}
	if c.sources == nil {
		c.sources = map[schema.GUID]schema.Source{}
	}
	c.versions, c.sources[v.GUID] = append(c.versions, v), src
	return v, nil
}

// source returns a text with what it refers to.
func (c *Catalog) source(in envelope.Inline) (schema.Source, error) {
	src := schema.Source{Text: in.Text, References: in.References}
	seen := map[string]bool{}
	add := func(d schema.Dependency) {
		if !seen[d.Name] {
			seen[d.Name] = true
			src.Dependencies = append(src.Dependencies, d)
		}
	}
	for _, r := range in.References {
		v, err := c.find(envelope.Name{Subject: r.Subject, Text: strconv.Itoa(r.Version)})
		if err != nil {
			return src, err
		}
		for _, d := range c.sources[v.GUID].Dependencies {
			add(d)
		}
		add(schema.Dependency{Reference: r, Text: v.Schema.Canonical()})
	}
	return src, nil
}

func parse(src schema.Source, kind schema.Type) (schema.Schema, error) {
	if kind == schema.Protobuf {
		return protobuf.Parse(context.Background(), src, schema.Options{New: true})
	}
	return avro.Parse(context.Background(), src, schema.Options{New: true})
}

// Label gives a version of a subject a label.
func (c *Catalog) Label(subject, text string, number int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.labels == nil {
		c.labels = map[label]int{}
	}
	c.labels[label{subject, text}] = number
}

// Alias says what ID another registry has for a version.
func (c *Catalog) Alias(system envelope.System, external string, to envelope.Version) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.aliases = append(c.aliases, alias{system, external, to})
}

// Bind sets the rules for events of a type.
func (c *Catalog) Bind(eventType string, rules event.Rules) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.types == nil {
		c.types = map[string]event.Rules{}
	}
	c.types[eventType] = rules
}

// Version returns the first version that a name stands for.
func (c *Catalog) Version(_ context.Context, n envelope.Name) (envelope.Version, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.find(n)
}

func (c *Catalog) find(n envelope.Name) (envelope.Version, error) {
	if n.Kind == envelope.ByVersion {
		return c.named(n)
	}
	for _, v := range c.versions {
		if c.has(v, n) && (n.Subject == "" || n.Subject == v.Subject) {
			return v, nil
		}
	}
	return envelope.Version{}, &envelope.Unknown{Message: "no schema has " + sought(n)}
}

// sought is what a sentence calls that which a name says of a schema.
func sought(n envelope.Name) string {
	of := ""
	if n.Subject != "" {
		of = " in " + n.Subject
	}
	switch n.Kind {
	case envelope.ByID:
		return fmt.Sprintf("the ID %d%s", n.ID, of)
	case envelope.ByGUID:
		return fmt.Sprintf("the GUID %s%s", n.GUID, of)
	case envelope.ByFingerprint:
		return fmt.Sprintf("the fingerprint %016x%s", n.Rabin, of)
	}
	return fmt.Sprintf("the ID %q of %s%s", n.Text, n.System, of)
}

func (c *Catalog) has(v envelope.Version, n envelope.Name) bool {
	switch n.Kind {
	case envelope.ByID:
		return v.ID == n.ID
	case envelope.ByGUID:
		return v.GUID == n.GUID
	case envelope.ByFingerprint:
		s, ok := v.Schema.(*avro.Schema)
		return ok && s.Rabin() == n.Rabin
	}
	for _, a := range c.aliases {
		if a.system == n.System && a.external == n.Text && a.to.ID == v.ID {
			return true
		}
	}
	return false
}

func (c *Catalog) named(n envelope.Name) (envelope.Version, error) {
	number, err := strconv.Atoi(n.Text)
	if of, ok := c.labels[label{n.Subject, n.Text}]; ok {
		number, err = of, nil
	}
	missing := envelope.MissingSubject
	var found envelope.Version
	for _, v := range c.versions {
		if v.Subject != n.Subject {
			continue
		}
		missing = envelope.MissingVersion
		if n.Text == envelope.Latest || err == nil && v.Number == number {
			found = v
		}
	}
	if found.Schema == nil {
		return found, &envelope.Unknown{Missing: missing, Message: fmt.Sprintf("there is no version %s of %s", n.Text, n.Subject)}
	}
	return found, nil
}

// External returns the ID that another registry has for a version.
func (c *Catalog) External(_ context.Context, system envelope.System, v envelope.Version) (string, bool, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, a := range c.aliases {
		if a.system == system && a.to.ID == v.ID {
			return a.external, true, nil
		}
	}
	return "", false, nil
}

// Binding returns what [Catalog.Bind] has set.
func (c *Catalog) Binding(_ context.Context, _, eventType string) (event.Rules, bool, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	rules, ok := c.types[eventType]
	return rules, ok, nil
}

// Parse reads a text that is not in the catalog; its references are.
func (c *Catalog) Parse(_ context.Context, _ string, in envelope.Inline) (schema.Schema, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	src, err := c.source(in)
	if err != nil {
		return nil, &envelope.Error{Code: envelope.Unprocessable, Message: err.Error()}
	}
	s, err := parse(src, in.Type)
	if err != nil {
		return nil, &envelope.Error{Code: envelope.Unprocessable, Message: err.Error()}
	}
	return s, nil
}
