//! What a person chose about a contract, with the judgement that follows from it.

use countersign_contracts::judge::Judgement;
use countersign_contracts::profile::DocumentProfile;
use countersign_contracts::report::Report;

use crate::blob_row::pack_json;
use crate::products::{keep_judgement, keep_report};
use crate::{Error, Store, events};

impl Store {
    /// Replaces profile, judgement and report of a completed review in one transaction. `false` when the
    /// review is not completed (any more): then nothing is changed.
    ///
    /// # Errors
    /// What the database says.
    pub async fn judge_again(
        &self,
        review_id: &str,
        profile: &DocumentProfile,
        judgement: &Judgement,
        report: &Report,
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
