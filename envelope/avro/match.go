package avro

import "github.com/treatyhq/treaty/schema/avro"

type pair struct{ reader, writer *avro.Node }

// A matcher pairs what the reader reads with what the writer writes, and remembers it. It belongs to one call.
type matcher struct {
	resolution avro.Resolution
	pairings   map[pair]*pairing
	branches   map[pair]int
}

// branch returns the index of the reader's branch that a datum of the writer's type, no union, is read as; -1 if none.
func (m *matcher) branch(union, writer *avro.Node) int {
	key := pair{union, writer}
	if i, ok := m.branches[key]; ok {
		return i
	}
	i := m.resolution.Branch(union, writer)
	if m.branches == nil {
		m.branches = map[pair]int{}
	}
	m.branches[key] = i
	return i
}

// A pairing says how a reader's record reads a writer's.
type pairing struct {
	readers   [][]int // for each of the writer's fields, the reader's that take it
	missing   []int   // the reader's fields that nobody writes
	ambiguous []int   // the reader's fields that match several of the writer's
	renamed   []bool  // for each of the reader's fields, whether it was found by an alias
}

// pairing returns how the fields of two records match: by name, else by the reader's aliases.
// Source: Avro 1.12, Schema Resolution and Aliases.
func (m *matcher) pairing(reader, writer *avro.Node) *pairing {
	key := pair{reader, writer}
	if p := m.pairings[key]; p != nil {
		return p
	}
	written := make(map[string]int, len(writer.Fields))
	for i, f := range writer.Fields {
		written[f.Name] = i
	}
	p := &pairing{readers: make([][]int, len(writer.Fields)), renamed: make([]bool, len(reader.Fields))}
	for i, f := range reader.Fields {
		at, found := written[f.Name]
		ambiguous := false
		for _, alias := range f.Aliases {
			j, ok := written[alias]
			switch {
			case !ok || found && j == at:
			case found:
				ambiguous = true
			default:
				at, found = j, true
				p.renamed[i] = true
			}
		}
		switch {
		case !found:
			p.missing = append(p.missing, i)
		default:
			p.readers[at] = append(p.readers[at], i)
			if ambiguous {
				p.ambiguous = append(p.ambiguous, i)
			}
		}
	}
	if m.pairings == nil {
		m.pairings = map[pair]*pairing{}
	}
	m.pairings[key] = p
	return p
}
