package main

import "github.com/spf13/cobra"

func newImport() *cobra.Command { return &cobra.Command{Use: "import"} }
