package registry

import "strings"

// known returns the active version that the submission is before anything is filled in. It is asked for before the mode,
// so that producers that register on every start need no permission to. It is not asked where the settings or the command
// itself change what is submitted. A submission that cannot be read is not known.
func (p *registering) known() (*version, error) {
	if p.changesTags() || p.basis.config.fillsIn() || strings.TrimSpace(p.cmd.Text) == "" || p.u == nil {
		return nil, nil
	}
	c, err := p.readSubmission(p.ctx, p.s, p.cmd.Submission, asSubmitted, p.cmd.normalizes(p.basis.config))
	if err != nil {
		return nil, p.ctx.Err()
	}
	if v := p.named(); v != nil {
		if same, err := p.sameVersion(c, v); same || err != nil {
			return v, err
		}
	}
	v, err := p.find(p.ctx, p.s, c, false)
	if v == nil || err != nil || !p.asksFor(v) {
		return nil, err
	}
	return v, nil
}

// named returns the active version that the command names by its ID, and its number if it gives one; nil if there is none.
// A subject can have one schema under several IDs, so that what a search finds first need not be the one that is meant.
func (p *registering) named() *version {
	if p.cmd.ID == UnsetID {
		return nil
	}
	if p.cmd.Version <= 0 {
		c, _ := p.s.contexts.Get(p.cmd.Subject.Context)
		return c.newestWith(p.cmd.ID, p.u, false)
	}
	if v := p.u.pick(p.cmd.Version, false); v != nil && int(v.id) == p.cmd.ID {
		return v
	}
	return nil
}

// sameVersion reports whether a version is the candidate, or equivalent to it.
func (p *registering) sameVersion(c *candidate, v *version) (bool, error) {
	if c.is(v.content) {
		return true, nil
	}
	if v.content.typ != c.typ || !c.says(v.content.attached()) {
		return false, nil
	}
	return p.sameSchema(p.ctx, p.s, c, v)
}

// asksFor reports whether the version's ID and number are those that the command asks for, if it asks for any.
func (p *registering) asksFor(v *version) bool {
	sameID := int(v.id) == p.cmd.ID
	if p.cmd.Version <= 0 {
		return sameID || p.cmd.ID == UnsetID
	}
	asked := p.u.pick(p.cmd.Version, false)
	return sameID && asked != nil && asked.id == v.id
}
