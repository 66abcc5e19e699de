// Package presence knows who is there: on every server, across tabs and devices, without a database.
//
// Every server tells the others over the bus who has a stream open with it: each change, once. Nothing else is
// sent for those who stay, however many they are. What a server says is numbered, and every Config.Beat it says a
// number even if there is nothing new. So who has missed something sees the gap, and says so with its own next
// beat; then all of it is said again, a piece at a time.
//
// What a server says is a lease: it holds for three beats without a word. Who leaves properly is seen to have gone
// after a moment (Config.Linger, so that a page change does not show), those of a server that died when its lease
// runs out.
//
// A bus that is away must not make everybody look as if they had gone. Whether it is away cannot be asked, but
// a server hears at least itself: a time in which it hears nobody ends no lease, and after it, as after any message
// that was lost, nobody has gone until every server has been heard again.
package presence
