package acceptance

import (
	"slices"
	"testing"

	"github.com/confluentinc/confluent-kafka-go/v2/schemaregistry"
)

const (
	userV1 = `{"type":"record","name":"User","fields":[{"name":"id","type":"long"}]}`
	userV2 = `{"type":"record","name":"User","fields":[{"name":"id","type":"long"},{"name":"mail","type":"string","default":""}]}`
	userV3 = `{"type":"record","name":"User","fields":[{"name":"id","type":"string"}]}`
)

// level is how the client spells a compatibility level.
type level = schemaregistry.Compatibility

func avro(text string) schemaregistry.SchemaInfo { return schemaregistry.SchemaInfo{Schema: text} }

func TestSchemas(t *testing.T) {
	t.Parallel()
	c := start(t)
	same(t, "register", 1)(c.Register("user-value", avro(userV1), false))
	same(t, "register again", 1)(c.Register("user-value", avro(userV1), true))
	full, err := c.RegisterFullResponse("user-value", avro(userV2), false)
	if err != nil || full.ID != 2 || full.Version != 2 || full.GUID == "" || full.Schema != userV2 {
		t.Fatalf("register the next: %+v, %v", full, err)
	}
	_, err = c.Register("user-value", avro(userV3), false)
	refused(t, "register what breaks readers", err, 40901)
	_, err = c.Register("user-value", avro(`{"type":"recor"}`), false)
	refused(t, "register nonsense", err, 42201)

	same(t, "ID of a schema", 1)(c.GetID("user-value", avro(userV1), false))
	same(t, "version of a schema", 2)(c.GetVersion("user-value", avro(userV2), false))
	_, err = c.GetID("user-value", avro(userV3), false)
	refused(t, "ID of what is not there", err, 40403)
	byID, err := c.GetBySubjectAndID("user-value", 1)
	if err != nil || byID.Schema != userV1 {
		t.Errorf("by ID: %+v, %v", byID, err)
	}
	byGUID, err := c.GetByGUID(full.GUID)
	if err != nil || byGUID.Schema != userV2 {
		t.Errorf("by GUID: %+v, %v", byGUID, err)
	}
	places, err := c.GetSubjectsAndVersionsByID(2)
	if err != nil || !slices.Equal(places, []schemaregistry.SubjectAndVersion{{Subject: "user-value", Version: 2}}) {
		t.Errorf("where an ID stands: %+v, %v", places, err)
	}
	latest, err := c.GetLatestSchemaMetadata("user-value")
	if err != nil || latest.Version != 2 || latest.ID != 2 {
		t.Errorf("latest: %+v, %v", latest, err)
	}
	first, err := c.GetSchemaMetadata("user-value", 1)
	if err != nil || first.Schema != userV1 {
		t.Errorf("version 1: %+v, %v", first, err)
	}
	subjects, err := c.GetAllSubjects()
	if err != nil || !slices.Equal(subjects, []string{"user-value"}) {
		t.Errorf("subjects: %v, %v", subjects, err)
	}
	contexts, err := c.GetAllContexts()
	if err != nil || !slices.Equal(contexts, []string{"."}) {
		t.Errorf("contexts: %v, %v", contexts, err)
	}
}

func TestMetadata(t *testing.T) {
	t.Parallel()
	c := start(t)
	owned := avro(userV1)
	owned.Metadata = &schemaregistry.Metadata{Properties: map[string]string{"owner": "accounts"}}
	owned.RuleSet = &schemaregistry.RuleSet{DomainRules: []schemaregistry.Rule{{
		Name: "mailLooksRight", Kind: "CONDITION", Mode: "WRITE", Type: "CEL", Expr: "message.id > 0",
	}}}
	same(t, "register", 1)(c.Register("user-value", owned, false))
	found, err := c.GetLatestWithMetadata("user-value", map[string]string{"owner": "accounts"}, false)
	if err != nil || found.Version != 1 || found.RuleSet == nil || len(found.RuleSet.DomainRules) != 1 {
		t.Errorf("by metadata: %+v, %v", found, err)
	}
	_, err = c.GetLatestWithMetadata("user-value", map[string]string{"owner": "nobody"}, false)
	refused(t, "by metadata that nothing has", err, 40403)
}

func TestCompatibilityAndConfig(t *testing.T) {
	t.Parallel()
	c := start(t)
	same(t, "register", 1)(c.Register("s", avro(userV1), false))
	same(t, "what fits", true)(c.TestCompatibility("s", 1, avro(userV2)))
	same(t, "what breaks", false)(c.TestCompatibility("s", 1, avro(userV3)))
	same(t, "what fits the level", true)(c.TestSubjectCompatibility("s", avro(userV2)))
	same(t, "what breaks the level", false)(c.TestSubjectCompatibility("s", avro(userV3)))

	same(t, "default level", level(schemaregistry.Backward))(c.GetDefaultCompatibility())
	_, err := c.GetCompatibility("s")
	refused(t, "level that is not set", err, 40408)
	same(t, "set a level", level(schemaregistry.FullTransitive))(c.UpdateCompatibility("s", schemaregistry.FullTransitive))
	same(t, "level that is set", level(schemaregistry.FullTransitive))(c.GetCompatibility("s"))
	same(t, "set the default", level(schemaregistry.None))(c.UpdateDefaultCompatibility(schemaregistry.None))
	if _, err := c.UpdateConfig("other", schemaregistry.ServerConfig{Normalize: true}); err != nil {
		t.Errorf("update settings: %v", err)
	}
	config, err := c.GetConfig("unset", true)
	if err != nil || config.CompatibilityLevel != level(schemaregistry.None) {
		t.Errorf("inherited settings: %+v, %v", config, err)
	}
}

func TestDeletes(t *testing.T) {
	t.Parallel()
	c := start(t)
	same(t, "first", 1)(c.Register("s", avro(userV1), false))
	same(t, "second", 2)(c.Register("s", avro(userV2), false))
	_, err := c.DeleteSubjectVersion("s", 1, true)
	refused(t, "permanent before soft", err, 40407)
	same(t, "soft", 1)(c.DeleteSubjectVersion("s", 1, false))
	versions, err := c.GetAllVersions("s")
	if err != nil || !slices.Equal(versions, []int{2}) {
		t.Errorf("versions: %v, %v", versions, err)
	}
	same(t, "permanent", 1)(c.DeleteSubjectVersion("s", 1, true))
	for _, permanent := range []bool{false, true} {
		numbers, err := c.DeleteSubject("s", permanent)
		if err != nil || !slices.Equal(numbers, []int{2}) {
			t.Errorf("delete the subject, permanent %t: %v, %v", permanent, numbers, err)
		}
	}
	_, err = c.GetAllVersions("s")
	refused(t, "versions of what is gone", err, 40401)
}

func TestReferences(t *testing.T) {
	t.Parallel()
	c := start(t)
	same(t, "base", 1)(c.Register("base.proto", schemaregistry.SchemaInfo{
		SchemaType: "PROTOBUF", Schema: "syntax = \"proto3\";\npackage p;\nmessage Base { string id = 1; }\n",
	}, false))
	same(t, "user", 2)(c.Register("user-value", schemaregistry.SchemaInfo{
		SchemaType: "PROTOBUF",
		Schema:     "syntax = \"proto3\";\npackage p;\nimport \"base.proto\";\nmessage User { Base base = 1; }\n",
		References: []schemaregistry.Reference{{Name: "base.proto", Subject: "base.proto", Version: 1}},
	}, false))
	_, err := c.DeleteSubject("base.proto", false)
	refused(t, "delete what is referred to", err, 42206)
	_, err = c.Register("lonely-value", schemaregistry.SchemaInfo{
		SchemaType: "PROTOBUF", Schema: "syntax = \"proto3\";\nimport \"absent.proto\";\nmessage M { Absent a = 1; }\n",
	}, false)
	refused(t, "an import that nothing names", err, 42201)
}
