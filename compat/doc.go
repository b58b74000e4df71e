// Package compat says what "compatible" means: levels as a matrix, rules as data, findings. It reports; only
// package registry refuses.
//
// The walkers live in [github.com/treatyhq/treaty/compat/avro] and [github.com/treatyhq/treaty/compat/protobuf]; each
// exports a [Checker] and its table of [Rule]s. This package puts their comparisons of single pairs together into a
// [Report] for a level:
//
//	report, err := compat.Check(avro.Check, latest, olds, compat.Options{Level: compat.FullTransitive})
//	if !report.Compatible {
//		refuse(report.Details()) // "[{errorType:…}, {oldSchemaVersion: 7}, …]"
//	}
//
// Options.Explain asks for more of each finding: the lines of the texts, a message that proves it, edits that mend it.
//
// README.md is the specification: every rule, what it protects and what it breaks, and what is ignored.
//
// A comparison gives two answers of the same pair. The drop-in list is what the reference server would print, and it
// decides; findings explain, each thing once, and go beyond what the reference looks at. A checker makes both, so
// that they cannot contradict each other: a finding is an error exactly if the list is not empty. The alternative, one
// list of findings printed in two styles, cannot reproduce the reference's repetitions and omissions, which clients match on.
//
// Options.Policies make errors of findings that the reference has nothing against. They are no part of a comparison: that
// is the same for all subjects, and can be remembered, because [Check] raises the severity when it collects.
package compat
