package avro

// A table is a map for one check. Most checks meet few pairs, which are searched one by one: that takes less than hashing.
type table[K comparable, V any] struct {
	few  []entry[K, V]
	many map[K]V // all of them, once they are more
}

type entry[K comparable, V any] struct {
	key   K
	value V
}

// few is how many pairs are searched one by one.
const few = 8

func (t *table[K, V]) get(key K) (value V, ok bool) {
	if t.many != nil {
		value, ok = t.many[key]
		return value, ok
	}
	for i := range t.few {
		if e := &t.few[i]; e.key == key {
			return e.value, true
		}
	}
	return value, false
}

func (t *table[K, V]) set(key K, value V) {
	if t.many != nil {
		t.many[key] = value
		return
	}
	for i := range t.few {
		if e := &t.few[i]; e.key == key {
			e.value = value
			return
		}
	}
	if len(t.few) < few {
		t.few = append(t.few, entry[K, V]{key, value})
		return
	}
	t.many = make(map[K]V, 2*few)
	for _, e := range t.few {
		t.many[e.key] = e.value
	}
	t.many[key] = value
}
