package httpapi

import (
	"net/http"
	"net/url"
	"strings"
)

// listContexts answers GET /contexts, the default one first.
func listContexts(c *call) error {
	st, err := c.latest()
	if err != nil {
		return err
	}
	contexts, err := page(c, st.Contexts(c.text("contextPrefix")), unpaged)
	if err != nil {
		return err
	}
	return c.reply(contexts)
}

// deleteContext answers DELETE /contexts/{context} with 204.
func deleteContext(c *call) error {
	name, err := contextName(c.parameter("context"))
	if err != nil {
		return err
	}
	if err := c.reg.DeleteContext(c.r.Context(), name); err != nil {
		return err
	}
	c.preset(noStore)
	delete(c.w.Header(), "Content-Type")
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// contextName reads a context as it stands in a path: with its dot or without, but never with a colon.
func contextName(sent string) (string, error) {
	if strings.Contains(sent, ":") {
		return "", refuse(http.StatusBadRequest, "The context name "+sent+" must not contain a colon")
	}
	if strings.HasPrefix(sent, ".") {
		return sent, nil
	}
	return "." + sent, nil
}

// A rewriting is a path below /contexts/{context} turned into the path that it stands for.
type rewriting struct {
	path  string // escaped
	query string
}

// rewrite turns /contexts/{context}/rest into the same request without that prefix: subjects get the context's name in
// front, lists and look-ups by ID are confined to it. ok is false for any other path.
func rewrite(escaped, query string) (r rewriting, ok bool, err error) {
	rest, ok := strings.CutPrefix(escaped, "/contexts/")
	if !ok {
		return r, false, nil
	}
	sent, rest, ok := strings.Cut(rest, "/")
	if !ok || rest == "" {
		return r, false, nil
	}
	name, err := url.PathUnescape(sent)
	if err != nil {
		return r, false, refuse(http.StatusBadRequest, "The context name is not encoded properly")
	}
	if name, err = contextName(name); err != nil {
		return r, false, err
	}
	prefix := ":" + name + ":"
	segments := strings.Split(rest, "/")
	return rewriting{"/" + strings.Join(qualify(segments, prefix), "/"), confine(segments, query, prefix)}, true, nil
}

// qualify writes the context before the subject among the segments. Settings without a subject are the context's own.
func qualify(segments []string, prefix string) []string {
	for i := 1; i < len(segments); i++ {
		named := segments[i-1] == "subjects" || segments[i-1] == "deks" || i == 1 && settings(segments[0])
		if last := i == len(segments)-1; !named || last && segments[i] == "" {
			continue
		}
		if name, err := url.PathUnescape(segments[i]); err == nil && !isQualified(name) {
			segments[i] = url.PathEscape(prefix) + segments[i]
		}
		return segments
	}
	if settings(segments[0]) {
		return []string{segments[0], url.PathEscape(prefix)}
	}
	return segments
}

func settings(segment string) bool { return segment == "config" || segment == "mode" }

func isQualified(subject string) bool {
	return strings.HasPrefix(subject, ":.") || strings.HasPrefix(subject, ":*:")
}

// confine writes the context into the parameter that chooses it: subject for the look-ups by ID, subjectPrefix for the
// lists and for many checks at once, context for all that is about messages.
func confine(segments []string, query, prefix string) string {
	parameter := ""
	switch {
	case len(segments) > 2 && segments[0] == "schemas" && segments[1] == "ids":
		parameter = "subject"
	case segments[0] == "envelopes":
		parameter, prefix = "context", strings.Trim(prefix, ":")
	case len(segments) == 1 || len(segments) == 2 && segments[1] == "":
		if segments[0] == "schemas" || segments[0] == "subjects" || segments[0] == "checks" {
			parameter = "subjectPrefix"
		}
	}
	if parameter == "" {
		return query
	}
	values, _ := url.ParseQuery(query)
	if sent := values.Get(parameter); parameter == "context" {
		values.Set(parameter, prefix)
	} else if !isQualified(sent) {
		values.Set(parameter, prefix+sent)
	}
	return values.Encode()
}
