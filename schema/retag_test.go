package schema

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var errGone = errors.New("no such entity")

// known finds the entities a and b; a has the tags X and Y.
func known(e Entity) (string, error) {
	if e.Path != "a" && e.Path != "b" {
		return "", errGone
	}
	return e.Path, nil
}

func tagsOf(entity string) []string {
	if entity == "a" {
		return []string{"X", "Y"}
	}
	return nil
}

func on(path string, tags ...string) EntityTags {
	return EntityTags{Entity: Entity{Path: path}, Tags: tags}
}

func TestRetag(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		change Retagging
		want   map[string][]string
		err    error
	}{
		{name: "nothing", want: map[string][]string{}},
		{name: "add", change: Retagging{Add: []EntityTags{on("a", "Z", "X"), on("b", "Z"), on("a", "A", "Z")}},
			want: map[string][]string{"a": {"X", "Y", "Z", "A"}, "b": {"Z"}}},
		{name: "remove", change: Retagging{Remove: []EntityTags{on("a", "X", "none"), on("b", "X")}},
			want: map[string][]string{"a": {"Y"}, "b": nil}},
		{name: "keep, then add, then remove", change: Retagging{
			Keep: []EntityTags{on("gone", "K"), on("b", "K", "L")}, Add: []EntityTags{on("b", "A")}, Remove: []EntityTags{on("b", "L")}},
			want: map[string][]string{"b": {"K", "A"}}},
		{name: "add to what is not there", change: Retagging{Add: []EntityTags{on("gone", "A")}}, err: errGone},
		{name: "remove from what is not there", change: Retagging{Remove: []EntityTags{on("gone", "A")}}, err: errGone},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, err := Retag(tc.change, known, tagsOf)
			if err != tc.err {
				t.Fatalf("error %v, want %v", err, tc.err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// As many tags as a body can hold, on one entity, are changed in a time that grows with their number alone.
func TestRetagMany(t *testing.T) {
	t.Parallel()
	var change Retagging
	for i := range 100_000 {
		tag := on("a", strconv.Itoa(i))
		change.Add, change.Remove = append(change.Add, tag), append(change.Remove, tag)
	}
	start := time.Now()
	got, err := Retag(change, known, tagsOf)
	if took := time.Since(start); took > time.Minute { // it ends: what it costs is for a benchmark
		t.Errorf("took %v", took)
	}
	if diff := cmp.Diff(map[string][]string{"a": {"X", "Y"}}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}
