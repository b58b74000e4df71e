package httpapi

import (
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/treatyhq/treaty/registry"
)

// values returns the query parameters. Pairs that are malformed are left out.
func (c *call) values() url.Values {
	if c.query == nil {
		c.query = c.r.URL.Query()
	}
	return c.query
}

func (c *call) text(name string) string { return c.values().Get(name) }

// is reports whether a parameter says true. Anything else, "maybe" included, is false, as in the reference.
func (c *call) is(name string) bool { return strings.EqualFold(c.text(name), "true") }

// maybe is a boolean that may be absent.
func (c *call) maybe(name string) *bool {
	if !c.values().Has(name) {
		return nil
	}
	is := c.is(name)
	return &is
}

// number reads an integer parameter; absent it is unset.
func (c *call) number(name string, unset int) (int, error) {
	text := c.text(name)
	if text == "" {
		return unset, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, refuse(http.StatusBadRequest, "The parameter "+name+" must be an integer, not "+strconv.Quote(text))
	}
	return n, nil
}

// maxWait bounds how long a request may wait for something to happen.
const maxWait = 5 * time.Minute

// duration reads a duration, in Go's notation or as a number of seconds, and bounds it.
func (c *call) duration(name string) (time.Duration, error) {
	text := c.text(name)
	if text == "" {
		return 0, nil
	}
	if _, err := strconv.Atoi(text); err == nil {
		text += "s"
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, refuse(http.StatusBadRequest, "The parameter "+name+" must be a duration, not "+strconv.Quote(c.text(name)))
	}
	return min(d, maxWait), nil
}

// hint is the subject parameter of the look-ups by ID, nil where there is none.
func (c *call) hint(st *registry.State) *registry.Subject {
	if c.r.URL.RawQuery == "" || !c.values().Has("subject") {
		return nil
	}
	subject := registry.ParseSubject(c.text("subject"))
	if subject.Name != "" {
		subject = st.ResolveAlias(subject)
	}
	return &subject
}

// window reads offset and limit. A limit that is not within 1 and most is most, an offset below 0 is 0.
func (c *call) window(most int) (offset, limit int, err error) {
	if offset, err = c.number("offset", 0); err != nil {
		return 0, 0, err
	}
	if limit, err = c.number("limit", -1); err != nil {
		return 0, 0, err
	}
	if limit <= 0 || limit > most {
		limit = most
	}
	return max(offset, 0), limit, nil
}

// page cuts the items that offset and limit ask for. The result is never nil, so that it is encoded as a list.
func page[T any](c *call, items []T, most int) ([]T, error) {
	offset, limit, err := c.window(most)
	if err != nil {
		return nil, err
	}
	items = items[min(offset, len(items)):]
	if len(items) == 0 {
		return []T{}, nil
	}
	return items[:min(limit, len(items))], nil
}

// pageOf is page for a sequence that is too long to be gathered for one page of it.
func pageOf[T any](c *call, items iter.Seq[T], most int) ([]T, error) {
	offset, limit, err := c.window(most)
	if err != nil {
		return nil, err
	}
	list := []T{}
	for item := range items {
		if offset > 0 {
			offset--
			continue
		}
		if list = append(list, item); len(list) == limit {
			break
		}
	}
	return list, nil
}
