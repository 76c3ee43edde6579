//! What can go wrong in the store.

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The linked SQLite has a known way to lose committed data.
    #[error(
        "SQLite {version} is too old to be trusted with this data; install a newer build of Countersign"
    )]
    UnsoundSqlite {
        /// Its version.
        version: String,
    },
    /// The database was written by a later version of the program.
    #[error(
        "the data folder was written by a newer Countersign (schema {version}); start that version, or choose another data folder"
    )]
    NewerSchema {
        /// The unknown migration.
        version: i64,
    },
    /// A migration failed.
    #[error("the database could not be brought up to date")]
    Migration(#[source] Box<sqlx::migrate::MigrateError>),
    /// No space left on the disk.
    #[error("the disk is full: nothing was lost, but nothing new can be kept until there is space")]
    DiskFull(#[source] Box<sqlx::Error>),
    /// SQLite found the database file damaged.
    #[error("the database is damaged, so nothing more is written to it")]
    Damaged(#[source] Box<sqlx::Error>),
    /// No sound backup could be made.
    #[error("no backup of the database could be made ({source})")]
    Backup {
        /// Why.
        source: Box<Error>,
    },
    /// The database must not be changed without a backup, and none could be made.
    #[error(
        "this version has to bring the database up to date and makes a backup first, which failed ({source}). Nothing was changed; make room on the disk and start again"
    )]
    NoBackupFirst {
        /// Why.
        source: Box<Error>,
    },
    /// A backup could not take the database's place.
    #[error(
        "the backup {name} could not take the database's place ({source}). The database stands where it stood; choose another backup"
    )]
    Restore {
        /// The backup.
        name: String,
        /// Why.
        source: Box<Error>,
    },
    /// No backup of this name.
    #[error("there is no backup {name}. `countersign backup list` names those there are")]
    NoSuchBackup {
        /// As asked for.
        name: String,
    },
    /// Anything else SQLite says.
    #[error("the database did not answer")]
    Database(#[source] Box<sqlx::Error>),
    /// A stored row does not make sense.
    #[error("a stored row of {table} ({id}) does not make sense: {what}")]
    Inconsistent {
        /// Table.
        table: &'static str,
        /// Row.
        id: String,
        /// What is wrong.
        what: String,
    },
    /// A file operation failed.
    #[error("{attempted}")]
    Io {
        /// What was attempted.
        attempted: String,
        /// Why it failed.
        source: std::io::Error,
    },
    /// The writer has ended: the program is closing.
    #[error("the program is closing")]
    Closed,
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        const CORRUPT: i32 = 11;
        const FULL: i32 = 13;
        const NOT_A_DATABASE: i32 = 26;
        /// A virtual table that does not fit its own tables: it can be built anew.
        const CORRUPT_VIRTUAL_TABLE: i32 = CORRUPT | (1 << 8);
        let code = match &error {
            sqlx::Error::Database(inner) => inner.code().and_then(|code| code.parse::<i32>().ok()),
            _ => None,
        };
        match code {
            Some(CORRUPT_VIRTUAL_TABLE) | None => Self::Database(Box::new(error)),
            Some(code) => match code & 0xff {
                FULL => Self::DiskFull(Box::new(error)),
                CORRUPT | NOT_A_DATABASE => Self::Damaged(Box::new(error)),
                _ => Self::Database(Box::new(error)),
            },
        }
    }
}

pub(crate) fn io(attempted: &str, source: std::io::Error) -> Error {
    Error::Io {
        attempted: attempted.to_owned(),
        source,
    }
}

impl Error {
    /// What happened and what it came from, for the log: the names of tables and files, never what is in
    /// them.
    #[must_use]
    pub fn with_causes(&self) -> String {
        let mut words = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            words.push_str(": ");
            words.push_str(&error.to_string());
            cause = error.source();
        }
        words
    }

    pub(crate) fn inconsistent(
        table: &'static str,
        id: impl ToString,
        what: impl ToString,
    ) -> Self {
        Self::Inconsistent {
            table,
            id: id.to_string(),
            what: what.to_string(),
        }
    }
}
