-- +goose Up

-- Pages show who came and went between their messages.
create index moves_of_room on events (room_id, id) where kind in ('user_joined', 'user_left');
