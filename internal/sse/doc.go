// Package sse sends events to browsers and programs over HTTP, as the HTML standard defines it (section 9.2,
// server-sent events), to many streams on many servers, without losing any.
//
// An Engine has an ordered sequence of durable events (Append), which others keep in a store, and passes
// on ephemeral ones (Broadcast). A Stream is one reader's connection: it is subscribed to keys, and it is
// a cursor into the sequence, not a queue. What is in its short queue goes out; when the queue overflows, or
// the stream has just been opened at an older position, it reads on from its cursor, from the ring of
// newest events or else from the store (Config.Replay), until it is level again.
//
//	engine := sse.New(sse.Config{Bus: bus, Replay: fromStore, Cursor: encode, Control: render})
//	go engine.Run(ctx)
//	engine.Reset(head)                      // where the sequence begins
//	engine.Append(entry)                    // each durable event, in order
//	engine.Broadcast(ctx, key, event)       // here and now, on every server
//
//	stream, err := engine.Open(opening)     // what follows is kept, also before the response begins
//	err = stream.Serve(w, r)                // until somebody ends it
//
// Every stream gets every durable event that it may see, once and in order, however slow it is and whatever
// connection it comes back on. Who may see what is decided when an event is sent: the reader holds one of
// its keys now, and has held it since the event or longer. Keys come and go at the exact position of the
// events that say so (Entry.Grants).
//
// The package imports the standard library only. It knows nothing of what its events are about.
package sse
