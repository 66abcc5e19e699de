-- +goose Up

-- What was read long ago is forgotten.
create index notifications_by_reading on notifications (read_at) where read_at is not null;
