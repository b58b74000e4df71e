package main

import "errors"

// The exit codes of commands that check something, so that a pipeline can tell "breaking" from "could not tell".
const (
	exitFindings  = 1 // what was checked is not as it should be
	exitUsage     = 2 // bad usage, or input that cannot be read
	exitUnchecked = 3 // the registry is out of reach, or refuses
)

// An exit is an error with the code that the program ends with. Err may be nil: then everything has been said.
type exit struct {
	code int
	err  error
}

func (e *exit) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exit) Unwrap() error { return e.err }

// exitCode returns the code of an error: its own, or 1.
func exitCode(err error) int {
	var e *exit
	if errors.As(err, &e) {
		return e.code
	}
	return 1
}
