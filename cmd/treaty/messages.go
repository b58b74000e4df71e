package main

import "github.com/spf13/cobra"

// newMessages returns the commands about messages: validate, decode, encode, upcast and inspect.
func newMessages() []*cobra.Command { return nil }
