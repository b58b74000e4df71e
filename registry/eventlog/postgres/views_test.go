package postgres_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/registry"
	"github.com/treatyhq/treaty/registry/eventlog/postgres/pgtest"
	"github.com/treatyhq/treaty/schema"
)

var orders, billing = registry.ParseSubject("orders-value"), registry.ParseSubject(":.billing:invoices")

// The views say what the state says.
func TestViews(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	r := run(t, url)
	ctx := registry.WithActor(t.Context(), "ada")

	record := func(field string) string {
		return fmt.Sprintf(`{"type": "record", "name": "R", "fields": [{"name": "%s", "type": "int", "default": 0}]}`, field)
	}
	register := func(subject registry.Subject, text string, metadata *schema.Metadata, references ...schema.Reference) {
		t.Helper()
		_, err := r.Register(ctx, registry.RegisterCommand{
			Submission: registry.Submission{Subject: subject, Text: text, Metadata: metadata, References: references},
			ID:         registry.UnsetID,
		})
		check(t, err)
	}
	erase := func(subject registry.Subject, number int) {
		t.Helper()
		for _, permanent := range []bool{false, true} {
			_, err := r.DeleteVersion(ctx, subject, number, permanent)
			check(t, err)
		}
	}
	for i := range 4 {
		register(orders, record(fmt.Sprint("field", i)), nil)
	}
	register(billing, record("ключ"), &schema.Metadata{Properties: map[string]string{"owner": "billing"}})
	register(billing, `{"type": "record", "name": "Q", "fields": [{"name": "r", "type": "R"}]}`, nil,
		schema.Reference{Name: "R", Subject: "invoices", Version: 1})
	_, err := r.DeleteVersion(ctx, orders, 2, false)
	check(t, err)
	erase(orders, 4)
	register(orders, record("another4"), nil) // version 4 once more
	erase(orders, 3)

	level, mode, policies := compat.Full, registry.ReadWrite, compat.Policies{"names", "logicalTypes"}
	for _, subject := range []registry.Subject{orders, billing, {Context: ".billing"}} {
		_, err = r.SetConfig(ctx, subject, registry.ConfigUpdate{
			Level:    registry.Patch[compat.Level]{Set: true, Value: &level},
			Policies: registry.Patch[compat.Policies]{Set: true, Value: &policies},
		})
		check(t, err)
		check(t, r.SetMode(ctx, subject, &mode, false))
	}
	_, err = r.ClearConfig(ctx, orders)
	check(t, err)
	_, err = r.ClearMode(ctx, billing, false)
	check(t, err)

	state, err := r.Latest(ctx)
	check(t, err)
	compareVersions(t, url, state)
	compareSettings(t, url, state)
}

// run runs a registry over the log in the database until t ends.
func run(t *testing.T, url string) *registry.Registry {
	t.Helper()
	r := registry.New(open(t, url), registry.Config{DefaultLevel: compat.None})
	ctx, stop := context.WithCancel(context.Background())
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		_ = r.Run(ctx)
	}()
	t.Cleanup(func() {
		stop()
		<-stopped
	})
	check(t, r.Ready(t.Context()))
	return r
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A row is one of live_versions.
type row struct {
	Context, Subject string
	Version, ID      int
	GUID, Type       string
	References       []schema.Reference
	Deleted          bool
	RegisteredAt     time.Time
	Actor, Schema    string
	Metadata         *schema.Metadata
}

func compareVersions(t *testing.T, url string, state *registry.State) {
	t.Helper()
	var want []row
	for _, v := range state.Schemas(registry.SchemaFilter{Prefix: ":*:", Deleted: true}) {
		want = append(want, row{
			v.Subject.Context, v.Subject.Name, v.Number, v.ID, v.GUID.String(), string(v.Type), v.References,
			v.Deleted, v.Time, v.Actor, v.Text, v.Metadata,
		})
	}
	if len(want) != 5 {
		t.Errorf("the state has %d versions, want 5", len(want))
	}
	got := query(t, url, `
		SELECT
			context, subject, version, id, guid::text, type, refs,
			deleted, registered_at, actor, schema, metadata
		FROM live_versions
		ORDER BY context DESC, subject, version`, pgx.RowToStructByPos[row])
	for i := range got {
		got[i].RegisteredAt = got[i].RegisteredAt.UTC()
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("live_versions (-state +view):\n%s", d)
	}
}

func compareSettings(t *testing.T, url string, state *registry.State) {
	t.Helper()
	var want []string
	for _, subject := range []registry.Subject{{Context: ".billing"}, billing, orders} {
		if config, err := state.Config(subject); err == nil {
			policies, err := json.Marshal(config.Policies)
			check(t, err)
			want = append(want, fmt.Sprintf(`%s %s config {"policies": %s, "compatibilityLevel": "%s"} ada`,
				subject.Context, subject.Name, strings.ReplaceAll(string(policies), ",", ", "), config.Level))
		}
		if mode, err := state.Mode(subject); err == nil {
			want = append(want, fmt.Sprintf(`%s %s mode "%s" ada`, subject.Context, subject.Name, mode))
		}
	}
	if len(want) != 4 {
		t.Errorf("the state has %d settings, want 4", len(want))
	}
	got := query(t, url, `
		SELECT concat_ws(' ', context, subject, kind, setting, actor)
		FROM current_settings
		WHERE changed_at > now() - INTERVAL '1 hour'
		ORDER BY context DESC, subject, kind`, pgx.RowTo[string])
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("current_settings (-state +view):\n%s", d)
	}
}

func query[T any](t *testing.T, url, sql string, scan pgx.RowToFunc[T]) []T {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	check(t, err)
	defer conn.Close(context.Background())
	rows, err := conn.Query(t.Context(), sql)
	check(t, err)
	all, err := pgx.CollectRows(rows, scan)
	check(t, err)
	return all
}
