package registry

import (
	"errors"
	"testing"
	"time"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema"
)

// TestComparingEndsInTime takes the time for work away: one comparison is made all the same, the next is refused.
func TestComparingEndsInTime(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		level compat.Level
		ask   func(c *client) error
		limit string // that the refusal names, empty for none
	}{
		{"one version", compat.Backward, checking, ""},
		{"all versions", compat.BackwardTransitive, checking, "work"},
		{"registering", compat.BackwardTransitive, func(c *client) error {
			_, err := c.Register(c.t.Context(), submission("s", record("R", "a", "b", "c")))
			return err
		}, "work"},
		{"a future state", compat.BackwardTransitive, func(c *client) error {
			forecasts, err := c.CheckAll(c.t.Context(), []Proposal{proposal("s", record("R", "a", "b", "c"))}, false)
			return errors.Join(err, forecasts[0].Err)
		}, "work"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t)
			c.level("s", tc.level)
			c.register("s", record("R", "a"))
			c.register("s", record("R", "a", "b"))
			c.cfg.Work = time.Nanosecond // of comparing; the parser has its own
			err := tc.ask(c)
			if tc.limit == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			var bad *schema.Error
			if !errors.As(err, &bad) || bad.Limit != tc.limit || codeOf(err) != InvalidSchema {
				t.Errorf("got %v, want InvalidSchema that names the limit %q", err, tc.limit)
			}
		})
	}
}

func checking(c *client) error {
	_, err := c.Check(c.t.Context(), CheckCommand{Submission: submission("s", record("R", "a", "b", "c")).Submission})
	return err
}
