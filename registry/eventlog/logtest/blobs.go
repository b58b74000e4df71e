package logtest

import (
	"bytes"
	"testing"

	"github.com/treatyhq/treaty/registry/eventlog"
)

func checkBlobs(t *testing.T, log eventlog.Log, want []eventlog.Blob) {
	t.Helper()
	digests := make([]eventlog.Digest, len(want))
	for i, blob := range want {
		digests[i] = blob.Digest
	}
	got := mustBlobs(t, log, digests...)
	for _, blob := range want {
		if body, ok := got[blob.Digest]; !ok || !bytes.Equal(body, blob.Body) {
			t.Errorf("blob %x: there is %t, with %d bytes, want %d bytes", blob.Digest[:4], ok, len(body), len(blob.Body))
		}
	}
}

func checkNoBlobs(t *testing.T, log eventlog.Log, digests ...eventlog.Digest) {
	t.Helper()
	diff(t, "blobs", map[eventlog.Digest][]byte{}, mustBlobs(t, log, digests...))
}

func testBlobs(t *testing.T, open Open) {
	log, other := open(t)
	text := eventlog.Blob{Digest: eventlog.Digest{1}, Body: []byte(`{"type": "string", "doc": "ключ \u0000"}`)}
	zero := eventlog.Blob{Digest: eventlog.Digest{}, Body: []byte{0, 0xff, 0}}
	none := eventlog.Blob{Digest: eventlog.Digest{2}, Body: []byte{}}

	batch := Batch("ada", 1)
	batch.Puts = []eventlog.Blob{text, zero, none}
	head := mustAppend(t, log, eventlog.Position{}, batch)
	checkBlobs(t, other, batch.Puts)

	again := Batch("bob", 1) // one there already stays as it is; the same one twice is put once
	again.Puts = []eventlog.Blob{{Digest: text.Digest, Body: []byte("other")}, Blob(10), zero}
	again.Puts = append(again.Puts, again.Puts[1])
	head = mustAppend(t, other, head, again)
	checkBlobs(t, log, []eventlog.Blob{text, zero, none, again.Puts[1]})

	erase := Batch("ada", 1)
	erase.Erases = []eventlog.Digest{text.Digest, text.Digest, {77}}
	head = mustAppend(t, log, head, erase)
	checkNoBlobs(t, other, text.Digest)
	checkBlobs(t, other, []eventlog.Blob{zero, none})

	back := Batch("ada", 1) // with another body, as nothing is left of the first
	back.Puts = []eventlog.Blob{{Digest: text.Digest, Body: []byte("other")}}
	mustAppend(t, log, head, back)
	checkBlobs(t, other, back.Puts)
}

func testAbsentBlobs(t *testing.T, open Open) {
	log, _ := open(t)
	checkNoBlobs(t, log)
	checkNoBlobs(t, log, eventlog.Digest{}, eventlog.Digest{9})
	batch := Batch("ada", 1)
	batch.Puts = []eventlog.Blob{Blob(10)}
	mustAppend(t, log, eventlog.Position{}, batch)
	put := batch.Puts[0]
	diff(t, "blobs", map[eventlog.Digest][]byte{put.Digest: put.Body},
		mustBlobs(t, log, eventlog.Digest{9}, put.Digest, eventlog.Digest{8}, put.Digest))
}

func testPutAndErase(t *testing.T, open Open) {
	log, other := open(t)
	old, fresh := Blob(10), Blob(10)
	first := Batch("ada", 1)
	first.Puts = []eventlog.Blob{old}
	head := mustAppend(t, log, eventlog.Position{}, first)

	both := Batch("ada", 1)
	both.Puts = []eventlog.Blob{old, fresh}
	both.Erases = []eventlog.Digest{fresh.Digest, old.Digest}
	mustAppend(t, log, head, both)
	checkBlobs(t, other, both.Puts)
}

func testManyBlobs(t *testing.T, open Open) {
	log, other := open(t)
	var head eventlog.Position
	var all []eventlog.Blob
	for range 5 {
		batch := Batch("ada", 1)
		for range 700 {
			batch.Puts = append(batch.Puts, Blob(20))
		}
		head = mustAppend(t, log, head, batch)
		all = append(all, batch.Puts...)
	}
	checkBlobs(t, other, all)

	erase := Batch("ada", 1)
	for _, blob := range all[:3000] {
		erase.Erases = append(erase.Erases, blob.Digest)
	}
	mustAppend(t, log, head, erase)
	checkNoBlobs(t, other, erase.Erases...)
	checkBlobs(t, other, all[3000:])
}
