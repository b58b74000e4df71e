package client

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/treatyhq/treaty/schema"
)

// A Report is a verdict with all that led to it.
type Report struct {
	Compatible bool        `json:"is_compatible"`
	Level      string      `json:"level"`
	Policies   []string    `json:"policies"`   // those that were on
	Resolution string      `json:"resolution"` // "spec" where that was asked for
	Versions   []int       `json:"versions"`   // those that were compared, newest first
	Registered []time.Time `json:"registered"` // when each of them was
	Findings   []Finding   `json:"findings"`
	Truncated  bool        `json:"truncated"` // there are more findings, or versions that show them, than are listed
	// Unexplained tells that witnesses or fixes are missing because too many were asked for.
	Unexplained bool     `json:"unexplained"`
	Messages    []string `json:"messages"` // why not, in the words of the reference server
}

// A Finding is one thing wrong between a new schema and an old one.
type Finding struct {
	Code      string   `json:"code"`
	Severity  string   `json:"severity"` // "error" or "warning"
	Policy    string   `json:"policy"`   // that refuses it where it is on
	Breaks    string   `json:"breaks"`   // whom it hurts
	Direction string   `json:"direction"`
	Path      string   `json:"path"` // by name in the reader's schema
	Wire      bool     `json:"wire"` // whether bytes can break
	Versions  []int    `json:"versions"`
	Old       Origin   `json:"old"` // in the newest version that shows it
	New       Origin   `json:"new"`
	Message   string   `json:"message"`
	Witness   *Witness `json:"witness,omitempty"`
	Fixes     []Fix    `json:"fixes,omitempty"`
}

// A Witness is a smallest message that proves a finding.
type Witness struct {
	Writer  string          `json:"writer"`  // whose schema wrote it: "old" or "new"
	Message json.RawMessage `json:"message"` // in plain JSON
	Error   string          `json:"error"`   // what the reader said, or what it made of the message
}

// A Fix is a list of edits of the text that was sent, after which the whole change is compatible. The registry has applied and
// checked them.
type Fix struct {
	Title   string `json:"title"` // what it does, in words
	Patch   []Edit `json:"patch"` // in order, each of what the one before has made
	Verdict string `json:"verdict"`
}

// An Edit is one operation of a JSON patch (RFC 6902) in a text of Avro. In one of Protobuf it has a Range, which may be empty,
// and Value is the JSON string that is to stand there.
type Edit struct {
	Op     string          `json:"op"`   // add, replace or remove
	Path   string          `json:"path"` // a JSON pointer; without meaning where there is a Range
	*Range                 // nil in a JSON patch
	Value  json.RawMessage `json:"value,omitempty"`
}

// A Range is a part of a text, from a place up to another. Lines and columns count from 1, columns in bytes.
type Range struct {
	Line      int `json:"line"`
	Column    int `json:"column"`
	EndLine   int `json:"endLine"`
	EndColumn int `json:"endColumn"`
}

// An Origin is where a finding comes from.
type Origin struct {
	Location
	Version int    `json:"version"` // of the old schema
	Text    string `json:"text"`    // of the line
}

// Explain returns the whole report on what Check only gives the verdict of, with witnesses and fixes. resolution is "spec" for
// unions by the specification, and empty for the practice that decides registrations.
func (c *Client) Explain(ctx context.Context, subject string, version int, s Schema, resolution string) (Report, error) {
	var out Report
	err := c.do(ctx, checking("explain", subject, version, s, resolution), &out)
	return out, err
}

// A Proposal is one schema of a future state.
type Proposal struct {
	Subject    string             `json:"subject"`
	Type       schema.Type        `json:"schemaType,omitempty"` // empty is AVRO
	Text       string             `json:"schema"`
	References []schema.Reference `json:"references,omitempty"` // to another proposal: Latest, or its next version
	Metadata   *schema.Metadata   `json:"metadata,omitempty"`
	RuleSet    *schema.RuleSet    `json:"ruleSet,omitempty"`
	Level      string             `json:"compatibility,omitempty"` // in place of the subject's
	Policies   []string           `json:"policies,omitzero"`       // in place of the subject's; empty but not nil is none at all
	Resolution string             `json:"resolution,omitempty"`    // "spec" for unions by the specification
}

// A Forecast is what would become of a proposal.
type Forecast struct {
	Report
	Subject  string  `json:"subject"`
	Version  int     `json:"version"` // that it would become, or that it is
	ID       int     `json:"id"`      // of the version that it is
	Existing bool    `json:"existing"`
	Refusal  *Reason `json:"error"` // why it could not be registered at all
}

// A Reason is the registry's refusal of one schema among many.
type Reason struct {
	Code    int    `json:"error_code"`
	Message string `json:"message"`
}

// CheckAll asks what would become of at most 10,000 schemas that are registered together and may refer to each other. Nothing
// is written. The forecasts are in the order of the proposals.
func (c *Client) CheckAll(ctx context.Context, proposals []Proposal, explain bool) ([]Forecast, error) {
	query := url.Values{}
	flag(query, "explain", explain)
	var out struct {
		Subjects []Forecast `json:"subjects"`
	}
	body := struct {
		Subjects []Proposal `json:"subjects"`
	}{proposals}
	err := c.do(ctx, call{method: http.MethodPost, path: []string{"checks"}, query: query, body: body}, &out)
	return out.Subjects, err
}
