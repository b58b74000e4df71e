package httpapi

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-chi/chi/v5"
)

// normalizePath gives the router the path as it was sent, still encoded, so that a subject may hold any character and is
// decoded once. A trailing slash is dropped, a path below /contexts/{context} is rewritten, HEAD is routed as GET.
func (s *server) normalizePath(next http.Handler) http.Handler {
	refused := func(w http.ResponseWriter, r *http.Request, err error) {
		s.handle(func(*call) error { return err })(w, r)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !utf8.ValidString(r.URL.Path) {
			refused(w, r, refuse(http.StatusBadRequest, "The path is not UTF-8"))
			return
		}
		path := r.URL.EscapedPath()
		to, ok, err := rewrite(path, r.URL.RawQuery)
		if err != nil {
			refused(w, r, err)
			return
		}
		if ok {
			path, r = to.path, withQuery(r, to.query)
		}
		if len(path) > 1 {
			path = strings.TrimSuffix(path, "/")
		}
		route := chi.RouteContext(r.Context())
		route.RoutePath = path
		if r.Method == http.MethodHead {
			route.RouteMethod = http.MethodGet
		}
		next.ServeHTTP(w, r)
	})
}

// withQuery returns the request with another query. Its path stays the one that was sent, for logs.
func withQuery(r *http.Request, query string) *http.Request {
	changed := new(http.Request)
	*changed = *r
	changed.URL = new(url.URL)
	*changed.URL = *r.URL
	changed.URL.RawQuery = query
	return changed
}

// methodNotAllowed answers 405, with the methods that the path has.
func methodNotAllowed(c *call) error {
	route := chi.RouteContext(c.r.Context())
	var allowed []string
	for _, method := range []string{get, post, put, remove} {
		if route.Routes.Match(chi.NewRouteContext(), method, route.RoutePath) {
			allowed = append(allowed, method)
		}
	}
	if slices.Contains(allowed, get) {
		allowed = append(allowed, http.MethodHead)
	}
	c.w.Header().Set("Allow", strings.Join(allowed, ", "))
	return refuse(http.StatusMethodNotAllowed, "HTTP 405 Method Not Allowed")
}
