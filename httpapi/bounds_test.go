package httpapi

import (
	"errors"
	"strings"
	"testing"

	"github.com/treatyhq/treaty/registry"
)

func TestBodiesAreBounded(t *testing.T) {
	t.Parallel()
	many := func(item string) string { return strings.Repeat(item+",", maxBeside/(len(item)+1)) + item }
	tests := []struct {
		name, body string
		code       registry.Code // 0 if it is read
		message    string
	}{
		{"a long schema", `{"schema":"` + strings.Repeat("x", 2*maxBeside) + `"}`, 0, ""},
		{"an unknown member", `{"x":[` + many("{}") + `]}`, 0, ""},
		{"two members that are long together", `{"schemaTagsToAdd":[` + many("{}")[:maxBeside-10] + `{}],"metadata":{"sensitive":["` + strings.Repeat("x", maxBeside/2) + `"]}}`, 0, ""},
		{"references", `{"references":[` + many("{}") + `]}`, registry.InvalidSchema, "Invalid schema, details: references has more than 1048576 bytes"},
		{"metadata", `{"metadata":{"sensitive":[` + many(`""`) + `]}}`, registry.SchemaTooLarge, "metadata has more than 1048576 bytes"},
		{"one long property", `{"metadata":{"properties":{"a":"` + strings.Repeat("x", maxBeside) + `"}}}`, registry.SchemaTooLarge, "metadata has"},
		{"rules", `{"ruleSet":{"domainRules":[` + many("{}") + `]}}`, registry.SchemaTooLarge, "ruleSet has"},
		{"tags", `{"schemaTagsToAdd":[` + many("{}") + `]}`, registry.SchemaTooLarge, "schemaTagsToAdd has"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := decode([]byte(tt.body), (*decoder).register)
			var refused *registry.Error
			switch {
			case tt.code == 0 && err != nil:
				t.Errorf("decode(%.40s…): %v", tt.body, err)
			case tt.code != 0 && (!errors.As(err, &refused) || refused.Code != tt.code || !strings.Contains(refused.Message, tt.message)):
				t.Errorf("decode(%.40s…) = %v, want %d …%s", tt.body, err, tt.code, tt.message)
			}
		})
	}
}

// TestOversizedMembersAreNamed has one that is too large among others, in the second schema of a request.
func TestOversizedMembersAreNamed(t *testing.T) {
	t.Parallel()
	long := `{"properties":{"a":"` + strings.Repeat("x", maxBeside) + `"}}`
	body := `{"subjects":[{"subject":"a","metadata":{}},{"subject":"b","references":[],"metadata":` + long + `,"ruleSet":{}}]}`
	_, err := decode([]byte(body), func(d *decoder) []registry.Proposal { return d.proposals(registry.DefaultContext) })
	if want := "subjects[1].metadata has more than 1048576 bytes"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want …%s", err, want)
	}
}

// Among few names and among many, each position is compared with each.
func TestKeysThatStandTwice(t *testing.T) {
	t.Parallel()
	for _, n := range []int{2, manyKeys, manyKeys + 1, 3 * manyKeys} {
		for twice := range n {
			var set keySet
			var keys [][]byte
			for i := range n {
				key := []byte{byte(i)}
				if set.add(key, keys) {
					t.Fatalf("key %d of %d is known", i, n)
				}
				keys = append(keys, key)
			}
			if !set.add([]byte{byte(twice)}, keys) {
				t.Errorf("key %d of %d is not known", twice, n)
			}
		}
	}
}
