package client

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/treatyhq/treaty/schema"
)

// A Config holds the settings of a subject, of a context or of the registry. A field that is not set is inherited.
type Config struct {
	Level              string           `json:"compatibilityLevel,omitempty"`
	Group              string           `json:"compatibilityGroup,omitempty"`
	Policy             string           `json:"compatibilityPolicy,omitempty"`
	Policies           []string         `json:"policies,omitzero"` // stricter rules that are on; empty but not nil is none at all
	Alias              string           `json:"alias,omitempty"`
	AliasForDeks       string           `json:"aliasForDeks,omitempty"`
	Normalize          *bool            `json:"normalize,omitempty"`
	ValidateFields     *bool            `json:"validateFields,omitempty"`
	ValidateNewSchemas *bool            `json:"validateNewSchemas,omitempty"`
	ValidateRules      *bool            `json:"validateRules,omitempty"`
	DefaultMetadata    *schema.Metadata `json:"defaultMetadata,omitempty"`
	OverrideMetadata   *schema.Metadata `json:"overrideMetadata,omitempty"`
	DefaultRuleSet     *schema.RuleSet  `json:"defaultRuleSet,omitempty"`
	OverrideRuleSet    *schema.RuleSet  `json:"overrideRuleSet,omitempty"`
}

// Config returns the settings of the subject; the empty subject stands for the registry. With inherited it returns what
// is in force, else the subject's own, or an *Error with code 40408 if it has none.
func (c *Client) Config(ctx context.Context, subject string, inherited bool) (Config, error) {
	query := url.Values{}
	flag(query, "defaultToGlobal", inherited)
	var out Config
	err := c.do(ctx, call{method: http.MethodGet, path: settingPath("config", subject), query: query}, &out)
	return out, err
}

// SetConfig changes those settings of the subject that are set in change, clears those that are named in cleared, such as
// "compatibilityGroup", so that they are inherited again, and leaves the others as they are. The names are those of the
// members of a Config in JSON; any other is an error. It returns what is stored then.
func (c *Client) SetConfig(ctx context.Context, subject string, change Config, cleared ...string) (Config, error) {
	body, err := changed(change, cleared)
	if err != nil {
		return Config{}, err
	}
	var answer struct {
		Config
		Level string `json:"compatibility"` // PUT spells the level otherwise than GET does
	}
	err = c.do(ctx, call{method: http.MethodPut, path: settingPath("config", subject), body: body}, &answer)
	answer.Config.Level = answer.Level
	return answer.Config, err
}

// changed returns the body of a PUT, in which null clears and the level is called compatibility.
func changed(change Config, cleared []string) (map[string]json.RawMessage, error) {
	text, err := json.Marshal(change)
	if err != nil {
		return nil, err
	}
	body := map[string]json.RawMessage{}
	if err := json.Unmarshal(text, &body); err != nil {
		return nil, err
	}
	for _, name := range cleared {
		if !isSetting(name) {
			return nil, fmt.Errorf("clear %q: there is no such setting", name)
		}
		body[name] = json.RawMessage("null")
	}
	if level, ok := body["compatibilityLevel"]; ok {
		delete(body, "compatibilityLevel")
		body["compatibility"] = level
	}
	return body, nil
}

// isSetting reports whether a Config has a member of a name.
func isSetting(name string) bool {
	return slices.ContainsFunc(reflect.VisibleFields(reflect.TypeFor[Config]()), func(f reflect.StructField) bool {
		member, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		return member == name
	})
}

// DeleteConfig removes the subject's own settings and returns what they were.
func (c *Client) DeleteConfig(ctx context.Context, subject string) (Config, error) {
	var out Config
	err := c.do(ctx, call{method: http.MethodDelete, path: settingPath("config", subject), once: true}, &out)
	return out, err
}

// mode is the body of a mode call.
type mode struct {
	Mode string `json:"mode"`
}

// Mode returns the mode of the subject; the empty subject stands for the registry. With inherited it returns what is in
// force, else the subject's own, or an *Error with code 40409 if it has none.
func (c *Client) Mode(ctx context.Context, subject string, inherited bool) (string, error) {
	query := url.Values{}
	flag(query, "defaultToGlobal", inherited)
	var out mode
	err := c.do(ctx, call{method: http.MethodGet, path: settingPath("mode", subject), query: query}, &out)
	return out.Mode, err
}

// SetMode sets the mode of the subject. force allows IMPORT where there are schemas already.
func (c *Client) SetMode(ctx context.Context, subject, name string, force bool) error {
	query := url.Values{}
	flag(query, "force", force)
	return c.do(ctx, call{method: http.MethodPut, path: settingPath("mode", subject), query: query, body: mode{name}}, nil)
}

// DeleteMode removes the subject's own mode and returns what it was.
func (c *Client) DeleteMode(ctx context.Context, subject string) (string, error) {
	var out mode
	err := c.do(ctx, call{method: http.MethodDelete, path: settingPath("mode", subject), once: true}, &out)
	return out.Mode, err
}

func settingPath(kind, subject string) []string {
	if subject == "" {
		return []string{kind}
	}
	return []string{kind, subject}
}
