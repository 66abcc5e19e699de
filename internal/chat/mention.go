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
	called    map[UserID]string // as it is written
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
// beginnings are tried. Whom a message named that is edited, it still names by what they were called then.
func (c *Chat) naming(ctx context.Context, body string, before Message) (naming, error) {
	places := mentionCandidates(body)
	if len(places) == 0 {
		return naming{}, nil
	}
	var keys []string
	for _, name := range slices.Concat(places...) {
		keys = append(keys, name.key)
	}
	users, err := c.store.Named(ctx, keys)
	if err != nil {
		return naming{}, err
	}
	ids := map[string]UserID{}
	for _, u := range users {
		ids[u.NameKey] = u.ID
	}
	for i, written := range before.Called {
		ids[NameKey(written)] = before.Mentions[i]
	}
	return choose(places, ids), nil
}

// choose takes the longest name at each place that is somebody's.
func choose(places [][]candidate, ids map[string]UserID) naming {
	named := naming{called: map[UserID]string{}}
	for _, names := range places {
		for _, name := range names {
			if name.key == everybodyName {
				named.everybody = true
				break
			}
			if id, ok := ids[name.key]; ok {
				named.users = append(named.users, id)
				named.called[id] = name.written
				break
			}
		}
	}
	named.users = distinct(named.users)
	return named
}

// candidate is what may be a name.
type candidate struct{ key, written string }

// mentionWords is how many words a name is looked for in.
const mentionWords = 4

// mentionCandidates gives, for each @ that may begin a name, the names that may follow, the longest
// first. At most a hundred places are looked at.
func mentionCandidates(body string) (all [][]candidate) {
	inAddress := false // which ends with white space
	for i, r := range body {
		inAddress = inAddress && !unicode.IsSpace(r) || strings.HasPrefix(body[i:], "://")
		before, _ := utf8.DecodeLastRuneInString(body[:i])
		if r != '@' || isWord(before) || inAddress || len(all) == 100 {
			continue
		}
		if names := namesAtStart(body[i+1:]); len(names) > 0 {
			all = append(all, names)
		}
	}
	return all
}

// namesAtStart gives the names that a text may begin with: of so many words, without the punctuation
// after them, and without what punctuation joins to them, as in "Ada's".
func namesAtStart(text string) (names []candidate) {
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
			key := NameKey(name)
			if key != "" && !slices.ContainsFunc(names, func(c candidate) bool { return c.key == key }) {
				names = append(names, candidate{key, strings.TrimSpace(name)})
			}
		}
	}
	return names
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

// mention says in a message whom its text names of those who are members. To name everybody there may not be too many
// of them, unless the message did so before it was edited.
func (p *plan) mention(m *Message, named naming, before Message) error {
	room := p.Rooms[m.RoomID]
	everybody := named.everybody && (room.Direct || room.AlterableBy(p.Users[m.Author.ID].Person()))
	if everybody && !before.Everybody && len(p.loadedMembers(room.ID)) > MentionMost {
		return errTooMany
	}
	m.Mentions, m.Called, m.Everybody = nil, nil, everybody
	for _, user := range named.users {
		if _, member := p.Members[MemberKey{m.RoomID, user}]; member && len(m.Mentions) < MentionMost {
			m.Mentions, m.Called = append(m.Mentions, user), append(m.Called, named.called[user])
		}
	}
	return nil
}
