//! The words of each kind: what a clause of it hardly does without. The second stage asks for them, because
//! a kind with few examples has not shown the first stage all of its words.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use countersign_contracts::clause::ClauseKind;
use regex::Regex;

/// Words of the kinds, as patterns for text of either case.
const WORDS: &[(ClauseKind, &str)] = &[
    (
        ClauseKind::RenewalTerm,
        r"renew|exten[ds]|successive|prolong|year[ -]to[ -]year",
    ),
    (
        ClauseKind::NoticePeriodToTerminateRenewal,
        r"notice|notif|writing",
    ),
    (
        ClauseKind::MostFavoredNation,
        r"favou?r(?:ed|able|ably)|as low as|lowest|(?:less|lower|better|more) (?:than|favou?rable)",
    ),
    (ClauseKind::NonCompete, r"compet"),
    (
        ClauseKind::Exclusivity,
        r"exclusiv|sole(?:ly)?\b|only from|any other (?:person|party|supplier|entity|third)|all of its requirements",
    ),
    (
        ClauseKind::NoSolicitOfCustomers,
        r"(?:solicit|divert|entice|induce|interfere|contact)[^.]{0,120}(?:customer|client|account|business|vendor|supplier)",
    ),
    (
        ClauseKind::CompetitiveRestrictionException,
        r"notwithstanding|except|provided,? (?:however|that)|other than|shall not (?:apply|preclude|prohibit|prevent|restrict)|nothing",
    ),
    (
        ClauseKind::NoSolicitOfEmployees,
        r"solicit|hire|employ|recruit|entice",
    ),
    (
        ClauseKind::NonDisparagement,
        r"disparag|derogat|negative|detriment|reputation|disrepute|goodwill",
    ),
    (ClauseKind::TerminationForConvenience, r"terminat|cancel"),
    (
        ClauseKind::RofrRofoRofn,
        r"first (?:\w+ )?(?:refusal|offer|negotiat|opportunity|option|right)|right of first|last refusal|match",
    ),
    (
        ClauseKind::ChangeOfControl,
        r"control|merge|acqui|consolidat|sale of|ownership|majority",
    ),
    (ClauseKind::AntiAssignment, r"assign|transfer|delegat"),
    (
        ClauseKind::RevenueProfitSharing,
        r"royalt|commission|percent|%|share|revenue|profit",
    ),
    (
        ClauseKind::PriceRestrictions,
        r"(?:price|fee|charge|rate|cost)s?\b[^.]{0,200}(?:increase|exceed|fixed|change|adjust|raise|more than)|(?:increase|raise|adjust)[^.]{0,120}(?:price|fee|charge|rate)",
    ),
    (
        ClauseKind::MinimumCommitment,
        r"minimum|at least|(?:less|fewer) than|guarantee|shortfall|commit",
    ),
    (
        ClauseKind::VolumeRestriction,
        r"exceed|excess|maximum|more than|up to|limit|additional",
    ),
    (
        ClauseKind::IpOwnershipAssignment,
        r"assign|own(?:s|ed|ership)?\b|title|vest|made for hire|property of",
    ),
    (
        ClauseKind::JointIpOwnership,
        r"joint|both parties|co-?own|equal",
    ),
    (ClauseKind::LicenseGrant, r"licen[cs]e|grant|right to"),
    (
        ClauseKind::NonTransferableLicense,
        r"non-? ?transfer|non-? ?assign|transferable|not (?:\w+ )?(?:transfer|assign|sublicen)",
    ),
    (
        ClauseKind::AffiliateLicenseLicensor,
        r"affiliate|subsidiar|on behalf of",
    ),
    (
        ClauseKind::AffiliateLicenseLicensee,
        r"affiliate|subsidiar|sub-?licen[cs]",
    ),
    (
        ClauseKind::UnlimitedLicense,
        r"unlimited|unrestricted|enterprise|any (?:and all )?purpose|without (?:limit|restriction)|all[- ]you",
    ),
    (
        ClauseKind::IrrevocableOrPerpetualLicense,
        r"irrevocabl|perpetu|in perpetuity|surviv",
    ),
    (
        ClauseKind::SourceCodeEscrow,
        r"escrow|source code|source material",
    ),
    (
        ClauseKind::PostTerminationServices,
        r"terminat|expir|after|follow|surviv|end of",
    ),
    (
        ClauseKind::AuditRights,
        r"audit|inspect|examin|books|records|access",
    ),
    (
        ClauseKind::UncappedLiability,
        r"except|not apply|unlimited|without limit|other than|exclu|nothing|notwithstanding",
    ),
    (ClauseKind::CapOnLiability, r"liab|exceed|damages|limit"),
    (
        ClauseKind::LiquidatedDamages,
        r"liquidated|penalt|terminat|fee|damages",
    ),
    (
        ClauseKind::WarrantyDuration,
        r"(?:warrant|defect|repair|replace|correct)[^.]{0,400}(?:day|month|year|period)|(?:day|month|year|period)[^.]{0,400}(?:warrant|defect|repair|replace)",
    ),
    (ClauseKind::Insurance, r"insur|coverage|polic(?:y|ies)"),
    (
        ClauseKind::CovenantNotToSue,
        r"challenge|contest|attack|dispute|sue\b|claim|assert|oppose|bring|validity|ownership",
    ),
    (
        ClauseKind::ThirdPartyBeneficiary,
        r"beneficiar|third[- ]part|benefit",
    ),
    (
        ClauseKind::ExpirationDate,
        r"term|expir|until|continu|effect|period|perpet|end",
    ),
    (
        ClauseKind::GoverningLaw,
        r"govern|constru|interpret|laws? of|law\b",
    ),
];

static PATTERNS: LazyLock<BTreeMap<ClauseKind, Regex>> = LazyLock::new(|| {
    WORDS
        .iter()
        .filter_map(|(kind, words)| {
            let pattern = Regex::new(&format!("(?i)(?-u:\\b)(?:{words})"));
            pattern.ok().map(|pattern| (*kind, pattern))
        })
        .collect()
});

/// Whether a text has a kind's words: 1 or 0; a half for kinds whose words are not listed.
#[must_use]
pub fn has_words(kind: ClauseKind, text: &str) -> f32 {
    match PATTERNS.get(&kind) {
        Some(pattern) => f32::from(u8::from(pattern.is_match(text))),
        None => 0.5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_of_words_is_a_pattern() {
        assert_eq!(PATTERNS.len(), WORDS.len());
    }

    #[test]
    fn words_are_found_in_either_case_and_kinds_without_a_list_are_open() {
        let text = "EACH PARTY SHALL REFRAIN FROM DISPARAGING THE OTHER";
        assert!(has_words(ClauseKind::NonDisparagement, text) > 0.9);
        assert!(has_words(ClauseKind::Insurance, text) < 0.1);
        assert!((has_words(ClauseKind::Parties, text) - 0.5).abs() < 0.1);
    }
}
