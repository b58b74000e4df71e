package main

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/treatyhq/treaty/httpapi"
)

func newAuth() *cobra.Command {
	auth := &cobra.Command{
		Use:   "auth",
		Short: "Make the entries of a credentials file",
		Args:  cobra.NoArgs,
	}
	auth.AddCommand(&cobra.Command{
		Use:   "token",
		Short: "Make a token, and the hash that stands for it in the file",
		Long: `Make a token, and the hash that stands for it in the file.

The token is for the client and is kept nowhere. The hash belongs in "tokens":

  {"users": [{"name": "orders-ci", "tokens": ["sha256:…"],
              "grants": [{"role": "write", "prefix": "orders-"}]}]}`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			token := rand.Text()
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "token  %s\nhash   %s\n", token, httpapi.HashToken(token))
			return err
		},
	}, &cobra.Command{
		Use:   "password",
		Short: "Read a password from standard input and print the hash that stands for it in the file",
		Long: `Read a password from standard input and print the hash that stands for it in the file.

The password is one line of 72 bytes at most. The hash belongs in "password":

  {"users": [{"name": "ada", "password": "$2a$10$…",
              "grants": [{"role": "admin", "context": "*"}]}]}`,
		Example: `  treaty auth password < password.txt
  (stty -echo; treaty auth password; stty echo)`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			line, _ := bufio.NewReader(cmd.InOrStdin()).ReadString('\n')
			password := strings.TrimRight(line, "\r\n")
			if password == "" {
				return errors.New("standard input holds no password")
			}
			hash, err := httpapi.HashPassword(password)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), hash)
			return err
		},
	})
	return auth
}
