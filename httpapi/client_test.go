package httpapi

import (
	"errors"
	"net/http/httptest"
	"testing"

	"github.com/treatyhq/treaty/examples"
	"github.com/treatyhq/treaty/httpapi/client"
)

// TestOurClient registers the examples through our own client and asks for them in every way it has.
func TestOurClient(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(serve(t, nil))
	t.Cleanup(server.Close)
	c, err := client.New(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	contracts, err := examples.Contracts()
	if err != nil {
		t.Fatal(err)
	}
	for _, contract := range contracts {
		registerContract(t, c, contract)
	}
	ctx := t.Context()
	must(t, "subjects", []string{"shop.common.Money", "shop/payments/method.proto"})(c.Subjects(ctx, "shop", false))
	must(t, "referrers", []int{2, 3, 4})(c.ReferencedBy(ctx, "shop.common.Money", client.Latest))
	must(t, "contexts", []string{"."})(c.Contexts(ctx))
	must(t, "mode", "READWRITE")(c.Mode(ctx, "orders-value", true))
	must(t, "delete", 3)(c.DeleteVersion(ctx, "orders-value", client.Latest, false))
	must(t, "versions", []int{1, 2})(c.Versions(ctx, "orders-value", false))
	if _, err := c.Version(ctx, "orders-value", 3); !client.IsNotFound(err) {
		t.Errorf("a deleted version: %v, want not found", err)
	}
	config, err := c.DeleteConfig(ctx, "orders-value")
	if err != nil || config.Level != "BACKWARD_TRANSITIVE" {
		t.Errorf("delete the settings: %+v, %v", config, err)
	}
}

// registerContract registers a contract and holds what the client answers against it.
func registerContract(t *testing.T, c *client.Client, contract examples.Contract) {
	t.Helper()
	ctx := t.Context()
	if contract.Compatibility != "" {
		config, err := c.SetConfig(ctx, contract.Subject, client.Config{Level: contract.Compatibility})
		if err != nil || config.Level != contract.Compatibility {
			t.Fatalf("%s: level %q, %v", contract.Subject, config.Level, err)
		}
	}
	for i, version := range contract.Versions {
		s := client.Schema{Type: contract.Type, Text: version.Text, References: version.References}
		verdict, err := c.Check(ctx, contract.Subject, 0, s, "")
		if err != nil || !verdict.Compatible {
			t.Fatalf("check %s: %+v, %v", version.File, verdict, err)
		}
		registered, err := c.Register(ctx, contract.Subject, s, client.RegisterOptions{})
		if err != nil || registered.Version != i+1 {
			t.Fatalf("register %s: %+v, %v", version.File, registered, err)
		}
		found, err := c.Lookup(ctx, contract.Subject, s, false)
		if err != nil || found.ID != registered.ID {
			t.Errorf("look up %s: %+v, %v", version.File, found, err)
		}
		byID, err := c.ByID(ctx, registered.ID, "")
		if err != nil || byID.Text != registered.Text || byID.Type != contract.Type {
			t.Errorf("%s by ID: %+v, %v", version.File, byID, err)
		}
		byGUID, err := c.ByGUID(ctx, registered.GUID)
		if err != nil || byGUID.Text != registered.Text {
			t.Errorf("%s by GUID: %+v, %v", version.File, byGUID, err)
		}
		must(t, "places of "+version.File, []client.Place{{Subject: contract.Subject, Version: i + 1}})(
			c.VersionsOfID(ctx, registered.ID, "", false))
	}
	for _, breaking := range contract.Breaking {
		s := client.Schema{Type: contract.Type, Text: breaking.Text, References: breaking.References}
		var refusal *client.Error
		if _, err := c.Register(ctx, contract.Subject, s, client.RegisterOptions{}); !errors.As(err, &refusal) || refusal.Code != 40901 {
			t.Errorf("register %s: %v, want 40901", breaking.File, err)
		}
	}
}
