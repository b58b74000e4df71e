package httpapi

import (
	"encoding/hex"
	"math/rand/v2"
	"net/http"
)

// requestIDHeader is X-Request-ID as net/http spells its keys.
const requestIDHeader = "X-Request-Id"

// requestID returns the ID of a request as a header value: the one that the client sent, if it sent exactly one, else a
// new one.
func requestID(r *http.Request) []string {
	if sent := r.Header[requestIDHeader]; len(sent) == 1 && sent[0] != "" {
		return sent
	}
	return []string{newRequestID()}
}

// newRequestID returns a random UUID, version 4. The runtime's generator needs no system call and no lock; nothing rests
// on an ID being secret.
func newRequestID() string {
	var raw [16]byte
	for half := range 2 {
		word := rand.Uint64()
		for i := range 8 {
			raw[half*8+i] = byte(word >> (8 * i))
		}
	}
	raw[6] = raw[6]&0x0f | 0x40
	raw[8] = raw[8]&0x3f | 0x80
	var text [36]byte
	hex.Encode(text[0:8], raw[0:4])
	text[8] = '-'
	hex.Encode(text[9:13], raw[4:6])
	text[13] = '-'
	hex.Encode(text[14:18], raw[6:8])
	text[18] = '-'
	hex.Encode(text[19:23], raw[8:10])
	text[23] = '-'
	hex.Encode(text[24:36], raw[10:16])
	return string(text[:])
}
