package avro

import (
	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/schema/avro"
)

// The codes. Those of the first group are Apache's, AMBIGUOUS_FIELD excepted, which Apache throws.
const (
	nameMismatch       = "NAME_MISMATCH"
	fixedSizeMismatch  = "FIXED_SIZE_MISMATCH"
	missingEnumSymbols = "MISSING_ENUM_SYMBOLS"
	missingDefault     = "READER_FIELD_MISSING_DEFAULT_VALUE"
	typeMismatch       = "TYPE_MISMATCH"
	missingBranch      = "MISSING_UNION_BRANCH"
	ambiguousField     = "AMBIGUOUS_FIELD"

	logicalTypeChanged   = "LOGICAL_TYPE_CHANGED"
	precisionChanged     = "DECIMAL_PRECISION_CHANGED"
	scaleChanged         = "DECIMAL_SCALE_CHANGED"
	lossyPromotion       = "LOSSY_PROMOTION"
	defaultNotFirst      = "UNION_DEFAULT_NOT_FIRST"
	enumDefaultStandsFor = "ENUM_DEFAULT_SUBSTITUTES"
	utf8NotGuaranteed    = "UTF8_NOT_GUARANTEED"
)

// Rules are all that this package looks at. The codes are public and stay.
// Source: compat/README.md, Avro.
var Rules = []compat.Rule{
	{ID: nameMismatch, DropIn: true, Wire: true,
		Purpose: "records, enums and fixed types match by unqualified name, or by an alias of the reader's"},
	{ID: fixedSizeMismatch, DropIn: true, Wire: true,
		Purpose: "fixed types have the same size"},
	{ID: missingEnumSymbols, DropIn: true, Wire: true,
		Purpose: "every symbol the writer may send is known to the reader, or the reader's enum has a default"},
	{ID: missingDefault, DropIn: true, Wire: true,
		Purpose: "a field that the writer does not send has a default in the reader"},
	{ID: typeMismatch, DropIn: true, Wire: true,
		Purpose: "types are the same, or the writer's is promoted to the reader's"},
	{ID: missingBranch, DropIn: true, Wire: true,
		Purpose: "every type the writer may send has a branch in the reader's union"},
	{ID: ambiguousField, DropIn: true, Wire: true,
		Purpose: "a reader's field matches at most one of the writer's, by its name or by its aliases"},

	{ID: logicalTypeChanged, Policy: "logicalTypes", Wire: true,
		Purpose: "values keep their logical type, so that a number read is the number meant"},
	{ID: precisionChanged, Policy: "logicalTypes", Wire: true,
		Purpose: "decimals keep their precision"},
	{ID: scaleChanged, Policy: "logicalTypes", Wire: true,
		Purpose: "decimals keep their scale: it is not in the bytes, so another one multiplies every amount"},
	{ID: lossyPromotion, Policy: "lossyPromotion", Wire: true,
		Purpose: "a promotion keeps every value exact: int to float is so up to 2^24, long to double up to 2^53"},
	{ID: utf8NotGuaranteed, Policy: "lossyPromotion", Wire: true,
		Purpose: "bytes are not read as a string, which must be UTF-8"},
	{ID: defaultNotFirst, Policy: "unionDefaults",
		Purpose: "the default of a union is of its first branch, as readers before Avro 1.12 demand"},
	{ID: enumDefaultStandsFor, Policy: "enumDefaults", Wire: true,
		Purpose: "no symbol is read as another one, the enum's default"},
}

var ruleOf = func() map[string]compat.Rule {
	m := make(map[string]compat.Rule, len(Rules))
	for _, r := range Rules {
		m[r.ID] = r
	}
	return m
}()

// A promotion is a pair of primitive types, the writer's first.
type promotion struct{ writer, reader avro.Kind }

// lossy are the promotions that do not keep every value, with the largest whole number up to which they do.
var lossy = map[promotion]string{
	{avro.Int, avro.Float}:   "2^24",
	{avro.Long, avro.Float}:  "2^24",
	{avro.Long, avro.Double}: "2^53",
}
