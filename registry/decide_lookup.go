package registry

import "github.com/treatyhq/treaty/schema"

// special reports whether the content may be what somebody asks for although it has another GUID: because its references
// can be written out instead, or because it says its own version number.
func (n *content) special() bool {
	more := n.attached()
	return len(more.references) > 0 || more.metadata.Property(schema.PropertyVersion) != ""
}
