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
    Fees "fees" "Fees and contract value" None;
    Warranty "warranty" "Express warranty" None;
    Placeholder "placeholder" "Blanks and placeholders" None;
    AbsentPart "absent_part" "Schedules that are not there" None;
    BrokenReference "broken_reference" "References that lead nowhere" None;
    WordsAndDigits "words_and_digits" "Numbers that disagree" None;
    UndefinedTerm "undefined_term" "Terms without a definition" None;
    UnusedTerm "unused_term" "Definitions that are not used" None;
    OnlineTerms "online_terms" "Terms kept on a website" None;
    Interaction "interaction" "Clauses that work against each other" None;
}

impl ClauseKind {
    /// Whether it is found by comparing places of the whole document, which no reader of a chunk sees.
    #[must_use]
    pub fn is_of_the_document(self) -> bool {
        matches!(
            self,
            Self::AbsentPart
                | Self::BrokenReference
                | Self::WordsAndDigits
                | Self::UndefinedTerm
                | Self::UnusedTerm
                | Self::OnlineTerms
                | Self::Interaction
        )
    }
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

impl Side {
    /// As seen from the other side.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Ours => Self::Theirs,
            Self::Theirs => Self::Ours,
            same => same,
        }
    }
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
    /// How many of something that is neither money nor time: carve-outs, users.
    Count {
        /// How many.
        value: f64,
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
    /// Whom the provision's main verb is about: who owes, may, is limited or is restricted. For a
    /// limit of liability it is the party whose liability is limited, for an indemnity the party that
    /// indemnifies, for a right the party that has it.
    pub bound: Side,
    /// Whether it holds or is excluded.
    pub polarity: Polarity,
    /// The reader's own confidence, 0 to 1.
    pub confidence: f32,
    /// Values read from it.
    pub facts: Vec<Fact>,
}

impl Clause {
    /// The first fact of that name.
    #[must_use]
    pub fn fact(&self, name: &str) -> Option<&Fact> {
        self.facts.iter().find(|f| f.name == name)
    }
}

impl FactValue {
    /// The value as a number of `unit`, where it can be one: a duration in days, an amount, a rate.
    ///
    /// Months count as 30 days and years as 12 months, as contracts of sale usually mean them; dates
    /// that matter are computed on the calendar instead (see [`crate::date::CivilDate`]).
    #[must_use]
    pub fn number_in(&self, unit: NumberUnit) -> Option<f64> {
        match (self, unit) {
            (Self::Duration { value, unit: from }, _) => {
                let months = match from {
                    TimeUnit::Year => value * 12.0,
                    _ => value * from.hours() / TimeUnit::Month.hours(),
                };
                match unit {
                    NumberUnit::Hours => Some(value * from.hours()),
                    NumberUnit::Days => Some(value * from.hours() / 24.0),
                    NumberUnit::Months => Some(months),
                    NumberUnit::Years => Some(months / 12.0),
                    _ => None,
                }
            }
            (Self::Percentage { value, .. }, NumberUnit::Percent) => Some(*value),
            (Self::Percentage { value, per }, NumberUnit::PercentPerYear) => match per {
                Some(TimeUnit::Day) => Some(value * 365.0),
                Some(TimeUnit::Week) => Some(value * 52.0),
                Some(TimeUnit::Month) => Some(value * 12.0),
                Some(TimeUnit::Year) => Some(*value),
                _ => None,
            },
            (Self::Amount { value, .. }, NumberUnit::Amount) => Some(*value),
            (Self::Count { value }, NumberUnit::Count) => Some(*value),
            _ => None,
        }
    }
}

/// The unit in which a condition of a playbook compares a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberUnit {
    /// `notice.hours`
    Hours,
    /// `notice.days`
    Days,
    /// `cap.months`
    Months,
    /// `term.years`
    Years,
    /// `uptime.percent`
    Percent,
    /// `interest.percent_per_year`
    PercentPerYear,
    /// `cover.amount`
    Amount,
    /// `carve_outs.count`
    Count,
}

impl TimeUnit {
    /// How many hours one of it is, a month taken as 30 days and a working day as 1.4 days.
    #[must_use]
    pub fn hours(self) -> f64 {
        match self {
            Self::Hour => 1.0,
            Self::Day => 24.0,
            Self::BusinessDay => 33.6,
            Self::Week => 168.0,
            Self::Month => 720.0,
            Self::Year => 8760.0,
        }
    }

    /// The word for it: `day`, `working day`, `month`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::BusinessDay => "working day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}
