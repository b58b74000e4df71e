package httpapi

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"sync"

	"golang.org/x/crypto/bcrypt"
)

// maxVerified bounds the passwords that are remembered as right.
const maxVerified = 1024

// A passwordCache remembers which passwords were found to be right, so that bcrypt, which is slow on purpose, runs once
// for each and not for every request. It keeps keyed hashes, under a key that never leaves the process.
type passwordCache struct {
	key  []byte
	turn sync.Mutex // one bcrypt at a time: guessing must not take every core

	mu       sync.RWMutex
	verified map[[sha256.Size]byte]struct{}
}

func newPasswordCache() *passwordCache {
	c := &passwordCache{key: make([]byte, 32), verified: map[[sha256.Size]byte]struct{}{}}
	rand.Read(c.key)
	return c
}

// decoy is what the password of an unknown user is compared with, so that the answer takes as long.
var decoy = sync.OnceValue(func() []byte {
	hash, _ := bcrypt.GenerateFromPassword([]byte(rand.Text()), bcrypt.DefaultCost)
	return hash
})

// verify reports whether password is the one with the given bcrypt hash. A nil hash is nobody's.
func (c *passwordCache) verify(name, password string, hash []byte) bool {
	if hash == nil {
		c.turn.Lock()
		defer c.turn.Unlock()
		bcrypt.CompareHashAndPassword(decoy(), []byte(password))
		return false
	}
	key := c.keyOf(name, password, hash)
	c.mu.RLock()
	_, ok := c.verified[key]
	c.mu.RUnlock()
	if ok {
		return true
	}
	c.turn.Lock()
	err := bcrypt.CompareHashAndPassword(hash, []byte(password))
	c.turn.Unlock()
	if err != nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.verified) >= maxVerified {
		clear(c.verified)
	}
	c.verified[key] = struct{}{}
	return true
}

func (c *passwordCache) keyOf(name, password string, hash []byte) [sha256.Size]byte {
	mac := hmac.New(sha256.New, c.key)
	for _, part := range []string{name, string(hash), password} {
		mac.Write([]byte(part))
		mac.Write([]byte{0})
	}
	return [sha256.Size]byte(mac.Sum(nil))
}

// HashPassword returns a password as a credentials file holds it. A password of more than 72 bytes is an error.
func HashPassword(password string) (string, error) {
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.DefaultCost)
	return string(hash), err
}
