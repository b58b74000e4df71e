package registry_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/registry"
	"github.com/treatyhq/treaty/registry/eventlog/postgres"
	"github.com/treatyhq/treaty/registry/eventlog/postgres/pgtest"
	"github.com/treatyhq/treaty/schema"
)

// The texts that the clients register. 1 and 2 each extend 0 in a way that the other cannot read; 3 extends all.
var linearTexts = []string{
	`{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}`,
	`{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":"int","default":0}]}`,
	`{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":"string","default":""}]}`,
	`{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"c","type":"int","default":0}]}`,
}

// reads[new][old] says whether text new reads what text old wrote.
var reads = [4][4]bool{
	{true, true, true, true},
	{true, true, false, true},
	{true, false, true, true},
	{true, true, true, true},
}

type linearOp struct {
	Kind    string // register, delete, level, level?, versions
	Subject string
	Text    int
	Level   compat.Level
}

type linearAnswer struct {
	Code     int // 0 for success
	Version  int
	Level    compat.Level
	Versions string
}

// linearState is one subject as the model sees it: text and deletion of each version, by number.
type linearState struct {
	Texts [64]int8 // by version number: 0 none, ±(text+1), negative when soft-deleted
	Top   int
	Level compat.Level
}

func (s linearState) active() []int {
	var out []int
	for n := 1; n <= s.Top; n++ {
		if s.Texts[n] > 0 {
			out = append(out, n)
		}
	}
	return out
}

// step is the sequential specification of one subject.
func step(s linearState, op linearOp) (linearState, linearAnswer) {
	active := s.active()
	switch op.Kind {
	case "register":
		for _, n := range slices.Backward(active) {
			if int(s.Texts[n]) == op.Text+1 {
				return s, linearAnswer{Version: n}
			}
		}
		if s.Level == compat.Backward && len(active) > 0 && !reads[op.Text][s.Texts[active[len(active)-1]]-1] {
			return s, linearAnswer{Code: 409}
		}
		for n := 1; n <= s.Top; n++ {
			if int(s.Texts[n]) == -(op.Text + 1) {
				s.Texts[n] = 0 // an older deleted version of the same content gives way
			}
		}
		s.Top++
		s.Texts[s.Top] = int8(op.Text + 1)
		return s, linearAnswer{Version: s.Top}
	case "delete":
		if len(active) == 0 {
			if s.Top == 0 {
				return s, linearAnswer{Code: 40401}
			}
			return s, linearAnswer{Code: 40404}
		}
		for _, n := range active {
			s.Texts[n] = -s.Texts[n]
		}
		return s, linearAnswer{Versions: fmt.Sprint(active)}
	case "level":
		s.Level = op.Level
		return s, linearAnswer{}
	case "level?":
		return s, linearAnswer{Level: s.Level}
	default: // versions
		if len(active) == 0 {
			return s, linearAnswer{Code: 40401}
		}
		return s, linearAnswer{Versions: fmt.Sprint(active)}
	}
}

// linearModel checks each subject by itself: an operation touches one subject alone.
var linearModel = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		bySubject := map[string][]porcupine.Operation{}
		for _, op := range history {
			s := op.Input.(linearOp).Subject
			bySubject[s] = append(bySubject[s], op)
		}
		return slices.Collect(maps.Values(bySubject))
	},
	Init: func() any { return linearState{Level: compat.Backward} },
	Step: func(state, input, output any) (bool, any) {
		next, want := step(state.(linearState), input.(linearOp))
		return want == output.(linearAnswer), next
	},
	DescribeOperation: func(input, output any) string { return fmt.Sprintf("%+v -> %+v", input, output) },
}

// TestRegistrationsAreLinearizable runs clients against two replicas over one PostgreSQL and asks porcupine whether some
// sequential order of all operations, consistent with real time, explains every answer.
func TestRegistrationsAreLinearizable(t *testing.T) {
	url := pgtest.URL(t)
	replicas := []*registry.Registry{openReplica(t, url), openReplica(t, url)}
	const clients, operations, subjects = 8, 60, 4

	var mu sync.Mutex
	var history []porcupine.Operation
	ids := map[int]map[int]bool{} // text -> IDs it was answered under
	start := time.Now()
	var wg sync.WaitGroup
	for client := range clients {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(client), 1))
			for range operations {
				op := randomOp(rng, subjects)
				call := time.Since(start).Nanoseconds()
				answer, id := perform(t, replicas[rng.IntN(len(replicas))], op)
				back := time.Since(start).Nanoseconds()
				mu.Lock()
				history = append(history, porcupine.Operation{ClientId: client, Input: op, Output: answer, Call: call, Return: back})
				if id != 0 {
					if ids[op.Text] == nil {
						ids[op.Text] = map[int]bool{}
					}
					ids[op.Text][id] = true
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()

	for text, seen := range ids {
		if len(seen) != 1 {
			t.Errorf("text %d was given %d IDs: %v", text, len(seen), seen)
		}
	}
	if result := porcupine.CheckOperationsTimeout(linearModel, history, time.Minute); result != porcupine.Ok {
		for _, op := range history {
			t.Log(linearModel.DescribeOperation(op.Input, op.Output), op.Call, op.Return)
		}
		t.Fatalf("%d operations of %d clients on %d replicas are not linearizable: %s", len(history), clients, len(replicas), result)
	}
}

func openReplica(t *testing.T, url string) *registry.Registry {
	t.Helper()
	log, err := postgres.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	r := registry.New(log, registry.Config{})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		<-done
		log.Close()
	})
	if err := r.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	return r
}

func randomOp(rng *rand.Rand, subjects int) linearOp {
	op := linearOp{Subject: fmt.Sprintf("subject-%d", rng.IntN(subjects))}
	switch p := rng.IntN(100); {
	case p < 55:
		op.Kind, op.Text = "register", rng.IntN(len(linearTexts))
	case p < 70:
		op.Kind = "delete"
	case p < 78:
		op.Kind, op.Level = "level", []compat.Level{compat.None, compat.Backward}[rng.IntN(2)]
	case p < 86:
		op.Kind = "level?"
	default:
		op.Kind = "versions"
	}
	return op
}

// perform runs one operation and returns its answer, and the schema ID where there is one.
func perform(t *testing.T, r *registry.Registry, op linearOp) (linearAnswer, int) {
	ctx := t.Context()
	subject := registry.ParseSubject(op.Subject)
	switch op.Kind {
	case "register":
		got, err := r.Register(ctx, registry.RegisterCommand{Submission: registry.Submission{Subject: subject,
			Type: schema.Avro, Text: linearTexts[op.Text]}, ID: -1})
		return linearAnswer{Code: codeOf(t, err), Version: got.Number}, got.ID
	case "delete":
		versions, err := r.DeleteSubject(ctx, subject, false)
		return linearAnswer{Code: codeOf(t, err), Versions: printed(versions)}, 0
	case "level":
		_, err := r.SetConfig(ctx, subject, registry.ConfigUpdate{Level: registry.Patch[compat.Level]{Set: true, Value: &op.Level}})
		return linearAnswer{Code: codeOf(t, err)}, 0
	case "level?":
		s, err := r.Latest(ctx)
		if err != nil {
			return linearAnswer{Code: codeOf(t, err)}, 0
		}
		return linearAnswer{Level: s.EffectiveConfig(subject).Level}, 0
	default:
		s, err := r.Latest(ctx)
		if err != nil {
			return linearAnswer{Code: codeOf(t, err)}, 0
		}
		versions, err := s.Versions(subject, registry.VersionFilter{})
		numbers := make([]int, len(versions))
		for i, v := range versions {
			numbers[i] = v.Number
		}
		return linearAnswer{Code: codeOf(t, err), Versions: printed(numbers)}, 0
	}
}

func printed(numbers []int) string {
	if len(numbers) == 0 {
		return ""
	}
	return fmt.Sprint(numbers)
}

// codeOf returns the number of a refusal, with 40901 folded into 409. Any other error fails the test.
func codeOf(t *testing.T, err error) int {
	var refusal *registry.Error
	switch {
	case err == nil:
		return 0
	case !errors.As(err, &refusal):
		t.Errorf("operation: %v", err)
		return -1
	case refusal.Code == registry.Incompatible:
		return 409
	default:
		return int(refusal.Code)
	}
}
