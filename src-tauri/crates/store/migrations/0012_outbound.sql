-- What left this computer: one row a call, written before it leaves. A review that is deleted leaves its calls
-- behind, without its name. Sizes are those of the bodies.
create table outbound_calls (
    id integer primary key,
    at integer not null,
    host text not null,
    provider text not null,
    -- '' when a provider was asked for its models.
    model text not null,
    purpose text not null check (purpose in ('read', 'second_look', 'embed', 'test', 'models', 'measure')),
    review_id text references reviews (id) on delete set null,
    bytes_sent integer not null check (bytes_sent >= 0),
    bytes_received integer check (bytes_received >= 0),
    http_status integer,
    -- None while it is under way, and of a call that was not waited for.
    outcome text check (outcome in ('answered', 'refused', 'broken')),
    check ((outcome is null) = (bytes_received is null)),
    check (http_status is null or outcome in ('answered', 'refused'))
) strict;

create index outbound_calls_of_review on outbound_calls (review_id) where review_id is not null;
create index outbound_calls_by_time on outbound_calls (at);
