// Package lint looks at one schema by itself and says what will trouble those who use it: names that differ from what the
// language expects, money as a floating point number, an enum that cannot grow, a number that is given up and not reserved.
//
//	severities, err := lint.Preset("minimal")
//	report := lint.Lint(lint.Source{File: "shop/order.proto", Text: text, Schema: parsed}, severities)
//	for _, f := range report.Findings {
//		fmt.Printf("%d:%d %s %s\n", f.Line, f.Column, f.Code, f.Message)
//	}
//
// [Rules] is the table of what is looked at; README.md is its specification. A walker for each schema type finds, the table
// names, explains and grades. Compatibility is no business of this package: what breaks readers is found by compat. The
// few rules that need an older version ([Rule.NeedsOld]) are those that concern how a schema is written down, such as the
// reservation of what was removed.
//
// What a schema imports or refers to is looked at where it is declared, never where it is used: a finding lies in the text
// of its own file. Names are taken at their word and not more: what is guessed from a name is a warning in the preset
// minimal, and an error only where somebody has asked for strict.
//
// Everything is found in time that grows with the text. Severities are a map that the caller owns, so that two projects in
// one process can differ; rejected was a linter object with options, which had nothing to keep between two schemas.
package lint
