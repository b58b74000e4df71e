package token_test

import (
	"math"
	"strings"
	"testing"

	"github.com/treatyhq/treaty/envelope/token"
)

func TestAppend(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		got, want string
	}{
		{"a string", string(token.AppendString([]byte("x="), "a<b>&\u2028 \"é\"\\\x00\x1f\x7f\b\f\n\r\t")), `x="a<b>&` + "\u2028" + ` \"é\"\\\u0000\u001f` + "\x7f" + `\b\f\n\r\t"`},
		{"bytes that are no UTF-8", string(token.AppendString(nil, []byte("é\xff\"\xc3"))), `"é` + "\uFFFD" + `\"` + "\uFFFD" + `"`},
		{"Latin 1", string(token.AppendLatin1(nil, []byte("a\"\x00\x7f\x80\xe9\xff"))), `"a\"\u0000` + "\x7f\u0080éÿ" + `"`},
		{"an int", string(token.AppendInt(nil, math.MinInt64)), "-9223372036854775808"},
		{"zero", string(token.AppendFloat(nil, 0, 64)), "0"},
		{"minus zero", string(token.AppendFloat(nil, math.Copysign(0, -1), 64)), "-0"},
		{"a whole float", string(token.AppendFloat(nil, 1e20, 64)), "100000000000000000000"},
		{"a large float", string(token.AppendFloat(nil, 1e21, 64)), "1e+21"},
		{"a small float", string(token.AppendFloat(nil, 0.000001, 64)), "0.000001"},
		{"a smaller float", string(token.AppendFloat(nil, 0.0000001, 64)), "1e-7"},
		{"the smallest float", string(token.AppendFloat(nil, 5e-324, 64)), "5e-324"},
		{"a float of 32 bits", string(token.AppendFloat(nil, float64(float32(0.1)), 32)), "0.1"},
		{"no number", string(token.AppendFloat(nil, math.NaN(), 32)), `"NaN"`},
		{"infinity", string(token.AppendFloat(nil, math.Inf(1), 32)), `"Infinity"`},
		{"minus infinity", string(token.AppendFloat(nil, math.Inf(-1), 64)), `"-Infinity"`},
		{"a path", token.JoinPath("a[3]", "b"), "a[3].b"},
		{"a path from nothing", token.JoinPath("", "b"), "b"},
		{"a path to a name of two words", token.JoinPath("a", `b "c`), `a["b \"c"]`},
		{"a path to a long name", token.JoinPath("", strings.Repeat("é", 1000)), `["` + strings.Repeat("é", 50) + `…"]`},
		{"a path to a long name cut inside a character", token.JoinPath("", "x"+strings.Repeat("é", 1000)), `["x` + strings.Repeat("é", 49) + `…"]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.got != tt.want {
				t.Errorf("got %s, want %s", tt.got, tt.want)
			}
		})
	}
}
