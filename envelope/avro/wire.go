package avro

import (
	"encoding/binary"
	"math"
	"math/bits"
	"unicode/utf8"
)

// The functions of this file read from body at an offset that is not negative and return the offset behind what they
// read, or bad. They neither allocate nor say what is wrong: [Program.Findings] does. They accept exactly what a cursor
// does. On bytes that are clean they cannot fail, so a walk behind [Program.Clean] needs no checks.

// bad stands for an offset behind something that cannot be read.
const bad = -1

// continued are the bits of eight bytes that say of a byte of a varint that another follows, and of one of text that it is
// not ASCII.
const continued = 0x8080808080808080

// le64 returns the eight bytes from at on, the first as the lowest.
func le64(body []byte, at int) uint64 { return binary.LittleEndian.Uint64(body[at : at+8]) }

// skipLong passes over a number of 64 bits. Source of the trick: the first byte without its top bit is the last one.
func skipLong(body []byte, at int) int {
	if at+8 <= len(body) {
		if last := ^le64(body, at) & continued; last != 0 {
			return at + bits.TrailingZeros64(last)>>3 + 1
		}
	}
	return skipWide(body, at, 64)
}

// skipInt passes over a number of 32 bits.
func skipInt(body []byte, at int) int {
	if at+4 <= len(body) {
		if last := ^binary.LittleEndian.Uint32(body[at:at+4]) & (continued >> 32); last != 0 {
			return at + bits.TrailingZeros32(last)>>3 + 1
		}
	}
	return skipWide(body, at, 32)
}

func skipWide(body []byte, at, width int) int {
	_, at = readNumber(body, at, width)
	return at
}

// readInt reads a number of 32 bits.
func readInt(body []byte, at int) (int32, int) {
	if at < len(body) && body[at] < 0x80 {
		b := int32(body[at])
		return b>>1 ^ -(b & 1), at + 1
	}
	v, at := readNumber(body, at, 32)
	return int32(v), at
}

// readLong reads a number of 64 bits.
func readLong(body []byte, at int) (int64, int) {
	if at < len(body) && body[at] < 0x80 {
		b := int64(body[at])
		return b>>1 ^ -(b & 1), at + 1
	}
	return readNumber(body, at, 64)
}

// readNumber reads a zig-zag number of so many bits, in as many bytes as that can take. Leading zeros are allowed.
func readNumber(body []byte, at, width int) (int64, int) {
	var u uint64
	for shift := 0; shift < width; shift += 7 {
		if at >= len(body) {
			return 0, bad
		}
		b := body[at]
		at++
		if room := width - shift; room < 7 && b&0x7f>>room != 0 {
			return 0, bad
		}
		u |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return int64(u>>1) ^ -int64(u&1), at
		}
	}
	return 0, bad
}

// readIndex reads the index of one of n symbols or branches.
func readIndex(body []byte, at, n int) (index, next int) {
	if at < len(body) {
		if b := int(body[at]); b < 0x80 && b&1 == 0 && b>>1 < n {
			return b >> 1, at + 1
		}
	}
	i, next := readInt(body, at)
	if i < 0 || int(i) >= n {
		return 0, bad
	}
	return int(i), next
}

// readSpan reads a length and returns where the bytes that it counts begin and end; end is the offset behind them, or
// bad. Bytes and strings are body[start:end].
func readSpan(body []byte, at int) (start, end int) {
	n, start := readLong(body, at)
	if start < 0 || n < 0 || n > int64(len(body)-start) {
		return 0, bad
	}
	return start, start + int(n)
}

// skipText passes over a string of UTF-8.
func skipText(body []byte, at int) int {
	start, end := readSpan(body, at)
	if end < 0 || !ascii(body, start, end) && !utf8.Valid(body[start:end]) {
		return bad
	}
	return end
}

// ascii reports whether there are only ASCII characters from start to end. It looks at eight bytes at a time, the last
// eight overlapping those before them.
func ascii(body []byte, start, end int) bool {
	n := end - start
	switch {
	case n >= 8:
		seen := le64(body, end-8)
		for ; start+8 <= end; start += 8 {
			seen |= le64(body, start)
		}
		return seen&continued == 0
	case start+8 <= len(body):
		return le64(body, start)<<(64-8*n)&continued == 0
	default:
		for _, b := range body[start:end] {
			if b >= 0x80 {
				return false
			}
		}
		return true
	}
}

// readBlock reads the head of a block of an array or a map: how many items follow, 0 at the end of them all, and the
// offset of the block's end, or -1 if it does not say.
func readBlock(body []byte, at int) (count int64, end, next int) {
	count, next = readLong(body, at)
	if next < 0 || count >= 0 {
		return count, -1, next
	}
	if count == math.MinInt64 {
		return 0, -1, bad
	}
	size, next := readLong(body, next)
	if next < 0 || size < 0 || size > int64(len(body)-next) {
		return 0, -1, bad
	}
	return -count, next + int(size), next
}
