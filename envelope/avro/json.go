package avro

import "github.com/treatyhq/treaty/schema/avro"

// AppendJSON appends a datum as plain JSON to dst; see [PlainJSON] and [Program.AppendJSON]. d must be a value of the
// schema; it need not be one of its logical types.
func AppendJSON(dst []byte, use avro.Use, d Datum) []byte {
	body, err := Encode(use, d)
	if err != nil {
		return append(dst, "null"...)
	}
	out, _ := appendDatum(dst, formOf(use.Node)(), body, JSONOptions{})
	return out
}

// JSON returns a datum as plain JSON; see [AppendJSON].
func JSON(use avro.Use, d Datum) string { return string(AppendJSON(nil, use, d)) }
