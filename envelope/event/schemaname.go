package event

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// A SchemaName is the schema that dataschema names: a subject and version, or an ID.
type SchemaName struct {
	Context string // with the leading dot; "" if the address does not say one
	Subject string
	Version string // a number, a label or "latest"
	ID      int    // 0 if a subject and version are named
}

// SchemaName reads dataschema: an address …/subjects/{s}/versions/{v} or …/schemas/ids/{id} on any host, either of them
// below …/contexts/{c} or not, or urn:schema:{s}:{v}. It is false for an address of another form, and if there is none.
func (e *Envelope) SchemaName() (SchemaName, bool) {
	if rest, ok := cutPrefixFold(e.DataSchema, "urn:schema:"); ok {
		return parseURN(rest)
	}
	address, _, _ := strings.Cut(e.DataSchema, "#")
	address, _, _ = strings.Cut(address, "?")
	segments := strings.Split(strings.TrimSuffix(address, "/"), "/")
	for i, s := range segments {
		text, err := url.PathUnescape(s)
		if err != nil {
			return SchemaName{}, false
		}
		segments[i] = text
	}
	return parseSegments(segments)
}

// parseURN reads what stands behind urn:schema. A qualified subject has colons itself.
func parseURN(s string) (SchemaName, bool) {
	colon := strings.LastIndexByte(s, ':')
	if colon < 0 {
		return SchemaName{}, false
	}
	subject, err1 := url.PathUnescape(s[:colon])
	version, err2 := url.PathUnescape(s[colon+1:])
	if err1 != nil || err2 != nil || subject == "" || version == "" {
		return SchemaName{}, false
	}
	return SchemaName{Subject: subject, Version: version}, true
}

// parseSegments reads the end of an address.
func parseSegments(s []string) (SchemaName, bool) {
	n := len(s)
	var name SchemaName
	switch {
	case n >= 4 && s[n-4] == "subjects" && s[n-2] == "versions" && s[n-3] != "" && s[n-1] != "":
		name.Subject, name.Version = s[n-3], s[n-1]
		n -= 4
	case n >= 3 && slices.Equal(s[n-3:n-1], []string{"schemas", "ids"}):
		id, err := strconv.ParseInt(s[n-1], 10, 32)
		if err != nil || id < 1 {
			return SchemaName{}, false
		}
		name.ID = int(id)
		n -= 3
	default:
		return SchemaName{}, false
	}
	if n >= 2 && s[n-2] == "contexts" {
		name.Context = s[n-1]
	}
	return name, true
}
