package schema

import "slices"

// A Retagging says how the inline tags of a schema change, in the order of its members.
type Retagging struct {
	Keep   []EntityTags // those of an earlier version; of an entity that is gone they go with it
	Add    []EntityTags
	Remove []EntityTags
}

// Retag returns the tags that the entities which a change names have after it. find tells what an entity is, have which
// tags it has before. Its errors are those of find, but for the tags to keep.
func Retag[K comparable](change Retagging, find func(Entity) (K, error), have func(K) []string) (map[K][]string, error) {
	after := map[K][]string{}
	for _, step := range []struct {
		list    []EntityTags
		lenient bool
		apply   func(have, tags []string) []string
	}{
		{change.Keep, true, union},
		{change.Add, false, union},
		{change.Remove, false, without},
	} {
		tags := map[K][]string{}
		for _, e := range step.list {
			entity, err := find(e.Entity)
			switch {
			case err != nil && step.lenient:
				continue
			case err != nil:
				return nil, err
			}
			tags[entity] = append(tags[entity], e.Tags...)
		}
		for entity, tags := range tags {
			before, known := after[entity]
			if !known {
				before = have(entity)
			}
			after[entity] = step.apply(before, tags)
		}
	}
	return after, nil
}

// union returns the tags of both, each once.
func union(have, tags []string) []string {
	met := make(map[string]struct{}, len(have)+len(tags))
	var all []string
	for _, tag := range slices.Concat(have, tags) {
		if _, twice := met[tag]; !twice {
			met[tag] = struct{}{}
			all = append(all, tag)
		}
	}
	return all
}

// without returns what is left of have.
func without(have, tags []string) []string {
	gone := make(map[string]struct{}, len(tags))
	for _, tag := range tags {
		gone[tag] = struct{}{}
	}
	return slices.DeleteFunc(slices.Clone(have), func(tag string) bool { _, is := gone[tag]; return is })
}
