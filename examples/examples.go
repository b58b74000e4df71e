// Package examples holds contracts of a small shop with messages that keep them and messages that do not. The demo
// registers them, the README shows them and the tests use them. manifest.json lists what there is.
package examples

import (
	"embed"
	"encoding/json"
	"fmt"

	"github.com/treatyhq/treaty/schema"
)

//go:embed manifest.json orders payments catalog customers
var files embed.FS

// A Contract is a subject with its versions, oldest first, and with messages in plain JSON for the newest.
type Contract struct {
	Subject       string
	Type          schema.Type
	About         string
	Compatibility string // the subject's own level, empty for the default
	Versions      []Version
	Breaking      []Version // texts that the subject must refuse
	Good, Bad     []Message
}

// A Version is one text of a contract.
type Version struct {
	File       string
	Text       string
	References []schema.Reference
}

// A Message is a datum as plain JSON.
type Message struct {
	File string
	JSON []byte
}

// manifest is the form of manifest.json.
type manifest struct {
	Contracts []struct {
		Subject       string             `json:"subject"`
		Type          schema.Type        `json:"type"`
		About         string             `json:"about"`
		Compatibility string             `json:"compatibility"`
		References    []schema.Reference `json:"references"`
		Versions      []string           `json:"versions"`
		Breaking      []string           `json:"breaking"`
		Good          []string           `json:"good"`
		Bad           []string           `json:"bad"`
	} `json:"contracts"`
}

// Contracts returns every contract, each after those that it refers to.
func Contracts() ([]Contract, error) {
	text, err := files.ReadFile("manifest.json")
	if err != nil {
		return nil, err
	}
	var m manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, fmt.Errorf("read manifest.json: %w", err)
	}
	var contracts []Contract
	for _, entry := range m.Contracts {
		c := Contract{Subject: entry.Subject, Type: entry.Type, About: entry.About, Compatibility: entry.Compatibility}
		if c.Versions, err = versions(entry.Versions, entry.References); err != nil {
			return nil, err
		}
		if c.Breaking, err = versions(entry.Breaking, entry.References); err != nil {
			return nil, err
		}
		if c.Good, err = messages(entry.Good); err != nil {
			return nil, err
		}
		if c.Bad, err = messages(entry.Bad); err != nil {
			return nil, err
		}
		contracts = append(contracts, c)
	}
	return contracts, nil
}

func versions(names []string, refs []schema.Reference) ([]Version, error) {
	var out []Version
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		out = append(out, Version{File: name, Text: string(text), References: refs})
	}
	return out, nil
}

func messages(names []string) ([]Message, error) {
	var out []Message
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		out = append(out, Message{File: name, JSON: text})
	}
	return out, nil
}
