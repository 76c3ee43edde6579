//! The portfolio: every contract's key terms side by side, its deadlines in order, and its words found,
//! each with the place in the contract that says so.

use std::path::Path;
use std::time::Duration;

use countersign_engine::Engine;
use countersign_engine::config::Config;
use countersign_engine::views::*;

use crate::cli::program;

const SUPPLY: &str = "# Supply Agreement\n\n\
    This Supply Agreement is made on 1 March 2026 between Harbour Components Ltd (\"Supplier\") and Northwind Traders GmbH \
    (\"Customer\").\n\n\
    1. Payment. Customer shall pay each invoice within seven (7) days of its date.\n\n\
    2. Term. This Agreement runs for three (3) years from its date and renews automatically for further terms of one (1) year \
    unless Customer gives one hundred eighty (180) days notice before the end of the term.\n\n\
    3. Governing law. This Agreement is governed by the laws of England and Wales.\n";
const SERVICES: &str = "# Managed Services Agreement\n\n\
    This Agreement is made as of March 1, 2025 between Acme Works Ltd (\"Supplier\") and Bramley Foods Ltd (\"Customer\").\n\n\
    1. Fees. Customer shall pay each invoice within sixty (60) days of its receipt.\n\n\
    2. Liability. Supplier's total liability under this Agreement shall not exceed USD 250,000.\n";

async fn review(engine: &Engine, folder: &Path, name: &str, text: &str) -> ReviewRow {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    let submit = SubmitContracts {
        drop_ids: vec![engine.register_file(&path)],
        playbook: None,
    };
    let mut events = engine.events();
    let submitted = engine.submit_contracts(submit).await.unwrap();
    let review_id = submitted[0].review_id.clone().unwrap();
    loop {
        let review_id = review_id.clone();
        let view = engine.get_review(ReviewId { review_id }).await.unwrap();
        let view = view.unwrap();
        if view.report.is_some() {
            return view.row;
        }
        let waited = tokio::time::timeout(Duration::from_secs(60), events.recv()).await;
        waited.expect("the review ends within a minute").unwrap();
    }
}

fn all(sort: &str) -> PortfolioQuery {
    PortfolioQuery {
        words: String::new(),
        filters: Vec::new(),
        proposals: Vec::new(),
        sort: sort.to_owned(),
        descending: false,
        fields: [
            "supplier",
            "payment_days",
            "liability_cap",
            "notice_deadline",
        ]
        .map(str::to_owned)
        .to_vec(),
        offset: 0,
        limit: None,
    }
}

fn on(today: &str) -> RenewalsQuery {
    RenewalsQuery {
        today: today.to_owned(),
        from: None,
        offset: 0,
        limit: None,
    }
}

fn files(page: &PortfolioPage) -> Vec<&str> {
    page.rows.iter().map(|row| row.file.as_str()).collect()
}

fn value<'a>(row: &'a PortfolioRow, field: &str) -> &'a str {
    let cell = row.cells.iter().find(|cell| cell.field == field);
    cell.map_or("no such cell", |cell| cell.value.as_str())
}

#[tokio::test(flavor = "multi_thread")]
async fn contracts_stand_side_by_side_and_every_cell_follows_what_is_judged() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::of_this_program(folder.path().join("data")).unwrap();
    config.reader_program = program();
    let engine = Engine::open(config).await.unwrap();
    let supply = review(&engine, folder.path(), "supply.md", SUPPLY).await;
    review(&engine, folder.path(), "services.md", SERVICES).await;

    let page = engine.portfolio(all("payment_days")).await.unwrap();
    assert_eq!(page.total, 2);
    assert_eq!(files(&page), ["supply.md", "services.md"]);
    assert_eq!(value(&page.rows[0], "supplier"), "Harbour Components Ltd");
    assert_eq!(value(&page.rows[0], "payment_days"), "7 days");
    assert_eq!(value(&page.rows[1], "liability_cap"), "USD 250,000");
    let cap = page.rows[1]
        .cells
        .iter()
        .find(|c| c.field == "liability_cap");
    assert_eq!(cap.and_then(|cell| cell.number), Some(250_000.0));
    assert_eq!(cap.and_then(|cell| cell.page), Some(1));

    let mut london = all("file");
    london.words = "england".to_owned();
    assert_eq!(
        files(&engine.portfolio(london).await.unwrap()),
        ["supply.md"]
    );

    let renewals = engine.renewals(on("2028-12-31")).await.unwrap();
    let told: Vec<(&str, &str)> = renewals
        .rows
        .iter()
        .map(|row| (row.date.as_str(), row.event.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("2028-09-02", "Last day to give notice against renewal"),
            ("2029-03-01", "Initial term ends"),
            ("2030-03-01", "First renewal would end"),
        ]
    );
    assert_eq!(renewals.passed, 1);
    assert_eq!(
        renewals.rows[0].arithmetic,
        ["2029-03-01 - 180 days = 2028-09-02"]
    );
    assert_eq!(value(&page.rows[0], "notice_deadline"), "2028-09-02");

    // Two terms later: what passed is past, and the days of the term that runs stand beside it.
    let later = engine.renewals(on("2031-01-15")).await.unwrap();
    let told: Vec<(&str, bool, Option<u32>)> = later
        .rows
        .iter()
        .map(|row| (row.date.as_str(), row.renewed, row.page))
        .collect();
    assert_eq!(
        told,
        [
            ("2028-09-02", true, Some(1)),
            ("2029-03-01", true, Some(1)),
            ("2030-03-01", true, Some(1)),
            ("2030-09-02", false, Some(1)),
            ("2031-03-01", false, Some(1)),
        ]
    );
    assert_eq!(
        later.rows[3].arithmetic,
        [
            "2029-03-01 + 2 x 1 year = 2031-03-01, if no notice was given",
            "2031-03-01 - 180 days = 2030-09-02"
        ]
    );
    let mut second = on("2031-01-15");
    (second.from, second.offset, second.limit) = (Some("2029-01-01".to_owned()), 1, Some(2));
    let page = engine.renewals(second).await.unwrap();
    let dates: Vec<&str> = page.rows.iter().map(|row| row.date.as_str()).collect();
    assert_eq!(
        (page.total, page.passed, dates),
        (4, 3, vec!["2030-03-01", "2030-09-02"])
    );
    let refused = engine.renewals(on("soon")).await.unwrap_err();
    assert_eq!(refused.code(), "setting");

    let export = engine.export_portfolio(all("payment_days")).await.unwrap();
    let lines: Vec<&str> = export.content.lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[0].ends_with("supplier,payment days,liability cap,notice deadline"));
    assert!(lines[2].contains("\"USD 250,000\""), "{}", lines[2]);

    let other_side = ChooseSide {
        review_id: supply.id.clone(),
        party: "Supplier".to_owned(),
    };
    engine.choose_side(other_side).await.unwrap();
    let page = engine.portfolio(all("payment_days")).await.unwrap();
    assert_eq!(
        value(&page.rows[0], "supplier"),
        "Northwind Traders GmbH",
        "the other side is the other one now"
    );

    let delete = DeleteContract {
        contract_id: supply.contract_id,
        and_backups: false,
    };
    engine.delete_contract(delete).await.unwrap();
    let page = engine.portfolio(all("file")).await.unwrap();
    assert_eq!((page.total, files(&page)), (1, vec!["services.md"]));
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_a_search_found_is_cited_in_the_contracts_own_words() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::of_this_program(folder.path().join("data")).unwrap();
    config.reader_program = program();
    let engine = Engine::open(config).await.unwrap();
    review(&engine, folder.path(), "supply.md", SUPPLY).await;
    let search = SearchText {
        text: "governing law England".to_owned(),
        limit: Some(1),
    };
    let found = engine.search_text(search).await.unwrap();
    let passage = &found[0].passage;
    let words = "governed by the laws";
    let at = passage.text.find(words).unwrap() as u32;
    let cited = engine
        .cite_place(SpanOfContract {
            contract_id: found[0].contract_id.clone(),
            start: passage.start + at,
            end: passage.start + at + words.len() as u32,
        })
        .await
        .unwrap();
    assert_eq!(cited.len(), 1);
    assert_eq!((cited[0].quote.as_str(), cited[0].page), (words, 1));
    assert!(!cited[0].boxes.is_empty());
    let nowhere = SpanOfContract {
        contract_id: found[0].contract_id.clone(),
        start: u32::MAX - 1,
        end: 3,
    };
    assert!(engine.cite_place(nowhere).await.unwrap().is_empty());
    engine.close().await;
}
