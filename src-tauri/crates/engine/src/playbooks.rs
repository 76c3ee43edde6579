//! Playbooks that come with the program.

use countersign_contracts::playbook::{BUILT_IN, Playbook};

use crate::error::Error;
use crate::views::PlaybookRow;

/// The source of the playbook `id`.
pub(crate) fn source(id: &str) -> Result<&'static str, Error> {
    for source in BUILT_IN {
        if Playbook::parse(source)?.id == id {
            return Ok(source);
        }
    }
    Err(Error::NoSuchPlaybook { id: id.to_owned() })
}

/// All of them, the default first.
pub(crate) fn list() -> Result<Vec<PlaybookRow>, Error> {
    let mut rows = Vec::new();
    for source in BUILT_IN {
        let playbook = Playbook::parse(source)?;
        rows.push(PlaybookRow {
            id: playbook.id,
            name: playbook.name,
            version: playbook.version,
            checks: playbook.positions.len() as u32,
            default: rows.is_empty(),
        });
    }
    Ok(rows)
}
