package httpapi

import (
	"net/http"
	"strings"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/envelope/event"
	jsontoken "github.com/treatyhq/treaty/envelope/token"
)

// isBinaryEvent reports whether the request is a CloudEvent in HTTP's binary mode.
func isBinaryEvent(r *http.Request) bool {
	return (r.Header["Ce-Specversion"] != nil || r.Header["Ce-Id"] != nil) && event.IsHTTP(httpHeaders(r))
}

// httpHeaders returns the headers of the request as those of a message, names in lower case.
func httpHeaders(r *http.Request) []event.Header {
	var headers []event.Header
	for name, values := range r.Header {
		lower := strings.ToLower(name)
		if !strings.HasPrefix(lower, "ce-") && lower != "content-type" {
			continue
		}
		for _, value := range values {
			headers = append(headers, event.Header{Name: lower, Value: []byte(value)})
		}
	}
	return headers
}

// binaryEvent answers for a CloudEvent in HTTP's binary mode.
func (d *dataCall) binaryEvent() error {
	text, err := d.whole(int64(d.cfg.MaxMessage))
	if err != nil {
		return err
	}
	m := d.defaults
	m.Framing, m.Headers, m.Payload = envelope.CloudEvents, httpHeaders(d.r), text
	return d.one(&m)
}

// structuredEvent answers for a CloudEvent that is the body.
func (d *dataCall) structuredEvent() error {
	text, err := d.whole(int64(d.cfg.MaxMessage))
	if err != nil {
		return err
	}
	return d.event(text, envelope.CloudEvents)
}

// event answers for one event. A text that is not JSON is the caller's mistake; a member that is there twice is a verdict.
func (d *dataCall) event(text []byte, f envelope.Framing) error {
	if err := notJSON(text); err != nil {
		return err
	}
	m := d.defaults
	m.Framing, m.Payload = f, text
	return d.one(&m)
}

func notJSON(text []byte) error {
	var r jsontoken.Reader
	r.Reset(text, jsontoken.Options{MaxDepth: maxMessageDepth})
	if _, ok := r.Skip(); ok {
		r.Next()
	}
	if bad := r.Err(); bad != nil && bad.Code != jsontoken.Depth {
		return refuse(http.StatusBadRequest, "The event is not JSON: "+bad.Message)
	}
	return nil
}

// plainEvent answers for one plain event, or an array of them.
func (d *dataCall) plainEvent() error { return d.eventsIn(envelope.Event, false) }

// eventBatch answers for an array of CloudEvents.
func (d *dataCall) eventBatch() error { return d.eventsIn(envelope.CloudEvents, true) }

func (d *dataCall) eventsIn(f envelope.Framing, many bool) error {
	text, err := d.whole(d.cfg.MaxBatch)
	if err != nil {
		return err
	}
	items, isArray, bad := event.Batch(text)
	switch {
	case bad != nil:
		return refuse(http.StatusBadRequest, "The events are not JSON: "+bad.Message)
	case !isArray && many:
		if err := notJSON(text); err != nil {
			return err
		}
		return unprocessable("a batch of events is an array")
	case !isArray:
		return d.event(text, f)
	case len(items) > maxMessages:
		return refuse(http.StatusRequestEntityTooLarge, "The request has more than 100000 events")
	}
	out := d.stream(jsonAnswer)
	defer out.close()
	out.write('[')
	for i, item := range items {
		if out.gone() {
			return out.abort()
		}
		if i > 0 {
			out.write(',')
		}
		m := d.defaults
		m.Framing, m.Payload = f, item
		out.buf = d.appendOne(out.buf, &m, nil)
		out.spill()
	}
	out.write(']')
	return out.end()
}
