package client

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/envelope/event"
	"github.com/treatyhq/treaty/schema"
)

// The codes of the registry's refusals that say what is missing.
const (
	subjectNotFound = 40401
	versionNotFound = 40402
)

// unknown turns the registry's answer that something is not there into an *envelope.Unknown. Other errors stay what they
// are: nobody could tell.
func unknown(err error) error {
	var refusal *Error
	if !errors.As(err, &refusal) || refusal.Status != http.StatusNotFound {
		return err
	}
	missing := envelope.MissingSchema
	switch refusal.Code {
	case subjectNotFound:
		missing = envelope.MissingSubject
	case versionNotFound:
		missing = envelope.MissingVersion
	}
	return &envelope.Unknown{Missing: missing, Message: refusal.Message}
}

func noSchema(message string) error {
	return &envelope.Unknown{Missing: envelope.MissingSchema, Message: message}
}

// of returns the client of a context.
func (s *Source) of(context string) *Client {
	c := s.root
	if context != "" {
		c.base += "/contexts/" + url.PathEscape(context)
	}
	return &c
}

// numbered returns a version by its number, soft-deleted or not.
func (s *Source) numbered(ctx context.Context, n envelope.Name, number int) (envelope.Version, error) {
	text, err := s.text(ctx, Place{n.Subject, number})
	if err != nil {
		return envelope.Version{}, unknown(err)
	}
	return s.version(ctx, text)
}

// text returns a version as it is stored.
func (s *Source) text(ctx context.Context, at Place) (Schema, error) {
	return s.texts.get(ctx, at, forever, func(ctx context.Context) (Schema, error) {
		return s.stored(ctx, at.Subject, strconv.Itoa(at.Version), url.Values{"deleted": {"true"}})
	})
}

func (s *Source) stored(ctx context.Context, subject, version string, query url.Values) (Schema, error) {
	context, name := split("", subject)
	var out Schema
	k := call{method: http.MethodGet, path: []string{"subjects", name, "versions", version}, query: query}
	if err := s.of(context).do(ctx, k, &out); err != nil {
		return Schema{}, err
	}
	if in, _ := split("", out.Subject); in != context { // the registry looks into other contexts, too
		return Schema{}, &envelope.Unknown{Missing: envelope.MissingSubject, Message: "Subject '" + subject + "' not found."}
	}
	return out.answered(), nil
}

// labelled returns the version that has a label, or the latest one.
func (s *Source) labelled(ctx context.Context, n envelope.Name) (envelope.Version, error) {
	if n.Text == envelope.Latest {
		text, err := s.stored(ctx, n.Subject, envelope.Latest, nil)
		if err != nil {
			return envelope.Version{}, unknown(err)
		}
		return s.version(ctx, text)
	}
	_, name := split("", n.Subject)
	labels, err := s.of(n.Context).Labels(ctx, name)
	if err != nil {
		return envelope.Version{}, unknown(err)
	}
	for _, l := range labels {
		if l.Label == n.Text {
			return s.numbered(ctx, n, l.Version)
		}
	}
	return envelope.Version{}, &envelope.Unknown{Missing: envelope.MissingVersion, Message: n.Subject + " has no label " + n.Text}
}

// byID returns the version that has an ID.
func (s *Source) byID(ctx context.Context, n envelope.Name) (envelope.Version, error) {
	hint := n.Subject
	if hint == "" && n.Context != "" {
		hint = ":" + n.Context + ":"
	}
	var out Schema
	k := call{method: http.MethodGet, path: []string{"schemas", "ids", strconv.Itoa(n.ID)}, query: url.Values{"subject": {hint}}}
	if err := s.root.do(ctx, k, &out); err != nil {
		return envelope.Version{}, unknown(err)
	}
	out.ID = n.ID
	if out.Subject == "" { // other registries say only what the content is
		places, err := s.root.VersionsOfID(ctx, n.ID, hint, true)
		if err != nil {
			return envelope.Version{}, unknown(err)
		}
		if len(places) > 0 {
			out.Subject, out.Version = places[0].Subject, places[0].Version
		}
	}
	if err := s.belongs(ctx, n, out.Subject); err != nil {
		return envelope.Version{}, err
	}
	return s.version(ctx, out.answered())
}

// belongs returns an error if a version of a subject is not one of the subject that is wanted, which may be an alias of
// it. The registry answers with others, too.
func (s *Source) belongs(ctx context.Context, n envelope.Name, subject string) error {
	if n.Subject == "" || n.Subject == subject {
		return nil
	}
	meant, err := s.Version(ctx, envelope.Name{Kind: envelope.ByVersion, Context: n.Context, Subject: n.Subject, Text: envelope.Latest})
	if err != nil && !errors.As(err, new(*envelope.Unknown)) || err == nil && meant.Subject == subject {
		return err
	}
	return noSchema(n.Subject + " has no version with the schema ID " + strconv.Itoa(n.ID))
}

// byGUID returns a version with the content of a GUID. From the default context the others are looked into, too: the GUID
// says what the content is, wherever it stands.
func (s *Source) byGUID(ctx context.Context, n envelope.Name) (envelope.Version, error) {
	var ids []struct {
		Context string `json:"context"`
		ID      int    `json:"id"`
	}
	k := call{method: http.MethodGet, path: []string{"schemas", "guids", n.GUID.String(), "ids"}}
	if err := s.root.do(ctx, k, &ids); err != nil {
		return envelope.Version{}, unknown(err)
	}
	for i, id := range ids {
		if ids[i].Context = contextName(id.Context); ids[i].Context == n.Context {
			ids[0], ids[i] = ids[i], ids[0]
		}
	}
	if len(ids) == 0 || ids[0].Context != n.Context && (n.Subject != "" || n.Context != "") {
		return envelope.Version{}, noSchema("no schema has the GUID " + n.GUID.String())
	}
	return s.byID(ctx, envelope.Name{Kind: envelope.ByID, Context: ids[0].Context, Subject: n.Subject, ID: ids[0].ID})
}

// byFingerprint returns the version that has a fingerprint: the registry is asked what a message with it could be.
func (s *Source) byFingerprint(ctx context.Context, n envelope.Name) (envelope.Version, error) {
	if n.Subject != "" {
		return s.fingerprintOf(ctx, n)
	}
	var out struct {
		Candidates []struct {
			Framing envelope.Framing `json:"framing"`
			Schema  envelope.Named   `json:"schema"`
		} `json:"candidates"`
	}
	body := struct {
		Payload []byte `json:"payload"`
	}{binary.LittleEndian.AppendUint64([]byte{0xC3, 0x01}, n.Rabin)}
	k := call{method: http.MethodPost, path: []string{"envelopes", "inspect"}, body: body}
	if err := s.of(n.Context).do(ctx, k, &out); err != nil {
		return envelope.Version{}, err
	}
	for _, c := range out.Candidates {
		if c.Framing == envelope.SingleObject {
			return s.Version(ctx, envelope.Name{Kind: envelope.ByID, Context: n.Context, ID: c.Schema.ID})
		}
	}
	return envelope.Version{}, noFingerprint(n)
}

func noFingerprint(n envelope.Name) error {
	return noSchema("no schema has the fingerprint " + strconv.FormatUint(n.Rabin, 16))
}

// fingerprintOf looks for a fingerprint among the versions of a subject.
func (s *Source) fingerprintOf(ctx context.Context, n envelope.Name) (envelope.Version, error) {
	_, name := split("", n.Subject)
	numbers, err := s.of(n.Context).Versions(ctx, name, true)
	if IsNotFound(err) {
		return envelope.Version{}, noFingerprint(n)
	}
	if err != nil {
		return envelope.Version{}, err
	}
	var found []envelope.Version
	for _, number := range numbers {
		v, err := s.Version(ctx, envelope.Name{Kind: envelope.ByVersion, Context: n.Context, Subject: n.Subject, Text: strconv.Itoa(number)})
		if err != nil {
			return envelope.Version{}, err
		}
		if printed, ok := v.Schema.(interface{ Rabin() uint64 }); ok && printed.Rabin() == n.Rabin {
			found = append(found, v)
		}
	}
	if len(found) == 0 {
		return envelope.Version{}, noFingerprint(n)
	}
	return slices.MinFunc(found, func(a, b envelope.Version) int { return a.ID - b.ID }), nil
}

// byAlias returns the version that another registry's ID stands for; where a subject is given, its version with the same ID.
func (s *Source) byAlias(ctx context.Context, n envelope.Name) (envelope.Version, error) {
	to, err := s.of(n.Context).Alias(ctx, n.System, n.Text)
	if err != nil {
		return envelope.Version{}, unknown(err)
	}
	v, err := s.Version(ctx, envelope.Name{Kind: envelope.ByVersion, Context: n.Context, Subject: to.Subject, Text: strconv.Itoa(to.Version)})
	if err != nil || n.Subject == "" || v.Subject == n.Subject {
		return v, err
	}
	if in, _ := split("", v.Subject); in != n.Context {
		return envelope.Version{}, noSchema(fmt.Sprintf("the ID %q of %s stands for version %d of %s", n.Text, n.System, v.Number, v.Subject))
	}
	return s.Version(ctx, envelope.Name{Kind: envelope.ByID, Context: n.Context, Subject: n.Subject, ID: v.ID})
}

// aliasesOf returns the IDs of another registry in a context, by what they stand for.
func (s *Source) aliasesOf(ctx context.Context, of inContext) (map[Place]string, error) {
	return s.aliases.get(ctx, of, s.life, func(ctx context.Context) (map[Place]string, error) {
		list, err := s.of(of.context).Aliases(ctx)
		if err != nil {
			return nil, err
		}
		all := map[Place]string{}
		for _, a := range list {
			at := Place{joined(split(of.context, a.Subject)), a.Version}
			if known, ok := all[at]; string(a.System) == of.name && (!ok || a.ExternalID < known) {
				all[at] = a.ExternalID
			}
		}
		return all, nil
	})
}

// rulesOf returns what is set for a type of events, nil if nothing is.
func (s *Source) rulesOf(ctx context.Context, of inContext) (*event.Rules, error) {
	return s.types.get(ctx, of, s.life, func(ctx context.Context) (*event.Rules, error) {
		set, err := s.of(of.context).EventType(ctx, of.name)
		if IsNotFound(err) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		rules, err := set.Rules()
		return &rules, err
	})
}

// version makes a version of what the registry says of it.
func (s *Source) version(ctx context.Context, text Schema) (envelope.Version, error) {
	parsed, err := s.parseStored(ctx, text)
	if err != nil {
		return envelope.Version{}, err
	}
	guid, err := schema.ParseGUID(text.GUID)
	if err != nil { // older registries do not say it
		guid = schema.Identify(parsed.Canonical(), text.References, text.Metadata, text.RuleSet)
	}
	return envelope.Version{Subject: text.Subject, Number: text.Version, ID: text.ID, GUID: guid, Schema: parsed}, nil
}
