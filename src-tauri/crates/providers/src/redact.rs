//! Redaction: personal data of chosen kinds that is replaced before a question leaves, and put back into the
//! answer, so that quotes still stand on the page.
//!
//! What is replaced is known by its form, so this is no promise: an address written "jane at example dot com",
//! a number without a country's code or a label, and above all a name that stands nowhere beside a title, a
//! label ("Name:", "Attn:", "represented by") or in an e-mail address are sent as they are. Names of companies
//! and postal addresses are never replaced.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::{Captures, Regex, RegexBuilder};
use serde::{Deserialize, Serialize};

use crate::request::{EmbedRequest, ModelRequest};

/// Which kinds are replaced; none by default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Redaction {
    /// E-mail addresses.
    pub emails: bool,
    /// Telephone and fax numbers.
    pub phones: bool,
    /// Bank accounts: IBAN, BIC, account numbers, sort codes.
    pub accounts: bool,
    /// Names of people.
    pub names: bool,
}

/// Replaces what a person chose, with the names that are known from the whole contract.
#[derive(Debug, Clone)]
pub struct Redactor {
    kinds: Redaction,
    names: Option<Regex>,
}

/// What stands for what in one question. It prints as a count.
#[derive(Clone, Default)]
pub struct Replaced(Vec<(String, String)>);

impl std::fmt::Debug for Replaced {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Replaced({})", self.0.len())
    }
}

/// Told to the model, so that it keeps the marks as they are.
const ABOUT_MARKS: &str = "Some personal data of the document is replaced by marks in square brackets such as [PERSON-1] or \
     [EMAIL-1]. Copy them exactly as they stand wherever you quote.";

impl Redaction {
    /// Whether anything is replaced at all.
    #[must_use]
    pub fn is_on(self) -> bool {
        self != Self::default()
    }
}

impl Redactor {
    /// For one contract: `whole` is all of its text, in which names are looked for once.
    #[must_use]
    pub fn new(kinds: Redaction, whole: &str) -> Self {
        let names = if kinds.names {
            names_in(whole)
        } else {
            Vec::new()
        };
        Self {
            kinds,
            names: any_of(&names),
        }
    }

    /// What it replaces.
    #[must_use]
    pub fn kinds(&self) -> Redaction {
        self.kinds
    }

    /// The question as it may leave.
    #[must_use]
    pub fn question(&self, request: &ModelRequest) -> (ModelRequest, Replaced) {
        let mut replaced = Replaced::default();
        let user = self.text(&request.user, &mut replaced);
        let system = if replaced.0.is_empty() {
            request.system.clone()
        } else {
            format!("{}\n\n{ABOUT_MARKS}", request.system)
        };
        let request = ModelRequest {
            user,
            system,
            ..request.clone()
        };
        (request, replaced)
    }

    /// Texts to be embedded as they may leave.
    #[must_use]
    pub fn texts(&self, request: &EmbedRequest) -> EmbedRequest {
        let redacted = request.texts.iter().map(|text| {
            // The same marks in every text: what is alike stays alike.
            self.text(text, &mut Replaced::default())
        });
        EmbedRequest {
            texts: redacted.collect(),
            ..request.clone()
        }
    }

    fn text(&self, text: &str, replaced: &mut Replaced) -> String {
        let mut found = Vec::new();
        if self.kinds.emails {
            find(&mut found, &EMAIL, text, "EMAIL");
        }
        if self.kinds.accounts {
            found.extend(ibans(text));
            for pattern in ACCOUNTS.iter() {
                find(&mut found, pattern, text, "ACCOUNT");
            }
        }
        if self.kinds.phones {
            for pattern in PHONES.iter() {
                find(&mut found, pattern, text, "PHONE");
            }
        }
        if self.kinds.names {
            find(&mut found, &TITLED, text, "PERSON");
            if let Some(names) = &self.names {
                find(&mut found, names, text, "PERSON");
            }
        }
        found.sort_by_key(|(kind, start, end)| (*start, std::cmp::Reverse(*end), *kind));
        let mut redacted = String::with_capacity(text.len());
        let mut done = 0;
        for (kind, start, end) in found {
            if start < done {
                continue;
            }
            let (Some(before), Some(what)) = (text.get(done..start), text.get(start..end)) else {
                continue;
            };
            redacted.push_str(before);
            redacted.push_str(&replaced.mark(kind, what, text));
            done = end;
        }
        redacted.push_str(text.get(done..).unwrap_or_default());
        redacted
    }
}

impl Replaced {
    /// The mark that stands for these words: the same words have the same, and none that stands in the text.
    fn mark(&mut self, kind: &str, words: &str, text: &str) -> String {
        if let Some((mark, _)) = self.0.iter().find(|(_, known)| known == words) {
            return mark.clone();
        }
        let taken = |mark: &String| text.contains(mark) || self.0.iter().any(|(m, _)| m == mark);
        let mut number = 1;
        let mark = loop {
            let mark = format!("[{kind}-{number}]");
            if !taken(&mark) {
                break mark;
            }
            number += 1;
        };
        self.0.push((mark.clone(), words.to_owned()));
        mark
    }

    /// An answer in JSON with the document's own words back in their places.
    #[must_use]
    pub fn put_back(&self, answer: &str) -> String {
        self.0
            .iter()
            .fold(answer.to_owned(), |answer, (mark, words)| {
                let escaped = serde_json::Value::from(words.as_str()).to_string();
                let escaped = escaped.trim_start_matches('"');
                let escaped = escaped.strip_suffix('"').unwrap_or(escaped);
                answer.replace(mark, escaped)
            })
    }

    /// How many different things were replaced.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

/// A kind, and where it stands.
type Found = (&'static str, usize, usize);

/// Each match of a pattern; of its group `is`, where it has one.
fn find(found: &mut Vec<Found>, pattern: &Regex, text: &str, kind: &'static str) {
    let stands_alone = |start: usize, end: usize| {
        let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let before = text.get(..start).and_then(|t| t.chars().next_back());
        let after = text.get(end..).and_then(|t| t.chars().next());
        !inside(before) && !inside(after)
    };
    let place = |captures: Captures<'_>| {
        let is = captures.name("is").or_else(|| captures.get(0))?;
        let digits = is.as_str().bytes().filter(u8::is_ascii_digit).count();
        // What goes on behind other digits is a part of a longer number.
        let before = text.get(..is.start()).unwrap_or_default();
        let goes_on = !is.as_str().starts_with('+')
            && before
                .trim_end_matches([' ', '\u{a0}'])
                .ends_with(|c: char| c.is_ascii_digit());
        let enough = kind != "PHONE" || ((7..=15).contains(&digits) && !goes_on);
        (enough && stands_alone(is.start(), is.end())).then(|| (kind, is.start(), is.end()))
    };
    found.extend(pattern.captures_iter(text).filter_map(place));
}

#[expect(
    clippy::expect_used,
    reason = "the patterns are part of the program and a test uses each"
)]
fn pattern(pattern: &str) -> Regex {
    RegexBuilder::new(pattern)
        .size_limit(1 << 24)
        .build()
        .expect("a pattern of redaction")
}

static EMAIL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)[a-z0-9][a-z0-9._%+'-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}")
});

static PHONES: LazyLock<[Regex; 4]> = LazyLock::new(|| {
    [
        // With the country's code.
        pattern(r"(?:\+|\b00)[1-9]\d{0,2}(?:[ .\-/\u{a0}]?\(?\d{1,5}\)?){2,6}"),
        // Behind its label.
        pattern(
            r"(?i)\b(?:tele(?:phone|fon|fax)|tel|phone|fax|mobile|mobil|cell)\b\.?(?:[ \t]*(?:no|number|nr)\b\.?)?[ \t]*:?[ \t]*(?<is>[+(]?\d[\d ()\-./]{5,20}\d)",
        ),
        // As written in North America.
        pattern(r"\(\d{3}\)[ ]?\d{3}[-. ]\d{4}"),
        pattern(r"\b\d{3}[-.]\d{3}[-.]\d{4}"),
    ]
});

static IBAN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b[A-Z]{2}\d{2}(?:[ \u{a0}]?[A-Z0-9]{4}){2,7}(?:[ \u{a0}]?[A-Z0-9]{1,4})?")
});

static ACCOUNTS: LazyLock<[Regex; 4]> = LazyLock::new(|| {
    [
        pattern(
            r"(?i)\b(?:account|acct|a/c|konto)(?:[ -]?(?:number|no|nr|nummer)\b)?\.?[ \t]*:?[ \t]*(?<is>\d(?:[ -]?\d){5,16})",
        ),
        pattern(r"(?i)\bsort[ -]?code\.?[ \t]*:?[ \t]*(?<is>\d{2}[- ]?\d{2}[- ]?\d{2})"),
        pattern(
            r"(?i)\b(?:routing|aba|blz|bankleitzahl)(?:[ -]?(?:number|no|nr)\b)?\.?[ \t]*:?[ \t]*(?<is>\d(?:[ -]?\d){7,8})",
        ),
        pattern(
            r"\b(?i:bic|swift)(?:[ /-]?(?i:code|bic))?[ \t]*:?[ \t]*(?<is>[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)",
        ),
    ]
});

/// IBANs whose check digits are right; what follows one may look like a part of it.
fn ibans(text: &str) -> Vec<Found> {
    let place = |found: regex::Match<'_>| {
        let mut iban = found.as_str();
        loop {
            if is_iban(iban) {
                return Some(("ACCOUNT", found.start(), found.start() + iban.len()));
            }
            iban = iban.get(..iban.rfind([' ', '\u{a0}'])?)?;
        }
    };
    IBAN.find_iter(text).filter_map(place).collect()
}

/// ISO 7064, mod 97-10: the first four characters go to the end, letters count from ten.
fn is_iban(text: &str) -> bool {
    let plain: Vec<u8> = text.bytes().filter(u8::is_ascii_alphanumeric).collect();
    if !(15..=34).contains(&plain.len()) {
        return false;
    }
    let (first, rest) = plain.split_at(4);
    let remainder = rest
        .iter()
        .chain(first)
        .fold(0_u32, |remainder, byte| match byte {
            b'0'..=b'9' => (remainder * 10 + u32::from(byte - b'0')) % 97,
            letter => (remainder * 100 + u32::from(letter - b'A') + 10) % 97,
        });
    remainder == 1
}

/// A word of a name, or an initial.
const WORD: &str =
    r"(?:\p{Lu}[\p{Ll}\p{M}]+(?:['’-]?\p{Lu}[\p{Ll}\p{M}]+)*|\p{Lu}\.|O['’]\p{Lu}\p{Ll}+)";
/// Small words within one.
const SMALL: &str = r"(?:van|von|de|der|den|du|di|da|la|le|zu|del|dos)";
/// Titles before one.
const TITLE: &str = r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Herrn?|Frau|Sir|Madam|Monsieur|Madame)";

/// One to four words of a name, as a pattern.
fn name_words(least: usize) -> String {
    let more = least.saturating_sub(1);
    format!(r"{WORD}(?:[ \t]+(?:{SMALL}[ \t]+){{0,2}}{WORD}){{{more},3}}")
}

/// A name behind its title; the title stays.
static TITLED: LazyLock<Regex> = LazyLock::new(|| {
    let name = name_words(1);
    pattern(&format!(
        r"\b{TITLE}\.?[ \t]+(?:{TITLE}\.?[ \t]+){{0,2}}(?<is>{name})"
    ))
});

/// A name behind a label, of two words at least.
static LABELLED: LazyLock<Regex> = LazyLock::new(|| {
    let (name, capitals) = (
        name_words(2),
        r"\p{Lu}{2,}(?:[ \t]+\p{Lu}\.)?(?:[ \t]+\p{Lu}{2,}){1,2}",
    );
    pattern(&format!(
        r"(?:\b(?i:(?:printed |full )?name|attn|attention|contact(?: person)?|signatory|signed by|by|signature|ansprechpartner(?:in)?|unterzeichner(?:in)?|c/o|fao)[ \t]*[:.][ \t]*|\b(?i:represented by|signed by|vertreten durch|c/o)[ \t]+)(?:{TITLE}\.?[ \t]+){{0,2}}(?<is>{name}|{capitals})"
    ))
});

/// Words that no name of a person holds: what stands behind a label is often an office or a company.
const NO_NAMES: &[&str] = &[
    "account",
    "administrator",
    "ag",
    "agreement",
    "and",
    "board",
    "chief",
    "commercial",
    "company",
    "compliance",
    "contract",
    "corp",
    "corporation",
    "counsel",
    "customer",
    "data",
    "date",
    "department",
    "director",
    "division",
    "executive",
    "finance",
    "financial",
    "general",
    "gmbh",
    "group",
    "head",
    "holding",
    "holdings",
    "inc",
    "information",
    "legal",
    "licensee",
    "licensor",
    "limited",
    "llc",
    "llp",
    "ltd",
    "manager",
    "management",
    "managing",
    "office",
    "officer",
    "operations",
    "partner",
    "party",
    "plc",
    "president",
    "privacy",
    "procurement",
    "provider",
    "purchasing",
    "sales",
    "secretary",
    "security",
    "services",
    "signature",
    "software",
    "solutions",
    "supplier",
    "systems",
    "team",
    "technologies",
    "technology",
    "title",
    "vendor",
    "vice",
];

/// Names of people in a contract: behind titles and labels, and where an e-mail address spells one.
fn names_in(text: &str) -> Vec<String> {
    let mut names = BTreeSet::new();
    let mut take = |name: &str| {
        let words: Vec<&str> = name.split_whitespace().collect();
        let no_name = |word: &&str| {
            let plain = word
                .trim_matches(|c: char| !c.is_alphanumeric())
                .to_lowercase();
            NO_NAMES.contains(&plain.as_str())
        };
        if words.len() >= 2 && !words.iter().any(no_name) {
            names.insert(words.join(" "));
        }
    };
    for pattern in [&*TITLED, &*LABELLED] {
        for captures in pattern.captures_iter(text) {
            if let Some(name) = captures.name("is") {
                take(name.as_str());
            }
        }
    }
    for address in EMAIL.find_iter(text) {
        let local = address.as_str().split('@').next().unwrap_or_default();
        let parts: Vec<String> = local.split(['.', '_']).map(capitalised).collect();
        let spelt = parts.iter().all(|part| {
            part.chars().count() >= 2 && part.chars().all(|c| c.is_alphabetic() || c == '-')
        });
        if spelt {
            take(&parts.join(" "));
        }
    }
    names.into_iter().collect()
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// Any of these names, however it is spaced and written large; longer ones first.
fn any_of(names: &[String]) -> Option<Regex> {
    if names.is_empty() {
        return None;
    }
    let mut names: Vec<&String> = names.iter().collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let names: Vec<String> = names
        .into_iter()
        .map(|name| {
            let words: Vec<String> = name.split_whitespace().map(regex::escape).collect();
            words.join(r"\s+")
        })
        .collect();
    // More names than any contract has would make no pattern; then only titles are gone by.
    RegexBuilder::new(&format!("(?i)(?:{})", names.join("|")))
        .size_limit(1 << 26)
        .build()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Redaction = Redaction {
        emails: true,
        phones: true,
        accounts: true,
        names: true,
    };

    fn request(user: &str) -> ModelRequest {
        ModelRequest {
            model: "m".to_owned(),
            system: "Read.".to_owned(),
            user: user.to_owned(),
            schema: None,
            max_output_tokens: 1,
            temperature: 0.0,
            seed: None,
        }
    }

    fn redacted(kinds: Redaction, text: &str) -> String {
        Redactor::new(kinds, text).question(&request(text)).0.user
    }

    #[test]
    fn each_kind_is_known_by_its_form() {
        for (text, expected) in [
            (
                "Write to jane.doe+x@mail.example.co.uk.",
                "Write to [EMAIL-1].",
            ),
            ("Call +49 (0)30 1234-5678 now", "Call [PHONE-1] now"),
            ("Call 0041 44 668 18 00.", "Call [PHONE-1]."),
            (
                "Tel.: 030 / 901820, Fax no. 030 901821",
                "Tel.: [PHONE-1], Fax no. [PHONE-2]",
            ),
            (
                "Phone (212) 555-0143 or 212-555-0144",
                "Phone [PHONE-1] or [PHONE-2]",
            ),
            ("IBAN DE89 3704 0044 0532 0130 00 at", "IBAN [ACCOUNT-1] at"),
            (
                "to GB82WEST12345698765432, BIC: DEUTDEFF500",
                "to [ACCOUNT-1], BIC: [ACCOUNT-2]",
            ),
            (
                "IBAN: NL91 ABNA 0417 1643 00 DATE",
                "IBAN: [ACCOUNT-1] DATE",
            ),
            (
                "Account number: 12345678, sort code 20-00-00",
                "Account number: [ACCOUNT-1], sort code [ACCOUNT-2]",
            ),
            ("routing number 021000021", "routing number [ACCOUNT-1]"),
            (
                "Mr. Jan van der Berg and Dr Li agree",
                "Mr. [PERSON-1] and Dr [PERSON-2] agree",
            ),
            (
                "Attn: Mary-Ann O'Neil\nMary-Ann O'Neil signs",
                "Attn: [PERSON-1]\n[PERSON-1] signs",
            ),
            (
                "represented by Frau Dr. Eva Müller",
                "represented by Frau Dr. [PERSON-1]",
            ),
        ] {
            assert_eq!(redacted(ALL, text), expected);
        }
        let address = "max.muster@example.com asks Max  Muster, MAX MUSTER too";
        let expected = "[EMAIL-1] asks [PERSON-1], [PERSON-2] too";
        assert_eq!(redacted(ALL, address), expected);
        assert_eq!(
            redacted(ALL, "Name: JANE DOE\nTitle: CEO"),
            "Name: [PERSON-1]\nTitle: CEO"
        );
    }

    #[test]
    fn what_a_contract_turns_on_is_left_as_it_is() {
        for text in [
            "The fee is EUR 1,250,000.00 a year from 2026-01-31 to 31.12.2028.",
            "Clause 12.3.4 and section 10.2; 90 days; 99.95 %; order 4500012345.",
            "Attention: General Counsel. By: Acme Holdings Limited",
            "Contact: Legal Department; Name: Supplier Ltd",
            "within 00 hours, version 3.14.159, part AB12 3456 7890",
            "Tel. 3.2 does not apply. Account is taken of 12 months.",
        ] {
            assert_eq!(redacted(ALL, text), text);
        }
    }

    #[test]
    fn what_is_missed_is_known() {
        for text in [
            "Contact Jane Doe at jane (at) example.com.",
            "Our office is at 12 High Street; ring 668 18 00.",
        ] {
            assert_eq!(redacted(ALL, text), text, "say so where it is chosen");
        }
    }

    #[test]
    fn only_chosen_kinds_are_replaced() {
        let text = "Mr Doe, doe@example.com, +44 20 7946 0000, DE89 3704 0044 0532 0130 00";
        assert_eq!(redacted(Redaction::default(), text), text);
        let phones = Redaction {
            phones: true,
            ..Redaction::default()
        };
        assert_eq!(
            redacted(phones, text),
            text.replace("+44 20 7946 0000", "[PHONE-1]")
        );
        assert!(phones.is_on() && !Redaction::default().is_on());
    }

    #[test]
    fn an_answer_gets_the_documents_words_back() {
        let text =
            "Notice goes to Mr Sean O'\u{201c}Brien; [EMAIL-1] is no mark. Mail a.b@example.com";
        let (asked, replaced) = Redactor::new(ALL, text).question(&request(text));
        assert!(asked.user.contains("[EMAIL-2]"), "{}", asked.user);
        assert!(asked.system.starts_with("Read.\n") && asked.system.contains("[PERSON-1]"));
        let quote = asked.user.replace('"', "\\\"");
        let answer = format!("{{\"quote\": \"{quote}\"}}");
        let back: serde_json::Value = serde_json::from_str(&replaced.put_back(&answer)).unwrap();
        assert_eq!(back["quote"], text);
        assert!(!format!("{replaced:?}").contains("example.com"));
        assert_eq!(replaced.count(), 2);
    }

    #[test]
    fn without_anything_to_replace_the_question_is_the_same() {
        let text = "The Supplier shall deliver.";
        let (asked, replaced) = Redactor::new(ALL, text).question(&request(text));
        assert_eq!(asked, request(text));
        assert_eq!(replaced.count(), 0);
    }
}
