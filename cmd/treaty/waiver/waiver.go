// Package waiver takes findings out of a verdict that a project's file says to ignore, for as long as it says.
package waiver

import (
	"fmt"
	"time"

	"github.com/treatyhq/treaty/cmd/treaty/project"
	"github.com/treatyhq/treaty/cmd/treaty/report"
)

// Expired is the code of the problem that an ignore is whose last day has passed.
const Expired = "IGNORE_EXPIRED"

// Apply marks the findings that ignores take out of the verdict, and adds an error to the problems for each ignore that has
// expired: what it named counts again. The day on which an ignore ends is one in UTC, and still belongs to it.
//
// file is the path of the project's file, as reports show it. concerns says which codes the command reports: an ignore of
// another one is left to the command that does, so that it is not complained of twice.
func Apply(r *report.Result, ignores []project.Ignore, file string, now time.Time, concerns func(code string) bool) {
	held := map[string][]*project.Ignore{}
	for i := range ignores {
		ignore := &ignores[i]
		switch {
		case !concerns(ignore.Code):
		case expired(ignore, now):
			r.Problems = append(r.Problems, problem(ignore, file))
		default:
			held[ignore.Code] = append(held[ignore.Code], ignore)
		}
	}
	for i := range r.Subjects {
		s := &r.Subjects[i]
		for j := range s.Findings {
			f := &s.Findings[j]
			for _, ignore := range held[f.Code] {
				if f.Ignored == nil && covers(ignore, s.Name, f.Path) {
					f.Ignored = &report.Waiver{Reason: ignore.Reason, Until: ignore.Until}
				}
			}
		}
	}
}

// covers reports whether an ignore is of a finding of its code.
func covers(ignore *project.Ignore, subject, path string) bool {
	return (ignore.Subject == "" || ignore.Subject == subject) && (ignore.Path == "" || ignore.Path == path)
}

// expired reports whether the day after an ignore's last has begun.
func expired(ignore *project.Ignore, now time.Time) bool {
	return !ignore.Until.IsZero() && !now.UTC().Before(ignore.Until.UTC().Truncate(24*time.Hour).Add(24*time.Hour))
}

func problem(ignore *project.Ignore, file string) report.Finding {
	of := ignore.Code
	if ignore.Subject != "" {
		of += " of subject " + ignore.Subject
	}
	if ignore.Path != "" {
		of += " at " + ignore.Path
	}
	message := fmt.Sprintf("The ignore of %s has ended on %s: mend what it is about, or give it another day.", of, ignore.Until.Format(time.DateOnly))
	if ignore.Reason != "" {
		message += " Its reason was: " + ignore.Reason
	}
	return report.Finding{
		Code: Expired, Severity: report.Error, Subject: ignore.Subject, Path: ignore.Path, Message: message,
		File: file, Line: ignore.Line, Column: ignore.Column,
		Help: "An ignore holds until its day, so that what was put off is not forgotten.",
	}
}
