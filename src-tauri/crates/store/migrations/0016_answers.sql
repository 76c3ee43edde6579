-- Clauses that a model named with words that do not stand in the part it read, not even when it was asked for
-- them once more: of what kind and in which part, never the words.
create table unverified (
    review_id text not null references reviews (id) on delete cascade,
    -- Key of the step that read the part.
    part text not null,
    position integer not null,
    chunk integer not null,
    kind text not null,
    primary key (review_id, part, position)
) strict, without rowid;

-- What a model says of a review's findings: sentences with the findings that each rests on, as JSON.
create table summaries (
    review_id text primary key references reviews (id) on delete cascade,
    summary text not null
) strict, without rowid;

-- What a person asked about a contract. The plan says what is to be read, as JSON.
create table questions (
    id text primary key,
    review_id text not null references reviews (id) on delete cascade,
    text text not null,
    -- Ids of the providers that are asked, in their order; none for words found on this computer alone.
    providers text not null,
    state text not null check (state in ('running', 'waiting', 'answered', 'failed')),
    code text,
    message text,
    waiting_until integer,
    plan text,
    asked_at integer not null,
    ended_at integer,
    check ((state in ('answered', 'failed')) = (ended_at is not null)),
    check (state not in ('waiting', 'failed') or message is not null)
) strict;

create index questions_of_review on questions (review_id, asked_at);
create index questions_waiting on questions (waiting_until) where state = 'waiting';

-- What one part of the contract answers to a question: sentences with their words of the contract, as JSON.
create table question_parts (
    question_id text not null references questions (id) on delete cascade,
    start_byte integer not null,
    end_byte integer not null check (end_byte >= start_byte),
    -- 1 for what was said when the words of some sentences did not stand there and it was asked once more.
    again integer not null check (again in (0, 1)),
    answer text not null,
    primary key (question_id, start_byte, end_byte, again)
) strict, without rowid;

-- Steps that answer a question go on behind a completed review.
alter table steps add column question_id text references questions (id) on delete cascade;
create index steps_of_question on steps (question_id) where question_id is not null;
create index steps_asked on steps (lane, ready_at) where kind = 'ask' and state in ('available', 'retryable', 'scheduled');

-- A provider measured by contracts with planted risks; what came of it as JSON.
create table measurements (
    id text primary key,
    provider text not null,
    model text not null,
    contracts integer not null check (contracts > 0),
    state text not null check (state in ('done', 'stopped', 'failed')),
    message text,
    result text,
    started_at integer not null,
    ended_at integer not null,
    check ((state = 'done') = (result is not null)),
    check (state <> 'failed' or message is not null)
) strict;

-- Calls that answer a question or write a summary are written down as such; the rule of a column can't be changed
-- in place.
create table outbound_calls_new (
    id integer primary key,
    at integer not null,
    host text not null,
    provider text not null,
    -- '' when a provider was asked for its models, and for webhooks.
    model text not null,
    purpose text not null
        check (purpose in ('read', 'second_look', 'embed', 'test', 'models', 'measure', 'webhook', 'ask', 'summary')),
    review_id text references reviews (id) on delete set null,
    bytes_sent integer not null check (bytes_sent >= 0),
    bytes_received integer check (bytes_received >= 0),
    http_status integer,
    -- None while it is under way, and of a call that was not waited for.
    outcome text check (outcome in ('answered', 'refused', 'broken')),
    check ((outcome is null) = (bytes_received is null)),
    check (http_status is null or outcome in ('answered', 'refused'))
) strict;

insert into outbound_calls_new select * from outbound_calls;
drop table outbound_calls;
alter table outbound_calls_new rename to outbound_calls;
create index outbound_calls_of_review on outbound_calls (review_id) where review_id is not null;
create index outbound_calls_by_time on outbound_calls (at);
