package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// fanOut measures deliveries to many streams of one room: how many a second, and the server's CPU time for each.
func (b *bench) fanOut(ctx context.Context) error {
	s, err := start(ctx)
	if s != nil {
		defer s.stop()
	}
	if err != nil {
		return err
	}
	var events atomic.Int64
	conns, err := s.openAll(b.streams, &events)
	defer closeAll(conns)
	if err != nil {
		return err
	}
	before, begin := s.cpuTime(), time.Now()
	for i := range b.messages {
		body := fmt.Sprintf("Message %d, of an ordinary length, as people write them.", i)
		if err := s.post(ctx, "/rooms/general/messages", url.Values{"body": {body}}); err != nil {
			return err
		}
	}
	want := int64(b.messages) * int64(b.streams)
	if err := until(ctx, func() bool { return events.Load() >= want }); err != nil {
		return fmt.Errorf("%d of %d deliveries came: %w", events.Load(), want, err)
	}
	took, used := time.Since(begin), s.cpuTime()-before
	fmt.Printf("fan-out  %d messages, one after another, to %d streams of one room\n", b.messages, b.streams)
	fmt.Printf("         %9.0f deliveries/s, %.1f µs of server CPU each\n\n",
		float64(want)/took.Seconds(), float64(used.Microseconds())/float64(want))
	return nil
}

// idleStreams measures the memory of streams that only wait.
func (b *bench) idleStreams(ctx context.Context) error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return err
	}
	limit.Cur = limit.Max
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return err
	}
	if limit.Cur < uint64(b.idle)+100 {
		return fmt.Errorf("%d files may be open, %d are needed: raise the limit (ulimit -Hn)", limit.Cur, b.idle+100)
	}
	s, err := start(ctx)
	if s != nil {
		defer s.stop()
	}
	if err != nil {
		return err
	}
	before := s.memory()
	var events atomic.Int64
	conns, err := s.openAll(b.idle, &events)
	defer closeAll(conns)
	if err != nil {
		return err
	}
	time.Sleep(5 * time.Second) // the garbage of opening is collected
	fmt.Printf("idle     %d streams\n         %9.1f KB of resident memory each\n\n",
		b.idle, float64(s.memory()-before)/float64(b.idle)/1024)
	return nil
}

// openAll opens streams and counts the messages that arrive on all of them. It returns when every one is level:
// each says so with a ping.
func (s *server) openAll(n int, events *atomic.Int64) ([]net.Conn, error) {
	var conns []net.Conn
	var level atomic.Int64
	var mu sync.Mutex
	var wg sync.WaitGroup
	var failed error
	slots := make(chan struct{}, 64)
	for range n {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			conn, err := s.open()
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed = err
				return
			}
			conns = append(conns, conn)
			go count(conn, &level, events)
		})
	}
	wg.Wait()
	if failed != nil {
		return conns, failed
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := until(ctx, func() bool { return level.Load() >= int64(n) }); err != nil {
		return conns, fmt.Errorf("%d of %d streams opened: %w", level.Load(), n, err)
	}
	return conns, nil
}

// count reads a stream to its end. A mark cut by a read is still found: what may be its beginning is kept.
func count(conn net.Conn, level, events *atomic.Int64) {
	ping, message := []byte("event: ping\n"), []byte("event: message\n")
	buf := make([]byte, 0, 4096)
	isLevel := false
	for {
		n, err := conn.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if !isLevel && bytes.Contains(buf, ping) {
			isLevel = true
			level.Add(1)
		}
		events.Add(int64(bytes.Count(buf, message)))
		if i := bytes.LastIndexByte(buf, '\n'); i >= 0 {
			buf = buf[:copy(buf, buf[i+1:])]
		} else if len(buf) == cap(buf) {
			buf = buf[:0] // in the middle of a long line: no mark is there
		}
		if err != nil {
			return
		}
	}
}

func closeAll(conns []net.Conn) {
	for _, c := range conns {
		_ = c.Close()
	}
}

// until waits for a condition.
func until(ctx context.Context, ok func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	for !ok() {
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), io.ErrUnexpectedEOF)
		case <-time.After(5 * time.Millisecond):
		}
	}
	return nil
}
