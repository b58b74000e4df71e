package registry

import (
	"context"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/treatyhq/treaty/envelope"
)

// maxName bounds labels, types of events and other registries' IDs, in bytes.
const maxName = 255

// SetLabel lets a label name a version, soft-deleted or not, and no longer the one that it named. A label that looks like a
// bare integer can only be the version's own number. The refusals are SubjectNotFound, VersionNotFound, InvalidSetting,
// OperationNotPermitted and StoreUnavailable.
func (r *Registry) SetLabel(ctx context.Context, subj Subject, number int, label string) (Label, error) {
	return carryTo[Label](ctx, r, &labelChange{subj, number, label})
}

// ClearLabel takes a label from a version and returns it. The refusals are SubjectNotFound, VersionNotFound, SettingNotFound,
// OperationNotPermitted and StoreUnavailable.
func (r *Registry) ClearLabel(ctx context.Context, subj Subject, number int, label string) (Label, error) {
	return carryTo[Label](ctx, r, &labelRemoval{subj, number, label})
}

// A labelChange is a SetLabel.
type labelChange struct {
	subject Subject
	number  int
	label   string
}

func (*labelChange) size() int { return 0 }

func (c *labelChange) decide(s *State, _ moment) (decision, error) {
	v, err := s.held(c.subject, c.number)
	if err != nil {
		return decision{}, err
	}
	if err := validLabel(c.label, int(v.number)); err != nil {
		return decision{}, err
	}
	d := decision{answer: Label{c.subject, int(v.number), c.label}}
	named, _ := s.labelled(c.subject, c.label)
	if err := s.mayChange(c.subject); err != nil || named == int(v.number) {
		return d, err
	}
	d.events = []event{&labelSet{scope(c.subject), int(v.number), c.label}}
	return d, s.atLevel(envelopesLevel, "Labels")
}

// validLabel refuses what cannot be the label of a version.
func validLabel(label string, number int) error {
	if err := validName("label", label); err != nil {
		return err
	}
	if strings.EqualFold(label, envelope.Latest) {
		return refuse(InvalidSetting, "A label cannot be %q, which names the newest version.", label)
	}
	digits := strings.TrimLeft(label, "+-")
	if strings.Trim(digits, "0123456789") == "" && digits != "" && label != strconv.Itoa(number) {
		return refuse(InvalidSetting, "The label %q looks like a version number, and the version is %d.", label, number)
	}
	return nil
}

// validName refuses an empty name, one that is too long, and one that cannot be shown.
func validName(what, name string) error {
	switch {
	case name == "":
		return emptyName(what)
	case len(name) > maxName:
		return refuse(InvalidSetting, "The %s has %d bytes, and %d are allowed.", what, len(name), maxName)
	case !utf8.ValidString(name) || strings.ContainsFunc(name, isControl):
		return refuse(InvalidSetting, "The %s %q has control characters or is not UTF-8.", what, name)
	}
	return nil
}

func emptyName(what string) *Error { return refuse(InvalidSetting, "The %s is empty.", what) }

// mayChange refuses to change what is set for scopes of which one takes no writes.
func (s *State) mayChange(scopes ...Subject) error {
	for _, scope := range scopes {
		if s.EffectiveMode(scope).readOnly() {
			return notInMode(scope, "is in read-only mode")
		}
	}
	return nil
}

// atLevel refuses what the log has no kind of event for yet.
func (s *State) atLevel(level int, what string) error {
	if s.level >= level {
		return nil
	}
	return refuse(OperationNotPermitted, "%s cannot be set while the log is at level %d: "+
		"run treaty upgrade once all replicas run this release", what, s.level)
}

// A labelRemoval is a ClearLabel.
type labelRemoval struct {
	subject Subject
	number  int
	label   string
}

func (*labelRemoval) size() int { return 0 }

func (c *labelRemoval) decide(s *State, _ moment) (decision, error) {
	old, err := s.Label(c.subject, c.number, c.label)
	if err == nil {
		err = s.mayChange(c.subject)
	}
	return decision{events: []event{&labelCleared{scope(c.subject), c.label}}, answer: old}, err
}
