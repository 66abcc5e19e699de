-- +goose Up

-- What is to be done about notifications of people who have a subscription. due_at is when somebody is to see to it
-- (later than now: somebody is at it); null: nobody, until it is read. taken: a browser may be showing it. gone: it
-- was read, or is no more.
create table pushes (
	notification_id text not null primary key,
	user_id         text not null,
	event_id        integer not null,
	created_at      integer not null,
	due_at          integer,
	taken           integer not null default 0,
	gone            integer not null default 0
) without rowid;

create index pushes_of_user on pushes (user_id, event_id);
create index pushes_due on pushes (due_at) where due_at is not null;
create index pushes_by_age on pushes (created_at);

-- local: the endpoint is on this machine, and so is who named it.
alter table push_subscriptions add column local integer not null default 0;
