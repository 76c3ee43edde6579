//! Negation and its scope: whether a sentence says that something holds or that it does not.

use crate::pattern::rx;

/// Whether the words in `range` of a lower-cased sentence are negated, idioms such as "not later
/// than" and "whether or not" aside.
#[must_use]
pub fn is_negated(lower: &str, from: usize, to: usize) -> bool {
    let Some(scope) = lower.get(from..to.min(lower.len())) else {
        return false;
    };
    let idiom = rx!(
        r"not (only|later|less|more|fewer|exceeding|to exceed|limited|unreasonably|withstanding)|no (later|less|more|fewer|earlier|event|case|cost|charge|additional cost|extra cost|additional charge|further)|whether or not|or not|if not|unless .{0,40} not|without (limit|limitation|limiting|prejudice|cause|notice|further|regard|any notice|prior notice|the prior|the consent|the express|consent|such|charge|cost|additional)|not (yet|already|otherwise)|but not|cannot be cured"
    );
    let negative = rx!(r"\b(not|no|never|neither|nor|nothing|none|cannot|without)\b");
    negative.find_iter(scope).any(|word| {
        idiom
            .find_iter(scope)
            .all(|idiom| word.start() < idiom.start() || word.start() >= idiom.end())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negation_is_told_from_idiom() {
        let cases = [
            ("this agreement shall not automatically renew", true),
            ("neither party may assign", true),
            ("nothing in this agreement obliges customer", true),
            ("customer shall have no right to terminate", true),
            ("supplier may never suspend", true),
            (
                "not later than thirty days it shall automatically renew",
                false,
            ),
            ("whether or not disputed, supplier may suspend", false),
            ("supplier may suspend without notice", false),
            ("including, without limitation, renew", false),
            ("supplier may suspend", false),
        ];
        for (text, expect) in cases {
            assert_eq!(is_negated(text, 0, text.len()), expect, "{text}");
        }
    }
}
