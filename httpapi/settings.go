package httpapi

import (
	"net/url"
	"strings"

	"github.com/treatyhq/treaty/registry"
)

// global is the subject whose settings hold where a subject has none.
var global = registry.Subject{Context: registry.DefaultContext}

// The settings of a subject and the global ones differ only in where the subject comes from.
func ofSubject(c *call) registry.Subject { return c.plainSubject() }
func ofGlobal(*call) registry.Subject    { return global }

// getConfig answers GET /config and GET /config/{subject}.
func getConfig(subject func(*call) registry.Subject) handler {
	return func(c *call) error {
		st, err := c.latest()
		if err != nil {
			return err
		}
		if c.is("defaultToGlobal") {
			return c.reply(answerConfig(st.EffectiveConfig(subject(c))))
		}
		cfg, err := st.Config(subject(c))
		if err != nil {
			return err
		}
		return c.reply(answerConfig(cfg))
	}
}

// setConfig answers PUT /config and PUT /config/{subject} with the settings as they are now.
func setConfig(subject func(*call) registry.Subject) handler {
	return func(c *call) error {
		update, err := body(c, (*decoder).config)
		if err != nil {
			return err
		}
		c.ignored(update.ignored)
		cfg, err := c.reg.SetConfig(c.r.Context(), subject(c), update.ConfigUpdate)
		if err != nil {
			return err
		}
		answer := answerSettings(cfg)
		answer.Compatibility = cfg.Level
		return c.reply(answer)
	}
}

const (
	maxIgnored     = 8  // names that an answer lists
	maxIgnoredName = 64 // bytes of one
)

// ignored tells the client which members mean nothing, as the reference does not: whoever misspells one learns it. The names are
// percent-encoded.
func (c *call) ignored(names []string) {
	var list []string
	for _, name := range names[:min(len(names), maxIgnored)] {
		list = append(list, url.PathEscape(name[:min(len(name), maxIgnoredName)]))
	}
	if len(list) > 0 {
		c.w.Header().Set("Treaty-Ignored", strings.Join(list, ", "))
	}
}

// clearConfig answers DELETE /config and DELETE /config/{subject} with the settings as they were.
func clearConfig(subject func(*call) registry.Subject) handler {
	return func(c *call) error {
		cfg, err := c.reg.ClearConfig(c.r.Context(), subject(c))
		if err != nil {
			return err
		}
		return c.reply(answerConfig(cfg))
	}
}

// answerConfig shows settings under the names that a read has.
func answerConfig(cfg registry.SubjectConfig) configAnswer {
	a := answerSettings(cfg)
	a.CompatibilityLevel = cfg.Level
	return a
}

// answerSettings shows settings without the level, whose name differs.
func answerSettings(cfg registry.SubjectConfig) configAnswer {
	return configAnswer{
		Alias:              cfg.Alias,
		AliasForDeks:       cfg.AliasForDeks,
		Normalize:          cfg.Normalize,
		ValidateFields:     cfg.ValidateFields,
		ValidateNewSchemas: cfg.ValidateNewSchemas,
		ValidateRules:      cfg.ValidateRules,
		Policy:             cfg.Policy,
		Group:              cfg.Group,
		Policies:           cfg.Policies,
		DefaultMetadata:    cfg.DefaultMetadata,
		OverrideMetadata:   cfg.OverrideMetadata,
		DefaultRuleSet:     cfg.DefaultRuleSet,
		OverrideRuleSet:    cfg.OverrideRuleSet,
	}
}

// getMode answers GET /mode and GET /mode/{subject}.
func getMode(subject func(*call) registry.Subject) handler {
	return func(c *call) error {
		st, err := c.latest()
		if err != nil {
			return err
		}
		if c.is("defaultToGlobal") {
			return c.reply(answerMode(st.EffectiveMode(subject(c))))
		}
		mode, err := st.Mode(subject(c))
		if err != nil {
			return err
		}
		return c.reply(answerMode(mode))
	}
}

// setMode answers PUT /mode and PUT /mode/{subject} with what was sent.
func setMode(subject func(*call) registry.Subject) handler {
	return func(c *call) error {
		sent, err := body(c, (*decoder).mode)
		if err != nil {
			return err
		}
		var mode *registry.Mode
		if sent.Mode != nil {
			m, err := registry.ParseMode(*sent.Mode)
			if err != nil {
				return err
			}
			mode = &m
		}
		if err := c.reg.SetMode(c.r.Context(), subject(c), mode, c.is("force")); err != nil {
			return err
		}
		return c.reply(sent)
	}
}

// clearMode answers DELETE /mode and DELETE /mode/{subject} with the mode as it was.
func clearMode(subject func(*call) registry.Subject) handler {
	return func(c *call) error {
		mode, err := c.reg.ClearMode(c.r.Context(), subject(c), c.is("recursive"))
		if err != nil {
			return err
		}
		return c.reply(answerMode(mode))
	}
}

// answerMode shows a mode; the empty one, where a recursive clearing found none, is an empty object.
func answerMode(mode registry.Mode) modeAnswer {
	if mode == "" {
		return modeAnswer{}
	}
	text := string(mode)
	return modeAnswer{&text}
}
