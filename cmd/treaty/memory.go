package main

import (
	"os"
	"runtime/debug"
)

// ballast is memory that nobody touches, so that it costs no resident byte. It counts as live to the garbage collector:
// collections are spaced by a quarter of what is really live and of this, 16 MB for a registry that is nearly empty.
// With the usual spacing, by as much again as is live, a registry with 140 MB of texts would hold twice that.
var ballast []byte

const (
	ballastBytes = 64 << 20
	gcPercent    = 25
)

// spaceCollections bounds the garbage that may pile up, unless the environment says how the collector is to work.
func spaceCollections() {
	for _, name := range []string{"GOGC", "GOMEMLIMIT"} {
		if os.Getenv(name) != "" {
			return
		}
	}
	ballast = make([]byte, ballastBytes)
	debug.SetGCPercent(gcPercent)
}
