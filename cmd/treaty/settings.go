package main

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
)

// settings are what serve can be told. Each is a flag, and a variable whose name follows from the flag's.
type settings struct {
	demo     bool
	data     string
	postgres string
	notify   string

	listen          string
	tlsCert         string
	tlsKey          string
	tlsClientCA     string
	authFile        string
	insecure        bool
	shutdownTimeout time.Duration

	level              string
	incompatibleCode   int
	rejectEmptySubject bool
	strictReferences   bool
	fixedModes         bool
	cluster            string

	maxBody    int64
	maxBatch   int64
	maxMessage int
	limits     schema.Limits
	work       time.Duration
	cacheBytes int64
	maxQueue   int

	logFormat string
	logLevel  string
	accessLog bool
}

// levels are the compatibility levels as the flag names them.
var levels = []compat.Level{
	compat.None, compat.Backward, compat.BackwardTransitive, compat.Forward, compat.ForwardTransitive,
	compat.Full, compat.FullTransitive,
}

// levelNames lists the levels for people to read.
func levelNames() string {
	names := make([]string, len(levels))
	for i, level := range levels {
		names[i] = string(level)
	}
	return strings.Join(names, ", ")
}

// bind makes a flag of every setting.
func (s *settings) bind(f *pflag.FlagSet) {
	f.SortFlags = false
	f.BoolVar(&s.demo, "demo", false, "register the contracts of examples/, in a temporary directory unless --data is given")
	f.StringVar(&s.data, "data", "treaty-data", "directory of the embedded store")
	f.StringVar(&s.postgres, "postgres", "", "URL of a PostgreSQL database, to be one of several replicas instead")
	f.StringVar(&s.notify, "postgres-listen", "", "URL for LISTEN, where --postgres leads to a pooler that drops it")

	f.StringVar(&s.listen, "listen", "127.0.0.1:8081", "address to listen on")
	f.StringVar(&s.tlsCert, "tls-cert", "", "file with the server's certificate chain, PEM")
	f.StringVar(&s.tlsKey, "tls-key", "", "file with its private key, PEM")
	f.StringVar(&s.tlsClientCA, "tls-client-ca", "", "file with the authorities that sign client certificates, PEM")
	f.StringVar(&s.authFile, "auth-file", "", "file with credentials and grants; loaded again when it changes")
	f.BoolVar(&s.insecure, "insecure", false, "listen beyond this machine without asking who is there")
	f.DurationVar(&s.shutdownTimeout, "shutdown-timeout", 20*time.Second, "time that requests have to finish after a signal")

	f.StringVar(&s.level, "default-compatibility", string(compat.Backward), "compatibility level where none is set")
	f.IntVar(&s.incompatibleCode, "incompatible-code", 40901, "error_code of an incompatible schema: 40901, or 409 for older clients")
	f.BoolVar(&s.rejectEmptySubject, "reject-empty-subject", false, "refuse the subject whose name is empty")
	f.BoolVar(&s.strictReferences, "strict-references", false, "refuse references that reach one name in two versions")
	f.BoolVar(&s.fixedModes, "fixed-modes", false, "refuse changes of modes")
	f.StringVar(&s.cluster, "cluster", "treaty", "name that GET /v1/metadata/id answers with")

	d := schema.DefaultLimits
	f.Int64Var(&s.maxBody, "max-body", 16<<20, "largest request body, bytes")
	f.Int64Var(&s.maxBatch, "max-batch", 64<<20, "largest request body with messages that is no stream, bytes")
	f.IntVar(&s.maxMessage, "max-message", 10<<20, "largest message, bytes")
	f.IntVar(&s.limits.Text, "max-schema", d.Text, "largest schema text, bytes")
	f.IntVar(&s.limits.Total, "max-schema-total", d.Total, "largest schema text with all that it refers to, bytes")
	f.IntVar(&s.limits.Depth, "max-depth", d.Depth, "deepest nesting of a schema, levels")
	f.IntVar(&s.limits.Fields, "max-fields", d.Fields, "most fields of a record or message")
	f.IntVar(&s.limits.Symbols, "max-symbols", d.Symbols, "most symbols of an enum")
	f.IntVar(&s.limits.Branches, "max-branches", d.Branches, "most branches of a union")
	f.IntVar(&s.limits.References, "max-references", d.References, "most references of a schema, transitive ones included")
	f.IntVar(&s.limits.FixedSize, "max-fixed", d.FixedSize, "largest fixed type, bytes")
	f.DurationVar(&s.work, "max-work", 2*time.Second, "longest time that reading a schema, or comparing it with stored versions, may take")
	f.Int64Var(&s.cacheBytes, "cache-bytes", 64<<20, "bound of the parsed schemas kept in memory, bytes")
	f.IntVar(&s.maxQueue, "max-queue", 4096, "most writes that may wait at a time")

	f.StringVar(&s.logFormat, "log-format", "text", "text or json")
	f.StringVar(&s.logLevel, "log-level", "info", "debug, info, warn or error")
	f.BoolVar(&s.accessLog, "access-log", false, "log every request")
}

// check refuses values that no flag type refuses, and settings that contradict each other.
func (s *settings) check(dataGiven bool) error {
	s.level = strings.ToUpper(s.level)
	if !slices.Contains(levels, compat.Level(s.level)) {
		return fmt.Errorf("--default-compatibility %q is no compatibility level; those are %s", s.level, levelNames())
	}
	if s.incompatibleCode != 40901 && s.incompatibleCode != 409 {
		return fmt.Errorf("--incompatible-code %d is neither 40901 nor 409", s.incompatibleCode)
	}
	if s.logFormat != "text" && s.logFormat != "json" {
		return fmt.Errorf("--log-format %q is neither text nor json", s.logFormat)
	}
	if _, err := s.slogLevel(); err != nil {
		return fmt.Errorf("--log-level %q is none of debug, info, warn and error", s.logLevel)
	}
	if s.postgres != "" && dataGiven {
		return fmt.Errorf("--data and --postgres exclude each other")
	}
	if s.notify != "" && s.postgres == "" {
		return fmt.Errorf("--postgres-listen is of use with --postgres only")
	}
	if (s.tlsCert == "") != (s.tlsKey == "") {
		return fmt.Errorf("--tls-cert and --tls-key go together")
	}
	if s.tlsClientCA != "" && s.tlsCert == "" {
		return fmt.Errorf("--tls-client-ca is of use with --tls-cert only")
	}
	return s.checkPositive()
}

// checkPositive refuses limits that would mean the default, or nothing at all.
func (s *settings) checkPositive() error {
	for name, value := range map[string]int64{
		"max-body": s.maxBody, "max-batch": s.maxBatch, "max-message": int64(s.maxMessage), "max-schema": int64(s.limits.Text), "max-schema-total": int64(s.limits.Total),
		"max-depth": int64(s.limits.Depth), "max-fields": int64(s.limits.Fields), "max-symbols": int64(s.limits.Symbols),
		"max-branches": int64(s.limits.Branches), "max-references": int64(s.limits.References),
		"max-fixed": int64(s.limits.FixedSize), "max-work": int64(s.work), "cache-bytes": s.cacheBytes,
		"max-queue": int64(s.maxQueue), "shutdown-timeout": int64(s.shutdownTimeout),
	} {
		if value <= 0 {
			return fmt.Errorf("--%s must be more than 0", name)
		}
	}
	return nil
}

func (s *settings) slogLevel() (slog.Level, error) {
	var level slog.Level
	err := level.UnmarshalText([]byte(s.logLevel))
	return level, err
}
