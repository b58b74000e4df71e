package httpapi

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

// A userList is what a credentials file says. It does not change; a new file makes a new list.
type userList struct {
	open         bool // no file: everybody may do everything
	anonymous    *principal
	byName       map[string]*user
	tokens       []token
	certificates map[string]*principal
	passwords    *passwordCache
}

type user struct {
	principal
	password []byte // bcrypt hash, nil if the user has none
	tokens   []token
}

// A token is known by its SHA-256 alone.
type token struct {
	hash [sha256.Size]byte
	user *user
}

// anonymous is the name of those who show nothing. No user can have it.
const anonymous = "anonymous"

func openList() *userList {
	return &userList{open: true, anonymous: &principal{anonymous, everything}}
}

// A credentialsFile is the form of the file: JSON, no member unknown.
type credentialsFile struct {
	Users []struct {
		Name         string   `json:"name"`
		Password     string   `json:"password"`     // bcrypt hash
		Tokens       []string `json:"tokens"`       // "sha256:" and 64 hexadecimal digits each
		Certificates []string `json:"certificates"` // common names
		Grants       []grant  `json:"grants"`
	} `json:"users"`
	Anonymous struct {
		Grants []grant `json:"grants"`
	} `json:"anonymous"`
}

func loadUsers(path string) (*userList, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	users, err := parseUsers(text)
	if err != nil {
		return nil, fmt.Errorf("read credentials %s: %w", path, err)
	}
	return users, nil
}

func parseUsers(text []byte) (*userList, error) {
	var file credentialsFile
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	switch err := decoder.Decode(&file); {
	case errors.Is(err, io.EOF):
		return nil, errors.New("the file is empty")
	case err != nil:
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more follows where the file should end")
	}
	list := &userList{byName: map[string]*user{}, certificates: map[string]*principal{}, passwords: newPasswordCache()}
	if grants := file.Anonymous.Grants; len(grants) > 0 {
		list.anonymous = &principal{anonymous, grants}
		if err := checkGrants(grants); err != nil {
			return nil, fmt.Errorf("anonymous: %w", err)
		}
	}
	for i, entry := range file.Users {
		switch {
		case entry.Name == "":
			return nil, fmt.Errorf("user %d has no name", i+1)
		case entry.Name == anonymous || list.byName[entry.Name] != nil:
			return nil, fmt.Errorf("user %d: the name %q is taken", i+1, entry.Name)
		}
		u := &user{principal: principal{entry.Name, entry.Grants}}
		if err := checkGrants(entry.Grants); err != nil {
			return nil, fmt.Errorf("user %s: %w", entry.Name, err)
		}
		if err := u.credentials(entry.Password, entry.Tokens); err != nil {
			return nil, fmt.Errorf("user %s: %w", entry.Name, err)
		}
		list.byName[entry.Name] = u
		list.tokens = append(list.tokens, u.tokens...)
		for _, name := range entry.Certificates {
			list.certificates[name] = &u.principal
		}
	}
	return list, nil
}

// checkGrants completes grants and refuses those that cannot be meant.
func checkGrants(grants []grant) error {
	for i := range grants {
		g := &grants[i]
		if g.Context == "" {
			g.Context = "."
		}
		switch {
		case g.Role == 0:
			return fmt.Errorf("grant %d has no role", i+1)
		case g.Context != anyContext && (!strings.HasPrefix(g.Context, ".") || strings.Contains(g.Context, ":")):
			return fmt.Errorf("grant %d: context %q is neither \".\", \".name\" nor \"*\"", i+1, g.Context)
		}
	}
	return nil
}

func (u *user) credentials(password string, tokens []string) error {
	if password != "" {
		if _, err := bcrypt.Cost([]byte(password)); err != nil {
			return fmt.Errorf("password is no bcrypt hash: %w", err)
		}
		u.password = []byte(password)
	}
	for i, text := range tokens {
		digits, ok := strings.CutPrefix(text, "sha256:")
		hash, err := hex.DecodeString(digits)
		if !ok || err != nil || len(hash) != sha256.Size {
			return fmt.Errorf("token %d is not \"sha256:\" and 64 hexadecimal digits", i+1)
		}
		u.tokens = append(u.tokens, token{[sha256.Size]byte(hash), u})
	}
	return nil
}

// HashToken returns a token as a credentials file holds it.
func HashToken(text string) string {
	hash := sha256.Sum256([]byte(text))
	return "sha256:" + hex.EncodeToString(hash[:])
}

// byBearer finds the user of a bearer token.
func byBearer(users *userList, r *http.Request) (*principal, bool) {
	kind, text, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(kind, "Bearer") {
		return nil, false
	}
	return match(users.tokens, strings.TrimSpace(text)), true
}

// match compares a token with all that are known, in a time that does not depend on which of them it is.
func match(tokens []token, text string) *principal {
	hash := sha256.Sum256([]byte(text))
	var found *principal
	for i := range tokens {
		if subtle.ConstantTimeCompare(hash[:], tokens[i].hash[:]) == 1 {
			found = &tokens[i].user.principal
		}
	}
	return found
}

// byBasic finds the user of a name and a password. One of the user's tokens does as the password, for clients that
// cannot send a bearer token.
func byBasic(users *userList, r *http.Request) (*principal, bool) {
	name, password, ok := r.BasicAuth()
	if !ok {
		// Another scheme, or a broken one, is not the same as none.
		return nil, r.Header.Get("Authorization") != "" && !users.open
	}
	if users.open {
		return nil, false
	}
	u := users.byName[name]
	if u == nil {
		users.passwords.verify(name, password, nil)
		return nil, true
	}
	if p := match(u.tokens, password); p != nil {
		return p, true
	}
	if !users.passwords.verify(name, password, u.password) {
		return nil, true
	}
	return &u.principal, true
}
