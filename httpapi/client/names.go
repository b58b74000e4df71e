package client

import (
	"context"
	"net/http"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/envelope/event"
)

// A Label is a name of a version within its subject.
type Label struct {
	Subject string `json:"subject"`
	Version int    `json:"version"`
	Label   string `json:"label"`
}

// Labels returns the labels of the subject's versions, sorted.
func (c *Client) Labels(ctx context.Context, subject string) ([]Label, error) {
	var out []Label
	err := c.do(ctx, call{method: http.MethodGet, path: []string{"subjects", subject, "labels"}}, &out)
	return out, err
}

// SetLabel lets a label name a version of the subject, Latest for the newest, and no longer another one.
func (c *Client) SetLabel(ctx context.Context, subject string, version int, label string) (Label, error) {
	var out Label
	err := c.do(ctx, call{method: http.MethodPut, path: labelPath(subject, version, label)}, &out)
	return out, err
}

// DeleteLabel takes a label from a version of the subject.
func (c *Client) DeleteLabel(ctx context.Context, subject string, version int, label string) error {
	return c.do(ctx, call{method: http.MethodDelete, path: labelPath(subject, version, label), once: true}, nil)
}

func labelPath(subject string, version int, label string) []string {
	return []string{"subjects", subject, "versions", versionSegment(version), "labels", label}
}

// An Alias is the ID that another registry has for a version.
type Alias struct {
	System     envelope.System `json:"system"`
	ExternalID string          `json:"externalId"`
	Place
}

// Aliases returns the IDs of other registries, sorted by system and ID.
func (c *Client) Aliases(ctx context.Context) ([]Alias, error) {
	var out []Alias
	err := c.do(ctx, call{method: http.MethodGet, path: []string{"envelopes", "aliases"}}, &out)
	return out, err
}

// Alias returns what another registry's ID stands for, or an *[Error] with code 40411 if nothing is set.
func (c *Client) Alias(ctx context.Context, system envelope.System, externalID string) (Place, error) {
	var out Place
	err := c.do(ctx, call{method: http.MethodGet, path: aliasPath(system, externalID)}, &out)
	return out, err
}

// SetAlias lets another registry's ID stand for a version, and returns what is stored.
func (c *Client) SetAlias(ctx context.Context, system envelope.System, externalID string, to Place) (Place, error) {
	var out Place
	err := c.do(ctx, call{method: http.MethodPut, path: aliasPath(system, externalID), body: to}, &out)
	return out, err
}

// DeleteAlias takes another registry's ID away.
func (c *Client) DeleteAlias(ctx context.Context, system envelope.System, externalID string) error {
	return c.do(ctx, call{method: http.MethodDelete, path: aliasPath(system, externalID), once: true}, nil)
}

func aliasPath(system envelope.System, externalID string) []string {
	return []string{"envelopes", "aliases", string(system), externalID}
}

// An EventType is what is set for events of a type.
type EventType struct {
	Type string `json:"type"`
	event.Settings
}

// EventTypes returns what is set for types of events, sorted by type.
func (c *Client) EventTypes(ctx context.Context) ([]EventType, error) {
	var out []EventType
	err := c.do(ctx, call{method: http.MethodGet, path: []string{"envelopes", "types"}}, &out)
	return out, err
}

// EventType returns what is set for events of a type, or an *[Error] with code 40411 if nothing is.
func (c *Client) EventType(ctx context.Context, eventType string) (event.Settings, error) {
	var out event.Settings
	err := c.do(ctx, call{method: http.MethodGet, path: []string{"envelopes", "types", eventType}}, &out)
	return out, err
}

// SetEventType replaces what is set for events of a type, and returns what is stored: with defaults for what is empty.
func (c *Client) SetEventType(ctx context.Context, eventType string, settings event.Settings) (event.Settings, error) {
	var out event.Settings
	err := c.do(ctx, call{method: http.MethodPut, path: []string{"envelopes", "types", eventType}, body: settings}, &out)
	return out, err
}

// DeleteEventType clears what is set for events of a type.
func (c *Client) DeleteEventType(ctx context.Context, eventType string) error {
	return c.do(ctx, call{method: http.MethodDelete, path: []string{"envelopes", "types", eventType}, once: true}, nil)
}
