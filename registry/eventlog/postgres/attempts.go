package postgres

import (
	"errors"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// attempts is an error of connecting on one line. pgx gives every attempt a line of its own, though it tries an address
// with TLS and without and both often end alike.
type attempts struct{ error }

// onOneLine returns err as it is, unless it is about connecting.
func onOneLine(err error) error {
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return attempts{err}
	}
	return err
}

func (a attempts) Error() string {
	var lines []string
	for line := range strings.Lines(a.error.Error()) {
		if line = strings.TrimSpace(line); !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	if len(lines) == 1 {
		return lines[0]
	}
	return lines[0] + " " + strings.Join(lines[1:], "; ")
}

func (a attempts) Unwrap() error { return a.error }
