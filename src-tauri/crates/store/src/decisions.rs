//! What a person decided about findings. It belongs to the contract, not to a review, so it outlives
//! a review that is run again: a finding is known by its check and its quotes.

use countersign_contracts::decision::{Decision, DecisionKind};
use countersign_contracts::finding::Finding;
use sha2::{Digest, Sha256};
use sqlx::{FromRow, SqliteConnection};

use crate::products::word;
use crate::{Error, Store, events};

/// A decision to be kept.
#[derive(Debug, Clone)]
pub struct NewDecision {
    /// The contract.
    pub contract_id: String,
    /// See [`finding_key`].
    pub finding: String,
    /// What was decided.
    pub kind: DecisionKind,
    /// The reason, or the note.
    pub words: String,
    /// What it is about, as it is now.
    pub of: Finding,
}

#[derive(FromRow)]
struct Row {
    id: i64,
    finding: String,
    kind: String,
    words: String,
    check_id: String,
    title: String,
    outcome: String,
    severity: String,
    decided_at: i64,
    undone_at: Option<i64>,
}

impl TryFrom<Row> for Decision {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let id = row.id;
        Ok(Self {
            id,
            finding: row.finding,
            kind: meant("decisions", id, row.kind)?,
            words: row.words,
            check: row.check_id,
            title: row.title,
            outcome: meant("decisions", id, row.outcome)?,
            severity: meant("decisions", id, row.severity)?,
            decided_at: row.decided_at,
            undone_at: row.undone_at,
        })
    }
}

/// The reverse of [`word`].
pub(crate) fn meant<T: serde::de::DeserializeOwned>(
    table: &'static str,
    id: impl ToString,
    word: String,
) -> Result<T, Error> {
    serde_json::from_value(serde_json::Value::String(word))
        .map_err(|e| Error::inconsistent(table, id, e))
}

impl Store {
    /// Keeps a decision.
    ///
    /// # Errors
    /// What the database says.
    pub async fn decide(&self, decision: NewDecision, now: i64) -> Result<(), Error> {
        let kind = word(&decision.kind)?;
        let outcome = word(&decision.of.outcome)?;
        let severity = word(&decision.of.severity)?;
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query(
                    "insert into decisions (contract_id, finding, kind, words, check_id, title, outcome, severity, decided_at)
                     values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                )
                .bind(&decision.contract_id)
                .bind(&decision.finding)
                .bind(kind)
                .bind(&decision.words)
                .bind(&decision.of.check)
                .bind(&decision.of.title)
                .bind(outcome)
                .bind(severity)
                .bind(now)
                .execute(&mut *db)
                .await?;
                tell(db, &decision.contract_id, now).await
            })
        })
        .await
    }

    /// Takes back the decision `id`, or the newest that still holds. `false` when there is no such decision,
    /// or it was taken back before.
    ///
    /// # Errors
    /// What the database says.
    pub async fn undo_decision(
        &self,
        contract_id: &str,
        id: Option<i64>,
        now: i64,
    ) -> Result<bool, Error> {
        let contract_id = contract_id.to_owned();
        self.write(move |db| {
            Box::pin(async move {
                let undone = sqlx::query(
                    "update decisions
                     set undone_at = max(?, decided_at)
                     where undone_at is null
                       and contract_id = ?
                       and id = coalesce(?, (select max(id) from decisions where contract_id = ? and undone_at is null))",
                )
                .bind(now)
                .bind(&contract_id)
                .bind(id)
                .bind(&contract_id)
                .execute(&mut *db)
                .await?;
                if undone.rows_affected() == 0 {
                    return Ok(false);
                }
                tell(db, &contract_id, now).await?;
                Ok(true)
            })
        })
        .await
    }

    /// All decisions about a contract, oldest first.
    ///
    /// # Errors
    /// What the database says, or [`Error::Inconsistent`].
    pub async fn decisions_of_contract(&self, contract_id: &str) -> Result<Vec<Decision>, Error> {
        let rows: Vec<Row> = sqlx::query_as(
            "select id, finding, kind, words, check_id, title, outcome, severity, decided_at, undone_at
             from decisions
             where contract_id = ?
             order by id",
        )
        .bind(contract_id)
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(Decision::try_from).collect()
    }
}

pub(crate) async fn tell(
    db: &mut SqliteConnection,
    contract_id: &str,
    now: i64,
) -> Result<(), Error> {
    let reviews: Vec<String> = sqlx::query_scalar("select id from reviews where contract_id = ?")
        .bind(contract_id)
        .fetch_all(&mut *db)
        .await?;
    for review in reviews {
        events::note(db, "review_changed", Some(&review), now).await?;
    }
    Ok(())
}

/// The name under which decisions about a finding are kept: a hash of its check and the letters and
/// digits of its quotes, or of its title where it quotes nothing. Who has seen other words has decided
/// about something else.
#[must_use]
pub fn finding_key(finding: &Finding) -> String {
    let mut hash = Sha256::new();
    let mut part = |text: &str| {
        hash.update(text.as_bytes());
        hash.update([0]);
    };
    part(&finding.check);
    for citation in &finding.citations {
        part(&letters(&citation.quote));
    }
    if finding.citations.is_empty() {
        part(&letters(&finding.title));
    }
    format!("{:x}", hash.finalize())
}

fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use countersign_contracts::citation::Citation;
    use countersign_contracts::clause::ClauseKind;
    use countersign_contracts::finding::{Advice, Confidence, Outcome, Severity};

    use super::*;

    fn finding(check: &str, quotes: &[&str]) -> Finding {
        let citation = |quote: &&str| Citation {
            page: 3,
            quote: (*quote).to_owned(),
            boxes: Vec::new(),
            verified: true,
        };
        Finding {
            check: check.to_owned(),
            clause_kind: ClauseKind::CapOnLiability,
            outcome: Outcome::RedLine,
            severity: Severity::High,
            title: "The cap is low".to_owned(),
            explanation: String::new(),
            ask: String::new(),
            exposure: String::new(),
            advice: Advice::default(),
            confidence: Confidence::High,
            citations: quotes.iter().map(citation).collect(),
        }
    }

    #[test]
    fn a_finding_is_known_by_its_check_and_its_quotes() {
        let known = finding_key(&finding("cap-low", &["shall not exceed the Fees"]));
        let mut again = finding("cap-low", &["shall not  exceed the \u{201c}Fees\u{201d}"]);
        again.severity = Severity::Low;
        again.title = "Worded anew".to_owned();
        again.citations[0].page = 4;
        assert_eq!(finding_key(&again), known);
        for other in [
            finding("cap-high", &["shall not exceed the Fees"]),
            finding("cap-low", &["shall not exceed the Fee"]),
            finding("cap-low", &["shall not exceed the Fees", "in any year"]),
            finding("cap-low", &["shall not exceed", "the Fees"]),
            finding("cap-low", &[]),
        ] {
            assert_ne!(finding_key(&other), known);
        }
    }

    #[tokio::test]
    async fn decisions_are_kept_taken_back_once_and_gone_with_their_contract() {
        let folder = tempfile::tempdir().unwrap();
        let doors = Store::open(&folder.path().join("test.db")).await.unwrap();
        let store = doors.commands;
        store
            .write(|db| {
                Box::pin(async move {
                    sqlx::raw_sql(
                        "insert into contracts (id, file_name, media_type, sha256, size_bytes, created_at) values ('c', 'a.pdf', 'application/pdf', 'h', 1, 0);
                         insert into playbooks (sha256, id, name, version, source, created_at) values ('p', 'p', 'P', '1', '', 0);
                         insert into reviews (id, contract_id, playbook_sha256, pipeline_version, reader, state, stage, vtime, created_at)
                         values ('r', 'c', 'p', 1, 'offline', 'queued', 'read', 0, 0);",
                    )
                    .execute(db)
                    .await?;
                    Ok(())
                })
            })
            .await
            .unwrap();
        let decide = |kind, words: &str| NewDecision {
            contract_id: "c".to_owned(),
            finding: "f".to_owned(),
            kind,
            words: words.to_owned(),
            of: finding("cap-low", &["shall not exceed"]),
        };
        store
            .decide(decide(DecisionKind::Accepted, ""), 10)
            .await
            .unwrap();
        store
            .decide(decide(DecisionKind::Noted, "ask Mary"), 20)
            .await
            .unwrap();
        let seq = store.last_event().await.unwrap();
        assert!(
            store
                .decide(decide(DecisionKind::Dismissed, ""), 30)
                .await
                .is_err(),
            "nothing is dismissed without a reason"
        );
        let all = store.decisions_of_contract("c").await.unwrap();
        assert_eq!(
            all.iter()
                .map(|one| (one.kind, one.words.as_str(), one.decided_at))
                .collect::<Vec<_>>(),
            [
                (DecisionKind::Accepted, "", 10),
                (DecisionKind::Noted, "ask Mary", 20)
            ]
        );
        assert_eq!(
            (all[0].outcome, all[0].severity),
            (Outcome::RedLine, Severity::High)
        );

        // The first is taken back by its id, the second as the newest, and then there is nothing left.
        assert!(store.undo_decision("c", Some(all[0].id), 40).await.unwrap());
        assert!(!store.undo_decision("c", Some(all[0].id), 41).await.unwrap());
        assert!(!store.undo_decision("other", None, 42).await.unwrap());
        assert!(store.undo_decision("c", None, 5).await.unwrap());
        assert!(!store.undo_decision("c", None, 43).await.unwrap());
        let undone: Vec<_> = store
            .decisions_of_contract("c")
            .await
            .unwrap()
            .iter()
            .map(|one| one.undone_at)
            .collect();
        assert_eq!(
            undone,
            [Some(40), Some(20)],
            "a clock that went back makes no row impossible"
        );
        let told = store.events_after(seq).await.unwrap();
        assert_eq!(
            told.iter()
                .map(|e| e.review_id.as_str())
                .collect::<Vec<_>>(),
            ["r"]
        );

        store
            .write(|db| {
                Box::pin(async move {
                    sqlx::query("delete from contracts").execute(db).await?;
                    Ok(())
                })
            })
            .await
            .unwrap();
        assert_eq!(store.decisions_of_contract("c").await.unwrap(), []);
    }
}
