//! Which of the parties buys and which sells.

use countersign_contracts::clause::Side;
use countersign_contracts::document::Document;
use countersign_contracts::profile::SideLabel;

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

pub(super) fn role_weight_exact(lower: &str) -> i32 {
    ROLES
        .iter()
        .find(|(role, _)| lower == *role)
        .map_or(0, |(_, weight)| *weight)
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
pub(super) fn decide_sides(met: &[(String, Option<String>)]) -> Vec<Side> {
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
pub(super) fn sides_by_payment(text: &str, met: &[(String, Option<String>)]) -> Vec<Side> {
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

pub(super) fn push_labels(
    labels: &mut Vec<SideLabel>,
    name: &str,
    label: Option<&str>,
    side: Side,
) {
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
pub(super) fn labels_by_use(document: &Document, labels: &mut Vec<SideLabel>) {
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
