package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"example.com/chat/internal/sse"
)

// listen has an engine's streams served by net/http on a loopback port until the benchmark ends.
func listen(b *testing.B, engine *sse.Engine) *net.TCPAddr {
	b.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	var readers atomic.Int64
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		stream, err := open(engine, int(readers.Add(1)), false, room)
		if err == nil {
			err = stream.Serve(w, r)
		}
		if err != nil {
			b.Error(err)
		}
	})}
	go func() { _ = server.Serve(listener) }()
	b.Cleanup(func() { _ = server.Close() })
	return listener.Addr().(*net.TCPAddr)
}

const request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"

// BenchmarkServe is an ephemeral event's way from Broadcast through net/http and loopback connections to all of its
// readers, who are in this process, too. The next one is sent when all of them have it.
func BenchmarkServe(b *testing.B) {
	for _, n := range []int{1, 100} {
		b.Run(fmt.Sprintf("subscribers=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			engine := newEngine()
			addr := listen(b, engine)
			var level, had sync.WaitGroup
			level.Add(n)
			for range n {
				conn, err := net.Dial("tcp4", addr.String())
				if err != nil {
					b.Fatal(err)
				}
				defer conn.Close()
				if _, err := conn.Write([]byte(request)); err != nil {
					b.Fatal(err)
				}
				go read(conn, level.Done, had.Done)
			}
			level.Wait()
			for b.Loop() {
				had.Add(n)
				if err := engine.Broadcast(b.Context(), room, sse.Event{Name: "typing", Data: text}); err != nil {
					b.Fatal(err)
				}
				had.Wait()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/subscriber")
		})
	}
}

// read tells of the first ping, and of every event after it.
func read(conn net.Conn, level, event func()) {
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		switch {
		case bytes.Equal(lines.Bytes(), []byte("event: ping")):
			level()
		case bytes.Equal(lines.Bytes(), []byte("event: typing")):
			event()
		}
	}
}

// BenchmarkIdle is the memory of a stream that only waits: of the engine's alone, and with what net/http needs for its
// connection. That is what the heap and the stacks have in use after a collection, divided by the streams.
func BenchmarkIdle(b *testing.B) {
	const streams = 2000
	b.Run("engine", func(b *testing.B) {
		engine := newEngine()
		measure(b, streams, func() func() {
			all := openAll(b, engine, streams, false, room)
			return func() {
				for _, stream := range all {
					stream.Stop()
				}
			}
		})
	})
	b.Run("http", func(b *testing.B) {
		engine := newEngine()
		addr := listen(b, engine)
		measure(b, streams, func() func() {
			sockets := make([]int, streams)
			for i := range sockets {
				sockets[i] = dial(b, addr)
			}
			return func() {
				for _, socket := range sockets {
					_ = syscall.Close(socket)
				}
				for engine.Stats().Streams > 0 {
					<-time.After(time.Millisecond)
				}
			}
		})
	})
}

// measure reports the memory of what openAll makes n of. What is left of one round may serve the next, so the
// most of all rounds counts.
func measure(b *testing.B, n int, openAll func() (closeAll func())) {
	b.ReportAllocs()
	var heap, stack float64
	for b.Loop() {
		before := inUse()
		closeAll := openAll()
		after := inUse()
		heap = max(heap, float64(after.HeapInuse)-float64(before.HeapInuse))
		stack = max(stack, float64(after.StackInuse)-float64(before.StackInuse))
		closeAll()
	}
	b.ReportMetric(0, "ns/op") // of no interest
	b.ReportMetric(heap/float64(n), "heap-B/stream")
	b.ReportMetric(stack/float64(n), "stack-B/stream")
}

func inUse() (m runtime.MemStats) {
	for range 3 { // a stack shrinks by half each time
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	return m
}

// dial opens a stream and reads up to the ping that says it is level. The reader's side is a bare socket,
// which takes no memory of this process, and blocks.
func dial(b *testing.B, addr *net.TCPAddr) (socket int) {
	b.Helper()
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		b.Fatal(err)
	}
	if err := syscall.Connect(socket, &syscall.SockaddrInet4{Port: addr.Port, Addr: [4]byte(addr.IP.To4())}); err != nil {
		b.Fatal(err)
	}
	if _, err := syscall.Write(socket, []byte(request)); err != nil {
		b.Fatal(err)
	}
	buf, upto := make([]byte, 1024), 0
	for !bytes.Contains(buf[:upto], []byte("event: ping\ndata: \n\n")) {
		n, err := syscall.Read(socket, buf[upto:])
		if err != nil || n == 0 {
			b.Fatalf("a stream did not open: %q, %v", buf[:upto], err)
		}
		upto += n
	}
	return socket
}
