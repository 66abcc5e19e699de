package sqlite

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"example.com/chat/internal/chat"
)

// headFile is a small file beside the database that says how far the log has been acknowledged. It is
// no part of a backup of the database, so when an older copy is put back, Open sees that the log is
// shorter than what people were told and begins a new epoch. A nil headFile records nothing.
type headFile struct {
	path string
	stop chan struct{}
	done chan struct{}

	mu       sync.Mutex // guards the rest
	head     chat.Position
	recorded chat.Position
	running  bool
}

// headEvery is how often a head that has moved is written down.
const headEvery = time.Second

func newHeadFile(path string) *headFile {
	return &headFile{path: path, stop: make(chan struct{}), done: make(chan struct{})}
}

// load reads the recorded position: the zero one if there is no file.
func (f *headFile) load() (p chat.Position, err error) {
	if f == nil {
		return p, nil
	}
	text, err := os.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	if err := json.Unmarshal(text, &p); err != nil {
		return p, fmt.Errorf("%s cannot be read; remove it if this database was not restored from a backup: %w", f.path, err)
	}
	return p, nil
}

// moved notes that everything up to p has been acknowledged.
func (f *headFile) moved(p chat.Position) {
	if f == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if p.Epoch != f.head.Epoch || p.ID > f.head.ID {
		f.head = p
	}
}

// begin notes where a new epoch begins, without waiting for the next second.
func (f *headFile) begin(p chat.Position) error {
	if f == nil {
		return nil
	}
	f.moved(p)
	return f.record()
}

// start has the head recorded once a second until close.
func (f *headFile) start() {
	if f == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.running = true
	go f.run()
}

func (f *headFile) run() {
	defer close(f.done)
	tick := time.NewTicker(headEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			_ = f.record() // tried again at the next tick; close tells
		case <-f.stop:
			return
		}
	}
}

func (f *headFile) close() error {
	if f == nil {
		return nil
	}
	f.mu.Lock()
	running := f.running
	f.running = false
	f.mu.Unlock()
	if !running {
		return nil
	}
	close(f.stop)
	<-f.done
	return f.record()
}

// record writes the head down if it moved since, and if no other process has recorded more.
func (f *headFile) record() error {
	f.mu.Lock()
	head, recorded := f.head, f.recorded
	f.mu.Unlock()
	if head == recorded {
		return nil
	}
	if stored, err := f.load(); err != nil || stored.Epoch != head.Epoch || stored.ID < head.ID {
		text, _ := json.Marshal(head) // two integers: cannot fail
		if err := replaceFile(f.path, text); err != nil {
			return fmt.Errorf("record the head of the log: %w", err)
		}
	}
	f.mu.Lock()
	f.recorded = head
	f.mu.Unlock()
	return nil
}

// replaceFile writes a file so that after a crash either the old or the new one is there, whole.
func replaceFile(path string, text []byte) error {
	temp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name()) // fails once it is renamed
	_, err = temp.Write(text)
	err = cmp.Or(err, temp.Sync())
	err = cmp.Or(err, temp.Close())
	if err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}
