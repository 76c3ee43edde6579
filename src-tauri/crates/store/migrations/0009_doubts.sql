-- What a model holds against a red line: which words of the contract, as JSON of places; no text.
create table doubts (
    review_id text not null references reviews (id) on delete cascade,
    check_id text not null,
    doubt text not null,
    primary key (review_id, check_id)
) strict, without rowid;
