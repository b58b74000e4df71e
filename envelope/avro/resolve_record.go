package avro

import (
	"unicode/utf8"

	"github.com/treatyhq/treaty/schema/avro"
)

// record reads the writer's fields in their order into those of the reader that match, and puts in the defaults of the
// others.
func (r *resolver) record(reader, writer *avro.Node) (Datum, error) {
	p := r.pairing(reader, writer)
	if err := r.unreadable(reader, p); err != nil {
		return nil, err
	}
	if err := r.spend(len(reader.Fields)); err != nil {
		return nil, err
	}
	out := make(Record, len(reader.Fields))
	for j, f := range writer.Fields {
		if err := r.field(out, reader, f, j, p); err != nil {
			return nil, err
		}
	}
	for _, i := range p.missing {
		v, err := r.missing(reader.Fields[i], i)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

// unreadable refuses a record that has a field which no message can fill.
func (r *resolver) unreadable(reader *avro.Node, p *pairing) error {
	start := r.at
	for _, i := range p.ambiguous {
		f := reader.Fields[i]
		if err := r.failField(f, i, AmbiguousField, start, "matches several fields of the data by its name and aliases"); err != nil {
			return err
		}
	}
	for _, i := range p.missing {
		f := reader.Fields[i]
		if f.Default != nil {
			continue
		}
		if err := r.failField(f, i, MissingField, start, "missing in the data, no default"); err != nil {
			return err
		}
	}
	return nil
}

// failField fails at field i of the reader's record at hand.
func (r *resolver) failField(f *avro.Field, i int, code Code, offset int, reason string) error {
	pointers := [2]string{readerPointer(r.trail), writerPointer(r.trail)}
	r.enter(place{kind: atField, name: f.Name, reader: i, writer: -1})
	err := error(&Error{
		Code: code, Path: instancePath(r.trail), Reader: pointers[0] + fieldPointer(i), Writer: pointers[1], Offset: offset, Reason: reason,
	})
	r.leave()
	if r.collect && len(r.failures) < maxFailures {
		r.failures = append(r.failures, err.(*Error))
		return nil
	}
	return err
}

// field reads the writer's field j into out.
func (r *resolver) field(out Record, reader *avro.Node, f *avro.Field, j int, p *pairing) error {
	takers := p.readers[j]
	if len(takers) == 0 {
		r.enter(place{kind: atField, name: f.Name, reader: -1, writer: j})
		_, err := r.cursor.datum(f.Type.Node)
		r.noted(Dropped, "")
		r.leave()
		return err
	}
	start := r.at
	for _, i := range takers {
		r.at = start // several of the reader's fields read it again and again; the budget bounds that
		taker := reader.Fields[i]
		if p.renamed[i] {
			r.enter(place{kind: atField, name: f.Name, reader: i, writer: j})
			r.noted(Renamed, "%s to %s", f.Name, taker.Name)
			r.leave()
		}
		v, err := r.inside(place{kind: atField, name: f.Name, reader: i, writer: j}, taker.Type.Node, f.Type.Node)
		if err != nil {
			return err
		}
		out[i] = v
	}
	return nil
}

// missing returns the default of field i of the reader's record, which the message does not have.
func (r *resolver) missing(f *avro.Field, i int) (Datum, error) {
	if f.Default == nil {
		return Null{}, nil // refused already
	}
	v, size, err := r.defaults.of(f)
	if err != nil {
		return Null{}, r.failField(f, i, BadDefault, r.at, "its default cannot be read: "+err.Error())
	}
	if err := r.spend(size); err != nil {
		return nil, err
	}
	r.enter(place{kind: atField, name: f.Name, reader: i, writer: -1})
	r.noted(Defaulted, "")
	r.leave()
	return v, nil
}

// promoted reads a primitive as another one.
func (r *resolver) promoted(reader, writer *avro.Node) (Datum, error) {
	if !avro.Promotes(reader.Kind, writer.Kind) {
		return r.refuse(writer, TypeMismatch, "%s cannot be read as %s", writer.TypeName(), reader.TypeName())
	}
	start := r.at
	d, err := r.scalar(writer)
	if err != nil {
		return nil, err
	}
	if b, ok := d.(Bytes); ok && !utf8.Valid(b) {
		return Null{}, r.fail(InvalidUTF8, start, "the bytes are not UTF-8 and cannot be read as a string")
	}
	v, exact := convert(d, reader.Kind)
	kind := Promoted
	if !exact {
		kind = Rounded
	}
	r.noted(kind, "%s to %s", writer.Kind, reader.Kind)
	return v, nil
}

// convert promotes a datum; exact is false if the new type has no such value.
func convert(d Datum, to avro.Kind) (v Datum, exact bool) {
	switch d := d.(type) {
	case Int:
		switch to {
		case avro.Long:
			return Long(d), true
		case avro.Float:
			return Float(float32(d)), int64(float32(d)) == int64(d)
		}
		return Double(d), true
	case Long:
		if to == avro.Float {
			return Float(float32(d)), holds(float64(float32(d)), int64(d))
		}
		return Double(d), holds(float64(d), int64(d))
	case Float:
		return Double(d), true
	case String:
		return Bytes(copied([]byte(d))), true
	case Bytes:
		return String(d), true
	default:
		return d, true
	}
}

// holds reports whether a floating-point number is a whole number.
func holds(f float64, v int64) bool {
	const beyond = 1 << 63 // what no long is
	return f < beyond && int64(f) == v
}
