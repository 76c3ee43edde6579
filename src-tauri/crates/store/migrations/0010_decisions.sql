-- What a person decided about findings, in the order it was decided. A row is taken back, never changed.
-- `finding` is a hash of the check and the quotes: the same finding of a later review has the same.
create table decisions (
    id integer primary key autoincrement,
    contract_id text not null references contracts (id) on delete cascade,
    finding text not null,
    kind text not null check (kind in ('accepted', 'dismissed', 'reopened', 'noted')),
    words text not null,
    check_id text not null,
    title text not null,
    outcome text not null check (outcome in ('met', 'fallback', 'red_line', 'missing', 'unclear', 'not_applicable')),
    severity text not null check (severity in ('low', 'medium', 'high', 'critical')),
    decided_at integer not null,
    undone_at integer,
    check (kind <> 'dismissed' or words <> ''),
    check (undone_at is null or undone_at >= decided_at)
) strict;

create index decisions_of_contract on decisions (contract_id, id);
