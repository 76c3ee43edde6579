//! All contracts side by side, answered from the register that each report leaves; no report is opened.

use std::collections::HashMap;

use countersign_contracts::citation::{Citation, cite_span};
use countersign_contracts::date::CivilDate;
use countersign_contracts::document::{Document, Span};
use countersign_contracts::judge::{INITIAL_END, LAST_NOTICE};
use countersign_contracts::register::{Deadline, DeadlineKind, as_renewed};
use countersign_store::register::{Condition, Due, Order, Query, Row};

use crate::Engine;
use crate::error::Error;
use crate::pipeline::READER_VERSION;
use crate::views::*;

/// Rows when none or too many were asked for.
const USUAL: u32 = 100;
const MOST: u32 = 500;
/// Letters of a saved view's name.
const LONGEST_NAME: usize = 80;
/// Rows of an export that are read at once.
const EXPORTED_AT_ONCE: u32 = 500;

impl Engine {
    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn portfolio(&self, argument: PortfolioQuery) -> Result<PortfolioPage, Error> {
        let (rows, total) = self.inner.store.register(&asked(argument)).await?;
        Ok(PortfolioPage {
            total,
            rows: rows.into_iter().map(row_view).collect(),
        })
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::Setting`] when today is no date, or what the store says.
    pub async fn renewals(&self, argument: RenewalsQuery) -> Result<RenewalsPage, Error> {
        let today = CivilDate::from_iso(&argument.today).ok_or_else(|| {
            let date = &argument.today;
            Error::Setting(format!("\"{date}\" is no date: write it as 2026-03-01"))
        })?;
        let mut days = as_they_run(self.inner.store.deadlines().await?, today);
        let from = argument.from.unwrap_or_default();
        days.retain(|day| day.date >= from);
        let passed = days.iter().filter(|day| day.date < argument.today).count();
        let limit = argument.limit.unwrap_or(USUAL).min(MOST);
        let wanted = days.iter().skip(argument.offset as usize);
        Ok(RenewalsPage {
            total: days.len() as u32,
            passed: passed as u32,
            rows: wanted.take(limit as usize).cloned().collect(),
        })
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn export_portfolio(&self, argument: PortfolioQuery) -> Result<Export, Error> {
        let mut query = asked(argument);
        query.offset = 0;
        query.limit = EXPORTED_AT_ONCE;
        let mut rows = Vec::new();
        loop {
            let (some, total) = self.inner.store.register(&query).await?;
            query.offset += EXPORTED_AT_ONCE;
            let last = some.is_empty() || query.offset >= total;
            rows.extend(some);
            if last {
                break;
            }
        }
        Ok(Export {
            file_name: "contracts.csv".to_owned(),
            media_type: "text/csv".to_owned(),
            content: crate::register_csv::write(&query.fields, &rows),
            encoding: Encoding::Text,
        })
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn list_portfolio_views(&self, _: Nothing) -> Result<Vec<SavedView>, Error> {
        Ok(self.inner.store.portfolio_views().await?)
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::Setting`] for a view without a name, or what the store says.
    pub async fn save_portfolio_view(&self, argument: SavedView) -> Result<Vec<SavedView>, Error> {
        let name = argument.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            return Err(Error::Setting(format!(
                "a view's name has 1 to {LONGEST_NAME} letters. Give it a shorter one"
            )));
        }
        let view = SavedView {
            name: name.clone(),
            ..argument
        };
        let store = &self.inner.store;
        store.keep_portfolio_view(&name, &view, self.now()).await?;
        self.list_portfolio_views(Nothing {}).await
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn remove_portfolio_view(&self, argument: ViewName) -> Result<Vec<SavedView>, Error> {
        let store = &self.inner.store;
        store
            .remove_portfolio_view(&argument.name, self.now())
            .await?;
        self.list_portfolio_views(Nothing {}).await
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn cite_place(&self, argument: SpanOfContract) -> Result<Vec<Citation>, Error> {
        let id = &argument.contract_id;
        let store = &self.inner.store;
        if store.hidden().await?.contracts.contains(id) {
            return Ok(Vec::new());
        }
        let Some(pages) = store.pages_of_contract(id, READER_VERSION).await? else {
            return Ok(Vec::new());
        };
        let span = Span {
            start: argument.start,
            end: argument.end,
        };
        let cite = move || cite_span(&Document::from_pages(pages), span);
        Ok(tokio::task::spawn_blocking(cite).await?)
    }
}

fn asked(argument: PortfolioQuery) -> Query {
    let condition = |filter: PortfolioFilter| Condition {
        field: filter.field,
        words: filter.words,
        from: filter.from,
        to: filter.to,
        absent: filter.absent,
    };
    Query {
        words: argument.words,
        conditions: argument.filters.into_iter().map(condition).collect(),
        proposals: argument.proposals,
        order: match argument.sort.as_str() {
            "file" => Order::File,
            "added" => Order::Added,
            "proposal" => Order::Proposal,
            "risks" => Order::Risks,
            _ => Order::Field(argument.sort),
        },
        descending: argument.descending,
        fields: argument.fields,
        offset: argument.offset,
        limit: argument.limit.unwrap_or(USUAL).min(MOST),
    }
}

fn row_view(row: Row) -> PortfolioRow {
    let cell = |cell: countersign_contracts::register::Cell| PortfolioCell {
        field: cell.field,
        value: cell.value,
        unit: cell.unit,
        number: cell.measure.map(|measure| measure.number),
        state: cell.state,
        page: cell.page,
    };
    PortfolioRow {
        review_id: row.review_id,
        contract_id: row.contract_id,
        file: row.file_name,
        proposal: row.proposal,
        counts: row.counts,
        created_at: row.created_at,
        cells: row.cells.into_iter().map(cell).collect(),
    }
}

/// The days in order, with those of the terms that run today for contracts that renewed themselves since.
fn as_they_run(dues: Vec<Due>, today: CivilDate) -> Vec<Renewal> {
    let pages: HashMap<(&str, &str), Option<u32>> = dues
        .iter()
        .map(|due| {
            let deadline = &due.deadline;
            (
                (due.review_id.as_str(), deadline.event.as_str()),
                deadline.page,
            )
        })
        .collect();
    let mut running: HashMap<&str, Vec<Renewal>> = HashMap::new();
    for due in dues.iter().filter(|due| due.deadline.event == INITIAL_END) {
        let end = CivilDate::from_iso(&due.deadline.date);
        let Some((end, every)) = end.zip(due.every) else {
            continue;
        };
        let later = |mut day: Deadline| {
            let source = match day.kind {
                DeadlineKind::Notice => LAST_NOTICE,
                DeadlineKind::End => INITIAL_END,
            };
            let place = (due.review_id.as_str(), source);
            day.page = pages.get(&place).copied().flatten();
            renewal(due, day, source)
        };
        let days = as_renewed(end, every, due.notice, today);
        running.insert(&due.review_id, days.into_iter().map(later).collect());
    }
    let mut all: Vec<Renewal> = Vec::with_capacity(dues.len());
    for due in &dues {
        let now = running.get(due.review_id.as_str());
        let now = now.map_or(&[][..], Vec::as_slice);
        let deadline = &due.deadline;
        // The first renewal's end may be that of the term that runs.
        let twice = |day: &Renewal| (&day.date, day.kind) == (&deadline.date, deadline.kind);
        if !now.iter().any(twice) {
            all.push(Renewal {
                renewed: !now.is_empty(),
                ..renewal(due, deadline.clone(), &deadline.event)
            });
        }
    }
    all.extend(running.into_values().flatten());
    all.sort_by(|a, b| (&a.date, &a.file, &a.review_id).cmp(&(&b.date, &b.file, &b.review_id)));
    all
}

fn renewal(due: &Due, deadline: Deadline, source: &str) -> Renewal {
    Renewal {
        review_id: due.review_id.clone(),
        file: due.file_name.clone(),
        supplier: due.supplier.clone(),
        kind: deadline.kind,
        event: deadline.event,
        date: deadline.date,
        arithmetic: deadline.arithmetic,
        source: source.to_owned(),
        page: deadline.page,
        renewed: false,
    }
}
