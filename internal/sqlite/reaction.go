package sqlite

import (
	"context"
	"slices"

	"example.com/chat/internal/chat"
)

// reactionsOf are in the order in which they were made.
const reactionsOf = `select x.message_id, x.emoji, x.user_id, ` + joinedPerson + `
	from json_each($1) k cross join reactions x on x.message_id = k.value left join users u on u.id = x.user_id
	order by x.n`

// reaction is one person's.
type reaction struct {
	message chat.MessageID
	emoji   string
	person  chat.Person
}

func scanReaction(r row) (x reaction, err error) {
	err = r.Scan(append([]any{&x.message, &x.emoji}, personFields(&x.person)...)...)
	return x, err
}

// react fills in the reactions of messages, all in one query. A deleted message has none.
func (c *conn) react(ctx context.Context, messages []chat.Message) error {
	at := map[chat.MessageID]int{}
	var ids []chat.MessageID
	for i, m := range messages {
		if !m.Deleted() {
			at[m.ID] = i
			ids = append(ids, m.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	reactions, err := list(ctx, c, scanReaction, reactionsOf, set(ids))
	for _, x := range reactions {
		m := &messages[at[x.message]]
		i := slices.IndexFunc(m.Reactions, func(r chat.Reaction) bool { return r.Emoji == x.emoji })
		if i < 0 {
			i = len(m.Reactions)
			m.Reactions = append(m.Reactions, chat.Reaction{Emoji: x.emoji})
		}
		m.Reactions[i].People = append(m.Reactions[i].People, x.person)
	}
	return err
}
