package avro

import (
	"fmt"
	"testing"

	"github.com/treatyhq/treaty/compat"
)

// sixty returns a record of 60 fields, a third of them of nested types, with the extra fields added.
func sixty(extra ...string) string {
	var fields []string
	for i := range 20 {
		fields = append(fields, fmt.Sprintf(`text%d "string"`, i), fmt.Sprintf(`number%d "long"`, i))
	}
	for i := range 5 {
		fields = append(fields,
			fmt.Sprintf(`note%d ["null","string"]`, i),
			fmt.Sprintf(`tags%d {"type":"array","items":"string"}`, i),
			fmt.Sprintf(`status%d {"type":"enum","name":"Status%d","symbols":["NEW","PAID","SENT"]}`, i, i),
			fmt.Sprintf(`place%d {"type":"record","name":"Place%d","fields":[{"name":"zip","type":"string"},{"name":"at","type":["null","double"]}]}`, i, i))
	}
	return record("Order", append(fields, extra...)...)
}

func BenchmarkCheck(b *testing.B) {
	for _, bb := range []struct{ name, reader, writer string }{
		{"compatible", sixty(`added "int","default":0`), sixty()},
		{"refused", sixty(`added "int"`), sixty()},
	} {
		b.Run(bb.name, func(b *testing.B) {
			r, w := parse(b, bb.reader), parse(b, bb.writer)
			b.ReportAllocs()
			for b.Loop() {
				Check(r, w, compat.NewReadsOld)
			}
		})
	}
}
