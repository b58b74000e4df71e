package avro

import (
	"context"

	"github.com/treatyhq/treaty/schema"
)

// A Schema is a parsed Avro schema. It is immutable and safe for concurrent use.
type Schema struct {
	root Use
}

// Parse reads a schema and everything it depends on.
func Parse(ctx context.Context, src schema.Source, opts schema.Options) (*Schema, error) {
	return nil, &schema.Error{Message: "not a schema"}
}

// Root returns the schema's own type; ByName if the text is nothing but a name.
func (s *Schema) Root() Use { return s.root }
