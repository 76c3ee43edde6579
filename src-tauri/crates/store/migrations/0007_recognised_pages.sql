-- What was recognised on pages that are pictures, so that no page is recognised twice for one file and
-- choice of languages.
create table recognised_pages (
    contract_id text not null references contracts (id) on delete cascade,
    number integer not null check (number > 0),
    languages text not null,
    version integer not null,
    page blob not null,
    primary key (contract_id, number, languages, version)
) strict, without rowid;
