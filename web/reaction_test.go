package web

import (
	"slices"
	"testing"

	"example.com/chat/internal/chat"
)

func TestReactingAgainIsHarmless(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	m := ada.says(chat.General, "hello")
	path := "/messages/" + string(m.ID)
	l := ada.listen(stream)
	l.expect("ping")
	var first, again jsonReceipt
	grace.call("POST", path+"/reactions", `{"emoji":"👍","state":"on"}`).want(t, 200).json(t, &first)
	grace.call("POST", path+"/reactions", `{"emoji":"👍","state":"on"}`).want(t, 200).json(t, &again)
	if first != again || first.ID != m.ID || first.RoomRev <= m.RoomRev {
		t.Errorf("first %+v, again %+v", first, again)
	}
	f := l.expect("reaction")
	if f.data.Emoji != "👍" || *f.data.Count != 1 || len(f.data.Users) != 1 || *f.data.Users[0] != (jsonPerson{ID: grace.id, Name: "Grace"}) ||
		f.data.Of != m.ID || f.data.Room != chat.General || f.data.RoomRev != first.RoomRev || f.data.Actor.ID != grace.id {
		t.Errorf("came %+v", f.data)
	}
	l.expect("notification")
	ada.submit(path+"/reactions", "emoji", "👍").leadsTo(t, "/rooms/general#message-"+string(m.ID))
	f = l.expect("reaction")
	if *f.data.Count != 2 || len(f.data.Users) != 2 {
		t.Errorf("came %+v", f.data)
	}
	var now jsonMessage
	ada.call("GET", path, "").want(t, 200).json(t, &now)
	if len(now.Reactions) != 1 || now.Reactions[0].Emoji != "👍" || now.Reactions[0].Count != 2 || now.EditedAt != nil {
		t.Errorf("the message is %+v", now)
	}

	for range 2 {
		grace.call("POST", path+"/reactions", `{"emoji":"👍","state":"off"}`).want(t, 200)
	}
	if f = l.expect("reaction"); *f.data.Count != 1 || *f.data.Users[0] != (jsonPerson{ID: ada.id, Name: "Ada"}) {
		t.Errorf("came %+v", f.data)
	}
	l.expect("notification") // has nothing to tell any more
	for range 2 {
		ada.call("POST", path+"/reactions", `{"emoji":"👍","state":"off"}`).want(t, 200)
	}
	if f = l.expect("reaction"); *f.data.Count != 0 || len(f.data.Users) != 0 {
		t.Errorf("came %+v", f.data)
	}
	ada.call("GET", path, "").want(t, 200, `"reactions":[]`)
	ada.says(chat.General, "that was all")
	l.expect("message")
}

func TestWhatIsNoReactionIsRefused(t *testing.T) {
	s := newSite(t)
	ada := s.signUp("Ada")
	path := "/messages/" + string(ada.says(chat.General, "hello").ID) + "/reactions"
	for _, emoji := range []string{"", "x", "👍👍", "<b>", ":)", "1", "\u200d"} {
		ada.call("POST", path, `{"emoji":"`+emoji+`"}`).fails(t, 422, chat.Invalid, "emoji")
	}
	for _, emoji := range []string{"❤️", "👩🏽‍🚀", "🇫🇷", "1️⃣", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"} {
		ada.call("POST", path, `{"emoji":"`+emoji+`"}`).want(t, 200)
	}
	ada.call("POST", path, `{"emoji":"👍","state":"perhaps"}`).fails(t, 422, chat.Invalid, "state")
	ada.call("POST", "/messages/"+string(chat.NewMessageID())+"/reactions", `{"emoji":"👍"}`).fails(t, 404, chat.NotFound, "")
	a := ada.do("POST", path, form("emoji", "🎉"), "Accept", turboType+", text/html", "Content-Type", "application/x-www-form-urlencoded")
	a.want(t, 200, "<turbo-stream", "🎉")
}

func TestAMessageTellsWhomItNamesAndWhatItAnswers(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace Hopper")
	first := grace.says(chat.General, "hello")
	l := grace.listen(stream)
	l.expect("ping")
	ada.submit("/rooms/general/messages", "body", "hello @grace hopper, @nobody", "reply_to", string(first.ID)).want(t, 303)
	m := l.expect("message").data.Message
	if m == nil || *m.ReplyTo != first.ID || !slices.Equal(m.Mentions, []chat.UserID{grace.id}) || m.Everybody {
		t.Fatalf("came %+v", m)
	}
	l.expect("notification")
	ada.call("POST", "/rooms/general/messages", `{"body":"@room hello"}`).want(t, 201)
	if m := l.expect("message").data.Message; !m.Everybody || len(m.Mentions) != 0 {
		t.Errorf("came %+v", m)
	}
	l.expect("notification")

	other := ada.room("Lounge", false)
	elsewhere := ada.says(other, "elsewhere")
	for _, id := range []string{string(elsewhere.ID), string(chat.NewMessageID()), "nonsense"} {
		ada.call("POST", "/rooms/general/messages", `{"body":"indeed","reply_to":"`+id+`"}`).fails(t, 422, chat.Invalid, "reply_to")
	}
	ada.submit("/rooms/general/messages", "body", "kept text", "reply_to", string(elsewhere.ID)).want(t, 422, "kept text")
}

func TestAnAnswerQuotesWithoutScriptsWhatThePageHas(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	question := ada.says(chat.General, "Who takes <the> minutes?")
	grace.call("POST", "/rooms/general/messages", `{"body":"I do.","reply_to":"`+string(question.ID)+`"}`).want(t, 201)
	quoted := `<bdi class="excerpt">Who takes &lt;the&gt; minutes?</bdi>`
	grace.get("/rooms/general").want(t, 200, quoted)
	ada.call("DELETE", "/messages/"+string(question.ID), "").want(t, 200)
	grace.get("/rooms/general").want(t, 200, "In answer to another message").lacks(t, quoted)
}

func TestAMessageIsMarkedUnreadByAForm(t *testing.T) {
	s := newSite(t)
	ada, grace := s.signUp("Ada"), s.signUp("Grace")
	first := ada.says(chat.General, "one")
	ada.says(chat.General, "two")
	grace.call("POST", "/rooms/general/read", "").want(t, 204)
	grace.get("/messages/"+string(first.ID)).want(t, 200, `action="/rooms/general/unread"`)
	grace.submit("/rooms/general/unread", "message", string(first.ID)).leadsTo(t, "/rooms")
	if unread := grace.line(chat.General).Unread; unread != 2 {
		t.Errorf("%d messages are unread, want 2", unread)
	}
}
