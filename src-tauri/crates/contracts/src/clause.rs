//! Clauses, their kinds, and the typed facts read from them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::document::Span;

macro_rules! clause_kinds {
    ($($variant:ident $id:literal $title:literal $cuad:expr;)*) => {
        /// What a provision is about. CUAD's 41 kinds are the base; procurement's own stand beside.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema, TS)]
        pub enum ClauseKind {
            $(#[doc = $title] #[serde(rename = $id)] $variant,)*
        }

        impl ClauseKind {
            /// Every kind, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable id, as in JSON, TOML and SQL.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// The name a person reads.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            /// The name of the category in CUAD v1, for kinds that it has.
            #[must_use]
            pub fn cuad_name(self) -> Option<&'static str> {
                match self { $(Self::$variant => $cuad,)* }
            }
        }
    };
}

clause_kinds! {
    DocumentName "document_name" "Document name" Some("Document Name");
    Parties "parties" "Parties" Some("Parties");
    AgreementDate "agreement_date" "Agreement date" Some("Agreement Date");
    EffectiveDate "effective_date" "Effective date" Some("Effective Date");
    ExpirationDate "expiration_date" "Term and expiry" Some("Expiration Date");
    RenewalTerm "renewal_term" "Renewal" Some("Renewal Term");
    NoticePeriodToTerminateRenewal "notice_period_to_terminate_renewal" "Notice against renewal" Some("Notice Period To Terminate Renewal");
    GoverningLaw "governing_law" "Governing law" Some("Governing Law");
    MostFavoredNation "most_favored_nation" "Most favoured customer" Some("Most Favored Nation");
    NonCompete "non_compete" "Non-compete" Some("Non-Compete");
    Exclusivity "exclusivity" "Exclusivity" Some("Exclusivity");
    NoSolicitOfCustomers "no_solicit_of_customers" "No soliciting of customers" Some("No-Solicit Of Customers");
    CompetitiveRestrictionException "competitive_restriction_exception" "Exception to a competitive restriction" Some("Competitive Restriction Exception");
    NoSolicitOfEmployees "no_solicit_of_employees" "No soliciting of employees" Some("No-Solicit Of Employees");
    NonDisparagement "non_disparagement" "Non-disparagement" Some("Non-Disparagement");
    TerminationForConvenience "termination_for_convenience" "Termination for convenience" Some("Termination For Convenience");
    RofrRofoRofn "rofr_rofo_rofn" "Right of first refusal, offer or negotiation" Some("Rofr/Rofo/Rofn");
    ChangeOfControl "change_of_control" "Change of control" Some("Change Of Control");
    AntiAssignment "anti_assignment" "Assignment" Some("Anti-Assignment");
    RevenueProfitSharing "revenue_profit_sharing" "Revenue or profit sharing" Some("Revenue/Profit Sharing");
    PriceRestrictions "price_restrictions" "Price changes" Some("Price Restrictions");
    MinimumCommitment "minimum_commitment" "Minimum commitment" Some("Minimum Commitment");
    VolumeRestriction "volume_restriction" "Volume restriction" Some("Volume Restriction");
    IpOwnershipAssignment "ip_ownership_assignment" "Ownership of intellectual property" Some("Ip Ownership Assignment");
    JointIpOwnership "joint_ip_ownership" "Joint ownership of intellectual property" Some("Joint Ip Ownership");
    LicenseGrant "license_grant" "Licence" Some("License Grant");
    NonTransferableLicense "non_transferable_license" "Non-transferable licence" Some("Non-Transferable License");
    AffiliateLicenseLicensor "affiliate_license_licensor" "Licence by the licensor's affiliates" Some("Affiliate License-Licensor");
    AffiliateLicenseLicensee "affiliate_license_licensee" "Licence for the licensee's affiliates" Some("Affiliate License-Licensee");
    UnlimitedLicense "unlimited_license" "Unlimited licence" Some("Unlimited/All-You-Can-Eat-License");
    IrrevocableOrPerpetualLicense "irrevocable_or_perpetual_license" "Irrevocable or perpetual licence" Some("Irrevocable Or Perpetual License");
    SourceCodeEscrow "source_code_escrow" "Source code escrow" Some("Source Code Escrow");
    PostTerminationServices "post_termination_services" "Exit help and transition" Some("Post-Termination Services");
    AuditRights "audit_rights" "Audit" Some("Audit Rights");
    UncappedLiability "uncapped_liability" "Uncapped liability" Some("Uncapped Liability");
    CapOnLiability "cap_on_liability" "Limit of liability" Some("Cap On Liability");
    LiquidatedDamages "liquidated_damages" "Liquidated damages and termination fees" Some("Liquidated Damages");
    WarrantyDuration "warranty_duration" "Warranty period" Some("Warranty Duration");
    Insurance "insurance" "Insurance" Some("Insurance");
    CovenantNotToSue "covenant_not_to_sue" "Covenant not to sue" Some("Covenant Not To Sue");
    ThirdPartyBeneficiary "third_party_beneficiary" "Third-party beneficiary" Some("Third Party Beneficiary");
    ConsequentialLoss "consequential_loss" "Excluded kinds of loss" None;
    ClaimTimeLimit "claim_time_limit" "Time limit for claims" None;
    IpIndemnity "ip_indemnity" "Indemnity for intellectual property claims" None;
    Indemnity "indemnity" "Indemnity" None;
    IndemnityProcedure "indemnity_procedure" "Indemnity procedure" None;
    TerminationForCause "termination_for_cause" "Termination for cause and cure" None;
    Suspension "suspension" "Suspension" None;
    DataReturn "data_return" "Return and deletion of data" None;
    Subcontracting "subcontracting" "Subcontracting" None;
    PaymentTerms "payment_terms" "Payment terms" None;
    LateFees "late_fees" "Late payment" None;
    InvoiceDispute "invoice_dispute" "Disputed invoices" None;
    WarrantyDisclaimer "warranty_disclaimer" "Disclaimer of warranties" None;
    SoleRemedy "sole_remedy" "Sole remedy" None;
    ServiceLevel "service_level" "Service levels" None;
    DataUse "data_use" "Use of customer data" None;
    Feedback "feedback" "Feedback" None;
    DataProtection "data_protection" "Data protection" None;
    BreachNotice "breach_notice" "Notice of security incidents" None;
    Confidentiality "confidentiality" "Confidentiality" None;
    DisputeResolution "dispute_resolution" "Forum and disputes" None;
    ForceMajeure "force_majeure" "Force majeure" None;
    OrderOfPrecedence "order_of_precedence" "Order of precedence" None;
    UnilateralChange "unilateral_change" "Unilateral change of terms" None;
    Publicity "publicity" "Publicity" None;
    Placeholder "placeholder" "Blanks and placeholders" None;
}

/// A party as seen from the reviewer's side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The side the review is made for: the buyer, unless chosen otherwise.
    Ours,
    /// The other side: the supplier.
    Theirs,
    /// Each party alike.
    Both,
    /// Could not be told from the text.
    Unknown,
}

/// Whether a clause says that something holds or that it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Polarity {
    /// The provision applies.
    Affirmed,
    /// The provision is excluded: "shall not automatically renew".
    Negated,
}

/// A unit of time as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeUnit {
    /// Clock hours.
    Hour,
    /// Calendar days.
    Day,
    /// Working days.
    BusinessDay,
    /// Weeks.
    Week,
    /// Calendar months.
    Month,
    /// Years.
    Year,
}

/// A typed value read from a clause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FactValue {
    /// Money: ISO 4217 currency where it can be told.
    Amount {
        /// `USD`, `GBP`, …
        currency: Option<String>,
        /// In whole units of the currency.
        value: f64,
    },
    /// A length of time.
    Duration {
        /// How many.
        value: f64,
        /// Of what.
        unit: TimeUnit,
    },
    /// A share or rate in percent.
    Percentage {
        /// 1.5 for 1.5 %.
        value: f64,
        /// The period of a rate: 1.5 % per month.
        per: Option<TimeUnit>,
    },
    /// A calendar date.
    Date {
        /// Year.
        year: i16,
        /// 1 to 12.
        month: u8,
        /// 1 to 31.
        day: u8,
    },
    /// Anything that is a name or a word: a place, a law, a party.
    Text {
        /// As in the document.
        value: String,
    },
    /// A yes/no property of the clause, true when present.
    Flag,
}

/// A typed value, what it is, and where it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// What the value means, as named by the playbook's conditions: `notice_period`,
    /// `multiple_of_fees_months`, `payment_days`, `carve_outs` …
    pub name: String,
    /// The value.
    pub value: FactValue,
    /// The words it was read from.
    pub span: Span,
}

/// A provision of the contract as a reader found it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Clause {
    /// What it is about.
    pub kind: ClauseKind,
    /// The sentence or sentences that say it.
    pub span: Span,
    /// Who owes, is limited or is restricted by it.
    pub bound: Side,
    /// Whether it holds or is excluded.
    pub polarity: Polarity,
    /// The reader's own confidence, 0 to 1.
    pub confidence: f32,
    /// Values read from it.
    pub facts: Vec<Fact>,
}
