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

/// Finds the parties in the words in front, and decides on their sides.
pub(super) fn find_parties(document: &Document) -> NamedParties {
    let mut named = NamedParties::default();
    let mut met: Vec<(String, Option<String>)> = Vec::new();
    if let Some((start, end)) = preamble(&document.text) {
        let window = document.text.get(start..end).unwrap_or("");
        met = parties_in(window);
        named.span = (!met.is_empty()).then(|| span_of(document, start, end));
    }
    met.truncate(MOST);
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

/// Parties at most.
const MOST: usize = 8;
/// The parties stand within this many bytes behind the word that leads in.
const REACH: usize = 2600;

/// The words that name the parties: from "between" (or what else leads in) to the first recital or
/// section. The first place counts whose words name at least one party.
fn preamble(text: &str) -> Option<(usize, usize)> {
    let opening = rx_printed!(
        r"(?i)\b(?:by\s+and\s+(?:between|among(?:st)?)|between|among(?:st)?|entered into (?:by|with)|made (?:by|with)|is by|parties(?: to this agreement)?|is from|gentlemen)\b"
    );
    let stop = rx_printed!(
        r"\b(?:WHEREAS|Whereas|RECITALS?|Recitals?|WITNESSETH|WITNESSES|Witnesseth|W I T N E S S E T H|NOW,? THEREFORE|Now,? [Tt]herefore|BACKGROUND|Background|PREAMBLE|DEFINITIONS|INTRODUCTION|IN CONSIDERATION|[Ii]n consideration|agrees? as follows|AGREES? AS FOLLOWS|IT IS AGREED|hereby agree|TABLE OF CONTENTS)\b|\b1\.\s+[A-Z]|\bArticle (?:1|I)\b|\bARTICLE (?:1|I)\b"
    );
    let head = floor(text, HEAD);
    let front = text.get(..head)?;
    let mut best: Option<(usize, usize, usize)> = None;
    let starts = opening.find_iter(front).map(|m| m.start()).chain([0]);
    for start in starts.take(24) {
        let end = floor(text, (start + REACH).min(text.len()));
        let window = text.get(start..end).unwrap_or("");
        let from = floor(window, 14.min(window.len()));
        let end = stop
            .find_at(window, from)
            .map_or(end, |hit| start + hit.start());
        let parties = parties_in(text.get(start..end).unwrap_or(""));
        let both =
            |party: &&(String, Option<String>)| party.1.is_some() && ends_as_company(&party.0);
        let sure = parties.iter().filter(both).count().min(2);
        let companies = parties
            .iter()
            .filter(|p| ends_as_company(&p.0))
            .count()
            .min(3);
        let labelled = parties.iter().filter(|p| p.1.is_some()).count().min(2);
        let worth = 2 * sure + 2 * companies + labelled;
        if sure == 2 {
            return Some((start, end));
        }
        if worth > best.map_or(0, |(worth, _, _)| worth) {
            best = Some((worth, start, end));
        }
    }
    best.map(|(_, start, end)| (start, end))
}

fn floor(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The paragraphs that a range of the text touches.
fn span_of(document: &Document, start: usize, end: usize) -> Span {
    let touched = || {
        document
            .paragraphs
            .iter()
            .filter(move |p| (p.span.start as usize) < end && (p.span.end as usize) > start)
    };
    let first = touched().next().map_or(start, |p| p.span.start as usize);
    let last = touched().next_back().map_or(end, |p| p.span.end as usize);
    Span::new(first, last)
}

/// `Acme, Inc., a Delaware corporation ("Supplier")` gives name and label, for each in the words; a
/// name with the form of a company needs no label.
fn parties_in(text: &str) -> Vec<(String, Option<String>)> {
    let labelled = rx_printed!(
        r#"(?i)\(\s*(?:(?:the|hereinafter|hereafter|referred|to|as|called|collectively|together|with|its|affiliates|individually|herein|and|or|an?|each|both|of|them|in|this|agreement|sometimes|also|known|be|will|such|company|being|party|defined|for|purposes|,)\s*,?\s*)*"\s*([^"]{1,50}?)\s*,?"[^)]{0,110}\)"#
    );
    let mut parties: Vec<(String, Option<String>)> = Vec::new();
    let mut from = 0;
    for captures in labelled.captures_iter(text) {
        let (Some(whole), Some(label)) = (captures.get(0), captures.get(1)) else {
            continue;
        };
        let label = label.as_str().trim();
        let before = text.get(from..whole.start()).unwrap_or("");
        let known = label.to_ascii_lowercase();
        let known = known.trim_start_matches("the ");
        if NOT_PARTIES.contains(&known) || !label.starts_with(char::is_alphanumeric) {
            // Nothing is said of the names in front of it: they may stand in front of the next label.
            if names_in(before).is_empty()
                || known == "agreement"
                || known == "this agreement"
                || known == "effective date"
            {
                from = whole.end();
            }
            continue;
        }
        from = whole.end();
        let mut names = names_in(before);
        let together = names.iter().filter(|name| name.company).count() > 1;
        if together {
            names.retain(|name| name.company);
        } else if let Some(best) = names
            .iter()
            .position(|name| name.company)
            .or((!names.is_empty()).then_some(0))
        {
            names = names.into_iter().skip(best).take(1).collect();
        }
        names.retain(|name| name.company || name.near(before) && is_own_name(&name.words));
        let last = names.len().saturating_sub(1);
        for (at, name) in names.into_iter().enumerate() {
            let label = label.trim_start_matches("the ").trim_start_matches("The ");
            push_party(
                &mut parties,
                name.words,
                (at == last).then(|| label.to_owned()),
            );
        }
    }
    for name in names_in(text.get(from..).unwrap_or("")) {
        if name.company && name.joined && is_own_name(&name.words) {
            push_party(&mut parties, name.words, None);
        }
    }
    parties
}

fn push_party(parties: &mut Vec<(String, Option<String>)>, name: String, label: Option<String>) {
    let known = parties
        .iter()
        .any(|(other, _)| other.eq_ignore_ascii_case(&name));
    if !known {
        parties.push((name, label));
    }
}

/// Whether words name somebody: not a role, not only the form of a company.
fn is_own_name(words: &str) -> bool {
    let lower = words.to_lowercase();
    role_weight_exact(&lower) == 0
        && ![
            "company",
            "bank",
            "holding company",
            "parent company",
            "board",
            "agent",
        ]
        .contains(&lower.as_str())
        && !words.split_whitespace().all(is_form)
}

fn role_weight_exact(lower: &str) -> i32 {
    ROLES
        .iter()
        .find(|(role, _)| lower == *role)
        .map_or(0, |(_, weight)| *weight)
}

impl Name {
    /// Whether the name leads in what it stands in: "between Tom Watson, hereinafter …".
    fn near(&self, before: &str) -> bool {
        self.joined || self.start < 40 || before.len() - self.start < 160
    }
}

/// A run of capitalised words that may be a party's name.
struct Name {
    words: String,
    /// Where it starts in the words searched (bytes).
    start: usize,
    /// It ends as companies' names end.
    company: bool,
    /// It follows "between", "and", a number or a comma, as a party in a list does.
    joined: bool,
}

/// Endings of companies' names, without stops and brackets.
const FORMS: [&str; 48] = [
    "inc",
    "incorporated",
    "llc",
    "lc",
    "ltd",
    "limited",
    "corp",
    "corporation",
    "company",
    "co",
    "lp",
    "llp",
    "lllp",
    "plc",
    "gmbh",
    "ag",
    "sa",
    "nv",
    "bv",
    "ab",
    "as",
    "oy",
    "spa",
    "srl",
    "sarl",
    "kg",
    "pte",
    "pty",
    "trust",
    "bank",
    "university",
    "association",
    "partnership",
    "foundation",
    "group",
    "holdings",
    "partners",
    "na",
    "fsb",
    "institute",
    "center",
    "ltda",
    "kk",
    "aktiengesellschaft",
    "gie",
    "sl",
    "fund",
    "society",
];

/// Words that begin with a capital and name nobody.
const NO_NAMES: [&str; 85] = [
    "the",
    "this",
    "these",
    "that",
    "by",
    "and",
    "between",
    "among",
    "amongst",
    "dated",
    "date",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "exhibit",
    "page",
    "agreement",
    "amendment",
    "contract",
    "effective",
    "a",
    "an",
    "each",
    "hereinafter",
    "party",
    "parties",
    "whose",
    "with",
    "of",
    "to",
    "in",
    "for",
    "as",
    "on",
    "at",
    "suite",
    "street",
    "address",
    "attention",
    "ladies",
    "dear",
    "gentlemen",
    "source",
    "confidential",
    "made",
    "entered",
    "into",
    "is",
    "or",
    "from",
    "article",
    "section",
    "schedule",
    "whereas",
    "such",
    "recitals",
    "form",
    "sections",
    "rule",
    "subject",
    "pursuant",
    "attachment",
    "attachments",
    "appendix",
    "annex",
    "services",
    "any",
    "all",
    "no",
    "if",
    "project",
    "products",
    "authorized",
    "summary",
    "prior",
    "administrator",
];

/// The names in some words, in order.
fn names_in(text: &str) -> Vec<Name> {
    let tokens: Vec<(usize, &str)> = token_places(text);
    let mut names = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let Some((start, _)) = tokens.get(at) else {
            break;
        };
        let length = run_length(&tokens[at..]);
        if length == 0 {
            at += 1;
            continue;
        }
        let run = &tokens[at..at + length];
        let end = run
            .last()
            .map_or(*start, |(place, word)| place + word.len());
        let words = text.get(*start..end).unwrap_or("");
        let words = words.trim_end_matches([',', ';', ':', ' ', '(']).trim();
        let before = text.get(..*start).unwrap_or("").trim_end();
        let descriptor = rx_printed!(
            r"(?i)(?:\ban?|\blaws of(?: the)?|\bstate of|\bdivision of|\bsubsidiary of|\baffiliate of|\bon behalf of|\blocated (?:at|in)|\bbusiness (?:at|in)|\boffices? (?:at|in|located at)|\brepresented by|\bof|\bin|\bat|\bits|\bsubsidiaries?|\bsource:|\bf/k/a|\bformerly|\badministrator for|\bof the)(?: the)?$"
        );
        let joins = rx_printed!(
            r"(?i)(?:\b(?:between|among|amongst|and|with|by|parties|from|golfer,?|gentlemen:?)(?: the)?:?|\(?\d\)|\d\.|\(?[a-z]\)|;)$"
        );
        let company = ends_as_company(words);
        let digits = words.starts_with(|c: char| c.is_ascii_digit()) && !company;
        if words.len() >= 3 && words.len() <= 120 && !digits && !descriptor.is_match(before) {
            names.push(Name {
                words: words.to_owned(),
                start: *start,
                company,
                joined: joins.is_match(before),
            });
        }
        at += length;
    }
    names
}

fn token_places(text: &str) -> Vec<(usize, &str)> {
    text.split_whitespace()
        .map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
        .collect()
}

fn bare(word: &str) -> String {
    word.chars()
        .filter(|c| c.is_alphanumeric())
        .collect::<String>()
        .to_lowercase()
}

fn is_form(word: &str) -> bool {
    FORMS.contains(&bare(word).as_str())
}

fn ends_as_company(words: &str) -> bool {
    words
        .split_whitespace()
        .last()
        .is_some_and(|word| is_form(word) && words.contains(' '))
}

/// How many tokens from the first one make a name.
fn run_length(tokens: &[(usize, &str)]) -> usize {
    let mut length = 0;
    let mut formed = false;
    for (at, (_, word)) in tokens.iter().enumerate() {
        let word = *word;
        let plain = bare(word);
        let capital = word
            .trim_start_matches(['"', '“', '*', '_'])
            .starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
            || word.contains(".com")
            || word.chars().nth(1).is_some_and(char::is_uppercase)
                && word.starts_with(char::is_lowercase);
        let next = tokens.get(at + 1).map_or("", |(_, next)| *next);
        let next_capital = next.starts_with(|c: char| c.is_uppercase());
        let joiner = ["of", "the", "and", "for", "de", "du", "y", "&", "+"]
            .contains(&word.to_lowercase().as_str());
        if at == 0 && (!capital || joiner || NO_NAMES.contains(&plain.as_str()) || plain.is_empty())
        {
            return 0;
        }
        let all_capitals =
            word.chars().any(char::is_alphabetic) && !word.chars().any(char::is_lowercase);
        let stops = NO_NAMES.contains(&plain.as_str())
            && !joiner
            && !(plain == "as" && all_capitals && formed);
        if word.starts_with(['(', '[', '"', '“']) && at > 0 || stops {
            break;
        }
        if joiner && word != "&" {
            // "Acme, Inc. and Beta Ltd" are two names, "Savings and Loan Association" is one.
            if formed && word != "of" || !next_capital {
                break;
            }
            continue;
        }
        if !capital && word != "&" && !is_form(word) {
            break;
        }
        length = at + 1;
        formed = formed || is_form(word);
        if word.ends_with([';', ':', ')']) {
            break;
        }
        if word.ends_with(',') && !is_form(next) {
            break;
        }
    }
    length
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
