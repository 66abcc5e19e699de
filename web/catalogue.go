package web

import "example.com/chat/web/view"

// sources are the files that a page shows: of web/patterns, of web/static, and cors.go.
var sources = map[string][]string{
	"count":     {"count.go"},
	"once":      {"once.go"},
	"lines":     {"lines.go"},
	"queue":     {"queue.go"},
	"raw":       {"raw.go"},
	"stream":    {"stream.go"},
	"composite": {"composite.go"},
	"buffered":  {"buffered.go"},
	"types":     {"types.go", "js/pattern-stream.js"},
	"control":   {"js/pattern-stream.js", "count.go"},
	"last":      {"js/pattern-panel.js", "js/pattern-list.js", "count.go"},
	"origins":   {"cors.go"},
	"heartbeat": {"heartbeat.go"},
	"shutdown":  {"shutdown.go"},
	"outside":   {"stream.go"},
	"clients":   {"follow.go"},
	"http2":     {"count.go"},
}

// The headings of the gallery.
const (
	groupAnswers   = "Answering a request"
	groupBroadcast = "Telling many readers"
	groupPage      = "On the page"
	groupNetwork   = "Living with the network"
	groupOutside   = "Beyond the browser"
)

// catalogue is the gallery in the order in which it reads best.
var catalogue = []view.Pattern{
	{
		Name: "count", Title: "Finite stream from an iterator", Group: groupAnswers,
		Lead:   "A Go iterator becomes a stream: every value is an event of its own, sent before the next is made.",
		Stream: "/patterns/count/events?n=10&every=500",
		Watch: []string{
			"The numbers come one by one, half a second apart: nothing is held back.",
			"An object arrives as JSON.",
			"After the last value comes the event end. The page closes the stream, and the browser does not come back for it.",
		},
		Commands: []string{`curl -N -H "Authorization: Bearer {token}" "{base}/patterns/count/events?n=5&every=100"`},
	},
	{
		Name: "once", Title: "One-off", Group: groupAnswers,
		Lead:   "A single event answers the question, and the connection is closed.",
		Stream: "/patterns/once/events",
		Watch: []string{
			"One event, then the end of the connection.",
			"The browser comes back, as it does after every cut, and names the event it has; the answer 204 sends it home for good.",
		},
		Commands: []string{`curl -i -H "Authorization: Bearer {token}" {base}/patterns/once/events`},
	},
	{
		Name: "lines", Title: "Fields", Group: groupAnswers,
		Lead:   "A file, line by line, with every field an event can have: id, event, retry and data.",
		Stream: "/patterns/lines/events?every=800", Names: []string{"line"},
		Watch: []string{
			"The id is the number of the line, and the event's type is line.",
			"Stop and start: reading goes on after the last line that you have, because the id went along.",
			"retry: 100 tells the browser to come back a tenth of a second after a cut.",
		},
		Commands: []string{
			`curl -N -H "Authorization: Bearer {token}" {base}/patterns/lines/events`,
			`curl -N -H "Authorization: Bearer {token}" -H "Last-Event-ID: 7" {base}/patterns/lines/events`,
		},
	},
	{
		Name: "queue", Title: "External source", Group: groupAnswers,
		Lead:   "Values come from a list in Redis (in this process, where there is no Redis) for as long as somebody fills it.",
		Stream: "/patterns/queue/events",
		Watch: []string{
			"What you put in comes out, once: of several readers, whoever is first gets it.",
			"While the list is empty, waiting yields nothing, and nothing is sent.",
			"The word close ends the stream. Stopping it gives the connection to Redis back at once.",
		},
		Forms: []view.PatternForm{{
			Title: "Put a value in", Action: "/patterns/queue", Button: "Put in",
			Fields: []view.PatternField{{Name: "value", Label: "Value", Value: "hello", Hint: "The word close ends the stream."}},
		}},
		Commands: []string{`curl -H "Authorization: Bearer {token}" -d value=hello {base}/patterns/queue`},
	},
	{
		Name: "raw", Title: "Low-level", Group: groupAnswers,
		Lead:   "A function writes the bytes itself: for a format of your own, or a source that has events in it already.",
		Stream: "/patterns/raw/events",
		Watch: []string{
			"What the function wrote by hand arrives as it is.",
			"Writing after the connection is closed is an error, and a panic closes it.",
		},
		Commands: []string{`curl -N -H "Authorization: Bearer {token}" {base}/patterns/raw/events`},
	},
	{
		Name: "stream", Title: "Unbounded, broadcast, close", Group: groupBroadcast,
		Lead:   "A named stream that everybody shares. Broadcasting to it reaches every reader on every server.",
		Stream: "/patterns/stream/events", Names: []string{"note"},
		Watch: []string{
			"Open this page in a second window, start both, and broadcast: both hear it.",
			"An event of the type note is heard too; of other types this page knows nothing, and the browser drops them.",
			"Closing ends the stream for everyone.",
		},
		Forms: []view.PatternForm{
			{
				Title: "Broadcast", Action: "/patterns/stream", Button: "Broadcast",
				Fields: []view.PatternField{
					{Name: "data", Label: "Data", Value: "Hello, everybody!", Long: true},
					{Name: "event", Label: "Event", Hint: "Its type. Empty: message."},
					{Name: "id", Label: "Id"},
					{Name: "retry", Label: "Retry", Hint: "In milliseconds."},
				},
			},
			{Title: "Close", Action: "/patterns/stream/close", Button: "Close for everyone"},
		},
		Commands: []string{
			`curl -N -H "Authorization: Bearer {token}" {base}/patterns/stream/events`,
			`curl -H "Authorization: Bearer {token}" -d data=hello -d event=note {base}/patterns/stream`,
		},
	},
	{
		Name: "composite", Title: "Composite keys", Group: groupBroadcast,
		Lead:   `A key is made of parts: sse.Key("demo", userID, n). One connection listens to several, and they come and go while it is open.`,
		Stream: "/patterns/composite/events?keys=a,b",
		Watch: []string{
			"What is broadcast to a or b arrives; to c it does not.",
			"Add c, and from then on it does, over the same connection.",
		},
		Forms: []view.PatternForm{
			{
				Title: "Broadcast to a key", Action: "/patterns/composite", Button: "Broadcast",
				Fields: []view.PatternField{{Name: "key", Label: "Key", Value: "a"}, {Name: "data", Label: "Data", Value: "Hello!"}},
			},
			{
				Title: "Add a key to the open stream", Action: "/patterns/composite/keys", Button: "Add",
				Fields: []view.PatternField{{Name: "add", Label: "Key", Value: "c"}},
			},
			{
				Title: "Remove a key from it", Action: "/patterns/composite/keys", Button: "Remove",
				Fields: []view.PatternField{{Name: "remove", Label: "Key", Value: "a"}},
			},
		},
		Commands: []string{`curl -N -H "Authorization: Bearer {token}" "{base}/patterns/composite/events?keys=a,b"`},
	},
	{
		Name: "buffered", Title: "Buffering before the connection", Group: groupBroadcast,
		Lead:   "Work may begin before the answer does: a stream keeps what is broadcast to it from the moment it is made.",
		Stream: "/patterns/buffered/events",
		Watch:  []string{"All three steps arrive, although they were broadcast before the first byte of the answer."},
		Commands: []string{
			`curl -N -H "Authorization: Bearer {token}" {base}/patterns/buffered/events`,
		},
	},
	{
		Name: "types", Title: "Custom event types", Group: groupPage,
		Lead:   "One stream carries events of several types, and a page listens to each with a listener of its own.",
		Stream: "/patterns/types/events", Names: []string{"user_joined"},
		Watch: []string{"First user_joined, then message, each taken by its own listener."},
		Commands: []string{
			`curl -N -H "Authorization: Bearer {token}" {base}/patterns/types/events`,
		},
	},
	{
		Name: "control", Title: "Start, Stop, Clear", Group: groupPage,
		Lead:   "Three buttons control one EventSource.",
		Stream: "/patterns/count/events?n=1000&every=500",
		Watch: []string{
			"Stop ends the work on the server at once: its iterator is left, and cleans up.",
			"Start resumes after the last id that was seen. A new EventSource does not know it, so it goes along in the address.",
			"Clear forgets everything, the last id too: the next start begins at 1.",
		},
	},
	{
		Name: "last", Title: "Status, counter, last 20", Group: groupPage,
		Lead:   "What a page can show of a stream: how the connection is, how many events came, and the last of them.",
		Stream: "/patterns/count/events?n=2000&every=150",
		Watch: []string{
			"The list keeps the last 20 events and follows the newest, until you scroll up to read.",
			"Stop the server, or switch the network off: the state becomes reconnecting, and nothing is missing afterwards.",
		},
	},
	{
		Name: "heartbeat", Title: "Keep-alive", Group: groupNetwork,
		Lead:   "On a quiet stream the server says ping now and then, so that proxies keep it and both sides notice when it is dead.",
		Stream: "/patterns/heartbeat/events",
		Watch: []string{
			"A ping arrives every 15 seconds (CHAT_HEARTBEAT) although nothing happens.",
			"An administrator sees all open streams, what waits for them and how much was sent, in the inspector (/inspector).",
			"A reader that stops reading without a word is cut off when a write has made no progress for 15 seconds; one that leaves properly is noticed at once.",
		},
		Commands: []string{`curl -N -H "Authorization: Bearer {token}" {base}/patterns/heartbeat/events`},
	},
	{
		Name: "shutdown", Title: "Graceful shutdown", Group: groupNetwork,
		Lead:   "A server that stops says bye, and lets its readers come back one after the other.",
		Stream: "/patterns/shutdown/events",
		Watch: []string{
			"bye with the reason drain; then the browser comes back by itself, to another server where there is one.",
			"Finite streams may finish within 15 seconds; unbounded ones are ended over up to 5, each with another pause before it comes back.",
		},
		Forms: []view.PatternForm{{Title: "As if the server stopped", Action: "/patterns/shutdown", Button: "Say bye"}},
	},
	{
		Name: "origins", Title: "Cross-origin", Group: groupNetwork,
		Lead:   "Pages of other origins may open a stream if CHAT_ALLOWED_ORIGINS names them; all others are turned away before they get a byte.",
		Stream: "/patterns/heartbeat/events",
		Watch: []string{
			"This page is of the stream's own origin, so Start is let in.",
			"The first command is answered 403.",
			"The second asks first, as a browser does when a page wants to send a token. Put an origin that is allowed in its place, and the answer says what may be sent.",
			"A browser sends the cookie along only from the same site; from elsewhere a page needs a token.",
		},
		Commands: []string{
			`curl -i -H "Authorization: Bearer {token}" -H "Origin: https://elsewhere.example" {base}/events`,
			`curl -i -X OPTIONS -H "Origin: https://elsewhere.example" -H "Access-Control-Request-Method: GET" -H "Access-Control-Request-Headers: authorization" {base}/events`,
		},
	},
	{
		Name: "http2", Title: "HTTP/2", Group: groupNetwork,
		Lead:   "Over HTTP/2 all streams of a browser share one connection. Over HTTP/1.1 a browser has six for each site.",
		Stream: "/patterns/count/events?n=600&every=1000", Streams: 10,
		Watch: []string{
			"With CHAT_TLS_CERT and CHAT_TLS_KEY ten streams open at once, and a request beside them is answered at once (h2).",
			"On plain HTTP only some of the ten open, and the request waits: this is why the chat itself shares one stream between all tabs.",
		},
		Commands: []string{
			`curl -N --http2-prior-knowledge -H "Authorization: Bearer {token}" "{base}/patterns/count/events?n=5"`,
		},
	},
	{
		Name: "outside", Title: "From outside", Group: groupOutside,
		Lead:   "A shell, a cron job or another service tells every server's readers something.",
		Stream: "/patterns/stream/events", Names: []string{"note"},
		Watch: []string{
			"Start, run the first command beside the server, and read it here.",
			"With Redis the command reaches all servers by itself; without, it hands the event to the running one (an administrator's token).",
		},
		Commands: []string{
			`echo "The backup is done." | chat broadcast demo:stream -event note`,
			`echo "The backup is done." | chat broadcast demo:stream -event note -server {base} -token {token}`,
			`curl -H "Authorization: Bearer {token}" -d key=demo:stream -d event=note -d "data=The backup is done." {base}/api/broadcast`,
		},
	},
	{
		Name: "clients", Title: "Other clients", Group: groupOutside,
		Lead:   "Anything that speaks HTTP can read a stream: a shell, or a program with the package's own reader, which resumes by itself.",
		Stream: "/patterns/lines/events", Names: []string{"line"},
		Watch: []string{
			"The same stream, read by this page, by curl and by the Go program below.",
			"The program names the last event it has handled whenever it comes back, so nothing is lost and nothing is handled twice.",
		},
		Commands: []string{
			`curl -N -H "Authorization: Bearer {token}" {base}/patterns/lines/events`,
			`curl -N -H "Authorization: Bearer {token}" "{base}/events?format=json"`,
		},
	},
}
