// Package schema says what a schema is: a text of some type, the references it needs, and what surrounds it
// in a registry (metadata, rule sets, identity). It holds the vocabulary that every other package shares.
//
// The parsers live below it: [github.com/treatyhq/treaty/schema/avro] and
// [github.com/treatyhq/treaty/schema/protobuf]. Both read a [Source] into an immutable value that satisfies [Schema]:
//
//	s, err := avro.Parse(ctx, schema.Source{Text: text}, schema.Options{New: true})
//	if err != nil {
//		var bad *schema.Error // line, column and a sentence
//	}
//	guid := schema.Identify(s.Canonical(), refs, metadata, ruleSet)
//
// Two texts are kept of every schema: the canonical one, which identity and every look-up use, and the source as it was
// submitted, comments and layout included. Parsers make the first from the second; neither parser reads anything but
// its arguments, so one subject's types can never leak into another's.
package schema
