//! How legal text counts: roman numbers, and the words for the parts attached to a contract.

/// Words that start a part with a numbering of its own.
pub(crate) const PARTS: [&str; 6] = [
    "schedule",
    "exhibit",
    "annex",
    "appendix",
    "attachment",
    "addendum",
];

/// Whether words begin with one for a part: `SCHEDULE 2`, `Exhibit A`.
pub(crate) fn is_part(words: &str) -> bool {
    let lower = words.to_lowercase();
    PARTS.iter().any(|part| lower.starts_with(part))
}

/// The value of a roman number in one case.
pub(crate) fn roman_value(text: &str) -> Option<u32> {
    let lower = text.chars().all(|c| c.is_ascii_lowercase());
    if text.is_empty() || text.len() > 7 || !(lower || text.chars().all(|c| c.is_ascii_uppercase()))
    {
        return None;
    }
    let mut total = 0;
    let mut last = 0;
    for c in text.chars().rev() {
        let value = match c.to_ascii_lowercase() {
            'i' => 1,
            'v' => 5,
            'x' => 10,
            'l' => 50,
            'c' => 100,
            'd' => 500,
            'm' => 1000,
            _ => return None,
        };
        if value < last {
            total -= value;
        } else {
            total += value;
            last = value;
        }
    }
    u32::try_from(total)
        .ok()
        .filter(|t| *t > 0 && to_roman(*t) == text.to_lowercase())
}

fn to_roman(mut value: u32) -> String {
    const STEPS: [(u32, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    let mut text = String::new();
    for (step, letters) in STEPS {
        while value >= step {
            text.push_str(letters);
            value -= step;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roman_numbers_have_one_case_and_one_form() {
        let cases = [
            ("i", Some(1)),
            ("iv", Some(4)),
            ("XIX", Some(19)),
            ("mcmxc", Some(1990)),
            ("iiii", None),
            ("vx", None),
            ("Iv", None),
            ("a", None),
            ("", None),
        ];
        for (text, expect) in cases {
            assert_eq!(roman_value(text), expect, "{text}");
        }
    }

    #[test]
    fn a_part_begins_with_its_word() {
        assert!(is_part("SCHEDULE 2: Levels") && is_part("Exhibit A"));
        assert!(!is_part("The Schedule") && !is_part("Article 2"));
    }
}
