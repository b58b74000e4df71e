package httpapi

import (
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"sync/atomic"

	"github.com/go-chi/chi/v5"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/registry"
)

// Config says how the API answers. A zero field means the default.
type Config struct {
	MaxBody          int64        // bytes of a request body; 16 MiB
	MaxBatch         int64        // bytes of a body with messages that is no stream; 64 MiB
	MaxMessage       int          // bytes of one message; 10 MiB
	IncompatibleCode int          // error_code of an incompatible schema: 40901, or 409 as releases before 8.0.4 had it
	CacheBytes       int64        // bound of the encoded answers kept in memory; 64 MiB
	Cluster          string       // name of the cluster, for GET /v1/metadata/id; "treaty"
	Version          string       // of the program, for GET /v1/metadata/version; "unknown"
	Commit           string       // that it was built from; "unknown"
	Logger           *slog.Logger // slog.Default()
	Observer         *Observer    // of every request; nil for none
	Auth             *Auth        // who may do what; nil lets everybody do everything
	// Messages, if set, is told of every message that was asked about, of n at once where they are alike.
	Messages func(t Tally, n int)
}

func (cfg Config) withDefaults() (Config, error) {
	def(&cfg.MaxBody, 16<<20)
	def(&cfg.MaxBatch, 64<<20)
	def(&cfg.MaxMessage, 10<<20)
	def(&cfg.IncompatibleCode, int(registry.Incompatible))
	def(&cfg.CacheBytes, 64<<20)
	def(&cfg.Cluster, "treaty")
	def(&cfg.Version, "unknown")
	def(&cfg.Commit, "unknown")
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	if cfg.IncompatibleCode != http.StatusConflict && cfg.IncompatibleCode != int(registry.Incompatible) {
		return cfg, errors.New("httpapi: the code for an incompatible schema must be 40901 or 409")
	}
	return cfg, nil
}

// def sets a field that is zero to its default.
func def[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// A server answers requests from one registry.
type server struct {
	reg      *registry.Registry
	cfg      Config
	contents *contents
	codec    *envelope.Codec
	// backlog is what clients have not read yet of long answers about messages, in bytes.
	backlog atomic.Int64
}

// New returns the API as one handler. It reads from reg and starts nothing of its own.
func New(reg *registry.Registry, cfg Config) (http.Handler, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &server{reg: reg, cfg: cfg, contents: newContents(cfg.CacheBytes)}
	s.codec = envelope.New(reg.Source(), envelope.Config{CacheBytes: cfg.CacheBytes, MaxMessage: cfg.MaxMessage})
	return s.router(), nil
}

// router builds the routes behind their middleware.
func (s *server) router() http.Handler {
	r := chi.NewRouter()
	r.Use(s.around()...)
	r.NotFound(s.handle(func(*call) error { return notFound() }))
	r.MethodNotAllowed(s.handle(methodNotAllowed))
	mountOperations(r, s.reg, s.cfg.Observer)
	inner := r.With(s.behind()...)
	for _, to := range routes {
		inner.Method(to.method, to.pattern, s.handle(negotiated(to.serve)))
	}
	for _, to := range reports {
		inner.Method(to.method, to.pattern, s.handle(reporting(to.serve)))
	}
	for _, to := range others {
		inner.Method(to.method, to.pattern, s.handle(to.serve))
	}
	return r
}

// around is the middleware of every request, the outermost first.
func (s *server) around() chi.Middlewares {
	list := chi.Middlewares{crossOrigin, s.normalizePath}
	if s.cfg.Observer != nil {
		list = slices.Insert(list, 0, s.cfg.Observer.Middleware)
	}
	return list
}

// behind is the middleware of the API's own routes, for what goes by the route that was taken.
func (s *server) behind() chi.Middlewares {
	if s.cfg.Auth == nil {
		return nil
	}
	return chi.Middlewares{s.cfg.Auth.Middleware(s.reg)}
}
