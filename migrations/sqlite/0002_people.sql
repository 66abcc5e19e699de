-- +goose Up

-- prefs is a JSON object that nothing is looked up by; unread counts notifications that are not read.
alter table users add column status text not null default '';
alter table users add column avatar text not null default '';
alter table users add column disabled_at integer;
alter table users add column unread integer not null default 0;
alter table users add column prefs text not null default '';

alter table rooms add column direct integer not null default 0;

create index public_rooms on rooms (id) where private = 0;

alter table members add column level text not null default '';
alter table members add column muted_until integer;

create index watchers_of_room on members (room_id) where level = 'everything';

-- mentions is a JSON list of users' ids, "" for none.
alter table messages add column reply_to text;
alter table messages add column mentions text not null default '';
alter table messages add column everybody integer not null default 0;

-- n orders the reactions of a message.
create table reactions (
	n          integer primary key,
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
	seq        integer not null,
	actor_id   text not null,
	text       text not null,
	created_at integer not null,
	read_at    integer,
	event_id   integer not null
) without rowid;

create index notifications_of_user on notifications (user_id, event_id);
create index notifications_unread on notifications (user_id, room_id) where read_at is null;
create index notifications_about on notifications (message_id) where message_id is not null;

create table blocks (
	user_id text not null,
	blocked text not null,
	primary key (user_id, blocked)
) without rowid;

create index blocks_of on blocks (blocked);

create table invitations (
	id          text not null primary key,
	secret_hash blob not null unique,
	creator_id  text not null,
	role        text not null,
	room_id     text not null,
	created_at  integer not null,
	expires_at  integer not null,
	uses_left   integer not null
) without rowid;

create table pictures (
	id    text not null primary key,
	type  text not null,
	bytes blob not null
) without rowid;

create table push_subscriptions (
	endpoint   text not null primary key,
	user_id    text not null,
	session_id text not null,
	p256dh     text not null,
	auth       text not null,
	created_at integer not null
) without rowid;

create index push_subscriptions_of_user on push_subscriptions (user_id);
