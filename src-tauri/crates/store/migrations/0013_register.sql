-- The contract register: what is compared over many contracts, taken from each report as it is kept, so
-- that no report is opened to show a table of them. `scale` and `number` put values in order: lengths of
-- time in days, sums by currency.
create table register_cells (
    review_id text not null references reviews (id) on delete cascade,
    field text not null,
    value text not null,
    unit text,
    state text not null check (state in ('stated', 'computed', 'inferred', 'not_found', 'confirmed')),
    scale text,
    number real,
    page integer check (page > 0),
    primary key (review_id, field),
    check ((scale is null) = (number is null))
) strict, without rowid;

-- One field of all contracts lies together, so that they are put in order without reading the others.
create index register_cells_by_field on register_cells (field, review_id, state, scale, number, value, unit);

-- Days on which something about a contract must be done.
create table register_deadlines (
    review_id text not null references reviews (id) on delete cascade,
    position integer not null,
    kind text not null check (kind in ('notice', 'end')),
    event text not null,
    date text not null check (date like '____-__-__'),
    arithmetic text not null,
    page integer check (page > 0),
    primary key (review_id, position)
) strict, without rowid;

create index register_deadlines_by_day on register_deadlines (date);
