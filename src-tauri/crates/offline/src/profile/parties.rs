//! Who the parties are, what the document calls them, and which of them buys.

use countersign_contracts::clause::Side;
use countersign_contracts::document::{Document, Span};
use countersign_contracts::profile::SideLabel;
use countersign_contracts::report::ContractParty;

use crate::pattern::rx_printed;

/// The parties are named within this many bytes.
const HEAD: usize = 9000;

/// Words for a party and how surely it is the one that buys (positive) or sells (negative).
const ROLES: [(&str, i32); 54] = [
    ("customer", 4),
    ("client", 4),
    ("buyer", 4),
    ("purchaser", 4),
    ("subscriber", 4),
    ("licensee", 4),
    ("sublicensee", 3),
    ("end user", 3),
    ("user", 2),
    ("lessee", 3),
    ("tenant", 3),
    ("controller", 4),
    ("recipient", 1),
    ("distributor", 2),
    ("reseller", 2),
    ("dealer", 2),
    ("franchisee", 2),
    ("sponsor", 1),
    ("owner", 1),
    ("principal", 1),
    ("you", 4),
    ("covered entity", 4),
    ("member", 1),
    ("publisher", 1),
    ("merchant", 2),
    ("remarketer", 2),
    ("marketer", 1),
    ("shipper", 3),
    ("charterer", 3),
    ("supplier", -4),
    ("vendor", -4),
    ("provider", -4),
    ("service provider", -4),
    ("licensor", -4),
    ("seller", -4),
    ("contractor", -3),
    ("consultant", -3),
    ("subcontractor", -3),
    ("manufacturer", -3),
    ("lessor", -3),
    ("landlord", -3),
    ("franchisor", -2),
    ("developer", -3),
    ("processor", -4),
    ("agent", -1),
    ("carrier", -3),
    ("transporter", -3),
    ("business associate", -4),
    ("advisor", -3),
    ("servicer", -3),
    ("we", -4),
    ("us", -4),
    ("administrator", -2),
    ("promoter", -1),
];

/// Quoted words of a preamble that name no party.
const NOT_PARTIES: [&str; 24] = [
    "agreement",
    "effective date",
    "party",
    "parties",
    "services",
    "term",
    "products",
    "product",
    "date",
    "software",
    "contract",
    "commencement date",
    "this agreement",
    "closing date",
    "execution date",
    "sec",
    "territory",
    "affiliates",
    "affiliate",
    "business",
    "program",
    "website",
    "site",
    "licensed",
];

/// The parties of a document.
#[derive(Debug, Default)]
pub(super) struct NamedParties {
    pub parties: Vec<ContractParty>,
    pub labels: Vec<SideLabel>,
    pub span: Option<Span>,
}

/// Finds the parties in the paragraphs in front, and decides on their sides.
pub(super) fn find_parties(document: &Document) -> NamedParties {
    let mut named = NamedParties::default();
    let opening = rx_printed!(
        r"(?i)\b(between|among|by and between|entered into|made by|made and entered|is made|parties)\b"
    );
    let mut met: Vec<(String, Option<String>)> = Vec::new();
    let mut begun = false;
    for paragraph in &document.paragraphs {
        if paragraph.span.start as usize > HEAD || (begun && met.len() >= 2) {
            break;
        }
        let text = document.slice(paragraph.span);
        if !begun && !opening.is_match(text) {
            continue;
        }
        let found = parties_in(text);
        if !found.is_empty() {
            let span = named.span.map_or(paragraph.span, |s: Span| Span {
                start: s.start,
                end: paragraph.span.end,
            });
            named.span = Some(span);
            begun = true;
            met.extend(found);
        }
    }
    met.truncate(4);
    let mut sides = decide_sides(&met);
    if sides.iter().all(|side| *side == Side::Unknown) {
        sides = sides_by_payment(&document.text, &met);
    }
    for ((name, label), side) in met.into_iter().zip(sides) {
        push_labels(&mut named.labels, &name, label.as_deref(), side);
        named.parties.push(ContractParty { name, label, side });
    }
    if !named
        .labels
        .iter()
        .any(|l| matches!(l.side, Side::Ours | Side::Theirs))
    {
        labels_by_use(document, &mut named.labels);
    }
    named
        .labels
        .sort_by_key(|label| std::cmp::Reverse(label.label.len()));
    named
}

/// `Acme, Inc., a Delaware corporation ("Supplier")` gives name and label, for each in a paragraph.
fn parties_in(text: &str) -> Vec<(String, Option<String>)> {
    let labelled = rx_printed!(
        r#"(?i)\(\s*(?:(?:the|hereinafter|hereafter|referred|to|as|called|collectively|together|with|its|affiliates|individually|herein|and|or|an?|each|in|this|agreement|sometimes|also|known|be|will|such|company|being|,)\s*,?\s*)*"([^"]{1,50}?),?"[^)]{0,90}\)"#
    );
    let mut parties = Vec::new();
    let mut from = 0;
    for captures in labelled.captures_iter(text) {
        let (Some(whole), Some(label)) = (captures.get(0), captures.get(1)) else {
            continue;
        };
        let label = label.as_str().trim();
        let before = text.get(from..whole.start()).unwrap_or("");
        from = whole.end();
        let known = label.to_ascii_lowercase();
        let known = known.trim_start_matches("the ");
        if NOT_PARTIES.contains(&known)
            || !label.starts_with(|c: char| {
                c.is_uppercase() || c.is_ascii_digit() || label.to_lowercase() == "you"
            })
        {
            continue;
        }
        let Some(name) = name_at_end(before) else {
            continue;
        };
        parties.push((name, Some(label.trim_start_matches("the ").to_owned())));
    }
    parties
}

/// The party's name in the words before its label.
fn name_at_end(before: &str) -> Option<String> {
    let between = rx_printed!(r"(?i)^.*\b(?:between|among)\b(?:\s+and\b)?[:,]?\s*");
    let by =
        rx_printed!(r"(?i)^.*?\b(?:entered into by|entered into with|made by|made with)\b[:,]?\s*");
    let mut text = before.trim_start_matches([',', ';', ' ', '.', ')']);
    if let Some(intro) = between.find(text).or_else(|| by.find(text)) {
        let rest = text.get(intro.end()..).unwrap_or("");
        if rest.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
            || rest.starts_with("the ")
        {
            text = rest;
        }
    }
    let joining = rx_printed!(
        r"^(?i:(?:and|&|or|,|\(\d\)|\(?[a-z]\)|\d\.|the|on the one hand|on the other hand|,)\s+)+"
    );
    text = joining
        .find(text)
        .and_then(|m| text.get(m.end()..))
        .unwrap_or(text);
    let tail = rx_printed!(
        r"(?i)(,\s+(?:an?|the|with|having|whose|located|incorporated|organi[sz]ed|duly|of|acting|on behalf|as|in its|being|established|registered|together|whose|which|jointly|\d)\b|\s+(?:an?|with|having|whose|located at|incorporated|organi[sz]ed|duly|acting|on behalf|a company|which|together|at \d)\b|\s*\(|;|,\s*$|\s+-\s).*"
    );
    let name = tail.replace(text, "");
    let name = name.trim().trim_end_matches(',').trim();
    let verbs = rx_printed!(
        r"(?i)\b(?:shall|will|is|are|was|has|have|had|been|this|these|each|such|pursuant|whereas|any|all|if|when|may|by|hereby|provided|including|certain|section|dated|upon|under|between|wishes|desires|agrees?|entered|made)\b"
    );
    let capitals = name
        .split_whitespace()
        .filter(|w| w.starts_with(|c: char| !c.is_lowercase()));
    let words = name.split_whitespace().count();
    let plausible = name.len() >= 2
        && name.len() <= 110
        && words <= 14
        && capitals.count() * 10 >= words * 6
        && name.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
        && !verbs.is_match(name);
    plausible.then(|| name.to_owned())
}

fn role_weight(label: &str) -> i32 {
    let lower = label.to_ascii_lowercase();
    let lower = lower.trim_start_matches("the ");
    ROLES
        .iter()
        .find(|(role, _)| lower == *role)
        .or_else(|| {
            ROLES
                .iter()
                .find(|(role, _)| role.len() > 3 && lower.ends_with(role))
        })
        .map_or(0, |(_, weight)| *weight)
}

/// The party with the strongest word for buying is ours, the strongest for selling theirs; a party
/// without a telling label is what the other one is not.
fn decide_sides(met: &[(String, Option<String>)]) -> Vec<Side> {
    let weights: Vec<i32> = met
        .iter()
        .map(|(_, label)| label.as_deref().map_or(0, role_weight))
        .collect();
    let buys = weights.iter().any(|w| *w > 0);
    let sells = weights.iter().any(|w| *w < 0);
    weights
        .iter()
        .map(|weight| match weight {
            1.. => Side::Ours,
            ..=-1 => Side::Theirs,
            0 if buys && !sells => Side::Theirs,
            0 if sells && !buys => Side::Ours,
            _ => Side::Unknown,
        })
        .collect()
}

/// Of two parties without telling names the one that pays is ours, when the other hardly ever does.
fn sides_by_payment(text: &str, met: &[(String, Option<String>)]) -> Vec<Side> {
    const PAYS: [&str; 8] = [
        "shall pay",
        "will pay",
        "agrees to pay",
        "must pay",
        "shall purchase",
        "will purchase",
        "agrees to purchase",
        "shall remit",
    ];
    let paid: Vec<usize> = met
        .iter()
        .map(|(name, label)| {
            let word = label.as_deref().unwrap_or(name);
            let upper = word.to_uppercase();
            PAYS.iter()
                .map(|pays| {
                    text.matches(&format!("{word} {pays}")).count()
                        + text.matches(&format!("{upper} {pays}")).count()
                })
                .sum()
        })
        .collect();
    match paid.as_slice() {
        [first, second] if *first >= 2 && *first >= second * 4 => vec![Side::Ours, Side::Theirs],
        [first, second] if *second >= 2 && *second >= first * 4 => vec![Side::Theirs, Side::Ours],
        _ => vec![Side::Unknown; met.len()],
    }
}

fn push_labels(labels: &mut Vec<SideLabel>, name: &str, label: Option<&str>, side: Side) {
    let mut add = |word: &str| {
        let word = word.trim();
        if word.len() >= 2 && !labels.iter().any(|l| l.label == word) {
            labels.push(SideLabel {
                label: word.to_owned(),
                side,
            });
        }
    };
    if let Some(label) = label {
        add(label);
    }
    add(name);
}

/// Without a preamble the capitalised role words of the text say who is who.
fn labels_by_use(document: &Document, labels: &mut Vec<SideLabel>) {
    const WORDS: [(&str, Side); 15] = [
        ("Customer", Side::Ours),
        ("Client", Side::Ours),
        ("Licensee", Side::Ours),
        ("Buyer", Side::Ours),
        ("Purchaser", Side::Ours),
        ("Subscriber", Side::Ours),
        ("Service Provider", Side::Theirs),
        ("Supplier", Side::Theirs),
        ("Vendor", Side::Theirs),
        ("Provider", Side::Theirs),
        ("Licensor", Side::Theirs),
        ("Seller", Side::Theirs),
        ("Contractor", Side::Theirs),
        ("Consultant", Side::Theirs),
        ("Recipient", Side::Ours),
    ];
    let often = |word: &str| document.text.matches(word).take(3).count() >= 3;
    for (word, side) in WORDS.into_iter().filter(|(word, _)| often(word)) {
        labels.push(SideLabel {
            label: word.to_owned(),
            side,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parties_labels_and_sides_are_read_from_the_preamble() {
        let cases = [
            (
                "This Agreement is made as of May 1, 2020 by and between Acme Cloud, Inc., a Delaware \
                 corporation (\"Supplier\"), and Bramley Foods Ltd, with offices in York (the \"Customer\").",
                vec![
                    ("Acme Cloud, Inc.", "Supplier", Side::Theirs),
                    ("Bramley Foods Ltd", "Customer", Side::Ours),
                ],
            ),
            (
                "entered into by and between I-ESCROW, INC., with its principal place of business at X \
                 (\"Company\"), and 2THEMART.COM, INC. having its principal place at Y (\"Consultant\").",
                vec![
                    ("I-ESCROW, INC.", "Company", Side::Ours),
                    ("2THEMART.COM, INC.", "Consultant", Side::Theirs),
                ],
            ),
            (
                "This agreement is between Alpha LLC (“Alpha”) and Beta Corp. (“Beta”).",
                vec![
                    ("Alpha LLC", "Alpha", Side::Unknown),
                    ("Beta Corp.", "Beta", Side::Unknown),
                ],
            ),
        ];
        for (text, expect) in cases {
            let document = Document::from_plain_text(text);
            let found = find_parties(&document);
            let got: Vec<(&str, &str, Side)> = found
                .parties
                .iter()
                .map(|p| (p.name.as_str(), p.label.as_deref().unwrap_or(""), p.side))
                .collect();
            assert_eq!(got, expect);
        }
    }
}
