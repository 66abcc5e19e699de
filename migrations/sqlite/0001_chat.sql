-- +goose Up

-- Times are integer milliseconds since 1970, UTC; flags are 0 or 1. There are no foreign keys: the log
-- lock comes first in every transaction that writes, and nothing may be locked behind it.

create table users (
	id            text not null primary key,
	name          text not null,
	name_key      text not null unique,
	role          text not null,
	password_hash text not null,
	created_at    integer not null
) without rowid;

create table sessions (
	id         text not null primary key,
	user_id    text not null,
	kind       text not null,
	label      text not null,
	token_hash blob not null unique,
	created_at integer not null,
	seen_at    integer not null,
	expires_at integer not null
) without rowid;

create index sessions_of_user on sessions (user_id);
create index sessions_by_expiry on sessions (expires_at);

-- A room's revision is that of its newest event, or rev_floor when that event has been trimmed.
create table rooms (
	id          text not null primary key,
	name        text not null,
	private     integer not null,
	creator_id  text not null,
	created_at  integer not null,
	archived_at integer,
	rev_floor   integer not null default 0
) without rowid;

create table members (
	room_id   text not null,
	user_id   text not null,
	joined_id integer not null,
	read_seq  integer not null,
	joined_at integer not null,
	primary key (room_id, user_id)
) without rowid;

create index members_of_user on members (user_id);

create table messages (
	id         text not null primary key,
	room_id    text not null,
	author_id  text not null,
	seq        integer not null,
	room_rev   integer not null,
	body       text not null,
	created_at integer not null,
	edited_at  integer,
	deleted_at integer,
	posted_id  integer not null,
	changed_id integer not null,
	unique (room_id, seq)
);

create table events (
	shard      integer not null,
	id         integer not null,
	epoch      integer not null,
	at         integer not null,
	kind       text not null,
	room_id    text,
	user_id    text,
	message_id text,
	actor_id   text,
	room_rev   integer not null,
	ref        text not null default '',
	primary key (shard, id)
) without rowid;

create index events_of_room on events (room_id, id) where room_id is not null;
create index events_of_user on events (user_id, id) where user_id is not null;

-- The newest row of a shard is its current epoch.
create table log_epochs (
	n        integer primary key,
	shard    integer not null,
	epoch    integer not null,
	start_id integer not null,
	identity text not null,
	at       integer not null
);

-- Events up to and including floor have been trimmed.
create table log_floor (
	shard integer not null primary key,
	floor integer not null
);

create table secrets (
	name       text not null primary key,
	value      blob not null,
	created_at integer not null
) without rowid;

insert into log_floor (shard, floor) values (1, 0);

insert into rooms (id, name, private, creator_id, created_at)
values ('general', 'general', 0, '', cast(unixepoch('subsec') * 1000 as integer));
