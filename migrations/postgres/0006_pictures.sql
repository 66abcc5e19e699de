-- +goose Up

-- Pictures go when nobody uses them any more; those that were replaced before go here.
create index users_by_avatar on users (avatar) where avatar <> '';
delete from pictures where id not in (select avatar from users);
