package avro_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	envelope "github.com/treatyhq/treaty/envelope/avro"
)

// before returns programs of a type that ends the message, and of one that other bytes follow: a program reads eight bytes
// at a time where there are so many.
func before(t *testing.T, typ string) (alone, first *envelope.Program) {
	t.Helper()
	record := `{"type":"record","name":"R","fields":[{"name":"v","type":` + typ + `},{"name":"more","type":{"type":"fixed","name":"F","size":16}}]}`
	return envelope.CompileWithin(parse(t, typ), envelope.ProgramLimits), envelope.CompileWithin(parse(t, record), envelope.ProgramLimits)
}

// TestTextsOfAllLengths puts a character of two bytes, and a byte that is none, into every place of strings.
func TestTextsOfAllLengths(t *testing.T) {
	t.Parallel()
	alone, first := before(t, `"string"`)
	for n := range 150 {
		for at := range n {
			for what, want := range map[string]bool{"a": true, "\u00e9": true, "\xff": false, "\xc3": false} {
				text := bytes.Repeat([]byte("x"), n)
				text = append(text[:at], append([]byte(what), text[min(at+1, n):]...)...)
				data := append(zigzag(int64(len(text))), text...)
				if alone.Clean(data) != want || first.Clean(slices.Concat(data, make([]byte, 16))) != want {
					t.Fatalf("%q: want clean %v", text, want)
				}
			}
		}
	}
}

// TestNumbersOfAllLengths holds numbers with leading zeros and with too many bits to what decoding says of them.
func TestNumbersOfAllLengths(t *testing.T) {
	t.Parallel()
	for _, typ := range []string{`"int"`, `"long"`, `{"type":"int","logicalType":"time-millis"}`, `"bytes"`, colour, `["null","int"]`} {
		t.Run(typ, func(t *testing.T) {
			t.Parallel()
			writer := parse(t, typ)
			alone, first := before(t, typ)
			for n := range 12 {
				for _, b := range []byte{0x80, 0x81, 0xff} {
					for last := range 256 {
						data := append(append(bytes.Repeat([]byte{0x80}, n), b), byte(last))
						d, err := envelope.Decode(writer, data)
						want := err == nil && fits(writer.Node, d)
						if got := alone.Clean(data); got != want || want && !first.Clean(slices.Concat(data, make([]byte, 16))) {
							t.Fatalf("%x: clean %v, decoding says %v", data, got, err)
						}
					}
				}
			}
		})
	}
}

// TestRunsOfAllKinds holds arrays and maps of each primitive, in blocks of all sorts, to what decoding says of them.
func TestRunsOfAllKinds(t *testing.T) {
	t.Parallel()
	for _, item := range []string{
		`"boolean"`, `"int"`, `"long"`, `"bytes"`, `"string"`, `"float"`, `"double"`, `{"type":"fixed","name":"F","size":3}`,
		`{"type":"fixed","name":"F","size":70000}`,
		`{"type":"record","name":"R","fields":[{"name":"a","type":"float"},{"name":"b","type":{"type":"fixed","name":"F","size":2}}]}`,
		`{"type":"record","name":"R","fields":[{"name":"a","type":"long"},{"name":"b","type":"long"}]}`,
	} {
		for _, typ := range []string{`{"type":"array","items":%s}`, `{"type":"map","values":%s}`} {
			typ = fmt.Sprintf(typ, item)
			writer := parse(t, typ)
			alone := envelope.CompileWithin(writer, envelope.ProgramLimits)
			for count := range int64(5) {
				for size := range int64(40) {
					for _, head := range [][]byte{zigzag(count), slices.Concat(zigzag(-count), zigzag(size))} {
						data := slices.Concat(head, make([]byte, size), []byte{0})
						_, err := envelope.Decode(writer, data)
						if got := alone.Clean(data); got != (err == nil) {
							t.Errorf("%s %x: clean %v, decoding says %v", typ, data, got, err)
						}
					}
				}
			}
		}
	}
}
