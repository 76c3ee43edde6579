//! The day that an agreement bears, in its first words or beside its signatures, and the day it takes
//! effect.

use countersign_contracts::clause::{Clause, ClauseKind, Side};
use countersign_contracts::date::CivilDate;

use super::end_in;
use crate::dates::date_fact;
use crate::numbers::Found;
use crate::pattern::rx;
use crate::reader::Sentence;

/// Dates of the agreement itself stand within this many bytes.
const HEAD: usize = 9000;
/// The first page: a date alone there is the document's.
const FRONT: usize = 1500;
/// The title stands within this many bytes.
const COVER: usize = 600;

/// The day the agreement bears and the day it takes effect.
pub(in crate::kinds) fn read_dates(s: &Sentence, clauses: &mut Vec<Clause>) {
    let dates = s.dates();
    if dates.is_empty() {
        return;
    }
    let before = rx!(
        r#"\beffective (?:date )?(?:as of|on|from|beginning)?\s*(?:the )?$|"effective date"[^.;]{0,60}$|\beffective date\W{0,3} (?:is|of|shall be|means|shall mean|:)(?:[^.;]|i\.e\.){0,80}$|\bcommencement date[^.;]{0,50}$|\bshall (?:become effective|be effective|commence|take effect|begin|come into force|enter into force)[^.;]{0,40}$|\bto be effective\s*$|\bmade effective[^.;]{0,12}$|\beffective date\s*:?[^a-z]{0,6}$|\bin(?:to)? force as of\s*$"#
    );
    let behind = rx!(r#"^[^.;\d]{0,45}"?effective date|^[^.;\d]{0,30}\(the effective date"#);
    let effective = dates.iter().find(|d| {
        s.lower
            .get(..d.start)
            .is_some_and(|head| before.is_match(head))
            || s.lower
                .get(d.end..)
                .is_some_and(|tail| behind.is_match(tail))
    });
    // "from the Effective Date through December 31": that day is the end of something.
    let runs_until = |date: &Found<CivilDate>| {
        let head = s.lower.get(..date.start).unwrap_or("");
        rx!(r"\beffective date\b[^.;]{0,60}\b(?:through|until|till|to|before|ending|expir\w*)\b[^.;]{0,30}$|\beffective\b[^.;]{0,60}\b(?:expires?|through|until)\b[^.;]{0,30}$|\b(?:expires?|until|through|ending)(?: on)? $").is_match(head)
    };
    let end = end_in(s.lower, dates).map(|end| end.start);
    let effective = effective.filter(|date| !runs_until(date) && Some(date.start) != end);
    if let Some(date) = effective.filter(|_| s.start < HEAD || s.lower.contains("agreement")) {
        let sure = s.start < HEAD;
        let elsewhere = s.lower.get(..date.start).is_some_and(refers);
        let mut clause = s.clause(
            ClauseKind::EffectiveDate,
            Side::Both,
            false,
            match (sure, elsewhere) {
                (true, false) => 0.85,
                (false, false) => 0.5,
                (_, true) => 0.45,
            },
        );
        clause
            .facts
            .push(s.fact("date", date_fact(date.value), date.start, date.end));
        clauses.push(clause);
    }
    read_agreement_date(s, clauses);
}

/// Whether a date behind these words is another document's: "that certain agreement dated …".
fn refers(head: &str) -> bool {
    // "(as amended, restated or supplemented, this "Agreement") is entered into as of …" is this one.
    let this = rx!(
        r"\bthis\W{1,6}(?:\w+ ){0,3}agreement\W{0,8}(?:is|was) (?:\w+ ){0,3}(?:made|entered into)[^;.]{0,30}$"
    );
    if this.is_match(head) {
        return false;
    }
    let other = rx!(
        r"\b(?:that certain|certain|pursuant to|original(?:ly)?|existing|prior|previous(?:ly)?|as amended|amends?|supplement to|set forth in|under|reference is made|whereas)\b[^;]{0,140}\b(?:agreement|contract|deed|plan|letter|lease|licen[cs]e)\b[^;.]{0,90}\b(?:dated|entered into|made|executed)\b[^;.]{0,30}$|\b(?:incorporated|organi[sz]ed|registered|filed|ended|ending|expir\w*|terminat\w*|until|through|amended)\b[^;.]{0,40}$|\b(?:to|under) (?:the|that|an?) (?:[\w-]+ ){0,8}agreement\s*(?:\([^)]{0,60}\)\s*)?,?\s*(?:dated|entered into|made|executed|effective|having an effective date of)\b[^;.]{0,30}$|\bwhereas\b[^;]{0,200}\beffective date of\b[^;.]{0,20}$|\b(?:except|of|under|supersedes?|in|to|by|with) (?:the|each|any) (?:\w+ ){1,7}(?:agreement|contract|deed|plan|letter|lease|licen[cs]e)\b[^;.]{0,120}\bdated\b[^;.]{0,30}$|\w\W{1,3}the (?:\w+ ){0,6}(?:agreement|contract|deed|plan|letter|lease|licen[cs]e) dated\b[^;.]{0,20}$|\bsupersed\w+\b[^;.]{0,160}\bdated\b[^;.]{0,20}$"
    );
    other.is_match(head.get(head.len().saturating_sub(240)..).unwrap_or(head))
}

/// Whether a date stands where the parties sign and is not part of what a sentence says there.
fn signs_here(s: &Sentence, date: &Found<CivilDate>) -> bool {
    let at = s.start + date.start;
    let place = s
        .profile
        .signing
        .iter()
        .any(|place| (place.start as usize) <= at && at < place.end as usize);
    let told = rx!(
        r"\b(?:of|until|before|through|from|since|ending|ended|after|to|effective|and|between|dated as of|expir\w+)\s*$"
    );
    let head = s.lower.get(..date.start).unwrap_or("");
    let on = rx!(r"\bon\s*$").is_match(head) && !rx!(r"\bsign").is_match(head);
    place && !on && !told.is_match(head) && !refers(head)
}

/// The preamble's date first, then a date under the title, then the dates beside the signatures.
fn read_agreement_date(s: &Sentence, clauses: &mut Vec<Clause>) {
    let made = rx!(
        r"\b(?:made|entered into|dated|executed|signed|as of|effective|concluded|day of|this|date|on)\b[^.;]{0,60}$"
    );
    let own = rx!(
        r"\b(?:this|the) (?:\S+ ){0,9}?(?:agreement|amendment|contract|addendum|lease|licen[cs]e|memorandum|deed|letter|plan|terms|engagement|schedule|mou|jsma|oma)\b|^\W*dated\b|^\W*date\b"
    );
    let filed = rx!(
        r"\bsource:|\b(?:(?:8|10)-?[kq](?:t|sb)?(?:/?a)?|10-?12[bg](?:/?a)?|(?:20|40)-?f|6-?k|[sf]-\d{1,2}(?:/?a)?|sb-\d(?:/?a)?|1-a|485bpos|424b\d|sc 13d)\b"
    );
    let signing = rx!(r"\bdated?\s*(?:signed)?\s*[:\s_.]{0,8}$");
    let titled = rx!(r"\b(?:agreement|contract|amendment|copy|plan)\W{0,6}$");
    let witness = rx!(
        r"\b(?:in witness whereof|executed this|done and signed|signed (?:at|and|this)|hereunto|this agreement is dated)\b"
    );
    let this = rx!(r"\bthis\b");
    let own_words = rx!(r"\b(?:agreement|contract|amendment|addendum|licen[cs]e|plan)\b");
    let made_here = rx!(r"\b(?:made|entered into|dated)\b[^.;]{0,24}$");
    let behind_made = |date: &&Found<CivilDate>| {
        let head = s.lower.get(..date.start).unwrap_or("");
        s.start < HEAD && made_here.is_match(head) && own.is_match(head) && !refers(head)
    };
    // Of several dates the one behind "made and entered into" is the agreement's.
    let first = s.dates().iter().find(behind_made).into_iter();
    for date in first.chain(s.dates()) {
        let head = s.lower.get(..date.start).unwrap_or("");
        let near = head.get(head.len().saturating_sub(120)..).unwrap_or(head);
        let is_filing = filed.is_match(near);
        let first = s.start < HEAD;
        let short = s.text.len() < date.end - date.start + 60;
        // "Date: 1/19/07 Date: January 22, 2007": one beside each signature.
        let beside_signatures = s.dates().len() > 1
            && rx!(r"^\W*dated?\s*:").is_match(s.lower)
            && signing.is_match(near);
        let alone = s.text.len() < date.end - date.start + 6;
        // A cover's title with the day behind it: "Outsourcing Contract … October 29, 2015".
        let closes = s.start < COVER && s.text.len() < date.end + 3 && head.len() < 240;
        let updated = rx!(r"\b(?:updated|revised|modified)(?: on)?\W{0,3}$");
        let (name, confidence) = if beside_signatures {
            ("signed", 0.7)
        } else if first && alone && s.start < FRONT {
            ("date", 0.82)
        } else if first && made.is_match(near) && own.is_match(head) && !refers(head) {
            let sure = made_here.is_match(near) || this.is_match(head);
            ("date", if sure { 0.85 } else { 0.8 })
        } else if witness.is_match(head) && made.is_match(near) && !refers(head) {
            ("date", 0.7)
        } else if first && s.start < 2500 && made_here.is_match(near) && !refers(head) {
            ("date", 0.8)
        } else if is_filing {
            continue;
        } else if closes && s.has(own_words) && !refers(head) {
            ("date", 0.62)
        } else if first && s.start < FRONT && updated.is_match(near) {
            ("date", 0.65)
        } else if signs_here(s, date) || signing.is_match(near) && s.start > 600 && !refers(head) {
            ("signed", 0.45)
        } else if first && s.start < 3000 && !refers(head) && (titled.is_match(near) || short) {
            ("date", 0.62)
        } else if first && made.is_match(near) && !refers(head) {
            ("date", 0.6)
        } else if short
            && (s.heading.contains("signature") || s.start > 600 && s.has(rx!(r"/s/|---|___")))
        {
            ("signed", 0.45)
        } else {
            continue;
        };
        let mut clause = s.clause(ClauseKind::AgreementDate, Side::Both, false, confidence);
        clause
            .facts
            .push(s.fact(name, date_fact(date.value), date.start, date.end));
        clauses.push(clause);
        if name == "date" {
            return;
        }
    }
}
