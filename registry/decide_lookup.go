package registry

import "github.com/treatyhq/treaty/schema"

// special reports whether the content may be what somebody asks for although it has another GUID: because its references
// can be written out instead, or because it says its own version number.
func (n *content) special() bool {
	return len(n.references) > 0 || n.contract != nil && n.contract.metadata.Property(schema.PropertyVersion) != ""
}
