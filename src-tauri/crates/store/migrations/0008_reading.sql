-- Second readings are begun when no file waits for its first one, of completed reviews too.
create index steps_second_readings on steps (ready_at)
where kind = 'second_reading' and state in ('available', 'retryable', 'scheduled');

-- How sure recognition is of each word of a page, a byte a word in percent; 255 for a word that was not
-- recognised, and null for a page of which none was.
alter table pages add column confidence blob;
