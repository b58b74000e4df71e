//go:build conformance

package avro

import (
	"bufio"
	"encoding/json"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/treatyhq/treaty/compat"
)

// A driver is a process that answers for another implementation, a line for each pair.
type driver struct {
	in  *json.Encoder
	out *json.Decoder
}

// An answer is what an implementation says of one pair.
type answer struct {
	Compatible bool     `json:"compatible"`
	Types      []string `json:"types"`
	Locations  []string `json:"locations"`
	Error      string   `json:"error"`
}

// start runs a driver until the test ends. make conformance installs what it needs.
func start(t *testing.T, name string, args ...string) *driver {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Stderr = t.Output()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("%s: %v", cmd, err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s: %v", cmd, err)
		}
	})
	return &driver{in: json.NewEncoder(in), out: json.NewDecoder(bufio.NewReader(out))}
}

func (d *driver) ask(t *testing.T, reader, writer version) answer {
	t.Helper()
	if err := d.in.Encode(map[string]string{"reader": reader.text, "writer": writer.text}); err != nil {
		t.Fatalf("ask: %v", err)
	}
	var a answer
	if err := d.out.Decode(&a); err != nil {
		t.Fatalf("reader %s\nwriter %s\nno answer: %v", reader.text, writer.text, err)
	}
	return a
}

// TestSecondOpinionOfJava holds the drop-in verdict against Apache Avro for Java, of which Debian has version 1.8.2.
func TestSecondOpinionOfJava(t *testing.T) {
	const dir = "/usr/share/java/"
	jars := dir + strings.Join([]string{"avro.jar", "avro-guava-dependencies.jar", "jackson-core-asl.jar",
		"jackson-mapper-asl.jar", "slf4j-api.jar", "slf4j-nop.jar"}, ":"+dir)
	java := start(t, "java", "-cp", jars, "conformance/Compare.java")
	o := oracle{ours: oursThrown, divergences: javaDivergences, ask: func(reader, writer version) verdict {
		switch a := java.ask(t, reader, writer); {
		case a.Error != "":
			return verdict(a.Error)
		case a.Compatible:
			return ""
		default:
			return "refused"
		}
	}}
	c := tally{because: map[string]int{}}
	eachPair(t, 0, 1, func(reader, writer version) { o.compare(t, reader, writer, &c) })
	o.report(t, &c)
}

// oursThrown is this package's verdict, or the exception that Java's ends with.
func oursThrown(reader, writer version) verdict {
	c := Check(reader.schema, writer.schema, compat.NewReadsOld)
	if len(c.DropIn) == 1 {
		if thrown, ok := strings.CutPrefix(c.DropIn[0], "Unexpected exception during compatibility check: "); ok {
			return verdict("AvroRuntimeException: " + thrown)
		}
	}
	return oursAlone(reader, writer)
}

// TestSecondOpinionOfPython holds the drop-in list against python3-avro's: its codes in their order, and the places
// without an order, in which it has them.
func TestSecondOpinionOfPython(t *testing.T) {
	python := start(t, "/usr/bin/python3", "conformance/compare.py")
	o := oracle{ours: oursListed, divergences: pythonDivergences, ask: func(reader, writer version) verdict {
		a := python.ask(t, reader, writer)
		if a.Error != "" {
			return verdict(a.Error)
		}
		if a.Compatible != (len(a.Types) == 0) {
			t.Errorf("reader %s\nwriter %s\ncompatible %t with %q", reader.text, writer.text, a.Compatible, a.Types)
		}
		return verdictOf(a.Types, a.Locations)
	}}
	c := tally{because: map[string]int{}}
	eachPair(t, 0, 1, func(reader, writer version) { o.compare(t, reader, writer, &c) })
	o.report(t, &c)
}

// verdictOf is the verdict of a list of incompatibilities. The root is left out of the places: python3-avro adds it where it merges results.
func verdictOf(types, locations []string) verdict {
	if len(types) == 0 {
		return ""
	}
	slices.Sort(locations)
	locations = slices.DeleteFunc(slices.Compact(locations), func(l string) bool { return l == "/" })
	return verdict(strings.Join(types, " ") + " at " + strings.Join(locations, " "))
}

var printedEntry = regexp.MustCompile(`^\{errorType:'(\w+)', description:'.*?path '([^']*)'`)

// oursListed is this package's drop-in list with its places as python3-avro has them.
func oursListed(reader, writer version) verdict {
	var types, locations []string
	for _, line := range Check(reader.schema, writer.schema, compat.NewReadsOld).DropIn {
		entry := printedEntry.FindStringSubmatch(line)
		if entry == nil {
			return verdict(line)
		}
		types = append(types, entry[1])
		locations = append(locations, restarted(entry[1], entry[2]))
	}
	return verdictOf(types, locations)
}

// restarted is a place as python3-avro has it, which starts at the root again in a branch of the writer's union.
func restarted(code, location string) string {
	tokens := strings.Split(location, "/")[1:]
	last := len(tokens)
	if code == missingBranch {
		last--
	}
	for i := last - 1; i >= 0; i-- {
		if branch := strings.Trim(tokens[i], "0123456789") == "" && tokens[i] != ""; branch && (i == 0 || tokens[i-1] != "fields") {
			return "/" + strings.Join(tokens[i+1:], "/")
		}
	}
	return location
}
