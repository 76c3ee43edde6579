//! The clause bank: for each check wordings that are the risk and wordings that only look like it.
//!
//! `{V}` stands for the selling party, `{C}` for the buying one. Each wording belongs by the hash of its
//! text to the half that the reader may be improved on or to the half that it is only measured by.

/// What a wording is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nature {
    /// The risk that the check names.
    Risk,
    /// Negated, the other way round, or within what a buyer accepts.
    Decoy,
}

/// Which use a wording is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// The reader may be improved on it.
    Tuning,
    /// The reader is only measured by it.
    Evaluation,
}

/// One wording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wording {
    /// The check's id in the default playbook.
    pub check: &'static str,
    /// What it is.
    pub nature: Nature,
    /// With `{V}` and `{C}`. What stands in front of `||` is put among the definitions.
    pub text: &'static str,
}

impl Wording {
    /// The half it belongs to: even hashes (FNV-1a) for tuning.
    #[must_use]
    pub fn half(&self) -> Half {
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        for byte in self.text.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        if (hash >> 32).is_multiple_of(2) {
            Half::Tuning
        } else {
            Half::Evaluation
        }
    }
}

const fn risk(check: &'static str, text: &'static str) -> Wording {
    Wording {
        check,
        nature: Nature::Risk,
        text,
    }
}

const fn decoy(check: &'static str, text: &'static str) -> Wording {
    Wording {
        check,
        nature: Nature::Decoy,
        text,
    }
}

/// Every wording.
pub const BANK: &[Wording] = &[
    risk(
        "cap-low",
        "{V}'s total aggregate liability under this Agreement shall not exceed the fees paid by {C} in the three (3) months before the claim arose.",
    ),
    risk(
        "cap-low",
        "The liability of {V} for all claims is limited to an amount equal to two (2) months' fees.",
    ),
    risk(
        "cap-low",
        "In no event will {V}'s cumulative liability exceed the amounts paid by {C} during the four (4) month period preceding the event.",
    ),
    risk(
        "cap-low",
        "\"Recovery Limit\" means the fees paid by {C} during the three (3) months preceding the claim.||{V}'s aggregate liability arising out of this Agreement shall not exceed the Recovery Limit.",
    ),
    risk(
        "cap-low",
        "\"Base Amount\" means the fees paid for one (1) month of the services.||The total liability of {V} under or in connection with this Agreement is limited to the Base Amount.",
    ),
    risk(
        "cap-low",
        "Each party's total liability shall be limited to the fees paid or payable in the three (3) months prior to the date on which the liability arose.",
    ),
    decoy(
        "cap-low",
        "Each party's total liability under this Agreement shall not exceed the fees paid or payable in the twenty-four (24) months before the claim arose.",
    ),
    decoy(
        "cap-low",
        "\"Liability Ceiling\" means the fees payable under this Agreement in the twenty-four (24) months preceding the claim.||{V}'s total liability shall not exceed the Liability Ceiling.",
    ),
    decoy(
        "cap-low",
        "{C}'s total aggregate liability under this Agreement shall not exceed the fees payable in the three (3) months before the claim arose.",
    ),
    decoy(
        "cap-low",
        "The aggregate liability of {V} is limited to the fees paid or payable by {C} in the eighteen (18) months preceding the event.",
    ),
    risk(
        "auto-renew",
        "This Agreement shall automatically renew for successive terms of twenty-four (24) months unless {C} gives notice of non-renewal.",
    ),
    risk(
        "auto-renew",
        "Upon expiry of the initial term, this Agreement is extended automatically for further periods of three (3) years each.",
    ),
    risk(
        "auto-renew",
        "The term will be automatically extended for additional periods of two (2) years unless either party objects in writing.",
    ),
    risk(
        "auto-renew",
        "Thereafter this Agreement renews automatically for consecutive thirty-six (36) month periods.",
    ),
    decoy(
        "auto-renew",
        "This Agreement shall not automatically renew; a renewal requires a written agreement signed by both parties.",
    ),
    decoy(
        "auto-renew",
        "Nothing in this Agreement provides for its automatic renewal, and it ends when the initial term expires.",
    ),
    decoy(
        "auto-renew",
        "The parties may renew this Agreement by mutual written agreement.",
    ),
    decoy(
        "auto-renew",
        "In no event shall the term be extended automatically.",
    ),
    risk(
        "payment-days",
        "{C} shall pay each invoice within ten (10) days after the invoice date.",
    ),
    risk(
        "payment-days",
        "Invoices are payable by {C} within seven (7) days of receipt.",
    ),
    risk(
        "payment-days",
        "All invoices are due and payable fourteen (14) days from the date of the invoice.",
    ),
    risk(
        "payment-days",
        "Payment terms are net 10 days from the date of invoice.",
    ),
    decoy(
        "payment-days",
        "{C} shall pay each undisputed invoice within sixty (60) days after receipt.",
    ),
    decoy(
        "payment-days",
        "Invoices are payable within forty-five (45) days of receipt of a correct invoice.",
    ),
    decoy(
        "payment-days",
        "Payment terms are net 60 days from receipt of the invoice.",
    ),
    decoy(
        "payment-days",
        "{V} shall send each invoice within ten (10) days after the end of the month, and {C} shall pay it within sixty (60) days.",
    ),
    risk(
        "late-fee",
        "Overdue amounts bear interest at two percent (2%) per month until paid.",
    ),
    risk(
        "late-fee",
        "A late charge of three percent (3%) per month applies to any amount that {C} does not pay when due.",
    ),
    risk(
        "late-fee",
        "Any payment not received by the due date shall accrue interest at the rate of twenty-four percent (24%) per annum.",
    ),
    risk(
        "late-fee",
        "{C} shall pay interest of 2.5% per month on late payments.",
    ),
    decoy(
        "late-fee",
        "Overdue amounts bear interest at four percent (4%) per annum.",
    ),
    decoy(
        "late-fee",
        "No interest shall be charged on amounts that {C} disputes in good faith.",
    ),
    decoy(
        "late-fee",
        "Late payments bear interest at one half percent (0.5%) per month.",
    ),
    decoy(
        "late-fee",
        "{V} shall not charge interest or a late fee on overdue amounts.",
    ),
    risk(
        "assignment-by-vendor",
        "{V} may assign this Agreement without consent; {C} may not assign this Agreement without the prior written consent of {V}.",
    ),
    risk(
        "assignment-by-vendor",
        "{V} may freely assign or transfer this Agreement to any third party without the consent of {C}.",
    ),
    risk(
        "assignment-by-vendor",
        "{V} is entitled to assign its rights and obligations under this Agreement at any time without notice to or consent of {C}.",
    ),
    risk(
        "assignment-by-vendor",
        "This Agreement may be assigned by {V} in its sole discretion.",
    ),
    decoy(
        "assignment-by-vendor",
        "Neither party may assign this Agreement without the prior written consent of the other party.",
    ),
    decoy(
        "assignment-by-vendor",
        "{V} shall not assign this Agreement without the prior written consent of {C}.",
    ),
    decoy(
        "assignment-by-vendor",
        "{C} may assign this Agreement to an affiliate without the consent of {V}; {V} may not assign it without consent.",
    ),
    decoy(
        "assignment-by-vendor",
        "Any assignment of this Agreement by {V} without the written consent of {C} is void.",
    ),
    risk(
        "exclusivity",
        "During the term {C} shall purchase the services exclusively from {V}.",
    ),
    risk(
        "exclusivity",
        "{C} agrees to obtain all of its requirements for such products solely from {V}.",
    ),
    risk(
        "exclusivity",
        "{C} shall not purchase similar services from any other supplier during the term.",
    ),
    risk(
        "exclusivity",
        "{V} shall be the exclusive provider of such services to {C}.",
    ),
    decoy(
        "exclusivity",
        "This Agreement is non-exclusive, and {C} may obtain similar services from others.",
    ),
    decoy(
        "exclusivity",
        "Nothing in this Agreement obliges {C} to purchase exclusively from {V}.",
    ),
    decoy(
        "exclusivity",
        "{V} shall supply the custom products exclusively to {C}.",
    ),
    decoy(
        "exclusivity",
        "{C} is not required to purchase any services exclusively from {V}.",
    ),
    risk(
        "non-compete",
        "During the term and for two (2) years thereafter, {C} shall not engage in any business that competes with {V}.",
    ),
    risk(
        "non-compete",
        "{C} agrees not to develop, market or sell any product competing with the products of {V} for three (3) years.",
    ),
    risk(
        "non-compete",
        "{C} shall not, directly or indirectly, compete with {V} in the territory during the term.",
    ),
    decoy(
        "non-compete",
        "Nothing in this Agreement prevents {C} from developing or selling competing products.",
    ),
    decoy(
        "non-compete",
        "{V} shall not compete with {C} in the territory during the term.",
    ),
    decoy(
        "non-compete",
        "{C} is not restricted from engaging in any business that competes with {V}.",
    ),
    risk(
        "as-is",
        "THE SERVICES ARE PROVIDED \"AS IS\" AND {V} DISCLAIMS ALL WARRANTIES, EXPRESS OR IMPLIED.",
    ),
    risk(
        "as-is",
        "THE PRODUCTS ARE PROVIDED AS IS, WITHOUT WARRANTY OF ANY KIND.",
    ),
    risk(
        "as-is",
        "{V} makes no warranties of any kind, whether express or implied, including merchantability and fitness for a particular purpose.",
    ),
    decoy(
        "as-is",
        "{V} warrants that the services will conform to their specifications during the term.",
    ),
    decoy(
        "as-is",
        "The services are not provided \"as is\": {V} warrants that they will perform in accordance with the specifications.",
    ),
    decoy("as-is", "{C} provides its data \"as is\"."),
    risk(
        "buyer-data-use",
        "{V} may use the data of {C} to train its machine learning models and to develop new products.",
    ),
    risk(
        "buyer-data-use",
        "{C} grants {V} a perpetual, irrevocable licence to use {C}'s data for any purpose.",
    ),
    risk(
        "buyer-data-use",
        "{V} shall have the right to use {C}'s data to improve its products and to train artificial intelligence models.",
    ),
    decoy(
        "buyer-data-use",
        "{V} shall not use {C}'s data to train machine learning models.",
    ),
    decoy(
        "buyer-data-use",
        "{V} may use {C}'s data only to provide the services to {C}.",
    ),
    decoy(
        "buyer-data-use",
        "In no event may {V} use {C}'s data to develop or improve its own products.",
    ),
    risk(
        "breach-notice",
        "{V} shall notify {C} of a security breach within thirty (30) days.",
    ),
    risk(
        "breach-notice",
        "{V} will inform {C} of any security incident within ten (10) business days after it has completed its own investigation.",
    ),
    risk(
        "breach-notice",
        "In the event of a data breach, {V} shall notify {C} within a reasonable time.",
    ),
    decoy(
        "breach-notice",
        "{V} shall notify {C} of a security breach without undue delay and within twenty-four (24) hours.",
    ),
    decoy(
        "breach-notice",
        "{V} will inform {C} of any security incident within forty-eight (48) hours.",
    ),
    decoy(
        "breach-notice",
        "{C} shall notify {V} of a security breach of its own systems within thirty (30) days, and {V} shall notify {C} of one within twenty-four (24) hours.",
    ),
    risk(
        "unilateral-change",
        "{V} may modify the terms of this Agreement at any time by posting a revised version on its website.",
    ),
    risk(
        "unilateral-change",
        "{V} reserves the right to change these terms from time to time in its sole discretion.",
    ),
    risk(
        "unilateral-change",
        "{V} may amend this Agreement at any time without notice, and continued use constitutes acceptance.",
    ),
    decoy(
        "unilateral-change",
        "This Agreement may be amended only by a written instrument signed by both parties.",
    ),
    decoy(
        "unilateral-change",
        "{V} may not modify the terms of this Agreement by posting a revised version on its website.",
    ),
    decoy(
        "unilateral-change",
        "In no event may {V} change these terms from time to time without the written consent of {C}.",
    ),
    risk(
        "publicity",
        "{V} may use the name and logo of {C} in its marketing materials without consent.",
    ),
    risk(
        "publicity",
        "{C} agrees that {V} may identify {C} as a customer and use {C}'s logo on its website.",
    ),
    risk(
        "publicity",
        "{V} shall have the right to use {C}'s name and trademarks in press releases.",
    ),
    decoy(
        "publicity",
        "{V} shall not use the name or logo of {C} in its marketing without {C}'s prior written consent.",
    ),
    decoy(
        "publicity",
        "Neither party may use the other party's name in publicity without prior written consent.",
    ),
    decoy(
        "publicity",
        "{V} may not identify {C} as a customer or use its logo.",
    ),
    risk(
        "buyer-indemnity-broad",
        "{C} shall indemnify, defend and hold harmless {V} from any and all claims arising out of {C}'s use of the services.",
    ),
    risk(
        "buyer-indemnity-broad",
        "{C} shall indemnify {V} against all losses arising from any breach of this Agreement by {C}.",
    ),
    risk(
        "buyer-indemnity-broad",
        "{C} agrees to defend and indemnify {V} from and against any claim, loss or damage arising out of or related to this Agreement.",
    ),
    decoy(
        "buyer-indemnity-broad",
        "{V} shall indemnify {C} against all losses arising from any breach of this Agreement by {V}.",
    ),
    decoy(
        "buyer-indemnity-broad",
        "{C} shall have no obligation to indemnify {V} for any claims arising out of the use of the services.",
    ),
    decoy(
        "buyer-indemnity-broad",
        "Nothing in this Agreement requires {C} to indemnify {V}.",
    ),
    risk(
        "price-change",
        "{V} may increase the fees at any time in its sole discretion.",
    ),
    risk(
        "price-change",
        "{V} reserves the right to change its prices at any time upon ten (10) days' notice.",
    ),
    risk(
        "price-change",
        "{V} may raise the fees from time to time without the consent of {C}.",
    ),
    decoy(
        "price-change",
        "{V} shall not increase the fees during the term.",
    ),
    decoy(
        "price-change",
        "The fees are fixed for the term, and {V} may not increase them.",
    ),
    decoy(
        "price-change",
        "Prices may be changed only by written agreement of the parties.",
    ),
    risk(
        "suspension",
        "{V} may suspend the services immediately and without notice if any amount is overdue.",
    ),
    risk(
        "suspension",
        "{V} may, in its sole discretion, suspend {C}'s access to the services at any time without notice.",
    ),
    risk(
        "suspension",
        "If {C} disputes an invoice, {V} may suspend the services without notice until it is paid.",
    ),
    decoy(
        "suspension",
        "{V} shall not suspend the services because of a dispute over an invoice.",
    ),
    decoy(
        "suspension",
        "{V} may suspend the services only after thirty (30) days' written notice of an undisputed overdue amount.",
    ),
    decoy(
        "suspension",
        "In no event may {V} suspend the services without thirty (30) days' notice.",
    ),
    risk(
        "claim-time-limit",
        "No action arising out of this Agreement may be brought by {C} more than six (6) months after the cause of action arose.",
    ),
    risk(
        "claim-time-limit",
        "{C} must bring any claim under this Agreement within three (3) months after the event, failing which it is barred.",
    ),
    risk(
        "claim-time-limit",
        "Any claim by {C} against {V} must be commenced within six (6) months after the claim arises.",
    ),
    decoy(
        "claim-time-limit",
        "Claims under this Agreement may be brought within the statutory period.",
    ),
    decoy(
        "claim-time-limit",
        "Any claim under this Agreement must be commenced within forty-eight (48) months after it arises.",
    ),
    decoy(
        "claim-time-limit",
        "Nothing in this Agreement shortens the time within which {C} may bring a claim.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_wording_stands_twice_and_each_half_has_its_share() {
        let mut texts: Vec<&str> = BANK.iter().map(|w| w.text).collect();
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), BANK.len());
        let tuning = BANK.iter().filter(|w| w.half() == Half::Tuning).count();
        assert!(
            tuning * 10 > BANK.len() * 3 && tuning * 10 < BANK.len() * 7,
            "{tuning}"
        );
    }
}
