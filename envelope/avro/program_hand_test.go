package avro_test

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// handClean is what a program does for orderEvent, written by hand: the same checks, the same tricks, no schema.
func handClean(b []byte) bool {
	i := handUUID(b, 0)
	if i < 0 {
		return false
	}
	if i = handLong(b, i); i < 0 { // occurredAt
		return false
	}
	if i = handLong(b, i); i < 0 { // orderId
		return false
	}
	if i = handIndex(b, i, 4); i < 0 { // status
		return false
	}
	if i = handCustomer(b, i); i < 0 {
		return false
	}
	if i = handDecimal(b, i); i < 0 { // total
		return false
	}
	if i = handString(b, i); i < 0 { // currency
		return false
	}
	if i = handItems(b, i); i < 0 {
		return false
	}
	if i = handAttributes(b, i); i < 0 {
		return false
	}
	if i = handPayment(b, i); i < 0 {
		return false
	}
	if i = handLocation(b, i); i < 0 {
		return false
	}
	v, i := handNumber(b, i, 32) // pickupAt
	return i == len(b) && 0 <= v && v < 24*60*60*1000
}

func handCustomer(b []byte, i int) int {
	if i = handLong(b, i); i < 0 { // id
		return -1
	}
	if i = handString(b, i); i < 0 { // email
		return -1
	}
	if i = handIndex(b, i, 2); i < 0 { // name
		return -1
	}
	if b[i-1] == 2 {
		if i = handString(b, i); i < 0 {
			return -1
		}
	}
	if i >= len(b) || b[i] > 1 { // vip
		return -1
	}
	return i + 1
}

func handItems(b []byte, i int) int {
	for {
		n, end, next := handBlock(b, i)
		if n == 0 || next < 0 {
			return next
		}
		i = next
		for ; n > 0; n-- {
			if i = handString(b, i); i < 0 { // sku
				return -1
			}
			if i = handString(b, i); i < 0 { // title
				return -1
			}
			if i = handInt(b, i); i < 0 { // quantity
				return -1
			}
			if i = handDecimal(b, i); i < 0 { // price
				return -1
			}
			if i = handIndex(b, i, 2); i < 0 { // discount
				return -1
			}
			if b[i-1] == 2 {
				if i += 8; i > len(b) {
					return -1
				}
			}
		}
		if end >= 0 && i != end {
			return -1
		}
	}
}

func handAttributes(b []byte, i int) int {
	for {
		n, end, next := handBlock(b, i)
		if n == 0 || next < 0 {
			return next
		}
		i = next
		for ; n > 0; n-- {
			if i = handString(b, i); i < 0 {
				return -1
			}
			if i = handString(b, i); i < 0 {
				return -1
			}
		}
		if end >= 0 && i != end {
			return -1
		}
	}
}

func handPayment(b []byte, i int) int {
	if i = handIndex(b, i, 3); i < 0 {
		return -1
	}
	switch b[i-1] {
	case 2:
		return handString(b, i)
	case 4:
		if i = handString(b, i); i < 0 || i+4 > len(b) { // brand, last4
			return -1
		}
		return handInt(b, i+4) // expires
	}
	return i
}

func handLocation(b []byte, i int) int {
	if i = handIndex(b, i, 2); i < 0 {
		return -1
	}
	if b[i-1] == 2 {
		if i += 16; i > len(b) {
			return -1
		}
	}
	return i
}

// handIndex passes over an index of one byte; b[i-1] is twice the index then. Longer ones, with leading zeros, are none
// that anybody writes.
func handIndex(b []byte, i, n int) int {
	if i >= len(b) || b[i]&1 != 0 || int(b[i])>>1 >= n {
		return -1
	}
	return i + 1
}

func handLong(b []byte, i int) int {
	if i+8 <= len(b) {
		if last := ^binary.LittleEndian.Uint64(b[i:i+8]) & 0x8080808080808080; last != 0 {
			return i + bits.TrailingZeros64(last)>>3 + 1
		}
	}
	_, i = handNumber(b, i, 64)
	return i
}

func handInt(b []byte, i int) int {
	if i < len(b) && b[i] < 0x80 {
		return i + 1
	}
	_, i = handNumber(b, i, 32)
	return i
}

func handNumber(b []byte, i, width int) (int64, int) {
	u, shift := uint64(0), 0
	for ; shift < width && i < len(b); shift += 7 {
		c := b[i]
		i++
		if width-shift < 7 && c&0x7f>>(width-shift) != 0 {
			return 0, -1
		}
		u |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return int64(u>>1) ^ -int64(u&1), i
		}
	}
	return 0, -1
}

func handBlock(b []byte, i int) (n int64, end, next int) {
	if i < len(b) && b[i]&0x81 == 0 {
		return int64(b[i] >> 1), -1, i + 1
	}
	n, i = handNumber(b, i, 64)
	if i < 0 || n >= 0 {
		return n, -1, i
	}
	size, i := handNumber(b, i, 64)
	if -n < 0 || i < 0 || size < 0 || size > int64(len(b)-i) {
		return 1, -1, -1
	}
	return -n, i + int(size), i
}

func handSpan(b []byte, i int) (start, end int) {
	if i < len(b) && b[i]&0x81 == 0 {
		if end = i + 1 + int(b[i]>>1); end <= len(b) {
			return i + 1, end
		}
		return 0, -1
	}
	n, i := handNumber(b, i, 64)
	if i < 0 || n < 0 || n > int64(len(b)-i) {
		return 0, -1
	}
	return i, i + int(n)
}

func handString(b []byte, i int) int {
	start, end := handSpan(b, i)
	if end < 0 {
		return -1
	}
	seen := uint64(0)
	switch n := end - start; {
	case n >= 8:
		seen = binary.LittleEndian.Uint64(b[end-8 : end])
		for at := start; at+8 < end; at += 8 {
			seen |= binary.LittleEndian.Uint64(b[at : at+8])
		}
	case start+8 <= len(b):
		seen = binary.LittleEndian.Uint64(b[start:start+8]) << (64 - 8*n)
	default:
		for _, c := range b[start:end] {
			seen |= uint64(c)
		}
	}
	if seen&0x8080808080808080 != 0 && !utf8.Valid(b[start:end]) {
		return -1
	}
	return end
}

func handDecimal(b []byte, i int) int {
	start, end := handSpan(b, i)
	n := end - start
	switch {
	case end < 0 || n == 0 || n > 8:
		return -1 // a longer one with leading zeros is none that anybody writes
	case start+8 > len(b):
		return -1 // nor is one at the end of this schema's messages
	}
	v := int64(binary.BigEndian.Uint64(b[start:start+8])) >> (64 - 8*n)
	if v < -999_999_999_999 || v > 999_999_999_999 {
		return -1
	}
	return end
}

func handUUID(b []byte, i int) int {
	if i+37 > len(b) || b[i] != 72 {
		return -1
	}
	b = b[i+1 : i+37]
	first := binary.LittleEndian.Uint64(b)
	second := uint64(binary.LittleEndian.Uint32(b[9:])) | uint64(binary.LittleEndian.Uint32(b[14:]))<<32
	third := uint64(binary.LittleEndian.Uint32(b[19:])) | uint64(binary.LittleEndian.Uint32(b[24:]))<<32
	fourth := binary.LittleEndian.Uint64(b[28:])
	if b[8] != '-' || b[13] != '-' || b[18] != '-' || b[23] != '-' ||
		handHex(first)&handHex(second)&handHex(third)&handHex(fourth) != 0x8080808080808080 {
		return -1
	}
	return i + 37
}

func handHex(x uint64) uint64 {
	const ones = 0x0101010101010101
	low, lower := x&^(0x80*ones), (x|0x20*ones)&^(0x80*ones)
	digit := (low + (0x80-'0')*ones) &^ (low + (0x7f-'9')*ones)
	letter := (lower + (0x80-'a')*ones) &^ (lower + (0x7f-'f')*ones)
	return (digit | letter) &^ x & (0x80 * ones)
}
