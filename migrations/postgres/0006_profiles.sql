-- +goose Up

-- Pictures go when nobody uses them any more; those that were replaced before go here.
create index users_by_avatar on users (avatar) where avatar <> '';
delete from pictures where id not in (select avatar from users);

-- called is a JSON list: what the text calls each of mentions, who may be called otherwise by now; "" for none.
alter table messages add column called text not null default '';

-- What only joins characters no longer tells names apart, unless two people have got such names already.
with bare as (select id, replace(replace(replace(replace(name_key, chr(8204), ''), chr(8205), ''), chr(65039), ''), chr(65038), '') as key from users)
update users set name_key = (select key from bare where bare.id = users.id)
	where name_key <> replace(replace(replace(replace(name_key, chr(8204), ''), chr(8205), ''), chr(65039), ''), chr(65038), '')
		and (select count(*) from bare b, bare other where b.id = users.id and other.key = b.key) = 1;
