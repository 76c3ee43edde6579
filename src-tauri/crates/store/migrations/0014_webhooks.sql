-- Addresses that are told when a review ends. Their secrets are in the keychain, never here.
create table webhooks (
    name text primary key,
    url text not null,
    -- It may be on this computer or in its own network.
    private integer not null check (private in (0, 1)),
    state text not null check (state in ('active', 'disabled')),
    -- Why nothing reaches it, in words for the person.
    problem text,
    secret_made_at integer not null,
    -- Until then messages are signed with the secret before this one too.
    old_secret_until integer,
    created_at integer not null
) strict, without rowid;

-- A message to one webhook; the id of the message is the same for all of them and in every try.
alter table outbox add column webhook text references webhooks (name) on delete cascade
    check ((channel = 'webhook') = (webhook is not null));
alter table outbox add column message_id text check ((channel = 'webhook') = (message_id is not null));
alter table outbox add column event text check ((channel = 'webhook') = (event is not null));
alter table outbox add column body text check ((channel = 'webhook') = (body is not null));
-- Tries that failed since the message was last put into the queue.
alter table outbox add column failures integer not null default 0;

create index outbox_of_webhook on outbox (webhook, state, ready_at) where webhook is not null;

create table webhook_attempts (
    outbox_id text not null references outbox (id) on delete cascade,
    number integer not null check (number > 0),
    started_at integer not null,
    took_ms integer not null check (took_ms >= 0),
    http_status integer,
    -- None of a message that was taken.
    problem text,
    primary key (outbox_id, number)
) strict, without rowid;

-- Webhooks are among the purposes now: a check can only be changed with its table.
create table outbound_calls_anew (
    id integer primary key,
    at integer not null,
    host text not null,
    provider text not null,
    -- '' when a provider was asked for its models, and for webhooks.
    model text not null,
    purpose text not null
        check (purpose in ('read', 'second_look', 'embed', 'test', 'models', 'measure', 'webhook')),
    review_id text references reviews (id) on delete set null,
    bytes_sent integer not null check (bytes_sent >= 0),
    bytes_received integer check (bytes_received >= 0),
    http_status integer,
    -- None while it is under way, and of a call that was not waited for.
    outcome text check (outcome in ('answered', 'refused', 'broken')),
    check ((outcome is null) = (bytes_received is null)),
    check (http_status is null or outcome in ('answered', 'refused'))
) strict;
insert into outbound_calls_anew select * from outbound_calls;
drop table outbound_calls;
alter table outbound_calls_anew rename to outbound_calls;
create index outbound_calls_of_review on outbound_calls (review_id) where review_id is not null;
create index outbound_calls_by_time on outbound_calls (at);
