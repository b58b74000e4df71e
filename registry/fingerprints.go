package registry

import (
	"context"
	"slices"
	"sync"

	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

// fingerprints know the CRC-64-AVRO fingerprints of a context's schemas. They are no part of the state, for they take
// parsing; they are made when somebody first asks, and from then on of what has changed since. They take no more room than
// a part of what the state holds anyway.
type fingerprints struct {
	making lock // held by whoever parses; it can be waited for with a context

	mu       sync.RWMutex
	contexts map[string]*contextPrints
}

// contextPrints are the fingerprints of one context. What an ID stood for once it never ceases to, so nothing is taken out.
type contextPrints struct {
	seen vector[*content]   // the IDs that were looked at
	ids  map[uint64][]int32 // by fingerprint, ascending
}

func newFingerprints() *fingerprints {
	return &fingerprints{making: newLock(), contexts: map[string]*contextPrints{}}
}

// byFingerprint returns the version with a fingerprint whose ID is the lowest, nil if there is none, and its subject: of the
// subject given, or if that has no name, of any in its context, an active one if there is any. The error is that of ctx.
func (r *Registry) byFingerprint(ctx context.Context, s *State, rabin uint64, subj Subject) (*version, Subject, error) {
	c, ok := s.contexts.Get(subj.Context)
	if !ok {
		return nil, Subject{}, nil
	}
	if subj.Name != "" {
		return r.printedOf(ctx, s, rabin, subj), subj, ctx.Err()
	}
	ids, err := r.printed(ctx, s, c, rabin)
	for _, id := range ids {
		if v, in := c.anyWith(int(id)); v != nil {
			return v, in, nil
		}
	}
	return nil, Subject{}, err
}

// printedOf looks at the versions of one subject, which is less than all those of its context.
func (r *Registry) printedOf(ctx context.Context, s *State, rabin uint64, subj Subject) (found *version) {
	for v := range s.subjectOf(subj).ascending() {
		if found != nil && v.id > found.id || ctx.Err() != nil {
			continue
		}
		if print, ok := r.fingerprint(ctx, s, subj.Context, v.content); ok && print == rabin {
			found = v // of those with one ID the newest, as by ID
		}
	}
	return found
}

// printed returns the IDs of a context that have the fingerprint.
func (r *Registry) printed(ctx context.Context, s *State, c *contextState, rabin uint64) ([]int32, error) {
	f := r.fingerprints.Load()
	if ids, ok := f.lookUp(c, rabin); ok {
		return ids, nil
	}
	select {
	case f.making <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	made := make(chan struct{})
	go func() { // to its end, whoever began it
		defer close(made)
		defer f.making.unlock()
		f.extend(r, s, c)
	}()
	select {
	case <-made:
		ids, _ := f.lookUp(c, rabin)
		return ids, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// lookUp returns the IDs with a fingerprint; false if not all of the context's IDs have been looked at.
func (f *fingerprints) lookUp(c *contextState, rabin uint64) ([]int32, bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	p := f.contexts[c.name]
	if p == nil {
		return nil, false
	}
	return p.ids[rabin], p.seen == c.ids
}

// extend takes up what a context has that was not looked at yet. The caller holds making.
func (f *fingerprints) extend(r *Registry, s *State, c *contextState) {
	f.mu.Lock()
	p := f.contexts[c.name]
	if p == nil {
		p = &contextPrints{ids: map[uint64][]int32{}}
		f.contexts[c.name] = p
	}
	seen := p.seen // changed by those who hold making alone
	f.mu.Unlock()
	type print struct {
		rabin uint64
		id    int32
	}
	var prints []print
	for id, n := range c.ids.since(seen) {
		if rabin, ok := r.fingerprint(context.Background(), s, c.name, n); ok {
			prints = append(prints, print{rabin, int32(id)})
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	p.seen = c.ids
	for _, new := range prints {
		ids := p.ids[new.rabin]
		if at, known := slices.BinarySearch(ids, new.id); !known {
			p.ids[new.rabin] = slices.Insert(slices.Clone(ids), at, new.id) // a copy, for readers have the old ones
		}
	}
}

// fingerprint returns the fingerprint of a content in a context, which gives its references their meaning; false where it
// has none, for it is not Avro or cannot be read any more. That of a schema without references is kept by its content, so
// the schema itself need not be: a walk through all of them would empty the cache.
func (r *Registry) fingerprint(ctx context.Context, s *State, context string, n *content) (uint64, bool) {
	if n.typ != schema.Avro || n.erased || n.missing {
		return 0, false
	}
	if known := n.rabin.Load(); known != nil {
		return *known, true
	}
	src := schema.Source{Text: n.text, References: n.attached().references}
	if len(src.References) > 0 {
		d := dependencies{state: s, deleted: true, seen: map[string]bool{}}
		d.add(context, src.References)
		src.Dependencies = d.found
		read, err := r.parsed.parse(ctx, n.typ, src, asStored)
		if err != nil {
			return 0, false
		}
		return read.Schema.(*avro.Schema).Rabin(), true
	}
	read, err := r.parsed.read(ctx, n.typ, src, asStored)
	if err != nil {
		return 0, false
	}
	rabin := read.Schema.(*avro.Schema).Rabin()
	n.rabin.Store(&rabin)
	return rabin, true
}
