//! The two sample contracts: every planted risk is found in the first, none is invented in the second.
#![allow(missing_docs)]

#[path = "support/review.rs"]
mod support;

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use countersign_contracts::finding::{Finding, Outcome};
use serde::Deserialize;

#[derive(Deserialize)]
struct Planted {
    #[serde(default)]
    planted: Vec<Risk>,
    #[serde(default)]
    absent: Vec<Absent>,
    #[serde(default)]
    must_not_be_red: Vec<String>,
}

#[derive(Deserialize)]
struct Risk {
    check: String,
    phrase: String,
}

#[derive(Deserialize)]
struct Absent {
    check: String,
}

fn sample(name: &str) -> std::io::Result<String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../engine/samples");
    fs::read_to_string(folder.join(name))
}

fn planted(name: &str) -> Result<Planted, Box<dyn Error>> {
    Ok(toml::from_str(&sample(name)?)?)
}

fn quotes(finding: &Finding) -> String {
    finding
        .citations
        .iter()
        .map(|c| c.quote.as_str())
        .collect::<Vec<_>>()
        .join(" | ")
}

#[test]
fn every_planted_risk_is_found_and_proved_by_its_own_words() {
    let reviewed = support::review(&sample("one-sided-saas.md").unwrap()).unwrap();
    let expected = planted("one-sided-saas.planted.toml").unwrap();
    let mut missed = Vec::new();
    for risk in &expected.planted {
        let finding = reviewed
            .judgement
            .findings
            .iter()
            .find(|f| f.check == risk.check);
        match finding {
            Some(f) if f.is_risk() && quotes(f).contains(&risk.phrase) => {}
            Some(f) => missed.push(format!(
                "{}: {:?} {} [{}]",
                risk.check,
                f.outcome,
                f.title,
                quotes(f)
            )),
            None => missed.push(format!("{}: no finding", risk.check)),
        }
    }
    for absent in &expected.absent {
        let finding = reviewed
            .judgement
            .findings
            .iter()
            .find(|f| f.check == absent.check);
        if finding.is_none_or(|f| f.outcome != Outcome::Missing) {
            missed.push(format!("{}: {finding:?}", absent.check));
        }
    }
    assert!(
        missed.is_empty(),
        "missed {}:\n{}",
        missed.len(),
        missed.join("\n")
    );
}

#[test]
fn no_risk_is_invented_where_each_clause_says_the_reverse() {
    let reviewed = support::review(&sample("balanced-services.md").unwrap()).unwrap();
    let expected = planted("balanced-services.planted.toml").unwrap();
    let invented: Vec<String> = reviewed
        .judgement
        .findings
        .iter()
        .filter(|f| expected.must_not_be_red.contains(&f.check) && f.is_risk())
        .map(|f| format!("{}: {:?} {} [{}]", f.check, f.outcome, f.title, quotes(f)))
        .collect();
    assert!(
        invented.is_empty(),
        "invented {}:\n{}",
        invented.len(),
        invented.join("\n")
    );
}

#[test]
fn the_key_terms_of_the_samples_are_read_with_their_places() {
    let cases = [
        (
            "one-sided-saas.md",
            vec![
                ("contract_title", "Master Subscription Agreement"),
                ("supplier", "Northgate Ledger Systems, Inc."),
                ("customer", "Ashdown & Pell Manufacturing Limited"),
                ("agreement_date", "2025-03-03"),
                ("effective_date", "2025-03-03"),
                ("initial_term", "36 months"),
                ("renewal_term", "24 months"),
                ("renewal_notice", "120 days"),
                ("governing_law", "Delaware"),
                ("annual_fees", "USD 240,000"),
                ("payment_days", "10 days"),
                ("late_interest", "2 % per month"),
                ("liability_cap", "3 months"),
                ("availability", "99 %"),
            ],
            vec![
                ("Initial term ends", "2028-03-03"),
                ("Last day to give notice against renewal", "2027-11-04"),
            ],
        ),
        (
            "balanced-services.md",
            vec![
                ("contract_title", "Managed Services Agreement"),
                ("supplier", "Lindqvist Data Operations AB"),
                ("agreement_date", "2025-05-12"),
                ("effective_date", "2025-05-12"),
                ("initial_term", "24 months"),
                ("governing_law", "England and Wales"),
                ("annual_fees", "GBP 330,000"),
                ("payment_days", "45 days"),
                ("late_interest", "4 % per year"),
                ("liability_cap", "24 months"),
                ("availability", "99.95 %"),
                ("breach_notice", "24 hours"),
                ("convenience_exit_notice", "60 days"),
            ],
            vec![("Initial term ends", "2027-05-12")],
        ),
    ];
    for (name, terms, dates) in cases {
        let judgement = support::review(&sample(name).unwrap()).unwrap().judgement;
        for (field, value) in terms {
            let term = judgement.key_terms.iter().find(|t| t.field == field);
            assert_eq!(
                term.map(|t| t.value.as_str()),
                Some(value),
                "{name} {field}"
            );
            assert!(
                term.is_some_and(|t| !t.citations.is_empty()),
                "{name} {field} has no place"
            );
        }
        for (event, date) in dates {
            let found = judgement.key_dates.iter().find(|d| d.event == event);
            assert_eq!(
                found.and_then(|d| d.date.as_deref()),
                Some(date),
                "{name} {event}"
            );
            assert!(
                found.is_some_and(|d| d.arithmetic[0].contains(date)),
                "{name} {event}"
            );
        }
    }
}
