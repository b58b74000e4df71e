package registry

import (
	"fmt"
	"strings"

	"github.com/treatyhq/treaty/schema"
)

// reservedErrors returns what is wrong with a new schema's reserved fields, the names that its metadata lists: none of them
// may be a field at its top level, and those that the old version reserves stay reserved.
// Source: Confluent data contracts, confluent:reserved.
func reservedErrors(c *candidate, old *schema.Metadata) []string {
	var wrong []string
	reserved := reservedFields(c.metadata)
	still := setOf(reserved)
	for _, name := range reservedFields(old) {
		if !still[name] {
			wrong = append(wrong, fmt.Sprintf("The new schema has reserved field %s removed from its metadata which is present in the old schema's metadata.", name))
		}
	}
	fields := setOf(c.parsed.FieldNames())
	for _, name := range reserved {
		if fields[name] {
			wrong = append(wrong, fmt.Sprintf("The new schema has field that conflicts with the reserved field %s.", name))
		}
	}
	return wrong
}

// setOf returns the names as a set: there may be as many as metadata of the largest size can hold.
func setOf(names []string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, name := range names {
		set[name] = true
	}
	return set
}

func reservedFields(m *schema.Metadata) []string {
	var names []string
	for name := range strings.SplitSeq(m.Property(schema.PropertyReserved), ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}
