package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"syscall"
)

// serve runs the server until ctx ends. The one line on stdout is where to find it.
func serve(ctx context.Context, c call) error {
	return run(ctx, c.cfg, c.log, func(addr string) {
		say(c.stdout, "%s\n", siteURL(c.cfg, addr))
	})
}

// run is one server, whole: it opens the store and the bus, serves, and when ctx ends brings everything
// under way to its end. ready is told the address once requests are welcome.
func run(ctx context.Context, cfg config, log *slog.Logger, ready func(addr string)) error {
	n, err := openNode(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer n.close()
	listener, err := listen(ctx, cfg.addr)
	if err != nil {
		return err
	}
	return n.serve(ctx, listener, ready)
}

func listen(ctx context.Context, addr string) (net.Listener, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("CHAT_ADDR: %s is in use by another program; stop that, or choose another port, such as CHAT_ADDR=%s", addr, nextPort(addr))
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("CHAT_ADDR: listening on %s is not permitted; choose a port above 1023, such as CHAT_ADDR=:8080", addr)
	case err != nil:
		return nil, fmt.Errorf("CHAT_ADDR: cannot listen on %s: %w", addr, err)
	}
	return listener, nil
}

func nextPort(addr string) string {
	host, port, _ := net.SplitHostPort(addr)
	n, _ := strconv.Atoi(port)
	return net.JoinHostPort(host, strconv.Itoa(n%65535+1))
}

// siteURL is what to type into a browser on this machine.
func siteURL(cfg config, addr string) string {
	scheme := "http"
	if cfg.certificate != nil {
		scheme = "https"
	}
	host, port, _ := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "localhost"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}
