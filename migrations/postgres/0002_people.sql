-- +goose Up

-- prefs is a JSON object that nothing is looked up by; unread counts notifications that are not read.
alter table users add column status text not null default '';
alter table users add column avatar text not null default '';
alter table users add column disabled_at timestamptz;
alter table users add column unread bigint not null default 0;
alter table users add column prefs text not null default '';

-- By bytes, whatever the database's collation is: names are sorted so, and found by their beginnings.
alter table users alter column name_key type text collate "C";

alter table rooms add column direct boolean not null default false;

create index public_rooms on rooms (id) where not private;

alter table members add column level text not null default '';
alter table members add column muted_until timestamptz;

create index watchers_of_room on members (room_id) where level = 'everything';

-- mentions is a JSON list of users' ids, "" for none.
alter table messages add column reply_to text;
alter table messages add column mentions text not null default '';
alter table messages add column everybody boolean not null default false;

-- n orders the reactions of a message.
create table reactions (
	n          bigint generated always as identity primary key,
	message_id text not null,
	emoji      text not null,
	user_id    text not null,
	unique (message_id, emoji, user_id)
);

create table notifications (
	id         text not null primary key,
	user_id    text not null,
	kind       text not null,
	room_id    text,
	message_id text,
	seq        bigint not null,
	actor_id   text not null,
	text       text not null,
	created_at timestamptz not null,
	read_at    timestamptz,
	event_id   bigint not null
);

create index notifications_of_user on notifications (user_id, event_id);
create index notifications_unread on notifications (user_id, room_id) where read_at is null;
create index notifications_about on notifications (message_id) where message_id is not null;

create table blocks (
	user_id text not null,
	blocked text not null,
	primary key (user_id, blocked)
);

create index blocks_of on blocks (blocked);

create table invitations (
	id          text not null primary key,
	secret_hash bytea not null unique,
	creator_id  text not null,
	role        text not null,
	room_id     text not null,
	created_at  timestamptz not null,
	expires_at  timestamptz not null,
	uses_left   bigint not null
);

create table pictures (
	id    text not null primary key,
	type  text not null,
	bytes bytea not null
);

create table push_subscriptions (
	endpoint   text not null primary key,
	user_id    text not null,
	session_id text not null,
	p256dh     text not null,
	auth       text not null,
	created_at timestamptz not null
);

create index push_subscriptions_of_user on push_subscriptions (user_id);
