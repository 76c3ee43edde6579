//! Findings that a person made of words they selected, and what a person says of others in place of the
//! playbook. Both belong to the contract, like decisions.

use countersign_contracts::finding::{Finding, Severity};

use crate::decisions::{meant, tell};
use crate::products::word;
use crate::{Error, Store};

/// What the checks of such findings begin with.
pub const OWN_CHECK: &str = "own/";

/// What a person says of a finding in place of the playbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingEdit {
    /// See [`crate::decisions::finding_key`].
    pub finding: String,
    /// How much it matters.
    pub severity: Severity,
    /// What to ask the other side for.
    pub ask: String,
}

impl Store {
    /// What a person said of a contract's findings in place of the playbook.
    ///
    /// # Errors
    /// What the database says, or [`Error::Inconsistent`].
    pub async fn finding_edits(&self, contract_id: &str) -> Result<Vec<FindingEdit>, Error> {
        let rows: Vec<(String, String, String)> = sqlx::query_as(
            "select finding, severity, ask from finding_edits where contract_id = ?",
        )
        .bind(contract_id)
        .fetch_all(&self.pool)
        .await?;
        let read = |(finding, severity, ask): (String, String, String)| {
            let severity = meant("finding_edits", &finding, severity)?;
            Ok(FindingEdit {
                finding,
                severity,
                ask,
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// Keeps what a person says of a finding; nothing takes back what they said.
    ///
    /// # Errors
    /// What the database says.
    pub async fn edit_finding(
        &self,
        contract_id: &str,
        finding: &str,
        said: Option<(Severity, String)>,
        now: i64,
    ) -> Result<(), Error> {
        let (contract_id, finding) = (contract_id.to_owned(), finding.to_owned());
        let said = match said {
            Some((severity, ask)) => Some((word(&severity)?, ask)),
            None => None,
        };
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query("delete from finding_edits where contract_id = ? and finding = ?")
                    .bind(&contract_id)
                    .bind(&finding)
                    .execute(&mut *db)
                    .await?;
                if let Some((severity, ask)) = said {
                    sqlx::query(
                        "insert into finding_edits (contract_id, finding, severity, ask, edited_at) values (?, ?, ?, ?, ?)",
                    )
                    .bind(&contract_id)
                    .bind(&finding)
                    .bind(severity)
                    .bind(ask)
                    .bind(now)
                    .execute(&mut *db)
                    .await?;
                }
                tell(db, &contract_id, now).await
            })
        })
        .await
    }

    /// Findings that a person made about a contract, oldest first. Each names itself by its check.
    ///
    /// # Errors
    /// What the database says, or [`Error::Inconsistent`].
    pub async fn own_findings(&self, contract_id: &str) -> Result<Vec<Finding>, Error> {
        let rows: Vec<(i64, String)> = sqlx::query_as(
            "select id, finding from own_findings where contract_id = ? order by id",
        )
        .bind(contract_id)
        .fetch_all(&self.pool)
        .await?;
        let read = |(id, json): &(i64, String)| {
            let finding: Finding = serde_json::from_str(json)
                .map_err(|error| Error::inconsistent("own_findings", id, error))?;
            Ok(Finding {
                check: format!("{OWN_CHECK}{id}"),
                ..finding
            })
        };
        rows.iter().map(read).collect()
    }

    /// Keeps a finding that a person made; its check.
    ///
    /// # Errors
    /// What the database says.
    pub async fn add_own_finding(
        &self,
        contract_id: &str,
        finding: &Finding,
        now: i64,
    ) -> Result<String, Error> {
        let json = serde_json::to_string(finding)
            .map_err(|error| Error::inconsistent("own_findings", contract_id, error))?;
        let contract_id = contract_id.to_owned();
        self.write(move |db| {
            Box::pin(async move {
                let added = sqlx::query(
                    "insert into own_findings (contract_id, finding, created_at) values (?, ?, ?)",
                )
                .bind(&contract_id)
                .bind(json)
                .bind(now)
                .execute(&mut *db)
                .await?;
                tell(db, &contract_id, now).await?;
                Ok(format!("{OWN_CHECK}{}", added.last_insert_rowid()))
            })
        })
        .await
    }

    /// Removes a finding that a person made, by its check. `false` when there is none.
    ///
    /// # Errors
    /// What the database says.
    pub async fn remove_own_finding(
        &self,
        contract_id: &str,
        check: &str,
        now: i64,
    ) -> Result<bool, Error> {
        let id: Option<i64> = check.strip_prefix(OWN_CHECK).and_then(|id| id.parse().ok());
        let contract_id = contract_id.to_owned();
        self.write(move |db| {
            Box::pin(async move {
                let removed =
                    sqlx::query("delete from own_findings where contract_id = ? and id = ?")
                        .bind(&contract_id)
                        .bind(id)
                        .execute(&mut *db)
                        .await?;
                tell(db, &contract_id, now).await?;
                Ok(removed.rows_affected() > 0)
            })
        })
        .await
    }
}
