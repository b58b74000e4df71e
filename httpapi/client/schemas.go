package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/treatyhq/treaty/schema"
)

// Latest stands for the newest version of a subject where a version number is asked for.
const Latest = -1

// A Schema is a text with what the registry says of it. Its references, metadata and rule set are shared with the cache:
// do not change them.
type Schema struct {
	Subject    string             `json:"subject,omitempty"`
	Version    int                `json:"version,omitempty"`
	ID         int                `json:"id,omitempty"`
	GUID       string             `json:"guid,omitempty"`
	Type       schema.Type        `json:"schemaType,omitempty"` // empty is AVRO
	Text       string             `json:"schema"`
	References []schema.Reference `json:"references,omitempty"`
	Metadata   *schema.Metadata   `json:"metadata,omitempty"`
	RuleSet    *schema.RuleSet    `json:"ruleSet,omitempty"`
	Deleted    bool               `json:"deleted,omitempty"`
}

// request returns what a schema is when it is submitted: the fields that the registry reads.
func (s Schema) request() Schema {
	return Schema{
		Version: s.Version, ID: s.ID, Type: s.Type, Text: s.Text,
		References: s.References, Metadata: s.Metadata, RuleSet: s.RuleSet,
	}
}

// answered fills in what registries leave out: the type is AVRO where none is named.
func (s Schema) answered() Schema {
	if s.Type == "" {
		s.Type = schema.Avro
	}
	return s
}

// RegisterOptions change how a schema is registered.
type RegisterOptions struct {
	Normalize bool // identify the schema by its normalised text
	Force     bool // skip the compatibility check
}

// Register makes s a version of the subject, or finds the version that it is already, and returns it with its ID.
// s.Version, if set, is the number that the version must get; s.ID, if set, its ID, which takes a subject in mode IMPORT.
// An incompatible schema is an *Error with status 409.
func (c *Client) Register(ctx context.Context, subject string, s Schema, o RegisterOptions) (Schema, error) {
	query := url.Values{}
	flag(query, "normalize", o.Normalize)
	flag(query, "force", o.Force)
	var out Schema
	err := c.do(ctx, call{
		method: http.MethodPost, path: []string{"subjects", subject, "versions"}, query: query, body: s.request(),
	}, &out)
	if err != nil {
		return Schema{}, err
	}
	out.Subject = subject
	if out.Text == "" { // releases before 7.4 answer with the ID alone
		out.Text, out.Type, out.References = s.Text, s.Type, s.References
	}
	return out.answered(), nil
}

// Lookup returns the version of the subject that s is. It is an *Error with code 40401 if there is no such subject, and
// with 40403 if the subject has no such version.
func (c *Client) Lookup(ctx context.Context, subject string, s Schema, deleted bool) (Schema, error) {
	query := url.Values{}
	flag(query, "deleted", deleted)
	var out Schema
	err := c.do(ctx, call{method: http.MethodPost, path: []string{"subjects", subject}, query: query, body: s.request()}, &out)
	return out.answered(), err
}

// ByID returns the schema with the given ID. The subject picks the context; empty is the default one. The answer is
// cached.
func (c *Client) ByID(ctx context.Context, id int, subject string) (Schema, error) {
	key := cacheKey{id: id, subject: subject}
	if s, ok := c.cache.get(key); ok {
		return s, nil
	}
	query := url.Values{}
	if subject != "" {
		query.Set("subject", subject)
	}
	var out Schema
	err := c.do(ctx, call{method: http.MethodGet, path: []string{"schemas", "ids", strconv.Itoa(id)}, query: query}, &out)
	if err != nil {
		return Schema{}, err
	}
	out.ID = id
	// Which version of which subject holds the ID may change; the text may not.
	out.Subject, out.Version, out.Deleted = "", 0, false
	out = out.answered()
	c.cache.put(key, out)
	return out, nil
}

// ByGUID returns the schema with the given GUID, a UUID. The answer is cached.
func (c *Client) ByGUID(ctx context.Context, guid string) (Schema, error) {
	key := cacheKey{guid: guid}
	if s, ok := c.cache.get(key); ok {
		return s, nil
	}
	var out Schema
	if err := c.do(ctx, call{method: http.MethodGet, path: []string{"schemas", "guids", guid}}, &out); err != nil {
		return Schema{}, err
	}
	out.GUID = guid
	out = out.answered()
	c.cache.put(key, out)
	return out, nil
}

// A Place is a version of a subject.
type Place struct {
	Subject string `json:"subject"`
	Version int    `json:"version"`
}

// VersionsOfID returns where the schema with the given ID stands: for each subject its newest version with that ID.
func (c *Client) VersionsOfID(ctx context.Context, id int, subject string, deleted bool) ([]Place, error) {
	query := url.Values{}
	flag(query, "deleted", deleted)
	if subject != "" {
		query.Set("subject", subject)
	}
	var out []Place
	err := c.do(ctx, call{
		method: http.MethodGet, path: []string{"schemas", "ids", strconv.Itoa(id), "versions"}, query: query,
	}, &out)
	return out, err
}

// Types returns the schema types that the registry serves.
func (c *Client) Types(ctx context.Context) ([]schema.Type, error) {
	var out []schema.Type
	err := c.do(ctx, call{method: http.MethodGet, path: []string{"schemas", "types"}}, &out)
	return out, err
}

// A Compatibility is the registry's verdict. Messages say what is wrong, in the registry's words.
type Compatibility struct {
	Compatible bool     `json:"is_compatible"`
	Messages   []string `json:"messages"`
}

// Check asks whether s could follow: the given version alone, Latest for the newest, or with 0 whatever the subject's
// level compares with, which is what Register checks. A text that cannot be read is a verdict too. resolution is "spec" for
// unions by the specification, and empty for the practice that decides registrations.
func (c *Client) Check(ctx context.Context, subject string, version int, s Schema, resolution string) (Compatibility, error) {
	var out Compatibility
	err := c.do(ctx, checking("verbose", subject, version, s, resolution), &out)
	return out, err
}

// checking is the call that asks for the verdict, with as much beside it as the parameter says.
func checking(parameter, subject string, version int, s Schema, resolution string) call {
	path := []string{"compatibility", "subjects", subject, "versions"}
	if version != 0 {
		path = append(path, versionSegment(version))
	}
	query := url.Values{parameter: {"true"}}
	if resolution != "" {
		query.Set("resolution", resolution)
	}
	return call{method: http.MethodPost, path: path, query: query, body: s.request()}
}

func versionSegment(version int) string {
	if version == Latest {
		return "latest"
	}
	return strconv.Itoa(version)
}

func flag(query url.Values, name string, value bool) {
	if value {
		query.Set(name, "true")
	}
}
