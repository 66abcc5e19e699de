package web

import (
	"path"

	"github.com/labstack/echo/v4"
)

const (
	streamPath     = "/events"
	broadcastPath  = "/api/broadcast"
	notifyPath     = "/api/notify"
	avatarPath     = "/settings/avatar"
	presencePath   = "/presence"
	pushPath       = "/push/subscriptions"
	joinPath       = "/join/"
	invitationPath = joinPath + ":token"
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
	in, out := s.signedIn, s.leaving
	return []route{
		{"GET", "/signup", s.showSignup},
		{"POST", "/signup", s.signUp},
		{"GET", invitationPath, s.showInvitation},
		{"GET", "/login", s.showLogin},
		{"POST", "/login", s.logIn},
		{"POST", "/logout", out(s.logOut)},
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
		{"POST", "/rooms/:id/unread", in(s.markUnread)},
		{"POST", "/rooms/:id/level", in(s.setLevel)},
		{"POST", "/rooms/:id/mute", in(s.muteRoom)},
		{"POST", "/rooms/:id/typing", in(s.tellTyping)},

		{"POST", "/rooms/:id/messages", in(s.postMessage)},
		{"GET", "/messages/:id", in(s.showMessage)},
		{"PATCH", "/messages/:id", in(s.editMessage)},
		{"DELETE", "/messages/:id", in(s.deleteMessage)},
		{"POST", "/messages/:id/reactions", in(s.react)},

		{"GET", "/notifications", in(s.listNotifications)},
		{"POST", "/notifications/read", in(s.readNotifications)},
		{"POST", "/notifications/:id/read", in(s.readNotification)},
		{"POST", notifyPath, in(s.notify)},

		{"GET", "/push/key", in(s.showPushKey)},
		{"POST", pushPath, in(s.subscribe)},
		{"DELETE", pushPath, in(s.unsubscribe)},

		{"GET", presencePath, in(s.showPresence)},
		{"POST", presencePath, in(s.setPresence)},
		{"GET", "/people", in(s.showPeople)},
		{"POST", "/dms", in(s.openDirect)},
		{"POST", "/blocks", in(s.block)},
		{"POST", "/users/:id/role", in(s.setRole)},
		{"POST", "/users/:id/ban", in(s.ban)},
		{"POST", "/invitations", in(s.invite)},
		{"DELETE", "/invitations/:id", in(s.uninvite)},
		{"GET", "/avatars/:id", in(s.showAvatar)},

		{"GET", "/settings", in(s.showSettings)},
		{"POST", "/settings/password", out(s.changePassword)},
		{"POST", "/settings/profile", in(s.changeProfile)},
		{"POST", avatarPath, in(s.changeAvatar)},
		{"POST", "/settings/preferences", in(s.changePrefs)},
		{"POST", "/settings/close", in(s.closeAccount)},
		{"POST", "/settings/tokens", in(s.createToken)},
		{"POST", "/settings/sessions/:id/revoke", out(s.revokeSession)},

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
		{"GET", workerPath, s.showWorker},
		{"GET", manifestPath, s.showManifest},
		{"GET", "/livez", s.showLive},
		{"GET", "/readyz", s.showReady},
		{"GET", "/metrics", s.showMetrics},
	}
}
