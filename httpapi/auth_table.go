package httpapi

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/treatyhq/treaty/registry"
	"github.com/treatyhq/treaty/schema"
)

// A permission is what a route demands: a role, on what the request names.
type permission struct {
	need role
	on   target
}

// A target reports whether p has the role on what the request names.
type target func(p *principal, need role, reg *registry.Registry, r *http.Request) bool

// permissions is who may do what, a route a line. A route that is missing here is for admins of everything.
var permissions = map[string]permission{
	"GET /":                       {read, onAnything},
	"POST /":                      {read, onAnything},
	"GET /openapi.yaml":           {read, onAnything},
	"GET /schemas/types":          {read, onAnything},
	"GET /contexts":               {read, onAnything},
	"GET /config":                 {read, onAnything},
	"GET /mode":                   {read, onAnything},
	"GET /v1/metadata/id":         {read, onAnything},
	"GET /v1/metadata/version":    {read, onAnything},
	"GET /v1/metadata/deployment": {read, onAnything},

	"GET /subjects":                    {read, onList(allContexts)},
	"POST /subjects/{subject}":         {read, onSubject},
	"DELETE /subjects/{subject}":       {write, onDeletion},
	"GET /subjects/{subject}/metadata": {read, onSubject},
	"GET /subjects/{subject}/versions": {read, onSubject},

	"POST /subjects/{subject}/versions":                       {write, onRegistration},
	"GET /subjects/{subject}/versions/{version}":              {read, onVersion},
	"DELETE /subjects/{subject}/versions/{version}":           {write, onDeletion},
	"GET /subjects/{subject}/versions/{version}/schema":       {read, onVersion},
	"GET /subjects/{subject}/versions/{version}/referencedby": {read, onVersion},
	"GET /subjects/{subject}/versions/{version}/diff/{to}":    {read, onVersion},
	"POST /subjects/{subject}/versions/{version}/tags":        {write, onRegistration},

	"GET /subjects/{subject}/labels":                               {read, onSubject},
	"GET /subjects/{subject}/versions/{version}/labels/{label}":    {read, onSubject},
	"PUT /subjects/{subject}/versions/{version}/labels/{label}":    {write, onSubject},
	"DELETE /subjects/{subject}/versions/{version}/labels/{label}": {write, onSubject},

	"GET /schemas":                   {read, onList("")},
	"GET /schemas/ids/{id}":          {read, onID},
	"GET /schemas/ids/{id}/schema":   {read, onID},
	"GET /schemas/ids/{id}/subjects": {read, onID},
	"GET /schemas/ids/{id}/versions": {read, onID},
	"GET /schemas/guids/{guid}":      {read, onGUID},
	"GET /schemas/guids/{guid}/ids":  {read, onGUID},

	"POST /compatibility/subjects/{subject}/versions":           {read, onSubject},
	"POST /compatibility/subjects/{subject}/versions/{version}": {read, onSubject},
	"POST /checks": {read, onAnything}, // and on each subject that it names

	"PUT /config":              {admin, onEverything},
	"DELETE /config":           {admin, onEverything},
	"GET /config/{subject}":    {read, onSetting},
	"PUT /config/{subject}":    {write, onSetting},
	"DELETE /config/{subject}": {write, onSetting},
	"PUT /mode":                {admin, onEverything},
	"DELETE /mode":             {admin, onEverything},
	"GET /mode/{subject}":      {read, onSetting},
	"PUT /mode/{subject}":      {admin, onSetting},
	"DELETE /mode/{subject}":   {admin, onSetting},

	"GET /envelopes/limits":    {read, onAnything},
	"POST /envelopes/validate": {read, onAnything}, // what somebody may not read does not exist for him, as the next four
	"POST /envelopes/decode":   {read, onAnything},
	"POST /envelopes/encode":   {read, onAnything},
	"POST /envelopes/upcast":   {read, onAnything},
	"POST /envelopes/inspect":  {read, onAnything},

	"GET /envelopes/types":                            {read, onAnything}, // and on the subjects of those that are shown
	"GET /envelopes/types/{type}":                     {read, onAnything}, // and on its subject, as the next
	"GET /envelopes/aliases":                          {read, onAnything},
	"GET /envelopes/aliases/{system}/{externalId}":    {read, onAnything},
	"PUT /envelopes/types/{type}":                     {write, onMessages}, // and reading its subject, as the next but one
	"DELETE /envelopes/types/{type}":                  {write, onMessages},
	"PUT /envelopes/aliases/{system}/{externalId}":    {write, onMessages},
	"DELETE /envelopes/aliases/{system}/{externalId}": {write, onMessages},

	"DELETE /contexts/{context}": {admin, onContext},
	"GET /events":                {read, onEverything},
}

// authorize reports whether p may do what r asks for.
func authorize(p *principal, reg *registry.Registry, r *http.Request) bool {
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	demand, ok := permissions[method+" "+routeOf(r)]
	if !ok {
		demand = permission{admin, onEverything}
	}
	return demand.on(p, demand.need, reg, r)
}

// onAnything is satisfied by the role on any subject whatever.
func onAnything(p *principal, need role, _ *registry.Registry, _ *http.Request) bool {
	for _, g := range p.grants {
		if g.Role >= need {
			return true
		}
	}
	return false
}

func onEverything(p *principal, need role, _ *registry.Registry, _ *http.Request) bool {
	return p.coversAll(need, "")
}

// onSubject goes by the subject that the one in the path is an alias of: the alias itself opens nothing.
func onSubject(p *principal, need role, reg *registry.Registry, r *http.Request) bool {
	return p.covers(need, reg.Current().ResolveAlias(subjectOf(r)))
}

// onVersion goes by the subject in which the version is found: one that is missing in the default context is looked for
// in the others.
func onVersion(p *principal, need role, reg *registry.Registry, r *http.Request) bool {
	if !onSubject(p, need, reg, r) {
		return false
	}
	state := reg.Current()
	number, err := registry.ParseVersion(pathParameter(r, "version"))
	if err != nil {
		return true
	}
	v, err := state.FindVersion(state.ResolveAlias(subjectOf(r)), number, true)
	return err != nil || p.covers(need, v.Subject)
}

// onDeletion asks for an admin where the deletion is permanent.
func onDeletion(p *principal, need role, reg *registry.Registry, r *http.Request) bool {
	if strings.EqualFold(r.URL.Query().Get("permanent"), "true") {
		need = admin
	}
	return onSubject(p, need, reg, r)
}

// onRegistration asks for an admin where the subject is being imported.
func onRegistration(p *principal, need role, reg *registry.Registry, r *http.Request) bool {
	state := reg.Current()
	switch state.EffectiveMode(state.ResolveAlias(subjectOf(r))) {
	case registry.Import, registry.Forward:
		need = admin
	}
	return onSubject(p, need, reg, r)
}

// onSetting goes by the subject in the path itself. The settings of a context are for its admins; those of the default
// context are the registry's.
func onSetting(p *principal, need role, _ *registry.Registry, r *http.Request) bool {
	s := subjectOf(r)
	if s.Name != "" || need == read {
		return p.covers(need, s)
	}
	if s.Context == registry.DefaultContext || s.Context == registry.GlobalContext {
		return p.coversAll(admin, "")
	}
	return p.covers(admin, s)
}

func onContext(p *principal, need role, _ *registry.Registry, r *http.Request) bool {
	name, err := contextName(pathParameter(r, "context"))
	return err == nil && p.covers(need, registry.Subject{Context: name})
}

// onMessages goes by the whole context that messages are read in: a type or another registry's ID is nobody's until it is
// set, and whoever sets it says what the messages of others are.
func onMessages(p *principal, need role, _ *registry.Registry, r *http.Request) bool {
	name := r.URL.Query().Get("context")
	if name == "" {
		name = registry.DefaultContext
	}
	name, err := contextName(name)
	return err == nil && p.covers(need, registry.Subject{Context: name})
}

// onList goes by the prefix that the list is confined to: one grant must cover whatever it can match.
func onList(unset string) target {
	return func(p *principal, _ role, _ *registry.Registry, r *http.Request) bool {
		query := r.URL.Query()
		prefix := unset
		if query.Has("subjectPrefix") {
			prefix = query.Get("subjectPrefix")
		}
		return p.coversList(prefix)
	}
}

// onID is satisfied by the role on one of the subjects that have the ID. An ID that nobody has hides nothing.
func onID(p *principal, need role, reg *registry.Registry, r *http.Request) bool {
	id, err := strconv.Atoi(pathParameter(r, "id"))
	if err != nil || p.coversAll(need, "") {
		return true
	}
	state := reg.Current()
	var hint *registry.Subject
	if query := r.URL.Query(); query.Has("subject") {
		s := registry.ParseSubject(query.Get("subject"))
		if s.Name != "" {
			s = state.ResolveAlias(s)
		}
		hint = &s
	}
	holders, err := state.HoldersOfID(id, hint, true)
	return err != nil || coversOne(p, need, holders)
}

// onGUID is satisfied by the role on one of the subjects that have the schema, in whatever context.
func onGUID(p *principal, need role, reg *registry.Registry, r *http.Request) bool {
	guid, err := schema.ParseGUID(pathParameter(r, "guid"))
	if err != nil || p.coversAll(need, "") {
		return true
	}
	state := reg.Current()
	ids := state.IDsOfGUID(guid)
	for _, at := range ids {
		holders, err := state.HoldersOfID(at.ID, &registry.Subject{Context: at.Context}, true)
		if err == nil && coversOne(p, need, holders) {
			return true
		}
	}
	return len(ids) == 0
}

func coversOne(p *principal, need role, versions []registry.Version) bool {
	for i := range versions {
		if p.covers(need, versions[i].Subject) {
			return true
		}
	}
	return false
}

func subjectOf(r *http.Request) registry.Subject {
	return registry.ParseSubject(pathParameter(r, "subject"))
}

// pathParameter returns a parameter of the path, decoded once.
func pathParameter(r *http.Request, name string) string {
	sent := chi.URLParam(r, name)
	if decoded, err := url.PathUnescape(sent); err == nil {
		return decoded
	}
	return sent
}
