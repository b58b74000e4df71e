package protobuf

import (
	"context"

	"github.com/treatyhq/treaty/schema"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// A Schema is one parsed .proto file, linked to everything it imports. It is immutable and safe for concurrent use.
type Schema struct {
	desc protoreflect.FileDescriptor
}

// Parse reads a .proto text, or a base64 FileDescriptorProto.
func Parse(ctx context.Context, src schema.Source, opts schema.Options) (*Schema, error) {
	return nil, &schema.Error{Message: "Could not parse Protobuf"}
}

// Type returns [schema.Protobuf].
func (s *Schema) Type() schema.Type { return schema.Protobuf }

// Descriptor returns the linked file. Its imports and every type they define are reachable from it.
func (s *Schema) Descriptor() protoreflect.FileDescriptor { return s.desc }

// Position returns where d is written in the source text; it is zero for a descriptor of another file.
func (s *Schema) Position(d protoreflect.Descriptor) schema.Position { return schema.Position{} }
