package main

import (
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/pflag"
)

// Where a setting's value comes from. A flag wins over a variable, a variable over the default.
const (
	fromFlag    = "flag"
	fromDefault = "default"
)

// variable returns the name of the environment variable that stands for a flag: TREATY_LOG_FORMAT for --log-format.
func variable(flag string) string {
	return "TREATY_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// origins says for each flag where its value comes from: a variable's name, fromFlag or fromDefault.
type origins map[string]string

// applyEnvironment sets every flag that the command line leaves open and the environment, in the form of os.Environ,
// gives. It returns where each value comes from and the names that start with TREATY_ and mean nothing.
func applyEnvironment(f *pflag.FlagSet, environ []string) (origins, []string, error) {
	given := map[string]string{}
	for _, pair := range environ {
		if name, value, ok := strings.Cut(pair, "="); ok && strings.HasPrefix(name, "TREATY_") {
			given[name] = value
		}
	}
	from := origins{}
	var failed error
	f.VisitAll(func(flag *pflag.Flag) {
		name := variable(flag.Name)
		value, ok := given[name]
		delete(given, name)
		switch {
		case flag.Changed:
			from[flag.Name] = fromFlag
		case ok:
			from[flag.Name] = name
			if err := f.Set(flag.Name, value); err != nil && failed == nil {
				failed = fmt.Errorf("%s: %w", name, err)
			}
		default:
			from[flag.Name] = fromDefault
		}
	})
	var unknown []string
	for name := range given {
		if !strings.HasPrefix(name, "TREATY_TEST_") { // the tests' own
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	return from, unknown, failed
}

// print writes a line for each setting, in the order of the flags: name, value, where the value comes from. Secrets are
// masked.
func (from origins) print(w io.Writer, f *pflag.FlagSet) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	f.VisitAll(func(flag *pflag.Flag) {
		origin, ok := from[flag.Name]
		if !ok || flag.Name == "print-config" || flag.Name == "help" {
			return
		}
		value := flag.Value.String()
		if strings.HasPrefix(flag.Name, "postgres") {
			value = maskPassword(value)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", flag.Name, quoteEmpty(value), origin)
	})
	return table.Flush()
}

func quoteEmpty(value string) string {
	if value == "" {
		return `""`
	}
	return value
}

var passwordWord = regexp.MustCompile(`(?i)(password\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s&]+)`)

// maskPassword hides the password of a connection string, in a URL's user part or query, or as a keyword.
func maskPassword(text string) string {
	if u, err := url.Parse(text); err == nil && u.User != nil {
		text = u.Redacted()
	}
	return passwordWord.ReplaceAllString(text, "${1}xxxxx")
}
