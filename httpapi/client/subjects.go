package client

import (
	"context"
	"net/http"
	"net/url"
)

// Subjects returns the names of the subjects that start with prefix, sorted. The empty prefix means every subject of
// every context. deleted includes those whose versions are all soft-deleted.
func (c *Client) Subjects(ctx context.Context, prefix string, deleted bool) ([]string, error) {
	query := url.Values{}
	flag(query, "deleted", deleted)
	if prefix != "" {
		query.Set("subjectPrefix", prefix)
	}
	var out []string
	err := c.do(ctx, call{method: http.MethodGet, path: []string{"subjects"}, query: query}, &out)
	return out, err
}

// Versions returns the version numbers of the subject, ascending. deleted includes the soft-deleted ones.
func (c *Client) Versions(ctx context.Context, subject string, deleted bool) ([]int, error) {
	query := url.Values{}
	flag(query, "deleted", deleted)
	var out []int
	err := c.do(ctx, call{method: http.MethodGet, path: []string{"subjects", subject, "versions"}, query: query}, &out)
	return out, err
}

// Version returns one version of the subject, Latest for the newest.
func (c *Client) Version(ctx context.Context, subject string, version int) (Schema, error) {
	var out Schema
	err := c.do(ctx, call{method: http.MethodGet, path: []string{"subjects", subject, "versions", versionSegment(version)}}, &out)
	return out.answered(), err
}

// ReferencedBy returns the IDs of the schemas that refer to a version of the subject.
func (c *Client) ReferencedBy(ctx context.Context, subject string, version int) ([]int, error) {
	var out []int
	err := c.do(ctx, call{
		method: http.MethodGet, path: []string{"subjects", subject, "versions", versionSegment(version), "referencedby"},
	}, &out)
	return out, err
}

// DeleteVersion deletes a version of the subject and returns its number. Permanent takes a version that was deleted
// before.
func (c *Client) DeleteVersion(ctx context.Context, subject string, version int, permanent bool) (int, error) {
	query := url.Values{}
	flag(query, "permanent", permanent)
	var out int
	err := c.do(ctx, call{
		method: http.MethodDelete, path: []string{"subjects", subject, "versions", versionSegment(version)},
		query: query, once: true,
	}, &out)
	return out, err
}

// DeleteSubject deletes every version of the subject and returns their numbers. Permanent takes a subject that was
// deleted before.
func (c *Client) DeleteSubject(ctx context.Context, subject string, permanent bool) ([]int, error) {
	query := url.Values{}
	flag(query, "permanent", permanent)
	var out []int
	err := c.do(ctx, call{method: http.MethodDelete, path: []string{"subjects", subject}, query: query, once: true}, &out)
	return out, err
}

// Contexts returns the names of the contexts, "." first.
func (c *Client) Contexts(ctx context.Context) ([]string, error) {
	var out []string
	err := c.do(ctx, call{method: http.MethodGet, path: []string{"contexts"}}, &out)
	return out, err
}

// DeleteContext deletes a context that has no subjects.
func (c *Client) DeleteContext(ctx context.Context, name string) error {
	return c.do(ctx, call{method: http.MethodDelete, path: []string{"contexts", name}, once: true}, nil)
}
