package webtest

// Action is a route by which something is changed: how it is done at random, or why no page can show it.
type Action struct {
	Route   string // method and path, as registered
	Unseen  string // why no page shows it; then it is not done
	Retells bool   // it changes how events are told that came before it

	often int
	do    func(l *Life, who *Person) (request, bool) // false: there is nothing to do it to
}

// Actions are all routes that change something. A new one has its line here, and a function beside its kind.
var Actions = []Action{
	{Route: "POST /rooms/:id/messages", often: 40, do: post},
	{Route: "PATCH /messages/:id", often: 5, do: edit},
	{Route: "DELETE /messages/:id", often: 6, do: remove},
	{Route: "POST /messages/:id/reactions", often: 8, do: react, Retells: true},

	{Route: "POST /rooms", often: 2, do: makeRoom},
	{Route: "PATCH /rooms/:id", often: 2, do: renameRoom, Retells: true},
	{Route: "POST /rooms/:id/archive", often: 1, do: archive, Retells: true},
	{Route: "POST /rooms/:id/join", often: 10, do: inARoom},
	{Route: "POST /rooms/:id/leave", often: 5, do: inARoom},
	{Route: "POST /rooms/:id/members", often: 5, do: addMember},
	{Route: "DELETE /rooms/:id/members/:user", often: 3, do: removeMember},
	{Route: "POST /dms", often: 4, do: openDirect},

	{Route: "POST /rooms/:id/read", often: 8, do: markRead},
	{Route: "POST /rooms/:id/unread", often: 2, do: markUnread},
	{Route: "POST /rooms/:id/level", often: 3, do: setLevel},
	{Route: "POST /rooms/:id/mute", often: 1, do: mute},
	{Route: "POST /notifications/read", often: 1, do: nothing},
	{Route: "POST /notifications/:id/read", often: 3, do: readNotification},
	{Route: "POST /api/notify", often: 2, do: notify},

	{Route: "POST /signup", often: 1, do: comeIn},
	{Route: "POST /settings/close", often: 1, do: closeAccount},
	{Route: "POST /settings/profile", often: 3, do: changeProfile, Retells: true},
	{Route: "POST /settings/avatar", often: 1, do: changeAvatar, Retells: true},
	{Route: "POST /settings/preferences", often: 4, do: changePrefs, Retells: true},
	{Route: "POST /blocks", often: 2, do: block},
	{Route: "POST /users/:id/role", often: 2, do: setRole, Retells: true},
	{Route: "POST /users/:id/ban", often: 2, do: ban, Retells: true},

	{Route: "POST /login", often: 2, do: logIn},
	{Route: "POST /logout", often: 1, do: logOut},
	{Route: "POST /settings/tokens", often: 2, do: makeToken},
	{Route: "POST /settings/sessions/:id/revoke", often: 1, do: revokeToken},
	{Route: "POST /invitations", often: 6, do: invite},
	{Route: "DELETE /invitations/:id", often: 1, do: uninvite},

	{Route: "POST /rooms/:id/typing", Unseen: "it is told to the pages that are open, shown for some seconds and kept nowhere"},
	{Route: "POST /presence", Unseen: "it is kept nowhere but in the leases of the servers, which have a law of their own"},
	{Route: "POST /api/broadcast", Unseen: "it is told to the pages that are open, and kept nowhere"},
	{Route: "POST /settings/password", Unseen: "all sessions end, and with them their pages"},
	{Route: "POST /push/subscriptions", Unseen: "a page asks its browser, not the server, whether it is subscribed"},
	{Route: "DELETE /push/subscriptions", Unseen: "a page asks its browser, not the server, whether it is subscribed"},
	{Route: "POST /patterns/:name", Unseen: "the gallery is no part of the chat: its streams are all it shows"},
	{Route: "POST /patterns/:name/:action", Unseen: "the gallery is no part of the chat: its streams are all it shows"},
}
