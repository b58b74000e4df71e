package event

import (
	"slices"
	"strings"
	"time"

	"github.com/treatyhq/treaty/envelope/token"
	"github.com/treatyhq/treaty/envelope/verdict"
)

// A Reference is a claim check: the data are elsewhere. It is checked and never followed, for an address that a message
// brings along is not one that a server should ask.
type Reference struct {
	URI         string
	Size        int64     // in bytes, -1 if not said
	SHA256      string    // 64 hexadecimal digits, empty if not said
	ContentType string    // empty if not said
	Expires     time.Time // zero if not said

	member string // whose value it is
}

// parseReference reads dataRef: a URI, or an object with one.
func parseReference(f field) (*Reference, []verdict.Finding) {
	r := &Reference{Size: -1, member: f.name}
	switch f.kind {
	case token.String:
		r.URI = f.text
		return r, nil
	case token.ObjectStart:
	default:
		return nil, []verdict.Finding{errorf(RefFormat, f.name, "%s is %s, and neither a URI nor an object with one", f.name, f.kind)}
	}
	var memory [usual]field
	fields, _ := readObject(f.raw, memory[:0]) // what is there twice is known
	var findings []verdict.Finding
	for _, inner := range fields {
		if inner.kind != token.Null && !r.take(inner) {
			findings = append(findings, verdict.Errorf(RefFormat, token.JoinPath(at(f.name), inner.name),
				"%s.%s is %s, and must be %s", f.name, inner.name, cut(string(inner.raw)), references[inner.name]))
		}
	}
	if r.URI == "" && findings == nil {
		findings = append(findings, errorf(RefFormat, f.name, "%s has no uri", f.name))
	}
	return r, findings
}

// references are what the members of a reference must be.
var references = map[string]string{
	"uri": "a URI", "size": "a number of bytes", "sha256": "64 hexadecimal digits", "contentType": "a media type", "expires": "a time of RFC 3339",
}

// take sets a member and reports whether it is what it should be. What the reference does not know is left alone.
func (r *Reference) take(f field) bool {
	text := f.kind == token.String
	ok := true
	switch f.name {
	case "uri":
		r.URI, ok = f.text, text && f.text != ""
	case "size":
		var fit token.Fit
		r.Size, fit = token.Int(f.raw, 64)
		ok = fit == token.Fits && r.Size >= 0
	case "sha256":
		r.SHA256, ok = f.text, text && isDigest(f.text)
	case "contentType":
		r.ContentType = f.text
		_, media := MediaType(f.text)
		ok = text && media
	case "expires":
		r.Expires, ok = ParseTime(f.text)
	}
	return ok
}

func isDigest(s string) bool { return len(s) == 64 && only(s, hexText) }

// schemes are those of the stores that a reference may lead to.
var schemes = []string{"https", "s3", "gs", "azblob"}

// check finds what is wrong with where a reference leads.
func (r *Reference) check() []verdict.Finding {
	scheme := strings.ToLower(Scheme(r.URI))
	switch {
	case r.URI == "": // said already
		return nil
	case !IsURIReference(r.URI):
		return []verdict.Finding{errorf(RefFormat, r.member, "%s is no URI: %s", r.member, quote(r.URI))}
	case !slices.Contains(schemes, scheme):
		return []verdict.Finding{errorf(RefUnverified, r.member, "%s must lead to one of %s, and leads to %s",
			r.member, strings.Join(schemes, ", "), quote(r.URI))}
	case r.SHA256 == "":
		return []verdict.Finding{warningf(RefUnverified, r.member, "%s says no sha256, so that nobody can tell whether the data are the ones meant", r.member)}
	}
	return nil
}
