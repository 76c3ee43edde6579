//! Names of files: what a contract is called may hold anything, what is saved must be a plain name.

use countersign_contracts::clause::Side;

use crate::format::ExportFormat;
use crate::say;
use crate::source::Source;

/// Longest stem kept, bytes: with suffix and ending it stays under the 255 of most file systems.
const LONGEST_STEM: usize = 180;

/// Names that Windows keeps for devices, whatever ending follows.
const RESERVED: &[&str] = &["con", "prn", "aux", "nul", "conin$", "conout$"];

/// A file name without its ending.
#[must_use]
pub fn stem(file: &str) -> &str {
    match file.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.len() <= 5 && !ending.contains(' ') => {
            stem
        }
        _ => file,
    }
}

/// The name of an export by a person's own pattern, in which `{contract}` (the file's name), `{supplier}`,
/// `{decision}`, `{reviewed}` (the day) and `{form}` stand for what they say. Anything else stays as it is.
#[must_use]
pub fn name_by(pattern: &str, source: &Source<'_>, format: ExportFormat) -> String {
    let contract = &source.report.contract;
    let supplier = contract
        .parties
        .iter()
        .find(|party| party.side == Side::Theirs)
        .map_or("", |party| &party.name);
    let fields = [
        ("contract", stem(&contract.file)),
        ("supplier", supplier),
        ("decision", say::proposal(source.report.summary.proposal)),
        ("reviewed", &source.reviewed_on().to_iso()),
        ("form", format.id()),
    ];
    // One pass: what a field says is not looked at for fields again.
    let mut name = String::new();
    let mut rest = pattern;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        name.push_str(before);
        let field = fields.iter().find_map(|(field, said)| {
            let after = from
                .strip_prefix('{')?
                .strip_prefix(field)?
                .strip_prefix('}')?;
            Some((*said, after))
        });
        let (said, after) = field.unwrap_or_else(|| from.split_at(1));
        name.push_str(said);
        rest = after;
    }
    name.push_str(rest);
    safe_name(&name, "", format.ending())
}

/// A name that every system takes and that names no folder: no separators, control or direction
/// characters, no device, nothing hidden, not too long.
#[must_use]
pub fn safe_name(stem: &str, suffix: &str, ending: &str) -> String {
    let plain: String = stem
        .chars()
        .map(|c| if is_plain(c) { c } else { '_' })
        .collect();
    let mut plain = plain.trim_matches([' ', '.']).to_owned();
    let mut length = plain.len().min(LONGEST_STEM);
    while !plain.is_char_boundary(length) {
        length -= 1;
    }
    plain.truncate(length);
    let plain = plain.trim_end_matches([' ', '.']);
    let plain = if plain.is_empty() { "contract" } else { plain };
    let mark = if is_reserved(plain) { "_" } else { "" };
    format!("{mark}{plain}{suffix}.{ending}")
}

fn is_plain(c: char) -> bool {
    let turns_direction =
        matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let separates = matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{200b}');
    !(c.is_control() || turns_direction || separates || r#"/\:*?"<>|"#.contains(c))
}

fn is_reserved(stem: &str) -> bool {
    let first = stem
        .split('.')
        .next()
        .unwrap_or_default()
        .trim_end()
        .to_lowercase();
    let port = ["com", "lpt"]
        .iter()
        .find_map(|kind| first.strip_prefix(kind));
    RESERVED.contains(&first.as_str())
        || port.is_some_and(|number| {
            matches!(
                number,
                "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_real_ending_is_taken_off() {
        assert_eq!(stem("supply.pdf"), "supply");
        assert_eq!(stem("Acme Inc. Agreement"), "Acme Inc. Agreement");
        assert_eq!(stem(".pdf"), ".pdf");
    }

    #[test]
    fn a_name_is_one_plain_name_whatever_the_contract_is_called() {
        let cases = [
            ("supply", "supply.md"),
            ("../../etc/passwd", "_.._etc_passwd.md"),
            ("..\\..\\boot", "_.._boot.md"),
            ("a\r\nSet-Cookie: x", "a__Set-Cookie_ x.md"),
            ("C:\\x", "C__x.md"),
            ("gpj.\u{202e}fdp", "gpj._fdp.md"),
            ("", "contract.md"),
            ("...", "contract.md"),
            (" .hidden. ", "hidden.md"),
            ("NUL", "_NUL.md"),
            ("com1.backup", "_com1.backup.md"),
            ("COM¹", "_COM¹.md"),
            ("company", "company.md"),
            ("Größe 中文", "Größe 中文.md"),
            ("a\0b\u{7f}c", "a_b_c.md"),
        ];
        for (given, expected) in cases {
            assert_eq!(safe_name(given, "", "md"), expected, "{given:?}");
        }
        let long = safe_name(&"ü".repeat(400), " - summary", "pdf");
        assert!(
            long.len() <= 200 && long.ends_with("ü - summary.pdf"),
            "{long}"
        );
    }
}
