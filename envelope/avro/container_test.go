package avro_test

import (
	"bytes"
	"compress/flate"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	twmb "github.com/twmb/avro"
	"github.com/twmb/avro/ocf"
	"pgregory.net/rapid"

	envelope "github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/envelope/avro/avrotest"
)

// writeContainer returns a container with the data, as another implementation writes it.
func writeContainer(t tester, text string, data [][]byte, options ...ocf.WriterOpt) []byte {
	t.Helper()
	s, err := twmb.Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	var file bytes.Buffer
	w, err := ocf.NewWriter(&file, s, options...)
	if err != nil {
		t.Fatalf("%v", err)
	}
	for _, d := range data {
		if _, err := w.Write(d); err != nil {
			t.Fatalf("%x: %v", d, err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatalf("%v", err)
	}
	return file.Bytes()
}

// readContainer returns the data of a container, up to an error if there is one.
func readContainer(t *testing.T, in io.Reader, limit int) (data [][]byte, err error) {
	t.Helper()
	c, err := envelope.NewContainer(t.Context(), in, limit)
	if err != nil {
		return nil, err
	}
	for d, err := range c.Data() {
		if err != nil {
			return data, err
		}
		data = append(data, bytes.Clone(d))
	}
	return data, nil
}

// What another implementation writes is read, in blocks of any size, compressed or not.
func TestContainerReads(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		text := drawSchema(r, true)
		writer := parse(r, text)
		var data [][]byte
		for range rapid.IntRange(0, 20).Draw(r, "data") {
			d, err := envelope.Encode(writer, avrotest.Datum(r, writer))
			if err != nil {
				r.Fatal(err)
			}
			data = append(data, d)
		}
		options := []ocf.WriterOpt{ocf.WithBlockCount(rapid.IntRange(1, 30).Draw(r, "block"))}
		if rapid.Bool().Draw(r, "deflate") {
			options = append(options, ocf.WithCodec(ocf.DeflateCodec(flate.BestSpeed)))
		}
		file := writeContainer(r, text, data, options...)
		got, err := readContainer(t, iotest.OneByteReader(bytes.NewReader(file)), 0)
		if err != nil || !slices.EqualFunc(data, got, bytes.Equal) {
			r.Fatalf("%s\n%x\nread %x, %v, want %x", text, file, got, err, data)
		}
	})
}

// marker is the sync marker of the files below.
var marker = strings.Repeat("5a", 16)

// file returns a container of strings, written by hand: the metadata beside the schema, and blocks.
func file(t testing.TB, meta string, blocks ...string) []byte {
	schema := hex.EncodeToString([]byte("avro.schema")) + "10" + hex.EncodeToString([]byte(`"string"`))
	text := "4f626a01" + "02" + "16" + schema + meta + "00" + marker + strings.Join(blocks, "")
	t.Helper()
	return bin(t, text)
}

// sized puts the length of what is written in hexadecimal digits in front of it.
func sized(digits string) string {
	return hex.EncodeToString(zigzag(int64(len(digits)/2))) + digits
}

// codec is the entry of the metadata that names a codec.
func codec(name string) string {
	return "02" + "14" + hex.EncodeToString([]byte("avro.codec")) + hex.EncodeToString([]byte{byte(2 * len(name))}) + hex.EncodeToString([]byte(name))
}

func deflated(raw []byte) string {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.BestCompression) // the level is one that there is
	_, _ = w.Write(raw)                                // into memory
	_ = w.Close()
	return hex.EncodeToString(b.Bytes())
}

func TestContainerRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		file []byte
		read int // data before the error
		want envelope.Code
	}{
		{"nothing", nil, 0, envelope.Truncated},
		{"another file", []byte("PAR1 and so on"), 0, envelope.ContainerFormat},
		{"a header that ends", file(t, "")[:20], 0, envelope.Truncated},
		{"no schema", bin(t, "4f626a01 00"+marker), 0, envelope.ContainerFormat},
		{"a negative length", bin(t, "4f626a01 02 01"), 0, envelope.LengthRange},
		{"a long length", bin(t, "4f626a01 02 feffffffffffffffff01"), 0, envelope.ContainerLimit},
		{"a number of 70 bits", bin(t, "4f626a01 ffffffffffffffffffff01"), 0, envelope.VarintWidth},
		{"a key that is no text", bin(t, "4f626a01 02 02ff 00"), 0, envelope.InvalidUTF8},
		{"a header without end", append(bin(t, "4f626a01 feffffffffffffffff01"), bytes.Repeat([]byte{2, 'a', 0}, 1<<16)...), 0, envelope.ContainerLimit},
		{"snappy", file(t, codec("snappy")), 0, envelope.ContainerCodec},
		{"another marker", file(t, "", "02 04 0261 "+strings.Repeat("5b", 16)), 0, envelope.ContainerFormat},
		{"a block that ends", file(t, "", "02 04 02"), 0, envelope.Truncated},
		{"a second block that ends", file(t, "", "02 04 0261"+marker, "02"), 1, envelope.Truncated},
		{"a marker that ends", file(t, "", "02 04 0261 5a5a"), 0, envelope.Truncated},
		{"a negative count", file(t, "", "01 04 0261"+marker), 0, envelope.BlockSize},
		{"a negative size", file(t, "", "02 01"), 0, envelope.BlockSize},
		{"a size over the limit", file(t, "", "02 feffffff0f"), 0, envelope.ContainerLimit},
		{"fewer data than counted", file(t, "", "04 04 0261"+marker), 1, envelope.Truncated},
		{"more data than counted", file(t, "", "02 08 02610262"+marker), 1, envelope.BlockSize},
		{"a datum that is none", file(t, "", "04 08 026102ff"+marker), 1, envelope.InvalidUTF8},
		{"not deflated", file(t, codec("deflate"), "02 04 0261"+marker), 0, envelope.ContainerFormat},
		{"bytes behind the deflated", file(t, codec("deflate"), "02 "+sized(deflated([]byte("\x02a"))+"00")+marker), 0, envelope.BlockSize},
		{"a bomb", file(t, codec("deflate"), "02 "+sized(deflated(make([]byte, 1<<20)))+marker), 0, envelope.ContainerLimit},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			data, err := readContainer(t, bytes.NewReader(tt.file), 1<<16)
			var bad *envelope.Error
			if !errors.As(err, &bad) || bad.Code != tt.want || len(data) != tt.read {
				t.Errorf("%d data and %v, want %d and %s", len(data), err, tt.read, tt.want)
			}
		})
	}
}

// Data without bytes have a bound in the file, and one behind which nothing is known is not read as the end.
func TestContainerOfNothing(t *testing.T) {
	t.Parallel()
	whole := writeContainer(t, `"null"`, [][]byte{nil, nil})
	if data, err := readContainer(t, bytes.NewReader(whole), 0); err != nil || len(data) != 2 {
		t.Errorf("%d data, %v", len(data), err)
	}
	text := hex.EncodeToString([]byte("avro.schema")) + "0c" + hex.EncodeToString([]byte(`"null"`))
	many := bin(t, "4f626a01 02 16"+text+"00"+marker+"feffffffffffffff01 00"+marker)
	data, err := readContainer(t, bytes.NewReader(many), 0)
	var bad *envelope.Error
	if !errors.As(err, &bad) || bad.Code != envelope.TooManyItems || len(data) != envelope.DefaultLimits.Free {
		t.Errorf("%d data, %v", len(data), err)
	}
}

// The reader's own errors come through, and who has seen enough is left alone.
func TestContainerEnds(t *testing.T) {
	t.Parallel()
	raw := file(t, "", "04 08 02610262"+marker)
	broken := errors.New("the disk is broken")
	if _, err := readContainer(t, io.MultiReader(bytes.NewReader(raw), iotest.ErrReader(broken)), 0); !errors.Is(err, broken) {
		t.Errorf("error %v, want the reader's", err)
	}
	c, err := envelope.NewContainer(t.Context(), bytes.NewReader(raw), 0)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for d, err := range c.Data() {
		got = append(got, string(d))
		if err != nil || len(got) == 1 {
			break
		}
	}
	if diff := cmp.Diff([]string{"\x02a"}, got); diff != "" {
		t.Errorf("data (-want +got):\n%s", diff)
	}
}

// Next finds a datum's end, whatever follows, exactly where Clean takes it alone.
func TestNext(t *testing.T) {
	t.Parallel()
	source := avrotest.Seeded(7)
	for range 3000 {
		writer, text, messages := drawMessages(t, source, false)
		p := envelope.CompileWithin(writer, envelope.Limits{Depth: 100, Free: 1000})
		for _, data := range messages {
			n, ok := p.Next(append(bytes.Clone(data), 0x7f, 0xff))
			switch {
			case ok && !p.Clean(append(bytes.Clone(data), 0x7f, 0xff)[:n]):
				t.Fatalf("%s: the %d bytes found in %x are not clean", text, n, data)
			case p.Clean(data) && (!ok || n != len(data)):
				t.Fatalf("%s: found %d, %v in %x, which is clean", text, n, ok, data)
			}
		}
	}
}

func FuzzContainer(f *testing.F) {
	f.Add(file(f, "", "04 08 02610262"+marker))
	f.Add(file(f, codec("deflate"), "02 "+sized(deflated([]byte("\x02a")))+marker))
	f.Add(writeContainer(f, `{"type":"record","name":"R","fields":[{"name":"a","type":["null","long"]},{"name":"b","type":{"type":"map","values":"string"}}]}`,
		[][]byte{{0, 0}, {2, 3, 2, 2, 'k', 2, 'v', 0}}))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := envelope.NewContainer(t.Context(), bytes.NewReader(data), 1<<16)
		if err != nil {
			return
		}
		p := envelope.Compile(c.Schema())
		for d, err := range c.Data() {
			if err == nil && !p.Clean(d) {
				t.Fatalf("%x was read and is not clean", d)
			}
		}
	})
}
