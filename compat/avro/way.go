package avro

import "strconv"

// A place is a location in the reader as the reference tracks it; nil is the root.
type place struct {
	up *place
	token
}

// A token is what leads from one place to the next: "fields", the index and "type", or less.
type token struct {
	name  string
	index int // -1 if there is none
	under string
}

// A way is where the faithful walk is. Places are made of it only where something is wrong, and shared: a chain of
// definitions is as long as the schema.
type way struct {
	frames []frame
	root   int // the first frame that counts: below a union the reference starts again
}

type frame struct {
	token
	made *place
}

func (w *way) push(name string, index int, under string) {
	w.frames = append(w.frames, frame{token: token{name, index, under}})
}

func (w *way) pop() { w.frames = w.frames[:len(w.frames)-1] }

// leave makes the present place the root, and returns the root before.
func (w *way) leave() int {
	before := w.root
	w.root = len(w.frames)
	return before
}

// here returns the present place.
func (w *way) here() *place {
	i := len(w.frames)
	for i > w.root && w.frames[i-1].made == nil {
		i--
	}
	var at *place
	if i > w.root {
		at = w.frames[i-1].made
	}
	for ; i < len(w.frames); i++ {
		at = &place{up: at, token: w.frames[i].token}
		w.frames[i].made = at
	}
	return at
}

// pointer prints a place as the reference does: the root is "/", and any other place has no slash at its end.
func (at *place) pointer(suffix string) string {
	var room [128]byte
	b := at.append(room[:0])
	if suffix != "" {
		b = append(append(b, '/'), suffix...)
	}
	if len(b) == 0 {
		return "/"
	}
	return string(b)
}

func (at *place) append(b []byte) []byte {
	if at == nil {
		return b
	}
	b = at.up.append(b)
	if at.name != "" {
		b = append(append(b, '/'), at.name...)
	}
	if at.index >= 0 {
		b = strconv.AppendInt(append(b, '/'), int64(at.index), 10)
	}
	if at.under != "" {
		b = append(append(b, '/'), at.under...)
	}
	return b
}
