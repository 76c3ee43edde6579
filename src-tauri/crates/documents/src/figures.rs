//! Numbers as lists show them: `IV`, `aa`, `Twenty-First`.

/// The figures of a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Figures {
    Decimal,
    /// At least so many digits.
    Padded(u8),
    UpperRoman,
    LowerRoman,
    UpperLetter,
    LowerLetter,
    /// `1st`.
    Ordinal,
    /// `One`.
    CardinalText,
    /// `First`.
    OrdinalText,
    /// `- 1 -`.
    Dashes,
    /// `*`, `†`, `‡`, `§`.
    Chicago,
    Hexadecimal,
    /// `(1)`.
    Enclosed,
    Bullet,
    None,
}

const ONES: [&str; 20] = [
    "Zero",
    "One",
    "Two",
    "Three",
    "Four",
    "Five",
    "Six",
    "Seven",
    "Eight",
    "Nine",
    "Ten",
    "Eleven",
    "Twelve",
    "Thirteen",
    "Fourteen",
    "Fifteen",
    "Sixteen",
    "Seventeen",
    "Eighteen",
    "Nineteen",
];
const TENS: [&str; 10] = [
    "", "Ten", "Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety",
];

impl Figures {
    /// As OOXML names them.
    pub fn named(name: &str, format: &str) -> Self {
        match name {
            "upperRoman" => Self::UpperRoman,
            "lowerRoman" => Self::LowerRoman,
            "upperLetter" => Self::UpperLetter,
            "lowerLetter" => Self::LowerLetter,
            "ordinal" => Self::Ordinal,
            "cardinalText" => Self::CardinalText,
            "ordinalText" => Self::OrdinalText,
            "decimalZero" => Self::Padded(2),
            "numberInDash" => Self::Dashes,
            "chicago" => Self::Chicago,
            "hex" => Self::Hexadecimal,
            "decimalEnclosedParen" => Self::Enclosed,
            "bullet" => Self::Bullet,
            "none" => Self::None,
            // `001, 002, 003, …`: as many digits as the first has.
            "custom" => {
                let first = format.split(',').next().unwrap_or("").trim();
                let digits = first.chars().filter(char::is_ascii_digit).count();
                Self::Padded(u8::try_from(digits.clamp(1, 9)).unwrap_or(1))
            }
            _ => Self::Decimal,
        }
    }

    /// A number in these figures.
    pub fn show(self, value: u32) -> String {
        match self {
            Self::Decimal => value.to_string(),
            Self::Padded(digits) => format!("{value:0width$}", width = usize::from(digits)),
            Self::UpperRoman => roman(value),
            Self::LowerRoman => roman(value).to_lowercase(),
            Self::UpperLetter => letters(value).to_uppercase(),
            Self::LowerLetter => letters(value),
            Self::Ordinal => format!("{value}{}", ending(value)),
            Self::CardinalText => capitalised(&cardinal(value)),
            Self::OrdinalText => capitalised(&ordinal(value)),
            Self::Dashes => format!("- {value} -"),
            Self::Chicago => chicago(value),
            Self::Hexadecimal => format!("{value:X}"),
            Self::Enclosed => format!("({value})"),
            Self::Bullet | Self::None => String::new(),
        }
    }
}

fn roman(value: u32) -> String {
    const SIGNS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if value == 0 || value > 32_767 {
        return value.to_string();
    }
    let mut rest = value;
    let mut shown = String::new();
    for (worth, sign) in SIGNS {
        while rest >= worth {
            shown.push_str(sign);
            rest -= worth;
        }
    }
    shown
}

/// `a` to `z`, then `aa`, `bb`, … as Word does.
fn letters(value: u32) -> String {
    let Some(at) = value.checked_sub(1) else {
        return value.to_string();
    };
    if at >= 26 * 30 {
        return value.to_string();
    }
    let letter = char::from(b'a' + u8::try_from(at % 26).unwrap_or(0));
    std::iter::repeat_n(letter, at as usize / 26 + 1).collect()
}

fn ending(value: u32) -> &'static str {
    match (value % 10, value % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    }
}

fn cardinal(value: u32) -> String {
    let name =
        |table: &[&str], at: u32| table.get(at as usize).copied().unwrap_or("").to_lowercase();
    match value {
        0..20 => name(&ONES, value),
        20..100 if value.is_multiple_of(10) => name(&TENS, value / 10),
        20..100 => format!("{}-{}", name(&TENS, value / 10), name(&ONES, value % 10)),
        100..1000 if value.is_multiple_of(100) => format!("{} hundred", name(&ONES, value / 100)),
        100..1000 => format!(
            "{} hundred {}",
            name(&ONES, value / 100),
            cardinal(value % 100)
        ),
        _ => value.to_string(),
    }
}

fn ordinal(value: u32) -> String {
    let text = cardinal(value);
    let at = text.rfind(['-', ' ']).map_or(0, |at| at + 1);
    let (head, last) = text.split_at(at);
    let last = match last {
        "one" => "first".to_owned(),
        "two" => "second".to_owned(),
        "three" => "third".to_owned(),
        "five" => "fifth".to_owned(),
        "eight" => "eighth".to_owned(),
        "nine" => "ninth".to_owned(),
        "twelve" => "twelfth".to_owned(),
        other => match other.strip_suffix('y') {
            Some(stem) => format!("{stem}ieth"),
            None => format!("{other}th"),
        },
    };
    format!("{head}{last}")
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

fn chicago(value: u32) -> String {
    let Some(at) = value.checked_sub(1) else {
        return String::new();
    };
    let signs = ['*', '†', '‡', '§'];
    let sign = signs.get(at as usize % 4).copied().unwrap_or('*');
    std::iter::repeat_n(sign, (at as usize / 4 + 1).min(20)).collect()
}

/// A bullet as it looks: fonts of symbols keep theirs in a private range.
pub(crate) fn bullet(text: &str) -> String {
    text.chars().map(symbol).collect()
}

/// A character of a symbol font by its usual look.
pub(crate) fn symbol(c: char) -> char {
    match c {
        '\u{f0b7}' | '\u{f06c}' | '\u{f09f}' => '•',
        '\u{f0a7}' | '\u{f06e}' => '▪',
        '\u{f0d8}' => '➢',
        '\u{f0fc}' => '✓',
        '\u{f0e0}' => '→',
        '\u{f06f}' | '\u{f0a8}' | '\u{f071}' => '☐',
        '\u{f0fe}' | '\u{f054}' | '\u{f078}' => '☒',
        '\u{f052}' => '☑',
        '\u{f02d}' => '–',
        '\u{f020}'..='\u{f07e}' => char::from_u32(c as u32 - 0xf000).unwrap_or(c),
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_as_word_shows_them() {
        let shown = |figures: Figures, values: &[u32]| {
            let shown: Vec<String> = values.iter().map(|v| figures.show(*v)).collect();
            shown.join(" ")
        };
        assert_eq!(
            shown(Figures::UpperRoman, &[1, 4, 9, 14, 40, 99]),
            "I IV IX XIV XL XCIX"
        );
        assert_eq!(
            shown(Figures::LowerLetter, &[1, 26, 27, 28, 53]),
            "a z aa bb aaa"
        );
        assert_eq!(
            shown(Figures::Ordinal, &[1, 2, 3, 4, 11, 21, 112]),
            "1st 2nd 3rd 4th 11th 21st 112th"
        );
        assert_eq!(
            shown(Figures::OrdinalText, &[1, 12, 20, 21]),
            "First Twelfth Twentieth Twenty-first"
        );
        assert_eq!(
            shown(Figures::CardinalText, &[7, 40, 99, 101]),
            "Seven Forty Ninety-nine One hundred one"
        );
        assert_eq!(
            shown(Figures::named("custom", "001, 002, 003, ..."), &[1, 42]),
            "001 042"
        );
        assert_eq!(shown(Figures::named("decimalZero", ""), &[9, 10]), "09 10");
        assert_eq!(shown(Figures::Chicago, &[1, 2, 5]), "* † **");
    }
}
