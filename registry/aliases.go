package registry

import (
	"context"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/schema"
)

// systems are the registries whose IDs can be aliases, and how their IDs are read: into the one way in which they are kept.
var systems = map[envelope.System]func(id string) (canonical string, ok bool){
	envelope.GlueID:          readUUID,
	envelope.ApicurioContent: readNumber,
	envelope.ApicurioGlobal:  readNumber,
	envelope.AzureID:         readHex,
	envelope.ConfluentID:     readNumber,
	envelope.PubSubID:        func(id string) (string, bool) { return id, true },
}

func readUUID(id string) (string, bool) {
	g, err := schema.ParseGUID(id)
	return g.String(), err == nil
}

func readHex(id string) (string, bool) {
	b, err := hex.DecodeString(id)
	return hex.EncodeToString(b), err == nil && len(b) == len(schema.GUID{})
}

func readNumber(id string) (string, bool) {
	n, err := strconv.ParseUint(id, 10, 64)
	return strconv.FormatUint(n, 10), err == nil
}

// canonicalID returns an external ID as it is kept. It is an InvalidSetting error if the system has no such IDs.
func canonicalID(system envelope.System, id string) (string, error) {
	read, ok := systems[system]
	if !ok {
		return "", refuse(InvalidSetting, "There is no system %q, but %s.", system, systemNames())
	}
	if err := validName("external ID", id); err != nil {
		return "", err
	}
	canonical, ok := read(id)
	if !ok {
		return "", refuse(InvalidSetting, "%q is no ID of system %q.", id, system)
	}
	return canonical, nil
}

func systemNames() string {
	var names []string
	for system := range systems {
		names = append(names, string(system))
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// SetAlias lets another registry's ID stand for a version, soft-deleted or not, in a context, and returns what is kept:
// UUIDs and hexadecimal digits count without case. The refusals are SubjectNotFound, VersionNotFound, InvalidSetting,
// InvalidSubject (of the context), OperationNotPermitted and StoreUnavailable.
func (r *Registry) SetAlias(ctx context.Context, a Alias) (Alias, error) {
	if err := validContext(a.Context); err != nil {
		return Alias{}, err
	}
	var err error
	if a.ExternalID, err = canonicalID(a.System, a.ExternalID); err != nil {
		return Alias{}, err
	}
	return carryTo[Alias](ctx, r, &aliasChange{a})
}

// ClearAlias takes an alias away and returns it. The refusals are SettingNotFound, OperationNotPermitted and
// StoreUnavailable.
func (r *Registry) ClearAlias(ctx context.Context, context string, system envelope.System, externalID string) (Alias, error) {
	return carryTo[Alias](ctx, r, &aliasRemoval{context, system, externalID})
}

// validContext refuses names of contexts in which nothing can be.
func validContext(name string) error {
	scope := Subject{Context: name}
	if name == GlobalContext {
		return invalidSubject(scope)
	}
	return validScope(scope)
}

// An aliasChange is a SetAlias.
type aliasChange struct{ alias Alias }

func (*aliasChange) size() int { return 0 }

func (c *aliasChange) decide(s *State, _ moment) (decision, error) {
	a := c.alias
	v, err := s.held(a.Subject, a.Version)
	if err != nil {
		return decision{}, err
	}
	a.Version = int(v.number)
	d := decision{answer: a}
	old, _ := s.Alias(a.Context, a.System, a.ExternalID)
	if err := s.mayChange(a.Subject, Subject{Context: a.Context}); err != nil || old == a {
		return d, err
	}
	d.events = []event{&aliasSet{a.Context, a.System, a.ExternalID, a.Subject.spelledIn(a.Context), a.Version}}
	return d, s.atLevel(envelopesLevel, "Aliases")
}

// An aliasRemoval is a ClearAlias.
type aliasRemoval struct {
	context    string
	system     envelope.System
	externalID string
}

func (*aliasRemoval) size() int { return 0 }

func (c *aliasRemoval) decide(s *State, _ moment) (decision, error) {
	old, err := s.Alias(c.context, c.system, c.externalID)
	if err == nil {
		err = s.mayChange(old.Subject, Subject{Context: c.context})
	}
	return decision{events: []event{&aliasCleared{old.Context, old.System, old.ExternalID}}, answer: old}, err
}
