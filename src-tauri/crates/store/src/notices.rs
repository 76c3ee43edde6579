//! Notices to the person and the outbox that carries them out of the program.

use sqlx::{FromRow, SqliteConnection};

use crate::steps::SET_ASIDE;
use crate::webhooks::{NewMessage, add_message};
use crate::{Error, Store, events, faults};

/// A notice to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotice {
    /// Id.
    pub id: String,
    /// First line.
    pub title: String,
    /// Second line.
    pub body: String,
    /// Whether the desktop shall show it: an outbox row with this id is written.
    pub desktop: Option<String>,
    /// What webhooks are told: an outbox row for each of them is written.
    pub message: Option<NewMessage>,
}

/// A notice as kept.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct NoticeRow {
    /// Id.
    pub id: String,
    /// What it is about.
    pub review_id: String,
    /// First line.
    pub title: String,
    /// Second line.
    pub body: String,
    /// Made at.
    pub created_at: i64,
    /// Read at.
    pub read_at: Option<i64>,
}

/// A notice that the desktop has not shown yet.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Undelivered {
    /// Id of the outbox row.
    pub outbox_id: String,
    /// What it is about.
    pub review_id: String,
    /// First line.
    pub title: String,
    /// Second line.
    pub body: String,
    /// Made at.
    pub created_at: i64,
    /// The review's state.
    pub state: String,
    /// Findings of its report, by severity.
    pub critical: i64,
    /// The same.
    pub high: i64,
    /// The same.
    pub medium: i64,
    /// The same.
    pub low: i64,
}

impl Store {
    /// The notice list, newest first, at most 500.
    ///
    /// # Errors
    /// What the database says.
    pub async fn list_notices(&self) -> Result<Vec<NoticeRow>, Error> {
        Ok(sqlx::query_as(
            "select id, review_id, title, body, created_at, read_at from notices order by created_at desc, id desc limit 500",
        )
        .fetch_all(&self.pool)
        .await?)
    }

    /// Marks all notices as read.
    ///
    /// # Errors
    /// What the database says.
    pub async fn mark_notices_read(&self, now: i64) -> Result<(), Error> {
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query("update notices set read_at = ? where read_at is null")
                    .bind(now)
                    .execute(&mut *db)
                    .await?;
                events::note(db, "notice_created", None, now).await
            })
        })
        .await
    }

    /// Notices that the desktop has still to show, oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub async fn undelivered_notices(&self, now: i64) -> Result<Vec<Undelivered>, Error> {
        Ok(sqlx::query_as(
            "select o.id as outbox_id, n.review_id, n.title, n.body, n.created_at, r.state,
                 coalesce(p.critical, 0) as critical, coalesce(p.high, 0) as high,
                 coalesce(p.medium, 0) as medium, coalesce(p.low, 0) as low
             from outbox o join notices n on n.id = o.notice_id
             join reviews r on r.id = n.review_id
             left join reports p on p.review_id = n.review_id
             where o.channel = 'desktop' and o.state = 'available' and o.ready_at <= ?
             order by o.created_at, o.id",
        )
        .bind(now)
        .fetch_all(&self.pool)
        .await?)
    }

    /// The desktop has shown a notice. Shown twice after a crash in between is possible, lost is not.
    ///
    /// # Errors
    /// What the database says.
    pub async fn mark_delivered(&self, outbox_id: &str, now: i64) -> Result<(), Error> {
        let outbox_id = outbox_id.to_owned();
        self.write(move |db| {
            Box::pin(async move {
                sqlx::query(
                    "update outbox set state = 'delivered', delivered_at = ?, attempts = attempts + 1
                     where id = ? and state = 'available'",
                )
                .bind(now)
                .bind(outbox_id)
                .execute(db)
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Reviews that were set aside and that no notice tells of yet, with the reason.
    ///
    /// # Errors
    /// What the database says.
    pub async fn set_aside_untold(&self) -> Result<Vec<(String, String)>, Error> {
        let untold =
            format!("select r.id, coalesce(r.message, '') {UNTOLD} order by r.finished_at");
        Ok(sqlx::query_as(sqlx::AssertSqlSafe(untold))
            .bind(SET_ASIDE)
            .fetch_all(&self.pool)
            .await?)
    }

    /// Tells of a review that was set aside, unless that was done.
    ///
    /// # Errors
    /// What the database says.
    pub async fn tell_set_aside(
        &self,
        review_id: &str,
        notice: NewNotice,
        now: i64,
    ) -> Result<(), Error> {
        let review_id = review_id.to_owned();
        self.write(move |db| {
            Box::pin(async move {
                let untold = format!("select 1 {UNTOLD} and r.id = ?");
                let untold: Option<i64> = sqlx::query_scalar(sqlx::AssertSqlSafe(untold))
                    .bind(SET_ASIDE)
                    .bind(&review_id)
                    .fetch_optional(&mut *db)
                    .await?;
                if untold.is_some() {
                    add_notice(db, &review_id, &notice, now).await?;
                }
                Ok(())
            })
        })
        .await
    }
}

/// Reviews that were set aside without a notice since.
const UNTOLD: &str = "from reviews r where r.state = 'failed' and r.code = ?
    and not exists (select 1 from notices n where n.review_id = r.id and n.created_at >= r.finished_at)";

pub(crate) async fn add_notice(
    db: &mut SqliteConnection,
    review_id: &str,
    notice: &NewNotice,
    now: i64,
) -> Result<(), Error> {
    sqlx::query(
        "insert into notices (id, review_id, title, body, created_at) values (?, ?, ?, ?, ?)",
    )
    .bind(&notice.id)
    .bind(review_id)
    .bind(&notice.title)
    .bind(&notice.body)
    .bind(now)
    .execute(&mut *db)
    .await?;
    faults::point("deliver.noticed");
    if let Some(outbox_id) = &notice.desktop {
        sqlx::query("insert into outbox (id, channel, notice_id, state, ready_at, created_at) values (?, 'desktop', ?, 'available', ?, ?)")
            .bind(outbox_id)
            .bind(&notice.id)
            .bind(now)
            .bind(now)
            .execute(&mut *db)
            .await?;
    }
    if let Some(message) = &notice.message {
        add_message(db, &notice.id, message, now).await?;
    }
    events::note(db, "notice_created", Some(review_id), now).await
}
