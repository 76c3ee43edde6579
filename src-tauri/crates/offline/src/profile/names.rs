//! Names of companies and persons in running words.

use super::sides::role_weight_exact;
use crate::pattern::rx_printed;

/// Whether words name somebody: not a role, not only the form of a company.
pub(super) fn is_own_name(words: &str) -> bool {
    let lower = words.to_lowercase();
    role_weight_exact(&lower) == 0
        && ![
            "company",
            "bank",
            "holding company",
            "parent company",
            "board",
            "agent",
        ]
        .contains(&lower.as_str())
        && !words.split_whitespace().all(is_form)
}

impl Name {
    /// Whether the name leads in what it stands in: "between Tom Watson, hereinafter …".
    pub(super) fn near(&self, before: &str) -> bool {
        self.joined || self.start < 40 || before.len() - self.start < 160
    }
}

/// A run of capitalised words that may be a party's name.
pub(super) struct Name {
    pub(super) words: String,
    /// Where it starts in the words searched (bytes).
    pub(super) start: usize,
    /// It ends as companies' names end.
    pub(super) company: bool,
    /// It follows "between", "and", a number or a comma, as a party in a list does.
    pub(super) joined: bool,
    /// It stands right behind "between".
    pub(super) led: bool,
    /// Behind it stands what it is or where: "a Delaware corporation", "whose registered office".
    pub(super) described: bool,
}

/// Forms in law, without stops and brackets; they end a name unless another one follows.
const LEGAL_FORMS: [&str; 42] = [
    "inc",
    "incorporated",
    "llc",
    "lc",
    "ltd",
    "limited",
    "corp",
    "corporation",
    "lp",
    "llp",
    "lllp",
    "plc",
    "gmbh",
    "ag",
    "sa",
    "nv",
    "bv",
    "ab",
    "oy",
    "spa",
    "srl",
    "sarl",
    "kg",
    "pte",
    "pty",
    "ltda",
    "kk",
    "fsb",
    "na",
    "gie",
    "sl",
    "aktiengesellschaft",
    "sas",
    "sdn",
    "bhd",
    "berhad",
    "asa",
    "aps",
    "oyj",
    "kgaa",
    "sro",
    "bvba",
];

/// Forms that stand in front of the name.
const LEADING_FORMS: [&str; 7] = ["jsc", "ojsc", "cjsc", "oao", "zao", "ooo", "pt"];

/// Other words that companies' names end in, without stops and brackets; they may stand in its middle.
const FORMS: [&str; 18] = [
    "company",
    "co",
    "as",
    "trust",
    "bank",
    "university",
    "association",
    "partnership",
    "foundation",
    "group",
    "holdings",
    "partners",
    "institute",
    "center",
    "fund",
    "society",
    "rl",
    "sàrl",
];

/// What stands before "Company" or "Corporation" where no company is named.
const COMMON_COMPANIES: [&str; 21] = [
    "liability",
    "operating",
    "parent",
    "holding",
    "manufacturing",
    "management",
    "venture",
    "insurance",
    "surviving",
    "acquiring",
    "delaware",
    "public",
    "private",
    "newly",
    "trust",
    "project",
    "said",
    "target",
    "california",
    "nevada",
    "york",
];

/// Words that begin with a capital and name nobody.
const NO_NAMES: [&str; 89] = [
    "preamble",
    "background",
    "introduction",
    "overview",
    "the",
    "this",
    "these",
    "that",
    "by",
    "and",
    "between",
    "among",
    "amongst",
    "dated",
    "date",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "exhibit",
    "page",
    "agreement",
    "amendment",
    "contract",
    "effective",
    "a",
    "an",
    "each",
    "hereinafter",
    "party",
    "parties",
    "whose",
    "with",
    "of",
    "to",
    "in",
    "for",
    "as",
    "on",
    "at",
    "suite",
    "street",
    "address",
    "attention",
    "ladies",
    "dear",
    "gentlemen",
    "source",
    "confidential",
    "made",
    "entered",
    "into",
    "is",
    "or",
    "from",
    "article",
    "section",
    "schedule",
    "whereas",
    "such",
    "recitals",
    "form",
    "sections",
    "rule",
    "subject",
    "pursuant",
    "attachment",
    "attachments",
    "appendix",
    "annex",
    "services",
    "any",
    "all",
    "no",
    "if",
    "project",
    "products",
    "authorized",
    "summary",
    "prior",
    "administrator",
];

/// The names in some words, in order.
pub(super) fn names_in(text: &str) -> Vec<Name> {
    let tokens: Vec<(usize, &str)> = token_places(text);
    let mut names = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let Some((start, _)) = tokens.get(at) else {
            break;
        };
        let length = run_length(text, &tokens[at..]);
        if length == 0 {
            at += 1;
            continue;
        }
        let run = &tokens[at..at + length];
        let end = run
            .last()
            .map_or(*start, |(place, word)| place + word.len());
        let words = text.get(*start..end).unwrap_or("");
        let words = words.trim_end_matches([',', ';', ':', ' ', '(']).trim();
        let before = text.get(..*start).unwrap_or("").trim_end();
        let descriptor = rx_printed!(
            r"(?i)(?:\ban?|\blaws of(?: the)?|\bstate of|\bdivision of|\bsubsidiary of|\baffiliate of|\bon behalf of|\blocated (?:at|in)|\bbusiness (?:at|in)|\boffices? (?:at|in|located at)|\brepresented by|\bof|\bin|\bat|\bits|\bsubsidiaries?|\bsource:|\bf/k/a|\bformerly|\badministrator for|\bof the)(?: the)?$"
        );
        let leads = rx_printed!(r"(?i)\b(?:between|among|amongst)(?: the)?:?$");
        let described = rx_printed!(
            r"^[\s,;]*(?:\([^)]{0,60}\)[\s,]*)?(?:an? (?:[\w.-]+ ){0,4}(?:corporation|company|partnership|bank|trust|association|limited|individual|Corporation|Company|L\.?L\.?C|person|citizen|resident)\b|(?:organi[sz]ed|incorporated|existing|registered) (?:and|under|in)\b|whose (?:registered|principal|address|place|head)|(?:having|with|maintaining) (?:its |an? |his |her |their )?(?:registered|principal|offices?|address|place|head|chief)|residing (?:at|in)|not (?:in its individual capacity|individually)\b|hereinafter\b)"
        );
        let joins = rx_printed!(
            r"(?i)(?:\b(?:between|among|amongst|and|with|by|parties|from|golfer,?|gentlemen:?|in favou?r of)(?: the)?:?|\(?\d\)|\d\.|\(?[a-z]\)|;)$"
        );
        // "a joint venture comprised of Acme, Inc. and Beta LLC" names its members.
        let members = rx_printed!(
            r"(?i)\b(?:compris(?:ed of|ing)|consist(?:s|ing) of|composed of)(?: the)?:?$"
        );
        let describes = |before: &str| descriptor.is_match(before) && !members.is_match(before);
        let company = is_company(words);
        let digits = words.starts_with(|c: char| c.is_ascii_digit()) && !company;
        if words.len() >= 3 && words.len() <= 120 && !digits && !describes(before) {
            names.push(Name {
                words: words.to_owned(),
                start: *start,
                company,
                joined: joins.is_match(before),
                led: leads.is_match(before),
                described: described.is_match(text.get(end..).unwrap_or("")),
            });
        }
        // "laws of Singapore and Ability Industries Ltd": what is described ends before "and".
        let told = digits || describes(before);
        let and = || {
            run.iter()
                .position(|(_, word)| word.eq_ignore_ascii_case("and"))
        };
        at += told.then(and).flatten().map_or(length, |and| and + 1);
    }
    names
}

fn token_places(text: &str) -> Vec<(usize, &str)> {
    text.split_whitespace()
        .map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
        .collect()
}

fn bare(word: &str) -> String {
    word.chars()
        .filter(|c| c.is_alphanumeric())
        .collect::<String>()
        .to_lowercase()
}

fn is_form(word: &str) -> bool {
    is_legal_form(word) || FORMS.contains(&bare(word).as_str())
}

fn is_legal_form(word: &str) -> bool {
    LEGAL_FORMS.contains(&bare(word).as_str())
}

/// Whether words name a company: they end in its form, or hold it ("Insurance Corporation of America").
pub(super) fn is_company(words: &str) -> bool {
    let all: Vec<&str> = words.split_whitespace().collect();
    let common = matches!(all.as_slice(), [.., before, last]
        if all.len() <= 3 && !is_legal_form_short(last) && COMMON_COMPANIES.contains(&bare(before).as_str()));
    let ends = all.last().is_some_and(|word| is_form(word));
    let holds = all.iter().skip(1).any(|word| is_legal_form(word));
    let leads = all
        .first()
        .is_some_and(|word| LEADING_FORMS.contains(&bare(word).as_str()));
    all.len() > 1 && (ends || holds || leads) && !common
}

/// "Inc." and "Ltd", which never stand in common words as "corporation" does.
fn is_legal_form_short(word: &str) -> bool {
    is_legal_form(word) && bare(word) != "corporation" && bare(word) != "limited"
}

/// "Baidu Online (Beijing) Co., Ltd.": a place in brackets within a name, how many tokens it takes.
fn bracketed(tokens: &[(usize, &str)]) -> Option<usize> {
    let end = tokens
        .iter()
        .take(3)
        .position(|(_, word)| word.ends_with(')'))?;
    let inner = tokens.get(..=end)?;
    let proper = inner.iter().all(|(_, word)| {
        word.trim_start_matches('(').starts_with(char::is_uppercase)
            && !word.contains(['"', '“', '”'])
    });
    let goes_on = tokens.get(end + 1).is_some_and(|(_, next)| {
        next.trim_start_matches('(').starts_with(char::is_uppercase)
            && !NO_NAMES.contains(&bare(next).as_str())
    });
    (proper && goes_on && inner.first()?.1.starts_with('(')).then_some(end + 1)
}

/// How many tokens from the first one make a name.
fn run_length(text: &str, tokens: &[(usize, &str)]) -> usize {
    let mut length = 0;
    let mut formed = false;
    let mut skip = 0;
    for (at, (_, word)) in tokens.iter().enumerate() {
        if skip > 0 {
            skip -= 1;
            length = at + 1;
            continue;
        }
        let word = *word;
        if at > 0 && begins_paragraph(text, tokens, at) {
            break;
        }
        let plain = bare(word);
        let next = tokens.get(at + 1).map_or("", |(_, next)| *next);
        let capital = begins_a_name(word) || is_lower_name(word, next);
        let next_capital = next.starts_with(|c: char| c.is_uppercase());
        let joiner = ["of", "the", "and", "for", "de", "du", "y", "&", "+"]
            .contains(&word.to_lowercase().as_str());
        // "the At Home Corporation": a small word that begins a name.
        let begins =
            at == 0 && plain == "at" && tokens.get(2).is_some_and(|(_, word)| is_legal_form(word));
        let nobody = !begins && (joiner || NO_NAMES.contains(&plain.as_str())) || plain.is_empty();
        if at == 0 && (!capital || nobody || is_item_number(word)) {
            return 0;
        }
        if at > 0 && !formed && word.starts_with('(') {
            match bracketed(&tokens[at..]) {
                Some(taken) => {
                    skip = taken - 1;
                    length = at + 1;
                    continue;
                }
                None => break,
            }
        }
        let all_capitals =
            word.chars().any(char::is_alphabetic) && !word.chars().any(char::is_lowercase);
        let stops = NO_NAMES.contains(&plain.as_str())
            && !begins
            && !joiner
            && !(plain == "as" && (all_capitals && formed || word.contains('/')))
            && !["services", "products", "project"].contains(&plain.as_str());
        if word.starts_with(['(', '[', '"', '“']) && at > 0 || stops {
            break;
        }
        // Behind the form stands an address, unless the form goes on: "Co., Ltd.", "Pty Ltd".
        if formed && !is_form(word) && !joiner {
            break;
        }
        let number = word.trim_end_matches(',');
        if (at > 1 && number.len() >= 3 || at > 0 && number.len() >= 5)
            && number.chars().all(|c| c.is_ascii_digit() || c == '-')
        {
            break;
        }
        let the_company = word.eq_ignore_ascii_case("the") && !is_own_name(next);
        if the_company {
            break;
        }
        if joiner && word != "&" {
            // "Acme, Inc. and Beta Ltd" are two names, "Savings and Loan Association" is one.
            if formed && word != "of" || !next_capital {
                break;
            }
            if formed {
                formed = false;
            }
            continue;
        }
        let short_form = is_legal_form_short(word) || plain == "co";
        if !capital && word != "&" && !short_form {
            break;
        }
        length = at + 1;
        formed = formed || is_legal_form(word) && at > 0;
        if word.ends_with([';', ':', ')']) || ends_a_sentence(word) {
            break;
        }
        if word.ends_with(',') && (!is_form(next) || is_state(next)) {
            break;
        }
    }
    length
}

/// Whether a blank line stands in front of a token: a title above a name is not part of it.
fn begins_paragraph(text: &str, tokens: &[(usize, &str)], at: usize) -> bool {
    let (Some((start, _)), Some((before, word))) = (tokens.get(at), tokens.get(at - 1)) else {
        return false;
    };
    text.get(before + word.len()..*start)
        .is_some_and(|gap| gap.contains("\n\n"))
}

/// "Scottish Widows Group. The Company": a long word with a full stop ends more than a name.
fn ends_a_sentence(word: &str) -> bool {
    let letters = word.strip_suffix('.').unwrap_or("");
    letters.len() > 4 && letters.chars().all(char::is_alphanumeric) && !is_legal_form_short(word)
}

/// "Denver, CO" is a place and "Acme, Co." a company.
fn is_state(word: &str) -> bool {
    matches!(word.trim_end_matches([',', ';', ')']), "CO" | "NV")
}

fn begins_a_name(word: &str) -> bool {
    word.trim_start_matches(['"', '“', '*', '_'])
        .starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
        || word.contains(".com")
        || word.chars().nth(1).is_some_and(char::is_uppercase)
            && word.starts_with(char::is_lowercase)
}

/// "e-centives, Inc.": a name in small letters right before its form.
fn is_lower_name(word: &str, next: &str) -> bool {
    word.len() > 3
        && word.starts_with(char::is_lowercase)
        && is_legal_form_short(next)
        && next.starts_with(char::is_uppercase)
        && !NO_NAMES.contains(&bare(word).as_str())
}

/// "1." and "(2)" in front of a party, the year of a date, and a postal code.
fn is_item_number(word: &str) -> bool {
    let year = matches!(word.as_bytes(), [b'1', b'9', ..] | [b'2', b'0', ..])
        && word.len() == 4
        && word.bytes().all(|b| b.is_ascii_digit());
    // The number of a town, behind which the next party may stand.
    let postal = word.len() >= 5 && word.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    year || postal
        || word.len() <= 4
            && word.ends_with(['.', ')'])
            && word
                .chars()
                .all(|c| c.is_ascii_digit() || ".()".contains(c))
}
