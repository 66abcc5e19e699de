package web

import "github.com/labstack/echo/v4"

// streamPath is the one route whose answers never end by themselves.
const streamPath = "/events"

type route struct {
	method, path string
	handle       echo.HandlerFunc
}

// routes is all there is. Forms reach PATCH and DELETE by POST with a field _method.
func (s *Server) routes() []route {
	in := s.signedIn
	return []route{
		{"GET", "/signup", s.showSignup},
		{"POST", "/signup", s.signUp},
		{"GET", "/login", s.showLogin},
		{"POST", "/login", s.logIn},
		{"POST", "/logout", in(s.logOut)},
		{"GET", "/session", in(s.checkSession)},
		{"GET", "/me", in(s.showMe)},

		{"GET", "/", in(s.showHome)},
		{"GET", "/rooms", in(s.listRooms)},
		{"POST", "/rooms", in(s.createRoom)},
		{"GET", "/rooms/:id", in(s.showRoom)},
		{"PATCH", "/rooms/:id", in(s.renameRoom)},
		{"POST", "/rooms/:id/archive", in(s.archiveRoom)},

		{"POST", "/rooms/:id/join", in(s.joinRoom)},
		{"POST", "/rooms/:id/leave", in(s.leaveRoom)},
		{"POST", "/rooms/:id/members", in(s.addMember)},
		{"DELETE", "/rooms/:id/members/:user", in(s.removeMember)},
		{"POST", "/rooms/:id/read", in(s.markRead)},
		{"POST", "/rooms/:id/typing", in(s.tellTyping)},

		{"POST", "/rooms/:id/messages", in(s.postMessage)},
		{"GET", "/messages/:id", in(s.showMessage)},
		{"PATCH", "/messages/:id", in(s.editMessage)},
		{"DELETE", "/messages/:id", in(s.deleteMessage)},

		{"GET", "/settings", in(s.showSettings)},
		{"POST", "/settings/password", in(s.changePassword)},
		{"POST", "/settings/tokens", in(s.createToken)},
		{"POST", "/settings/sessions/:id/revoke", in(s.revokeSession)},

		{"GET", streamPath, s.events},
		{"GET", staticPath + ":hash/*", s.showStatic},
		{"GET", "/livez", s.showLive},
		{"GET", "/readyz", s.showReady},
		{"GET", "/metrics", s.showMetrics},
	}
}
