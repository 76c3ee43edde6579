-- Contracts that were deleted: hidden at once, gone for good from purge_at on.
create table deletions (
    contract_id text primary key references contracts (id) on delete cascade,
    deleted_at integer not null,
    purge_at integer not null check (purge_at >= deleted_at),
    and_backups integer not null default 0 check (and_backups in (0, 1))
) strict, without rowid;

-- Reviews that the deletion stopped: they go on when it is undone.
create table deletion_stops (
    review_id text primary key references reviews (id) on delete cascade,
    contract_id text not null references deletions (contract_id) on delete cascade
) strict, without rowid;

create index deletion_stops_of_contract on deletion_stops (contract_id);

-- Files whose contract is gone and that are still to be removed from the folder of files.
create table blob_garbage (
    sha256 text primary key,
    since integer not null
) strict, without rowid;

-- What remains to be done after a purge, over any number of starts: 'checkpoint', 'backups'.
create table purge_rests (
    task text primary key check (task in ('checkpoint', 'backups')),
    since integer not null
) strict, without rowid;

-- While commits fail for want of space, whether this row can be written tells when there is room again.
create table disk_probes (
    id integer primary key check (id = 1),
    filling blob not null
) strict;

-- Deleting a review follows these.
create index notices_of_review on notices (review_id);
create index outbox_of_notice on outbox (notice_id) where notice_id is not null;
create index reviews_ended on reviews (finished_at) where finished_at is not null;
