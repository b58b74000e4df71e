package main

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/treatyhq/treaty/httpapi/client"
)

// TestExitCodes holds that a pipeline can tell what is breaking, what cannot be meant and what could not be found out.
func TestExitCodes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		err  error
		want int
	}{
		{"any other command", errors.New("x"), 1},
		{"findings", &exit{code: exitFindings}, 1},
		{"usage, wrapped", fmt.Errorf("x: %w", &exit{exitUsage, errors.New("y")}), 2},
		{"no such version", &exit{codeOf(&client.Error{Status: 404, Code: 40402}), nil}, 2},
		{"a path that is not there", &exit{codeOf(&client.Error{Status: 404, Code: 404}), nil}, 3},
		{"refused", &exit{codeOf(&client.Error{Status: http.StatusUnauthorized, Code: 401}), nil}, 3},
		{"out of reach", &exit{codeOf(errors.New("connection refused")), nil}, 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := exitCode(test.err); got != test.want {
				t.Errorf("code %d, want %d", got, test.want)
			}
		})
	}
}
