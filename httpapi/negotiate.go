package httpapi

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// The media types that the API speaks, the preferred one first.
const (
	mediaV1      = "application/vnd.schemaregistry.v1+json"
	mediaVendor  = "application/vnd.schemaregistry+json"
	mediaJSON    = "application/json"
	mediaReport  = "application/vnd.treaty.report+json"
	mediaUnknown = "application/octet-stream" // what a client means that names none: taken as JSON
)

// A produced type is one that answers can have. Its weight is the server's own preference.
type produced struct {
	name   string
	weight float64
	header []string // the value of Content-Type, shared by all answers
}

var productions = [...]produced{
	{mediaV1, 1, []string{mediaV1}},
	{mediaVendor, 0.9, []string{mediaVendor}},
	{mediaJSON, 0.5, []string{mediaJSON}},
}

// report is the type of a whole report on a verdict. Only what can give one produces it.
var report = &produced{mediaReport, 0.1, []string{mediaReport}}

// reporting returns h for what also answers with a report, to clients that accept nothing else.
func reporting(h handler) handler {
	plain := negotiated(h)
	return func(c *call) error {
		header := c.r.Header["Accept"]
		if accepted(header) != nil || quality(acceptRanges(header), mediaReport) == 0 {
			return plain(c)
		}
		if err := consumes(c.r); err != nil {
			return err
		}
		c.as = report
		return h(c)
	}
}

// accepted picks the type of the answer: the largest product of the client's quality and our weight. It returns nil if
// the client wants none of ours. Ranges that are malformed are skipped, since java.net sends a bare "*" and "q=.2"; a
// header with nothing else in it accepts everything.
func accepted(header []string) *produced {
	if len(header) == 0 || len(header) == 1 && header[0] == mediaV1 {
		return &productions[0]
	}
	ranges := acceptRanges(header)
	if len(ranges) == 0 {
		return &productions[0]
	}
	var best *produced
	var most float64
	for i := range productions {
		p := &productions[i]
		if q := quality(ranges, p.name) * p.weight; q > most {
			best, most = p, q
		}
	}
	return best
}

// An acceptRange is one element of an Accept header, such as "application/*;q=0.2".
type acceptRange struct {
	kind, subtype string
	q             float64
}

func acceptRanges(header []string) []acceptRange {
	var ranges []acceptRange
	for _, value := range header {
		for element := range strings.SplitSeq(value, ",") {
			if r, ok := parseRange(element); ok {
				ranges = append(ranges, r)
			}
		}
	}
	return ranges
}

func parseRange(element string) (acceptRange, bool) {
	name, parameters, _ := strings.Cut(element, ";")
	name = strings.ToLower(strings.TrimSpace(name))
	if name == "*" {
		name = "*/*"
	}
	kind, subtype, ok := strings.Cut(name, "/")
	r := acceptRange{kind, subtype, 1}
	if !ok || kind == "" || subtype == "" || kind == "*" && subtype != "*" {
		return r, false
	}
	for p := range strings.SplitSeq(parameters, ";") {
		key, value, _ := strings.Cut(p, "=")
		if strings.EqualFold(strings.TrimSpace(key), "q") {
			q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil || q < 0 || q > 1 {
				return r, false
			}
			r.q = q
		}
	}
	return r, true
}

// quality is what the most specific range that fits says of a type; 0 if none fits.
func quality(ranges []acceptRange, name string) float64 {
	kind, subtype, _ := strings.Cut(name, "/")
	best, q := 0, 0.0
	for _, r := range ranges {
		specific := 0
		switch {
		case r.kind == kind && r.subtype == subtype:
			specific = 3
		case r.kind == kind && r.subtype == "*":
			specific = 2
		case r.kind == "*":
			specific = 1
		}
		if specific > best || specific == best && specific > 0 && r.q > q {
			best, q = specific, r.q
		}
	}
	return q
}

// consumes refuses a body of a type that is not JSON. Parameters are ignored, and so is the type where there is no body.
func consumes(r *http.Request) error {
	header := r.Header.Get("Content-Type")
	if header == "" || header == mediaV1 || header == mediaJSON || r.ContentLength == 0 {
		return nil
	}
	name, _, err := mime.ParseMediaType(header)
	if name == "" && err != nil {
		name, _, _ = strings.Cut(header, ";")
	}
	switch strings.ToLower(strings.TrimSpace(name)) {
	case mediaV1, mediaVendor, mediaJSON, mediaUnknown:
		return nil
	}
	return refuse(http.StatusUnsupportedMediaType, "HTTP 415 Unsupported Media Type: the body is to be "+mediaV1+" or "+mediaJSON)
}
