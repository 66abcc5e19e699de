-- +goose Up

-- What is not unread, above a read position: one's own messages and the deleted ones.
create index messages_of_author on messages (author_id, room_id, seq);
create index messages_deleted on messages (room_id, seq, author_id) where deleted_at is not null;

-- The messages that name anybody, by the event that posted them.
create index messages_naming on messages (room_id, posted_id) where mentions <> '' or everybody;
