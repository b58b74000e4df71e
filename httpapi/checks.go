package httpapi

import (
	"fmt"
	"net/http"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/registry"
)

// maxProposals bounds the subjects of one request.
const maxProposals = 10_000

// A checksAnswer says of every schema of a request what would become of it, in the order of the request.
type checksAnswer struct {
	Compatible bool             `json:"is_compatible"` // all of them are
	Subjects   []forecastAnswer `json:"subjects"`
}

// A forecastAnswer is a report on one schema, or why it could not be registered at all.
type forecastAnswer struct {
	Subject string `json:"subject"`
	reportAnswer
	Version  int          `json:"version,omitempty"` // that it would become, or that it is
	ID       *int         `json:"id,omitempty"`      // of the version that it is
	Existing bool         `json:"existing"`
	Error    *errorAnswer `json:"error,omitempty"`
}

// checkAll answers POST /checks: what would become of many schemas if they were registered together. Subjects that name no
// context are in that of the prefix, which the path below a context sets.
func checkAll(c *call) error {
	context := registry.ParseSubject(c.text("subjectPrefix")).Context
	proposals, err := body(c, func(d *decoder) []registry.Proposal { return d.proposals(context) })
	if err != nil {
		return err
	}
	for i := range proposals {
		p := &proposals[i]
		p.Normalize = c.maybe("normalize")
		if p.Err == nil {
			p.Err = c.mayPropose(p)
		}
	}
	forecasts, err := c.reg.CheckAll(c.r.Context(), proposals, c.explains())
	if err != nil {
		return err
	}
	answer := checksAnswer{Compatible: true, Subjects: []forecastAnswer{}}
	for i := range forecasts {
		f := &forecasts[i]
		c.stale(f.Stale)
		answer.Compatible = answer.Compatible && f.Compatible && f.Err == nil
		answer.Subjects = append(answer.Subjects, c.answerForecast(f))
	}
	return c.reply(answer)
}

// mayPropose refuses a schema of a subject that the one who asks may not read, or that refers to one.
func (c *call) mayPropose(p *registry.Proposal) error {
	if !c.mayRead(c.reg.Current().ResolveAlias(p.Subject)) {
		return refuse(http.StatusForbidden, "Not allowed to read subject '"+p.Subject.String()+"'")
	}
	return c.mayRefer(p.Submission)
}

func (c *call) answerForecast(f *registry.Forecast) forecastAnswer {
	a := forecastAnswer{reportAnswer: answerReport(&f.Verdict), Version: f.Number, Existing: f.Existing}
	if f.Subject != (registry.Subject{}) {
		a.Subject = f.Subject.String()
	}
	if f.Existing {
		a.ID = &f.ID
	}
	if f.Err != nil {
		_, code, message := c.explain(f.Err)
		a.Compatible, a.Error = false, &errorAnswer{Code: code, Message: message}
	}
	return a
}

// proposals reads the body of a request for many checks.
func (d *decoder) proposals(context string) []registry.Proposal {
	var list []registry.Proposal
	given := false
	d.object(func(name string) {
		if name != "subjects" {
			d.skip()
			return
		}
		given = true
		d.list(func() {
			if len(list) == maxProposals {
				d.err = refuse(http.StatusRequestEntityTooLarge, fmt.Sprintf("The request has more than %d subjects", maxProposals))
				return
			}
			list = append(list, d.proposal(context))
		})
	})
	if !given && d.err == nil {
		d.err = refuse(http.StatusUnprocessableEntity, "The request has no subjects") // "compatible" would be said of nothing
	}
	return list
}

func (d *decoder) proposal(context string) registry.Proposal {
	var p registry.Proposal
	d.object(func(name string) {
		switch name {
		case "subject":
			p.Subject = registry.SubjectIn(context, d.str())
		case "compatibility":
			text := d.str()
			level, err := compat.ParseLevel(text)
			if p.Level = level; err != nil {
				p.Level = compat.Level(text)
			}
		case "resolution":
			p.Resolution = compat.Resolution(d.str())
		case "policies":
			p.Policies = optional(d, d.policies)
		default:
			d.submission(name, &p.Submission)
		}
	})
	if p.Subject == (registry.Subject{}) && d.err == nil {
		p.Err = refuse(http.StatusUnprocessableEntity, d.place()+" names no subject")
	}
	return p
}
