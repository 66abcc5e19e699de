package web

import (
	"path"

	"github.com/labstack/echo/v4"
)

const (
	streamPath    = "/events"
	broadcastPath = "/api/broadcast"
)

// isStream says whether p, the path of a route or of a request, is that of a stream. Streams are held to rules
// of their own: pages of other origins may open them if the installation allows it (cors.go), they are not
// counted as requests, they have no HEAD, and only programs see their errors.
func isStream(p string) bool {
	isPattern, _ := path.Match("/patterns/*"+streamPath, p) // an error would be about the expression
	return isPattern || p == streamPath || p == "/inspector"+streamPath
}

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

		{"POST", broadcastPath, in(s.broadcastEvent)},

		{"GET", "/patterns", in(s.listPatterns)},
		{"GET", "/patterns/:name", in(s.showPattern)},
		{"GET", "/patterns/:name" + streamPath, s.streaming(s.patternEvents)},
		{"POST", "/patterns/:name", in(s.sendPattern)},
		{"POST", "/patterns/:name/:action", in(s.sendPattern)},

		{"GET", "/inspector", in(s.showInspector)},
		{"GET", "/inspector" + streamPath, s.streaming(s.inspectorEvents)},

		{"GET", streamPath, s.streaming(s.events)},
		{"GET", staticPath + ":hash/*", s.showStatic},
		{"GET", "/livez", s.showLive},
		{"GET", "/readyz", s.showReady},
		{"GET", "/metrics", s.showMetrics},
	}
}
