-- +goose Up

-- There are no foreign keys: the log lock comes first in every transaction that writes, and nothing
-- may be locked behind it.

create table users (
	id            text not null primary key,
	name          text not null,
	name_key      text not null unique,
	role          text not null,
	password_hash text not null,
	created_at    timestamptz not null
);

create table sessions (
	id         text not null primary key,
	user_id    text not null,
	kind       text not null,
	label      text not null,
	token_hash bytea not null unique,
	created_at timestamptz not null,
	seen_at    timestamptz not null,
	expires_at timestamptz not null
);

create index sessions_of_user on sessions (user_id);
create index sessions_by_expiry on sessions (expires_at);

-- A room's revision is that of its newest event, or rev_floor when that event has been trimmed.
create table rooms (
	id          text not null primary key,
	name        text not null,
	private     boolean not null,
	creator_id  text not null,
	created_at  timestamptz not null,
	archived_at timestamptz,
	rev_floor   bigint not null default 0
);

create table members (
	room_id   text not null,
	user_id   text not null,
	joined_id bigint not null,
	read_seq  bigint not null,
	joined_at timestamptz not null,
	primary key (room_id, user_id)
);

create index members_of_user on members (user_id);

create table messages (
	id         text not null primary key,
	room_id    text not null,
	author_id  text not null,
	seq        bigint not null,
	room_rev   bigint not null,
	body       text not null,
	created_at timestamptz not null,
	edited_at  timestamptz,
	deleted_at timestamptz,
	posted_id  bigint not null,
	changed_id bigint not null,
	unique (room_id, seq)
);

create table events (
	shard      integer not null,
	id         bigint not null,
	epoch      bigint not null,
	at         timestamptz not null,
	kind       text not null,
	room_id    text,
	user_id    text,
	message_id text,
	actor_id   text,
	room_rev   bigint not null,
	ref        text not null default '',
	primary key (shard, id)
);

create index events_of_room on events (room_id, id) where room_id is not null;
create index events_of_user on events (user_id, id) where user_id is not null;

-- The newest row of a shard is its current epoch.
create table log_epochs (
	n        bigint generated always as identity primary key,
	shard    integer not null,
	epoch    bigint not null,
	start_id bigint not null,
	identity text not null,
	at       timestamptz not null
);

-- Events up to and including floor have been trimmed.
create table log_floor (
	shard integer not null primary key,
	floor bigint not null
);

create table secrets (
	name       text not null primary key,
	value      bytea not null,
	created_at timestamptz not null
);

insert into log_floor (shard, floor) values (1, 0);

insert into rooms (id, name, private, creator_id, created_at)
values ('general', 'general', false, '', date_trunc('milliseconds', clock_timestamp()));
