// Package sse sends events to browsers and programs over HTTP, as the HTML standard defines it (section 9.2,
// server-sent events), to many streams on many servers, without losing any. It imports the standard library
// only, and knows nothing of what its events are about.
//
// # Streams
//
// A stream is an answer that goes on: a 200 whose body is one [Event] after another. An [Engine] opens streams and
// knows what each is subscribed to. A process has one:
//
//	engine := sse.New(sse.Config{Bus: bus})
//	engine.Reset(sse.Position{})            // where the sequence of durable events begins, see below
//	go engine.Run(ctx)                      // hearts beat, and other servers are heard
//
// A handler opens a stream and answers with it. What concerns the stream is kept from Open on, so the work that it
// tells of may start before the response does:
//
//	stream, err := engine.Open(sse.Opening{Owner: user, Keys: keys, Now: engine.Applied(), Detached: true})
//	err = stream.Serve(w, r)                // until somebody ends it
//
// # Five ways to answer
//
//   - [Answer] says one thing and ends. It needs no engine. It is also the answer to passing trouble, because any
//     status but 200 would close an EventSource for good.
//   - [Stream.ServeSeq] sends the values of a sequence, one by one, and then the event end, so that the reader does
//     not come back. The sequence is left, and its clean-up runs, as soon as nobody reads it.
//   - [Stream.ServeSource] is the same for a source that may never end by itself, such as a queue.
//   - [Stream.Serve] sends what is sent to the stream's keys.
//   - [Stream.ServeConn] hands the connection to a function that writes its own bytes.
//
// # Keys
//
// A [StreamKey] is made of parts, [Key]("room", 7), and is all that those who send and those who read must agree on.
//
//	engine.Broadcast(ctx, key, event)       // here and now, on every server
//	engine.Grant(ctx, grant)                // the streams of an owner gain or lose a key
//	engine.Close(ctx, key, sse.Over)        // there is nothing more to come
//
// Whoever is not there, or has fallen behind, never hears of what is broadcast. Engines tell each other by a [Bus],
// which may be forgetful; [Local] is that of a single server.
//
// # Durable events
//
// What must not be lost has a place in a sequence, which others keep in a store. Every server is given all of it, in
// order, and a stream is opened at a place of it:
//
//	engine := sse.New(sse.Config{Bus: bus, Replay: fromStore, Cursor: encode, Control: render})
//	engine.Reset(head)
//	engine.Append(entry)                    // each durable event
//	stream, err := engine.Open(sse.Opening{Owner: user, Keys: keys, Now: head, Cursor: lastEventID})
//
// An [Entry] says who is told, and makes the event, which is encoded once, not for each reader. Who may see
// what is decided when it is sent: the reader holds one of its keys now, and has held it since the event or longer.
// Keys come and go at the exact position of the events that say so (Entry.Grants).
//
// A connection is a cursor into the sequence, not a queue. What is in its short queue goes out; when the
// queue overflows, or the stream has just been opened at an older position, it reads on from its cursor, from the
// ring of newest events or else from the store (Config.Replay), until it is level again. So every stream gets every
// durable event that it may see, once and in order, however slow it is and whatever connection it comes back
// on, and delays nobody. What is too much to be told event by event, or cannot be, is told by Config.Control: load
// one key's things anew, or everything.
//
// Detached streams have no such place. Event ids are theirs to use, and when their queue is full they miss what
// does not fit.
//
// # Heartbeats, limits and ends
//
// Every Config.Heartbeat a stream says ping, with its own position: proxies keep the connection, the reader sees that
// it is alive, and one that comes back does not have to be told much. A reader that has left is noticed at once,
// one that stopped reading without a word when a write has made no progress for Config.WriteTimeout.
//
// A stream counts among its Groups, such as a person's, a session's, an address's: above Group.Most the oldest ends,
// and all of them when the group's key is closed. The oldest also ends when the server has too many (Config.Streams),
// and each when it is old itself (Config.MaxAge). [Engine.Shutdown] lets finite streams finish and ends the others one
// by one, so that readers do not come back as a herd. The last word is end, or bye with the reason, which says whether
// to come back ([ByeDrain] and the others).
//
// # Reading, and looking on
//
// A [Decoder] reads the events of any byte stream as a browser would. A [Client] does over HTTP what EventSource does
// for a page: it comes back after trouble, with the id of the last event that its loop was done with.
//
// [Engine.Inspect] shows the open streams and the newest events, [Engine.Ask] has all servers do so, and
// [Engine.Stats] counts, for metrics.
package sse
