package avro_test

import (
	"errors"
	"fmt"
	"testing"

	hamba "github.com/hamba/avro/v2"
	twmb "github.com/twmb/avro"
	"pgregory.net/rapid"

	envelope "github.com/treatyhq/treaty/envelope/avro"
	"github.com/treatyhq/treaty/envelope/avro/avrotest"
)

func twmbResolve(reader, writer string, data []byte) (v any, static bool, err error) {
	defer recovered(&err)
	w, err := twmb.Parse(writer)
	if err != nil {
		return nil, true, err
	}
	r, err := twmb.Parse(reader)
	if err != nil {
		return nil, true, err
	}
	resolved, err := twmb.Resolve(w, r)
	if err != nil {
		return nil, true, err
	}
	rest, err := resolved.Decode(data, &v, twmb.TaggedUnions())
	if err != nil {
		return nil, false, err
	}
	if len(rest) > 0 {
		return nil, false, fmt.Errorf("%d bytes are left", len(rest))
	}
	return v, false, nil
}

func hambaDecode(text string, data []byte) (v any, err error) {
	defer recovered(&err)
	s, err := hamba.ParseBytesWithCache([]byte(text), "", &hamba.SchemaCache{})
	if err != nil {
		return nil, err
	}
	err = hamba.Unmarshal(s, data, &v)
	return v, err
}

func recovered(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("panic: %v", r)
	}
}

// TestSecondOpinionOnDecoding compares with hamba, on bytes that this package made.
func TestSecondOpinionOnDecoding(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := drawSchema(t, true)
		writer := parse(t, text)
		d := avrotest.Datum(t, writer)
		data := encode(t, writer, d)
		got, err := hambaDecode(text, data)
		if err != nil || !avrotest.Stands(writer.Node, d, got) {
			t.Fatalf("%s\n%x: ours %#v, hamba's %#v, %v", text, data, d, got, err)
		}
	})
}

// TestSecondOpinionOnResolution compares with twmb. It refuses pairs of schemas, not messages, so it has no opinion on a
// message that can be read although another could not.
func TestSecondOpinionOnResolution(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r, w := drawEvolution(t, true)
		reader, writer := parse(t, r), parse(t, w)
		data := encode(t, writer, avrotest.Datum(t, writer))
		theirs, static, theirErr := twmbResolve(r, w, data)
		if static {
			return
		}
		ours, err := envelope.Resolve(reader, writer, data, envelope.Options{})
		switch {
		case theirErr == nil && err == nil && avrotest.Stands(reader.Node, ours, theirs):
		case theirErr != nil && err != nil:
		case code(err) == envelope.InvalidUTF8: // it makes strings of any bytes
		case theirErr == nil && code(err) == envelope.MissingField: // it puts null in for unions that begin with it
		default:
			t.Fatalf("reader %s\nwriter %s\n%x: ours %#v, %v; twmb's %#v, %v", r, w, data, ours, err, theirs, theirErr)
		}
	})
}

func code(err error) envelope.Code {
	var e *envelope.Error
	errors.As(err, &e)
	if e == nil {
		return ""
	}
	return e.Code
}
