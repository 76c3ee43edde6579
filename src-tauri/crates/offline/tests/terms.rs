//! The register's row: wordings of dates, terms, renewals and notices, each beside one that says
//! something else.

#[path = "support/review.rs"]
mod support;

use countersign_contracts::document::Document;
use countersign_offline::facts::{Facts, read_facts};
use support::review;

const HEAD: &str = "SERVICES AGREEMENT\n\nThis Agreement is made as of March 1, 2020 (the \"Effective Date\") between \
    Acme Cloud Ltd (\"Supplier\") and Bramley Foods Ltd (\"Customer\").\n\n";

fn facts(text: &str) -> Facts {
    read_facts(&Document::from_plain_text(text))
}

/// The value of a field of a contract with these words behind its preamble.
fn value(field: &str, words: &str) -> String {
    facts(&format!("{HEAD}{words}")).value(field).to_owned()
}

#[test]
fn the_end_of_the_first_term_is_read_or_computed() {
    let cases = [
        // A year of the contract, in words and in digits; a year of the calendar is no count.
        (
            "This Agreement shall continue until the end of the third (3rd) Contract Year.",
            "2023-03-01",
        ),
        (
            "This Agreement shall commence on the Effective Date and end upon the end of Year 3.",
            "2023-03-01",
        ),
        (
            "This Agreement shall continue until the end of year 2024.",
            "",
        ),
        // The calendar year it begins in.
        (
            "This Agreement shall remain in effect until the end of the current calendar year.",
            "2020-12-31",
        ),
        // The first of several ends that is a day or a length.
        (
            "The term of this Agreement shall continue until the earlier of (i) December 31, 2022, (ii) the end of the Lease and (iii) notice.",
            "2022-12-31",
        ),
        (
            "The term of this Agreement shall expire upon the later of the end of the season and the last day in February, 2023.",
            "2023-02-28",
        ),
        (
            "This Agreement shall remain in effect until the earlier of the below events:\n\n(a) The fifth (5th) anniversary of this Agreement; and\n\n(b) the sale of the Shares.",
            "2025-03-01",
        ),
        // What a definition holds; the day it begins on is none that it ends on.
        (
            "\"Service Period\" means March 1, 2020 through to May 30, 2021.\n\nThis Agreement shall commence on the Effective Date and continue in effect for the Service Period.",
            "2021-05-30",
        ),
        (
            "This Agreement shall become effective on the Effective Date and continue in effect until terminated by either party.",
            "perpetual",
        ),
        (
            "\"Intended End\" means the fourth (4th) anniversary of the Effective Date.\n\nThis Agreement shall commence on the Effective Date and shall continue until the Intended End.",
            "2024-03-01",
        ),
        // Only something that may happen ends it, unless a length stands elsewhere.
        (
            "This Agreement shall continue in force until the earlier of the day on which the Owner no longer owns the Shares and a notice of termination.",
            "perpetual",
        ),
        (
            "This Agreement shall expire if the Adviser ceases to serve.",
            "perpetual",
        ),
        (
            "This Agreement shall terminate upon the earliest to occur of insolvency and breach.\n\nThe term of this Agreement shall be two (2) years.",
            "2022-03-01",
        ),
        // What begins when the term has ended, and what is about something else.
        (
            "Supplier shall keep the records for two (2) years following termination of this Agreement.",
            "",
        ),
        (
            "Customer may exercise its option during the term of the contract for two (2) years.",
            "",
        ),
        (
            "This Agreement shall continue in effect for a period of five (5) years from the first purchase order.",
            "2025-03-01",
        ),
        (
            "Term: twelve (12) months from the Effective Date.",
            "2021-03-01",
        ),
        // What follows the end, what recurs, what ends it before its time, what keeps a secret.
        (
            "Upon a termination of this Agreement, Supplier shall continue to make spare parts available for a period of ten (10) years.",
            "",
        ),
        (
            "The parties will meet every three (3) months, during the term of this Agreement, to review the prices.",
            "",
        ),
        (
            "The covenants of confidentiality set forth in this Agreement will continue for three (3) years.",
            "",
        ),
        // Years that are counted from a day of their own, or of another contract.
        (
            "\"Contract Year\" means a period beginning on the Commencement Date and each twelve months after it.\n\nThis Agreement shall continue until the end of the third (3rd) Contract Year, and thereafter until terminated by either party.",
            "",
        ),
        (
            "\"Contract Year\" means each twelve months beginning on the Effective Date.\n\nThis Agreement shall continue until the end of the third (3rd) Contract Year.",
            "2023-03-01",
        ),
        (
            "\"Initial Term\" means the period ending on the fifth anniversary of the Sales Agreement Effective Date.",
            "",
        ),
    ];
    for (words, expect) in cases {
        assert_eq!(value("expiration_date", words), expect, "{words}");
    }
}

#[test]
fn a_contract_starts_on_its_own_day_and_not_on_an_older_ones() {
    let body = "The initial term of this Agreement is two (2) years.";
    let older = format!(
        "MAINTENANCE CONTRACT\n\nThis Agreement is made as of October 10, 2000.\n\nIt replaces the Annex of the original \
         Purchase Contract, made effective on April 6, 1998.\n\n{body}"
    );
    assert_eq!(facts(&older).value("effective_date"), "2000-10-10");
    assert_eq!(facts(&older).value("expiration_date"), "2002-10-10");
    let own = format!(
        "MAINTENANCE CONTRACT\n\nThis Agreement is made as of October 10, 2000 and shall take effect on January 1, 2001.\n\n{body}"
    );
    assert_eq!(facts(&own).value("effective_date"), "2001-01-01");
    assert_eq!(facts(&own).value("expiration_date"), "2003-01-01");
}

#[test]
fn a_renewal_is_as_long_as_its_own_words_say() {
    let cases = [
        (
            "Unless Customer notifies Supplier of its intent not to renew this Agreement in writing within a period of three (3) months following the reminder, this Agreement shall automatically renew for one (1) twelve-month period.",
            "12 months",
        ),
        (
            "The term of this Agreement shall be two (2) years from the Effective Date with automatic annual renewals thereafter.",
            "1 year",
        ),
        (
            "The contract shall be for a term of one year; thereafter, it shall automatically continue until terminated by either party.",
            "perpetual",
        ),
        (
            "This Agreement is made for the calendar year and is renewed tacitly every year.",
            "1 year",
        ),
        (
            "This Agreement shall thereafter automatically renew for an unlimited period of time.",
            "perpetual",
        ),
        // The first term's length, a price and a request renew nothing.
        (
            "The parties agree. Such period shall automatically be extended by twelve (12) months where the Agreement is silent.",
            "",
        ),
        (
            "This Agreement shall extend for a period of five (5) years (\"Initial Term\"), unless it is extended by mutual agreement.",
            "",
        ),
        (
            "This Agreement shall continue for a period of two (2) years, unless extended by written agreement of both parties.",
            "",
        ),
        (
            "Supplier may increase the price at the end of the first year of this Agreement and from year to year thereafter.",
            "",
        ),
        (
            "This Agreement shall not automatically renew for a further year.",
            "",
        ),
    ];
    for (words, expect) in cases {
        assert_eq!(value("renewal_term", words), expect, "{words}");
    }
}

#[test]
fn a_notice_that_one_wishes_to_renew_is_none_against_renewal() {
    let wish = "Customer may renew this Agreement when it has given notice of its desire to renew at least six (6) months before the end of the term.";
    let against = "Supplier shall give written notice of its election not to renew this Agreement at least three (3) months prior to the expiration of the initial term.";
    assert_eq!(
        value("renewal_notice", &format!("{wish}\n\n{against}")),
        "3 months"
    );
    assert_eq!(
        value("renewal_notice", wish),
        "6 months",
        "what stands there is shown"
    );
    let goes_on = "This Agreement shall remain in effect until terminated by either party upon thirty (30) days' prior written notice.";
    assert_eq!(value("renewal_notice", goes_on), "30 days");
}

#[test]
fn a_contract_bears_its_own_date_and_no_other_documents() {
    let signed = |lines: &str| {
        format!(
            "SERVICES AGREEMENT\n\nAcme Cloud Ltd and Bramley Foods Ltd agree as follows.\n\n{}{lines}",
            "The Supplier does the work.\n\n".repeat(60)
        )
    };
    let cases = [
        // The first page, and what stands at its foot.
        ("AGENCY AGREEMENT\n\nMay 14, 2014\n\nTo the holders (as defined in the Plan) as of February 28, 2013.".to_owned(), "2014-05-14"),
        ("Last Updated: April 6, 2007\n\nAFFILIATE AGREEMENT\n\nThe parties agree.".to_owned(), "2007-04-06"),
        ("Outsourcing Contract on the Harbour Hotel October 29, 2015\n\nThe parties agree.".to_owned(), "2015-10-29"),
        ("Source: ACME, INC., 10KSB, 9/28/2005\n\nAFFILIATE AGREEMENT\n\nThe parties agree.".to_owned(), ""),
        // Where the parties sign: the last of their days, with the label behind it or without one.
        (signed("By: /s/ A. Moss\n\nIts: Vice President Date: 3/21/08\n\nBy: /s/ L. Lind\n\nIts: Director Date: 3/18/08"), "2008-03-21"),
        (signed("Authorized Signature\n\nPatrick Moss 1/9/02 Maura Gray 1/14/02\n\nName Date Name Date"), "2002-01-14"),
        (signed("IN WITNESS WHEREOF, the parties have signed.\n\nRome/Houston, 2 April 2020 Acme Cloud Ltd"), "2020-04-02"),
        (signed("IN WITNESS WHEREOF, the parties have signed what completes the Lease dated May 1, 2001."), ""),
        (signed("By: /s/ A. Moss\n\nThe option can be exercised until May 1, 2009."), ""),
        // Another agreement's date, and the day on which the term ends.
        ("FIRST AMENDMENT\n\nThis is the First Amendment to the Development Agreement entered into on April 15, 2010 by Acme Cloud Ltd. It will be effective as of July 5, 2011.".to_owned(), "2011-07-05"),
        ("SERVICES AGREEMENT\n\nThis Agreement supersedes the Confidentiality Agreement between the parties dated September 26, 2012.".to_owned(), ""),
        ("SERVICES AGREEMENT\n\nThe term of this Agreement begins today and shall terminate on June 30, 2010.".to_owned(), ""),
    ];
    for (text, expect) in cases {
        assert_eq!(facts(&text).value("agreement_date"), expect, "{text}");
    }
}

#[test]
fn a_day_that_contradicts_the_start_is_not_shown_and_the_row_says_why() {
    let ends = format!("{HEAD}The term of this Agreement shall expire on September 30, 2019.");
    assert_eq!(facts(&ends).value("expiration_date"), "");
    let other = format!("{ends}\n\nThe initial term of this Agreement is two (2) years.");
    assert_eq!(facts(&other).value("expiration_date"), "2022-03-01");

    let dates = review(&ends).unwrap().judgement.key_dates;
    let end = dates
        .iter()
        .find(|d| d.event == "Initial term ends")
        .unwrap();
    assert_eq!(end.date, None);
    assert_eq!(
        end.arithmetic,
        [
            "Stated: 2019-09-30, which is not after the start on 2020-03-01: one of the two dates is another's"
        ]
    );

    let late = format!(
        "{HEAD}The initial term of this Agreement is three (3) months. This Agreement shall automatically renew for \
         successive periods of three (3) months unless either party gives notice of non-renewal at least six (6) \
         months before the end of the then-current term."
    );
    let dates = review(&late).unwrap().judgement.key_dates;
    let notice = dates
        .iter()
        .find(|d| d.event == "Last day to give notice against renewal")
        .unwrap();
    assert_eq!(notice.date, None);
    assert_eq!(
        notice.arithmetic,
        ["2020-06-01 - 6 months = 2019-12-01, which is before the contract begins on 2020-03-01"]
    );
}

#[test]
fn a_title_a_party_and_a_forum_are_whole_and_nothing_else() {
    let amended = review(
        "FIRST AMENDMENT TO\n\nDISTRIBUTOR AGREEMENT\n\nThis Amendment is entered into between BookingShows.com \
         (\"Promoter\") of 275 Madison Avenue, 6th Floor, New York, NY 10016 and VNUE, Inc. (\"VNUE\"), a Nevada \
         corporation.\n\n1. All disputes shall be settled by arbitration held in English under the rules of the American \
         Arbitration Association.",
    )
    .unwrap();
    let term = |field: &str| {
        let terms = &amended.judgement.key_terms;
        terms
            .iter()
            .find(|t| t.field == field)
            .unwrap()
            .value
            .clone()
    };
    assert_eq!(
        term("contract_title"),
        "FIRST AMENDMENT TO DISTRIBUTOR AGREEMENT"
    );
    assert_eq!(term("forum"), "");
    let parties: Vec<&str> = amended
        .profile
        .parties
        .iter()
        .map(|p| p.name.as_str())
        .collect();
    assert_eq!(parties, ["BookingShows.com", "VNUE, Inc."]);
}
