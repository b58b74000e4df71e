package httpapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/treatyhq/treaty/registry"
	"github.com/treatyhq/treaty/registry/eventlog"
)

// A contentKey names the encoded answer of a look-up by ID or GUID. Its first three members tell one state of one
// version from every other, so that an answer never has to be invalidated.
type contentKey struct {
	seq        eventlog.Seq
	id, number int
	format     string
	text       bool // the bare text, not the JSON object
}

// A content is an encoded answer with the headers that go with it.
type content struct {
	body   []byte
	etag   []string
	length []string
}

// cost is what an entry of the cache occupies, with the map's share of it.
func cost(key contentKey, c *content) int64 { return int64(len(c.body)+len(key.format)) + 256 }

// A contents caches encoded answers. It is bounded by bytes: what is evicted is arbitrary, which costs an encoding.
type contents struct {
	mu    sync.RWMutex
	max   int64
	used  int64
	items map[contentKey]*content
}

func newContents(max int64) *contents {
	return &contents{max: max, items: make(map[contentKey]*content)}
}

func (s *contents) get(key contentKey) *content {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.items[key]
}

func (s *contents) put(key contentKey, c *content) {
	s.mu.Lock()
	defer s.mu.Unlock()
	size := cost(key, c)
	if _, ok := s.items[key]; ok || size > s.max {
		return
	}
	for other, evicted := range s.items {
		if s.used+size <= s.max {
			break
		}
		delete(s.items, other)
		s.used -= cost(other, evicted)
	}
	s.items[key] = c
	s.used += size
}

// onlyFormat returns the format that the query asks for, and whether it asks for nothing else: then the answer depends
// on the content alone and may be kept by the client.
func (c *call) onlyFormat() (string, bool) {
	if c.r.URL.RawQuery == "" {
		return "", true
	}
	query := c.values()
	formats, ok := query["format"]
	if !ok || len(query) > 1 || len(formats) > 1 {
		return "", false
	}
	return formats[0], true
}

// replyContent answers with a version's content, from the cache where it is there, and 304 to a client that has it.
func (c *call) replyContent(v *registry.Version, format string, text bool) error {
	key := contentKey{v.Seq, v.ID, v.Number, format, text}
	body := c.contents.get(key)
	if body == nil {
		var err error
		if body, err = c.encodeContent(v, format, text); err != nil {
			return err
		}
		c.contents.put(key, body)
	}
	c.preset(immutable)
	h := c.w.Header()
	h["Etag"] = body.etag
	h["Vary"] = varyOnAccept
	if asked := c.r.Header["If-None-Match"]; len(asked) > 0 && matches(asked, body.etag[0]) {
		delete(h, "Content-Type")
		c.w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h["Content-Length"] = body.length
	c.w.Write(body.body)
	return nil
}

func (c *call) encodeContent(v *registry.Version, format string, text bool) (*content, error) {
	shown, err := c.formattedAs(v, format)
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	if text {
		io.WriteString(&buf, shown)
	} else {
		answer := answerSchema(v)
		answer.Schema = shown
		encode(&buf, answer)
	}
	sum := sha256.Sum256(buf.Bytes())
	return &content{
		body:   bytes.Clone(buf.Bytes()),
		etag:   []string{`"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`},
		length: []string{strconv.Itoa(buf.Len())},
	}, nil
}

// matches reports whether an If-None-Match header names the ETag, or any. Comparison is weak, by RFC 9110, 13.1.2.
func matches(header []string, etag string) bool {
	for _, line := range header {
		for tag := range strings.SplitSeq(line, ",") {
			tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
			if tag == etag || tag == "*" {
				return true
			}
		}
	}
	return false
}
