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
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path, r, err := normalized(r)
		if err != nil {
			s.handle(func(*call) error { return err })(w, r)
			return
		}
		route := chi.RouteContext(r.Context())
		route.RoutePath = path
		if r.Method == http.MethodHead {
			route.RouteMethod = http.MethodGet
		}
		next.ServeHTTP(w, r)
	})
}

// normalized returns the path to route a request by, and the request with the query that goes with it.
func normalized(r *http.Request) (string, *http.Request, error) {
	query, err := queryOf(r.URL)
	if err != nil {
		return "", r, err
	}
	path := r.URL.EscapedPath()
	to, ok, err := rewrite(path, query)
	if err != nil {
		return "", r, err
	}
	if ok {
		path, query = to.path, to.query
	}
	if query != r.URL.RawQuery {
		r = withQuery(r, query)
	}
	if len(path) > 1 {
		path = strings.TrimSuffix(path, "/")
	}
	return path, r, nil
}

// queryOf returns the query of a URL, or refuses one that is not encoded properly: net/url would drop the parameter, and
// a list would then show everything. For the same reason a semicolon is encoded, which is data as any other character.
func queryOf(u *url.URL) (string, error) {
	if !utf8.ValidString(u.Path) {
		return "", refuse(http.StatusBadRequest, "The path is not UTF-8")
	}
	text, err := url.QueryUnescape(u.RawQuery)
	switch {
	case err != nil:
		return "", refuse(http.StatusBadRequest, "The query is not encoded properly: "+err.Error())
	case !utf8.ValidString(text):
		return "", refuse(http.StatusBadRequest, "The query is not UTF-8")
	}
	return strings.ReplaceAll(u.RawQuery, ";", "%3B"), nil
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
