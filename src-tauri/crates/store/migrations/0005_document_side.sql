-- What a document's file says beside its text, as JSON; null for documents read before.
alter table documents add column side text;

-- Contracts that came with a mail.
create table attachments (
    mail_contract_id text not null references contracts (id) on delete cascade,
    contract_id text not null references contracts (id) on delete cascade,
    name text not null,
    primary key (mail_contract_id, contract_id)
) strict, without rowid;

create index attachments_contract on attachments (contract_id);
