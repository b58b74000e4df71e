package avrotest

import (
	"math/rand/v2"

	"pgregory.net/rapid"
)

// A Source draws a number below n, all of them as often.
type Source func(n int) int

// Seeded returns the source of one seed: fast, and the same in every run.
func Seeded(seed uint64) Source { return rand.New(rand.NewPCG(seed, seed)).IntN }

// Rapid returns a source that a failing property is made smaller through. Ranges would prefer small numbers.
func Rapid(t *rapid.T) Source {
	return func(n int) int {
		if n > len(indices) {
			return rapid.IntRange(0, n-1).Draw(t, "n")
		}
		return rapid.Permutation(indices[:n]).Draw(t, "n")[0]
	}
}

var indices = []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19}
