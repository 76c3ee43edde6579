//! The kinds of clauses: for each the words that must occur and the function that reads it.
//!
//! A rule runs only on sentences in which one of its words occurs; it may add any number of clauses.

mod control;
mod data;
mod exit;
mod general;
pub(crate) mod heard;
mod liability;
mod money;
mod places;
mod property;
mod service;
mod term;

use countersign_contracts::clause::Clause;

use crate::reader::Sentence;

/// One rule of the reader.
#[derive(Debug)]
pub struct KindRule {
    /// Lower-cased words one of which must occur in the sentence.
    pub needs: &'static [&'static str],
    /// Reads the sentence.
    pub read: fn(&Sentence, &mut Vec<Clause>),
}

/// Every rule.
pub static RULES: &[KindRule] = &[
    KindRule {
        needs: &[
            "liab",
            "damages",
            "recover",
            "claims of",
            "compensation",
            "most that",
            "not pay",
            "answerable",
        ],
        read: liability::read_cap,
    },
    KindRule {
        needs: &["liab", "damages"],
        read: liability::read_consequential_loss,
    },
    KindRule {
        needs: &["liab", "limit", "cap ", "cap)", "waiver)"],
        read: liability::read_uncapped,
    },
    KindRule {
        needs: &["action", "claim", "proceeding", " sue ", "suit"],
        read: liability::read_claim_time_limit,
    },
    KindRule {
        needs: &["indemnif", "harmless", "defend"],
        read: liability::read_indemnity,
    },
    KindRule {
        needs: &["settle", "indemni", "tender"],
        read: liability::read_indemnity_procedure,
    },
    KindRule {
        needs: &[
            "renew",
            "extend",
            "extension",
            "prolong",
            "year to year",
            "month to month",
            "successive",
            "additional",
            "thereafter",
            "indefinitely after",
            "consecutive",
            "rolls over",
            "roll over",
            "rolled over",
            "new term",
            "another",
            "further",
        ],
        read: term::read_renewal,
    },
    KindRule {
        needs: &[
            "renew",
            "extend",
            "month to month",
            "month-to-month",
            "until terminated",
            "until either",
            "initial",
            "expiration",
            "expiry",
            "end of the",
            "original term",
        ],
        read: term::read_renewal_notice,
    },
    KindRule {
        needs: &[
            "term",
            "effect",
            "expir",
            "period",
            "perpet",
            "anniversary",
            "contract end",
            "continu",
            "commenc",
            "remain",
            "terminat",
        ],
        read: term::read_initial_term,
    },
    KindRule {
        needs: &[
            "date",
            "as of",
            "made on",
            "day of",
            "entered into",
            "effective",
            "199",
            "200",
            "201",
            "202",
            "/9",
            "/0",
            "/1",
            "/2",
        ],
        read: term::read_dates,
    },
    KindRule {
        needs: &["terminat", "cancel", "by either ", "by any ", "by each "],
        read: exit::read_convenience,
    },
    KindRule {
        needs: &["cure", "remed", "rectif", "breach", "default"],
        read: exit::read_cause,
    },
    KindRule {
        needs: &[
            "suspend",
            "suspension",
            "interrupt",
            "withhold",
            "block",
            "disable",
            "deactivate",
            "cease to",
            "stop ",
            "cut off",
            "shut",
            "restrict",
            "halt",
            "discontinu",
            "on hold",
            "refuse",
        ],
        read: exit::read_suspension,
    },
    KindRule {
        needs: &["terminat", "cancel", "liquidated"],
        read: exit::read_exit_fee,
    },
    KindRule {
        needs: &[
            "transition",
            "migrat",
            "assistance",
            "after this agreement",
            "wind-down",
            "phase-out",
        ],
        read: exit::read_transition,
    },
    KindRule {
        needs: &["invoice", "payable", "payment", "net ", "pay ", "paid"],
        read: money::read_payment_terms,
    },
    KindRule {
        needs: &[
            "interest",
            "late",
            "overdue",
            "past due",
            "service charge",
            "finance charge",
            "surcharge",
            "arrears",
            "due date",
            "delay",
        ],
        read: money::read_late_fees,
    },
    KindRule {
        needs: &["disput"],
        read: money::read_invoice_dispute,
    },
    KindRule {
        needs: &[
            "increase",
            "then-current",
            "then current",
            "adjust",
            "price",
            "fees for",
            "list price",
            "raise",
            "the fees",
            "charges",
            "rates",
            "higher fees",
            "escalat",
        ],
        read: money::read_price_change,
    },
    KindRule {
        needs: &[
            "per year",
            "per contract year",
            "annual",
            "each year",
            "per annum",
            "per month",
            "monthly fee",
        ],
        read: money::read_fees,
    },
    KindRule {
        needs: &[
            "minimum",
            "at least",
            "shortfall",
            "no less than",
            "not less than",
            "take or pay",
            "take-or-pay",
        ],
        read: money::read_minimum,
    },
    KindRule {
        needs: &[
            "exceed",
            "excess",
            "overage",
            "above the quantit",
            "additional usage",
            "in excess of",
        ],
        read: money::read_overage,
    },
    KindRule {
        needs: &["favorable", "favourable", "favored", "favoured"],
        read: money::read_most_favoured,
    },
    KindRule {
        needs: &["revenue", "royalt", "profit", "commission"],
        read: money::read_revenue_share,
    },
    KindRule {
        needs: &["assign", "transfer", "delegate"],
        read: control::read_assignment,
    },
    KindRule {
        needs: &[
            "change of control",
            "change in control",
            "change of ownership",
            "control of",
            "merger",
        ],
        read: control::read_change_of_control,
    },
    KindRule {
        needs: &["subcontract", "sub-contract"],
        read: control::read_subcontracting,
    },
    KindRule {
        needs: &[
            "exclusiv",
            "sole ",
            "solely",
            "only from",
            "only by",
            "only through",
            "compet",
            "requirements",
            "of its needs",
            "from no one",
            "from nobody",
            "demand",
            "purchases",
            "anyone",
            "other than",
            "from others",
            " only ",
            "other part",
            "other supplier",
            "other vendor",
            "other provider",
            "another",
            "similar",
            "elsewhere",
            "third part",
        ],
        read: control::read_exclusivity,
    },
    KindRule {
        needs: &["compet"],
        read: control::read_non_compete,
    },
    KindRule {
        needs: &["solicit", "hire", "employ"],
        read: control::read_no_solicit,
    },
    KindRule {
        needs: &["audit", "inspect", "books and records"],
        read: control::read_audit,
    },
    KindRule {
        needs: &["insurance", "insured", "self-insure"],
        read: control::read_insurance,
    },
    KindRule {
        needs: &[
            "first refusal",
            "first offer",
            "first negotiation",
            "right of first",
        ],
        read: control::read_first_refusal,
    },
    KindRule {
        needs: &["disparag", "negative"],
        read: control::read_non_disparagement,
    },
    KindRule {
        needs: &[
            "publicity",
            "press release",
            "publicly",
            "as a customer",
            "as a client",
            "promotional",
            "logo",
            "customer list",
            "marketing materials",
            "announcement",
            "reference customer",
            "advertis",
            "client list",
            "list of clients",
            "list of customers",
            "make public",
            "website",
            "its customer",
            "its client",
        ],
        read: control::read_publicity,
    },
    KindRule {
        needs: &[
            "personal data",
            "personal information",
            "data processing",
            "gdpr",
            "data protection",
            "processor",
            "data subject",
            "technical and organi",
        ],
        read: data::read_data_protection,
    },
    KindRule {
        needs: &[
            "breach",
            "incident",
            "unauthori",
            "cyber",
            "security event",
            "compromise",
        ],
        read: data::read_breach_notice,
    },
    KindRule {
        needs: &["data", "content", "information", "materials"],
        read: data::read_data_return,
    },
    KindRule {
        needs: &["data", "content", "information", "aggregat", "anonymi"],
        read: data::read_data_use,
    },
    KindRule {
        needs: &["feedback", "suggestion"],
        read: data::read_feedback,
    },
    KindRule {
        needs: &["confiden"],
        read: data::read_confidentiality,
    },
    KindRule {
        needs: &[
            "own",
            "assign",
            "title",
            "work made for hire",
            "works made for hire",
            "work for hire",
            "vest",
        ],
        read: property::read_ownership,
    },
    KindRule {
        needs: &["grant", "licen"],
        read: property::read_licence,
    },
    KindRule {
        needs: &["escrow"],
        read: property::read_escrow,
    },
    KindRule {
        needs: &["not to sue", "challenge", "contest", "not sue"],
        read: property::read_covenant_not_to_sue,
    },
    KindRule {
        needs: &[
            "warrant",
            "will perform",
            "shall perform",
            "conform",
            "defects",
        ],
        read: service::read_warranty,
    },
    KindRule {
        needs: &["as is", "as-is", "disclaim", "warrant", "merchantab"],
        read: service::read_disclaimer,
    },
    KindRule {
        needs: &[
            "sole remed",
            "exclusive remed",
            "only remed",
            "sole and exclusive",
            "exclusive and sole",
        ],
        read: service::read_sole_remedy,
    },
    KindRule {
        needs: &["availab", "uptime", "up-time", "service level"],
        read: service::read_service_level,
    },
    KindRule {
        needs: &["govern", "construed", "laws of"],
        read: general::read_governing_law,
    },
    KindRule {
        needs: &[
            "court",
            "jurisdiction",
            "venue",
            "arbitra",
            "jury",
            "attorney",
            "class action",
            "legal costs",
        ],
        read: general::read_forum,
    },
    KindRule {
        needs: &[
            "force majeure",
            "reasonable control",
            "beyond the control",
            "beyond its control",
            "acts of god",
            "act of god",
        ],
        read: general::read_force_majeure,
    },
    KindRule {
        needs: &["conflict", "inconsisten", "precedence", "prevail"],
        read: general::read_precedence,
    },
    KindRule {
        needs: &[
            "modif", "amend", "change", "revise", "posting", "update", "alter", "vary", "varied",
            "replace", "adapt",
        ],
        read: general::read_unilateral_change,
    },
    KindRule {
        needs: &[
            "third party",
            "third parties",
            "third-party",
            "beneficiar",
            "third person",
        ],
        read: general::read_beneficiary,
    },
    KindRule {
        needs: &[
            "___",
            "[\x01\x01\x05",
            "[ \x01\x01\x05",
            "[tbd",
            "[to be",
            "[insert",
            "[date",
            "[name",
            "[amount",
            "xx/xx",
        ],
        read: general::read_placeholder,
    },
];
