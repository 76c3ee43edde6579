//! The contract register: every contract's row as its newest report has it, found, filtered and put in
//! order without opening a report; and the days on which something must be done.

use countersign_contracts::register::{
    Cell, Deadline, DeadlineKind, Length, Measure, cells, deadlines,
};
use countersign_contracts::report::{Proposal, Report, SeverityCounts, TermState};
use sqlx::{FromRow, QueryBuilder, Sqlite, SqliteConnection};

use crate::products::{AT_ONCE, json, proposal, read_report, word};
use crate::{Error, Store};

/// Reports whose cells are made anew in one transaction.
const FILLED_AT_ONCE: i64 = 50;

/// What puts the register's rows in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// The file's name.
    File,
    /// When the newest review was submitted.
    Added,
    /// What the rules propose, the gravest last.
    Proposal,
    /// Risks, the gravest last.
    Risks,
    /// A cell's value; contracts without it come last either way.
    Field(String),
}

/// A condition on one cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Condition {
    /// The cell's field.
    pub field: String,
    /// Words that are all in its value.
    pub words: String,
    /// The value is not smaller; for dates.
    pub from: Option<String>,
    /// The value is not larger; for dates.
    pub to: Option<String>,
    /// The value was not found.
    pub absent: bool,
}

/// Which rows of the register are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Words that are all somewhere in the row or in the file's name.
    pub words: String,
    /// Conditions that all hold.
    pub conditions: Vec<Condition>,
    /// What these rules propose; empty for any.
    pub proposals: Vec<Proposal>,
    /// What puts the rows in order.
    pub order: Order,
    /// The other way round.
    pub descending: bool,
    /// Cells that are wanted.
    pub fields: Vec<String>,
    /// Rows left out before the first.
    pub offset: u32,
    /// Rows at the most.
    pub limit: u32,
}

/// A contract with its cells.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The newest review that has a report.
    pub review_id: String,
    /// The contract.
    pub contract_id: String,
    /// Name of the file.
    pub file_name: String,
    /// What the rules propose.
    pub proposal: Proposal,
    /// Risks by severity.
    pub counts: SeverityCounts,
    /// When the review was submitted.
    pub created_at: i64,
    /// The cells asked for, as far as the report has them.
    pub cells: Vec<Cell>,
}

/// A contract's day on which something must be done.
#[derive(Debug, Clone, PartialEq)]
pub struct Due {
    /// The review whose report says so.
    pub review_id: String,
    /// The contract.
    pub contract_id: String,
    /// Name of the file.
    pub file_name: String,
    /// The other side, where it was found.
    pub supplier: Option<String>,
    /// The day.
    pub deadline: Deadline,
    /// How long each renewal is, where the contract renews itself.
    pub every: Option<Length>,
    /// How long before the end a notice must be given.
    pub notice: Option<Length>,
}

#[derive(FromRow)]
struct HeadRow {
    review_id: String,
    contract_id: String,
    file_name: String,
    proposal: String,
    critical: u32,
    high: u32,
    medium: u32,
    low: u32,
    created_at: i64,
}

#[derive(FromRow)]
struct CellRow {
    review_id: String,
    field: String,
    value: String,
    unit: Option<String>,
    state: String,
    scale: Option<String>,
    number: Option<f64>,
    page: Option<u32>,
}

#[derive(FromRow)]
struct DueRow {
    review_id: String,
    contract_id: String,
    file_name: String,
    supplier: Option<String>,
    kind: String,
    event: String,
    date: String,
    arithmetic: String,
    page: Option<u32>,
    every: Option<String>,
    every_unit: Option<String>,
    notice: Option<String>,
    notice_unit: Option<String>,
}

impl TryFrom<HeadRow> for Row {
    type Error = Error;

    fn try_from(row: HeadRow) -> Result<Self, Error> {
        Ok(Self {
            proposal: proposal(&row.review_id, &row.proposal)?,
            counts: SeverityCounts {
                critical: row.critical,
                high: row.high,
                medium: row.medium,
                low: row.low,
            },
            review_id: row.review_id,
            contract_id: row.contract_id,
            file_name: row.file_name,
            created_at: row.created_at,
            cells: Vec::new(),
        })
    }
}

impl TryFrom<CellRow> for Cell {
    type Error = Error;

    fn try_from(row: CellRow) -> Result<Self, Error> {
        let state: TermState = from_word("register_cells", &row.review_id, row.state)?;
        let measure = row
            .scale
            .zip(row.number)
            .map(|(scale, number)| Measure { scale, number });
        Ok(Self {
            field: row.field,
            value: row.value,
            unit: row.unit,
            state,
            measure,
            page: row.page,
        })
    }
}

impl TryFrom<DueRow> for Due {
    type Error = Error;

    fn try_from(row: DueRow) -> Result<Self, Error> {
        let table = "register_deadlines";
        let kind: DeadlineKind = from_word(table, &row.review_id, row.kind)?;
        let arithmetic = serde_json::from_str(&row.arithmetic)
            .map_err(|e| Error::inconsistent(table, &row.review_id, e))?;
        Ok(Self {
            review_id: row.review_id,
            contract_id: row.contract_id,
            file_name: row.file_name,
            supplier: row.supplier.filter(|name| !name.is_empty()),
            every: length(row.every, row.every_unit),
            notice: length(row.notice, row.notice_unit),
            deadline: Deadline {
                kind,
                event: row.event,
                date: row.date,
                arithmetic,
                page: row.page,
            },
        })
    }
}

fn length(value: Option<String>, unit: Option<String>) -> Option<Length> {
    Length::of(&value?, unit.as_deref())
}

/// The reverse of [`word`].
fn from_word<T: serde::de::DeserializeOwned>(
    table: &'static str,
    id: &str,
    word: String,
) -> Result<T, Error> {
    serde_json::from_value(serde_json::Value::String(word))
        .map_err(|e| Error::inconsistent(table, id, e))
}

/// Keeps a report's row in place of the one that was there.
pub(crate) async fn keep(
    db: &mut SqliteConnection,
    review_id: &str,
    report: &Report,
) -> Result<(), Error> {
    for table in ["register_cells", "register_deadlines"] {
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "delete from {table} where review_id = ?"
        )))
        .bind(review_id)
        .execute(&mut *db)
        .await?;
    }
    let cells = cells(report);
    for some in cells.chunks(AT_ONCE) {
        let mut rows = Vec::with_capacity(some.len());
        for cell in some {
            rows.push((cell, word(&cell.state)?));
        }
        let mut insert = QueryBuilder::<Sqlite>::new(
            "insert or replace into register_cells (review_id, field, value, unit, state, scale, number, page) ",
        );
        insert.push_values(rows, |mut row, (cell, state)| {
            row.push_bind(review_id)
                .push_bind(&cell.field)
                .push_bind(&cell.value)
                .push_bind(&cell.unit)
                .push_bind(state)
                .push_bind(cell.measure.as_ref().map(|m| &m.scale))
                .push_bind(cell.measure.as_ref().map(|m| m.number))
                .push_bind(cell.page);
        });
        insert.build().execute(&mut *db).await?;
    }
    for (position, deadline) in (0_i64..).zip(deadlines(report)) {
        sqlx::query(
            "insert into register_deadlines (review_id, position, kind, event, date, arithmetic, page)
             values (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(review_id)
        .bind(position)
        .bind(word(&deadline.kind)?)
        .bind(&deadline.event)
        .bind(&deadline.date)
        .bind(json(&deadline.arithmetic)?)
        .bind(deadline.page)
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// The reviews `r` whose reports stand in the register: the newest of each contract that has one, as long
/// as nobody deleted it.
const SHOWN: &str = "r.contract_id not in (select contract_id from deletions)
     and exists (select 1 from reports e where e.review_id = r.id)
     and not exists (
         select 1
         from reviews n
         join reports m on m.review_id = n.id
         where n.contract_id = r.contract_id and (n.created_at, n.id) > (r.created_at, r.id))";

impl Store {
    /// Rows of the register, and how many there are in all.
    ///
    /// # Errors
    /// What the database says, or [`Error::Inconsistent`].
    pub async fn register(&self, query: &Query) -> Result<(Vec<Row>, u32), Error> {
        let mut db = self.pool.begin().await?;
        let mut count = QueryBuilder::<Sqlite>::new("select count(*) ");
        push_from(&mut count, query)?;
        let total: u32 = count.build_query_scalar().fetch_one(&mut *db).await?;
        // Only the rows of this page are read whole: a report's row is large.
        let mut ids = QueryBuilder::<Sqlite>::new("select r.id ");
        push_from(&mut ids, query)?;
        push_order(&mut ids, query);
        ids.push(" limit ").push_bind(query.limit);
        ids.push(" offset ").push_bind(query.offset);
        let ids: Vec<String> = ids.build_query_scalar().fetch_all(&mut *db).await?;
        let heads: Vec<HeadRow> = sqlx::query_as(
            "select r.id as review_id, r.contract_id, c.file_name, p.proposal, p.critical, p.high, p.medium, p.low, r.created_at
             from json_each(?) j
             join reviews r on r.id = j.value
             join contracts c on c.id = r.contract_id
             join reports p on p.review_id = r.id
             order by j.key",
        )
        .bind(json(&ids)?)
        .fetch_all(&mut *db)
        .await?;
        let found: Vec<CellRow> = sqlx::query_as(
            "select k.review_id, k.field, k.value, k.unit, k.state, k.scale, k.number, k.page
             from json_each(?) j
             join register_cells k on k.review_id = j.value
             where k.field in (select value from json_each(?))
             order by j.key",
        )
        .bind(json(&ids)?)
        .bind(json(&query.fields)?)
        .fetch_all(&mut *db)
        .await?;
        let mut found = found.into_iter().peekable();
        let mut rows = Vec::with_capacity(heads.len());
        for head in heads {
            let mut row = Row::try_from(head)?;
            while let Some(cell) = found.next_if(|cell| cell.review_id == row.review_id) {
                row.cells.push(cell.try_into()?);
            }
            rows.push(row);
        }
        Ok((rows, total))
    }

    /// Days on which something must be done, in order.
    ///
    /// # Errors
    /// What the database says, or [`Error::Inconsistent`].
    pub async fn deadlines(&self) -> Result<Vec<Due>, Error> {
        let rows: Vec<DueRow> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "select d.review_id, r.contract_id, c.file_name, s.value as supplier, d.kind, d.event, d.date, d.arithmetic, d.page,
                 e.value as every, e.unit as every_unit, n.value as notice, n.unit as notice_unit
             from register_deadlines d
             join reviews r on r.id = d.review_id
             join contracts c on c.id = r.contract_id
             left join register_cells s indexed by register_cells_by_field on s.review_id = d.review_id and s.field = 'supplier'
             left join register_cells e indexed by register_cells_by_field on e.review_id = d.review_id and e.field = 'renewal_term'
             left join register_cells n indexed by register_cells_by_field on n.review_id = d.review_id and n.field = 'renewal_notice'
             where {SHOWN}
             order by d.date, c.file_name, d.review_id, d.position"
        )))
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(Due::try_from).collect()
    }

    /// Makes the rows of some reports that were kept before there was a register. False when none is left
    /// that could be read.
    ///
    /// # Errors
    /// What the database says, or [`Error::Inconsistent`].
    pub async fn fill_register(&self) -> Result<bool, Error> {
        self.write(|db| {
            Box::pin(async move {
                let missing: Vec<String> = sqlx::query_scalar(
                    "select review_id
                     from reports p
                     where not exists (select 1 from register_cells k where k.review_id = p.review_id)
                     limit ?",
                )
                .bind(FILLED_AT_ONCE)
                .fetch_all(&mut *db)
                .await?;
                let mut kept = false;
                for review_id in &missing {
                    let report = match read_report(db, review_id).await {
                        // One report that can't be read must not keep the others out of the register.
                        Err(Error::Inconsistent { .. }) => None,
                        read => read?,
                    };
                    if let Some(report) = report {
                        keep(db, review_id, &report).await?;
                        kept = true;
                    }
                }
                Ok(kept)
            })
        })
        .await
    }
}

fn push_from(sql: &mut QueryBuilder<Sqlite>, query: &Query) -> Result<(), Error> {
    sql.push(
        "from reviews r
         join contracts c on c.id = r.contract_id",
    );
    if matches!(query.order, Order::Proposal | Order::Risks) || !query.proposals.is_empty() {
        sql.push(" join reports p on p.review_id = r.id");
    }
    if let Order::Field(field) = &query.order {
        sql.push(" left join register_cells o indexed by register_cells_by_field on o.review_id = r.id and o.state <> 'not_found' and o.field = ")
            .push_bind(field.clone());
    }
    sql.push(" where ").push(SHOWN);
    for word in query.words.split_whitespace() {
        let pattern = containing(word);
        sql.push(" and (c.file_name like ")
            .push_bind(pattern.clone());
        sql.push(" escape '\\' or exists (select 1 from register_cells k where k.review_id = r.id and k.value like ")
            .push_bind(pattern)
            .push(" escape '\\'))");
    }
    if !query.proposals.is_empty() {
        let words: Result<Vec<String>, Error> = query.proposals.iter().map(word).collect();
        sql.push(" and p.proposal in (select value from json_each(")
            .push_bind(json(&words?)?)
            .push("))");
    }
    for condition in &query.conditions {
        push_condition(sql, condition);
    }
    Ok(())
}

fn push_condition(sql: &mut QueryBuilder<Sqlite>, condition: &Condition) {
    sql.push(if condition.absent {
        " and not exists "
    } else {
        " and exists "
    });
    sql.push("(select 1 from register_cells k where k.review_id = r.id and k.state <> 'not_found' and k.field = ")
        .push_bind(condition.field.clone());
    if !condition.absent {
        for word in condition.words.split_whitespace() {
            sql.push(" and k.value like ")
                .push_bind(containing(word))
                .push(" escape '\\'");
        }
        if let Some(from) = &condition.from {
            sql.push(" and k.value >= ").push_bind(from.clone());
        }
        if let Some(to) = &condition.to {
            sql.push(" and k.value <= ").push_bind(to.clone());
        }
    }
    sql.push(")");
}

fn push_order(sql: &mut QueryBuilder<Sqlite>, query: &Query) {
    let turned = if query.descending { " desc" } else { "" };
    let columns: &[&str] = match &query.order {
        Order::File => &["c.file_name collate nocase"],
        Order::Added => &["r.created_at"],
        Order::Proposal => &[
            "case p.proposal when 'ready' then 0 when 'negotiate' then 1 when 'escalate' then 2 else 3 end",
        ],
        Order::Risks => &["p.critical", "p.high", "p.medium", "p.low"],
        Order::Field(_) => {
            // Numbers of one scale beside one another, then words; what was not found is last.
            sql.push(" order by o.review_id is null, o.number is null, o.scale, ");
            &["o.number", "o.value collate nocase"]
        }
    };
    if !matches!(query.order, Order::Field(_)) {
        sql.push(" order by ");
    }
    for column in columns {
        sql.push(column).push(turned).push(", ");
    }
    sql.push("c.file_name collate nocase, r.id");
}

/// A pattern of `like` for text that stands anywhere, whatever signs it has.
fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for sign in text.chars() {
        if matches!(sign, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(sign);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests;
