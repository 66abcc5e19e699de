-- +goose Up

-- How far others see that somebody has read, which is not how far they have: 0 for who lets nobody see it.
alter table members add column seen_seq integer not null default 0;
