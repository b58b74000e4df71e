package httpapi

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/treatyhq/treaty/registry/eventlog"
)

// A client that waits is sent each event when it happens, and the stream ends by itself when nothing more comes.
func TestEventsAreSentAsTheyHappen(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(serve(t, nil))
	defer server.Close()

	answer, err := http.Get(server.URL + "/events?after=1&limit=2&wait=30s")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	for i, level := range []string{"FULL", "NONE"} {
		request, _ := http.NewRequest(http.MethodPut, server.URL+"/config/s", strings.NewReader(`{"compatibility":"`+level+`"}`))
		if _, err := http.DefaultClient.Do(request); err != nil {
			t.Fatal(err)
		}
		if !lines.Scan() {
			t.Fatalf("the stream ended before event %d: %v", i+2, lines.Err())
		}
		var event eventAnswer
		if err := json.Unmarshal(lines.Bytes(), &event); err != nil {
			t.Fatal(err)
		}
		if event.Seq != eventlog.Seq(i+2) || event.Kind != "config.set" {
			t.Errorf("event %d is %s", i+2, lines.Text())
		}
	}
	if lines.Scan() {
		t.Errorf("after the limit came %s", lines.Text())
	}
}

func TestEventsEndWhenNothingComes(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(serve(t, nil))
	defer server.Close()

	start := time.Now()
	answer, err := http.Get(server.URL + "/events?after=1&wait=20ms")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if bufio.NewScanner(answer.Body).Scan() {
		t.Error("an event came")
	}
	if took := time.Since(start); took < 20*time.Millisecond || took > 10*time.Second {
		t.Errorf("the stream ended after %v, want about 20ms", took)
	}
}
