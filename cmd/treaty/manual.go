package main

import "github.com/spf13/cobra"

func newManual() *cobra.Command { return &cobra.Command{Use: "man"} }
