package avro_test

import (
	"fmt"
	"math/big"
	"slices"
	"testing"

	envelope "github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

// twosComplement returns a number in as few bytes as can be, and extra ones for its sign.
func twosComplement(v *big.Int, extra int) []byte {
	bits := v.BitLen()
	if v.Sign() < 0 {
		bits = new(big.Int).Not(v).BitLen()
	}
	size := bits/8 + 1 + extra
	wrapped := new(big.Int).Mod(v, new(big.Int).Lsh(big.NewInt(1), uint(8*size)))
	return wrapped.FillBytes(make([]byte, size))
}

// TestDecimalsAtTheEnds tries the numbers on both sides of each end of a precision, and those of as many bytes as there
// are, in the middle of a message and at its end, as short as can be and with more bytes for the sign.
func TestDecimalsAtTheEnds(t *testing.T) {
	t.Parallel()
	for _, precision := range []int{1, 2, 3, 4, 9, 17, 18, 19, 20, 38, 999, 1000} {
		text := fmt.Sprintf(`{"type":"bytes","logicalType":"decimal","precision":%d}`, precision)
		alone := envelope.CompileWithin(parse(t, text), envelope.ProgramLimits)
		first := envelope.CompileWithin(parse(t, `{"type":"record","name":"R","fields":[{"name":"d","type":`+text+`},`+
			`{"name":"more","type":{"type":"fixed","name":"F","size":16}}]}`), envelope.ProgramLimits)
		end := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(precision)), nil)
		values := []*big.Int{end}
		for bits := range uint(9) {
			values = append(values, new(big.Int).Lsh(big.NewInt(1), 8*bits+7-min(bits, 1)), new(big.Int).Lsh(big.NewInt(1), 8*bits+7))
		}
		for _, v := range values {
			for _, near := range []int64{-1, 0, 1} {
				for _, sign := range []int64{1, -1} {
					n := new(big.Int).Mul(new(big.Int).Add(v, big.NewInt(near)), big.NewInt(sign))
					for extra := range 3 {
						raw := twosComplement(n, extra)
						data := append(zigzag(int64(len(raw))), raw...)
						want := new(big.Int).Abs(n).Cmp(end) < 0
						if got := alone.Clean(data); got != want || got != (alone.Findings(data, 1) == nil) {
							t.Errorf("%v in %x, precision %d: clean %v, findings %v", n, raw, precision, got, alone.Findings(data, 1))
						}
						if got := first.Clean(slices.Concat(data, make([]byte, 16))); got != want {
							t.Errorf("%v in %x before others, precision %d: clean %v", n, raw, precision, got)
						}
					}
				}
			}
		}
	}
}

// TestUUIDs puts every byte into every place.
func TestUUIDs(t *testing.T) {
	t.Parallel()
	writer := parse(t, `{"type":"string","logicalType":"uuid"}`)
	program := envelope.CompileWithin(writer, envelope.ProgramLimits)
	for _, id := range []string{"0f8fad5b-d9cb-469f-a165-70867728950e", "00000000-0000-0000-0000-000000000000", "ABCDEFAB-CDEF-ABCD-EFAB-CDEFABCDEFAB"} {
		for i := range id {
			for b := range 256 {
				changed := []byte(id)
				changed[i] = byte(b)
				want := uuid.Match(changed)
				if got := program.Clean(append(zigzag(36), changed...)); got != want {
					t.Fatalf("%q: clean %v, want %v", changed, got, want)
				}
			}
		}
		for _, other := range []string{"", id[:35], id + "0", "{" + id + "}", "urn:uuid:" + id} {
			if data, _ := envelope.Encode(writer, envelope.String(other)); program.Clean(data) {
				t.Errorf("%q is clean", other)
			}
		}
	}
}

// TestTimesOfDay tries both ends.
func TestTimesOfDay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, schema string
		day          int64
	}{
		{"millis", `{"type":"int","logicalType":"time-millis"}`, 86_400_000},
		{"micros", `{"type":"long","logicalType":"time-micros"}`, 86_400_000_000},
		{"micros of an int, which are none", `{"type":"int","logicalType":"time-micros"}`, 1 << 31},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, err := avro.Parse(t.Context(), schema.Source{Text: c.schema}, schema.Options{})
			if err != nil {
				t.Fatal(err)
			}
			program := envelope.Compile(s)
			for v, want := range map[int64]bool{0: true, c.day - 1: true, -1: c.day == 1<<31, c.day: false} {
				if got := program.Clean(zigzag(v)); got != want {
					t.Errorf("%d: clean %v, want %v", v, got, want)
				}
			}
		})
	}
}
