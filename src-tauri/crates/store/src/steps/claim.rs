//! The claim: which step is done next, by whom, and whether it may be paid for.

use std::collections::HashMap;

use sha2::{Digest, Sha256};
use sqlx::SqliteConnection;

use super::{ASK, Claim, Claimed, ClaimedStep, ModelRules};
use crate::budgets::{self, OverBudget};
use crate::calls::{limits_of, provider_row};
use crate::limits::{Admission, ProviderHealth, ProviderLimits, Recent, WINDOW_MS};
use crate::{Error, events, faults, questions};

/// What one claim knows of a provider; the steps it claims are added as it goes.
struct Desk {
    limits: ProviderLimits,
    health: ProviderHealth,
    recent: Vec<Recent>,
    under_way: u32,
    blocked_until: i64,
    paused: Option<(String, String)>,
}

enum Verdict {
    Claim,
    /// Nobody asks this provider in this claim any more; perhaps from then on.
    Skip(Option<i64>),
    /// The review waits: for a person, or until then.
    Hold(OverBudget),
}

pub(super) async fn claim_steps(
    db: &mut SqliteConnection,
    claim: &Claim,
    most: usize,
) -> Result<Claimed, Error> {
    let mut claimed = Claimed::default();
    let mut desks: HashMap<String, Desk> = HashMap::new();
    let mut skipped: Vec<String> = Vec::new();
    if claim.models.is_some() {
        budgets::release(db, Some(claim.now), claim.now).await?;
    }
    while claimed.steps.len() < most {
        let step = match candidate(db, claim, &skipped).await? {
            Some(step) => step,
            None => match second_reading(db, claim).await? {
                Some(step) => step,
                None => break,
            },
        };
        if let (Some(rules), Some(provider)) = (&claim.models, &step.provider)
            && !rules.offline
        {
            match may_ask(db, rules, &mut desks, &step, provider, claim.now).await? {
                Verdict::Claim => {}
                Verdict::Skip(until) => {
                    skipped.push(provider.clone());
                    claimed.wake_at = earlier(claimed.wake_at, until);
                    continue;
                }
                Verdict::Hold(why) if step.kind == ASK => {
                    let which = (step.id, step.review_id.as_str());
                    questions::hold(db, which, &why, claim.now).await?;
                    continue;
                }
                Verdict::Hold(why) => {
                    hold(db, &step.review_id, &why, claim.now).await?;
                    continue;
                }
            }
        }
        take(db, claim, &step).await?;
        claimed.steps.push(step);
    }
    if claimed.steps.len() < most {
        claimed.wake_at = earlier(claimed.wake_at, next_ready(db, claim).await?);
    }
    Ok(claimed)
}

fn earlier(a: Option<i64>, b: Option<i64>) -> Option<i64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// Whose turn it is and what is done: a question that a person waits for before the reviews. Written so that
/// all choices walk along an index and end at the first that fits: `steps_asked`, the states as `reviews_active`
/// has them, and one review for `steps_ready`, whose order then is the one asked for. Bound: whether reviews that wait count too, the lane, now, providers left out.
const CANDIDATE: &str = "select s.id, s.review_id, s.key, s.kind, s.input, s.attempt + 1 as attempt, s.failures, s.provider, s.need_tokens,
         s.need_micros, s.repairs, s.repair, r.contract_id, c.sha256, r.playbook_sha256, r.pipeline_version
     from steps s
     join reviews r on r.id = s.review_id
     join contracts c on c.id = r.contract_id
     where s.id = coalesce((
         select a.id from steps a indexed by steps_asked cross join questions q on q.id = a.question_id
         where a.kind = 'ask' and a.lane = ?2 and a.ready_at <= ?3 and a.state in ('available', 'retryable', 'scheduled')
           and q.state = 'running' and (a.provider is null or a.provider not in (select value from json_each(?4)))
           and not exists (
               select 1 from reviews r join deletions d on d.contract_id = r.contract_id where r.id = a.review_id)
         order by a.ready_at, a.id
         limit 1), (
         select s.id from steps s
         where s.review_id = (
                 select r.id from reviews r
                 where r.state in ('queued', 'running', 'waiting') and (?1 or r.state <> 'waiting') and r.stop_after = 0
                   and exists (
                       select 1 from steps s
                       where s.review_id = r.id and s.lane = ?2 and s.ready_at <= ?3 and s.kind not in ('second_reading', 'ask')
                         and s.state in ('available', 'retryable', 'scheduled')
                         and (s.provider is null or s.provider not in (select value from json_each(?4))))
                 order by r.priority, r.vtime, r.id
                 limit 1)
           and s.lane = ?2 and s.ready_at <= ?3 and s.state in ('available', 'retryable', 'scheduled')
           and s.kind not in ('second_reading', 'ask') and (s.provider is null or s.provider not in (select value from json_each(?4)))
         order by s.ready_at, s.id
         limit 1))";

/// When a step of the lane becomes ready by itself. Bound: the lane, now.
const NEXT_READY: &str = "select min((
         select s.ready_at from steps s
         where s.review_id = r.id and s.lane = ? and s.ready_at > ? and s.state in ('available', 'retryable', 'scheduled')
         order by s.ready_at
         limit 1))
     from reviews r
     where r.state in ('queued', 'running', 'waiting') and r.state <> 'waiting' and r.stop_after = 0";

/// Of the review whose turn it is the oldest step, as it will be once it is claimed. Reviews that wait
/// for a model go on with what needs none.
async fn candidate(
    db: &mut SqliteConnection,
    claim: &Claim,
    skipped: &[String],
) -> Result<Option<ClaimedStep>, Error> {
    let skipped = serde_json::to_string(skipped)
        .map_err(|error| Error::inconsistent("steps", "claim", error))?;
    let waiting_too = claim.models.is_none();
    Ok(sqlx::query_as(CANDIDATE)
        .bind(waiting_too)
        .bind(claim.lane)
        .bind(claim.now)
        .bind(&skipped)
        .fetch_optional(db)
        .await?)
}

/// The second reading that has waited longest, of a review that goes on or is completed: for when the
/// lane has nothing else to do.
async fn second_reading(
    db: &mut SqliteConnection,
    claim: &Claim,
) -> Result<Option<ClaimedStep>, Error> {
    if claim.models.is_some() {
        return Ok(None);
    }
    Ok(sqlx::query_as(
        "select s.id, s.review_id, s.key, s.kind, s.input, s.attempt + 1 as attempt, s.failures, s.provider, s.need_tokens,
             s.need_micros, s.repairs, s.repair, r.contract_id, c.sha256, r.playbook_sha256, r.pipeline_version
         from steps s indexed by steps_second_readings
         join reviews r on r.id = s.review_id
         join contracts c on c.id = r.contract_id
         where s.kind = 'second_reading' and s.lane = ? and s.ready_at <= ?
           and s.state in ('available', 'retryable', 'scheduled')
           and r.state in ('queued', 'running', 'waiting', 'completed') and r.stop_after = 0
           and not exists (select 1 from deletions d where d.contract_id = r.contract_id)
         order by s.ready_at, s.id
         limit 1",
    )
    .bind(claim.lane)
    .bind(claim.now)
    .fetch_optional(db)
    .await?)
}

async fn may_ask(
    db: &mut SqliteConnection,
    rules: &ModelRules,
    desks: &mut HashMap<String, Desk>,
    step: &ClaimedStep,
    provider: &str,
    now: i64,
) -> Result<Verdict, Error> {
    let Some(limits) = limits_of(&rules.limits, provider) else {
        return Ok(Verdict::Hold(OverBudget {
            code: "provider_missing",
            message: format!(
                "The model provider {provider} is not set up any more, so this review waits. Set it up again, or finish the \
                 review offline."
            ),
            until: None,
        }));
    };
    if !desks.contains_key(provider) {
        desks.insert(provider.to_owned(), open_desk(db, limits, now).await?);
    }
    let Some(desk) = desks.get_mut(provider) else {
        return Ok(Verdict::Skip(None));
    };
    if let Some((_, message)) = &desk.paused {
        return Ok(Verdict::Hold(OverBudget {
            code: "provider_paused",
            message: message.clone(),
            until: None,
        }));
    }
    if desk.blocked_until > now {
        return Ok(Verdict::Skip(Some(desk.blocked_until)));
    }
    let admission = desk.health.admit(
        &desk.limits,
        &desk.recent,
        desk.under_way,
        step.need_tokens,
        now,
    );
    match admission {
        Admission::Now => {}
        Admission::At(at, _) => return Ok(Verdict::Skip(Some(at))),
        Admission::WhenOneEnds => return Ok(Verdict::Skip(None)),
        Admission::Never => {
            return Ok(Verdict::Hold(OverBudget {
                code: "limit_too_small",
                message: format!(
                    "One question of this review may take {} tokens, and {provider} is set to fewer a minute, so it can never be \
                     asked. Raise that limit, or finish the review offline.",
                    step.need_tokens
                ),
                until: None,
            }));
        }
    }
    let need = (step.need_tokens, step.need_micros);
    if let Some(over) = budgets::check(db, &rules.budgets, &step.review_id, need, now).await? {
        return Ok(Verdict::Hold(over));
    }
    desk.under_way += 1;
    desk.recent.push(Recent {
        at: now,
        tokens: step.need_tokens,
    });
    Ok(Verdict::Claim)
}

async fn open_desk(
    db: &mut SqliteConnection,
    limits: &ProviderLimits,
    now: i64,
) -> Result<Desk, Error> {
    let row = provider_row(db, &limits.provider).await?;
    let recent = if limits.requests_per_minute.is_some() || limits.tokens_per_minute.is_some() {
        sqlx::query_as(
            "select started_at as at, case when input_tokens is null then reserved_tokens
                 else input_tokens + coalesce(output_tokens, 0) end as tokens
             from attempts where provider = ? and started_at > ? and started_at <= ? and reused = 0
             order by started_at",
        )
        .bind(&limits.provider)
        .bind(now - WINDOW_MS)
        .bind(now)
        .fetch_all(&mut *db)
        .await?
    } else {
        Vec::new()
    };
    let under_way =
        sqlx::query_scalar("select count(*) from attempts where provider = ? and ended_at is null")
            .bind(&limits.provider)
            .fetch_one(db)
            .await?;
    Ok(Desk {
        limits: limits.clone(),
        health: row.health,
        recent,
        under_way,
        blocked_until: row.blocked_until,
        paused: row.paused,
    })
}

async fn hold(
    db: &mut SqliteConnection,
    review_id: &str,
    why: &OverBudget,
    now: i64,
) -> Result<(), Error> {
    sqlx::query(
        "update reviews set state = 'waiting', code = ?, message = ?, waiting_until = ? where id = ?",
    )
    .bind(why.code)
    .bind(&why.message)
    .bind(why.until)
    .bind(review_id)
    .execute(&mut *db)
    .await?;
    events::note(db, "review_changed", Some(review_id), now).await
}

/// The stage of a review that a kind of step belongs to: what prepares the questions to a model is part
/// of the reading, a second look at findings part of judging.
fn stage_of(kind: &str) -> &str {
    match kind {
        "embed" | "find_context" | "ask_again" => "read_clauses",
        "second_look" => "judge",
        "summary" | "write_summary" => "synthesise",
        other => other,
    }
}

async fn take(db: &mut SqliteConnection, claim: &Claim, step: &ClaimedStep) -> Result<(), Error> {
    // One call of three statements: on a busy machine each call waits for the database's thread.
    sqlx::query(
        "update steps set state = 'running', attempt = ?, boot_id = ?, lease_until = ? where id = ?;
         insert into attempts (step_id, number, boot_id, started_at, input_hash, provider, reserved_tokens, reserved_micros)
         values (?, ?, ?, ?, ?, ?, ?, ?);
         update reviews set stage = ?, vtime = vtime + 1.0 / weight, started_at = coalesce(started_at, ?),
             message = case when state = 'waiting' then message end, code = case when state = 'waiting' then code end,
             state = case when state = 'waiting' then state else 'running' end
         where id = ? and ? not in ('second_reading', 'ask')",
    )
    .bind(step.attempt)
    .bind(&claim.boot_id)
    .bind(claim.lease_until)
    .bind(step.id)
    .bind(step.id)
    .bind(step.attempt)
    .bind(&claim.boot_id)
    .bind(claim.now)
    .bind(input_hash(step))
    .bind(&step.provider)
    .bind(step.need_tokens)
    .bind(step.need_micros)
    .bind(stage_of(&step.kind))
    .bind(claim.now)
    .bind(&step.review_id)
    .bind(&step.kind)
    .execute(&mut *db)
    .await?;
    if step.attempt == 1 && step.key == step.kind {
        events::note(db, "review_changed", Some(&step.review_id), claim.now).await?;
    }
    faults::point("claim.taken");
    faults::point("claim.written");
    Ok(())
}

/// What a step depends on, in one hash: two attempts with the same hash had the same to do.
fn input_hash(step: &ClaimedStep) -> String {
    let mut hash = Sha256::new();
    for part in [
        step.kind.as_str(),
        &step.input,
        &step.sha256,
        &step.playbook_sha256,
        &step.pipeline_version.to_string(),
        step.repair.as_deref().unwrap_or(""),
    ] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    crate::blobs::hex(&hash.finalize())
}

/// When the next step of the lane becomes ready by itself.
async fn next_ready(db: &mut SqliteConnection, claim: &Claim) -> Result<Option<i64>, Error> {
    Ok(sqlx::query_scalar(NEXT_READY)
        .bind(claim.lane)
        .bind(claim.now)
        .fetch_one(db)
        .await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_claim_reads_no_table_from_end_to_end_and_sorts_no_steps() {
        let folder = tempfile::tempdir().unwrap();
        let doors = crate::Store::open(&folder.path().join("t.db"))
            .await
            .unwrap();
        for (query, told) in [(CANDIDATE, 5), (NEXT_READY, 2)] {
            let explain = sqlx::AssertSqlSafe(format!("explain query plan {query}"));
            let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(explain)
                .fetch_all(&doors.work.pool)
                .await
                .unwrap();
            let plan: Vec<&str> = plan.iter().map(|row| row.3.as_str()).collect();
            assert!(plan.len() >= told, "{plan:?}");
            for line in plan {
                let table = line.starts_with("SCAN")
                    && !line.contains(" USING ")
                    && !line.contains("json_each");
                assert!(!table && !line.ends_with("FOR ORDER BY"), "{line}");
            }
        }
    }
}
