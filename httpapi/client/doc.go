// Package client is the Go client of a treaty registry, and of any other that speaks the Confluent REST API.
//
//	c, err := client.New("http://127.0.0.1:8081")
//	registered, err := c.Register(ctx, "orders-value", client.Schema{Text: text}, client.RegisterOptions{})
//	s, err := c.ByID(ctx, registered.ID, "")
//
// What cannot change is asked once: a schema by its ID or GUID stays in a cache that is bounded by bytes. Everything else,
// and every miss, is asked again: a version number may be given again after a permanent delete, and a schema that is not
// there now may be there a moment later.
//
// A call that is safe to repeat is repeated after a connection error, a 429 or a 5xx, with a growing pause, until the
// context ends or the attempts are used up. Deletes are not: the second answer would differ from the first.
//
// The edits of a [Fix] have the form of compat.Edit: the Explainers of compat/avro and compat/protobuf apply them and leave the
// rest of the text as it is. To Avro any other JSON patch does the same, but for the layout.
//
// A base URL that ends in /contexts/.name speaks to that context.
//
// A [Source] is the client as package envelope needs it: what a codec asks for schemas, parsed, and remembered for as long as
// it can be true.
//
//	codec := envelope.New(c.Source(), envelope.Config{})
//	a, err := codec.Validate(ctx, &envelope.Message{Payload: record.Value})
//
// A registry that is away leaves it what it has kept: messages of known IDs are read on. A label or the latest version
// is believed for its time and no longer, for an answer that may be wrong is worse than a message that is tried again.
package client
