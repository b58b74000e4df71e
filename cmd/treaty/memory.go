package main

import (
	"os"
	"runtime/debug"
)

const (
	ballastBytes = 40 << 20
	gcPercent    = 40
)

// spaceCollections bounds the garbage that may pile up, unless the environment says how the collector is to work. The
// caller keeps what it returns for as long as that is to hold: memory that nobody touches, so that it costs no resident
// byte, and that counts as live to the collector. Collections are then spaced by two fifths of what is really live and
// of this, 16 MB for a registry that is nearly empty. With the usual spacing, by as much again as is live, a registry
// with 140 MB of texts would come to hold 460 MB.
func spaceCollections() (ballast []byte) {
	for _, name := range []string{"GOGC", "GOMEMLIMIT"} {
		if os.Getenv(name) != "" {
			return nil
		}
	}
	debug.SetGCPercent(gcPercent)
	return make([]byte, ballastBytes)
}
