package eventlog

import (
	"strings"
	"testing"
)

func TestDigestText(t *testing.T) {
	t.Parallel()
	text := "0a" + strings.Repeat("00", 30) + "ff"
	want := Digest{0: 0x0a, 31: 0xff}
	var got Digest
	if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
		t.Errorf("got %v and %v, want %v", got, err, want)
	}
	if want.String() != text {
		t.Errorf("String() = %s, want %s", want, text)
	}
	for _, bad := range []string{"", text[2:], text + "00", "zz" + text[2:]} {
		if err := got.UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}
