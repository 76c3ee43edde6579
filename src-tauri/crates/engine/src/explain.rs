//! Why a finding is there: the rule that fired, the clauses it looked at, who read them and what was read.

use countersign_contracts::citation::cite_span;
use countersign_contracts::clause::{Clause, Polarity};
use countersign_contracts::document::Document;
use countersign_contracts::finding::Finding;
use countersign_contracts::judge::say_fact;
use countersign_contracts::playbook::Playbook;
use countersign_contracts::profile::DocumentProfile;
use countersign_offline::check_document;
use countersign_offline::facts::read_document;
use countersign_store::decisions::finding_key;
use countersign_store::products::OFFLINE_READER;

use crate::Engine;
use crate::error::Error;
use crate::pipeline::READER_VERSION;
use crate::views::{ExplainFinding, Explanation, FactView, SeenClause};

impl Engine {
    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::NoSuchReview`], [`Error::NoReport`], [`Error::NoSuchFinding`], or what the store says.
    pub async fn explain_finding(&self, argument: ExplainFinding) -> Result<Explanation, Error> {
        let store = &self.inner.store;
        let row = self.existing_row(&argument.review_id).await?;
        let no_report = || Error::NoReport {
            file: row.file.clone(),
        };
        let id = &argument.review_id;
        let report = self.report_with_own(id, &row.contract_id).await?;
        let report = report.ok_or_else(no_report)?;
        let profile = store.profile_of_review(id).await?.ok_or_else(no_report)?;
        let pages = store
            .pages_of_contract(&row.contract_id, READER_VERSION)
            .await?
            .ok_or_else(no_report)?;
        let rules = store.playbook(&report.playbook.sha256).await?;
        let rules = rules.ok_or_else(no_report)?;
        let read = store.clauses_of_review(id).await?;
        let mut findings = report.findings.into_iter();
        let finding = findings
            .find(|finding| finding_key(finding) == argument.key)
            .ok_or(Error::NoSuchFinding)?;
        let playbook = Playbook::parse(&rules.source)?;
        let position = playbook.positions.iter().find(|p| p.check == finding.check);
        let explained = Explanation {
            playbook: report.playbook.name,
            version: report.playbook.version,
            position: position.map_or_else(String::new, |position| position.title.clone()),
            conditions: conditions(&rules.source, &finding),
            clauses: Vec::new(),
        };
        let clauses = tokio::task::spawn_blocking(move || {
            seen(&Document::from_pages(pages), &profile, read, &finding)
        });
        Ok(Explanation {
            clauses: clauses.await?,
            ..explained
        })
    }
}

/// The clauses whose words the finding quotes, as the judgement saw them: where a person chose our side,
/// for whom a clause binds hangs on it.
fn seen(
    document: &Document,
    profile: &DocumentProfile,
    read: Vec<(String, Clause)>,
    finding: &Finding,
) -> Vec<SeenClause> {
    let chosen = &profile.chosen;
    let mut clauses: Vec<(String, Clause)> = read
        .into_iter()
        .filter(|(reader, _)| !(chosen.side && reader == OFFLINE_READER))
        .collect();
    if chosen.swapped {
        for (_, clause) in clauses
            .iter_mut()
            .filter(|(reader, _)| reader != OFFLINE_READER)
        {
            clause.bound = clause.bound.reversed();
        }
    }
    let mut own = check_document(document, profile);
    if chosen.side {
        own.extend(read_document(document, profile));
    }
    clauses.extend(
        own.into_iter()
            .map(|clause| (OFFLINE_READER.to_owned(), clause)),
    );
    let quoted = |clause: &Clause| {
        let cited = cite_span(document, clause.span);
        cited.iter().any(|one| {
            let mut told = finding.citations.iter();
            told.any(|citation| citation.page == one.page && citation.quote == one.quote)
        })
    };
    clauses
        .into_iter()
        .filter(|(_, clause)| clause.kind == finding.clause_kind && quoted(clause))
        .map(|(reader, clause)| clause_view(document, reader, &clause))
        .collect()
}

fn clause_view(document: &Document, reader: String, clause: &Clause) -> SeenClause {
    let words = |span| {
        document
            .slice(span)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    SeenClause {
        reader,
        kind: clause.kind,
        bound: clause.bound,
        negated: clause.polarity == Polarity::Negated,
        page: document.page_at(clause.span.start),
        text: words(clause.span),
        facts: clause
            .facts
            .iter()
            .map(|fact| FactView {
                name: fact.name.clone(),
                value: say_fact(&fact.value),
                words: words(fact.span),
            })
            .collect(),
    }
}

/// The conditions of the rule that fired, as the playbook's text has them; none when no rule did: what was
/// met, and what is absent. The rule is known by its title, the finding's own with its values left out.
fn conditions(source: &str, finding: &Finding) -> Vec<String> {
    let id = format!("id = \"{}\"", finding.check);
    let position = source
        .split("[[position]]")
        .find(|block| block.lines().any(|line| line.trim() == id));
    let mut rules = position
        .unwrap_or_default()
        .split("[[position.rule]]")
        .skip(1);
    let fired = rules.find(|rule| {
        strings(rule, "title")
            .first()
            .is_some_and(|title| fills(title, &finding.title))
    });
    fired.map(|rule| strings(rule, "when")).unwrap_or_default()
}

/// The strings that are the value of a key.
fn strings(block: &str, key: &str) -> Vec<String> {
    let Ok(table) = block.parse::<toml::Table>() else {
        return Vec::new();
    };
    match table.get(key) {
        Some(toml::Value::String(text)) => vec![text.clone()],
        Some(toml::Value::Array(all)) => all
            .iter()
            .filter_map(|one| one.as_str())
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}

/// Whether a title came of a text with values in braces.
fn fills(template: &str, title: &str) -> bool {
    let mut rest = title;
    for (at, piece) in template.split('{').enumerate() {
        let literal = if at == 0 {
            piece
        } else {
            piece.split_once('}').map_or("", |(_, tail)| tail)
        };
        match rest.find(literal) {
            Some(0) => rest = &rest[literal.len()..],
            Some(found) if at > 0 => rest = &rest[found + literal.len()..],
            _ => return false,
        }
    }
    rest.is_empty() || template.ends_with('}')
}

#[cfg(test)]
mod tests {
    use super::fills;

    #[test]
    fn a_rule_is_known_by_its_title_with_the_values_left_out() {
        assert!(fills(
            "Liability capped at {cap.months} months' fees",
            "Liability capped at 3 months' fees"
        ));
        assert!(fills(
            "Only {theirs}'s liability is capped",
            "Only Supplier's liability is capped"
        ));
        assert!(fills("The cap is {cap}", "The cap is USD 5"));
        assert!(fills("No values", "No values"));
        assert!(!fills(
            "Liability capped at only {cap.months} months' fees",
            "Liability capped at 3 months' fees"
        ));
        assert!(!fills("No values", "No values here"));
        assert!(!fills(
            "Only {theirs}'s liability",
            "Not only Supplier's liability"
        ));
    }
}
