package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/treatyhq/treaty/registry/eventlog/postgres/pgtest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"treaty": func() { os.Exit(run()) }})
}

// TestScripts runs the command as users do. Beside the usual commands there are
//
//	ready                      waits until the server at $ADDR serves
//	ask STATUS METHOD PATH [BODY]
//	                           sends a request with the header lines in $HEADERS, wants the status, prints the body
//	eventually STATUS METHOD PATH
//	                           asks until the status is the wanted one
//	other                      sets $ADDR to another such address
//	database                   sets $POSTGRES to the URL of an empty database
//
// $ADDR is an address that nobody listens on.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			address, err := freeAddress()
			env.Setenv("ADDR", address)
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"ready":      ready,
			"ask":        ask,
			"eventually": eventually,
			"other": func(ts *testscript.TestScript, _ bool, _ []string) {
				address, err := freeAddress()
				ts.Check(err)
				ts.Setenv("ADDR", address)
			},
			"database": func(ts *testscript.TestScript, _ bool, _ []string) {
				ts.Setenv("POSTGRES", pgtest.URL(t))
			},
		},
	})
}

func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer listener.Close()
	return listener.Addr().String(), nil
}

func ready(ts *testscript.TestScript, _ bool, _ []string) {
	deadline := time.Now().Add(30 * time.Second)
	for time.Now().Before(deadline) {
		response, err := http.Get("http://" + ts.Getenv("ADDR") + "/readyz")
		if err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
	ts.Fatalf("no server became ready at %s", ts.Getenv("ADDR"))
}

func ask(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 3 {
		ts.Fatalf("usage: ask STATUS METHOD PATH [BODY]")
	}
	status, body := exchange(ts, args[1], args[2], strings.Join(args[3:], " "))
	fmt.Fprintf(ts.Stdout(), "%s\n", body)
	if status != args[0] {
		ts.Fatalf("%s %s: status %s, want %s: %s", args[1], args[2], status, args[0], body)
	}
}

func eventually(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: eventually STATUS METHOD PATH")
	}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		status, body := exchange(ts, args[1], args[2], "")
		if status == args[0] {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("%s %s: status %s, want %s: %s", args[1], args[2], status, args[0], body)
		}
	}
}

// exchange sends a request and returns the status and the body of the answer.
func exchange(ts *testscript.TestScript, method, path, body string) (status, answer string) {
	request, err := http.NewRequest(method, "http://"+ts.Getenv("ADDR")+path, strings.NewReader(body))
	ts.Check(err)
	request.Header.Set("Content-Type", "application/vnd.schemaregistry.v1+json")
	for line := range strings.Lines(ts.Getenv("HEADERS")) {
		name, value, _ := strings.Cut(line, ":")
		request.Header.Set(name, strings.TrimSpace(value))
	}
	response, err := http.DefaultClient.Do(request)
	ts.Check(err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	ts.Check(err)
	return strconv.Itoa(response.StatusCode), string(text)
}
