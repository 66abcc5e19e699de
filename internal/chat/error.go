package chat

import (
	"errors"
	"fmt"
)

// ErrorKind is what a program can act on. Each has one HTTP status (web/errors.go).
type ErrorKind string

// The kinds. An error without one is a fault of the program or its surroundings.
const (
	Invalid         ErrorKind = "invalid"         // the input is wrong; Field names which
	Unauthenticated ErrorKind = "unauthenticated" // nobody is signed in
	Forbidden       ErrorKind = "forbidden"       // known and not allowed
	NotFound        ErrorKind = "not_found"       // does not exist, or not for this viewer
	Conflict        ErrorKind = "conflict"        // taken by somebody else
	TooMany         ErrorKind = "too_many"        // slow down
	TooLarge        ErrorKind = "too_large"       // more bytes than accepted
	Unavailable     ErrorKind = "unavailable"     // the database is away; nothing was stored
	Unknown         ErrorKind = "unknown"         // it may or may not have been stored: the same again is safe
)

// Error is the one form in which the domain reports errors.
type Error struct {
	Kind    ErrorKind
	Field   string // the input it is about, "" for none
	Message string // a sentence for the person; the only part that reaches one
	Err     error  // the cause, for the operator's log
}

func (e *Error) Error() string {
	s := string(e.Kind) + ": " + e.Message
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf is the kind of err, "" for none.
func KindOf(err error) ErrorKind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return ""
}

// ErrNotFound is the answer for what does not exist or may not be seen.
var ErrNotFound = &Error{Kind: NotFound, Message: "This does not exist, or you do not have access to it."}

var (
	errSignedOut      = &Error{Kind: Unauthenticated, Message: "You are signed out. Please sign in again."}
	errLogin          = &Error{Kind: Unauthenticated, Message: "The name or the password is wrong."}
	errClosed         = &Error{Kind: Forbidden, Message: "Signing up is closed here. Ask the administrator for an account."}
	errNotMember      = &Error{Kind: Forbidden, Message: "Join the room first."}
	errNobody         = &Error{Kind: Invalid, Field: "user", Message: "Nobody has this name."}
	errDisabled       = &Error{Kind: Forbidden, Message: "This account is closed. Ask an administrator."}
	errDirect         = &Error{Kind: Forbidden, Message: "This is a conversation between its people: nobody joins or leaves it."}
	errDirectRoom     = &Error{Kind: Forbidden, Message: "This is a conversation between its people: it is called by their names, and stays open."}
	errManyDirect     = &Error{Kind: Invalid, Field: "user", Message: fmt.Sprintf("A direct conversation has at most %d people. Make a room instead.", MaxDirect)}
	errUnwelcome      = &Error{Kind: Forbidden, Message: "You and this person cannot write to each other."}
	errInvited        = &Error{Kind: Forbidden, Message: "This invitation is not valid any more. Ask for a new one."}
	errNotAdmin       = &Error{Kind: Forbidden, Message: "Only an administrator can do this."}
	errUnwelcomeAmong = &Error{Kind: Forbidden, Message: "You and one of these people cannot write to each other."}
)

func invalid(field, message string) error {
	return &Error{Kind: Invalid, Field: field, Message: message}
}

// Away wraps a driver's error as Unavailable: the stores use it.
func Away(err error) error {
	return &Error{Kind: Unavailable, Message: "The database cannot be reached just now. Nothing was stored; please try again.", Err: err}
}

// InDoubt wraps the error of a commit whose outcome is not known: the stores use it.
func InDoubt(err error) error {
	return &Error{Kind: Unknown, Message: "The connection to the database broke while storing this. Sending it again is safe.", Err: err}
}
