package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// drive sends requests over the given number of keep-alive connections for a time and returns the answers a second. The
// client costs as little as it can: requests are bytes, answers are skipped by their length, and anything but 200 fails.
func drive(b *testing.B, address string, connections int, span time.Duration, request func(connection, n int) []byte) float64 {
	b.Helper()
	var total atomic.Int64
	var wg sync.WaitGroup
	start := time.Now()
	for c := range connections {
		wg.Go(func() {
			n, err := driveOne(address, start.Add(span), func(n int) []byte { return request(c, n) })
			if err != nil {
				b.Errorf("connection %d: %v", c, err)
			}
			total.Add(int64(n))
		})
	}
	wg.Wait()
	return float64(total.Load()) / time.Since(start).Seconds()
}

func driveOne(address string, until time.Time, request func(n int) []byte) (int, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	r := bufio.NewReaderSize(conn, 16<<10)
	n := 0
	for ; n&15 != 0 || time.Now().Before(until); n++ {
		if _, err := conn.Write(request(n)); err != nil {
			return n, err
		}
		if err := skipAnswer(r); err != nil {
			return n, err
		}
	}
	return n, nil
}

// skipAnswer reads one response with a Content-Length.
func skipAnswer(r *bufio.Reader) error {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(line, []byte("HTTP/1.1 200")) {
		rest, _ := io.ReadAll(io.LimitReader(r, 500))
		return fmt.Errorf("%s%s", line, rest)
	}
	length := -1
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) <= 2 {
			break
		}
		if v, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(v))); err != nil {
				return err
			}
		}
	}
	_, err = r.Discard(length)
	return err
}
