package event

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"time"
)

// Settings are what is set for the events of a type, as `types/{type}` has it. The zero value of a member is its default.
type Settings struct {
	Subject       string `json:"subject"`
	IDFormat      string `json:"idFormat"`      // any, uuid, uuidv4, uuidv7 or ulid
	TypeFormat    string `json:"typeFormat"`    // any, reverse-dns, pascal-case, or a regular expression that fits the whole type
	TimeFormat    string `json:"timeFormat"`    // rfc3339 or epochMillis
	MaxFuture     string `json:"maxFuture"`     // a duration as "90m" or "7d"; 1h if empty
	MaxPast       string `json:"maxPast"`       // a duration; empty for no limit
	RequireSource bool   `json:"requireSource"` // of plain events; CloudEvents always have one
}

// The values of settings.
const (
	Any         = "any"
	UUID        = "uuid"
	UUIDv4      = "uuidv4"
	UUIDv7      = "uuidv7"
	ULID        = "ulid"
	ReverseDNS  = "reverse-dns"
	PascalCase  = "pascal-case"
	RFC3339     = "rfc3339"
	EpochMillis = "epochMillis"
)

const defaultFuture = time.Hour

// WithDefaults returns the settings with the defaults in the place of what is empty.
func (s Settings) WithDefaults() Settings {
	for _, d := range []struct {
		setting *string
		value   string
	}{{&s.IDFormat, Any}, {&s.TypeFormat, Any}, {&s.TimeFormat, RFC3339}, {&s.MaxFuture, "1h"}} {
		if *d.setting == "" {
			*d.setting = d.value
		}
	}
	return s
}

// Rules are settings in the form in which events are held to them. The zero value are the defaults. They do not change,
// and are safe for concurrent use.
type Rules struct {
	Settings

	typeFormat *regexp.Regexp // nil for any
	future     time.Duration
	bounded    bool // future is set; else it is the default
	past       time.Duration
}

// presets are forms of types that have a name.
var presets = map[string]string{
	ReverseDNS: `[a-z0-9]+(\.[a-z0-9_-]+)+`,
	PascalCase: `[A-Z][A-Za-z0-9]*`,
}

// These bound what a regular expression costs to run, over and over: its bytes, and its steps once repetitions are
// written out.
const (
	maxPattern = 500
	maxProgram = 5000
)

// Rules returns the settings' rules, or, as one sentence, which setting makes no sense. The subject is not looked at.
func (s Settings) Rules() (Rules, error) {
	r := Rules{Settings: s.WithDefaults(), bounded: true}
	if formats := []string{Any, UUID, UUIDv4, UUIDv7, ULID}; !slices.Contains(formats, r.IDFormat) {
		return Rules{}, fmt.Errorf("idFormat is %s, and one of %s is possible", quote(s.IDFormat), strings.Join(formats, ", "))
	}
	if formats := []string{RFC3339, EpochMillis}; !slices.Contains(formats, r.TimeFormat) {
		return Rules{}, fmt.Errorf("timeFormat is %s, and one of %s is possible", quote(s.TimeFormat), strings.Join(formats, ", "))
	}
	var err error
	if r.typeFormat, err = compileType(r.TypeFormat); err != nil {
		return Rules{}, err
	}
	if r.future, err = duration("maxFuture", r.MaxFuture); err != nil {
		return Rules{}, err
	}
	if r.past, err = duration("maxPast", r.MaxPast); err != nil {
		return Rules{}, err
	}
	return r, nil
}

func compileType(format string) (*regexp.Regexp, error) {
	if format == Any {
		return nil, nil
	}
	pattern, ok := presets[format]
	if !ok {
		pattern = format
	}
	if len(pattern) > maxPattern {
		return nil, fmt.Errorf("typeFormat has %d bytes, and %d are allowed", len(pattern), maxPattern)
	}
	if _, err := syntax.Parse(pattern, syntax.Perl); err != nil {
		return nil, fmt.Errorf("typeFormat is neither any, reverse-dns, pascal-case nor a regular expression: %w", err)
	}
	whole := `\A(?:` + pattern + `)\z`
	parsed, err := syntax.Parse(whole, syntax.Perl)
	if err != nil {
		return nil, fmt.Errorf("typeFormat as a whole is no regular expression: %w", err)
	}
	if program, err := syntax.Compile(parsed.Simplify()); err != nil || len(program.Inst) > maxProgram {
		return nil, fmt.Errorf("typeFormat comes to more than %d steps", maxProgram)
	}
	return regexp.Compile(whole)
}

// maxDays is about a hundred years.
const maxDays = 36_525

// duration reads a setting: what the standard library reads, or a number of days.
func duration(name, text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, ok := number(days, 0, maxDays); ok {
			return time.Duration(n) * 24 * time.Hour, nil
		}
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%s is %s, which is no duration such as 90m, 24h or 7d", name, quote(text))
	}
	return d, nil
}

func (r Rules) maxFuture() time.Duration {
	if !r.bounded {
		return defaultFuture
	}
	return r.future
}

// idHolds reports whether an id is of the format.
func (r Rules) idHolds(id string) bool {
	version, isUUID := UUIDVersion(id)
	switch r.IDFormat {
	case UUID:
		return isUUID
	case UUIDv4:
		return isUUID && version == 4
	case UUIDv7:
		return isUUID && version == 7
	case ULID:
		return IsULID(id)
	}
	return true
}
