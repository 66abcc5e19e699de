package view

import (
	"strconv"
	"time"
)

// InspectorPage is GET /inspector. Its servers report while the page is open; until then it shows the one
// that answered.
type InspectorPage struct {
	Frame
	Servers []InspectedServer
}

// InspectedServer is a server's report. Of many streams it shows some.
type InspectedServer struct {
	Name    string
	At      time.Time
	Open    int // streams
	Figures []Figure
	Streams []InspectedStream
	Events  []InspectedEvent
}

// Figure is a number with what it counts.
type Figure struct {
	Name  string
	Value uint64
}

// InspectedStream is an open stream.
type InspectedStream struct {
	Who, Keys, Way, Protocol string
	Opened                   time.Time
	Queued                   int
	Last, Lag                int64 // Last is 0 if the stream has no place in the log
	Bytes                    uint64
}

// InspectedEvent is an event that went through a server.
type InspectedEvent struct {
	At             time.Time
	Name, ID, Keys string
	Bytes          int
}

func (s InspectedServer) more() int { return s.Open - len(s.Streams) }

// age is about how long ago something was: 4s, 12m, 3h, 2d.
func age(at, now time.Time) string {
	d := max(now.Sub(at), 0)
	switch {
	case d < time.Minute:
		return strconv.Itoa(int(d.Seconds())) + "s"
	case d < time.Hour:
		return strconv.Itoa(int(d.Minutes())) + "m"
	case d < 48*time.Hour:
		return strconv.Itoa(int(d.Hours())) + "h"
	}
	return strconv.Itoa(int(d.Hours()/24)) + "d"
}

// size is a number of bytes as people read it: 900 B, 12.3 kB.
func size(n uint64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	value, unit := float64(n), 0
	for value >= 1000 && unit < len(units)-1 {
		value, unit = value/1000, unit+1
	}
	if unit == 0 {
		return strconv.FormatUint(n, 10) + " B"
	}
	return strconv.FormatFloat(value, 'f', 1, 64) + " " + units[unit]
}

func orDash(n int64) string {
	if n == 0 {
		return "–"
	}
	return itoa(n)
}
