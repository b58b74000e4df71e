package httpapi

import (
	"encoding/json"
	"net/http"
	"sync"
)

// A recorder remembers what was answered. Recorders are pooled: a handler must not keep its writer.
type recorder struct {
	http.ResponseWriter
	status int    // 0 until the header is written
	bytes  int64  // of the body
	code   int    // error_code of a refusal, else 0
	actor  string // who asked, where that is known
}

var recorders = sync.Pool{New: func() any { return new(recorder) }}

func newRecorder(w http.ResponseWriter) *recorder {
	rec := recorders.Get().(*recorder)
	rec.ResponseWriter = w
	return rec
}

func (rec *recorder) release() {
	*rec = recorder{}
	recorders.Put(rec)
}

func (rec *recorder) WriteHeader(status int) {
	if rec.status == 0 && status >= http.StatusOK {
		rec.status = status
	}
	rec.ResponseWriter.WriteHeader(status)
}

func (rec *recorder) Write(p []byte) (int, error) {
	if rec.status == 0 {
		rec.status = http.StatusOK
	}
	n, err := rec.ResponseWriter.Write(p)
	rec.bytes += int64(n)
	return n, err
}

// WriteString spares io.WriteString the copy of an answer that is a string already.
func (rec *recorder) WriteString(s string) (int, error) {
	if rec.status == 0 {
		rec.status = http.StatusOK
	}
	writer, ok := rec.ResponseWriter.(interface{ WriteString(string) (int, error) })
	if !ok {
		return rec.Write([]byte(s))
	}
	n, err := writer.WriteString(s)
	rec.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection, to flush and to set deadlines.
func (rec *recorder) Unwrap() http.ResponseWriter { return rec.ResponseWriter }

// recorderOf returns the recorder beneath w, nil if there is none.
func recorderOf(w http.ResponseWriter) *recorder {
	for {
		switch inner := w.(type) {
		case *recorder:
			return inner
		case interface{ Unwrap() http.ResponseWriter }:
			w = inner.Unwrap()
		default:
			return nil
		}
	}
}

// noteRefusal tells the observer the error_code of the answer.
func noteRefusal(w http.ResponseWriter, code int) {
	if rec := recorderOf(w); rec != nil {
		rec.code = code
	}
}

// noteActor tells the observer who asked.
func noteActor(w http.ResponseWriter, actor string) {
	if rec := recorderOf(w); rec != nil {
		rec.actor = actor
	}
}

// writeRefusal answers a request that reaches no handler. The error_code is the status.
func writeRefusal(w http.ResponseWriter, status int, message string) {
	noteRefusal(w, status)
	body, _ := json.Marshal(errorAnswer{Code: status, Message: message})
	header := w.Header()
	header["Content-Type"] = productions[0].header
	header["Cache-Control"] = noStore
	header["X-Xss-Protection"] = protection
	w.WriteHeader(status)
	w.Write(body)
}
