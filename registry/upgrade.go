package registry

import "context"

// RaiseLevel raises the log to the level of this release, from which on releases that do not know the level stop before
// what is written, and returns the log's level. It writes nothing where the log is there already, or is empty: the first
// event of a log sets its level. The refusal is StoreUnavailable.
func (r *Registry) RaiseLevel(ctx context.Context) (int, error) {
	level, _, err := r.carry(ctx, func(s *State) (preparation, error) {
		if s.key == nil || s.level >= binaryLevel {
			return preparation{answer: binaryLevel}, nil
		}
		return preparation{command: levelRaising{}}, nil
	})
	if err != nil {
		return 0, err
	}
	return level.(int), nil
}

// A levelRaising is a RaiseLevel of a log whose level is lower.
type levelRaising struct{}

func (levelRaising) size() int { return 0 }

func (levelRaising) decide(s *State, _ moment) (decision, error) {
	d := decision{answer: binaryLevel}
	if s.level < binaryLevel {
		d.events = []event{&levelRaised{Level: binaryLevel}}
	}
	return d, nil
}
