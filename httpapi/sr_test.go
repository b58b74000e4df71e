package httpapi

import (
	"errors"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/sr"
)

// franz returns franz-go's client of a server on an empty registry.
func franz(t *testing.T) *sr.Client {
	t.Helper()
	server := httptest.NewServer(serve(t, nil))
	t.Cleanup(server.Close)
	client, err := sr.NewClient(sr.URLs(server.URL))
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// must fails the test unless a call succeeded with the wanted answer.
func must[T any](t *testing.T, what string, want T) func(T, error) {
	t.Helper()
	return func(got T, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
}

// refused fails the test unless err is the registry's refusal with the code.
func refused(t *testing.T, what string, err error, code int) {
	t.Helper()
	var refusal *sr.ResponseError
	if !errors.As(err, &refusal) || refusal.ErrorCode != code {
		t.Errorf("%s: %v, want error code %d", what, err, code)
	}
}

const (
	userV1 = `{"type":"record","name":"User","fields":[{"name":"id","type":"long"}]}`
	userV2 = `{"type":"record","name":"User","fields":[{"name":"id","type":"long"},{"name":"mail","type":"string","default":""}]}`
	userV3 = `{"type":"record","name":"User","fields":[{"name":"id","type":"string"}]}`
)

func TestFranzSchemas(t *testing.T) {
	t.Parallel()
	ctx, cl := t.Context(), franz(t)
	v1 := sr.Schema{Schema: userV1}
	first, err := cl.CreateSchema(ctx, "user-value", v1)
	if err != nil || first.ID != 1 || first.Version != 1 {
		t.Fatalf("create: %+v, %v", first, err)
	}
	must(t, "register again", 1)(cl.RegisterSchema(ctx, "user-value", v1, -1, -1))
	must(t, "register the next", 2)(cl.RegisterSchema(ctx, "user-value", sr.Schema{Schema: userV2}, -1, -1))
	_, err = cl.CreateSchema(ctx, "user-value", sr.Schema{Schema: userV3})
	refused(t, "register what breaks readers", err, 40901)
	must(t, "the same under another subject", 1)(cl.RegisterSchema(ctx, "copy-value", v1, -1, -1))

	must(t, "subjects", []string{"copy-value", "user-value"})(cl.Subjects(ctx))
	must(t, "subjects with a prefix", []string{"user-value"})(cl.Subjects(sr.WithParams(ctx, sr.SubjectPrefix("user"))))
	must(t, "a page of subjects", []string{"user-value"})(cl.Subjects(sr.WithParams(ctx, sr.Offset(1), sr.Limit(1))))
	must(t, "versions", []int{1, 2})(cl.SubjectVersions(ctx, "user-value"))
	must(t, "text by ID", userV2)(cl.SchemaTextByID(ctx, 2))
	must(t, "text by version", userV1)(cl.SchemaTextByVersion(ctx, "user-value", 1))
	must(t, "subjects of an ID", []string{"copy-value", "user-value"})(cl.SubjectsByID(ctx, 1))
	must(t, "versions of an ID", []sr.SubjectVersion{{Subject: "copy-value", Version: 1}, {Subject: "user-value", Version: 1}})(
		cl.SchemaVersionsByID(ctx, 1))
	latest, err := cl.SchemaByVersion(ctx, "user-value", -1)
	if err != nil || latest.Version != 2 || latest.ID != 2 || latest.GUID == "" || latest.Schema.Schema != userV2 {
		t.Errorf("latest: %+v, %v", latest, err)
	}
	byID, err := cl.SchemaByID(ctx, 2)
	if err != nil || byID.Schema != userV2 || byID.Type != sr.TypeAvro {
		t.Errorf("by ID: %+v, %v", byID, err)
	}
	byGUID, err := cl.SchemaByGUID(ctx, latest.GUID)
	if err != nil || byGUID.Schema.Schema != userV2 {
		t.Errorf("by GUID: %+v, %v", byGUID, err)
	}
	must(t, "IDs of a GUID", []sr.ContextID{{Context: ".", ID: 2}})(cl.SchemaIDsByGUID(ctx, latest.GUID))
	found, err := cl.LookupSchema(ctx, "user-value", v1)
	if err != nil || found.Version != 1 || found.ID != 1 {
		t.Errorf("look up: %+v, %v", found, err)
	}
	_, err = cl.LookupSchema(ctx, "user-value", sr.Schema{Schema: userV3})
	refused(t, "look up what is not there", err, 40403)
	_, err = cl.SchemaByID(ctx, 99)
	refused(t, "unknown ID", err, 40403)
	_, err = cl.SubjectVersions(ctx, "nobody")
	refused(t, "unknown subject", err, 40401)
	all, err := cl.AllSchemas(ctx)
	if err != nil || len(all) != 3 {
		t.Errorf("all schemas: %d, %v, want 3", len(all), err)
	}
	of, err := cl.Schemas(ctx, "user-value")
	if err != nil || len(of) != 2 {
		t.Errorf("schemas of a subject: %d, %v, want 2", len(of), err)
	}
	types, err := cl.SupportedTypes(ctx)
	if err != nil || !slices.Contains(types, sr.TypeAvro) || !slices.Contains(types, sr.TypeProtobuf) {
		t.Errorf("types: %v, %v", types, err)
	}
}

func TestFranzReferences(t *testing.T) {
	t.Parallel()
	ctx, cl := t.Context(), franz(t)
	base := sr.Schema{Type: sr.TypeProtobuf, Schema: "syntax = \"proto3\";\npackage p;\n\nmessage Base {\n  string id = 1;\n}\n"}
	must(t, "base", 1)(cl.RegisterSchema(ctx, "base.proto", base, -1, -1))
	user := sr.Schema{
		Type:       sr.TypeProtobuf,
		Schema:     "syntax = \"proto3\";\npackage p;\n\nimport \"base.proto\";\n\nmessage User {\n  .p.Base base = 1;\n}\n",
		References: []sr.SchemaReference{{Name: "base.proto", Subject: "base.proto", Version: 1}},
	}
	must(t, "user", 2)(cl.RegisterSchema(ctx, "user-value", user, -1, -1))
	referrers, err := cl.SchemaReferences(ctx, "base.proto", 1)
	if err != nil || len(referrers) != 1 || referrers[0].Subject != "user-value" {
		t.Errorf("referrers: %+v, %v", referrers, err)
	}
	usages, err := cl.SchemaUsagesByID(ctx, 2)
	if err != nil || len(usages) != 1 || len(usages[0].References) != 1 {
		t.Errorf("usages: %+v, %v", usages, err)
	}
	refused(t, "delete what is referred to", cl.DeleteSchema(ctx, "base.proto", 1, sr.SoftDelete), 42206)
}

func TestFranzDeletes(t *testing.T) {
	t.Parallel()
	ctx, cl := t.Context(), franz(t)
	for _, text := range []string{userV1, userV2} {
		if _, err := cl.CreateSchema(ctx, "s", sr.Schema{Schema: text}); err != nil {
			t.Fatal(err)
		}
	}
	refused(t, "permanent before soft", cl.DeleteSchema(ctx, "s", 1, sr.HardDelete), 40407)
	if err := cl.DeleteSchema(ctx, "s", 1, sr.SoftDelete); err != nil {
		t.Fatal(err)
	}
	must(t, "versions", []int{2})(cl.SubjectVersions(ctx, "s"))
	must(t, "versions with the deleted", []int{1, 2})(cl.SubjectVersions(sr.WithParams(ctx, sr.ShowDeleted), "s"))
	if err := cl.DeleteSchema(ctx, "s", 1, sr.HardDelete); err != nil {
		t.Fatal(err)
	}
	must(t, "delete the subject", []int{2})(cl.DeleteSubject(ctx, "s", sr.SoftDelete))
	must(t, "delete it for good", []int{2})(cl.DeleteSubject(ctx, "s", sr.HardDelete))
	must(t, "what is left", []string{})(cl.Subjects(sr.WithParams(ctx, sr.ShowDeleted)))
}

func TestFranzCompatibility(t *testing.T) {
	t.Parallel()
	ctx, cl := t.Context(), franz(t)
	if _, err := cl.CreateSchema(ctx, "s", sr.Schema{Schema: userV1}); err != nil {
		t.Fatal(err)
	}
	must(t, "fits", sr.CheckCompatibilityResult{Is: true})(cl.CheckCompatibility(ctx, "s", -1, sr.Schema{Schema: userV2}))
	verdict, err := cl.CheckCompatibility(sr.WithParams(ctx, sr.Verbose), "s", 1, sr.Schema{Schema: userV3})
	if err != nil || verdict.Is || len(verdict.Messages) == 0 {
		t.Errorf("breaks: %+v, %v", verdict, err)
	}
	level := func(what string, results []sr.CompatibilityResult, want sr.CompatibilityLevel) {
		t.Helper()
		if len(results) != 1 || results[0].Err != nil || results[0].Level != want {
			t.Errorf("%s: %+v, want %s", what, results, want)
		}
	}
	level("global", cl.Compatibility(ctx), sr.CompatBackward)
	level("set", cl.SetCompatibility(ctx, sr.SetCompatibility{Level: sr.CompatFullTransitive}, "s"), sr.CompatFullTransitive)
	level("get", cl.Compatibility(ctx, "s"), sr.CompatFullTransitive)
	level("set global", cl.SetCompatibility(ctx, sr.SetCompatibility{Level: sr.CompatNone}), sr.CompatNone)
	// The reference answers a DELETE with compatibilityLevel, and this client reads compatibility: it sees no level.
	if reset := cl.ResetCompatibility(ctx, "s"); reset[0].Err != nil {
		t.Errorf("reset: %v", reset[0].Err)
	}
	refused(t, "none of its own", cl.Compatibility(ctx, "s")[0].Err, 40408)
	level("inherited", cl.Compatibility(sr.WithParams(ctx, sr.DefaultToGlobal), "s"), sr.CompatNone)
}

func TestFranzModesAndContexts(t *testing.T) {
	t.Parallel()
	ctx, cl := t.Context(), franz(t)
	mode := func(what string, results []sr.ModeResult, want sr.Mode) {
		t.Helper()
		if len(results) != 1 || results[0].Err != nil || results[0].Mode != want {
			t.Errorf("%s: %+v, want %s", what, results, want)
		}
	}
	mode("global", cl.Mode(ctx), sr.ModeReadWrite)
	mode("set", cl.SetMode(ctx, sr.ModeImport, "s"), sr.ModeImport)
	imported, err := cl.CreateSchemaWithIDAndVersion(ctx, "s", sr.Schema{Schema: userV1}, 40, 7)
	if err != nil || imported.ID != 40 || imported.Version != 7 {
		t.Errorf("import: %+v, %v, want ID 40 and version 7", imported, err)
	}
	mode("reset", cl.ResetMode(ctx, "s"), sr.ModeImport)
	refused(t, "none of its own", cl.Mode(ctx, "s")[0].Err, 40409)

	staging := sr.InContext(ctx, ".staging")
	must(t, "in a context", 1)(cl.RegisterSchema(staging, "s", sr.Schema{Schema: userV1}, -1, -1))
	must(t, "contexts", []string{".", ".staging"})(cl.Contexts(ctx))
	must(t, "subjects of a context", []string{":.staging:s"})(cl.Subjects(staging))
	refused(t, "delete a context in use", cl.DeleteContext(ctx, ".staging"), 42211)
	for _, how := range []sr.DeleteHow{sr.SoftDelete, sr.HardDelete} {
		must(t, "empty the context", []int{1})(cl.DeleteSubject(staging, "s", how))
	}
	if err := cl.DeleteContext(ctx, ".staging"); err != nil {
		t.Error(err)
	}
	must(t, "contexts", []string{"."})(cl.Contexts(ctx))
}
