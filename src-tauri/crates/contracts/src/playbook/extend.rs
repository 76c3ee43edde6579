//! Playbooks that extend another: what they inherit, change and leave out.
//!
//! ```toml
//! extends = "procurement"
//! remove = ["sla"]
//!
//! [change.cap-low]
//! numbers = { min_months = 24 }
//! ask = "…"
//! ```
//!
//! A review pins its playbook by the hash of its text. So that this text says everything, [`bundle`]
//! puts the text of the playbook extended behind it; a later version of that one changes no old review.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{
    BUILT_IN, Fallback, PlaybookError, Position, RawPlaybook, RawPosition, line_of, read_raw,
};
use crate::profile::ContractType;

/// Stands between a playbook and the one it extends.
pub(super) const SEAM: &str = "\n# ---- the playbook that this one extends ----\n";

/// What a playbook changes of a position it inherits; what is not named stays.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    #[serde(default)]
    numbers: BTreeMap<String, f64>,
    title: Option<String>,
    ask: Option<String>,
    applies_to: Option<Vec<ContractType>>,
    standard: Option<String>,
    fallbacks: Option<Vec<Fallback>>,
    walk_away: Option<String>,
    approver: Option<String>,
}

/// The text of a playbook with that of the one it extends, as a review keeps and hashes it.
///
/// # Errors
/// When the text can't be read, or extends a playbook that does not come with the program.
pub fn bundle(text: &str) -> Result<Cow<'_, str>, PlaybookError> {
    let (own, base) = unbundle(text);
    let raw = read_raw(own)?;
    match raw.extends {
        Some(named) if base.is_none() => {
            let base = built_in(named.get_ref()).ok_or_else(|| no_base(own, &named))?;
            Ok(Cow::Owned(format!("{text}{SEAM}{base}")))
        }
        _ => Ok(Cow::Borrowed(text)),
    }
}

/// A playbook's own text and the text of the one it extends, where that stands behind it.
pub(super) fn unbundle(text: &str) -> (&str, Option<&str>) {
    text.split_once(SEAM)
        .map_or((text, None), |(own, base)| (own, Some(base)))
}

/// The text of the playbook `id` that comes with the program.
pub(super) fn built_in(id: &str) -> Option<&'static str> {
    BUILT_IN
        .into_iter()
        .find(|text| read_raw(text).is_ok_and(|raw| raw.id == id))
}

pub(super) fn no_base(own: &str, named: &Spanned<String>) -> PlaybookError {
    PlaybookError::Unknown {
        line: line_of(own, named.span().start),
        name: named.get_ref().clone(),
        problem: "is no playbook that comes with the program",
    }
}

/// A position of the playbook that is extended, as it is here.
pub(super) struct Inherited {
    /// With the changes made to it.
    pub(super) position: RawPosition,
    /// Its numbers before them.
    pub(super) usual: BTreeMap<String, f64>,
    /// Where it is changed, a byte of the own text.
    pub(super) changed_at: Option<usize>,
    /// It does not count here.
    pub(super) left_out: bool,
}

/// The positions that `raw` (read from `own`) inherits of `base`, changed.
pub(super) fn inherit(
    own: &str,
    raw: &RawPlaybook,
    base: &str,
) -> Result<Vec<Position>, PlaybookError> {
    inherited(own, raw, base)?
        .into_iter()
        .filter(|one| !one.left_out)
        .map(|one| one.position.resolve(base))
        .collect()
}

/// All positions of `base`, those too that `raw` (read from `own`) leaves out.
pub(super) fn inherited(
    own: &str,
    raw: &RawPlaybook,
    base: &str,
) -> Result<Vec<Inherited>, PlaybookError> {
    let base_raw = read_raw(base)?;
    if let Some(further) = &base_raw.extends {
        return Err(PlaybookError::Unknown {
            line: line_of(own, raw.extends.as_ref().map_or(0, |e| e.span().start)),
            name: further.get_ref().clone(),
            problem: "is extended by the playbook that is extended: one step is allowed",
        });
    }
    let there = |id: &str| base_raw.position.iter().any(|p| p.id.get_ref() == id);
    let named = raw.only.iter().chain(&raw.remove).chain(raw.change.keys());
    for id in named {
        if !there(id.get_ref()) {
            return Err(PlaybookError::Unknown {
                line: line_of(own, id.span().start),
                name: id.get_ref().clone(),
                problem: "is no position of the playbook that is extended",
            });
        }
    }
    let mut positions = Vec::new();
    for mut position in base_raw.position {
        let id = position.id.get_ref().clone();
        let listed = |list: &[Spanned<String>]| list.iter().any(|named| *named.get_ref() == id);
        let change = raw.change.iter().find(|(named, _)| *named.get_ref() == id);
        let usual = position.numbers.clone();
        if let Some((named, change)) = change {
            apply(own, named, change, &mut position)?;
        }
        positions.push(Inherited {
            position,
            usual,
            changed_at: change.map(|(named, _)| named.span().start),
            left_out: !raw.only.is_empty() && !listed(&raw.only) || listed(&raw.remove),
        });
    }
    Ok(positions)
}

fn apply(
    own: &str,
    named: &Spanned<String>,
    change: &Change,
    position: &mut RawPosition,
) -> Result<(), PlaybookError> {
    for (name, value) in &change.numbers {
        match position.numbers.get_mut(name) {
            Some(number) => *number = *value,
            None => {
                return Err(PlaybookError::Unknown {
                    line: line_of(own, named.span().start),
                    name: name.clone(),
                    problem: "is no number of that position",
                });
            }
        }
    }
    let Change {
        title,
        ask,
        applies_to,
        standard,
        fallbacks,
        walk_away,
        approver,
        ..
    } = change.clone();
    replace(&mut position.title, title);
    replace(&mut position.ask, ask);
    replace(&mut position.applies_to, applies_to);
    replace(&mut position.standard, standard);
    replace(&mut position.fallbacks, fallbacks);
    replace(&mut position.walk_away, walk_away);
    replace(&mut position.approver, approver);
    Ok(())
}

fn replace<T>(old: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *old = new;
    }
}

#[cfg(test)]
mod tests {
    use super::super::{PROCUREMENT_TOML, Playbook};
    use super::*;

    const HEAD: &str =
        "id = \"ours\"\nname = \"Ours\"\nversion = \"1\"\nextends = \"procurement\"\n";

    #[test]
    fn what_is_not_named_is_inherited_and_what_is_named_is_changed() {
        let text = format!(
            "{HEAD}remove = [\"sla\"]\n[change.cap-low]\nnumbers = {{ min_months = 24 }}\nask = \"Two years, {{min_months}} months.\"\n"
        );
        let ours = Playbook::parse(&text).unwrap();
        let base = Playbook::parse(PROCUREMENT_TOML).unwrap();
        assert_eq!(ours.positions.len(), base.positions.len() - 1);
        let cap = ours
            .positions
            .iter()
            .find(|p| p.check == "cap-low")
            .unwrap();
        assert_eq!(cap.ask, "Two years, 24 months.");
        let kept = ours.positions.iter().find(|p| p.check == "audit").unwrap();
        assert_eq!(
            Some(kept),
            base.positions.iter().find(|p| p.check == "audit")
        );
    }

    #[test]
    fn a_bundle_says_everything_and_is_read_alike() {
        let text = format!("{HEAD}only = [\"cap-low\"]\n");
        let bundled = bundle(&text).unwrap();
        assert!(bundled.starts_with(&text) && bundled.ends_with(PROCUREMENT_TOML));
        assert_eq!(Playbook::parse(&bundled), Playbook::parse(&text));
        assert_eq!(bundle(&bundled).unwrap(), bundled);
        assert_eq!(bundle(PROCUREMENT_TOML).unwrap(), PROCUREMENT_TOML);
        // What a review has pinned stays, whatever the program's own playbook becomes.
        let older = bundled.replace("min_months = 12", "min_months = 18");
        assert_ne!(Playbook::parse(&older), Playbook::parse(&bundled));
    }

    #[test]
    fn what_the_other_playbook_lacks_is_named_with_its_line() {
        let cases = [
            (
                HEAD.replace("procurement", "purchasing"),
                "line 4",
                "purchasing",
            ),
            (format!("{HEAD}remove = [\"slas\"]\n"), "line 5", "slas"),
            (
                format!("{HEAD}[change.slas]\nask = \"x\"\n"),
                "line 5",
                "slas",
            ),
            (
                format!("{HEAD}[change.cap-low]\nnumbers = {{ least = 3 }}\n"),
                "line 5",
                "least",
            ),
            (
                format!("{HEAD}[change.cap-low]\ncolour = \"red\"\n"),
                "line 6",
                "colour",
            ),
        ];
        for (text, line, name) in cases {
            let error = Playbook::parse(&text).unwrap_err().to_string();
            assert!(
                error.contains(line) && error.contains(name),
                "{error}\n{text}"
            );
        }
    }
}
