-- Times are milliseconds since 1970 in UTC, ids UUIDv7 in text, hashes SHA-256 in hexadecimal.
create table boots (
    id text primary key,
    pid integer not null,
    version text not null,
    started_at integer not null,
    ended_at integer
) strict;

create table settings (
    key text primary key,
    value text not null
) strict;

create table contracts (
    id text primary key,
    file_name text not null,
    media_type text not null,
    sha256 text not null unique,
    size_bytes integer not null check (size_bytes >= 0),
    created_at integer not null
) strict;

create table documents (
    contract_id text primary key references contracts (id) on delete cascade,
    reader_version integer not null,
    pages_total integer not null,
    read_at integer not null
) strict;

create table pages (
    contract_id text not null references documents (contract_id) on delete cascade,
    number integer not null check (number > 0),
    width real not null,
    height real not null,
    source text not null,
    quality text not null,
    problem text,
    words blob not null,
    primary key (contract_id, number)
) strict, without rowid;

create table playbooks (
    sha256 text primary key,
    id text not null,
    name text not null,
    version text not null,
    source text not null,
    created_at integer not null
) strict;

create table reviews (
    id text primary key,
    contract_id text not null references contracts (id) on delete cascade,
    playbook_sha256 text not null references playbooks (sha256),
    pipeline_version integer not null,
    reader text not null,
    state text not null check (state in ('queued', 'running', 'waiting', 'paused', 'completed', 'stopped', 'failed')),
    stage text not null check (stage in ('read', 'chunk', 'read_clauses', 'judge', 'synthesise', 'deliver')),
    priority integer not null default 0,
    weight real not null default 1.0 check (weight > 0),
    vtime real not null,
    resumed integer not null default 0 check (resumed in (0, 1)),
    code text,
    message text,
    created_at integer not null,
    started_at integer,
    finished_at integer,
    cancel_requested_at integer,
    check ((state in ('completed', 'stopped', 'failed')) = (finished_at is not null)),
    check (state <> 'failed' or message is not null)
) strict;

create index reviews_of_contract on reviews (contract_id);
create index reviews_active on reviews (priority, vtime) where state in ('queued', 'running', 'waiting');

create table steps (
    id integer primary key,
    review_id text not null references reviews (id) on delete cascade,
    key text not null,
    kind text not null,
    lane text not null,
    phase text,
    input text not null default '{}',
    state text not null check (state in ('available', 'running', 'retryable', 'scheduled', 'completed', 'cancelled', 'discarded')),
    attempt integer not null default 0,
    failures integer not null default 0,
    losses integer not null default 0,
    ready_at integer not null,
    boot_id text references boots (id),
    lease_until integer,
    created_at integer not null,
    finished_at integer,
    unique (review_id, key),
    check ((state = 'running') = (boot_id is not null)),
    check ((state = 'running') = (lease_until is not null)),
    check ((state in ('completed', 'cancelled', 'discarded')) = (finished_at is not null))
) strict;

create index steps_ready on steps (review_id, lane, ready_at) where state in ('available', 'retryable', 'scheduled');
create index steps_running on steps (lease_until) where state = 'running';

create table attempts (
    step_id integer not null references steps (id) on delete cascade,
    number integer not null check (number > 0),
    boot_id text not null references boots (id),
    started_at integer not null,
    ended_at integer,
    outcome text check (outcome in ('completed', 'failed', 'lost', 'cancelled')),
    code text,
    message text,
    primary key (step_id, number),
    check ((ended_at is null) = (outcome is null))
) strict, without rowid;

-- Fan-in: the step that makes done = total adds the step named here, once.
create table phases (
    review_id text not null references reviews (id) on delete cascade,
    name text not null,
    done integer not null default 0,
    total integer not null check (total > 0),
    then_kind text not null,
    then_lane text not null,
    primary key (review_id, name),
    check (done between 0 and total)
) strict, without rowid;

create table profiles (
    review_id text primary key references reviews (id) on delete cascade,
    profile blob not null
) strict;

create table chunks (
    review_id text not null references reviews (id) on delete cascade,
    number integer not null,
    start_byte integer not null,
    end_byte integer not null check (end_byte >= start_byte),
    chunk text not null,
    text text not null,
    read_at integer,
    primary key (review_id, number)
) strict, without rowid;

create table clauses (
    review_id text not null references reviews (id) on delete cascade,
    chunk integer not null,
    position integer not null,
    kind text not null,
    start_byte integer not null,
    end_byte integer not null check (end_byte >= start_byte),
    clause text not null,
    primary key (review_id, chunk, position)
) strict, without rowid;

create table judgements (
    review_id text primary key references reviews (id) on delete cascade,
    judgement blob not null
) strict;

create table findings (
    review_id text not null references reviews (id) on delete cascade,
    position integer not null,
    check_id text not null,
    clause_kind text not null,
    outcome text not null check (outcome in ('met', 'fallback', 'red_line', 'missing', 'unclear', 'not_applicable')),
    severity text not null check (severity in ('low', 'medium', 'high', 'critical')),
    finding text not null,
    primary key (review_id, position)
) strict, without rowid;

create table reports (
    review_id text primary key references reviews (id) on delete cascade,
    proposal text not null check (proposal in ('ready', 'negotiate', 'escalate', 'no_verdict')),
    critical integer not null,
    high integer not null,
    medium integer not null,
    low integer not null,
    report blob not null
) strict;

create table notices (
    id text primary key,
    review_id text not null references reviews (id) on delete cascade,
    title text not null,
    body text not null,
    created_at integer not null,
    read_at integer
) strict;

create table outbox (
    id text primary key,
    channel text not null check (channel in ('desktop', 'webhook')),
    notice_id text references notices (id) on delete cascade,
    state text not null check (state in ('available', 'delivered', 'discarded')),
    attempts integer not null default 0,
    ready_at integer not null,
    created_at integer not null,
    delivered_at integer,
    check ((state = 'delivered') = (delivered_at is not null))
) strict;

create index outbox_ready on outbox (channel, ready_at) where state = 'available';

-- The newest notice of change for each subject; a change moves the row to the end.
create table events (
    seq integer primary key autoincrement,
    kind text not null,
    review_id text not null default '',
    created_at integer not null,
    unique (kind, review_id)
) strict;
