package httpapi

import (
	"errors"

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
	cmd, err := c.submission()
	if err != nil {
		return err
	}
	report, err := c.reg.CheckVersion(c.r.Context(), cmd.Submission, number)
	return c.replyVerdict(report, err)
}

// checkLevel answers POST /compatibility/subjects/{subject}/versions: the verdict that a registration would get.
func checkLevel(c *call) error {
	cmd, err := c.submission()
	if err != nil {
		return err
	}
	report, err := c.reg.CheckLevel(c.r.Context(), cmd.Submission)
	return c.replyVerdict(report, err)
}

// replyVerdict answers with a report. With verbose=true the messages are there, even if there are none, and a schema
// that cannot be parsed is a verdict instead of an error.
func (c *call) replyVerdict(report compat.Report, err error) error {
	verbose := c.is("verbose")
	var refused *registry.Error
	if verbose && errors.As(err, &refused) && refused.Code == registry.InvalidSchema {
		report, err = compat.Report{Messages: []string{refused.Message}}, nil
	}
	if err != nil {
		return err
	}
	answer := compatibilityAnswer{Compatible: report.Compatible}
	if verbose {
		messages := append([]string{}, report.Messages...)
		answer.Messages = &messages
	}
	return c.reply(answer)
}
