package client

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/treatyhq/treaty/schema"
)

// A Desired is the state that a plan leads to.
type Desired struct {
	Subjects []Proposal `json:"subjects"` // Level and Policies become settings of the subject; references as in CheckAll
	// Prune, if set, has the subjects deleted, softly, whose names begin with it and that are not desired. It must not be empty.
	Prune string `json:"prune,omitempty"`
}

// A Plan is what would have to be done to bring about a desired state, and on what that rests. It is a document: what the
// registry answered is what it takes back.
type Plan struct {
	Commands   []Command `json:"commands"`   // in the order in which they are carried out
	ReadSet    []Read    `json:"readSet"`    // what the commands rest on
	Digest     string    `json:"digest"`     // of commands and read set: "sha256:" and 64 hexadecimal digits
	Applicable bool      `json:"applicable"` // no subject is refused or incompatible; else there are no commands
	Subjects   []Planned `json:"subjects"`   // in the order of the desired state, then those to be deleted
}

// A Command is one thing to do.
type Command struct {
	Kind       string             `json:"kind"` // "config", "register" or "delete"
	Subject    string             `json:"subject"`
	Level      string             `json:"compatibility,omitempty"` // config: to be set; empty is left as it is
	Policies   []string           `json:"policies,omitzero"`       // config: to be set; nil is left as they are
	Group      string             `json:"compatibilityGroup,omitempty"`
	Type       schema.Type        `json:"schemaType,omitempty"` // register
	Text       string             `json:"schema,omitempty"`     // register
	References []schema.Reference `json:"references,omitempty"` // register: with the numbers that they will have
	Metadata   *schema.Metadata   `json:"metadata,omitempty"`
	RuleSet    *schema.RuleSet    `json:"ruleSet,omitempty"`
	Normalize  *bool              `json:"normalize,omitempty"`
	Version    int                `json:"version,omitempty"`  // register: that it will become
	Versions   []int              `json:"versions,omitempty"` // delete: all that are active
}

// A Read is something that a plan looked at.
type Read struct {
	Kind string `json:"kind"` // "subject", "config" or "mode"
	Name string `json:"name"` // of the subject or context; empty is the registry's own setting
	Seq  uint64 `json:"seq"`  // of the event that last changed it; 0 if nothing is there
}

// A Planned is what a plan says of a subject.
type Planned struct {
	Forecast
	Action string  `json:"action"` // "create", "update", "unchanged", "refused" or "delete"
	Drift  []Drift `json:"drift,omitempty"`
}

// A Drift is a difference that the desired state does not account for: somebody did it by other means.
type Drift struct {
	What    string    `json:"what"` // "version", "compatibility", "policies", "undeclared", …
	Message string    `json:"message"`
	Actor   string    `json:"actor,omitempty"` // who did it
	Time    time.Time `json:"time,omitzero"`   // when
}

// An Applied is what has become of a plan.
type Applied struct {
	Seq      uint64           `json:"seq"` // of the last event
	Subjects []AppliedSubject `json:"subjects"`
}

// An AppliedSubject is a version that was made by a plan.
type AppliedSubject struct {
	Subject string `json:"subject"`
	Version int    `json:"version"`
	ID      int    `json:"id"`
}

// A Moved is an entry of a read set that is not as the plan saw it.
type Moved struct {
	Read
	Now   uint64    `json:"now"` // the seq that it has now
	Actor string    `json:"actor,omitempty"`
	Time  time.Time `json:"time,omitzero"`
}

// Plan asks what would have to be done to bring a state about, at most 10,000 commands. Nothing is written.
func (c *Client) Plan(ctx context.Context, d Desired, explain bool) (json.RawMessage, Plan, error) {
	var out Plan
	err := c.do(ctx, call{method: http.MethodPost, path: []string{"plans"}, body: d}, &out)
	return nil, out, err
}

// Apply carries out a plan, all of it or nothing. Where something that it rests on has changed since, the error is an
// *Error with code 40920, and moved lists what.
func (c *Client) Apply(ctx context.Context, plan json.RawMessage) (applied Applied, moved []Moved, err error) {
	err = c.do(ctx, call{method: http.MethodPost, path: []string{"plans", "apply"}, body: plan, once: true}, &applied)
	return applied, nil, err
}
