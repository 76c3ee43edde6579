//! Sentences that the trained model takes for a clause and no pattern knows.
//!
//! The model proposes a place; the rules here say what may be made of it. A kind is believed only where its
//! own words occur, and counts as evidence only where who is bound and what is said can be read; else it is
//! a place to look at before a clause is called missing. Nothing heard is ever sure enough for a red line.

use countersign_contracts::clause::{Clause, ClauseKind, Polarity, Side};
use countersign_contracts::judge::{FOUND, SURE};
use countersign_contracts::profile::DocumentProfile;
use regex::Regex;

use super::liability::{carve_outs_in, limited_party, size_facts};
use super::service::is_of_medium;
use crate::pattern::rx;
use crate::reader::Sentence;

/// The confidence of what counts as evidence.
const EVIDENCE: f32 = (FOUND + SURE) / 2.0;
/// The confidence of a place that is only to be looked at.
const FAINT: f32 = FOUND - 0.1;

/// The kinds that the model is asked for. For the others the patterns read as much, or what the model was
/// taught is not what a buyer means by the kind.
pub(crate) const LISTENED_FOR: [ClauseKind; 19] = [
    ClauseKind::NoticePeriodToTerminateRenewal,
    ClauseKind::TerminationForConvenience,
    ClauseKind::TerminationForCause,
    ClauseKind::AntiAssignment,
    ClauseKind::RofrRofoRofn,
    ClauseKind::RevenueProfitSharing,
    ClauseKind::MinimumCommitment,
    ClauseKind::PostTerminationServices,
    ClauseKind::UncappedLiability,
    ClauseKind::CapOnLiability,
    ClauseKind::WarrantyDuration,
    ClauseKind::Insurance,
    ClauseKind::CovenantNotToSue,
    ClauseKind::IpIndemnity,
    ClauseKind::DataReturn,
    ClauseKind::DataProtection,
    ClauseKind::BreachNotice,
    ClauseKind::Confidentiality,
    ClauseKind::Warranty,
];

/// The kinds that the model knows from contracts marked by hand: what it takes for something else by far is no
/// evidence, whatever a pattern reads there. Not renewals, whose rarer wordings it does not know.
pub(crate) const RULED_OUT: [ClauseKind; 19] = [
    ClauseKind::NoticePeriodToTerminateRenewal,
    ClauseKind::TerminationForConvenience,
    ClauseKind::AntiAssignment,
    ClauseKind::ChangeOfControl,
    ClauseKind::RofrRofoRofn,
    ClauseKind::Exclusivity,
    ClauseKind::NonCompete,
    ClauseKind::NoSolicitOfEmployees,
    ClauseKind::NonDisparagement,
    ClauseKind::MinimumCommitment,
    ClauseKind::VolumeRestriction,
    ClauseKind::RevenueProfitSharing,
    ClauseKind::MostFavoredNation,
    ClauseKind::CapOnLiability,
    ClauseKind::UncappedLiability,
    ClauseKind::Insurance,
    ClauseKind::AuditRights,
    ClauseKind::CovenantNotToSue,
    ClauseKind::WarrantyDuration,
];

/// A clause at a place that the model rules out, or in a form that is yet to be filled in: a place to look
/// at, no evidence.
pub(crate) fn doubt_ruled_out(profile: &DocumentProfile, clauses: &mut [Clause]) {
    for clause in clauses {
        if profile.rules_out(clause.kind, clause.span) || profile.is_in_form(clause.span) {
            clause.confidence = clause.confidence.min(FAINT);
        }
    }
}

/// What the sentence is as a clause of a kind that was heard in it; `found` as the model says. None where
/// the kind's own words are missing.
pub(crate) fn read_heard(s: &Sentence, kind: ClauseKind, found: bool) -> Option<Clause> {
    let verb = words_of(kind)?.find(s.lower)?;
    let at = verb.start();
    let negated = s.negated(at, verb.end());
    let mut clause = s.clause(kind, s.subject(at), negated, FAINT);
    let owed = matches!(clause.bound, Side::Theirs | Side::Both) && !negated;
    let believed = match kind {
        ClauseKind::Insurance => {
            if !s.has(rx!(r"\binsur|\bcoverage\b|\bpolic(?:y|ies) of\b")) {
                return None;
            }
            !negated
        }
        ClauseKind::Confidentiality => owed,
        ClauseKind::TerminationForCause => {
            !negated && s.has(rx!(r"\b(?:cure[ds]?|remed|rectif|correct)"))
        }
        ClauseKind::TerminationForConvenience => {
            matches!(clause.bound, Side::Ours | Side::Both)
                && !negated
                && !s.has(rx!(r"\bbreach|\bdefault|\binsolven|\bbankrupt|\bfail"))
        }
        ClauseKind::AntiAssignment => {
            let restricted = negated || s.has(rx!(r"\bvoid\b|\bconsent\b|\bapproval\b"));
            if restricted {
                clause.polarity = Polarity::Negated;
            }
            restricted
        }
        ClauseKind::IpIndemnity => owed && s.has(rx!(r"\bindemnif|\bharmless|\bdefend")),
        ClauseKind::PostTerminationServices => owed && s.has(rx!(r"\bterminat|\bexpir|\bend of\b")),
        ClauseKind::Warranty => owed && !s.has(rx!(r"\bdisclaim|\bno\b[^.]{0,30}\bwarrant")),
        ClauseKind::WarrantyDuration => {
            let period = s.duration_near(at, |d| d.days() >= 14.0);
            clause
                .facts
                .extend(period.map(|p| s.duration_fact("period", &p)));
            owed && period.is_some() && !is_of_medium(s)
        }
        ClauseKind::CapOnLiability => {
            clause.bound = limited_party(s);
            clause.facts = size_facts(s.lower.get(at..)?, s.start + at);
            !clause.facts.is_empty()
        }
        ClauseKind::UncappedLiability => {
            let heads = carve_outs_in(s.lower);
            clause.polarity = Polarity::Affirmed;
            clause.bound = match limited_party(s) {
                Side::Unknown => Side::Both,
                side => side,
            };
            clause.facts.push(s.count("carve_outs", heads));
            heads > 0 && clause.bound != Side::Ours
        }
        ClauseKind::MinimumCommitment => {
            let size = s.lower.bytes().any(|b| b.is_ascii_digit());
            let buys = rx!(
                r"\b(?:shall|will|must|agrees?|commits?|undertakes?)\b[^.]{0,80}\b(?:purchase|buy|order|pay|take|spend)"
            );
            let otherwise = rx!(
                r"\bin the event\b|\bunable\b|\binsur|\brefund|\bshares\b|\brecovery costs?\b|\bunpaid\b"
            );
            clause.bound == Side::Ours && !negated && size && s.has(buys) && !s.has(otherwise)
        }
        ClauseKind::RevenueProfitSharing => {
            let share = rx!(r"\broyalt|\bcommission|\bpercent|%|\bshare\b");
            let of = rx!(r"\brevenue|\bsales\b|\bprofit|\breceipts|\bincome\b|\bproceeds");
            clause.bound == Side::Ours && !negated && s.has(share) && s.has(of)
        }
        ClauseKind::CovenantNotToSue => {
            clause.polarity = Polarity::Affirmed;
            clause.bound == Side::Ours && negated
        }
        ClauseKind::RofrRofoRofn => {
            clause.bound == Side::Ours
                && !negated
                && s.has(rx!(
                    r"\bgrants?\b|\bgives? (?:to )?(?:the )?\w+ (?:an?|the)\b|\bshall (?:first )?(?:offer|notify)"
                ))
        }
        ClauseKind::DataProtection => {
            clause.facts.push(s.flag("terms"));
            false
        }
        _ => false,
    };
    if believed && found {
        clause.confidence = EVIDENCE;
    } else if !FEEDS_ABSENCE.contains(&kind) {
        return None;
    }
    Some(clause)
}

/// The kinds whose absence a playbook calls missing: for them a faint place is worth showing.
const FEEDS_ABSENCE: [ClauseKind; 11] = [
    ClauseKind::NoticePeriodToTerminateRenewal,
    ClauseKind::TerminationForConvenience,
    ClauseKind::TerminationForCause,
    ClauseKind::AntiAssignment,
    ClauseKind::PostTerminationServices,
    ClauseKind::Insurance,
    ClauseKind::IpIndemnity,
    ClauseKind::DataReturn,
    ClauseKind::DataProtection,
    ClauseKind::BreachNotice,
    ClauseKind::Confidentiality,
];

/// The words without which a sentence is not about a kind; the first is taken for its verb.
fn words_of(kind: ClauseKind) -> Option<&'static Regex> {
    Some(match kind {
        ClauseKind::NoticePeriodToTerminateRenewal => {
            rx!(r"\b(?:renew\w*|non-renewal|exten(?:d|ds|ded|sion)\w*)\b")
        }
        ClauseKind::TerminationForConvenience | ClauseKind::TerminationForCause => {
            rx!(r"\b(?:terminat\w+|cancel\w*)\b")
        }
        ClauseKind::AntiAssignment => rx!(r"\b(?:assign\w*|transfer\w*|delegat\w*)\b"),
        ClauseKind::RofrRofoRofn => {
            rx!(
                r"\b(?:right of|first|last|matching) (?:\w+ )?(?:refusal|offer|negotiation|option|right|opportunity)\b|\bright to match\b"
            )
        }
        ClauseKind::RevenueProfitSharing => rx!(r"\b(?:pay|remit)(?:s|able)?\b"),
        ClauseKind::MinimumCommitment => {
            rx!(
                r"\b(?:minimum|at least|no(?:t)? (?:less|fewer) than|shortfall|take[- ]or[- ]pay)\b"
            )
        }
        ClauseKind::PostTerminationServices => {
            rx!(
                r"\b(?:assist\w*|cooperat\w*|co-operat\w*|transition\w*|migrat\w*|wind(?:ing)?[- ]?down|phase[- ]?out|continue to (?:provide|perform|supply))\b"
            )
        }
        ClauseKind::UncappedLiability => {
            rx!(
                r"\b(?:except|excluding|save|other than|not apply|not limit|unlimited|without limit)\w*\b"
            )
        }
        ClauseKind::CapOnLiability => {
            rx!(
                r"\b(?:exceed\w*|limited to|capped at|in excess of|greater than|maximum (?:aggregate |total )?liability)\b"
            )
        }
        ClauseKind::WarrantyDuration | ClauseKind::Warranty => rx!(r"\bwarrant\w*\b"),
        ClauseKind::Insurance => {
            rx!(
                r"\b(?:maintain|carry|procure|obtain|keep|take out|provide|effect|purchase|insured?)\b"
            )
        }
        ClauseKind::CovenantNotToSue => {
            rx!(
                r"\b(?:challenge|contest|attack|dispute|sue|bring|assert|institute|commence|oppose|question)\b"
            )
        }
        ClauseKind::IpIndemnity => rx!(r"\b(?:infring\w*|misappropriat\w*)\b"),
        ClauseKind::DataReturn => {
            rx!(r"\b(?:return|delet|destroy|export|retriev|download|eras)\w*\b")
        }
        ClauseKind::DataProtection => {
            rx!(
                r"\b(?:personal (?:data|information)|personally identif\w+|privacy|data protection|gdpr|hipaa|protected health)\b"
            )
        }
        ClauseKind::BreachNotice => rx!(r"\b(?:notif\w+|inform|report|advise)\b"),
        ClauseKind::Confidentiality => {
            rx!(r"\b(?:confiden\w+|secrets?|secrecy|non-?disclosure|disclos\w+)\b")
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_contracts::document::{Document, Span};
    use countersign_contracts::profile::Heard;

    /// Clauses of a kind in a sentence in which that kind is heard.
    fn read(sentence: &str, kind: ClauseKind, found: bool) -> Vec<Clause> {
        let text = format!(
            "SERVICES AGREEMENT between Tallow Systems, Inc. (\"Supplier\") and Birch Mutual Ltd (\"Customer\").\n\n{sentence}"
        );
        let document = Document::from_plain_text(&text);
        let mut profile = crate::profile_document(&document);
        let start = document.text.find(sentence).unwrap() as u32;
        profile.heard = vec![Heard {
            kind,
            span: Span::new(start as usize, start as usize + sentence.len()),
            confidence: 0.9,
            found,
        }];
        let mut clauses = crate::facts::read_document(&document, &profile);
        clauses.retain(|c| c.kind == kind);
        clauses
    }

    #[test]
    fn what_is_heard_and_can_be_read_is_evidence_but_never_a_red_line() {
        for (sentence, kind) in [
            (
                "Customer shall not assist anybody to attack the marks of Supplier.",
                ClauseKind::CovenantNotToSue,
            ),
            (
                "Customer or Supplier may at any moment declare that it wants to terminate this Agreement.",
                ClauseKind::TerminationForConvenience,
            ),
        ] {
            let clauses = read(sentence, kind, true);
            assert_eq!(clauses.len(), 1, "{sentence}");
            let confidence = clauses[0].confidence;
            assert!(
                (FOUND..SURE).contains(&confidence),
                "{sentence} {confidence}"
            );
        }
    }

    #[test]
    fn what_is_only_possible_is_a_place_to_look_at() {
        let exit = "Supplier and Customer come to terms on how to terminate this Agreement.";
        let places = read(exit, ClauseKind::TerminationForConvenience, false);
        assert_eq!(places.len(), 1);
        assert!(places[0].confidence < FOUND);
    }

    #[test]
    fn a_kind_without_its_own_words_is_not_believed() {
        let sentence = "Supplier shall send its newsletter to Customer every month.";
        for kind in LISTENED_FOR {
            assert!(read(sentence, kind, true).is_empty(), "{kind:?}");
        }
    }

    #[test]
    fn a_pattern_s_clause_stays_alone_at_its_place() {
        let sentence = "Customer may terminate this Agreement for convenience on thirty (30) days' written notice.";
        let clauses = read(sentence, ClauseKind::TerminationForConvenience, true);
        assert_eq!(clauses.len(), 1);
        assert!(clauses[0].confidence >= SURE);
    }
}
