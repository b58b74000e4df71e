package httpapi

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/envelope/event"
	"github.com/treatyhq/treaty/examples"
	"github.com/treatyhq/treaty/httpapi/client"
	"github.com/treatyhq/treaty/registry"
	"github.com/treatyhq/treaty/registry/eventlog/memory"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

// named is a registry with the examples, some of them in a context too, soft-deleted versions, and all that can name one.
func named(t *testing.T) (*registry.Registry, *client.Client) {
	t.Helper()
	reg := registry.New(memory.New(), registry.Config{Logger: quietLogger})
	run(t, reg)
	handler, err := New(reg, Config{Logger: quietLogger, Observer: NewObserver(quietLogger, uncounted{}, false)})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	c, err := client.New(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	contracts, err := examples.Contracts()
	if err != nil {
		t.Fatal(err)
	}
	register := func(subject string, kind schema.Type, v examples.Version) {
		t.Helper()
		if _, err := c.Register(t.Context(), subject, client.Schema{Type: kind, Text: v.Text, References: v.References}, client.RegisterOptions{}); err != nil {
			t.Fatalf("%s: %v", v.File, err)
		}
	}
	register(":.b:first", schema.Avro, examples.Version{Text: `"string"`}) // so that IDs differ
	for _, contract := range contracts {
		for _, v := range contract.Versions {
			register(contract.Subject, contract.Type, v)
			register(":.b:"+contract.Subject, contract.Type, v)
		}
	}
	register("copy", schema.Avro, contracts[0].Versions[0])
	nameThem(t, reg, c)
	return reg, c
}

// nameThem deletes some versions and gives others names.
func nameThem(t *testing.T, reg *registry.Registry, c *client.Client) {
	t.Helper()
	ctx := t.Context()
	orders, foreign := registry.ParseSubject("orders-value"), registry.ParseSubject(":.b:orders-value")
	check := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(c.DeleteVersion(ctx, "orders-value", 3, false))
	check(c.DeleteSubject(ctx, "customers-value", false))
	check(c.SetConfig(ctx, "orders-alias", client.Config{Alias: "orders-value"}))
	check(reg.SetLabel(ctx, orders, 1, "1.0"))
	check(reg.SetLabel(ctx, orders, 3, "gone"))
	check(reg.SetLabel(ctx, foreign, 2, "1.0"))
	check(reg.SetAlias(ctx, registry.Alias{Context: ".", System: envelope.GlueID, ExternalID: "89791762-2336-4186-9674-299b90a802e2", Subject: orders, Version: 2}))
	check(reg.SetAlias(ctx, registry.Alias{Context: ".b", System: envelope.ApicurioContent, ExternalID: "7", Subject: foreign, Version: 1}))
	check(reg.SetAlias(ctx, registry.Alias{Context: ".", System: envelope.AzureID, ExternalID: "0123456789abcdef0123456789abcdef", Subject: foreign, Version: 2}))
	check(reg.SetEventType(ctx, ".", "order.placed", event.Settings{Subject: "orders-value", IDFormat: "ulid"}))
	check(reg.SetEventType(ctx, ".b", "order.placed", event.Settings{Subject: "orders-value", MaxPast: "7d"}))
}

// namesOf returns all that can be asked for, and some that lead nowhere.
func namesOf(t *testing.T, reg *registry.Registry) []envelope.Name {
	t.Helper()
	var bare []envelope.Name
	for _, text := range []string{"1", "2", "3", "4", "0", "-1", "latest", "1.0", "gone", "lost"} {
		bare = append(bare, envelope.Name{Text: text})
	}
	for id := range 20 {
		bare = append(bare, envelope.Name{Kind: envelope.ByID, ID: id})
	}
	prints, guids := map[uint64]bool{1: true}, map[schema.GUID]bool{{1}: true}
	for v := range reg.Current().SchemaSeq(registry.SchemaFilter{Prefix: ":*:", Deleted: true}) {
		guids[v.GUID] = true
		parsed, err := reg.Parsed(t.Context(), v.Version)
		if err != nil {
			t.Fatal(err)
		}
		if s, ok := parsed.(*avro.Schema); ok {
			prints[s.Rabin()] = true
		}
	}
	for guid := range guids {
		bare = append(bare, envelope.Name{Kind: envelope.ByGUID, GUID: guid})
	}
	for print := range prints {
		bare = append(bare, envelope.Name{Kind: envelope.ByFingerprint, Rabin: print})
	}
	for system, id := range map[envelope.System]string{
		envelope.GlueID: "89791762-2336-4186-9674-299b90a802e2", envelope.ApicurioContent: "7",
		envelope.AzureID: "0123456789abcdef0123456789abcdef", envelope.PubSubID: "none",
	} {
		bare = append(bare, envelope.Name{Kind: envelope.ByAlias, System: system, Text: id})
	}
	var all []envelope.Name
	for _, n := range bare {
		for _, n.Context = range []string{"", ".b", ".none"} {
			for _, n.Subject = range []string{"", "orders-value", ":.b:orders-value", ":.:copy", "orders-alias", "customers-value", "none", "shop.common.Money", "payments-value"} {
				if n.Subject != "" || n.Kind != envelope.ByVersion {
					all = append(all, n)
				}
			}
		}
	}
	return all
}

// what says what a source answered.
func what(v envelope.Version, err error) string {
	var unknown *envelope.Unknown
	switch {
	case errors.As(err, &unknown):
		return fmt.Sprint("missing ", unknown.Missing)
	case err != nil:
		return err.Error()
	}
	return fmt.Sprint(v.Subject, " ", v.Number, " ", v.ID, " ", v.GUID, " ", v.Schema.Canonical())
}

// TestOurSource holds the client's source against the registry's own: whatever is asked for, both answer the same.
func TestOurSource(t *testing.T) {
	t.Parallel()
	reg, c := named(t)
	ours, own := c.Source(), reg.Source()
	found := 0
	for _, n := range namesOf(t, reg) {
		want, wantErr := own.Version(t.Context(), n)
		got, gotErr := ours.Version(t.Context(), n)
		if diff := cmp.Diff(what(want, wantErr), what(got, gotErr)); diff != "" {
			t.Errorf("%+v (-registry +client):\n%s", n, diff)
		}
		if wantErr != nil {
			continue
		}
		found++
		for _, system := range []envelope.System{envelope.GlueID, envelope.ApicurioContent} {
			want, wantOK, _ := own.External(t.Context(), system, want)
			if got, gotOK, err := ours.External(t.Context(), system, got); got != want || gotOK != wantOK || err != nil {
				t.Errorf("%s of %+v: %q, %v, want %q", system, n, got, err, want)
			}
		}
	}
	if found < 100 {
		t.Errorf("only %d names were found", found)
	}
	for _, context := range []string{".", ".b", ".none"} {
		for _, eventType := range []string{"order.placed", "none"} {
			want, wantOK, _ := own.Binding(t.Context(), context, eventType)
			got, gotOK, err := ours.Binding(t.Context(), context, eventType)
			want.Subject = registry.SubjectIn(context, want.Subject).String() // it may be spelled with its context or without
			got.Subject = registry.SubjectIn(context, got.Subject).String()
			if diff := cmp.Diff(want.Settings, got.Settings); diff != "" || gotOK != wantOK || err != nil {
				t.Errorf("%s in %s: %v, %v (-registry +client):\n%s", eventType, context, gotOK, err, diff)
			}
		}
	}
}

// TestOurCodec decodes a message through the client's source, in one context and in another, whose IDs differ.
func TestOurCodec(t *testing.T) {
	t.Parallel()
	_, c := named(t)
	codec := envelope.New(c.Source(), envelope.Config{})
	for _, context := range []string{"", ".b"} {
		m := envelope.Message{Context: context, Subject: "shop.common.Money", Data: []byte(`{"currency": "EUR", "minor_units": 5}`)}
		a, err := codec.Encode(t.Context(), &m)
		if err != nil {
			t.Fatal(err)
		}
		id := int(binary.BigEndian.Uint32(a.Payload[1:]))
		byID, err := c.ByID(t.Context(), id, ":"+context+":")
		if err != nil || a.Schema.ID != id || byID.GUID != a.Schema.GUID {
			t.Errorf("encoded with schema %s in %q, want %+v, %v", strconv.Itoa(id), context, a.Schema, err)
		}
		back, err := codec.Decode(t.Context(), &envelope.Message{Context: context, Payload: a.Payload})
		if err != nil || string(back.Data) != `{"currency":"EUR","minor_units":5}` {
			t.Errorf("decoded %s, %v", back.Data, err)
		}
	}
	if _, err := codec.Validate(context.Background(), &envelope.Message{Subject: "none", Payload: []byte{0}}); err == nil {
		t.Error("a subject that is not there is no error")
	}
}
