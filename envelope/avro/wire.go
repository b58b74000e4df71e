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

// skipLongs passes over n numbers of 64 bits. The first byte without its top bit is the last one of a number.
func skipLongs(body []byte, at, n int) int {
	for ; n > 0 && at >= 0; n-- {
		if at+8 <= len(body) {
			if last := ^le64(body, at) & continued; last != 0 {
				at += bits.TrailingZeros64(last)>>3 + 1
				continue
			}
		}
		_, at = readNumber(body, at, 64)
	}
	return at
}

// skipInts passes over n numbers of 32 bits.
func skipInts(body []byte, at, n int) int {
	for ; n > 0 && at >= 0; n-- {
		if at+4 <= len(body) {
			if last := ^binary.LittleEndian.Uint32(body[at:at+4]) & (continued >> 32); last != 0 {
				at += bits.TrailingZeros32(last)>>3 + 1
				continue
			}
		}
		_, at = readNumber(body, at, 32)
	}
	return at
}

// skip passes over n bytes.
func skip(body []byte, at int, n uint64) int {
	if n > uint64(len(body)-at) {
		return bad
	}
	return at + int(n)
}

// skipSpans passes over n lengths and the bytes that they count.
func skipSpans(body []byte, at, n int) int {
	for ; n > 0 && at >= 0; n-- {
		_, at = readSpan(body, at)
	}
	return at
}

// skipBooleans passes over n booleans.
func skipBooleans(body []byte, at, n int) int {
	if n > len(body)-at {
		return bad
	}
	for _, b := range body[at : at+n] {
		if b > 1 {
			return bad
		}
	}
	return at + n
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

// oneByte returns the number that is next if it is not negative and takes one byte, as most do, else -1.
func oneByte(body []byte, at int) int {
	if at < len(body) && body[at]&0x81 == 0 {
		return int(body[at] >> 1)
	}
	return -1
}

// readIndex reads the index of one of n symbols or branches.
func readIndex(body []byte, at, n int) (index, next int) {
	i, next := readNumber(body, at, 32)
	if i < 0 || int(i) >= n {
		return 0, bad
	}
	return int(i), next
}

// readSpan reads a length and returns where the bytes that it counts begin and end; end is the offset behind them, or
// bad. Bytes and strings are body[start:end].
func readSpan(body []byte, at int) (start, end int) {
	if n := oneByte(body, at); n >= 0 && at+1+n <= len(body) {
		return at + 1, at + 1 + n
	}
	return readLongSpan(body, at)
}

// readLongSpan is readSpan for a length of any number of bytes.
func readLongSpan(body []byte, at int) (start, end int) {
	n, start := readNumber(body, at, 64)
	if start < 0 || n < 0 || n > int64(len(body)-start) {
		return 0, bad
	}
	return start, start + int(n)
}

// skipTexts passes over n strings of UTF-8. It looks for characters beyond ASCII in eight bytes at a time, the last eight
// overlapping those before them, or all in the eight that a shorter string begins.
func skipTexts(body []byte, at, n int) int {
	for ; n > 0; n-- {
		var start, end int
		if at < len(body) && body[at]&0x81 == 0 {
			start = at + 1
			end = start + int(body[at]>>1)
		} else {
			start, end = readLongSpan(body, at)
		}
		if uint(end) > uint(len(body)) {
			return bad
		}
		at = end
		seen := uint64(0)
		switch size := end - start; {
		case size >= 8:
			seen = le64(body, end-8)
			for i := start; i+8 < end; i += 8 {
				seen |= le64(body, i)
			}
		case start+8 <= len(body):
			seen = le64(body, start) << (64 - 8*size)
		default:
			for _, b := range body[start:end] {
				seen |= uint64(b)
			}
		}
		if seen&continued != 0 && !utf8.Valid(body[start:end]) {
			return bad
		}
	}
	return at
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
