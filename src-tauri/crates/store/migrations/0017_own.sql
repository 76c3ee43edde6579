-- Playbooks that a person made. No review refers to them: each pins the text that it was judged by.
create table own_playbooks (
    id text primary key check (id <> ''),
    name text not null,
    version text not null,
    source text not null,
    sha256 text not null,
    created_at integer not null,
    changed_at integer not null
) strict;

-- Columns, order and filters of the portfolio under a name that a person gave them.
create table portfolio_views (
    name text primary key check (name <> ''),
    view text not null,
    changed_at integer not null
) strict;

-- Findings that a person made of words they selected. They belong to the contract, so they outlive a review
-- that is run again.
create table own_findings (
    id integer primary key autoincrement,
    contract_id text not null references contracts (id) on delete cascade,
    finding text not null,
    created_at integer not null
) strict;

create index own_findings_of_contract on own_findings (contract_id, id);

-- What a person says of a finding in place of the playbook: how much it matters and what to ask for. The finding
-- is known as for decisions.
create table finding_edits (
    contract_id text not null references contracts (id) on delete cascade,
    finding text not null,
    severity text not null check (severity in ('low', 'medium', 'high', 'critical')),
    ask text not null,
    edited_at integer not null,
    primary key (contract_id, finding)
) strict, without rowid;
