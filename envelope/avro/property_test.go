package avro_test

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	envelope "github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/envelope/avro/avrotest"
	"github.com/treatyhq/treaty/schema/avro"
)

func encode(t *rapid.T, use use, d envelope.Datum) []byte {
	t.Helper()
	data, err := envelope.Encode(use, d)
	if err != nil {
		t.Fatalf("encode %#v: %v", d, err)
	}
	return data
}

func TestDecodeOfEncodeIsIdentity(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := drawSchema(t, false)
		writer := parse(t, text)
		d := avrotest.Datum(t, writer)
		data := encode(t, writer, d)
		got, err := envelope.Decode(writer, data)
		if err != nil || !envelope.Equal(d, got) {
			t.Fatalf("%s\n%x: want %#v, got %#v, %v", text, data, d, got, err)
		}
		if got, err = envelope.Resolve(writer, writer, data, envelope.Options{}); err != nil || !envelope.Equal(d, got) {
			t.Fatalf("%s\n%x resolved with itself: want %#v, got %#v, %v", text, data, d, got, err)
		}
		if printed := envelope.AppendJSON(nil, writer, d); !json.Valid(printed) {
			t.Fatalf("%s\nprinted as %s, which is not JSON", text, printed)
		}
	})
}

// TestDamagedMessages changes, cuts and lengthens messages: what still passes is another message.
func TestDamagedMessages(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := drawSchema(t, false)
		writer := parse(t, text)
		whole := encode(t, writer, avrotest.Datum(t, writer))
		data := append([]byte{}, whole...)
		switch rapid.IntRange(0, 2).Draw(t, "damage") {
		case 0:
			data = data[:rapid.IntRange(0, len(data)).Draw(t, "length")]
		case 1:
			data = append(data, rapid.SliceOfN(rapid.Byte(), 1, 3).Draw(t, "more")...)
		default:
			for range rapid.IntRange(1, 3).Draw(t, "changes") {
				if len(data) > 0 {
					data[rapid.IntRange(0, len(data)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
				}
			}
		}
		d, err := envelope.Decode(writer, data)
		if err != nil {
			return
		}
		if len(data) != len(whole) && len(encode(t, writer, d)) == len(whole) && envelope.Equal(d, must(envelope.Decode(writer, whole))) {
			t.Fatalf("%s\n%x was cut or lengthened to %x and is read as the same", text, whole, data)
		}
		again, err := envelope.Decode(writer, encode(t, writer, d))
		if err != nil || !envelope.Equal(d, again) {
			t.Fatalf("%s\n%x: decoded %#v, which comes back as %#v, %v", text, data, d, again, err)
		}
	})
}

// TestResolvedDataFitTheReader holds whatever resolution makes to the reader's schema, and failures to be there exactly
// where it fails.
func TestResolvedDataFitTheReader(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		reader, writer, texts := drawParsed(t, false)
		data := encode(t, writer, avrotest.Datum(t, writer))
		for _, resolution := range []avro.Resolution{avro.Practice, avro.Specification} {
			opts := envelope.Options{Resolution: resolution}
			d, err := envelope.Resolve(reader, writer, data, opts)
			failures := envelope.Failures(reader, writer, data, opts)
			if err == nil {
				encode(t, reader, d)
			}
			if (err == nil) != (len(failures) == 0) || err != nil && err.Error() != failures[0].Error() {
				t.Fatalf("%s\n%x: resolved with %v, failures %v", texts, data, err, failures)
			}
		}
	})
}

// TestSmallestIsRead holds the builder to what it says: the smallest datum for a reader is one that it reads, and if it
// has none, then no drawn datum is read. Drawn data are no values of logical types, which smallest ones are.
func TestSmallestIsRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		reader, writer, texts := drawParsed(t, true)
		drawn := encode(t, writer, avrotest.Datum(t, writer))
		_, drawnErr := envelope.Resolve(reader, writer, drawn, envelope.Options{})
		d, err := envelope.NewBuilderFor(reader, writer, avro.Practice).Smallest()
		switch {
		case err != nil && drawnErr == nil:
			t.Fatalf("%s\n%x is read, but: %v", texts, drawn, err)
		case err == nil:
			data := encode(t, writer, d)
			if _, err := envelope.Resolve(reader, writer, data, envelope.Options{}); err != nil {
				t.Fatalf("%s\nthe smallest %x is not read: %v", texts, data, err)
			}
			if drawnErr == nil && len(data) > len(drawn)+5 {
				t.Fatalf("%s\nthe smallest has %d bytes, another %d", texts, len(data), len(drawn))
			}
		}
	})
}

func must(d envelope.Datum, err error) envelope.Datum {
	if err != nil {
		panic(err)
	}
	return d
}
