package avro

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestStringsSurvivePrinting(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		printed := string(appendString(nil, s))
		if got := unescape(printed[1 : len(printed)-1]); got != s {
			t.Fatalf("%q became %s became %q", s, printed, got)
		}
		var got string
		if err := json.Unmarshal([]byte(printed), &got); err != nil || got != s {
			t.Fatalf("encoding/json reads %s as %q, %v", printed, got, err)
		}
	})
}

func TestCompareUTF16(t *testing.T) {
	t.Parallel()
	runes := rapid.SliceOfN(rapid.SampledFrom([]rune("a\u00e9\ud7ff\ue000\uffff\U00010000\U0010ffff")), 0, 4)
	rapid.Check(t, func(t *rapid.T) {
		a, b := runes.Draw(t, "a"), runes.Draw(t, "b")
		want := slices.Compare(utf16.Encode(a), utf16.Encode(b))
		if got := compareUTF16(string(a), string(b)); cmp.Compare(got, 0) != want {
			t.Fatalf("compareUTF16(%q, %q) = %d, want %d", string(a), string(b), got, want)
		}
	})
}

// TestScanAgreesOnJSON compares what is JSON with encoding/json, but for what scan refuses beyond it.
func TestScanAgreesOnJSON(t *testing.T) {
	t.Parallel()
	pieces := rapid.SliceOfN(rapid.SampledFrom(strings.Split("{ } [ ] , : \"a\" \"b\" \"\\n\" \"\\u00e9\" \"\\x\" 0 -0 01 1.5 1. .5 1e9 1E+ -1e-2 - true false null nul \x01 \t é \" \\", " ")), 0, 12)
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(pieces.Draw(t, "pieces"), rapid.SampledFrom([]string{"", " "}).Draw(t, "space"))
		_, err := scan(context.Background(), text, 200, nil)
		valid := json.Valid([]byte(text)) && utf8.ValidString(text)
		if err != nil && strings.Contains(err.Error(), "stands twice") {
			return
		}
		if (err == nil) != valid {
			t.Fatalf("scan(%q) = %v; encoding/json says valid is %t", text, err, valid)
		}
	})
}
