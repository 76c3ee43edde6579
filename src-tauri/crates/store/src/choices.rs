//! What a person chose about a contract, with the judgement that follows from it.

use countersign_contracts::judge::Judgement;
use countersign_contracts::profile::DocumentProfile;
use countersign_contracts::report::Report;

use crate::blob_row::pack_json;
use crate::products::{keep_judgement, keep_report};
use crate::submissions::{PlaybookRow, keep_playbook};
use crate::{Error, Store, events};

impl Store {
    /// Replaces profile, judgement and report of a completed review in one transaction, and its playbook
    /// where another one is given. `false` when the review is not completed (any more): then nothing is
    /// changed.
    ///
    /// # Errors
    /// What the database says.
    pub async fn judge_again(
        &self,
        review_id: &str,
        profile: &DocumentProfile,
        judgement: &Judgement,
        report: &Report,
        playbook: Option<PlaybookRow>,
        now: i64,
    ) -> Result<bool, Error> {
        let review_id = review_id.to_owned();
        let packed = pack_json(profile)?;
        let (judgement, report) = (judgement.clone(), report.clone());
        self.write(move |db| {
            Box::pin(async move {
                let completed: Option<i64> = sqlx::query_scalar(
                    "select 1 from reviews where id = ? and state = 'completed'",
                )
                .bind(&review_id)
                .fetch_optional(&mut *db)
                .await?;
                if completed.is_none() {
                    return Ok(false);
                }
                if let Some(playbook) = &playbook {
                    keep_playbook(db, playbook, now).await?;
                    sqlx::query("update reviews set playbook_sha256 = ? where id = ?")
                        .bind(&playbook.sha256)
                        .bind(&review_id)
                        .execute(&mut *db)
                        .await?;
                }
                sqlx::query("update profiles set profile = ? where review_id = ?")
                    .bind(packed)
                    .bind(&review_id)
                    .execute(&mut *db)
                    .await?;
                keep_judgement(db, &review_id, &judgement).await?;
                keep_report(db, &review_id, &report).await?;
                events::note(db, "review_changed", Some(&review_id), now).await?;
                Ok(true)
            })
        })
        .await
    }
}
