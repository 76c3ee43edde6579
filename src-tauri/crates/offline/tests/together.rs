//! What clauses do to each other, what is at stake, and what is wrong with the document itself.

#[path = "support/review.rs"]
mod support;

use countersign_contracts::clause::Side;
use countersign_contracts::finding::{Finding, Outcome, Severity};
use support::review;

const HEAD: &str = "SUBSCRIPTION AGREEMENT\n\nThis Agreement is made as of March 1, 2025 between Acme Cloud Ltd \
    (\"Supplier\") and Bramley Foods Ltd (\"Customer\").\n\n";

fn finding(body: &str, check: &str) -> Option<Finding> {
    let reviewed = review(&format!("{HEAD}{body}")).ok()?;
    let mut findings = reviewed.judgement.findings.into_iter();
    findings.find(|f| f.check == check)
}

/// `None` when there is no such check.
fn fires(body: &str, check: &str) -> Option<bool> {
    let found = finding(body, check)?;
    let settled = matches!(found.outcome, Outcome::Met | Outcome::NotApplicable);
    assert!(settled || !found.citations.is_empty(), "{found:?}");
    Some(!settled)
}

const RENEWS: &str = "The initial term of this Agreement is two years. This Agreement shall automatically renew for \
    successive periods of twelve (12) months unless either party gives notice of non-renewal at least ninety (90) \
    days before the end of the then-current term.";

#[test]
fn clauses_that_work_against_each_other_are_found_and_harmless_pairs_are_not() {
    let cases = [
        (
            "price-after-window",
            format!("{RENEWS} Supplier may increase the fees for any renewal term on thirty (30) days' notice before the renewal term begins."),
            format!("{RENEWS} Supplier may increase the fees for any renewal term on one hundred twenty (120) days' notice before the renewal term begins."),
        ),
        (
            "notice-before-start",
            "The initial term of this Agreement is six months. This Agreement shall automatically renew for successive periods of six (6) months unless either party gives notice of non-renewal at least six (6) months before the end of the then-current term.".to_owned(),
            RENEWS.to_owned(),
        ),
        (
            "uneven-liability",
            "Supplier's total liability under this Agreement shall not exceed the fees paid in the twelve (12) months before the claim.\n\nCustomer shall indemnify and hold harmless Supplier from any claim, loss or damage arising from any breach of this Agreement.".to_owned(),
            "Each party's total liability under this Agreement shall not exceed the fees paid in the twelve (12) months before the claim.\n\nCustomer shall indemnify and hold harmless Supplier from any claim, loss or damage arising from any breach of this Agreement.".to_owned(),
        ),
        (
            "two-laws",
            "This Agreement is governed by the laws of the State of New York.\n\nThis Agreement shall be governed by and construed in accordance with the laws of England and Wales.".to_owned(),
            "This Agreement is governed by the laws of England.\n\nThis Agreement shall be governed by and construed in accordance with the laws of England.".to_owned(),
        ),
        (
            "absent-parts",
            "The fees are set out in Schedule 4, which is attached.".to_owned(),
            "The fees are set out in Schedule 4, which is attached.\n\nSCHEDULE 4\n\nGBP 100 a month.".to_owned(),
        ),
        (
            "words-and-digits",
            "Customer shall pay each invoice within thirty (60) days.".to_owned(),
            "Customer shall pay each invoice within sixty (60) days.".to_owned(),
        ),
        (
            "online-terms",
            "Customer shall comply with the Acceptable Use Policy available at https://vendor.example/aup, as updated from time to time.".to_owned(),
            "Support tickets are opened at https://vendor.example/help by the Customer.".to_owned(),
        ),
        (
            "undefined-terms",
            "Customer shall pay the Security Deposit (as defined below) on signature.".to_owned(),
            "Customer shall pay the Security Deposit (as defined below) on signature. \"Security Deposit\" means GBP 100.".to_owned(),
        ),
    ];
    for (check, wrong, right) in cases {
        assert_eq!(fires(&wrong, check), Some(true), "{check}: {wrong}");
        assert_eq!(fires(&right, check), Some(false), "{check}: {right}");
    }
}

#[test]
fn what_is_at_stake_is_said_in_money_and_days_of_this_contract() {
    let fees = "Customer shall pay fees of GBP 165,000 per year. The initial term of this Agreement is forty-eight (48) months.";
    let cases = [
        (
            "cap-low",
            format!(
                "{fees}\n\nEach party's total liability under this Agreement shall not exceed the fees paid in the three (3) months before the claim."
            ),
            "One quarter's charges: GBP 41,250 against GBP 660,000 over the term of 48 months.",
        ),
        (
            "auto-renew",
            format!("Customer shall pay fees of GBP 165,000 per year.\n\n{RENEWS}"),
            "Another 12 months for GBP 165,000 unless notice is given by 2026-12-01.",
        ),
        (
            "renewal-notice-long",
            RENEWS.replace("ninety (90)", "one hundred twenty (120)"),
            "The last day to give notice is 2026-11-01.",
        ),
    ];
    for (check, body, expect) in cases {
        let found = finding(&body, check).unwrap();
        assert_eq!(found.exposure, expect, "{check}");
    }
    // Without the yearly fees nothing is made up.
    let cap = "Each party's total liability under this Agreement shall not exceed the fees paid in the three (3) \
        months before the claim.";
    let unknown = finding(cap, "cap-low").unwrap();
    assert_eq!(
        (unknown.outcome, unknown.exposure.as_str()),
        (Outcome::RedLine, "")
    );
}

#[test]
fn dates_have_both_edges_of_a_window_working_days_and_rows_that_say_why_they_have_none() {
    let body = "The initial term of this Agreement is two years from the date of this Agreement. This Agreement shall \
        automatically renew for successive periods of twelve (12) months unless either party gives notice of \
        non-renewal not less than sixty (60) days and not more than ninety (90) days before the end of the \
        then-current term.\n\nCustomer shall pay each invoice within thirty (30) days of its receipt.";
    let reviewed = review(&format!("{HEAD}{body}")).unwrap();
    let row = |event: &str| {
        let dates = &reviewed.judgement.key_dates;
        let found = dates.iter().find(|date| date.event == event);
        found.map(|date| (date.date.clone(), date.arithmetic[0].clone()))
    };
    let dated = |day: &str, how: &str| Some((Some(day.to_owned()), how.to_owned()));
    assert_eq!(
        row("First day to give notice against renewal"),
        dated("2026-12-01", "2027-03-01 - 90 days = 2026-12-01")
    );
    assert_eq!(
        row("Last day to give notice against renewal"),
        dated("2026-12-31", "2027-03-01 - 60 days = 2026-12-31")
    );
    assert_eq!(
        row("An invoice is due"),
        Some((
            None,
            "30 days from each invoice: the contract gives no date to count from".to_owned()
        ))
    );
    let owed = &reviewed.judgement.obligations;
    assert!(
        owed.iter().any(|duty| duty.side == Side::Ours
            && duty.due.as_deref() == Some("30 days from the invoice")),
        "{owed:?}"
    );

    let working = body.replace(
        "not less than sixty (60) days and not more than ninety (90) days",
        "at least ten (10) business days",
    );
    let reviewed = review(&format!("{HEAD}{working}")).unwrap();
    let dates = &reviewed.judgement.key_dates;
    let last = dates
        .iter()
        .find(|date| date.event == "Last day to give notice against renewal")
        .unwrap();
    // 1 March 2027 is a Monday: ten working days before is Monday, 15 February.
    assert_eq!(last.date.as_deref(), Some("2027-02-15"));
    assert!(last.arithmetic[1].contains("public holidays"), "{last:?}");
}

#[test]
fn who_may_leave_is_named_in_the_words() {
    let both = "Either party may terminate this Agreement for convenience at any time.";
    let ours = "Supplier may terminate this Agreement for convenience on sixty (60) days' notice.\n\nCustomer may \
        terminate this Agreement for convenience at any time.";
    let said = |words: &str| {
        let findings = review(&format!("{HEAD}{words}"))
            .unwrap()
            .judgement
            .findings;
        let finding = findings
            .into_iter()
            .find(|f| f.check == "no-convenience-exit");
        finding.unwrap().explanation
    };
    assert_eq!(
        said(both),
        "Each party may end the contract without a reason."
    );
    assert_eq!(
        said(ours),
        "Customer may end the contract without a reason."
    );
}

#[test]
fn a_notice_against_one_renewal_keeps_off_no_other() {
    let exposure = |renewals: &str| {
        let text = format!(
            "# Supply Agreement\n\nThis Agreement is made as of 1 March 2024 (the \"Effective Date\") between Tallow Systems, Inc. \
             (\"Supplier\") and Birch Mutual Ltd (\"Customer\").\n\n## 2. Term\n\n2.1 The initial term of this Agreement is two (2) \
             years from the Effective Date. {renewals}\n"
        );
        let reviewed = support::review(&text).unwrap();
        let finding = reviewed.judgement.findings.into_iter();
        finding
            .filter(|f| f.check == "auto-renew")
            .map(|f| f.exposure)
            .collect::<String>()
    };
    let one = exposure(
        "This Agreement shall automatically renew for five (5) years unless either party gives sixty (60) days' prior notice of non-renewal.",
    );
    assert!(one.contains("unless notice is given by"), "{one}");
    let two = exposure(
        "Upon completion of the initial term this Agreement shall be automatically renewed for five (5) years. \
         Thereafter this Agreement shall automatically renew for two (2) years unless either party gives sixty (60) days' prior notice of non-renewal.",
    );
    assert!(!two.contains("unless notice is given by"), "{two}");
}

/// A renewal of years that one may leave at any time binds nobody for years.
#[test]
fn a_way_out_takes_the_gravity_from_a_renewal() {
    let renews = "The initial term is five (5) years from the date of this Agreement and renews automatically for \
        successive terms of five (5) years unless either party gives notice ninety (90) days before its end.";
    let exit = "Termination. This Agreement may be terminated upon the occurrence of any of the following events:\n\n\
        (a) At the election of either party, if the other party is dissolved;\n\n\
        (b) By either party upon sixty (60) days prior written notice to the other party; or\n\n\
        (c) By the non-defaulting party upon any default of the other party.";
    let alone = finding(renews, "auto-renew").unwrap();
    assert_eq!(alone.severity, Severity::High, "{alone:?}");
    assert!(
        alone.exposure.contains("unless notice is given"),
        "{alone:?}"
    );
    let both = finding(&format!("{renews}\n\n{exit}"), "auto-renew").unwrap();
    assert_eq!(both.severity, Severity::Medium, "{both:?}");
    assert!(both.exposure.is_empty(), "{both:?}");
    assert!(both.explanation.contains("ended before"), "{both:?}");
}

/// What another clause says of the same matter is taken into account.
#[test]
fn a_protection_in_another_clause_is_one() {
    let renews =
        "This Agreement shall automatically renew for successive periods of twelve (12) months";
    let free = "Supplier may use subcontractors for the Services in its discretion without notice.";
    for (check, risk, relief) in [
        (
            "renewal-price",
            format!("{renews} unless either party gives notice of non-renewal."),
            format!(
                "{renews} under the same terms and conditions unless either party gives notice of non-renewal."
            ),
        ),
        (
            "subcontract",
            free.to_owned(),
            format!(
                "{free}\n\nA party that subcontracts any of its duties shall remain liable for the acts of its subcontractors."
            ),
        ),
    ] {
        assert!(finding(&risk, check).unwrap().is_risk(), "{check}: {risk}");
        assert!(
            !finding(&relief, check).unwrap().is_risk(),
            "{check}: {relief}"
        );
    }
}

#[test]
fn bound_to_one_supplier_with_exceptions_is_graver_than_free_and_milder_than_for_good() {
    let bound = "Customer shall purchase all of its requirements of the Products exclusively from Supplier.";
    let minimum = "Customer shall purchase at least ten thousand (10,000) units of the Products in each year.";
    let cases = [
        (format!("{bound}\n\n{minimum}"), Severity::Critical),
        (
            format!(
                "{bound} Provided, however, that Customer may buy elsewhere upon the occurrence of a Supply Failure.\n\n{minimum}"
            ),
            Severity::High,
        ),
    ];
    for (text, severity) in cases {
        let found = finding(&text, "exclusivity").unwrap();
        assert_eq!(found.severity, severity, "{found:?}");
    }
}

#[test]
fn a_short_duty_of_confidence_is_told_by_when_it_ends() {
    let text = "During the term of this Agreement and for one (1) year thereafter, each party shall keep confidential \
        what the other discloses.";
    let found = finding(text, "confidentiality-term").unwrap();
    assert_eq!(
        found.title,
        "Confidentiality ends 1 year after the contract"
    );
}

/// What stands in a form that is yet to be filled in binds nobody, and its blanks are meant to be there.
#[test]
fn a_form_to_be_filled_in_is_no_promise() {
    let indemnity = "Customer shall indemnify and hold harmless Supplier from any claim arising from any breach of \
        this Agreement.";
    let form = |head: &str| {
        format!(
            "{}EXHIBIT A\n\n{head}\n\nThis Agreement is made between [Party] \
             and [Supplier] on [date] at [place].\n\n{indemnity}\n\nThe plants stand at [Place] until [Date of Harvest].",
            "1. Fees. Customer pays GBP 100 a month.\n\n".repeat(16)
        )
    };
    let filled_in_later = finding(
        &form("PREFERRED FORM OF MATERIAL TRANSFER AGREEMENT"),
        "buyer-indemnity-broad",
    );
    assert!(!filled_in_later.unwrap().is_risk());
    let binding = finding(&form("MATERIAL TRANSFERS"), "buyer-indemnity-broad");
    assert!(binding.unwrap().is_risk());
}
