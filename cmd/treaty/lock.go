package main

import "github.com/spf13/cobra"

func newLock() *cobra.Command { return &cobra.Command{Use: "lock"} }
