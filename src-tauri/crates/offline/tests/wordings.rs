//! Rare ways to say a risk, and the same words when they are none: each wording stands alone in a contract
//! and must be told for what it is. The list is `wordings.txt`.
#![allow(missing_docs)]

#[path = "support/review.rs"]
mod support;

/// Whether a check of this contract is a risk that quotes the sentence.
fn is_flagged(check: &str, sentence: &str, buys: &str, sells: &str) -> bool {
    let text = format!(
        "# Master Services Agreement\n\nThis Agreement is made as of 1 March 2024 between Tallow Systems, Inc., \
         a Delaware corporation (\"{sells}\"), and Birch Mutual Ltd, a company registered in Leeds \
         (\"{buys}\").\n\n## 2. Terms\n\n2.1 {sentence}\n"
    );
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Ok(reviewed) = support::review(&text) else {
        return false;
    };
    let finding = reviewed
        .judgement
        .findings
        .iter()
        .find(|f| f.check == check);
    finding.is_some_and(|f| {
        let quoted = |c: &countersign_contracts::citation::Citation| {
            plain(&c.quote).contains(&plain(sentence))
        };
        f.is_risk() && f.citations.iter().any(quoted)
    })
}

#[test]
fn rare_wordings_are_told_for_what_they_are() {
    let mut check = "";
    let mut wrong = Vec::new();
    let mut told = 0;
    for line in include_str!("wordings.txt").lines() {
        let is_risk = match line.split_at_checked(2) {
            Some(("+ ", _)) => true,
            Some(("- ", _)) => false,
            _ => {
                check = line.trim_matches(['[', ']']);
                continue;
            }
        };
        let (buys, sells) = [("Customer", "Supplier"), ("Licensee", "Licensor")][told % 2];
        let sentence = line[2..].replace("{V}", sells).replace("{C}", buys);
        told += 1;
        if is_flagged(check, &sentence, buys, sells) != is_risk {
            wrong.push(format!("{} {check}: {sentence}", &line[..1]));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {told} told wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
