//! Key terms: the contract register's row, each cell with the place it was read from.

use crate::citation::cite_span;
use crate::clause::{Clause, ClauseKind, Fact, Side};
use crate::report::{KeyTerm, TermState};

use super::Contract;
use super::explain::{say_fact, unit_of};

/// Field, kind of clause, name of the fact.
const FIELDS: [(&str, ClauseKind, &str); 16] = [
    ("agreement_date", ClauseKind::AgreementDate, "date"),
    ("effective_date", ClauseKind::EffectiveDate, "date"),
    ("initial_term", ClauseKind::ExpirationDate, "term"),
    ("expiration_date", ClauseKind::ExpirationDate, "date"),
    ("renewal_term", ClauseKind::RenewalTerm, "renewal"),
    (
        "renewal_notice",
        ClauseKind::NoticePeriodToTerminateRenewal,
        "notice",
    ),
    ("governing_law", ClauseKind::GoverningLaw, "law"),
    ("forum", ClauseKind::DisputeResolution, "forum"),
    ("annual_fees", ClauseKind::Fees, "annual_fees"),
    ("payment_days", ClauseKind::PaymentTerms, "payment"),
    ("late_interest", ClauseKind::LateFees, "interest"),
    ("liability_cap", ClauseKind::CapOnLiability, "cap"),
    ("cure_period", ClauseKind::TerminationForCause, "cure"),
    ("availability", ClauseKind::ServiceLevel, "uptime"),
    ("breach_notice", ClauseKind::BreachNotice, "notice"),
    (
        "confidentiality_term",
        ClauseKind::Confidentiality,
        "period",
    ),
];

pub(super) fn list_terms(contract: &Contract) -> Vec<KeyTerm> {
    let profile = contract.profile;
    let mut terms = vec![KeyTerm {
        field: "contract_title".to_owned(),
        value: profile.title.clone(),
        unit: None,
        state: if profile.title.is_empty() {
            TermState::NotFound
        } else {
            TermState::Stated
        },
        citations: profile
            .title_span
            .map_or_else(Vec::new, |s| cite_span(contract.document, s)),
    }];
    terms.push(party_term(contract, "supplier", Side::Theirs));
    terms.push(party_term(contract, "customer", Side::Ours));
    for (field, kind, name) in FIELDS {
        let found = match field {
            "initial_term" => initial_term(contract),
            "expiration_date" => match end_of_term(contract) {
                Some((clause, TermEnd::Stated(fact)))
                    if !super::dates::ends_before_start(contract, clause, fact) =>
                {
                    Some((clause, fact))
                }
                _ => None,
            },
            "agreement_date" => agreement_date(contract),
            "effective_date" => effective_date(contract),
            "liability_cap" => liability_cap(contract),
            // As long as the term before: computed, not stated.
            "renewal_term" => contract
                .fact(kind, name)
                .filter(|(clause, _)| clause.fact("same_length").is_none()),
            _ => contract.fact(kind, name),
        };
        terms.push(match found {
            Some((clause, fact)) => stated(contract, field, clause, fact),
            None => concluded(contract, field).unwrap_or_else(|| not_found(field)),
        });
    }
    if let Some(notice) = convenience_notice(contract) {
        terms.push(notice);
    }
    terms
}

/// A date less certain than this gives way to the dates beside the signatures.
const CERTAIN: f32 = 0.61;

/// The day in the contract's own words; a day that may be something else's only where nobody signed.
fn agreement_date<'a>(contract: &'a Contract) -> Option<(&'a Clause, &'a Fact)> {
    let (clause, fact) = contract.fact(ClauseKind::AgreementDate, "date")?;
    (clause.confidence >= CERTAIN || signed(contract).is_none()).then_some((clause, fact))
}

/// An effective date in words about another document is less certain than this.
const OWN: f32 = 0.5;

/// The day on which the contract takes effect; one that may be another document's only where the
/// contract bears no date.
pub(super) fn effective_date<'a>(contract: &'a Contract) -> Option<(&'a Clause, &'a Fact)> {
    let (clause, fact) = contract.fact(ClauseKind::EffectiveDate, "date")?;
    (clause.confidence >= OWN || agreement_date(contract).is_none()).then_some((clause, fact))
}

/// Whether the contract says itself that it takes effect on another day than it bears: when something
/// has happened.
fn takes_effect_otherwise(contract: &Contract) -> bool {
    let of_events = [
        "later of",
        "earlier of",
        "date on which",
        "date upon which",
        "day after",
    ];
    contract.profile.definitions.iter().any(|definition| {
        let said = definition.text.to_lowercase();
        definition.term.eq_ignore_ascii_case("effective date")
            && of_events.iter().any(|event| said.contains(event))
    })
}

/// What follows from other cells: a contract without an effective date of its own takes effect on its
/// date, one without a date bears that of its last signature, and it ends its initial term later.
fn concluded(contract: &Contract, field: &str) -> Option<KeyTerm> {
    match field {
        "agreement_date" => {
            let (clause, fact) =
                signed(contract).or_else(|| contract.fact(ClauseKind::EffectiveDate, "date"))?;
            Some(KeyTerm {
                state: TermState::Inferred,
                ..stated(contract, field, clause, fact)
            })
        }
        "effective_date" if takes_effect_otherwise(contract) => None,
        "effective_date" => {
            let (clause, fact) = contract
                .fact(ClauseKind::AgreementDate, "date")
                .or_else(|| signed(contract))?;
            let state = TermState::Inferred;
            Some(KeyTerm {
                state,
                ..stated(contract, field, clause, fact)
            })
        }
        "expiration_date" => match end_of_term(contract)? {
            (clause, TermEnd::Endless(fact)) => Some(KeyTerm {
                value: "perpetual".to_owned(),
                ..stated(contract, field, clause, fact)
            }),
            _ => {
                let end = super::dates::initial_term_end(contract)?;
                Some(KeyTerm {
                    field: field.to_owned(),
                    value: end.date?,
                    unit: None,
                    state: TermState::Computed,
                    citations: end.citations,
                })
            }
        },
        "renewal_term" => {
            let same = contract.fact(ClauseKind::RenewalTerm, "same_length");
            if let (Some((clause, _)), Some((_, length))) = (same, initial_term(contract)) {
                let mut term = stated(contract, field, clause, length);
                term.state = TermState::Computed;
                return Some(term);
            }
            let (clause, fact) = contract.fact(ClauseKind::RenewalTerm, "endless")?;
            Some(KeyTerm {
                value: "perpetual".to_owned(),
                ..stated(contract, field, clause, fact)
            })
        }
        _ => None,
    }
}

/// The latest of the dates beside the signatures: with it the contract is made.
pub(super) fn signed<'a>(contract: &'a Contract) -> Option<(&'a Clause, &'a Fact)> {
    contract
        .affirmed(ClauseKind::AgreementDate)
        .filter_map(|clause| clause.fact("signed").map(|fact| (clause, fact)))
        .max_by_key(|(_, fact)| super::dates::civil(&fact.value))
}

/// How the contract's first term ends.
pub(super) enum TermEnd<'a> {
    /// On a day.
    Stated(&'a Fact),
    /// After a length of time.
    After(&'a Fact),
    /// With the calendar year it begins in.
    WithYear(&'a Fact),
    /// Never by itself.
    Endless(&'a Fact),
}

/// A clause that says when the term ends goes before one that says how it goes on without an end, when
/// both are nearly as certain: "continues until terminated" stands beside many a fixed term.
const NEARLY: f32 = 0.16;

/// The end of the first term as the most certain clause about it has it; in one clause a day says more
/// than a length, and a length more than none.
pub(super) fn end_of_term<'a>(contract: &'a Contract) -> Option<(&'a Clause, TermEnd<'a>)> {
    let mut ends = ends_of_term(contract);
    let (best, end) = ends.next()?;
    if !matches!(end, TermEnd::Endless(_)) {
        return Some((best, end));
    }
    let fixed = ends.find(|(clause, end)| {
        !matches!(end, TermEnd::Endless(_)) && clause.confidence + NEARLY >= best.confidence
    });
    Some(fixed.unwrap_or((best, end)))
}

/// What each clause about the term says of its end, the most certain first; a day that is not after the
/// start comes last, since it is most likely another's.
fn ends_of_term<'a>(contract: &'a Contract) -> impl Iterator<Item = (&'a Clause, TermEnd<'a>)> {
    let ends = || {
        contract
            .affirmed(ClauseKind::ExpirationDate)
            .filter_map(|clause| Some((clause, end_in(clause)?)))
    };
    let early = |(clause, end): &(&Clause, TermEnd)| match end {
        TermEnd::Stated(fact) => super::dates::ends_before_start(contract, clause, fact),
        _ => false,
    };
    ends()
        .filter(move |end| !early(end))
        .chain(ends().filter(move |end| early(end)))
}

/// What one clause says of the term's end.
fn end_in(clause: &Clause) -> Option<TermEnd<'_>> {
    let fact = |name| clause.fact(name);
    fact("date")
        .map(TermEnd::Stated)
        .or_else(|| fact("term").map(TermEnd::After))
        .or_else(|| fact("year_end").map(TermEnd::WithYear))
        .or_else(|| fact("endless").map(TermEnd::Endless))
}

/// The contract's first term: of several the one in the most certain clause.
pub(super) fn initial_term<'a>(contract: &'a Contract) -> Option<(&'a Clause, &'a Fact)> {
    contract.fact(ClauseKind::ExpirationDate, "term")
}

/// The other side's cap first; as a sum or as months of fees.
fn liability_cap<'a>(contract: &'a Contract) -> Option<(&'a Clause, &'a Fact)> {
    let caps = || contract.affirmed(ClauseKind::CapOnLiability);
    caps()
        .filter(|c| matches!(c.bound, Side::Theirs | Side::Both))
        .chain(caps())
        .find_map(|c| {
            c.fact("cap_amount")
                .or_else(|| c.fact("cap"))
                .map(|fact| (c, fact))
        })
}

fn convenience_notice(contract: &Contract) -> Option<KeyTerm> {
    let (clause, fact) = contract
        .affirmed(ClauseKind::TerminationForConvenience)
        .filter(|c| matches!(c.bound, Side::Ours | Side::Both))
        .find_map(|c| c.fact("notice").map(|fact| (c, fact)))?;
    Some(stated(contract, "convenience_exit_notice", clause, fact))
}

fn party_term(contract: &Contract, field: &str, side: Side) -> KeyTerm {
    let Some(party) = contract.profile.parties.iter().find(|p| p.side == side) else {
        return not_found(field);
    };
    let span = contract.profile.parties_span;
    KeyTerm {
        field: field.to_owned(),
        value: party.name.clone(),
        unit: None,
        state: TermState::Stated,
        citations: span.map_or_else(Vec::new, |span| cite_span(contract.document, span)),
    }
}

fn stated(contract: &Contract, field: &str, clause: &Clause, fact: &Fact) -> KeyTerm {
    let mut citations = cite_span(contract.document, clause.span);
    if !fact.span.overlaps(clause.span) {
        citations.extend(cite_span(contract.document, fact.span));
    }
    KeyTerm {
        field: field.to_owned(),
        value: say_fact(&fact.value),
        unit: unit_of(fact),
        state: if citations.is_empty() {
            TermState::Inferred
        } else {
            TermState::Stated
        },
        citations,
    }
}

fn not_found(field: &str) -> KeyTerm {
    KeyTerm {
        field: field.to_owned(),
        value: String::new(),
        unit: None,
        state: TermState::NotFound,
        citations: Vec::new(),
    }
}
