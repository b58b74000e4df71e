package httpapi

import (
	"errors"
	"strconv"
	"time"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/registry"
)

// checkVersion answers POST /compatibility/subjects/{subject}/versions/{version}: the verdict against that version
// alone, whatever the level says of others.
func checkVersion(c *call) error {
	number, err := c.version()
	if err != nil {
		return err
	}
	return c.check(number)
}

// checkLevel answers POST /compatibility/subjects/{subject}/versions: the verdict that a registration would get.
func checkLevel(c *call) error { return c.check(registry.AllVersions) }

// check answers with a verdict, or with the whole report on it if that is asked for. With verbose=true the messages are
// there, even if there are none, and a schema that cannot be parsed is a verdict instead of an error.
func (c *call) check(number int) error {
	sub, err := c.submission()
	if err != nil {
		return err
	}
	explain, verbose := c.explains(), c.is("verbose")
	how := registry.Asking{Explain: explain, Resolution: compat.Resolution(c.text("resolution"))}
	verdict, err := c.reg.Check(c.r.Context(), registry.CheckCommand{Submission: sub.Submission, Version: number, Asking: how})
	var refused *registry.Error
	if verbose && errors.As(err, &refused) && refused.Code == registry.InvalidSchema {
		verdict.Report, err = compat.Report{Messages: []string{refused.Message}}, nil
	}
	switch {
	case err != nil:
		return err
	case explain:
		c.stale(verdict.Stale)
		return c.reply(answerReport(&verdict))
	}
	if !verbose {
		return c.replyText(`{"is_compatible":` + strconv.FormatBool(verdict.Compatible) + `}`)
	}
	return c.reply(compatibilityAnswer{verdict.Compatible, append([]string{}, verdict.Messages...)})
}

// explains reports whether the whole report is asked for, by the parameter or by its media type.
func (c *call) explains() bool { return c.as == report || c.is("explain") }

// A reportAnswer is a verdict with all that led to it. No list in it is null.
type reportAnswer struct {
	Compatible bool              `json:"is_compatible"`
	Level      compat.Level      `json:"level,omitempty"`
	Policies   compat.Policies   `json:"policies,omitempty"`   // those that were on
	Resolution compat.Resolution `json:"resolution,omitempty"` // that was asked for in place of practice
	Versions   []int             `json:"versions"`             // those that were compared, newest first
	Registered []time.Time       `json:"registered,omitempty"` // when each of them was
	Findings   []compat.Finding  `json:"findings"`
	Truncated  bool              `json:"truncated,omitempty"` // there are more findings, or versions that show them
	// Unexplained tells that witnesses or fixes are missing because too many were asked for.
	Unexplained bool     `json:"unexplained,omitempty"`
	Messages    []string `json:"messages"`
}

func answerReport(v *registry.Verdict) reportAnswer {
	resolution := v.Resolution
	if resolution == compat.Practice {
		resolution = ""
	}
	return reportAnswer{
		Compatible:  v.Compatible,
		Level:       v.Level,
		Policies:    v.Policies,
		Resolution:  resolution,
		Versions:    append([]int{}, v.Compared...),
		Registered:  v.Registered,
		Findings:    append([]compat.Finding{}, v.Findings...),
		Truncated:   v.Truncated,
		Unexplained: v.Unexplained,
		Messages:    append([]string{}, v.Messages...),
	}
}
