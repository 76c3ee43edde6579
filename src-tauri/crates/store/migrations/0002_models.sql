-- Model providers behind the queue: what a step needs of one, what an attempt used, what was paid for.
-- Money is in millionths of a US dollar.
alter table reviews add column providers text not null default '[]';
alter table reviews add column stop_after integer not null default 0 check (stop_after in (0, 1));
alter table reviews add column waiting_until integer;
alter table reviews add column budget_micros integer check (budget_micros >= 0);
alter table reviews add column budget_tokens integer check (budget_tokens >= 0);
alter table reviews add column estimate_micros integer check (estimate_micros >= 0);
alter table reviews add column estimate_tokens integer check (estimate_tokens >= 0);
alter table reviews add column spent_micros integer not null default 0 check (spent_micros >= 0);
alter table reviews add column spent_tokens integer not null default 0 check (spent_tokens >= 0);

-- Steps of the lane "model" name the provider they ask and what its answer may use at the most.
alter table steps add column provider text;
alter table steps add column need_tokens integer not null default 0 check (need_tokens >= 0);
alter table steps add column need_micros integer not null default 0 check (need_micros >= 0);
alter table steps add column repairs integer not null default 0;
alter table steps add column repair text;

alter table attempts add column input_hash text;
alter table attempts add column provider text;
alter table attempts add column model text;
-- Held back from budgets and rates until the attempt ends.
alter table attempts add column reserved_tokens integer not null default 0;
alter table attempts add column reserved_micros integer not null default 0;
alter table attempts add column prompt_hash text;
alter table attempts add column sent_at integer;
alter table attempts add column first_byte_ms integer;
alter table attempts add column call_ms integer;
alter table attempts add column http_status integer;
alter table attempts add column error_class text;
alter table attempts add column input_tokens integer;
alter table attempts add column output_tokens integer;
alter table attempts add column cached_tokens integer;
alter table attempts add column cost_micros integer;
alter table attempts add column price_version text;
alter table attempts add column response_id text;
alter table attempts add column reused integer not null default 0 check (reused in (0, 1));

create index attempts_of_provider on attempts (provider, started_at) where provider is not null;
create index attempts_open on attempts (provider) where provider is not null and ended_at is null;

-- Results of model calls by what was asked: the intent is written before the call, the answer with the
-- step's result. A question that was answered is never asked again.
create table model_calls (
    key text primary key,
    review_id text not null references reviews (id) on delete cascade,
    step_id integer not null references steps (id) on delete cascade,
    attempt integer not null,
    provider text not null,
    model text not null,
    state text not null check (state in ('intent', 'done')),
    reply blob,
    created_at integer not null,
    done_at integer,
    check ((state = 'done') = (reply is not null)),
    check ((state = 'done') = (done_at is not null))
) strict, without rowid;

create index model_calls_of_review on model_calls (review_id);
create index model_calls_of_step on model_calls (step_id, attempt);

-- What each call cost; a review that is deleted leaves its spending behind, without its name.
create table spending (
    id integer primary key,
    month text not null,
    review_id text references reviews (id) on delete set null,
    provider text not null,
    model text not null,
    -- 'settled' by the provider's count; 'assumed' when the program ended while a call was under way.
    kind text not null check (kind in ('settled', 'assumed')),
    tokens integer not null check (tokens >= 0),
    micros integer not null check (micros >= 0),
    at integer not null
) strict;

create index spending_of_review on spending (review_id) where review_id is not null;

create table spending_months (
    month text not null,
    provider text not null,
    calls integer not null,
    tokens integer not null,
    micros integer not null,
    primary key (month, provider)
) strict, without rowid;

-- Circuit breaker, adaptive concurrency and waits of each provider; they survive a restart.
create table provider_states (
    provider text primary key,
    state text not null,
    blocked_until integer not null default 0,
    paused_code text,
    paused_message text,
    updated_at integer not null
) strict, without rowid;

-- Who found a clause.
alter table clauses add column reader text not null default 'offline';
