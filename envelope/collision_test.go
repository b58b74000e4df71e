package envelope_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/treatyhq/treaty/envelope"
	"github.com/treatyhq/treaty/schema"
)

// crowded is a shelf on which the IDs 48 to 57 and 97 to 102 are taken, whose bytes are those of hexadecimal digits: as
// many schemas as it needs, each of a fixed as long as what is left of an Azure ID, and an order behind it.
func crowded(t *testing.T) (shelf, map[int]envelope.Version) {
	s := newShelf(t)
	byID := map[int]envelope.Version{}
	for i := 0; ; i++ {
		v := s.add(fmt.Sprintf("crowd-%d", i), fmt.Sprintf(`{"type":"record","name":"C%d","fields":[
			{"name":"rest","type":{"type":"fixed","name":"F%d","size":31}},{"name":"id","type":"string"},{"name":"qty","type":"int"}]}`, i, i))
		if byID[v.ID] = v; v.ID > 'f' {
			return s, byID
		}
	}
}

// TestAzurePreambleAndConfluentIDs reads bytes that are both, for each first digit that an Azure ID can have. Neither is
// preferred, not even after messages that were only one of them.
func TestAzurePreambleAndConfluentIDs(t *testing.T) {
	t.Parallel()
	s, byID := crowded(t)
	c := newCodec(s.catalog)
	for _, digit := range []byte("0123456789abcdef") {
		external := string(digit) + azureID[1:]
		s.Alias(envelope.AzureID, external, s.order)
		plain := join(prefix(byID[int(digit)]), make([]byte, 31), orderBody)
		both := join(make([]byte, 4), []byte(external), orderBody)
		for _, tt := range []struct {
			payload []byte
			framing envelope.Framing
			want    string
		}{{plain, "", "clean"}, {both, "", "FRAME_AMBIGUOUS"}, {both, "confluent", "clean"}, {both, "azure", "clean"}, {both, "", "FRAME_AMBIGUOUS"}} {
			a, err := c.Validate(t.Context(), &envelope.Message{Payload: tt.payload, Framing: tt.framing})
			if err != nil || codes(a.Findings) != tt.want {
				t.Errorf("%x as %q: want %s, got %v, %v", tt.payload, tt.framing, tt.want, a.Findings, err)
			}
		}
		batch := c.Batch(envelope.Message{})
		if !batch.Clean(t.Context(), plain) || batch.Clean(t.Context(), both) {
			t.Errorf("a batch takes %x for one of the two", both)
		}
	}
}

// TestOneNumberOfTwoRegistries reads a message whose ID is one of ours and of an Apicurio registry: the same schema there is
// one reading, another one that fits is a second.
func TestOneNumberOfTwoRegistries(t *testing.T) {
	t.Parallel()
	const twin = `{"type":"record","name":"Twin","fields":[{"name":"orderId","type":"string"},{"name":"qty","type":"int"}]}`
	for _, tt := range []struct{ name, text, want string }{
		{"the same", orderText, "clean"},
		{"one that does not fit", otherText, "clean"},
		{"one that fits", twin, "FRAME_AMBIGUOUS"},
	} {
		s := newShelf(t)
		s.Alias(envelope.ApicurioContent, fmt.Sprint(s.order.ID), s.add("theirs", tt.text))
		c := newCodec(s.catalog)
		for range 2 { // what is remembered changes nothing
			a, err := c.Validate(t.Context(), &envelope.Message{Payload: join(prefix(s.order), orderBody)})
			if err != nil || codes(a.Findings) != tt.want {
				t.Errorf("%s: want %s, got %v, %v", tt.name, tt.want, a.Findings, err)
			}
		}
	}
}

// TestFirstBytesOfBareData declares nothing: what could be bare Protobuf, bare Avro or JSON by its first bytes is never taken
// for it.
func TestFirstBytesOfBareData(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	c := newCodec(s.catalog)
	for first := range 256 {
		for _, payload := range [][]byte{{byte(first)}, {byte(first), 1}, append([]byte{byte(first)}, "Obj{[ \n"...), append([]byte{byte(first)}, orderBody...)} {
			m := envelope.Message{Payload: payload, Subject: "order-value"}
			a, err := c.Validate(t.Context(), &m)
			if err != nil || len(a.Findings) == 0 || a.Schema != nil {
				t.Errorf("%x: %v, %v", payload, a, err)
			}
		}
	}
	for _, number := range []byte{0, 1, 2, 3, 4, 5, 6, 7} { // so a framing's magic is never a message of Protobuf
		m := envelope.Message{Payload: []byte{number, 0, 0, 0, 1, 0}, Subject: "many-value", Framing: envelope.None}
		if a, err := c.Validate(t.Context(), &m); err != nil || codes(a.Findings) != "PROTOBUF_TAG" {
			t.Errorf("%d: %v, %v", number, a.Findings, err)
		}
	}
}

// TestIndexesBesideEntriesOfMaps reads the indexes of the reference, which leaves out the entries of maps, and those beyond
// them of clients that count them: the compiler puts the entries first.
func TestIndexesBesideEntriesOfMaps(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	v := s.add("maps-value", `syntax = "proto3"; package maps; message M { map<string, int32> a = 1; message X { int32 x = 1; } map<string, int32> b = 2; message Y { int32 y = 1; } }`)
	for _, tt := range []struct{ index, want string }{
		{"040000", "maps.M.X"}, {"040002", "maps.M.Y"}, {"040006", "maps.M.Y"}, {"040004", "maps.M.X"}, {"040008", ""},
	} {
		m := envelope.Message{Payload: join(prefix(v), bin(tt.index), []byte{8, 1}), Framing: envelope.Confluent}
		a, err := newCodec(s.catalog).Validate(t.Context(), &m)
		got := ""
		if a.Schema != nil {
			got = a.Schema.Message
		}
		if err != nil || got != tt.want {
			t.Errorf("%s: want %q, got %q, %v, %v", tt.index, tt.want, got, a.Findings, err)
		}
	}
}

// TestReferenceAndIndex reads what Apicurio's serializer writes when it is told to send both.
func TestReferenceAndIndex(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	for _, tt := range []struct{ name, payload, want string }{
		{"the first", "00 0000004d 03 0a 01 41 00 0a 01 61", "clean"},
		{"the first, long", "00 0000004d 03 0a 01 41 0200 0a 01 61", "clean"},
		{"the second", "00 0000004d 03 0a 01 42 0202 0a 01 61", "clean"},
		{"an empty one", "00 0000004d 03 0a 01 41 00", "clean"},
		{"another", "00 0000004d 03 0a 01 42 00 0a 01 61", "PROTOBUF_TAG"},
	} {
		a, err := newCodec(s.catalog).Validate(t.Context(), &envelope.Message{Payload: bin(tt.payload), Framing: envelope.Apicurio})
		if err != nil || codes(a.Findings) != tt.want {
			t.Errorf("%s: want %s, got %v, %v", tt.name, tt.want, a.Findings, err)
		}
	}
}

// A halfSource is away when it is asked for names of one kind.
type halfSource struct {
	*catalog
	away envelope.NameKind
}

func (s halfSource) Version(ctx context.Context, n envelope.Name) (envelope.Version, error) {
	if n.Kind == s.away {
		return envelope.Version{}, errors.New("away")
	}
	return s.catalog.Version(ctx, n)
}

// TestReadingsThatNobodyCouldLookUp holds a message back whose second reading could not be looked up.
func TestReadingsThatNobodyCouldLookUp(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	payload := join(prefix(s.order), orderBody)
	a, err := envelope.New(halfSource{s.catalog, envelope.ByAlias}, envelope.Config{}).Validate(t.Context(), &envelope.Message{Payload: payload})
	if err != nil || codes(a.Findings) != "SCHEMA_UNAVAILABLE" || envelope.DispositionOf(a.Findings) != envelope.Retry {
		t.Errorf("away: %v, %v", a.Findings, err)
	}
}

// A namelessSource does not say the GUIDs of its versions.
type namelessSource struct{ *catalog }

func (s namelessSource) Version(ctx context.Context, n envelope.Name) (envelope.Version, error) {
	v, err := s.catalog.Version(ctx, n)
	v.GUID = schema.GUID{}
	return v, err
}

// TestConflictOfVersionsWithoutGUIDs tells versions apart that have no GUID.
func TestConflictOfVersionsWithoutGUIDs(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	s.add("order-value", firstText)
	m := envelope.Message{Payload: join(prefix(s.order), orderBody), Subject: "order-value", Version: "2"}
	a, err := envelope.New(namelessSource{s.catalog}, envelope.Config{}).Validate(t.Context(), &m)
	if err != nil || codes(a.Findings) != "SCHEMA_CONFLICT" {
		t.Errorf("got %v, %v", a.Findings, err)
	}
}
