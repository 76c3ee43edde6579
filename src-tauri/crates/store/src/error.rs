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
        /// SQLITE_FULL.
        const FULL: &str = "13";
        match &error {
            sqlx::Error::Database(inner) if inner.code().as_deref() == Some(FULL) => {
                Self::DiskFull(Box::new(error))
            }
            _ => Self::Database(Box::new(error)),
        }
    }
}

impl Error {
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
