package chat

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// maxBatch is how many changes one commit takes at most.
const maxBatch = 256

// commitTimeout bounds one commit, lock wait included.
const commitTimeout = 5 * time.Second

// Writer commits changes in groups: it takes whatever queued while the previous commit was in
// flight and stores it as one transaction. There is no timer, so an idle system adds no latency, and a
// busy one pays for one flush what it would have paid for hundreds.
type Writer struct {
	store    Store
	announce func(Batch)
	log      *slog.Logger

	queue   chan *waiting
	stopped chan struct{} // closed when Run has returned: nothing is taken from queue any more
}

// waiting is a change in the queue and the answer its owner waits for.
type waiting struct {
	ctx    context.Context
	change change
	answer chan error // buffered: the writer never waits for an owner that left
}

// NewWriter makes a writer; Run starts it. announce is called with every committed batch, in order,
// before its owners are answered: a person who was told "stored" finds it on this server.
func NewWriter(store Store, announce func(Batch), log *slog.Logger) *Writer {
	return &Writer{
		store:    store,
		announce: announce,
		log:      log,
		queue:    make(chan *waiting, 4*maxBatch),
		stopped:  make(chan struct{}),
	}
}

// Do has a change committed and returns its own answer: nil (stored), the change's refusal, or what
// went wrong with the commit. If ctx ends while the change waits in the queue it may be dropped; once
// the commit has begun Do waits for its end, so an answer is never a guess.
func (w *Writer) Do(ctx context.Context, c change) error {
	item := &waiting{ctx: ctx, change: c, answer: make(chan error, 1)}
	select {
	case w.queue <- item:
	case <-ctx.Done():
		return Away(ctx.Err())
	case <-w.stopped:
		return Away(errors.New("the writer has stopped"))
	}
	select {
	case err := <-item.answer:
		return err
	case <-w.stopped:
	}
	select { // answered while it stopped?
	case err := <-item.answer:
		return err
	default:
		return Away(errors.New("the writer has stopped"))
	}
}

// Run commits until ctx ends, then commits what is still queued and returns.
func (w *Writer) Run(ctx context.Context) {
	defer close(w.stopped)
	for {
		select {
		case first := <-w.queue:
			w.commit(w.gather(first))
		case <-ctx.Done():
			for {
				select {
				case first := <-w.queue:
					w.commit(w.gather(first))
				default:
					return
				}
			}
		}
	}
}

// gather takes what is queued right now. Whoever has left is answered and not stored.
func (w *Writer) gather(first *waiting) []*waiting {
	batch := make([]*waiting, 0, min(len(w.queue)+1, maxBatch))
	for item := first; ; {
		if err := item.ctx.Err(); err != nil {
			item.answer <- Away(err)
		} else {
			batch = append(batch, item)
		}
		if len(batch) == maxBatch {
			return batch
		}
		select {
		case item = <-w.queue:
		default:
			return batch
		}
	}
}

// commit stores a batch and answers everybody in it. If the database refuses the batch itself, each
// change is tried alone, so that one that cannot be stored fails alone.
func (w *Writer) commit(batch []*waiting) {
	if len(batch) == 0 {
		return
	}
	answers, err := w.update(batch)
	if err != nil && KindOf(err) == "" && len(batch) > 1 {
		w.log.Error("a batch could not be stored; trying its changes one by one", "size", len(batch), "err", err)
		for i := range batch {
			w.commit(batch[i : i+1])
		}
		return
	}
	for i, item := range batch {
		if err != nil {
			item.answer <- err
		} else {
			item.answer <- answers[i]
		}
	}
}

func (w *Writer) update(batch []*waiting) ([]error, error) {
	ctx, cancel := context.WithTimeout(context.Background(), commitTimeout)
	defer cancel()

	var needs Needs
	for _, item := range batch {
		item.change.needs(&needs)
	}
	var events []Event
	answers := make([]error, len(batch))
	err := w.store.Update(ctx, &needs, func(s *State) *Rows {
		p := newPlan(s)
		for i, item := range batch {
			answers[i] = item.change.apply(p)
		}
		rows := p.rows()
		events = p.events
		return rows
	})
	if err != nil {
		return nil, err
	}
	if len(events) > 0 {
		w.announce(Batch{Epoch: events[0].Epoch, Events: events})
	}
	return answers, nil
}
