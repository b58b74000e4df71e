package event

import (
	"bytes"
	"slices"
	"strconv"
	"time"

	"github.com/treatyhq/treaty/envelope/verdict"
)

// A Reason is why a message goes to the dead letters, and what is known of it.
type Reason struct {
	Findings  []verdict.Finding // the first permanent error is the reason, or else the first error
	Subject   string            // empty if unknown
	Version   int               // 0 if unknown
	Binding   string            // decides which other names the reason has, too
	Validator string            // the version of the program that says so
	Now       time.Time         // for a message that was not a dead letter before
}

// The headers of dead letters.
const (
	reasonCodeHeader  = "dlq-reason-code"
	reasonHeader      = "dlq-reason"
	classHeader       = "dlq-class"
	pathHeader        = "dlq-path"
	subjectHeader     = "dlq-subject"
	versionHeader     = "dlq-version"
	validatorHeader   = "dlq-validator-version"
	attemptsHeader    = "dlq-attempts"
	firstFailedHeader = "dlq-first-failed-at"
)

// aliases are the names under which the tools around a broker look for the reason: share groups of Kafka (KIP-1191) and
// Kafka Connect. What else they write, topic, partition and offset, only the consumer knows.
var aliases = map[string][]string{
	"kafka": {"__dlq.errors.message", "__connect.errors.exception.message"},
}

// maxReason is how many bytes of the reason a header holds: brokers count headers.
const maxReason = 1000

// DeadLetter returns the headers of a dead letter: those of the message, untouched and in their order, and behind them why
// it could not be read. A message that was a dead letter before has older reasons in front, its attempts go on counting,
// and it first failed when it first failed.
func DeadLetter(original []Header, r Reason) []Header {
	headers := slices.Clone(original)
	add := func(name, value string) {
		if value != "" {
			headers = append(headers, Header{name, []byte(value)})
		}
	}
	f := r.finding()
	reason := cutTo(f.Message, maxReason)
	add(reasonCodeHeader, f.Code)
	add(reasonHeader, reason)
	add(classHeader, string(f.Class))
	add(pathHeader, cutTo(f.Path, maxReason))
	add(subjectHeader, r.Subject)
	if r.Version > 0 {
		add(versionHeader, strconv.Itoa(r.Version))
	}
	add(validatorHeader, r.Validator)
	add(attemptsHeader, strconv.Itoa(attempts(original)+1))
	if _, ok := last(original, firstFailedHeader); !ok {
		add(firstFailedHeader, r.Now.UTC().Format(time.RFC3339))
	}
	for _, name := range aliases[r.Binding] {
		add(name, reason)
	}
	return headers
}

// finding returns the one that decides.
func (r Reason) finding() verdict.Finding {
	isError := func(f verdict.Finding) bool { return f.Severity == verdict.Error }
	i := slices.IndexFunc(r.Findings, func(f verdict.Finding) bool { return isError(f) && f.Class == verdict.Permanent })
	if i < 0 {
		i = slices.IndexFunc(r.Findings, isError)
	}
	if i < 0 {
		return verdict.Finding{}
	}
	return r.Findings[i]
}

// attempts returns how often a message has failed before.
func attempts(headers []Header) int {
	value, _ := last(headers, attemptsHeader)
	n, err := strconv.Atoi(string(bytes.TrimSpace(value)))
	if err != nil || n < 0 || n > 1<<30 {
		return 0
	}
	return n
}

// last returns the value of a header, the last one if there are several.
func last(headers []Header, name string) ([]byte, bool) {
	for _, h := range slices.Backward(headers) {
		if h.Name == name {
			return h.Value, true
		}
	}
	return nil, false
}
