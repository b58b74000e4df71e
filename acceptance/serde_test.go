//go:build cgo

package acceptance

import (
	"testing"

	"github.com/confluentinc/confluent-kafka-go/v2/schemaregistry/serde"
	"github.com/confluentinc/confluent-kafka-go/v2/schemaregistry/serde/avrov2"
	"github.com/confluentinc/confluent-kafka-go/v2/schemaregistry/serde/protobuf"
	"github.com/confluentinc/confluent-kafka-go/v2/schemaregistry/test"
	"google.golang.org/protobuf/proto"
)

// user is what the Avro serializer derives a schema from.
type user struct {
	ID   int64  `avro:"id"`
	Mail string `avro:"mail"`
}

// TestAvroSerializer registers by serializing, and reads the message back with the schema that its ID names.
func TestAvroSerializer(t *testing.T) {
	t.Parallel()
	c := start(t)
	serializer, err := avrov2.NewSerializer(c, serde.ValueSerde, avrov2.NewSerializerConfig())
	if err != nil {
		t.Fatal(err)
	}
	want := user{ID: 7, Mail: "ada@example.org"}
	message, err := serializer.Serialize("users", &want)
	if err != nil {
		t.Fatal(err)
	}
	if latest, err := c.GetLatestSchemaMetadata("users-value"); err != nil || latest.ID != 1 {
		t.Errorf("registered %+v, %v, want ID 1", latest, err)
	}
	deserializer, err := avrov2.NewDeserializer(c, serde.ValueSerde, avrov2.NewDeserializerConfig())
	if err != nil {
		t.Fatal(err)
	}
	var got user
	if err := deserializer.DeserializeInto("users", message, &got); err != nil || got != want {
		t.Errorf("read %+v, %v, want %+v", got, err, want)
	}
}

// TestProtobufSerializer registers a file with the file that it imports, each as a subject of its own.
func TestProtobufSerializer(t *testing.T) {
	t.Parallel()
	c := start(t)
	serializer, err := protobuf.NewSerializer(c, serde.ValueSerde, protobuf.NewSerializerConfig())
	if err != nil {
		t.Fatal(err)
	}
	want := &test.DependencyMessage{IsActive: true, TestMesssage: &test.TestMessage{TestString: "hi", TestInt64: 12}}
	message, err := serializer.Serialize("deps", want)
	if err != nil {
		t.Fatal(err)
	}
	deserializer, err := protobuf.NewDeserializer(c, serde.ValueSerde, protobuf.NewDeserializerConfig())
	if err != nil {
		t.Fatal(err)
	}
	if err := deserializer.ProtoRegistry.RegisterMessage(want.ProtoReflect().Type()); err != nil {
		t.Fatal(err)
	}
	got, err := deserializer.Deserialize("deps", message)
	if err != nil {
		t.Fatal(err)
	}
	if read, ok := got.(proto.Message); !ok || !proto.Equal(read, want) {
		t.Errorf("read %v, want %v", got, want)
	}
	latest, err := c.GetLatestSchemaMetadata("deps-value")
	if err != nil || len(latest.References) == 0 {
		t.Errorf("registered %+v, %v, want references", latest, err)
	}
}
