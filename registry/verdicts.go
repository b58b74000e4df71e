package registry

import (
	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
)

// A pair names all that decides a comparison: both schemas with everything that they refer to, which of them is the new one,
// and the rule for unions. The schema type, and with it the checker, is part of a schema's key; defaults, docs and places are part of its text.
type pair struct {
	reader, writer contentKey
	direction      compat.Direction
	resolution     compat.Resolution
}

// verdicts remembers comparisons of two schemas. Levels, groups and the versions that a subject has are none of its
// business: they decide which pairs are compared, not what comes of it.
type verdicts struct {
	*schema.Cache[pair, compat.Comparison]
}

func newVerdicts(maxBytes int64) verdicts {
	return verdicts{schema.NewCache[pair](maxBytes, weight)}
}

// A matchup is the new schema and the stored one that it is compared with at the moment.
type matchup struct {
	latest, old keyed
	resolution  compat.Resolution
}

// remembering returns the checker with a memory for the schemas of now. Others, such as the attempts of fixes, are compared
// and forgotten. What it returns is shared and must not be changed.
func (m verdicts) remembering(check compat.Checker, now *matchup) compat.Checker {
	return func(reader, writer schema.Schema, d compat.Direction) compat.Comparison {
		r, w := &now.latest, &now.old
		if d == compat.OldReadsNew {
			r, w = w, r
		}
		if reader != r.Schema || writer != w.Schema {
			return check(reader, writer, d)
		}
		c, _ := m.Get(pair{r.key, w.key, d, now.resolution}, func() (compat.Comparison, error) { return check(reader, writer, d), nil })
		return c
	}
}

// findingBytes is about what a finding occupies beside its texts.
const findingBytes = 512

// weight estimates the memory that a comparison holds, in bytes. Its texts are its own, but for the lines of the schemas.
func weight(c compat.Comparison) int {
	n := 256
	for _, line := range c.DropIn {
		n += 16 + len(line)
	}
	for _, f := range c.Findings {
		n += findingBytes + len(f.Path) + len(f.Message) + len(f.Old.Text) + len(f.New.Text) + len(f.Reader.Text) + len(f.Writer.Text) +
			len(f.Reader.Pointer) + len(f.Writer.Pointer)
	}
	return n
}
