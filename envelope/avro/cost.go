package avro

import (
	"container/heap"

	"github.com/treatyhq/treaty/schema/avro"
)

// A cost is the size of a pair's smallest datum: its bytes, and one for it and for each datum inside.
type cost int

// maxCost bounds what is built. Sums that exceed it count as more, and a pair without a finite datum as endless.
const (
	maxCost cost = 1 << 20
	more         = maxCost + 1
	endless      = maxCost + 2
)

// cost returns the cost of a pair. Those of everything that it needs are worked out with it.
func (b *Builder) cost(p pair) cost {
	if c, ok := b.costs[p]; ok {
		return c
	}
	s := search{b: b, states: map[pair]*state{}}
	s.discover(p)
	s.settle()
	if b.costs == nil {
		b.costs = map[pair]cost{}
	}
	for q, st := range s.states {
		if !st.settled {
			st.cost = endless
		}
		b.costs[q] = st.cost
	}
	return b.costs[p]
}

// A search finds the costs of pairs that depend on each other, in order of their costs, as Dijkstra's does for the
// distances of nodes: a record is known once all its fields are, a union once its cheapest branch is.
// Source: Knuth, A Generalization of Dijkstra's Algorithm.
type search struct {
	b      *Builder
	states map[pair]*state
	queue  queue
	serial int
}

type state struct {
	pair    pair
	cost    cost
	settled bool
	serial  int      // of its discovery, for an order that does not depend on chance
	waits   int      // fields of a record that are not known
	users   []*state // records and unions that need it, as often as they do
}

// discover finds a pair and all that it depends on.
func (s *search) discover(root pair) {
	todo := []*state{s.state(root)}
	for len(todo) > 0 {
		st := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, q := range s.needs(st) {
			if c, ok := s.b.costs[q]; ok {
				s.use(st, c)
				continue
			}
			known := s.states[q]
			if known == nil {
				known = s.state(q)
				todo = append(todo, known)
			}
			known.users = append(known.users, st)
		}
		if st.waits == 0 && st.pair.writer.Kind != avro.Union {
			heap.Push(&s.queue, entry{st, st.cost})
		}
	}
}

func (s *search) state(p pair) *state {
	s.serial++
	st := &state{pair: p, serial: s.serial}
	s.states[p] = st
	return st
}

// needs starts the cost of a pair with its own part and returns the pairs that the rest comes from. A pair that the
// reader cannot read waits for ever.
func (s *search) needs(st *state) []pair {
	p, w := st.pair, st.pair.writer
	if p.reader != nil && !s.readable(p) {
		st.waits = 1
		return nil
	}
	var out []pair
	switch w.Kind {
	case avro.Record:
		st.cost, st.waits = 1, len(w.Fields)
		for i := range w.Fields {
			out = append(out, s.b.field(p, i))
		}
	case avro.Union:
		for i := range w.Branches {
			out = append(out, s.b.branchOf(p, i))
		}
	case avro.Enum:
		st.cost = 2
		if readable(p) < 0 {
			st.waits = 1
		}
	default:
		st.cost = leafCost(w)
	}
	return out
}

// readable reports whether the reader can read some datum of the writer's type, apart from what is inside.
func (s *search) readable(p pair) bool {
	r, w := p.reader, p.writer
	switch {
	case r == nobody:
		return false
	case w.Kind == avro.Union:
		return true
	case r.Kind != w.Kind:
		return avro.Promotes(r.Kind, w.Kind)
	case r.Kind.Named() && !avro.NamesMatch(r, w):
		return false
	case r.Kind == avro.Fixed:
		return r.Size == w.Size
	case r.Kind == avro.Record:
		pairing := s.b.pairing(r, w)
		for _, i := range pairing.missing {
			if r.Fields[i].Default == nil {
				return false
			}
		}
		return len(pairing.ambiguous) == 0
	default:
		return true
	}
}

func leafCost(n *avro.Node) cost {
	switch n.Kind {
	case avro.Null:
		return 1
	case avro.Fixed:
		return 1 + cost(min(n.Size, int(maxCost)))
	case avro.Float:
		return 5
	case avro.Double:
		return 9
	case avro.Bytes:
		return 2 + cost(len(smallestLeaf(n).(Bytes)))
	case avro.String:
		return 2 + cost(len(smallestLeaf(n).(String)))
	default:
		return 2
	}
}

// settle works through the pairs from the cheapest on.
func (s *search) settle() {
	for s.queue.Len() > 0 {
		e := heap.Pop(&s.queue).(entry)
		if e.state.settled {
			continue
		}
		e.state.settled, e.state.cost = true, e.cost
		for _, user := range e.state.users {
			s.use(user, e.cost)
		}
	}
}

// use tells a record or a union the cost of one that it needs.
func (s *search) use(st *state, c cost) {
	switch {
	case c == endless || st.settled:
	case st.pair.writer.Kind == avro.Union:
		heap.Push(&s.queue, entry{st, min(c+2, more)})
	default:
		st.cost = min(st.cost+c, more)
		if st.waits--; st.waits == 0 {
			heap.Push(&s.queue, entry{st, st.cost})
		}
	}
}

type entry struct {
	state *state
	cost  cost
}

type queue []entry

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return q[i].cost < q[j].cost || q[i].cost == q[j].cost && q[i].state.serial < q[j].state.serial
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(entry)) }
func (q *queue) Pop() any {
	last := len(*q) - 1
	e := (*q)[last]
	*q = (*q)[:last]
	return e
}
