//! Playbooks: those that come with the program and those that a person made.

use std::sync::Arc;

use countersign_contracts::playbook::{BUILT_IN, Playbook, PlaybookError, edit, outline, renamed};
use countersign_store::blobs::sha256_hex;
use countersign_store::playbooks::Keeping;
use countersign_store::submissions::PlaybookRow as Stored;

use crate::Engine;
use crate::again::Material;
use crate::error::Error;
use crate::views::*;

mod trial;

/// Bytes of the largest playbook; the default one has a tenth of it.
const LARGEST: usize = 1024 * 1024;
/// Letters of the longest id.
const LONGEST_ID: usize = 60;

impl Engine {
    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn list_playbooks(&self, _: Nothing) -> Result<Vec<PlaybookRow>, Error> {
        let mut rows = Vec::new();
        for source in BUILT_IN {
            let playbook = Playbook::parse(source)?;
            let default = rows.is_empty();
            rows.push(row(&playbook, default, false));
        }
        for stored in self.inner.store.own_playbooks().await? {
            rows.push(own_row(stored));
        }
        Ok(rows)
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::NoSuchPlaybook`], or what the store says.
    pub async fn get_playbook(&self, argument: PlaybookId) -> Result<PlaybookView, Error> {
        let id = &argument.playbook;
        for (at, source) in BUILT_IN.into_iter().enumerate() {
            let playbook = Playbook::parse(source)?;
            if playbook.id == *id {
                return Ok(PlaybookView {
                    row: row(&playbook, at == 0, false),
                    source: source.to_owned(),
                    sha256: sha256_hex(source.as_bytes()),
                });
            }
        }
        let stored = self.inner.store.own_playbook(id).await?;
        let stored = stored.ok_or_else(|| Error::NoSuchPlaybook { id: id.clone() })?;
        Ok(PlaybookView {
            source: stored.source.clone(),
            sha256: stored.sha256.clone(),
            row: own_row(stored),
        })
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// Never: what is wrong with the text is in the answer.
    pub async fn read_playbook(&self, argument: PlaybookText) -> Result<PlaybookReading, Error> {
        Ok(reading(argument.source))
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::Playbook`] when the text has no such position.
    pub async fn edit_playbook(&self, argument: EditPlaybook) -> Result<PlaybookReading, Error> {
        Ok(reading(edit(&argument.source, &argument.edit)?))
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::NoSuchPlaybook`], or what the store says.
    pub async fn duplicate_playbook(&self, argument: PlaybookId) -> Result<PlaybookRow, Error> {
        let known = self.get_playbook(argument).await?;
        let rows = self.list_playbooks(Nothing {}).await?;
        let is_free = |id: &String| rows.iter().all(|row| row.id != *id);
        let base: String = known.row.id.chars().take(LONGEST_ID - 10).collect();
        let ids = (1..).map(|number: u32| match number {
            1 => format!("{base}-own"),
            number => format!("{base}-own-{number}"),
        });
        let names = (1..).map(|number: u32| match number {
            1 => format!("{} (own)", known.row.name),
            number => format!("{} (own {number})", known.row.name),
        });
        let (id, name) = ids
            .zip(names)
            .find(|(id, _)| is_free(id))
            .unwrap_or_default();
        let source = match known.row.own {
            // A copy that extends it says in a few lines what is different, and follows it.
            false if !extends(&known.source) => beginning(&known.row, &id, &name)?,
            _ => renamed(&known.source, &id, &name)?,
        };
        self.save_playbook(SavePlaybook {
            source,
            opened: None,
        })
        .await
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::Playbook`], [`Error::PlaybookTaken`], [`Error::PlaybookChanged`], [`Error::Setting`] for an
    /// id that can't be used, or what the store says.
    pub async fn save_playbook(&self, argument: SavePlaybook) -> Result<PlaybookRow, Error> {
        let source = argument.source;
        if source.len() > LARGEST {
            return Err(Error::Setting(
                "a playbook has at most 1 MB. Leave something out, or make two of it".to_owned(),
            ));
        }
        let playbook = Playbook::parse(&source)?;
        check_id(&playbook.id)?;
        let taken = || Error::PlaybookTaken {
            id: playbook.id.clone(),
        };
        if built_in(&playbook.id)?.is_some() {
            return Err(taken());
        }
        let stored = Stored {
            sha256: sha256_hex(source.as_bytes()),
            id: playbook.id.clone(),
            name: playbook.name.clone(),
            version: playbook.version.clone(),
            source,
        };
        let opened = argument
            .opened
            .map(|opened| (opened.playbook, opened.sha256));
        let kept = self
            .inner
            .store
            .keep_own_playbook(stored, opened, self.now());
        match kept.await? {
            Keeping::Kept => Ok(row(&playbook, false, true)),
            Keeping::Taken => Err(taken()),
            Keeping::ChangedSince => Err(Error::PlaybookChanged {
                name: playbook.name,
            }),
        }
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::NoSuchPlaybook`] for one that is not there or comes with the program, or what the store says.
    pub async fn remove_playbook(&self, argument: PlaybookId) -> Result<Nothing, Error> {
        let id = argument.playbook;
        if !self
            .inner
            .store
            .remove_own_playbook(&id, self.now())
            .await?
        {
            return Err(Error::NoSuchPlaybook { id });
        }
        Ok(Nothing {})
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::Playbook`], [`Error::NoSuchReview`], [`Error::NoReport`], or what the store says.
    pub async fn try_playbook(&self, argument: TryPlaybook) -> Result<PlaybookTrial, Error> {
        let playbook = Playbook::parse(&argument.source)?;
        let material = Material::of(self, &argument.review_id).await?;
        let file = material.row.file.clone();
        let before = material.report.clone();
        let profile = Arc::new(material.profile.clone());
        let (_, after) = material.judge(profile, playbook).await?;
        Ok(trial::compare(file, &before, &after))
    }

    /// The text of a playbook by its id.
    ///
    /// # Errors
    /// [`Error::NoSuchPlaybook`], or what the store says.
    pub(crate) async fn playbook_source(&self, id: &str) -> Result<String, Error> {
        if let Some(source) = built_in(id)? {
            return Ok(source.to_owned());
        }
        let stored = self.inner.store.own_playbook(id).await?;
        stored
            .map(|stored| stored.source)
            .ok_or_else(|| Error::NoSuchPlaybook { id: id.to_owned() })
    }
}

/// Ids of the playbooks that come with the program, the default first.
pub(crate) fn built_in_ids() -> Result<Vec<String>, PlaybookError> {
    let id = |source| Playbook::parse(source).map(|playbook| playbook.id);
    BUILT_IN.into_iter().map(id).collect()
}

fn built_in(id: &str) -> Result<Option<&'static str>, PlaybookError> {
    for source in BUILT_IN {
        if Playbook::parse(source)?.id == id {
            return Ok(Some(source));
        }
    }
    Ok(None)
}

fn row(playbook: &Playbook, default: bool, own: bool) -> PlaybookRow {
    PlaybookRow {
        id: playbook.id.clone(),
        name: playbook.name.clone(),
        version: playbook.version.clone(),
        checks: playbook.positions.len() as u32,
        default,
        own,
    }
}

/// A playbook that extends one of the program's may have become unusable by a later version of that one:
/// it is listed all the same, to be put right.
fn own_row(stored: Stored) -> PlaybookRow {
    let checks = Playbook::parse(&stored.source).map_or(0, |playbook| playbook.positions.len());
    PlaybookRow {
        id: stored.id,
        name: stored.name,
        version: stored.version,
        checks: checks as u32,
        default: false,
        own: true,
    }
}

fn reading(source: String) -> PlaybookReading {
    let (outline, problem) = match outline(&source) {
        Ok(outline) => (Some(outline), None),
        Err(error) => (
            None,
            Some(PlaybookProblem {
                line: u32::try_from(error.line()).unwrap_or(u32::MAX),
                message: error.to_string(),
            }),
        ),
    };
    PlaybookReading {
        source,
        outline,
        problem,
    }
}

fn extends(source: &str) -> bool {
    outline(source).is_ok_and(|outline| outline.extends.is_some())
}

/// A playbook that is as the one it extends, to be changed.
fn beginning(known: &PlaybookRow, id: &str, name: &str) -> Result<String, PlaybookError> {
    let text = format!(
        "# What is not named here is as in the playbook that this one extends.\n\
         id = \"\"\nname = \"\"\nversion = \"1\"\ndescription = \"\"\nextends = \"{}\"\n",
        known.id
    );
    renamed(&text, id, name)
}

fn check_id(id: &str) -> Result<(), Error> {
    let usable = !id.is_empty()
        && id.len() <= LONGEST_ID
        && id
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if usable {
        return Ok(());
    }
    Err(Error::Setting(format!(
        "a playbook's id is 1 to {LONGEST_ID} small letters, digits and hyphens, as in \"saas-2\"; this one is \"{id}\". Change the line `id = …` of its text"
    )))
}
