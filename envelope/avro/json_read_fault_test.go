package avro_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	envelope "github.com/treatyhq/treaty/envelope/avro"
)

// TestFaults is about what is said, and where it points: to the record whose member nobody knows, to the field otherwise.
func TestFaults(t *testing.T) {
	t.Parallel()
	inner := record("R", field("s", `{"type":"array","items":`+two+`}`), field("n", `"int"`))
	for _, c := range []struct{ name, schema, text, want string }{
		{"unknown behind the last field", two, `{"a":1,"b":"x","c":0}`, "JSON_UNKNOWN_FIELD c  @15: \"c\" is no field of Two\n"},
		{"unknown inside", inner, `{"n":1,"s":[{"a":1,"b":"x","c":0}]}`, "JSON_UNKNOWN_FIELD s[0].c /fields/0/type/items @27: \"c\" is no field of Two\n"},
		{"object for an array", inner, `{"n":1,"s":{}}`, "JSON_TYPE s /fields/0 @11: s is an object, and must be an array\n"},
		{"word for a time", logical("long", "timestamp-millis"), `"yesterday"`, "JSON_FORMAT   @0: the datum is \"yesterday\", which is no timestamp-millis, such as 2026-11-24T18:30:00.123Z\n"},
		{"no such day", logical("int", "date"), `"2026-02-30"`, "JSON_FORMAT   @0: the datum is \"2026-02-30\", which is no date, such as 2026-11-24\n"},
		{"word for a uuid", logical("string", "uuid"), `"x"`, "AVRO_UUID   @0: the datum is \"x\", which is no uuid, such as 0f8fad5b-d9cb-469f-a165-70867728950e\n"},
		{"word for a number", `"long"`, `"one"`, "JSON_FORMAT   @0: the datum is \"one\", which is no number\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			program := envelope.CompileWithin(parse(t, c.schema), envelope.ProgramLimits)
			_, _, findings := program.AppendBinary(nil, []byte(c.text), envelope.JSONOptions{})
			if diff := cmp.Diff(c.want, described(findings)); diff != "" {
				t.Errorf("%s of %s (-want +got):\n%s", c.text, c.schema, diff)
			}
		})
	}
}
