// Package cmd holds the test of who may import whom.
package cmd

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/treatyhq/treaty/"

// arrows is the import table: a folder of the module, and the folders that its packages may import beside each other.
// The first line that fits a package counts. A folder stands for everything below it, except where it ends in a dot.
var arrows = []struct {
	folder string
	may    []string
}{
	{"schema", nil},
	{"envelope", []string{"schema"}},
	{"compat", []string{"schema", "envelope"}},
	{"registry/eventlog/sqlite", []string{"registry/eventlog.", "registry/eventlog/internal", "migrations"}},
	{"registry/eventlog/postgres", []string{"registry/eventlog.", "registry/eventlog/internal", "migrations"}},
	{"registry/eventlog/internal", []string{"registry/eventlog."}},
	{"registry/eventlog/memory", []string{"registry/eventlog."}},
	{"registry/eventlog/logtest", []string{"registry/eventlog."}},
	{"registry/eventlog.", nil},
	{"registry", []string{"schema", "envelope", "compat", "registry/eventlog."}},
	{"httpapi/client", []string{"schema", "envelope"}},
	{"httpapi", []string{"schema", "envelope", "compat", "registry.", "registry/eventlog."}},
	{"web", []string{"schema", "envelope", "compat", "registry.", "registry/eventlog."}},
	{"examples", []string{"schema", "envelope"}},
	{"migrations", nil},
	{"cmd", []string{"schema", "envelope", "compat", "registry", "httpapi", "web", "examples"}},
}

// outside says which folders alone may import a package from outside the module, or one below it.
var outside = []struct {
	pkg     string
	folders []string
}{
	{"net/http", []string{"httpapi", "web", "cmd"}},
	{"database/sql", []string{"registry/eventlog/sqlite", "registry/eventlog/postgres", "migrations"}},
	{"modernc.org/sqlite", []string{"registry/eventlog/sqlite"}},
	{"github.com/jackc/pgx", []string{"registry/eventlog/postgres"}},
	{"github.com/pressly/goose", []string{"migrations"}},
	{"github.com/go-chi/chi", []string{"httpapi", "web"}},
	{"github.com/hamba/avro", nil}, // a peer of tests and benchmarks alone
	{"github.com/bufbuild/protocompile", []string{"schema/protobuf"}},
	{"github.com/prometheus", []string{"cmd"}},
	{"github.com/twmb/franz-go", []string{"examples"}},
	{"go.opentelemetry.io", []string{"cmd", "registry/eventlog/postgres"}},
}

func TestImports(t *testing.T) {
	t.Parallel()
	for pkg, imports := range packages(t) {
		for path := range imports {
			inner, ok := strings.CutPrefix(path, module)
			switch {
			case ok && !mayImport(pkg, inner):
				t.Errorf("%s imports %s, which the table does not allow", pkg, inner)
			case !ok && !mayImportOutside(pkg, path):
				t.Errorf("%s imports %s, which is for other packages", pkg, path)
			}
		}
	}
}

// mayImport reports whether a package of the module may import another.
func mayImport(pkg, other string) bool {
	for _, arrow := range arrows {
		if !within(pkg, arrow.folder) {
			continue
		}
		return within(other, arrow.folder) ||
			slices.ContainsFunc(arrow.may, func(folder string) bool { return within(other, folder) })
	}
	return false
}

func mayImportOutside(pkg, path string) bool {
	for _, o := range outside {
		if within(path, o.pkg) {
			return slices.ContainsFunc(o.folders, func(folder string) bool { return within(pkg, folder) })
		}
	}
	return true
}

// within reports whether a package is a folder's or below it, or the folder's own where it ends in a dot.
func within(pkg, folder string) bool {
	if exact, ok := strings.CutSuffix(folder, "."); ok {
		return pkg == exact
	}
	return pkg == folder || strings.HasPrefix(pkg, folder+"/")
}

// packages returns the imports of each package of the module, without those of its tests.
func packages(t *testing.T) map[string]map[string]bool {
	t.Helper()
	root := ".."
	found := map[string]map[string]bool{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return skipped(root, path)
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		pkg, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		if found[pkg] == nil {
			found[pkg] = map[string]bool{}
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			found[pkg][imported] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found["registry"]) == 0 || len(found["cmd/treaty"]) == 0 {
		t.Fatal("found no packages: the test looks in the wrong place")
	}
	return found
}

// skipped leaves out test data, hidden folders and other modules.
func skipped(root, path string) error {
	name := filepath.Base(path)
	if path == root {
		return nil
	}
	if name == "testdata" || strings.HasPrefix(name, ".") {
		return filepath.SkipDir
	}
	if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil {
		return filepath.SkipDir
	}
	return nil
}
