package event

import (
	"time"

	"github.com/treatyhq/treaty/envelope/token"
	"github.com/treatyhq/treaty/envelope/verdict"
)

// warnFuture is how far ahead of the clock a time may be before it is remarked on.
const warnFuture = 5 * time.Minute

// Check holds the envelope to the rules for its type and returns what is wrong with what it says, and sets its time. What
// parsing has found already is not said again. The clock is the caller's.
func (e *Envelope) Check(r Rules, now time.Time) []verdict.Finding {
	var findings []verdict.Finding
	for _, check := range []func(Rules) *verdict.Finding{e.checkID, e.checkType, e.checkSource, e.checkVersion, e.checkTrace, e.checkState, e.checkCause, e.checkSchema} {
		if f := check(r); f != nil {
			findings = append(findings, *f)
		}
	}
	findings = append(findings, e.checkTime(r, now)...)
	if e.Ref != nil {
		findings = append(findings, e.Ref.check()...)
	}
	return findings
}

// spelt returns the name under which the event has a member, and its value; false if it has none that is a string.
func (e *Envelope) spelt(names ...string) (name, value string, ok bool) {
	for _, name := range names {
		for i := range e.Members {
			if m := &e.Members[i]; m.Name == name && m.Value[0] == '"' {
				return name, m.text, true
			}
		}
	}
	return "", "", false
}

// first returns the spellings of a member in the form of the event.
func (e *Envelope) first(plain ...string) []string {
	if e.Form == Plain {
		return plain
	}
	return plain[len(plain)-1:]
}

func found(f verdict.Finding) *verdict.Finding { return &f }

func (e *Envelope) checkID(r Rules) *verdict.Finding {
	name, id, ok := e.spelt(e.first("eventId", "id")...)
	switch {
	case !ok:
		return nil
	case id == "" || len(id) > maxID:
		return found(errorf(IDFormat, name, "%s has %d bytes, and 1 to %d are allowed", name, len(id), maxID))
	case e.Form == Plain && !isClean(id): // parsing says so of others
		return found(errorf(IDFormat, name, "%s holds control characters", name))
	case emptyUUID(id):
		return found(errorf(IDFormat, name, "%s is %s, which is nobody's", name, id))
	case !r.idHolds(id):
		return found(errorf(IDFormat, name, "%s is %s, and no %s", name, quote(id), r.IDFormat))
	}
	return nil
}

// likeness shows a type of each form that has a name.
var likeness = map[string]string{ReverseDNS: ", such as com.example.order-placed", PascalCase: ", such as OrderPlaced"}

func (e *Envelope) checkType(r Rules) *verdict.Finding {
	name, kind, ok := e.spelt(e.first("eventType", "type")...)
	switch {
	case !ok:
		return nil
	case kind == "" || len(kind) > maxID:
		return found(errorf(TypeFormat, name, "%s has %d bytes, and 1 to %d are allowed", name, len(kind), maxID))
	case e.Form == Plain && !isClean(kind): // parsing says so of others
		return found(errorf(TypeFormat, name, "%s holds control characters", name))
	case r.typeFormat != nil && !r.typeFormat.MatchString(kind):
		return found(errorf(TypeFormat, name, "%s is %s, which is not of the form %s%s", name, quote(kind), r.TypeFormat, likeness[r.TypeFormat]))
	}
	return nil
}

func (e *Envelope) checkSource(r Rules) *verdict.Finding {
	_, source, ok := e.spelt("source")
	switch {
	case !ok && r.RequireSource && e.Form == Plain && !e.has("source"):
		return found(errorf(SourceMissing, "source", "the event has no source, and events of its type must have one"))
	case ok && (source == "" || !IsURIReference(source)):
		return found(errorf(SourceFormat, "source", "source is %s, which is no URI and not relative to one", quote(source)))
	}
	return nil
}

func (e *Envelope) has(name string) bool {
	_, ok := e.member(name)
	return ok
}

func (e *Envelope) checkVersion(Rules) *verdict.Finding {
	name, version, ok := e.spelt(e.first("version", "schemaversion")...)
	if ok && (version == "" || len(version) > maxID || !isClean(version)) {
		return found(errorf(VersionSyntax, name, "%s is %s, which names no version: a number, or a label of 1 to %d bytes", name, quote(version), maxID))
	}
	return nil
}

func (e *Envelope) checkTrace(Rules) *verdict.Finding {
	if _, parent, ok := e.spelt("traceparent"); ok && !IsTraceParent(parent) {
		return found(warningf(TraceFormat, "traceparent", "traceparent is %s, which is none by the W3C's rules", quote(parent)))
	}
	return nil
}

func (e *Envelope) checkState(Rules) *verdict.Finding {
	if e.TraceState != "" && !IsTraceState(e.TraceState) {
		return found(warningf(TraceFormat, "tracestate", "tracestate is %s, which is none by the W3C's rules", quote(e.TraceState)))
	}
	return nil
}

func (e *Envelope) checkCause(Rules) *verdict.Finding {
	if e.ID != "" && e.CausationID == e.ID {
		name, _, _ := e.spelt("causationId", "causationid")
		return found(warningf(CausationSelf, name, "the event is its own cause: %s is its id", name))
	}
	return nil
}

func (e *Envelope) checkSchema(Rules) *verdict.Finding {
	if e.DataSchema == "" || !IsURI(e.DataSchema) {
		return nil
	}
	if _, ok := e.SchemaName(); !ok {
		return found(warningf(SchemaForeign, "dataschema", "dataschema is %s, which names no schema of a registry: the type decides", quote(e.DataSchema)))
	}
	return nil
}

// checkTime reads the time and compares it with the clock.
func (e *Envelope) checkTime(r Rules, now time.Time) []verdict.Finding {
	name := e.time.member
	if name == "" {
		return nil
	}
	t, reason := e.time.read(r, e.Form)
	if reason != "" {
		return []verdict.Finding{errorf(TimeFormat, name, "%s is %s, which is not %s", name, e.time.shown(), reason)}
	}
	e.Time = t
	ahead, ago := t.Sub(now), now.Sub(t) // each of them ends at 292 years
	switch {
	case ahead > r.maxFuture():
		return []verdict.Finding{errorf(TimeFuture, name, "%s is %s ahead of the clock, and %s are allowed", name, span(ahead), span(r.maxFuture()))}
	case r.past > 0 && ago > r.past:
		return []verdict.Finding{errorf(TimePast, name, "%s is %s ago, and %s are allowed", name, span(ago), span(r.past))}
	case ahead > warnFuture:
		return []verdict.Finding{warningf(TimeFuture, name, "%s is %s ahead of the clock", name, span(ahead))}
	}
	return nil
}

// read returns the time, or what it should be. CloudEvents have no other than RFC 3339.
func (t timeText) read(r Rules, form Form) (time.Time, string) {
	if r.TimeFormat == EpochMillis && form == Plain {
		n, fit := token.Int([]byte(t.text), 64)
		if !t.number || fit != token.Fits {
			return time.Time{}, "a number of milliseconds since 1970"
		}
		return time.UnixMilli(n).UTC(), ""
	}
	at, ok := ParseTime(t.text)
	if t.number || !ok {
		return time.Time{}, "a time of RFC 3339"
	}
	return at, ""
}
