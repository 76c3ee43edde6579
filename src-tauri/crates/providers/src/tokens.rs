//! How many tokens a text may be, without the tokenizer of any model.

/// An upper estimate of the tokens of a text, for any script and any of the usual tokenizers.
///
/// Tokenizers split text in words and rare words in pieces, never into more pieces than bytes. Each kind
/// of character is counted with the share of a token that the poorest of the usual tokenizers gives it,
/// then a fifth is added for the marks of the conversation and for words rarer than a contract's. The
/// estimate is never under a sixth of the bytes and never over their number plus four.
pub fn estimate_tokens(text: &str) -> u32 {
    let mut hundredths: u64 = 0;
    let mut previous = ' ';
    for character in text.chars() {
        hundredths += weight(previous, character);
        previous = character;
    }
    let padded = (hundredths * 12).div_ceil(1_000);
    let bytes = text.len() as u64;
    let tokens = padded.max(bytes.div_ceil(6)).min(bytes) + MARKS;
    u32::try_from(tokens).unwrap_or(u32::MAX)
}

/// The marks around one message.
const MARKS: u64 = 4;

/// Hundredths of a token for a character.
fn weight(previous: char, character: char) -> u64 {
    match character {
        // A blank is part of the word behind it; a run of them is counted by each.
        ' ' if previous != ' ' => 0,
        'a'..='z' => 25,
        // Headings in capitals fall into many pieces.
        'A'..='Z' if previous.is_ascii_uppercase() => 50,
        'A'..='Z' => 40,
        // Some give each digit a token of its own.
        '0'..='9' => 100,
        _ => match character.len_utf8() {
            1 => 100,
            2 => 100,
            3 => 200,
            _ => 300,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_english_is_overestimated_by_less_than_twice() {
        // 16 tokens with the tokenizer of GPT-4.
        let text =
            "The Supplier's total liability shall not exceed the fees paid in the preceding year.";
        let tokens = estimate_tokens(text);
        assert!((16..=40).contains(&tokens), "{tokens}");
    }

    #[test]
    fn each_script_is_covered() {
        for (text, real) in [
            ("责任限制在合同总价的百分之二十", 15),
            ("Ответственность Поставщика ограничена", 12),
            ("§ 1.2.3 — 1,000,000.00 EUR", 18),
        ] {
            assert!(estimate_tokens(text) >= real, "{text}");
        }
    }
}
