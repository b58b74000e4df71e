package report

import (
	"time"

	"github.com/treatyhq/treaty/httpapi/client"
)

// A Result is what a command has found, to be written in one of the formats.
type Result struct {
	Command  string    // "check", "lint", …
	Against  string    // what the files were compared with: "registry http://127.0.0.1:8081", "git main"; empty for none
	Subjects []Subject // in the order of the project
	Problems []Finding // of no subject: an ignore that has expired, a lock that is stale
	Elapsed  time.Duration
}

// A State says what has become of a subject's file.
type State string

// The states.
const (
	New       State = "new"       // the subject has no version yet
	Changed   State = "changed"   // the file would be its next version
	Unchanged State = "unchanged" // the file is a version already
	Refused   State = "refused"   // the file could be no version at all
)

// A Subject is what was found about one file.
type Subject struct {
	Name     string
	File     string // relative to the working directory, slash-separated
	State    State
	Version  int // that the file would become, or is
	Level    string
	Policies []string
	Findings []Finding
}

// A Finding is one thing wrong.
type Finding struct {
	Code     string
	Severity Severity
	Subject  string // empty for a problem of no subject
	Path     string // in the schema
	Breaks   string // whom it hurts; empty for what is no break
	Message  string // why
	Level    string // at which it was found
	File     string // where it is; relative to the working directory
	Line     int    // from 1; 0 is unknown
	Column   int
	Text     string // the line, without the space around it
	Old      Origin // what it differs from
	Versions []int  // all that show it, newest first
	Witness  *client.Witness
	Fixes    []client.Fix
	Help     string  // what the rule is for, one sentence
	Ignored  *Waiver // an ignore takes it out of the verdict; nil if none does
}

// An Origin is the place in an older version.
type Origin struct {
	Version   int       // 0 if there is none
	Time      time.Time // when the version was registered; zero is unknown
	Reference string    // the reference whose text it is in
	Line      int
	Column    int
	Text      string
}

// A Waiver is why a finding does not count.
type Waiver struct {
	Reason string
	Until  time.Time // the last day; zero for ever
}

// A Severity is how bad a finding is.
type Severity string

// The severities, worst first.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Note    Severity = "note"
)

// Counted yields the findings that count: those that nothing takes out of the verdict.
func (r *Result) Counted(yield func(*Finding) bool) {
	for i := range r.Problems {
		if !yield(&r.Problems[i]) {
			return
		}
	}
	for i := range r.Subjects {
		for j := range r.Subjects[i].Findings {
			f := &r.Subjects[i].Findings[j]
			if f.Ignored == nil && !yield(f) {
				return
			}
		}
	}
}
