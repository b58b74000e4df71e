package httpapi

import (
	"context"
	"net/http"
	"strconv"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/envelope/event"
	"github.com/treatyhq/treaty/registry"
)

// context returns the context that the query names, which is the one in a path below /contexts/{context}.
func (c *call) context() (string, error) {
	if name := c.text("context"); name != "" {
		return contextName(name)
	}
	return registry.DefaultContext, nil
}

// listLabels answers GET /subjects/{subject}/labels with the labels of the subject's versions, sorted.
func listLabels(c *call) error {
	st, err := c.latest()
	if err != nil {
		return err
	}
	labels, err := st.Labels(c.subject())
	if err != nil {
		return err
	}
	return replyPage(c, labels, answerLabel)
}

// replyPage answers with the items that offset and limit ask for.
func replyPage[T, A any](c *call, items []T, answer func(T) A) error {
	items, err := page(c, items, unpaged)
	if err != nil {
		return err
	}
	answers := make([]A, len(items))
	for i, item := range items {
		answers[i] = answer(item)
	}
	return c.reply(answers)
}

// getLabel answers GET /subjects/{subject}/versions/{version}/labels/{label}.
func getLabel(c *call) error {
	number, err := c.version()
	if err != nil {
		return err
	}
	st, err := c.latest()
	if err != nil {
		return err
	}
	label, err := st.Label(c.subject(), number, c.parameter("label"))
	if err != nil {
		return err
	}
	return c.reply(answerLabel(label))
}

// setLabel answers PUT /subjects/{subject}/versions/{version}/labels/{label}, which has no body.
func setLabel(c *call) error {
	return c.changeLabel(c.reg.SetLabel)
}

// clearLabel answers DELETE /subjects/{subject}/versions/{version}/labels/{label} with what the label was.
func clearLabel(c *call) error {
	return c.changeLabel(c.reg.ClearLabel)
}

func (c *call) changeLabel(change func(context.Context, registry.Subject, int, string) (registry.Label, error)) error {
	number, err := c.version()
	if err != nil {
		return err
	}
	label, err := change(c.r.Context(), c.subject(), number, c.parameter("label"))
	if err != nil {
		return err
	}
	return c.reply(answerLabel(label))
}

// listEventTypes answers GET /envelopes/types with what is set for types of events, sorted by type: those whose subjects the one
// who asks may read.
func listEventTypes(c *call) error {
	scope, err := c.context()
	if err != nil {
		return err
	}
	st, err := c.latest()
	if err != nil {
		return err
	}
	types := readableOf(c, st.EventTypes(scope), func(t registry.EventType) registry.Subject { return t.Subject })
	return replyPage(c, types, func(t registry.EventType) eventTypeAnswer { return eventTypeAnswer{t.Type, t.Settings} })
}

// readableOf returns the items whose subjects the one who asks may read.
func readableOf[T any](c *call, items []T, of func(T) registry.Subject) []T {
	kept := items[:0]
	for _, item := range items {
		if c.mayRead(of(item)) {
			kept = append(kept, item)
		}
	}
	return kept
}

// getEventType answers GET /envelopes/types/{type}.
func getEventType(c *call) error {
	scope, err := c.context()
	if err != nil {
		return err
	}
	st, err := c.latest()
	if err != nil {
		return err
	}
	t, err := st.EventType(scope, c.parameter("type"))
	if err != nil {
		return err
	}
	if err := c.mustRead(t.Subject); err != nil {
		return err
	}
	return c.reply(t.Settings)
}

// mustRead refuses a subject that the route does not name and the one who asks may not read.
func (c *call) mustRead(s registry.Subject) error {
	if c.mayRead(s) {
		return nil
	}
	return refuse(http.StatusForbidden, "Not allowed to read subject '"+s.String()+"'")
}

// setEventType answers PUT /envelopes/types/{type} with what is stored.
func setEventType(c *call) error {
	scope, err := c.context()
	if err != nil {
		return err
	}
	settings, err := body(c, (*decoder).eventSettings)
	if err != nil {
		return err
	}
	if err := c.mustRead(registry.SubjectIn(scope, settings.Subject)); err != nil {
		return err
	}
	t, err := c.reg.SetEventType(c.r.Context(), scope, c.parameter("type"), settings)
	if err != nil {
		return err
	}
	return c.reply(t.Settings)
}

// clearEventType answers DELETE /envelopes/types/{type} with what was set.
func clearEventType(c *call) error {
	scope, err := c.context()
	if err != nil {
		return err
	}
	t, err := c.reg.ClearEventType(c.r.Context(), scope, c.parameter("type"))
	if err != nil {
		return err
	}
	return c.reply(t.Settings)
}

// listAliases answers GET /envelopes/aliases, sorted by system and ID: those whose subjects the one who asks may read.
func listAliases(c *call) error {
	scope, err := c.context()
	if err != nil {
		return err
	}
	st, err := c.latest()
	if err != nil {
		return err
	}
	aliases := readableOf(c, st.Aliases(scope), func(a registry.Alias) registry.Subject { return a.Subject })
	return replyPage(c, aliases, func(a registry.Alias) aliasAnswer {
		return aliasAnswer{a.System, a.ExternalID, answerAlias(a)}
	})
}

// getAlias answers GET /envelopes/aliases/{system}/{externalId}.
func getAlias(c *call) error {
	a, err := c.alias()
	if err != nil {
		return err
	}
	st, err := c.latest()
	if err != nil {
		return err
	}
	if a, err = st.Alias(a.Context, a.System, a.ExternalID); err != nil {
		return err
	}
	if err := c.mustRead(a.Subject); err != nil {
		return err
	}
	return c.reply(answerAlias(a))
}

// alias returns the alias in the path.
func (c *call) alias() (registry.Alias, error) {
	scope, err := c.context()
	return registry.Alias{
		Context: scope, System: envelope.System(c.parameter("system")), ExternalID: c.parameter("externalId"),
	}, err
}

// setAlias answers PUT /envelopes/aliases/{system}/{externalId} with what is stored.
func setAlias(c *call) error {
	a, err := c.alias()
	if err != nil {
		return err
	}
	sent, err := body(c, (*decoder).holder)
	if err != nil {
		return err
	}
	a.Subject = c.reg.Current().ResolveAlias(registry.SubjectIn(a.Context, sent.Subject))
	if a.Version, err = registry.ParseVersion(strconv.Itoa(sent.Version)); err != nil {
		return err
	}
	if err := c.mustRead(a.Subject); err != nil {
		return err
	}
	if a, err = c.reg.SetAlias(c.r.Context(), a); err != nil {
		return err
	}
	return c.reply(answerAlias(a))
}

// clearAlias answers DELETE /envelopes/aliases/{system}/{externalId} with what the ID stood for.
func clearAlias(c *call) error {
	a, err := c.alias()
	if err != nil {
		return err
	}
	if a, err = c.reg.ClearAlias(c.r.Context(), a.Context, a.System, a.ExternalID); err != nil {
		return err
	}
	return c.reply(answerAlias(a))
}

// eventSettings reads what is set for a type of events. A misspelt member would leave a rule out, so an unknown one is
// refused.
func (d *decoder) eventSettings() event.Settings {
	var s event.Settings
	d.object(func(name string) {
		switch name {
		case "subject":
			s.Subject = d.str()
		case "idFormat":
			s.IDFormat = d.str()
		case "typeFormat":
			s.TypeFormat = d.str()
		case "timeFormat":
			s.TimeFormat = d.str()
		case "maxFuture":
			s.MaxFuture = d.str()
		case "maxPast":
			s.MaxPast = d.str()
		case "requireSource":
			s.RequireSource = d.boolean()
		default:
			d.unknown(name)
		}
	})
	return s
}

// holder reads what an alias stands for.
func (d *decoder) holder() holderAnswer {
	var h holderAnswer
	d.object(func(name string) {
		switch name {
		case "subject":
			h.Subject = d.str()
		case "version":
			h.Version = d.integer(0)
		default:
			d.unknown(name)
		}
	})
	return h
}

// unknown refuses a member that means nothing.
func (d *decoder) unknown(name string) {
	if d.err == nil {
		d.err = refuse(http.StatusUnprocessableEntity, "The member "+strconv.Quote(name)+" is unknown")
	}
}
