package postgres

import (
	"github.com/jackc/pgx/v5"

	"example.com/chat/internal/chat"
)

// queueWrites queues the statements that write the rows: one for each kind of row, however many there are.
func queueWrites(batch *pgx.Batch, rows *chat.Rows) {
	putUsers(batch, rows.Users)
	putPictures(batch, rows.Pictures, rows.Replaced)
	putRooms(batch, rows.Rooms)
	putMembers(batch, rows.Members, rows.Left)
	putMessages(batch, rows.Messages)
	putReactions(batch, rows.Reactions, rows.Unreactions)
	putSessions(batch, rows.Sessions, rows.Ended)
	putBlocks(batch, rows.Blocks, rows.Unblocks)
	putNotifications(batch, rows)
	putPushes(batch, rows)
	putInvitations(batch, rows.Invitations)
	appendEvents(batch, rows.Events)
}
