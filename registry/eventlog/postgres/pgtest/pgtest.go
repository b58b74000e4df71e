// Package pgtest gives tests a PostgreSQL of their own: Debian's binaries, a cluster that is thrown away, and in it a
// database for each test. Without PostgreSQL a test fails; it is never skipped.
package pgtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// shared is the cluster of the test binary. It ends with the process.
var shared = sync.OnceValues(func() (*Server, error) { return start() })

// URL returns the URL of a database that is empty and goes away when t ends. It is in the cluster that this test binary
// has started, or in the server at the URL in TREATY_TEST_POSTGRES.
func URL(t testing.TB) string {
	t.Helper()
	if server := os.Getenv("TREATY_TEST_POSTGRES"); server != "" {
		return createDatabase(t, server)
	}
	server, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return createDatabase(t, server.url("postgres"))
}

// createDatabase makes a database in the server that has the URL, and drops it when t ends.
func createDatabase(t testing.TB, server string) string {
	t.Helper()
	name := "treaty_test_" + rand.Text()
	if err := execute(t.Context(), server, fmt.Sprintf(`CREATE DATABASE %q`, name)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// A server that the test has stopped takes the database with it.
		_ = execute(context.Background(), server, fmt.Sprintf(`DROP DATABASE %q WITH (FORCE)`, name))
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

func execute(ctx context.Context, url, sql string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, sql)
	return err
}
