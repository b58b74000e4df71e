package httpapi

import (
	"errors"
	"net/http/httptest"
	"testing"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/envelope/event"
	"github.com/treatyhq/treaty/httpapi/client"
)

// TestOurClientSetsNames sets, reads and takes away what messages call schemas, in the default context and in another.
func TestOurClientSetsNames(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(serve(t, nil))
	t.Cleanup(server.Close)
	for base, subject := range map[string]string{server.URL: "orders/value", server.URL + "/contexts/.x": ":.x:orders/value"} {
		c, err := client.New(base)
		if err != nil {
			t.Fatal(err)
		}
		ctx := t.Context()
		if _, err := c.Register(ctx, "orders/value", client.Schema{Text: `"int"`}, client.RegisterOptions{}); err != nil {
			t.Fatal(err)
		}
		label := client.Label{Subject: subject, Version: 1, Label: "1.0 beta/x"}
		must(t, "set a label", label)(c.SetLabel(ctx, "orders/value", client.Latest, "1.0 beta/x"))
		must(t, "labels", []client.Label{label})(c.Labels(ctx, "orders/value"))

		place := client.Place{Subject: subject, Version: 1}
		must(t, "set an alias", place)(c.SetAlias(ctx, envelope.PubSubID, "order@1/2", client.Place{Subject: "orders/value", Version: 1}))
		must(t, "an alias", place)(c.Alias(ctx, envelope.PubSubID, "order@1/2"))
		must(t, "aliases", []client.Alias{{System: envelope.PubSubID, ExternalID: "order@1/2", Place: place}})(c.Aliases(ctx))

		settings := event.Settings{Subject: subject, IDFormat: event.ULID}.WithDefaults()
		must(t, "set a type", settings)(c.SetEventType(ctx, "order/placed", event.Settings{Subject: "orders/value", IDFormat: event.ULID}))
		must(t, "a type", settings)(c.EventType(ctx, "order/placed"))
		must(t, "types", []client.EventType{{Type: "order/placed", Settings: settings}})(c.EventTypes(ctx))

		if err := errors.Join(c.DeleteLabel(ctx, "orders/value", 1, "1.0 beta/x"), c.DeleteAlias(ctx, envelope.PubSubID, "order@1/2"),
			c.DeleteEventType(ctx, "order/placed")); err != nil {
			t.Error(err)
		}
		must(t, "labels afterwards", []client.Label{})(c.Labels(ctx, "orders/value"))
		_, err = c.Alias(ctx, envelope.PubSubID, "order@1/2")
		var refusal *client.Error
		if !errors.As(err, &refusal) || refusal.Code != 40411 {
			t.Errorf("an alias afterwards: %v, want 40411", err)
		}
	}
}
