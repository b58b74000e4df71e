package registry

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"sync/atomic"

	envevent "github.com/treatyhq/treaty/envelope/event"
)

// An EventType is what is set for events of a type in a context. The subject whose contract they honour need not exist.
type EventType struct {
	Context  string
	Type     string
	Subject  Subject
	Settings envevent.Settings // with its defaults written out, and the subject as answers about the context spell it
}

// A binding is an EventType in the state. Its rules are made of the settings when they are first asked for.
type binding struct {
	context, eventType string
	settings           envevent.Settings // the subject as it is spelled in the context
	rules              atomic.Pointer[envevent.Rules]
}

func (a *binding) less(b *binding) bool {
	if a.context != b.context {
		return a.context < b.context
	}
	return a.eventType < b.eventType
}

// compiled returns the settings as rules.
func (b *binding) compiled() (envevent.Rules, error) {
	if rules := b.rules.Load(); rules != nil {
		return *rules, nil
	}
	rules, err := b.settings.Rules()
	if err == nil {
		b.rules.Store(&rules)
	}
	return rules, err
}

func (b *binding) public() EventType {
	t := EventType{Context: b.context, Type: b.eventType, Subject: SubjectIn(b.context, b.settings.Subject), Settings: b.settings}
	t.Settings.Subject = t.Subject.From(b.context)
	return t
}

// EventType returns what is set for events of a type in a context. It is a SettingNotFound error if nothing is.
func (s *State) EventType(context, eventType string) (EventType, error) {
	if b := s.binding(context, eventType); b != nil {
		return b.public(), nil
	}
	return EventType{}, refuse(SettingNotFound, "The event type %q has no settings in context %s.", eventType, context)
}

// EventTypes returns what is set for events in a context, sorted by type.
func (s *State) EventTypes(context string) []EventType {
	var types []EventType
	for b := range s.bindingsIn(context) {
		types = append(types, b.public())
	}
	return types
}

func (s *State) binding(context, eventType string) *binding {
	b, _ := s.bindings.Get(&binding{context: context, eventType: eventType})
	return b
}

func (s *State) clearBinding(e *typeCleared) error {
	if _, ok := s.bindings.Delete(&binding{context: e.Context, eventType: e.Type}); !ok {
		return fmt.Errorf("nothing is set for %q in %s", e.Type, e.Context)
	}
	return nil
}

func (s *State) bindingsIn(context string) iter.Seq[*binding] {
	return func(yield func(*binding) bool) {
		s.bindings.Ascend(&binding{context: context}, func(b *binding) bool { return b.context == context && yield(b) })
	}
}

// SetEventType sets what events of a type must be like in a context, in the place of what was set, and returns it with the
// defaults. The subject need not exist; without a context of its own it is one of the context. The refusals are
// InvalidSetting, InvalidSubject, OperationNotPermitted and StoreUnavailable.
func (r *Registry) SetEventType(ctx context.Context, context, eventType string, settings envevent.Settings) (EventType, error) {
	if err := validContext(context); err != nil {
		return EventType{}, err
	}
	if err := validName("event type", eventType); err != nil {
		return EventType{}, err
	}
	settings = settings.WithDefaults()
	if _, err := settings.Rules(); err != nil {
		return EventType{}, &Error{Code: InvalidSetting, Message: "Invalid settings: " + err.Error(), Err: err}
	}
	subj := SubjectIn(context, settings.Subject)
	if strings.TrimSpace(subj.Name) == "" {
		return EventType{}, refuse(InvalidSetting, "The settings of an event type need a subject.")
	}
	if err := r.validSubject(subj); err != nil {
		return EventType{}, err
	}
	settings.Subject = subj.spelledIn(context)
	return carryTo[EventType](ctx, r, &typeChange{context, eventType, settings})
}

// ClearEventType takes away what is set for events of a type and returns it. The refusals are SettingNotFound,
// OperationNotPermitted and StoreUnavailable.
func (r *Registry) ClearEventType(ctx context.Context, context, eventType string) (EventType, error) {
	return carryTo[EventType](ctx, r, &typeRemoval{context, eventType})
}

// A typeChange is a SetEventType.
type typeChange struct {
	context, eventType string
	settings           envevent.Settings
}

func (*typeChange) size() int { return 0 }

func (c *typeChange) decide(s *State, _ moment) (decision, error) {
	b := binding{context: c.context, eventType: c.eventType, settings: c.settings}
	d := decision{answer: b.public()}
	old := s.binding(c.context, c.eventType)
	if err := s.mayChange(Subject{Context: c.context}); err != nil || old != nil && old.settings == c.settings {
		return d, err
	}
	d.events = []event{&typeSet{c.context, c.eventType, c.settings}}
	return d, s.atLevel(envelopesLevel, "Event types")
}

// A typeRemoval is a ClearEventType.
type typeRemoval struct{ context, eventType string }

func (*typeRemoval) size() int { return 0 }

func (c *typeRemoval) decide(s *State, _ moment) (decision, error) {
	old, err := s.EventType(c.context, c.eventType)
	if err == nil {
		err = s.mayChange(Subject{Context: c.context})
	}
	return decision{events: []event{&typeCleared{c.context, c.eventType}}, answer: old}, err
}
