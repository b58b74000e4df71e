package token_test

import (
	"encoding/json"
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/treatyhq/treaty/envelope/token"
)

func TestInt(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		bits int
		want int64
		fit  token.Fit
	}{
		{"0", 64, 0, token.Fits},
		{"-0", 64, 0, token.Fits},
		{"1.0", 32, 1, token.Fits},
		{"1e3", 32, 1000, token.Fits},
		{"1E+3", 32, 1000, token.Fits},
		{"1.5e1", 32, 15, token.Fits},
		{"100e-2", 32, 1, token.Fits},
		{"10.00e-1", 32, 1, token.Fits},
		{"0.001e3", 32, 1, token.Fits},
		{"0e999999999999999999999999", 32, 0, token.Fits},
		{"0.000e-999999999999999999999999", 32, 0, token.Fits},
		{"9007199254740993", 64, 9007199254740993, token.Fits},
		{"9.007199254740993e15", 64, 9007199254740993, token.Fits},
		{"9223372036854775807", 64, math.MaxInt64, token.Fits},
		{"9223372036854775808", 64, 0, token.OutOfRange},
		{"-9223372036854775808", 64, math.MinInt64, token.Fits},
		{"-9.223372036854775808e18", 64, math.MinInt64, token.Fits},
		{"-9223372036854775809", 64, 0, token.OutOfRange},
		{"2147483647", 32, math.MaxInt32, token.Fits},
		{"2147483648", 32, 0, token.OutOfRange},
		{"-2147483648", 32, math.MinInt32, token.Fits},
		{"-2147483649", 32, 0, token.OutOfRange},
		{"18446744073709551616", 64, 0, token.OutOfRange},
		{"99999999999999999999999999999999999999", 64, 0, token.OutOfRange},
		{"1e19", 64, 0, token.OutOfRange},
		{"1e999999999999999999999999", 64, 0, token.OutOfRange},
		{"1.5", 64, 0, token.Fractional},
		{"1e-1", 64, 0, token.Fractional},
		{"1e-999999999999999999999999", 64, 0, token.Fractional},
		{"99999999999999999999999999.5", 64, 0, token.Fractional},
		{"", 64, 0, token.NotNumber},
		{"+1", 64, 0, token.NotNumber},
		{"01", 64, 0, token.NotNumber},
		{"1_000", 64, 0, token.NotNumber},
		{" 1", 64, 0, token.NotNumber},
		{"0x1", 64, 0, token.NotNumber},
		{"1.", 64, 0, token.NotNumber},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			if got, fit := token.Int([]byte(tt.text), tt.bits); got != tt.want || fit != tt.fit {
				t.Errorf("Int(%s, %d) is %d, %d, want %d, %d", tt.text, tt.bits, got, fit, tt.want, tt.fit)
			}
		})
	}
}

func TestUint(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		bits int
		want uint64
		fit  token.Fit
	}{
		{"-0", 64, 0, token.Fits},
		{"-1", 64, 0, token.OutOfRange},
		{"18446744073709551615", 64, math.MaxUint64, token.Fits},
		{"1.8446744073709551615e19", 64, math.MaxUint64, token.Fits},
		{"18446744073709551616", 64, 0, token.OutOfRange},
		{"4294967295", 32, math.MaxUint32, token.Fits},
		{"4294967296", 32, 0, token.OutOfRange},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			if got, fit := token.Uint([]byte(tt.text), tt.bits); got != tt.want || fit != tt.fit {
				t.Errorf("Uint(%s, %d) is %d, %d, want %d, %d", tt.text, tt.bits, got, fit, tt.want, tt.fit)
			}
		})
	}
}

// literal draws numbers as JSON writes them, many of them whole and near the limits.
func literal(t *rapid.T) string {
	text := rapid.StringMatching(`-?(0|[1-9][0-9]{0,25})(\.[0-9]{1,25})?([eE][+-]?[0-9]{1,2})?`).Draw(t, "literal")
	if rapid.Bool().Draw(t, "limit") {
		text = rapid.SampledFrom([]string{"9223372036854775807", "-9223372036854775808", "18446744073709551615", "2147483647"}).Draw(t, "at")
		point := rapid.IntRange(1, len(text)-1).Draw(t, "point")
		if text[point-1] != '-' {
			text = text[:point] + "." + text[point:] + strings.Repeat("0", rapid.IntRange(0, 3).Draw(t, "zeros")) + "e" + strconv.Itoa(len(text)-point)
		}
	}
	return text
}

// A whole number is what arithmetic without limits says it is.
func TestWholeIsExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := literal(t)
		exact, ok := new(big.Rat).SetString(text)
		if !ok {
			t.Fatalf("%s is no number", text)
		}
		want := token.Fits
		switch {
		case !exact.IsInt():
			want = token.Fractional
		case !exact.Num().IsInt64():
			want = token.OutOfRange
		}
		got, fit := token.Int([]byte(text), 64)
		if fit != want || fit == token.Fits && got != exact.Num().Int64() {
			t.Fatalf("Int(%s) is %d, %d, want %s, %d", text, got, fit, exact, want)
		}
	})
}

func TestFloat(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		bits int
		want float64
		fit  token.Fit
	}{
		{"0.1", 64, 0.1, token.Fits},
		{"0.1", 32, float64(float32(0.1)), token.Fits},
		{"1.7976931348623157e308", 64, math.MaxFloat64, token.Fits},
		{"1e400", 64, 0, token.OutOfRange},
		{"-1e400", 64, 0, token.OutOfRange},
		{"1e-400", 64, 0, token.Fits},
		{"3.4028235e38", 32, math.MaxFloat32, token.Fits},
		{"3.5e38", 32, 0, token.OutOfRange},
		{"NaN", 64, 0, token.NotNumber},
		{"Inf", 64, 0, token.NotNumber},
		{"0x1p3", 64, 0, token.NotNumber},
		{"1_0", 64, 0, token.NotNumber},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			if got, fit := token.Float([]byte(tt.text), tt.bits); got != tt.want || fit != tt.fit {
				t.Errorf("Float(%s, %d) is %v, %d, want %v, %d", tt.text, tt.bits, got, fit, tt.want, tt.fit)
			}
		})
	}
}

func TestNamedFloat(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"NaN", "Infinity", "-Infinity"} {
		got, ok := token.NamedFloat([]byte(text))
		if back := string(token.AppendFloat(nil, got, 64)); !ok || back != strconv.Quote(text) {
			t.Errorf("NamedFloat(%s) is %v, %v and written as %s", text, got, ok, back)
		}
	}
	for _, text := range []string{"nan", "Inf", "+Infinity", "INF", ""} {
		if got, ok := token.NamedFloat([]byte(text)); ok {
			t.Errorf("NamedFloat(%q) is %v, want none", text, got)
		}
	}
}

// A float reads back as it was, and is written as encoding/json writes it.
func TestAppendFloat(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		bits := rapid.SampledFrom([]int{32, 64}).Draw(t, "bits")
		f := math.Float64frombits(rapid.Uint64().Draw(t, "float"))
		var peer any = f
		if bits == 32 {
			f = float64(math.Float32frombits(rapid.Uint32().Draw(t, "float32")))
			peer = float32(f)
		}
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return
		}
		text := token.AppendFloat(nil, f, bits)
		back, fit := token.Float(text, bits)
		if fit != token.Fits || math.Float64bits(back) != math.Float64bits(f) {
			t.Fatalf("%v is written as %s and read as %v, %d", f, text, back, fit)
		}
		if want, err := json.Marshal(peer); err != nil || string(want) != string(text) {
			t.Fatalf("%v is written as %s, by encoding/json as %s, %v", f, text, want, err)
		}
	})
}

func TestAppendSafeInt(t *testing.T) {
	t.Parallel()
	tests := []struct {
		n    int64
		want string
	}{
		{0, "0"},
		{-7, "-7"},
		{1 << 53, "9007199254740992"},
		{1<<53 + 1, `"9007199254740993"`},
		{-1 << 53, "-9007199254740992"},
		{-1<<53 - 1, `"-9007199254740993"`},
		{math.MinInt64, `"-9223372036854775808"`},
	}
	for _, tt := range tests {
		if got := string(token.AppendSafeInt(nil, tt.n)); got != tt.want {
			t.Errorf("AppendSafeInt(%d) is %s, want %s", tt.n, got, tt.want)
		}
	}
}
