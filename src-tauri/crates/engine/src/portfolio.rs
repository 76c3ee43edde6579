//! All contracts side by side, answered from the register that each report leaves; no report is opened.

use countersign_contracts::citation::{Citation, cite_span};
use countersign_contracts::document::{Document, Span};
use countersign_store::register::{Condition, Due, Order, Query, Row};

use crate::Engine;
use crate::error::Error;
use crate::exports;
use crate::pipeline::READER_VERSION;
use crate::views::*;

/// Rows when none or too many were asked for.
const USUAL: u32 = 100;
const MOST: u32 = 500;
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
    /// What the store says.
    pub async fn renewals(&self, argument: RenewalsQuery) -> Result<RenewalsPage, Error> {
        let limit = argument.limit.unwrap_or(USUAL).min(MOST);
        let (rows, total, passed) = self
            .inner
            .store
            .deadlines(
                argument.from.as_deref(),
                &argument.today,
                argument.offset,
                limit,
            )
            .await?;
        Ok(RenewalsPage {
            total,
            passed,
            rows: rows.into_iter().map(renewal).collect(),
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
            content: exports::write_register(&query.fields, &rows),
        })
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

fn renewal(due: Due) -> Renewal {
    let deadline = due.deadline;
    Renewal {
        review_id: due.review_id,
        file: due.file_name,
        supplier: due.supplier,
        kind: deadline.kind,
        event: deadline.event,
        date: deadline.date,
        arithmetic: deadline.arithmetic,
        page: deadline.page,
    }
}
