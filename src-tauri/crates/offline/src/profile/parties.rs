//! Who the parties are, what the document calls them, and which of them buys.

use countersign_contracts::clause::Side;
use countersign_contracts::document::{Document, Span};
use countersign_contracts::profile::SideLabel;
use countersign_contracts::report::ContractParty;

use super::elsewhere::{announced, signatures, split_the_only};
use super::names::{Name, is_company, is_own_name, names_in};
use super::sides::{decide_sides, labels_by_use, push_labels, sides_by_payment};
use crate::pattern::rx_printed;

/// The parties are named within this many bytes.
pub(super) const HEAD: usize = 9000;

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
    let elsewhere = rx_printed!(
        r"(?i)\b(?:identified|listed|named|set (?:out|forth)|described) (?:in|on) (?:the )?(?:schedule|annex|exhibit|appendix|attachment|signature)|\bparties signatory hereto|\bbetween the (?:following parties|parties below|parties named below)|\bparties whose signatures|\bsignatories hereto"
    );
    let front = document.text.get(..floor(&document.text, HEAD / 2));
    let listed = front.is_some_and(|front| elsewhere.is_match(front));
    if listed || met.iter().filter(|(name, _)| is_company(name)).count() < 2 {
        for party in announced(&document.text)
            .into_iter()
            .chain(signatures(&document.text))
        {
            push_party(&mut met, party.0, party.1);
        }
    }
    split_the_only(&mut met);
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
const MOST: usize = 60;
/// The parties stand within this many bytes behind the word that leads in.
const REACH: usize = 2600;

/// The words that name the parties: from "between" (or what else leads in) to the first recital or
/// section. The first place counts whose words name at least one party.
fn preamble(text: &str) -> Option<(usize, usize)> {
    let opening = rx_printed!(
        r"(?i)\b(?:by\s+and\s+(?:between|among(?:st)?)|between|among(?:st)?|entered into (?:by|with)|made (?:by|with)|is by|parties(?: to this agreement)?|is from|gentlemen|preamble)\b"
    );
    let stop = rx_printed!(
        r"\b(?:WHEREAS|Whereas|RECITALS?|Recitals?|WITNESSETH|WITNESSES|Witnesseth|W I T N E S S E T H|NOW,? THEREFORE|Now,? [Tt]herefore|BACKGROUND|Background|PREAMBLE|DEFINITIONS|INTRODUCTION|IN CONSIDERATION|[Ii]n consideration|agrees? as follows|AGREES? AS FOLLOWS|IT IS AGREED|hereby agree|TABLE OF CONTENTS)\b|\b1\.\s+[A-Z]|\bArticle (?:1|I)\b|\bARTICLE (?:1|I)\b"
    );
    let head = floor(text, HEAD);
    let front = text.get(..head)?;
    let mut best: Option<(usize, usize, usize)> = None;
    let mut any = None;
    let starts = opening.find_iter(front).map(|m| m.start()).chain([0]);
    for start in starts.take(24) {
        let end = floor(text, (start + REACH).min(text.len()));
        let window = text.get(start..end).unwrap_or("");
        let from = floor(window, 14.min(window.len()));
        let end = stop
            .find_at(window, from)
            .map_or(end, |hit| start + hit.start());
        let parties = parties_in(text.get(start..end).unwrap_or(""));
        let both = |party: &&(String, Option<String>)| party.1.is_some() && is_company(&party.0);
        let sure = parties.iter().filter(both).count().min(2);
        let companies = parties.iter().filter(|p| is_company(&p.0)).count().min(3);
        let labelled = parties.iter().filter(|p| p.1.is_some()).count().min(2);
        let worth = 2 * sure + 2 * companies + labelled;
        if sure == 2 {
            return Some((start, end));
        }
        if !parties.is_empty() {
            any = any.or(Some((start, end)));
        }
        if worth > best.map_or(0, |(worth, _, _)| worth) {
            best = Some((worth, start, end));
        }
    }
    best.map(|(_, start, end)| (start, end)).or(any)
}

pub(super) fn floor(text: &str, mut at: usize) -> usize {
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
    let mut parties: Vec<(String, Option<String>)> = Vec::new();
    let mut from = 0;
    for (start, end, label) in labels_in(text) {
        let before = text.get(from..start).unwrap_or("");
        let known = label.to_ascii_lowercase();
        let known = known.trim_start_matches("the ");
        // "(the "JV Agreement")", "("Confidential Information")".
        let thing =
            rx_printed!(r"(?:Agreement|Information|Property|Services|Products|Rights|Territory|Terms|Forms?|Documents?|Attachments?|Policy|Statement)$")
                .is_match(label);
        if thing || NOT_PARTIES.contains(&known) || !label.starts_with(char::is_alphanumeric) {
            // Nothing is said of the names in front of it: they may stand in front of the next label.
            if names_in(before).is_empty()
                || known == "agreement"
                || known == "this agreement"
                || known == "effective date"
                || thing
            {
                from = end;
            }
            continue;
        }
        from = end;
        let mut names = names_in(before);
        // "and (Client) Pelican Delivers Inc.": the label stands in front.
        if names.is_empty() {
            let behind = text.get(end..floor(text, end + 160)).unwrap_or("");
            let next = names_in(behind).into_iter().next();
            if let Some(name) = next.filter(|name| name.company && name.start < 3) {
                push_party(&mut parties, name.words, Some(label.to_owned()));
                continue;
            }
        }
        let companies = names.iter().filter(|name| name.company).count();
        if let Some(own) = names.iter().position(|name| bears(&name.words, label)) {
            // "Sabco, and Prolong Super Lubricants, Anaheim ("Prolong")": the label says whose it is.
            names = names
                .into_iter()
                .enumerate()
                .filter(|(at, name)| *at == own || *at < own && name.company)
                .map(|(_, name)| name)
                .collect();
        } else if companies > 1 {
            names.retain(|name| name.company);
        } else if let Some(best) = likeliest(&names, before.trim_end().len()) {
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
        let named = name.company && (name.joined || name.described)
            || name.led
            || name.joined && name.described;
        if named && is_own_name(&name.words) {
            push_party(&mut parties, name.words, None);
        }
    }
    parties
}

/// Whether a label is the first word of a name, or all of it without the company's form.
fn bears(name: &str, label: &str) -> bool {
    let plain = |words: &str| {
        words
            .split(|c: char| !c.is_alphanumeric())
            .find(|word| word.len() > 2 && !word.eq_ignore_ascii_case("the"))
            .map(str::to_lowercase)
    };
    let first = plain(label);
    first.is_some() && first == plain(name)
}

/// Of names with one company at most the one a label is of: the company, unless another one is
/// described as a party behind it; without a company the one that "and" joins.
fn likeliest(names: &[Name], end: usize) -> Option<usize> {
    let company = names.iter().position(|name| name.company);
    let described = names.iter().rposition(|name| name.described);
    match (company, described) {
        (Some(company), Some(described)) if described > company => {
            let placed = names
                .get(company)
                .is_some_and(|name| name.described || name.joined || name.led);
            Some(if placed { company } else { described })
        }
        (Some(company), _) => Some(company),
        (None, _) => names
            .iter()
            .position(|name| name.led)
            .or_else(|| names.iter().rposition(|name| name.joined && name.described))
            // "Suite 901, St. Petersburg and Tom Watson ("Consultant")": the one the label stands behind.
            .or_else(|| {
                let last = |name: &Name| name.joined && name.start + name.words.len() + 2 > end;
                names.iter().rposition(last)
            })
            .or(described)
            .or((!names.is_empty()).then_some(0)),
    }
}

/// The labels of a preamble in order, with the bytes that each takes: `("Supplier")`,
/// `hereinafter referred to as "Supplier"`, `(the Supplier)`.
fn labels_in(text: &str) -> Vec<(usize, usize, &str)> {
    let bracketed = rx_printed!(
        r#"(?i)\(\s*(?:(?:the|hereinafter|hereafter|referred|to|as|called|collectively|together|with|its|affiliates|individually|herein|and|or|an?|each|both|of|them|in|this|agreement|sometimes|also|known|be|will|such|company|being|party|defined|for|purposes|one|more|successors|assigns|capacity|respective|permitted|subsidiaries|,)\s*,?\s*)*(?:"|'')\s*([^"]{1,50}?)\s*,?"[^)]{0,110}\)"#
    );
    let open = rx_printed!(
        r#"(?i)\b(?:hereinafter|hereafter|herein) (?:to be )?(?:referred to|called|known|designated)(?: individually| collectively| jointly| together)?(?: as)?:? (?:the |an? )?"\s*([^"]{1,50}?)\s*,?""#
    );
    let plain = rx_printed!(
        r"\((Developer|Client|Supplier|Customer|Consultant|Contractor|Vendor|Provider|Licensor|Licensee|Seller|Buyer|Purchaser|Distributor) ?\)|\((?:(?:hereinafter|hereafter)(?:,? (?:called|referred to as|known as))? )?[Tt]he ([A-Z][a-z]+(?: [A-Z][a-z]+){0,2})\)|\b(?:hereinafter|hereafter) (?:called|referred to as|known as) (?:the )?([A-Z][\w-]{2,30}(?: [A-Z]\b)?)|\((?:hereinafter|hereafter),? (?:the )?([A-Z][\w-]{2,30})\)"
    );
    let mut labels: Vec<(usize, usize, &str)> = Vec::new();
    for pattern in [bracketed, open, plain] {
        for captures in pattern.captures_iter(text) {
            let label = (1..captures.len()).find_map(|at| captures.get(at));
            let (Some(whole), Some(label)) = (captures.get(0), label) else {
                continue;
            };
            let apart = |(start, end, _): &(usize, usize, &str)| {
                whole.end() <= *start || whole.start() >= *end
            };
            if labels.iter().all(apart) {
                labels.push((whole.start(), whole.end(), label.as_str().trim()));
            }
        }
    }
    labels.sort_unstable_by_key(|(start, _, _)| *start);
    labels
}

fn push_party(parties: &mut Vec<(String, Option<String>)>, name: String, label: Option<String>) {
    // A sentence may end behind a name: "Acme Data AB. By: …".
    let bare = |name: &str| {
        let words: Vec<&str> = name.split_whitespace().collect();
        words.join(" ").trim_end_matches('.').to_lowercase()
    };
    let said = bare(&name);
    let known = parties.iter().any(|(other, _)| {
        let other = bare(other);
        other == said || label.is_none() && said.ends_with(&format!(" {other}"))
    });
    if !known {
        parties.push((name, label));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_signs_is_no_further_party() {
        let mut parties = vec![
            (
                "Lindqvist Data Operations AB".to_owned(),
                Some("Supplier".to_owned()),
            ),
            (
                "Harrowgate Water Trust".to_owned(),
                Some("Customer".to_owned()),
            ),
        ];
        for name in [
            "Lindqvist Data Operations AB.",
            "2025.\n\nHarrowgate Water Trust.",
        ] {
            push_party(&mut parties, name.to_owned(), None);
        }
        assert_eq!(parties.len(), 2);
        push_party(&mut parties, "Water Holding AB.".to_owned(), None);
        assert_eq!(parties.len(), 3);
    }

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
                "BETWEEN: (1) BICYCLETX LIMITED a company incorporated in England (the \"Company\"); and \
                 (2) NIGEL CROCKETT of (the ''Employee\"). IT IS AGREED as follows",
                vec![
                    ("BICYCLETX LIMITED", "Company", Side::Unknown),
                    ("NIGEL CROCKETT", "Employee", Side::Unknown),
                ],
            ),
            (
                "is made by and between DOT COM LLC, OBA Seattle Software Developers (Developer ), and (Client) \
                 Pelican Delivers Inc. for the performance of software design services.",
                vec![
                    ("DOT COM LLC", "Developer", Side::Theirs),
                    ("Pelican Delivers Inc.", "Client", Side::Ours),
                ],
            ),
            (
                "by and between Global Works, Ltd (hereinafter the \"Company\"), a Delaware corporation whose address \
                 is 501 First Ave, Suite 901, St. Petersburg, FL 33701 and Tom Watson (hereinafter the \
                 \"Consultant\"), an individual.",
                vec![
                    ("Global Works, Ltd", "Company", Side::Ours),
                    ("Tom Watson", "Consultant", Side::Theirs),
                ],
            ),
            (
                "is executed by. Party A: Beike Internet (Beijing) Security Technology Co., Ltd.\n\n\
                 Party B: Baidu Online Network Technology (Beijing) Co., Ltd.\n\nApril 2013",
                vec![
                    (
                        "Beike Internet (Beijing) Security Technology Co., Ltd.",
                        "Party A",
                        Side::Unknown,
                    ),
                    (
                        "Baidu Online Network Technology (Beijing) Co., Ltd.",
                        "Party B",
                        Side::Unknown,
                    ),
                ],
            ),
            (
                "This hosting agreement is between Galacticomm and Horst Entertainment Inc.",
                vec![
                    ("Galacticomm", "", Side::Unknown),
                    ("Horst Entertainment Inc.", "", Side::Unknown),
                ],
            ),
            (
                "The undersigned agree to file jointly. Dated: April 8, 2020 SCULPTOR CAPITAL LP By: /s/ T \
                 Sipp Chief Financial Officer SCULPTOR MASTER FUND LTD By: /s/ T Sipp",
                vec![
                    ("SCULPTOR CAPITAL LP", "", Side::Unknown),
                    ("SCULPTOR MASTER FUND LTD", "", Side::Unknown),
                ],
            ),
            (
                "This agreement is between Alpha LLC (“Alpha”) and Beta Corp. (“Beta”).",
                vec![
                    ("Alpha LLC", "Alpha", Side::Unknown),
                    ("Beta Corp.", "Beta", Side::Unknown),
                ],
            ),
            (
                "between\n\nTarn Data, Inc. 600 Mill Road, Suite B, Houston, Texas\n\nhereinafter referred to as \
                 \"Licensor\"\n\nand\n\nBirch Media AG Ringstr. 25 Cologne, hereinafter called the \"Licensee\".",
                vec![
                    ("Tarn Data, Inc.", "Licensor", Side::Theirs),
                    ("Birch Media AG", "Licensee", Side::Ours),
                ],
            ),
            (
                "BETWEEN: (1) ROWAN LIMITED (registered number 01) whose registered office is at 19 Mill Lane (the \
                 Company) (2) JOHN ROWE (the Executive). This is the deed (the Agreement) that they sign.",
                vec![
                    ("ROWAN LIMITED", "Company", Side::Unknown),
                    ("JOHN ROWE", "Executive", Side::Unknown),
                ],
            ),
            (
                "by and between TARN RACING, INC., a Texas corporation (hereinafter Tarn), and Birch Super Oils, \
                 Anaheim, Calif. (Hereinafter to be referred to as \"Birch\");",
                vec![
                    ("TARN RACING, INC.", "Tarn", Side::Unknown),
                    ("Birch Super Oils", "Birch", Side::Unknown),
                ],
            ),
            (
                "PREAMBLE\n\nJSC Tarn Oil, hereinafter referred to as the \"Company\", in the person of its Director, \
                 and JSC Birch, hereinafter referred to as the \"Principal\", have agreed.",
                vec![
                    ("JSC Tarn Oil", "Company", Side::Theirs),
                    ("JSC Birch", "Principal", Side::Ours),
                ],
            ),
            (
                "by and between Rowan Stores, Inc. (\"Merchant\") and a joint venture comprised of Tarn Retail, Inc. \
                 (\"Tarn\") and Birch Group, LLC, a member of Lind Holdings, Inc. (\"Birch\").",
                vec![
                    ("Rowan Stores, Inc.", "Merchant", Side::Ours),
                    ("Tarn Retail, Inc.", "Tarn", Side::Theirs),
                    ("Birch Group, LLC", "Birch", Side::Theirs),
                ],
            ),
            (
                "MAINTENANCE AGREEMENT\n\nBETWEEN\n\nTARN\n\nAND\n\nBIRCH S.A.\n\nPage 1",
                vec![
                    ("TARN", "", Side::Unknown),
                    ("BIRCH S.A.", "", Side::Unknown),
                ],
            ),
            (
                "RIGHTS AGREEMENT Tarn, a Texas corporation (or one or more Affiliates, the \"Investor\"), and Birch \
                 Mining Ltd., a company of Leeds (the \"Company\"), agree as follows:",
                vec![
                    ("Tarn", "Investor", Side::Unknown),
                    ("Birch Mining Ltd.", "Company", Side::Unknown),
                ],
            ),
            (
                "among Tarn, Inc. (the \"Fund\") and Birch Trust Company Americas, not individually but solely as \
                 trustee.",
                vec![
                    ("Tarn, Inc.", "Fund", Side::Unknown),
                    ("Birch Trust Company Americas", "", Side::Unknown),
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
