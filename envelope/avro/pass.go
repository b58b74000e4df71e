package avro

import "github.com/treatyhq/treaty/schema/avro"

// pass returns the offset behind a datum that has been found valid. It reads no byte outside of body whatever that holds, but
// proves nothing.
func pass(n *avro.Node, body []byte, at int) int {
	switch n.Kind {
	case avro.Null:
		return at
	case avro.Boolean:
		return passFixed(body, at, 1)
	case avro.Int, avro.Long, avro.Enum:
		return skipLongs(body, at, 1)
	case avro.Float:
		return passFixed(body, at, 4)
	case avro.Double:
		return passFixed(body, at, 8)
	case avro.Fixed:
		return passFixed(body, at, n.Size)
	case avro.Bytes, avro.String:
		_, at = readSpan(body, at)
		return at
	case avro.Record:
		for _, f := range n.Fields {
			if at = pass(f.Type.Node, body, at); at < 0 {
				return bad
			}
		}
		return at
	case avro.Union:
		i, next := readIndex(body, at, len(n.Branches))
		if next < 0 {
			return bad
		}
		return pass(n.Branches[i].Node, body, next)
	default:
		return passItems(n, body, at)
	}
}

func passFixed(body []byte, at, size int) int {
	if size > len(body)-at {
		return bad
	}
	return at + size
}

func passItems(n *avro.Node, body []byte, at int) int {
	for {
		count, end, next := readBlock(body, at)
		if at = next; at < 0 || count == 0 {
			return at
		}
		if end >= 0 {
			at = end
			continue
		}
		for range count {
			if n.Kind == avro.Map {
				if _, at = readSpan(body, at); at < 0 {
					return bad
				}
			}
			start := at
			if at = pass(n.Items.Node, body, at); at < 0 {
				return bad
			}
			if n.Kind == avro.Array && at == start {
				break // items without bytes: however many, they end here
			}
		}
	}
}
