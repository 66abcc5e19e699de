package view

import (
	"slices"

	"example.com/chat/internal/chat"
)

// permalink leads to a message among those around it.
func permalink(room chat.RoomID, id chat.MessageID) string {
	return roomPath(room, "?around="+string(id)+"#message-"+string(id))
}

// replyPath leads to the room's composer with the message as what is answered.
func replyPath(m chat.Message) string { return roomPath(m.RoomID, "?reply="+string(m.ID)+"#composer") }

// personIDs are the ids of people, for an attribute.
func personIDs(people []chat.Person) string {
	ids := make([]chat.UserID, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	return words(ids)
}

func personIn(id chat.UserID, people []chat.Person) bool {
	return slices.ContainsFunc(people, func(p chat.Person) bool { return p.ID == id })
}

// excerpt is the beginning of a text, as long as static/js/quotes.js makes it.
func excerpt(text string) string {
	runes := []rune(text)
	return string(runes[:min(len(runes), 160)])
}
