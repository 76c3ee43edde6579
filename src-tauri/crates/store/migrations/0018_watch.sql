-- Hashes of files that the watched folder had, and of those that were written there: none is reviewed again.
create table watched_hashes (
    sha256 text primary key,
    at integer not null
) strict, without rowid;

-- Reviews of files of the watched folder; what was found is written beside the file.
create table watched_reviews (
    review_id text primary key references reviews (id) on delete cascade,
    file text not null,
    written_at integer,
    problem text
) strict, without rowid;

create index watched_reviews_open on watched_reviews (review_id) where written_at is null;
