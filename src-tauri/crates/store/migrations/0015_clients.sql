-- Programs that may use the HTTP interface. Of a client's token only the SHA-256 is kept.
create table clients (
    id text primary key,
    name text not null check (length(name) between 1 and 100),
    token_sha256 text not null unique,
    may_read integer not null check (may_read in (0, 1)),
    may_submit integer not null check (may_submit in (0, 1)),
    may_manage integer not null check (may_manage in (0, 1)),
    created_at integer not null,
    last_used_at integer,
    revoked_at integer,
    check (may_read + may_submit + may_manage > 0)
) strict;

-- A name is free again once its client is revoked.
create unique index clients_by_name on clients (name) where revoked_at is null;

-- What a client's submission under a key of its own led to: the same key asks for the same answer.
create table submission_keys (
    client_id text not null references clients (id) on delete cascade,
    key text not null,
    request_sha256 text not null,
    review_id text not null references reviews (id) on delete cascade,
    existing integer not null check (existing in (0, 1)),
    created_at integer not null,
    primary key (client_id, key)
) strict, without rowid;

create index submission_keys_by_time on submission_keys (created_at);
create index submission_keys_of_review on submission_keys (review_id);
