//! Sentences and what must be read from them: negation, who is bound, defined terms, numbers.
#![allow(missing_docs)]

#[path = "support/review.rs"]
mod support;

use countersign_contracts::clause::{Clause, ClauseKind, NumberUnit, Polarity, Side};
use countersign_contracts::finding::Outcome;

const PREAMBLE: &str = "# Cloud Services Agreement\n\nThis Agreement is made as of 1 March 2024 (the \
    \"Effective Date\") between Tallow Systems, Inc., a Delaware corporation (\"Supplier\"), and Birch \
    Mutual Ltd, a company registered in Leeds (\"Customer\").\n\n";

fn read(text: &str) -> Vec<Clause> {
    support::review(&format!("{PREAMBLE}## 2. Terms\n\n2.1 {text}"))
        .map_or_else(|_| Vec::new(), |r| r.clauses)
}

fn outcome(text: &str, check: &str) -> Option<Outcome> {
    let reviewed = support::review(&format!("{PREAMBLE}## 2. Terms\n\n2.1 {text}")).ok()?;
    reviewed
        .judgement
        .findings
        .iter()
        .find(|f| f.check == check)
        .map(|f| f.outcome)
}

#[test]
fn negation_and_its_scope_are_read() {
    use ClauseKind::{
        AntiAssignment, DataUse, Exclusivity, Indemnity, RenewalTerm, Suspension,
        TerminationForConvenience, UnilateralChange,
    };
    use Polarity::{Affirmed, Negated};
    let cases = [
        (
            "This Agreement shall automatically renew for periods of one year.",
            RenewalTerm,
            Affirmed,
        ),
        (
            "This Agreement shall not automatically renew for any period.",
            RenewalTerm,
            Negated,
        ),
        (
            "In no event will this Agreement be automatically renewed for a further year.",
            RenewalTerm,
            Negated,
        ),
        (
            "Unless notice not to renew is given, this Agreement will renew automatically for one year.",
            RenewalTerm,
            Affirmed,
        ),
        (
            "Supplier may suspend the Services without notice.",
            Suspension,
            Affirmed,
        ),
        (
            "Supplier may not suspend the Services without notice.",
            Suspension,
            Negated,
        ),
        (
            "Supplier shall under no circumstances suspend access to the Services.",
            Suspension,
            Negated,
        ),
        (
            "Neither Party may terminate this Agreement for convenience.",
            TerminationForConvenience,
            Negated,
        ),
        (
            "Customer has no right to terminate this Agreement for convenience.",
            TerminationForConvenience,
            Negated,
        ),
        (
            "Either Party may terminate this Agreement for convenience.",
            TerminationForConvenience,
            Affirmed,
        ),
        (
            "Customer shall not be required to indemnify Supplier for any breach.",
            Indemnity,
            Negated,
        ),
        (
            "Customer shall indemnify Supplier, whether or not at fault, for any breach.",
            Indemnity,
            Affirmed,
        ),
        (
            "Supplier shall not use Customer Data to train any model.",
            DataUse,
            Negated,
        ),
        (
            "Supplier may use Customer Data to train its models.",
            DataUse,
            Affirmed,
        ),
        (
            "Nothing in this Agreement obliges Customer to buy exclusively from Supplier.",
            Exclusivity,
            Negated,
        ),
        (
            "Neither Party may assign this Agreement without consent.",
            AntiAssignment,
            Negated,
        ),
        (
            "Supplier may not change these terms by posting a new version.",
            UnilateralChange,
            Negated,
        ),
    ];
    for (text, kind, expect) in cases {
        let clauses = read(text);
        let found = clauses.iter().find(|c| c.kind == kind).map(|c| c.polarity);
        assert_eq!(found, Some(expect), "{text}");
    }
}

#[test]
fn who_is_bound_is_resolved_through_the_parties() {
    use ClauseKind::{
        AuditRights, CapOnLiability, ConsequentialLoss, Indemnity, Insurance, Suspension,
        TerminationForConvenience,
    };
    use Side::{Both, Ours, Theirs};
    let cases = [
        (
            "Customer shall indemnify Supplier against all claims.",
            Indemnity,
            Ours,
        ),
        (
            "Supplier shall indemnify Customer against all claims.",
            Indemnity,
            Theirs,
        ),
        (
            "Each Party shall indemnify the other against all claims.",
            Indemnity,
            Both,
        ),
        (
            "Birch Mutual Ltd agrees to indemnify Tallow Systems, Inc. against all claims.",
            Indemnity,
            Ours,
        ),
        (
            "Supplier's total liability shall not exceed USD 10,000.",
            CapOnLiability,
            Theirs,
        ),
        (
            "The liability of Customer shall not exceed USD 10,000.",
            CapOnLiability,
            Ours,
        ),
        (
            "In no event shall either Party's liability exceed USD 10,000.",
            CapOnLiability,
            Both,
        ),
        (
            "IN NO EVENT SHALL SUPPLIER BE LIABLE FOR ANY INDIRECT DAMAGES.",
            ConsequentialLoss,
            Theirs,
        ),
        (
            "Neither Supplier nor Customer shall be liable for indirect loss or damage.",
            ConsequentialLoss,
            Both,
        ),
        (
            "Supplier may terminate this Agreement for convenience.",
            TerminationForConvenience,
            Theirs,
        ),
        (
            "Each of Supplier and Customer may terminate this Agreement without cause.",
            TerminationForConvenience,
            Both,
        ),
        (
            "This Agreement may be terminated by Customer for convenience.",
            TerminationForConvenience,
            Ours,
        ),
        (
            "Customer shall permit Supplier to audit its records.",
            AuditRights,
            Theirs,
        ),
        (
            "Customer may audit the records of Supplier.",
            AuditRights,
            Ours,
        ),
        (
            "Supplier shall name Customer as an additional insured on its insurance.",
            Insurance,
            Theirs,
        ),
        (
            "Access to the Services may be suspended by Supplier at any time.",
            Suspension,
            Theirs,
        ),
    ];
    for (text, kind, expect) in cases {
        let clauses = read(text);
        let found = clauses.iter().find(|c| c.kind == kind).map(|c| c.bound);
        assert_eq!(found, Some(expect), "{text}");
    }
}

#[test]
fn numbers_are_read_from_words_digits_and_definitions() {
    use ClauseKind::{
        BreachNotice, CapOnLiability, LateFees, PaymentTerms, RenewalTerm, ServiceLevel,
    };
    use NumberUnit::{Amount, Days, Hours, Months, Percent, PercentPerYear};
    let cases = [
        (
            "Invoices are payable within thirty (30) days of receipt.",
            PaymentTerms,
            "payment",
            Days,
            30.0,
        ),
        (
            "Payment terms are net 45 from the invoice date.",
            PaymentTerms,
            "payment",
            Days,
            45.0,
        ),
        (
            "Late amounts bear interest at one and one-half percent (1.5%) per month.",
            LateFees,
            "interest",
            PercentPerYear,
            18.0,
        ),
        (
            "Overdue amounts bear interest at 8% per annum.",
            LateFees,
            "interest",
            PercentPerYear,
            8.0,
        ),
        (
            "Supplier shall notify Customer of a security breach within seventy-two hours.",
            BreachNotice,
            "notice",
            Hours,
            72.0,
        ),
        (
            "This Agreement will renew automatically for successive two-year terms.",
            RenewalTerm,
            "renewal",
            Months,
            24.0,
        ),
        (
            "The Services shall be available 99.5% of the time.",
            ServiceLevel,
            "uptime",
            Percent,
            99.5,
        ),
        (
            "Supplier's liability shall not exceed the fees paid in the six (6) months before the claim.",
            CapOnLiability,
            "cap",
            Months,
            6.0,
        ),
        (
            "Supplier's liability shall not exceed two times the annual fees.",
            CapOnLiability,
            "cap",
            Months,
            24.0,
        ),
        (
            "Supplier's liability is limited to $2 million.",
            CapOnLiability,
            "cap_amount",
            Amount,
            2e6,
        ),
        (
            "Supplier's liability shall not exceed the Cap Base. \n\n2.2 \"Cap Base\" means the fees paid in the preceding four (4) months.",
            CapOnLiability,
            "cap",
            Months,
            4.0,
        ),
        (
            "Supplier's liability shall not exceed 150% of the Yearly Charge. \n\n2.2 \"Yearly Charge\" means all fees payable in a contract year.",
            CapOnLiability,
            "cap",
            Months,
            18.0,
        ),
    ];
    for (text, kind, name, unit, expect) in cases {
        let clauses = read(text);
        let found = clauses
            .iter()
            .filter(|c| c.kind == kind)
            .find_map(|c| c.fact(name)?.value.number_in(unit));
        assert_eq!(found, Some(expect), "{text}");
    }
}

#[test]
fn what_looks_like_a_risk_and_is_none_stays_quiet() {
    let cases = [
        (
            "Supplier shall deliver the report as is reasonably practicable.",
            "as-is",
        ),
        (
            "Supplier shall name Customer as an additional insured.",
            "insurance",
        ),
        (
            "The Deliverables shall be owned by Customer and Supplier hereby assigns them to Customer.",
            "ip-deliverables",
        ),
        (
            "Customer may terminate this Agreement for convenience on thirty days' notice.",
            "vendor-convenience-exit",
        ),
        (
            "Supplier warrants the Services for a period of 24 months against defects.",
            "warranty-short",
        ),
        (
            "Supplier shall pay interest of 5% per month on amounts it owes late.",
            "payment-days",
        ),
        (
            "Neither Party excludes its liability for fraud or gross negligence.",
            "buyer-uncapped",
        ),
        (
            "Supplier shall not make disparaging statements about Customer.",
            "non-disparagement",
        ),
        (
            "Supplier shall purchase exclusively from Customer all telemetry that it resells.",
            "exclusivity",
        ),
        (
            "Customer may audit Supplier at any time without notice.",
            "audit",
        ),
        (
            "No termination fee is payable by Customer on early termination.",
            "exit-fee",
        ),
        (
            "Supplier grants Customer an irrevocable licence to use the Software.",
            "licence-scope",
        ),
    ];
    for (text, check) in cases {
        let found = outcome(text, check);
        assert!(
            found.is_some_and(|o| matches!(o, Outcome::Met | Outcome::NotApplicable)),
            "{check} is {found:?} for: {text}"
        );
    }
}

#[test]
fn what_real_contracts_were_misread_for_is_told_apart() {
    use Outcome::{Fallback, Met, Missing, NotApplicable, RedLine, Unclear};
    let cases = [
        // What the disk is warranted for says nothing of the program.
        (
            "Supplier warrants that for a period of thirty (30) days the media on which the Software is furnished will be free from defects.",
            "warranty-short",
            NotApplicable,
        ),
        (
            "Supplier warrants that for a period of thirty (30) days the Software will be free from defects.",
            "warranty-short",
            RedLine,
        ),
        // Other makers' goods may come as they are when one's own are warranted.
        (
            "Supplier warrants that it will perform the Services in a professional manner. SUPPLIER PROVIDES ALL NON-SUPPLIER SOFTWARE \"AS IS\", WITHOUT WARRANTY OF ANY KIND.",
            "as-is",
            Fallback,
        ),
        (
            "SUPPLIER PROVIDES ALL NON-SUPPLIER SOFTWARE AND THE SERVICES \"AS IS\", WITHOUT WARRANTY OF ANY KIND.",
            "as-is",
            RedLine,
        ),
        (
            "THE LICENSED TECHNOLOGY IS PROVIDED ON AN \"AS IS\" BASIS AND SUPPLIER HEREBY DISCLAIMS ALL WARRANTIES.",
            "as-is",
            RedLine,
        ),
        (
            "Each order will renew automatically for an additional term equal in duration to the previous term unless either party gives sixty (60) days' notice.",
            "auto-renew",
            Fallback,
        ),
        (
            "No order will renew automatically for a term equal in duration to the previous term.",
            "auto-renew",
            Met,
        ),
        // Who may leave at any time needs no breach to leave.
        (
            "Customer may terminate this Agreement for convenience on thirty (30) days' written notice.",
            "cure-period",
            NotApplicable,
        ),
        (
            "Supplier may terminate this Agreement for convenience on thirty (30) days' written notice.",
            "cure-period",
            Missing,
        ),
        (
            "Supplier may increase the fees at any time, but will give Customer ninety (90) days' written notice of any increase.",
            "price-change",
            Fallback,
        ),
        (
            "Supplier may increase the fees at any time, but will give Customer thirty (30) days' written notice of any increase.",
            "price-change",
            RedLine,
        ),
        (
            "Customer will be responsible for any liability, cost and expenses (including without limitation reasonable attorney's fees).",
            "buyer-uncapped",
            Met,
        ),
        (
            "Customer's liability under this Agreement shall be unlimited.",
            "buyer-uncapped",
            RedLine,
        ),
        (
            "Customer shall indemnify Supplier against all claims arising in connection with any use other than an approved use.",
            "buyer-indemnity-broad",
            Fallback,
        ),
        (
            "Customer shall indemnify Supplier against all claims arising in connection with any use of the Services.",
            "buyer-indemnity-broad",
            RedLine,
        ),
        (
            "The cumulative liability of the parties for any damages, direct or indirect, arising out of this Agreement shall not exceed $50,000.",
            "consequential-broad",
            Met,
        ),
        (
            "In no event shall either party be liable for any damages under this Agreement, whether direct or indirect, including lost profits.",
            "consequential-broad",
            RedLine,
        ),
        // A price that rises by a stated share has a limit.
        (
            "This Agreement shall automatically renew for one (1) year unless notice is given. The Services fee will escalate at a rate of three percent (3%) per year.",
            "renewal-price",
            NotApplicable,
        ),
        (
            "This Agreement shall automatically renew for one (1) year unless notice is given. The Services fee is stated in the order.",
            "renewal-price",
            Missing,
        ),
        (
            "The Indemnified Party may settle any claim of a third party on such terms as it deems fit.",
            "indemnity-procedure",
            Met,
        ),
        (
            "Supplier may settle any claim that it indemnifies on such terms as it deems fit, without the consent of Customer.",
            "indemnity-procedure",
            RedLine,
        ),
        // A time allowed for something is extended, not the contract.
        (
            "Whenever action is required under this Agreement within a period of time, such period shall automatically be extended by the days that an arbitrator takes.",
            "auto-renew",
            Met,
        ),
        (
            "The period of this Agreement shall automatically be extended for a further three (3) years unless notice is given.",
            "auto-renew",
            RedLine,
        ),
        (
            "Agreed and accepted by both of the parties on the day below ______________ (printed name and title).",
            "placeholders",
            Met,
        ),
        (
            "Customer shall pay a fee of $______ for each month of the services that it uses.",
            "placeholders",
            Fallback,
        ),
        // What is warranted may stand in a list.
        (
            "Supplier warrants that:\n\n(a) it will perform the Services with reasonable care and skill; and\n\n(b) it has full power.\n\n2.2 SUPPLIER PROVIDES ALL NON-SUPPLIER SOFTWARE \"AS IS\", WITHOUT WARRANTY OF ANY KIND.",
            "as-is",
            Fallback,
        ),
        (
            "Customer warrants that:\n\n(a) it will perform its part with reasonable care and skill; and\n\n(b) it has full power.\n\n2.2 SUPPLIER PROVIDES ALL NON-SUPPLIER SOFTWARE \"AS IS\", WITHOUT WARRANTY OF ANY KIND.",
            "as-is",
            RedLine,
        ),
        (
            "Customer shall not order or purchase such products from any source other than Supplier.",
            "exclusivity",
            RedLine,
        ),
        (
            "Supplier shall not order or purchase components from any source other than Customer.",
            "exclusivity",
            Met,
        ),
        // Who answers for its warranties may answer for infringement too.
        (
            "Supplier shall indemnify Customer against claims of third parties arising out of any breach of a representation or warranty by Supplier.",
            "ip-indemnity",
            Unclear,
        ),
        (
            "Customer shall indemnify Supplier against claims of third parties arising out of any breach of a representation or warranty by Customer.",
            "ip-indemnity",
            Missing,
        ),
        (
            "Upon any change of control of Customer this Agreement shall automatically terminate.",
            "change-of-control",
            RedLine,
        ),
        (
            "Upon any change of control of Supplier this Agreement shall automatically terminate.",
            "change-of-control",
            Met,
        ),
        (
            "All payments to Supplier shall be made within fifteen (15) days after receipt of the invoice.",
            "payment-days",
            RedLine,
        ),
        (
            "All payments to Customer shall be made within fifteen (15) days after receipt of the invoice.",
            "payment-days",
            NotApplicable,
        ),
        (
            "Supplier will not incur any liability for a delay or failure to perform that is caused by events beyond the control of the parties.",
            "force-majeure",
            Fallback,
        ),
        (
            "Neither party will incur any liability for a delay or failure to perform that is caused by events beyond the control of the parties.",
            "force-majeure",
            Met,
        ),
        (
            "Supplier agrees to make no additional public statements or press releases related to Customer without Customer's prior written consent.",
            "publicity",
            Met,
        ),
        (
            "Supplier may issue press releases related to Customer without Customer's prior written consent.",
            "publicity",
            RedLine,
        ),
        // Counted from what a third party pays, not from an invoice.
        (
            "Customer shall pay the invoiced price within fifteen (15) business days following Customer's receipt and acceptance of payment from its customer.",
            "payment-days",
            NotApplicable,
        ),
        (
            "If Customer shall fail to give notice of the exercise of its right of first refusal within ninety (90) days, Supplier may sell the assets.",
            "rofr",
            Met,
        ),
        (
            "Customer gives Supplier a right of first refusal on all future orders.",
            "rofr",
            Fallback,
        ),
        (
            "The term of this Agreement shall begin on the Effective Date and shall continue for a period of five (5) years, after which this Agreement may be extended on mutual agreement of the parties.",
            "auto-renew",
            Met,
        ),
        (
            "Customer shall procure that the sums received by Supplier under this Agreement are free from all taxes (including sales, use, transfer and value added taxes) without the consent of Supplier being needed.",
            "assignment-by-vendor",
            Missing,
        ),
        (
            "Customer shall pay a minimum fixed sum of forty (40) euros for compensation of recovery costs.",
            "min-commitment",
            Met,
        ),
        (
            "The pool of parts under this Agreement may be amended from time to time by Supplier by way of notice, unless Customer does not agree the same within ten days.",
            "unilateral-change",
            Met,
        ),
        (
            "If, for any reason, any provision of this Agreement is determined to be invalid, the rest stays in force; provided that if Supplier determines that this affects the price, Supplier may terminate this Agreement.",
            "vendor-convenience-exit",
            Met,
        ),
        // As long as the term before is as long as that.
        (
            "The initial term of this Agreement is five (5) years from the Effective Date. Upon its expiry this Agreement shall automatically renew for successive terms of the same duration, unless either party gives notice.",
            "auto-renew",
            RedLine,
        ),
    ];
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(text, check, expect)| {
            let got = outcome(text, check);
            (got != Some(*expect)).then(|| format!("{check} {got:?}, not {expect:?}: {text}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_the_supplier_owes_is_not_missed_where_nobody_is_known_to_supply() {
    let made = |parties: &str| {
        format!(
            "# Maintenance Services Agreement\n\nThis Agreement is made as of 1 March 2024 between {parties}.\n\n## 1. Services\n\n1.1 The services are described in the order.\n"
        )
    };
    let outcomes = |text: &str| -> Vec<Outcome> {
        let reviewed = support::review(text).unwrap();
        [
            "no-convenience-exit",
            "insurance",
            "confidentiality-term",
            "cure-period",
        ]
        .iter()
        .filter_map(|check| {
            let finding = reviewed
                .judgement
                .findings
                .iter()
                .find(|f| f.check == *check);
            finding.map(|f| f.outcome)
        })
        .collect()
    };
    let nobody = made("Ashby Capital L.P. (\"Ashby\") and Colne Holdings Ltd (\"Colne\")");
    let known = made("Tallow Systems, Inc. (\"Supplier\") and Birch Mutual Ltd (\"Customer\")");
    assert_eq!(outcomes(&nobody), [Outcome::NotApplicable; 4]);
    assert_eq!(outcomes(&known), [Outcome::Missing; 4]);
}
