//! The offline reader: from a contract's text to clauses with typed facts, without a network or a key.
//! Patterns read facts, sides and negation. A small trained model ([`model`]) tells which places are
//! clauses of which kind. Pure functions; the same text always gives the same clauses.
//!
//! [`profile::profile_document`] is called once per document, [`read_chunk`] once per chunk. Start
//! with [`reader`]; what each kind of clause looks like stands in [`kinds`].

pub mod claims;
pub mod dates;
pub mod embed;
pub mod facts;
pub mod integrity;
pub mod kinds;
pub mod model;
pub mod negation;
pub mod numbers;
pub mod pattern;
pub mod planted;
pub mod profile;
pub mod reader;
pub mod retrieve;
pub mod sentences;
pub mod sides;

pub use integrity::check_document;
pub use profile::profile_document;
pub use reader::{ChunkInput, read_chunk};
