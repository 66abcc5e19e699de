package chat

// Receipts are for conversations alone, where at most MaxDirect people are told: in a room of thousands each would
// tell thousands, and be told by them.

// showSeen lets the others in a conversation see how far a member has read. How far that is the event does not
// say, it is told as it is now: it can be taken back.
func (p *plan) showSeen(m Member, seq int64) Member {
	if seq != m.SeenSeq {
		m.SeenSeq = seq
		p.putMember(m)
		p.emit(Event{Kind: Seen, RoomID: m.RoomID, UserID: m.UserID, ActorID: m.UserID, Ref: Ref{Room: m.RoomID}})
	}
	return m
}

// hideSeen takes back, wherever somebody has let others see how far they have read. The batch must have read their
// rooms.
func (p *plan) hideSeen(user UserID) {
	for _, m := range p.loadedRooms(user) {
		p.showSeen(m, 0)
	}
}
