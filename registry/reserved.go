package registry

import (
	"fmt"
	"slices"
	"strings"

	"github.com/treatyhq/treaty/schema"
)

// reservedErrors returns what is wrong with a new schema's reserved fields, the names that its metadata lists: none of them
// may be a field at its top level, and those that the old version reserves stay reserved.
// Source: Confluent data contracts, confluent:reserved.
func reservedErrors(c *candidate, old *schema.Metadata) []string {
	var wrong []string
	reserved := reservedFields(c.metadata)
	for _, name := range reservedFields(old) {
		if !slices.Contains(reserved, name) {
			wrong = append(wrong, fmt.Sprintf("The new schema has reserved field %s removed from its metadata which is present in the old schema's metadata.", name))
		}
	}
	fields := c.parsed.FieldNames()
	for _, name := range reserved {
		if slices.Contains(fields, name) {
			wrong = append(wrong, fmt.Sprintf("The new schema has field that conflicts with the reserved field %s.", name))
		}
	}
	return wrong
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
