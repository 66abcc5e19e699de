package chat

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// naming is whom the text of a message may name: what it comes to is decided under the log lock.
type naming struct {
	users     []UserID
	everybody bool
}

// everybodyName is what names the whole room.
const everybodyName = "room"

// MentionMost is how many people one message can name one by one, and how large a room may be in which everybody
// can be named.
const MentionMost = 500

var errTooMany = invalid("body", fmt.Sprintf("@%s reaches up to %d people, and this room has more. Name them one by one, or leave out the @.",
	everybodyName, MentionMost))

// naming finds whom a text may name. A name may have spaces in it, so of what follows an @ several
// beginnings are tried.
func (c *Chat) naming(ctx context.Context, body string) (naming, error) {
	var named naming
	places := mentionCandidates(body)
	if len(places) == 0 {
		return named, nil
	}
	users, err := c.store.Named(ctx, slices.Concat(places...))
	if err != nil {
		return named, err
	}
	ids := map[string]UserID{}
	for _, u := range users {
		ids[u.NameKey] = u.ID
	}
	for _, candidates := range places {
		for _, key := range candidates { // the longest name first
			if key == everybodyName {
				named.everybody = true
				break
			}
			if id, ok := ids[key]; ok {
				named.users = append(named.users, id)
				break
			}
		}
	}
	named.users = distinct(named.users)
	return named, nil
}

// mentionWords is how many words a name is looked for in.
const mentionWords = 4

// mentionCandidates gives, for each @ that may begin a name, the keys of the names that may follow, the longest
// first. At most a hundred places are looked at.
func mentionCandidates(body string) (all [][]string) {
	inAddress := false // which ends with white space
	for i, r := range body {
		inAddress = inAddress && !unicode.IsSpace(r) || strings.HasPrefix(body[i:], "://")
		before, _ := utf8.DecodeLastRuneInString(body[:i])
		if r != '@' || isWord(before) || inAddress || len(all) == 100 {
			continue
		}
		if keys := namesAtStart(body[i+1:]); len(keys) > 0 {
			all = append(all, keys)
		}
	}
	return all
}

// namesAtStart gives the keys of the names that a text may begin with: of so many words, without the punctuation
// after them, and without what punctuation joins to them, as in "Ada's".
func namesAtStart(text string) (keys []string) {
	if first, _ := utf8.DecodeRuneInString(text); unicode.IsSpace(first) {
		return nil
	}
	line, _, _ := strings.Cut(text, "\n")
	words := strings.SplitN(line, " ", mentionWords+1)
	words = words[:min(len(words), mentionWords)]
	for n := len(words); n > 0; n-- {
		name := strings.Join(words[:n], " ")
		bare := strings.TrimRightFunc(name, isPunctuation)
		joined := bare
		if i := strings.LastIndexFunc(bare, isPunctuation); i > strings.LastIndexByte(bare, ' ') {
			joined = strings.TrimRightFunc(bare[:i], isPunctuation)
		}
		for _, name := range []string{name, bare, joined} {
			if utf8.RuneCountInString(name) > MaxName {
				continue
			}
			if key := NameKey(name); key != "" && !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func isPunctuation(r rune) bool { return unicode.IsPunct(r) || unicode.IsSymbol(r) }

// audience adds who may have to be notified of a message.
func (n *Needs) audience(actor UserID, room RoomID, named naming) {
	for _, user := range named.users {
		n.Users = append(n.Users, user)
		n.Members = append(n.Members, MemberKey{room, user})
	}
	n.Watchers = append(n.Watchers, room)
	if named.everybody || room.IsDirect() {
		n.MembersOf = append(n.MembersOf, room)
	}
	n.BlocksOf = append(n.BlocksOf, actor)
	n.BlocksBy = append(n.BlocksBy, actor)
}

// mentions is whom a text names of those who are members. To name everybody there may not be too many of them, unless
// the message did so before it was edited.
func (p *plan) mentions(room Room, actor UserID, named naming, before Message) (users []UserID, everybody bool, err error) {
	for _, user := range named.users {
		if _, member := p.Members[MemberKey{room.ID, user}]; member && len(users) < MentionMost {
			users = append(users, user)
		}
	}
	everybody = named.everybody && (room.Direct || room.AlterableBy(p.Users[actor].Person()))
	if everybody && !before.Everybody && len(p.loadedMembers(room.ID)) > MentionMost {
		return nil, false, errTooMany
	}
	return users, everybody, nil
}
