package registry

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func contents(v vector[int]) map[uint32]int {
	return maps.Collect(v.all())
}

func TestVectorIsPersistent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var v vector[int]
		model := map[uint32]int{}
		type moment struct {
			v    vector[int]
			want map[uint32]int
		}
		var moments []moment
		edit := uint64(1)
		index := rapid.OneOf(rapid.Uint32Range(0, 70), rapid.Uint32Range(0, 5000), rapid.Uint32Max(1<<31-1))
		for range rapid.IntRange(0, 60).Draw(t, "steps") {
			i, element := index.Draw(t, "i"), rapid.IntRange(0, 3).Draw(t, "element")
			v.set(i, element, edit)
			if model[i] = element; element == 0 {
				delete(model, i)
			}
			if got := v.get(i); got != element {
				t.Fatalf("get(%d) = %d, want %d", i, got, element)
			}
			if rapid.Bool().Draw(t, "publish") {
				moments = append(moments, moment{v, maps.Clone(model)})
				edit++
			}
		}
		for _, m := range append(moments, moment{v, model}) {
			if diff := cmp.Diff(m.want, contents(m.v)); diff != "" {
				t.Fatalf("-want +got:\n%s", diff)
			}
			for i, element := range m.want {
				if got := m.v.get(i); got != element {
					t.Fatalf("get(%d) = %d, want %d", i, got, element)
				}
			}
		}
	})
}

// What an earlier moment of a vector does not have is what has changed since, and so it is with any other vector.
func TestVectorSince(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var v, stranger vector[int]
		moments := []vector[int]{v}
		index := rapid.OneOf(rapid.Uint32Range(0, 70), rapid.Uint32Range(0, 5000), rapid.Uint32Max(1<<31-1))
		for edit := range rapid.Uint64Range(1, 60).Draw(t, "steps") {
			v.set(index.Draw(t, "i"), rapid.IntRange(0, 3).Draw(t, "element"), edit)
			moments = append(moments, v)
			stranger.set(index.Draw(t, "strange i"), rapid.IntRange(0, 3).Draw(t, "strange element"), edit)
		}
		for _, old := range append(moments, stranger) {
			want := contents(v)
			maps.DeleteFunc(want, func(i uint32, element int) bool { return old.get(i) == element })
			var order []uint32
			got := map[uint32]int{}
			for i, element := range v.since(old) {
				order, got[i] = append(order, i), element
			}
			if diff := cmp.Diff(want, got); diff != "" || !slices.IsSorted(order) || len(order) != len(got) {
				t.Fatalf("order %v; -want +got:\n%s", order, diff)
			}
		}
	})
}

// What is shared is not looked at.
func TestVectorSinceIsQuick(t *testing.T) {
	t.Parallel()
	var v vector[int]
	for i := range uint32(100_000) {
		v.set(i, 1, 1)
	}
	old := v
	v.set(50_000, 2, 2)
	v.set(1<<31-1, 2, 2)
	start, changes, all := time.Now(), 0, 0
	for range 100 {
		for range v.since(old) {
			changes++
		}
	}
	looked := time.Since(start)
	start = time.Now()
	for range 100 {
		for range v.all() {
			all++
		}
	}
	if walked := time.Since(start); changes != 200 || looked*20 > walked {
		t.Errorf("%d changes took %v, all %d elements %v", changes, looked, all, walked)
	}
}

func TestVectorOrder(t *testing.T) {
	t.Parallel()
	var v vector[int]
	want := []uint32{0, 1, 31, 32, 1000, 1 << 20, 1<<31 - 1}
	for _, i := range []uint32{1000, 0, 1<<31 - 1, 32, 1, 1 << 20, 31} {
		v.set(i, int(i)+1, 1)
	}
	var forward []uint32
	for i, element := range v.all() {
		if element != int(i)+1 {
			t.Errorf("element %d = %d", i, element)
		}
		forward = append(forward, i)
	}
	if diff := cmp.Diff(want, forward); diff != "" {
		t.Errorf("all: -want +got:\n%s", diff)
	}
	var backward []uint32
	for i := range v.backward() {
		if backward = append(backward, i); len(backward) == 3 {
			break
		}
	}
	slices.Reverse(want)
	if diff := cmp.Diff(want[:3], backward); diff != "" {
		t.Errorf("backward: -want +got:\n%s", diff)
	}
}

func TestVectorIsSparse(t *testing.T) {
	allocated := testing.AllocsPerRun(10, func() {
		var v vector[int]
		v.set(1<<31-1, 1, 1)
	})
	if allocated > 40 {
		t.Errorf("one element at 2^31-1 took %.0f allocations", allocated)
	}
}
