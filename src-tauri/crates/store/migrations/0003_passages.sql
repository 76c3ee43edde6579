-- Passages of the text that can be found again: by words through FTS5, by meaning through embeddings.
create table embedders (
    id integer primary key,
    name text not null,
    version integer not null,
    dimension integer not null check (dimension between 1 and 8192),
    unique (name, version, dimension)
) strict;

-- Ids of a review's passages run from first_passage without a gap; signs holds one bit of each
-- component of each embedding in the same order, for a first look at all of them.
create table passage_sets (
    review_id text primary key references reviews (id) on delete cascade,
    embedder_id integer not null references embedders (id),
    first_passage integer not null,
    passages integer not null check (passages > 0),
    signs blob not null
) strict;

create table passages (
    id integer primary key,
    review_id text not null references reviews (id) on delete cascade,
    chunk integer not null,
    passage integer not null,
    start_byte integer not null,
    end_byte integer not null check (end_byte >= start_byte),
    page integer not null,
    embedding blob not null,
    heading text not null,
    heading_path text not null,
    numbers text not null,
    text text not null,
    unique (review_id, chunk, passage)
) strict;

create virtual table passage_words using fts5 (
    heading,
    text,
    content = 'passages',
    content_rowid = 'id',
    tokenize = "porter unicode61 remove_diacritics 2"
);

create trigger passages_inserted after insert on passages begin
    insert into passage_words (rowid, heading, text) values (new.id, new.heading, new.text);
end;

create trigger passages_deleted after delete on passages begin
    insert into passage_words (passage_words, rowid, heading, text) values ('delete', old.id, old.heading, old.text);
end;

create trigger passages_changed after update of heading, text on passages begin
    insert into passage_words (passage_words, rowid, heading, text) values ('delete', old.id, old.heading, old.text);
    insert into passage_words (rowid, heading, text) values (new.id, new.heading, new.text);
end;
