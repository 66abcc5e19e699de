-- +goose Up

-- What is to be done about notifications of people who have a subscription. due_at is when somebody is to see to it
-- (later than now: somebody is at it); null: nobody, until it is read. taken: a browser may be showing it. gone: it
-- was read, or is no more.
create table pushes (
	notification_id text not null primary key,
	user_id         text not null,
	event_id        bigint not null,
	created_at      timestamptz not null,
	due_at          timestamptz,
	taken           boolean not null default false,
	gone            boolean not null default false
);

create index pushes_of_user on pushes (user_id, event_id);
create index pushes_due on pushes (due_at) where due_at is not null;
create index pushes_by_age on pushes (created_at);

-- local: the endpoint is on this machine, and so is who named it.
alter table push_subscriptions add column local boolean not null default false;
