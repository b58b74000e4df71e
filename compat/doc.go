// Package compat says what "compatible" means: levels as a matrix, rules as data, findings. It reports; only
// package registry refuses.
//
// The walkers live in [github.com/treatyhq/treaty/compat/avro] and [github.com/treatyhq/treaty/compat/protobuf]; each
// exports a [Checker]. This package puts their comparisons of single pairs together into a [Report] for a level.
package compat
