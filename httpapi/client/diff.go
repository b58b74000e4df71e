package client

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
)

// A Diff is what has changed from one version of a subject to another.
type Diff struct {
	Subject    string          `json:"subject,omitempty"`
	Old        DiffSide        `json:"old,omitzero"`
	New        DiffSide        `json:"new,omitzero"`
	Compatible map[string]bool `json:"compatible"` // the verdict of each level on the change of the one to the other
	Changes    []Change        `json:"changes"`
	Truncated  bool            `json:"truncated,omitempty"` // there are more changes than are listed
}

// A DiffSide names one of the two versions.
type DiffSide struct {
	Version int `json:"version"`
	ID      int `json:"id"`
}

// A Change is one difference between two versions.
type Change struct {
	Path     string          `json:"path"`
	Kind     string          `json:"kind"`          // added, removed, changed, renamed or reordered
	What     string          `json:"what"`          // field, type, default, doc, alias, symbol, …
	Old      json.RawMessage `json:"old,omitempty"` // what was there, nil if nothing was
	New      json.RawMessage `json:"new,omitempty"` // what is there, nil if nothing is
	Backward string          `json:"backward"`      // to new readers of old data: compatible, warning or incompatible
	Forward  string          `json:"forward"`       // to old readers of new data
	Codes    []string        `json:"codes,omitempty"`
	OldAt    Location        `json:"oldAt,omitzero"`
	NewAt    Location        `json:"newAt,omitzero"`
	Message  string          `json:"message"`
}

// A Location is a place in a version's text as it was submitted. Line and Column count from 1; zero is unknown.
type Location struct {
	Pointer   string `json:"pointer,omitempty"` // a JSON pointer, Avro alone
	Line      int    `json:"line,omitempty"`
	Column    int    `json:"column,omitempty"`
	Reference string `json:"reference,omitempty"` // the reference whose text it is in
}

// Diff lists what has changed from version old to version latest of the subject, either of which may be Latest.
func (c *Client) Diff(ctx context.Context, subject string, old, latest int, deleted bool) (Diff, error) {
	query := url.Values{}
	flag(query, "deleted", deleted)
	var out Diff
	err := c.do(ctx, call{
		method: http.MethodGet, query: query,
		path: []string{"subjects", subject, "versions", versionSegment(old), "diff", versionSegment(latest)},
	}, &out)
	return out, err
}
