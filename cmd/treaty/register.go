package main

import "github.com/spf13/cobra"

func newRegister() *cobra.Command { return &cobra.Command{Use: "register"} }
