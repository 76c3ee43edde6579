-- Why models were not asked about all of a review: a person finished it offline, or nothing was to leave the computer.
alter table reviews add column finished_offline text check (finished_offline in ('asked', 'switch'));
