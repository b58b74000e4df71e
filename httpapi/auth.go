package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"sync/atomic"

	"github.com/treatyhq/treaty/registry"
)

// Auth says who asks and what they may do. A request shows who it is from by a client certificate, a bearer token or a
// user name with a password; a scheme more, such as OpenID Connect, is a line in schemes.
type Auth struct {
	users  atomic.Pointer[userList]
	logger *slog.Logger
}

// A principal is who asks.
type principal struct {
	name   string
	grants []grant
}

// A scheme finds who a request is from. shown is false if the request shows nothing of the scheme's kind; a nil principal
// with shown means that what it shows is not valid.
type scheme func(users *userList, r *http.Request) (p *principal, shown bool)

// schemes are asked in order; the first to which something is shown decides.
var schemes = []scheme{byBearer, byBasic, byCertificate}

// NewAuth returns an Auth that knows the users of the credentials file at path. Without a path everybody may do
// everything, and the name of a client certificate becomes the actor of what is written.
func NewAuth(path string, logger *slog.Logger) (*Auth, error) {
	a := &Auth{logger: logger}
	if path == "" {
		a.users.Store(openList())
		return a, nil
	}
	users, err := loadUsers(path)
	if err != nil {
		return nil, err
	}
	a.users.Store(users)
	return a, nil
}

// Middleware answers 401 to a request that shows nothing valid, or nothing where more than anybody may is asked for, and
// 403 to a user who asks for more than his grants. The others go on with an actor. It stands behind the router, for it goes by the pattern of the route.
func (a *Auth) Middleware(reg *registry.Registry) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			p := a.identify(r)
			if p != nil {
				noteActor(w, p.name)
			}
			if p == nil || !authorize(p, reg, r) {
				refuseAccess(w, r, p)
				return
			}
			ctx := context.WithValue(registry.WithActor(r.Context(), p.name), principalKey{}, p)
			next.ServeHTTP(w, r.WithContext(ctx))
		})
	}
}

// refuseAccess answers a request of somebody who may not make it. Who has shown nothing is asked who he is.
func refuseAccess(w http.ResponseWriter, r *http.Request, p *principal) {
	if p == nil || p.name == anonymous {
		w.Header()["Www-Authenticate"] = challenges
		writeRefusal(w, http.StatusUnauthorized, "Unauthorized")
		return
	}
	writeRefusal(w, http.StatusForbidden, "User '"+p.name+"' has no grant for "+r.Method+" "+r.URL.Path)
}

// challenges are the schemes that a client may use, as the value of WWW-Authenticate.
var challenges = []string{`Basic realm="treaty", charset="UTF-8"`, `Bearer realm="treaty"`}

// identify returns who the request is from: nil if it shows something that is not valid, or nothing where that is not
// allowed.
func (a *Auth) identify(r *http.Request) *principal {
	users := a.users.Load()
	for _, scheme := range schemes {
		if p, shown := scheme(users, r); shown {
			return p
		}
	}
	return users.anonymous
}

type principalKey struct{}

// mayRefer refuses a submission that refers to a subject which the one who asks may not read: with the references
// resolved, its own text would show theirs.
func (c *call) mayRefer(s registry.Submission) error {
	for _, ref := range s.References {
		if !c.mayRead(registry.SubjectIn(s.Subject.Context, ref.Subject)) {
			return refuse(http.StatusForbidden, "Not allowed to refer to subject '"+ref.Subject+"'")
		}
	}
	return nil
}

// mayRead reports whether the one who asks may read a subject that the route does not name.
func (c *call) mayRead(s registry.Subject) bool {
	p, ok := c.r.Context().Value(principalKey{}).(*principal)
	return !ok || p.covers(read, s)
}

// byCertificate goes by the certificate that the client proved to hold and that the server's client CA signed.
func byCertificate(users *userList, r *http.Request) (*principal, bool) {
	if r.TLS == nil || len(r.TLS.VerifiedChains) == 0 {
		return nil, false
	}
	leaf := r.TLS.VerifiedChains[0][0]
	name := leaf.Subject.CommonName
	if name == "" && len(leaf.DNSNames) > 0 {
		name = leaf.DNSNames[0]
	}
	if users.open {
		return &principal{name, everything}, true
	}
	return users.certificates[name], true
}
