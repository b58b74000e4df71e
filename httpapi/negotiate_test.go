package httpapi

import "testing"

func TestAccepted(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		header []string
		want   string // empty: none
	}{
		{"no header", nil, mediaV1},
		{"everything", []string{"*/*"}, mediaV1},
		{"our own", []string{mediaV1}, mediaV1},
		{"JSON alone", []string{"application/json"}, mediaJSON},
		{"any case", []string{"Application/JSON; Q=1"}, mediaJSON},
		{"our weights decide", []string{"application/json, application/vnd.schemaregistry+json"}, mediaVendor},
		{"the client's weights decide", []string{"application/json, " + mediaV1 + ";q=0.1"}, mediaJSON},
		{"two headers", []string{"text/html", "application/json"}, mediaJSON},
		{"the most specific range decides", []string{"application/*;q=0.9, " + mediaV1 + ";q=0"}, mediaVendor},
		{"refused by weight", []string{"*/*;q=0"}, ""},
		{"something else", []string{"text/csv"}, ""},
		{"java.net", []string{"text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"}, mediaV1},
		{"other parameters", []string{"application/json;charset=utf-8;qs=0.5"}, mediaJSON},
		{"malformed alone", []string{"json", ";q=1", "application/json;q=high"}, mediaV1},
		{"malformed and not", []string{"json, text/csv"}, ""},
		{"empty", []string{""}, mediaV1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := ""
			if p := accepted(tt.header); p != nil {
				got = p.name
			}
			if got != tt.want {
				t.Errorf("accepted(%q) = %q, want %q", tt.header, got, tt.want)
			}
		})
	}
}
