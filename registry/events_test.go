package registry

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/envelope"
	envevent "github.com/treatyhq/treaty/envelope/event"
	"github.com/treatyhq/treaty/registry/eventlog"
	"github.com/treatyhq/treaty/schema"
)

var (
	digestA = eventlog.Digest{0xa}
	hexA    = "0a" + strings.Repeat("00", 31)
	yes     = true
)

// The forms are for good: a log that was written with them is read for ever.
func TestEventForms(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		ev      event
		kind    string
		version int
		data    string
	}{
		{"log created", &logCreated{1, []byte{1, 2, 3}}, "log.created", 1, `{"level":1,"key":"AQID"}`},
		{"level raised", &levelRaised{1}, "level.raised", 1, `{"level":1}`},
		{
			"registered", &schemaRegistered{
				scope: scope{".", "orders"}, Version: 3, ID: 7, GUID: schema.GUID{1}, Type: schema.Avro, Size: 12, Text: digestA,
			}, "schema.registered", 1,
			`{"context":".","subject":"orders","version":3,"id":7,"guid":"01000000-0000-0000-0000-000000000000",` +
				`"type":"AVRO","size":12,"text":"` + hexA + `"}`,
		},
		{
			"registered with everything", &schemaRegistered{
				scope: scope{".a", `q"\` + "\u00e9\t"}, Version: 1, ID: 0, Type: schema.Protobuf, Text: digestA, Source: digestA,
				References: []schema.Reference{{Name: "a.proto", Subject: "a", Version: 1}, {Name: "b", Subject: "b", Version: 2}},
				Metadata:   digestA, RuleSet: digestA,
			}, "schema.registered", 1,
			`{"context":".a","subject":"q\"\\` + "\u00e9" + `\u0009","version":1,"id":0,"guid":"00000000-0000-0000-0000-000000000000",` +
				`"type":"PROTOBUF","size":0,"text":"` + hexA + `","source":"` + hexA + `",` +
				`"references":[{"name":"a.proto","subject":"a","version":1},{"name":"b","subject":"b","version":2}],` +
				`"metadata":"` + hexA + `","ruleSet":"` + hexA + `"}`,
		},
		{"deleted", &versionsDeleted{scope{".", "s"}, []int{1, 2}}, "versions.deleted", 1, `{"context":".","subject":"s","versions":[1,2]}`},
		{"erased", &versionsErased{scope{".", "s"}, []int{1}}, "versions.erased", 1, `{"context":".","subject":"s","versions":[1]}`},
		{
			"config set", &configSet{
				scope: scope{".", ""}, Alias: "a", AliasForDeks: "d", Normalize: &yes, ValidateFields: new(bool), Level: compat.Full,
				Policy: "STRICT", Group: "major", DefaultMetadata: digestA, Policies: &compat.Policies{"logicalTypes", "names"},
			}, "config.set", 2,
			`{"context":".","subject":"","alias":"a","aliasForDeks":"d","normalize":true,"validateFields":false,` +
				`"compatibilityLevel":"FULL","compatibilityPolicy":"STRICT","compatibilityGroup":"major","defaultMetadata":"` + hexA + `",` +
				`"policies":["logicalTypes","names"]}`,
		},
		{
			"config set to no policies", &configSet{scope: scope{".", "s"}, Policies: &compat.Policies{}}, "config.set", 2,
			`{"context":".","subject":"s","policies":[]}`,
		},
		{"config cleared", &configCleared{scope{".", "s"}}, "config.cleared", 1, `{"context":".","subject":"s"}`},
		{"mode set", &modeSet{scope{".", "s"}, Import}, "mode.set", 1, `{"context":".","subject":"s","mode":"IMPORT"}`},
		{"mode cleared", &modeCleared{scope{".", "s"}}, "mode.cleared", 1, `{"context":".","subject":"s"}`},
		{"context deleted", &contextDeleted{".a"}, "context.deleted", 1, `{"context":".a"}`},
		{"label set", &labelSet{scope{".", "s"}, 3, "1.0"}, "label.set", 1, `{"context":".","subject":"s","version":3,"label":"1.0"}`},
		{"label cleared", &labelCleared{scope{".", "s"}, "1.0"}, "label.cleared", 1, `{"context":".","subject":"s","label":"1.0"}`},
		{
			"alias set", &aliasSet{".a", envelope.ConfluentID, "7", ":.:s", 3}, "alias.set", 1,
			`{"context":".a","system":"confluent","externalId":"7","subject":":.:s","version":3}`,
		},
		{
			"alias cleared", &aliasCleared{".", envelope.ApicurioGlobal, "7"}, "alias.cleared", 1,
			`{"context":".","system":"apicurio-global","externalId":"7"}`,
		},
		{
			"type set", &typeSet{".", "com.example.Placed", envevent.Settings{
				Subject: "s", IDFormat: envevent.UUIDv7, TypeFormat: `com\..*`, TimeFormat: envevent.RFC3339, MaxFuture: "1h", MaxPast: "7d", RequireSource: true,
			}}, "type.set", 1,
			`{"context":".","type":"com.example.Placed","subject":"s","idFormat":"uuidv7","typeFormat":"com\\..*",` +
				`"timeFormat":"rfc3339","maxFuture":"1h","maxPast":"7d","requireSource":true}`,
		},
		{"type cleared", &typeCleared{".", "t"}, "type.cleared", 1, `{"context":".","type":"t"}`},
	}
	covered := map[string]bool{}
	for _, tt := range tests {
		covered[tt.kind] = true
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := kinds.encode(tt.ev, binaryLevel)
			if err != nil {
				t.Fatal(err)
			}
			want := eventlog.Event{Kind: tt.kind, Version: tt.version, Data: json.RawMessage(tt.data)}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("encode: -want +got:\n%s", diff)
			}
			back, err := kinds.decode(eventlog.Record{Event: got})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.ev, back, cmp.AllowUnexported(schemaRegistered{}, versionsDeleted{}, versionsErased{},
				configSet{}, configCleared{}, modeSet{}, modeCleared{}, labelSet{}, labelCleared{})); diff != "" {
				t.Errorf("decode: -want +got:\n%s", diff)
			}
		})
	}
	for kind, form := range kinds {
		first, last := form.levels[0], form.levels[len(form.levels)-1]
		if !covered[kind] || first < 1 || last > binaryLevel || !slices.IsSorted(form.levels) || len(form.upcasts) != len(form.levels)-1 {
			t.Errorf("%s: in the table %t, levels %v, %d upcasts", kind, covered[kind], form.levels, len(form.upcasts))
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		kind    string
		version int
		data    string
		want    string
	}{
		{"unknown kind", "schema.eaten", 1, `{}`, `event 9: unknown kind "schema.eaten"`},
		{"unknown version", "mode.set", 2, `{}`, `event 9: unknown version 2 of mode.set`},
		{"no JSON", "mode.set", 1, `{`, `event 9: mode.set: unexpected end of JSON input`},
		{"cut off", "schema.registered", 1, `{"context":"."`, `event 9: schema.registered: at byte 14: ',' or '}' expected`},
		{"unknown member", "schema.registered", 1, `{"colour":1}`, `event 9: schema.registered: at byte 10: unknown member "colour"`},
		{"short digest", "schema.registered", 1, `{"text":"0a"}`, `event 9: schema.registered: at byte 12: 64 hexadecimal digits expected`},
		{"no number", "schema.registered", 1, `{"id":"1"}`, `event 9: schema.registered: at byte 6: number expected`},
		{"more behind", "schema.registered", 1, `{} {}`, `event 9: schema.registered: at byte 3: more behind the object`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rec := eventlog.Record{Seq: 9, Event: eventlog.Event{Kind: tt.kind, Version: tt.version, Data: json.RawMessage(tt.data)}}
			_, err := kinds.decode(rec)
			if err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

// modeTurned is a kind of an imaginary release that has changed its form twice.
type modeTurned struct {
	scope
	Modes []Mode `json:"modes"`
}

func (*modeTurned) kind() string { return "mode.turned" }

func TestUpcasts(t *testing.T) {
	t.Parallel()
	replace := func(old, new string) func(json.RawMessage) (json.RawMessage, error) {
		return func(data json.RawMessage) (json.RawMessage, error) {
			return bytes.ReplaceAll(data, []byte(old), []byte(new)), nil
		}
	}
	later := codec{"mode.turned": {levels: []int{1, 1, 2}, decode: decodeInto[modeTurned], upcasts: map[int]func(json.RawMessage) (json.RawMessage, error){
		1: replace(`"m":"IMPORT"`, `"mode":"IMPORT"`),
		2: replace(`"mode":"IMPORT"`, `"modes":["IMPORT"]`),
	}}}
	want := &modeTurned{scope{".", "s"}, []Mode{Import}}
	for version, data := range []string{1: `{"context":".","subject":"s","m":"IMPORT"}`, 2: `{"context":".","subject":"s","mode":"IMPORT"}`, 3: `{"context":".","subject":"s","modes":["IMPORT"]}`} {
		if version == 0 {
			continue
		}
		got, err := later.decode(eventlog.Record{Event: eventlog.Event{Kind: "mode.turned", Version: version, Data: json.RawMessage(data)}})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(event(want), got, cmp.AllowUnexported(modeTurned{})); diff != "" {
			t.Errorf("version %d: -want +got:\n%s", version, diff)
		}
	}
}

// A log of an earlier level gets the data that its readers know, and what was written so reads as it did.
func TestFormsOfEarlierLevels(t *testing.T) {
	t.Parallel()
	want := &configSet{scope: scope{".", "s"}, Level: compat.Full}
	for level, version := range map[int]int{1: 1, policiesLevel: 2, policiesLevel + 1: 2} {
		e, err := kinds.encode(want, level)
		if err != nil || e.Version != version || string(e.Data) != `{"context":".","subject":"s","compatibilityLevel":"FULL"}` {
			t.Errorf("at level %d: version %d, %s, %v; want version %d", level, e.Version, e.Data, err, version)
		}
		got, err := kinds.decode(eventlog.Record{Event: e})
		if diff := cmp.Diff(event(want), got, cmp.AllowUnexported(configSet{})); diff != "" || err != nil {
			t.Errorf("version %d: %v; -want +got:\n%s", version, err, diff)
		}
	}
}

// The code for the common kind agrees with encoding/json, which the other kinds use.
func TestRegisteredAsJSON(t *testing.T) {
	t.Parallel()
	digest := rapid.Custom(func(t *rapid.T) (d eventlog.Digest) {
		copy(d[:], rapid.SliceOfN(rapid.Byte(), 0, 32).Draw(t, "bytes"))
		return d
	})
	rapid.Check(t, func(t *rapid.T) {
		e := &schemaRegistered{
			scope:   scope{rapid.StringMatching(`\.[a-z]*`).Draw(t, "context"), rapid.String().Draw(t, "subject")},
			Version: rapid.IntRange(1, 1<<31-1).Draw(t, "version"), ID: rapid.IntRange(0, 1<<31-1).Draw(t, "id"),
			Type: schema.Type(rapid.SampledFrom([]string{"AVRO", "PROTOBUF", "X"}).Draw(t, "type")),
			Size: rapid.IntRange(0, 1<<20).Draw(t, "size"), Text: digest.Draw(t, "text"), Source: digest.Draw(t, "source"),
			Metadata: digest.Draw(t, "metadata"),
		}
		for range rapid.IntRange(0, 2).Draw(t, "references") {
			e.References = append(e.References, schema.Reference{Name: rapid.String().Draw(t, "name"), Subject: rapid.String().Draw(t, "to"), Version: 1})
		}
		var byJSON, indented schemaRegistered
		ours := e.appendJSON(nil)
		if err := json.Unmarshal(ours, &byJSON); err != nil {
			t.Fatalf("encoding/json does not read %s: %v", ours, err)
		}
		if diff := cmp.Diff(e, &byJSON, cmp.AllowUnexported(schemaRegistered{})); diff != "" {
			t.Fatalf("encoded: -want +got:\n%s", diff)
		}
		theirs, err := json.MarshalIndent(e, "", "\t")
		if err != nil {
			t.Fatal(err)
		}
		back, err := decodeRegistered(theirs)
		if err != nil {
			t.Fatalf("decode %s: %v", theirs, err)
		}
		indented = *back.(*schemaRegistered)
		if diff := cmp.Diff(*e, indented, cmp.AllowUnexported(schemaRegistered{})); diff != "" {
			t.Fatalf("decoded: -want +got:\n%s", diff)
		}
	})
}

func FuzzDecodeRegistered(f *testing.F) {
	f.Add([]byte(`{"context":".","subject":"s","version":1,"id":1,"guid":"01000000-0000-0000-0000-000000000000","type":"AVRO","size":1,"text":"` + hexA + `"}`))
	f.Add([]byte(`{ "references" : [ {"name":"\u00e9"} ] }`))
	f.Fuzz(func(t *testing.T, data []byte) {
		ev, err := decodeRegistered(data)
		if err != nil {
			return
		}
		again, err := decodeRegistered(ev.(*schemaRegistered).appendJSON(nil))
		if err != nil {
			t.Fatalf("%q: %v", data, err)
		}
		if got, want := again.(*schemaRegistered).appendJSON(nil), ev.(*schemaRegistered).appendJSON(nil); !bytes.Equal(got, want) {
			t.Errorf("%q: %s, then %s", data, want, got)
		}
	})
}

func TestAppendStringIsJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
		var back string
		if err := json.Unmarshal(appendString(nil, s), &back); err != nil {
			t.Fatal(err)
		}
		if want := strings.ToValidUTF8(s, "\ufffd"); strings.ReplaceAll(back, "\ufffd", "") != strings.ReplaceAll(want, "\ufffd", "") {
			t.Fatalf("%q came back as %q", s, back)
		}
	})
}
