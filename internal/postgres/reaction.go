package postgres

import (
	"slices"

	"github.com/jackc/pgx/v5"

	"example.com/chat/internal/chat"
)

// The reactions k to messages x, with who reacted: in the order in which they came. A deleted message
// has none.
const (
	reactionColumns = `select k.message_id, k.emoji, k.user_id, ` + joinedPerson + ` from messages x
		join reactions k on k.message_id = x.id
		left join lateral (select * from users where id = k.user_id limit 1) a on true
		where x.deleted_at is null and `
	inOrder = ` order by k.n`

	reactionsSQL = reactionColumns + `x.id = any($1)` + inOrder

	// reactionsBetweenSQL are those to the messages of a room with numbers from $2 to $3.
	reactionsBetweenSQL = reactionColumns + `x.room_id = $1 and x.seq between $2 and $3` + inOrder

	putReactionsSQL = `insert into reactions (message_id, emoji, user_id)
		select message_id, emoji, user_id from unnest($1::text[], $2::text[], $3::text[]) with ordinality
			k (message_id, emoji, user_id, nth) order by nth
		on conflict (message_id, emoji, user_id) do nothing`

	removeReactionsSQL = `delete from reactions r using unnest($1::text[], $2::text[], $3::text[]) k (message_id, emoji, user_id)
		where r.message_id = k.message_id and r.emoji = k.emoji and r.user_id = k.user_id`
)

// reaction is one person's.
type reaction struct {
	message chat.MessageID
	emoji   string
	person  chat.Person
}

func reactionFields(r *reaction) []any {
	return append([]any{&r.message, &r.emoji}, personFields(&r.person)...)
}

// reacted has take called with the reactions to each message that has any.
func reacted(take func(chat.MessageID, []chat.Reaction)) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		all := map[chat.MessageID][]chat.Reaction{}
		err := each(reactionFields, func(r reaction) { all[r.message] = joined(all[r.message], r) })(rows)
		for id, reactions := range all {
			take(id, reactions)
		}
		return err
	}
}

// joined adds somebody's reaction to those with the same emoji.
func joined(reactions []chat.Reaction, r reaction) []chat.Reaction {
	i := slices.IndexFunc(reactions, func(known chat.Reaction) bool { return known.Emoji == r.emoji })
	if i < 0 {
		return append(reactions, chat.Reaction{Emoji: r.emoji, People: []chat.Person{r.person}})
	}
	reactions[i].People = append(reactions[i].People, r.person)
	return reactions
}

func putReactions(batch *pgx.Batch, put, gone []chat.ReactionKey) {
	queueReactions(batch, removeReactionsSQL, gone) // first: one in both moves to the end
	queueReactions(batch, putReactionsSQL, put)
}

func queueReactions(batch *pgx.Batch, sql string, keys []chat.ReactionKey) {
	if len(keys) > 0 {
		batch.Queue(sql,
			column(keys, func(k chat.ReactionKey) string { return string(k.MessageID) }),
			column(keys, func(k chat.ReactionKey) string { return k.Emoji }),
			column(keys, func(k chat.ReactionKey) string { return string(k.UserID) }))
	}
}
