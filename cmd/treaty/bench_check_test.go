package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/treatyhq/treaty/compat"
	"github.com/treatyhq/treaty/registry"
)

// BenchmarkCompatibility compares POST /compatibility/.../latest, of schemas that have been seen, with GET /schemas/ids/{id}.
func BenchmarkCompatibility(b *testing.B) {
	r := openBench(b, b.TempDir())
	texts := benchTexts(100)
	registerAll(b, r.Registry, 1, texts)
	address := serveBench(b, benchAPI(b, r.Registry))
	reads, checks := make([][]byte, len(texts)), make([][]byte, len(texts))
	for i, text := range texts {
		reads[i] = get("/schemas/ids/" + strconv.Itoa(i+1))
		changed := strings.Replace(text, `]}`, `,{"name":"added","type":["null","string"],"default":null}]}`, 1)
		body := fmt.Sprintf(`{"schema":%s}`, strconv.Quote(changed))
		checks[i] = post(fmt.Sprintf("/compatibility/subjects/subject-%d/versions/latest", i), body)
	}
	var check, read float64
	for b.Loop() {
		check, read = 0, 0
		for range 5 { // in turns, so that both meet the same noise
			check += drive(b, address, 64, 300*time.Millisecond, func(c, n int) []byte { return checks[(c+n)%len(checks)] }) / 5
			read += drive(b, address, 64, 300*time.Millisecond, func(c, n int) []byte { return reads[(c+n)%len(reads)] }) / 5
		}
	}
	b.ReportMetric(check, "checks/s")
	b.ReportMetric(check/read, "of-reads")
}

// BenchmarkChecks asks POST /checks for 200 subjects in chains of ten, each of which refers to the one before it, and as
// many times POST /compatibility/.../latest, over one connection.
func BenchmarkChecks(b *testing.B) {
	const subjects, chain = 200, 10
	r := openBench(b, b.TempDir())
	api := benchAPI(b, r.Registry)
	address := serveBench(b, api)
	var proposals []string
	singles := make([][]byte, subjects)
	for i := range subjects {
		text, refer := benchText(i), func(int) string { return "" }
		if i%chain > 0 {
			before := fmt.Sprintf("shop.orders.Event%d", i-1)
			text = strings.Replace(text, `]}`, `,{"name":"before","type":["null","`+before+`"],"default":null}]}`, 1)
			refer = func(version int) string {
				return fmt.Sprintf(`,"references":[{"name":%q,"subject":"subject-%d","version":%d}]`, before, i-1, version)
			}
		}
		register := strings.NewReader(fmt.Sprintf(`{"schema":%q%s}`, text, refer(1)))
		recorder := httptest.NewRecorder()
		api.ServeHTTP(recorder, httptest.NewRequest("POST", fmt.Sprintf("/subjects/subject-%d/versions", i), register))
		if recorder.Code != http.StatusOK {
			b.Fatal(recorder.Body)
		}
		changed := strings.Replace(text, `]}`, `,{"name":"added","type":["null","string"],"default":null}]}`, 1)
		singles[i] = post(fmt.Sprintf("/compatibility/subjects/subject-%d/versions/latest", i), fmt.Sprintf(`{"schema":%q%s}`, changed, refer(1)))
		proposals = append(proposals, fmt.Sprintf(`{"subject":"subject-%d","schema":%q%s}`, i, changed, refer(registry.LatestVersion)))
	}
	all := post("/checks", `{"subjects":[`+strings.Join(proposals, ",")+`]}`)
	var many, single float64
	for b.Loop() {
		many, single = 0, 0
		for range 5 { // in turns, so that both meet the same noise
			many += drive(b, address, 1, 300*time.Millisecond, func(int, int) []byte { return all }) * subjects / 5
			single += drive(b, address, 1, 300*time.Millisecond, func(_, n int) []byte { return singles[n%subjects] }) / 5
		}
	}
	b.ReportMetric(many, "subjects/s")
	b.ReportMetric(many/single, "of-single-checks")
}

// BenchmarkTransitiveCheck compares a schema with 1,000 versions, for the first time and again, and sets both beside 1,000
// checks against one version that have never been made.
func BenchmarkTransitiveCheck(b *testing.B) {
	const versions = 1000
	r := openBench(b, b.TempDir())
	subject := registry.Subject{Context: registry.DefaultContext, Name: "s"}
	level := compat.FullTransitive
	if _, err := r.SetConfig(b.Context(), subject, registry.ConfigUpdate{Level: registry.Patch[compat.Level]{Set: true, Value: &level}}); err != nil {
		b.Fatal(err)
	}
	text := func(n int) string { return strings.Replace(benchText(0), "number 0", "number "+strconv.Itoa(n), 1) }
	for n := range versions {
		cmd := registry.RegisterCommand{Submission: registry.Submission{Subject: subject, Text: text(n)}, ID: registry.UnsetID, Force: true}
		if _, err := r.Register(b.Context(), cmd); err != nil {
			b.Fatal(err)
		}
	}
	next := versions
	check := func(n, version int) time.Duration {
		start := time.Now()
		cmd := registry.CheckCommand{Submission: registry.Submission{Subject: subject, Text: text(n)}, Version: version}
		if v, err := r.Check(b.Context(), cmd); err != nil || !v.Compatible {
			b.Fatal(v, err)
		}
		return time.Since(start)
	}
	var first, again, single time.Duration
	for b.Loop() {
		check(next, registry.AllVersions) // everything is parsed
		next++
		first, again, single = check(next, registry.AllVersions), check(next, registry.AllVersions), 0
		for v := 1; v <= versions; v++ {
			next++
			single += check(next, v)
		}
		next++
	}
	b.ReportMetric(first.Seconds()*1000, "ms-first")
	b.ReportMetric(again.Seconds()*1000, "ms-again")
	b.ReportMetric(first.Seconds()/single.Seconds(), "of-1000-checks")
	b.ReportMetric(again.Seconds()/first.Seconds(), "of-first")
}
