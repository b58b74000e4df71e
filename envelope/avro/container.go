package avro

import (
	"bufio"
	"bytes"
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"unicode/utf8"

	"github.com/treatyhq/treaty/schema"
	"github.com/treatyhq/treaty/schema/avro"
)

// The codes of files that are no containers, or not within the limits.
const (
	ContainerFormat Code = "AVRO_CONTAINER"       // not the form of a container
	ContainerCodec  Code = "AVRO_CONTAINER_CODEC" // a compression that is not read
	ContainerLimit  Code = "AVRO_CONTAINER_LIMIT" // a header or a block that is too large
)

// ContainerMagic is what an object container file begins with.
const ContainerMagic = "Obj\x01"

// A Container reads an object container file: data of one schema, one after another. It is for one reader. Its memory is
// that of a block, however long the file is.
// Source: Avro 1.12, Object Container Files.
type Container struct {
	in      *bufio.Reader
	at      int // offset in the file
	limit   int
	schema  *avro.Schema
	program *Program
	deflate bool
	sync    [16]byte
	free    int          // data without bytes left
	raw     bytes.Buffer // the block at hand as it is in the file
	opened  bytes.Buffer // and decompressed
}

// NewContainer reads the header of a file. The header, and each block, opened if it is compressed, may have limit bytes; 0
// is 10 MiB. What is wrong with the file is an *[Error], and with its schema a *schema.Error.
func NewContainer(ctx context.Context, r io.Reader, limit int) (*Container, error) {
	if limit == 0 {
		limit = 10 << 20
	}
	c := &Container{in: bufio.NewReader(r), limit: limit, free: DefaultLimits.Free}
	meta, err := c.header()
	if err != nil {
		return nil, err
	}
	switch codec := string(meta["avro.codec"]); codec {
	case "", "null":
	case "deflate":
		c.deflate = true
	default:
		return nil, c.errorf(ContainerCodec, "the data are compressed with %.40q; null and deflate are read", codec)
	}
	text, ok := meta["avro.schema"]
	if !ok {
		return nil, c.errorf(ContainerFormat, "the header has no avro.schema")
	}
	if c.schema, err = avro.Parse(ctx, schema.Source{Text: string(text)}, schema.Options{}); err != nil {
		return nil, fmt.Errorf("the schema of the file: %w", err)
	}
	c.program = Compile(c.schema)
	return c, nil
}

// Schema returns the schema of the data.
func (c *Container) Schema() *avro.Schema { return c.schema }

// Data returns the data in their order, each proved by the schema's program. The bytes are good until the next ones. An
// error ends them: behind what is wrong nothing is known.
func (c *Container) Data() iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for {
			count, err := c.block()
			if err != nil {
				if !errors.Is(err, io.EOF) {
					yield(nil, err)
				}
				return
			}
			if !c.each(count, yield) {
				return
			}
		}
	}
}

// each yields the data of the block at hand, and reports whether to go on.
func (c *Container) each(count int64, yield func([]byte, error) bool) bool {
	rest := c.raw.Bytes()
	if c.deflate {
		rest = c.opened.Bytes()
	}
	for i := range count {
		n, ok := c.program.Next(rest)
		if !ok {
			yield(nil, c.wrong(i, rest, n))
			return false
		}
		if n == 0 {
			if c.free--; c.free < 0 {
				yield(nil, c.errorf(TooManyItems, "the file holds more than %d data without bytes", DefaultLimits.Free))
				return false
			}
		}
		if !yield(rest[:n:n], nil) {
			return false
		}
		rest = rest[n:]
	}
	if len(rest) > 0 {
		yield(nil, c.errorf(BlockSize, "%d bytes of the block are left over behind its %d data", len(rest), count))
		return false
	}
	return true
}

// wrong returns what is wrong with a datum of the block at hand; n is its length, 0 if that is not known.
func (c *Container) wrong(i int64, rest []byte, n int) error {
	if n > 0 {
		rest = rest[:n]
	}
	f := c.program.Findings(rest, 1)[0]
	return &Error{Code: Code(f.Code), Path: f.Path, Writer: f.SchemaPath, Offset: c.at,
		Reason: fmt.Sprintf("datum %d of the block before this offset: %s", i, f.Message)}
}

// block reads the next block into memory and returns how many data it has; io.EOF behind the last one.
func (c *Container) block() (int64, error) {
	if _, err := c.in.Peek(1); err != nil {
		return 0, err
	}
	count, err := c.long()
	if err != nil {
		return 0, err
	}
	size, err := c.long()
	if err != nil {
		return 0, err
	}
	if count < 0 || size < 0 {
		return 0, c.errorf(BlockSize, "a block of %d data in %d bytes", count, size)
	}
	if err := c.take(&c.raw, size); err != nil {
		return 0, err
	}
	var sync [16]byte
	if err := c.fill(sync[:]); err != nil {
		return 0, err
	}
	if sync != c.sync {
		return 0, c.errorf(ContainerFormat, "the block before this offset does not end in the sync marker of the file")
	}
	if c.deflate {
		return count, c.inflate()
	}
	return count, nil
}

// inflate opens the block at hand.
func (c *Container) inflate() error {
	packed := bytes.NewReader(c.raw.Bytes())
	c.opened.Reset()
	n, err := c.opened.ReadFrom(io.LimitReader(flate.NewReader(packed), int64(c.limit)+1))
	switch {
	case err != nil:
		return c.errorf(ContainerFormat, "the block before this offset is not compressed with deflate: %v", err)
	case n > int64(c.limit):
		return c.errorf(ContainerLimit, "the block before this offset has more than %d bytes when opened", c.limit)
	case packed.Len() > 0:
		return c.errorf(BlockSize, "%d bytes are left over behind the compressed data of the block", packed.Len())
	}
	return nil
}

// header reads the magic bytes, the map of metadata and the sync marker. Of a key that stands twice the last value counts.
func (c *Container) header() (map[string][]byte, error) {
	var magic [len(ContainerMagic)]byte
	if err := c.fill(magic[:]); err != nil {
		return nil, err
	}
	if string(magic[:]) != ContainerMagic {
		return nil, c.errorf(ContainerFormat, "the file begins with % x, not with Obj and 1", magic)
	}
	meta := map[string][]byte{}
	for {
		count, err := c.long()
		if err != nil {
			return nil, err
		}
		if count == 0 {
			return meta, c.fill(c.sync[:])
		}
		if count < 0 { // the size of the block in bytes follows
			count = -count
			if _, err := c.long(); err != nil {
				return nil, err
			}
		}
		for ; count != 0; count-- {
			if err := c.entry(meta); err != nil {
				return nil, err
			}
		}
	}
}

func (c *Container) entry(meta map[string][]byte) error {
	var both [2]bytes.Buffer
	for i := range both {
		size, err := c.long()
		if err != nil {
			return err
		}
		if size < 0 {
			return c.errorf(LengthRange, "a length of %d in the header", size)
		}
		if err := c.take(&both[i], size); err != nil {
			return err
		}
	}
	if c.at > c.limit {
		return c.errorf(ContainerLimit, "the header has more than %d bytes", c.limit)
	}
	if !utf8.Valid(both[0].Bytes()) {
		return c.errorf(InvalidUTF8, "a key of the header is not UTF-8")
	}
	meta[both[0].String()] = both[1].Bytes()
	return nil
}

// long reads a number.
func (c *Container) long() (int64, error) {
	var buf [10]byte
	for n := range buf {
		if err := c.fill(buf[n : n+1]); err != nil {
			return 0, err
		}
		if buf[n] < 0x80 {
			if v, next := readNumber(buf[:n+1], 0, 64); next > 0 {
				return v, nil
			}
			break
		}
	}
	return 0, c.errorf(VarintWidth, "a number of more than 64 bits")
}

// fill reads as many bytes as there is room for.
func (c *Container) fill(to []byte) error {
	n, err := io.ReadFull(c.in, to)
	c.at += n
	return c.truncated(err)
}

// take reads so many bytes, as they come: the number may be a lie.
func (c *Container) take(to *bytes.Buffer, size int64) error {
	to.Reset()
	if size > int64(c.limit) {
		return c.errorf(ContainerLimit, "a part of %d bytes, and the limit is %d", size, c.limit)
	}
	n, err := to.ReadFrom(io.LimitReader(c.in, size))
	c.at += int(n)
	if err == nil && n < size {
		err = io.ErrUnexpectedEOF
	}
	return c.truncated(err)
}

func (c *Container) truncated(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return c.errorf(Truncated, "the file ends inside a part of it")
	}
	return err
}

func (c *Container) errorf(code Code, format string, args ...any) error {
	return &Error{Code: code, Offset: c.at, Reason: fmt.Sprintf(format, args...)}
}
