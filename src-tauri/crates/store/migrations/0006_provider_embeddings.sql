-- Embeddings of a provider beside the offline ones, which every passage has and a person's search goes
-- by. They count once every passage of the set has one of this embedder.
alter table passage_sets add column provider_embedder_id integer references embedders (id);
alter table passages add column provider_embedding blob;

-- The step that follows a phase may itself be counted in another.
alter table phases add column then_phase text;
