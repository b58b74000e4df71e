package httpapi

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/treatyhq/treaty/registry"
)

// A role is what a grant allows; each includes those before it.
type role int

const (
	read  role = iota + 1 // read schemas and settings, look up, check
	write                 // register, soft-delete, change a subject's own settings
	admin                 // delete permanently, change modes and the settings of contexts and of the registry, import
)

var roles = map[string]role{"read": read, "write": write, "admin": admin}

// UnmarshalJSON reads a role by its name.
func (r *role) UnmarshalJSON(text []byte) error {
	var name string
	if err := json.Unmarshal(text, &name); err != nil {
		return err
	}
	known, ok := roles[name]
	if !ok {
		return fmt.Errorf("role %q is none of read, write and admin", name)
	}
	*r = known
	return nil
}

// anyContext as a grant's context stands for all of them.
const anyContext = "*"

// A grant gives a role on the subjects of a context whose names start with a prefix.
type grant struct {
	Role    role   `json:"role"`
	Context string `json:"context"` // "." if left out, ".name", or "*" for all
	Prefix  string `json:"prefix"`  // empty for all
}

// everything is what everybody may do where there is no credentials file.
var everything = []grant{{Role: admin, Context: anyContext}}

// covers reports whether p has the role on a subject. A subject without a name stands for its context as a whole.
func (p *principal) covers(need role, s registry.Subject) bool {
	for _, g := range p.grants {
		if g.Role >= need && (g.Context == anyContext || g.Context == s.Context) && strings.HasPrefix(s.Name, g.Prefix) {
			return true
		}
	}
	return false
}

// coversAll reports whether p has the role on all subjects of all contexts whose names start with prefix.
func (p *principal) coversAll(need role, prefix string) bool {
	for _, g := range p.grants {
		if g.Role >= need && g.Context == anyContext && strings.HasPrefix(prefix, g.Prefix) {
			return true
		}
	}
	return false
}

// coversList reports whether p may read every subject that a prefix can match.
func (p *principal) coversList(prefix string) bool {
	if name, ok := strings.CutPrefix(prefix, allContexts); ok {
		return p.coversAll(read, name)
	}
	return p.covers(read, registry.ParseSubject(prefix))
}
