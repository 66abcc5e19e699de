package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"sync"
	"time"
)

// ban measures how soon the streams of somebody end who is banned on another server, with Redis and without.
func (b *bench) ban(ctx context.Context) error {
	redis, err := url.Parse(os.Getenv("CHAT_BENCH_REDIS_URL"))
	if err != nil || redis.Host == "" || os.Getenv("CHAT_BENCH_POSTGRES_URL") == "" {
		return errors.New("CHAT_BENCH_POSTGRES_URL or CHAT_BENCH_REDIS_URL is not set; run: make bench")
	}
	line, err := forward(redis.Host)
	if err != nil {
		return err
	}
	defer line.cut()
	redis.Host = line.Addr().String()
	var servers [2]*server
	for i := range servers {
		servers[i], err = start(ctx, "CHAT_DATABASE_URL="+os.Getenv("CHAT_BENCH_POSTGRES_URL"), "CHAT_REDIS_URL="+redis.String(), "CHAT_LOG_LEVEL=error")
		if servers[i] != nil {
			defer servers[i].stop()
		}
		if err != nil {
			return err
		}
	}
	for _, redis := range []string{"with Redis", "without Redis"} {
		if redis == "without Redis" {
			line.cut()
		}
		took, err := b.bans(ctx, servers[0], servers[1])
		if err != nil {
			return err
		}
		fmt.Printf("ban      %-14s a stream on another server ends after %4.0f ms (median), %4.0f ms (the last of %d)\n",
			redis, milliseconds(took[len(took)/2]), milliseconds(took[len(took)-1]), len(took))
	}
	fmt.Println()
	return nil
}

// bans has people sign up there and an administrator ban them here, one by one, and measures how long their streams last.
func (b *bench) bans(ctx context.Context, here, there *server) (took []time.Duration, err error) {
	for i := range b.bannings {
		name := fmt.Sprintf("%d %d", i, time.Now().UnixNano())
		if err := there.enter(ctx, name); err != nil {
			return nil, err
		}
		id, err := there.id(ctx)
		if err != nil {
			return nil, err
		}
		stream, err := there.open()
		if err != nil {
			return nil, err
		}
		defer stream.Close()
		lines := bufio.NewScanner(stream)
		if err := scanTo(lines, "event: ping"); err != nil {
			return nil, err
		}
		begun := time.Now()
		if err := stream.SetReadDeadline(begun.Add(time.Minute)); err != nil {
			return nil, err
		}
		if err := here.post(ctx, "/users/"+id+"/ban", url.Values{"state": {"on"}}); err != nil {
			return nil, err
		}
		if err := scanTo(lines, "event: bye"); err != nil {
			return nil, err
		}
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	return took, nil
}

// scanTo reads up to a line.
func scanTo(lines *bufio.Scanner, line string) error {
	for lines.Scan() {
		if lines.Text() == line {
			return nil
		}
	}
	return fmt.Errorf("the stream ended before %q: %w", line, cmp.Or(lines.Err(), io.ErrUnexpectedEOF))
}

// id is that of whom the server acts for.
func (s *server) id(ctx context.Context) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.addr+"/me", nil)
	if err != nil {
		return "", err
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var self struct{ ID string }
	err = json.NewDecoder(resp.Body).Decode(&self)
	return self.ID, err
}

// forwarder passes connections on, until it is cut.
type forwarder struct {
	net.Listener

	mu    sync.Mutex
	conns []net.Conn
}

func forward(to string) (*forwarder, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	f := &forwarder{Listener: listener}
	go func() {
		for {
			near, err := f.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", to)
			if err != nil {
				_ = near.Close()
				continue
			}
			f.mu.Lock()
			f.conns = append(f.conns, near, far)
			f.mu.Unlock()
			go func() { _, _ = io.Copy(near, far) }() // it ends when both are closed
			go func() { _, _ = io.Copy(far, near) }()
		}
	}()
	return f, nil
}

func (f *forwarder) cut() {
	_ = f.Close()
	f.mu.Lock()
	defer f.mu.Unlock()
	closeAll(f.conns)
}
