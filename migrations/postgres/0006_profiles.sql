-- +goose Up

-- Pictures go when nobody uses them any more; those that were replaced before go here.
create index users_by_avatar on users (avatar) where avatar <> '';
delete from pictures where id not in (select avatar from users);

-- called is a JSON list: what the text calls each of mentions, who may be called otherwise by now; "" for none.
alter table messages add column called text not null default '';
