package envelope

import "github.com/treatyhq/treaty/envelope/event"

// DeadLetter returns the headers with which a message goes to the dead letters: its own, untouched, and why it could not be
// read. The payload stays as it is. validator is the version of the program that says so.
func (c *Codec) DeadLetter(m *Message, a Answer, validator string) []Header {
	r := event.Reason{Findings: a.Findings, Binding: m.Binding, Validator: validator, Now: c.cfg.Now(), Subject: m.Subject}
	if a.Schema != nil {
		r.Subject, r.Version = a.Schema.Subject, a.Schema.Version
	}
	return event.DeadLetter(m.Headers, r)
}
