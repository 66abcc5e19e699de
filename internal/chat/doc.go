// Package chat is the domain: what the application does, without how.
//
// Everything durable happens as a change. A change names the state it needs, checks and carries
// itself out on that state, and appends events to the log (plan.go). Changes wait in the Writer, which
// commits whatever has queued as one transaction; the Store reads the state and writes the rows, and
// knows no rules. So the rules are here once, for every database, and can be tested without one.
//
//	Chat.Post ─▶ Writer ─▶ Store.Update(needs, decide) ─▶ rows + events, committed
//	                 │
//	                 ├─▶ Feed.Offer ─▶ apply(Event), in log order, on this server
//	                 └─▶ the bus    ─▶ Feed.Offer on every other server
//
// Every server runs one Feed, which turns commits made anywhere into the same ordered, gap-free
// sequence. The bus only makes it fast: the Feed compares itself with the log and reads what is
// missing. A Position names a place in that sequence; outside the server it is a cursor (Cursors).
//
// Who may see what is decided in two places: reads go through a viewer (Store), and streams carry an
// event to whoever is a member now and joined at or before it (ReplayQuery, and sse for live events).
package chat
