//! Fees, invoices, interest, prices and commitments.

use countersign_contracts::clause::{Clause, ClauseKind, FactValue, Side, TimeUnit};

use crate::numbers::Percentage;
use crate::pattern::rx;
use crate::reader::Sentence;

/// "payable within ten days of the invoice date".
pub(super) fn read_payment_terms(s: &Sentence, clauses: &mut Vec<Clause>) {
    let paying = rx!(
        r"\b(?:pay|pays|paid|payable|payments?|due|remit\w*|settled?|settles|discharged?|reach|received|honou?red|transferred|credited)\b"
    );
    let invoice = rx!(r"\binvoice[ds]?\b|\bstatement\b|\bbilling\b|\bnet\s+\(?\w+");
    if !s.has(paying) || !s.has(invoice) {
        return;
    }
    if s.has(rx!(r"\bdisput|\baudit|\binterest\b[^.]{0,40}\bper\b|\broyalt|\brefund|\bterminat\w+|\bterminate|\bsuspend|\bindemni|\bfails? to pay")) {
        return;
    }
    // What is paid once says nothing of how invoices are paid.
    if s.has(rx!(r"\bmilestone|\bup-?front\b|\bone-?time\b|\binvoice for (?:such|the) (?:[\w-]+ ){0,2}(?:fee|payment)\b|\b(?:signing|signature|entry) fee\b")) {
        return;
    }
    let window = rx!(
        r"\b(?:within|inside of|net|no later than|not later than|on or before|by|due|payable|in|upon)\b[^.;]{0,60}$|\b(?:period|time|term)\b[^.;]{0,20}\bpay\w*\b[^.;]{0,60}\b(?:is|be|of)\b[^.;]{0,10}$|\bpayment (?:period|term)s?\b[^.;]{0,40}$|\bhas\b[^.;]{0,14}$"
    );
    let counted = rx!(
        r"^[^.;]{0,50}\b(?:of|after|from|following|upon)\b[^.;]{0,60}\b(?:invoice|receipt|statement|billing|date|delivery|presentation|submission|issue[ds]?|issuance)|^\W*$"
    );
    // Where the sentence says that invoices are due, what stands behind that is the time for it.
    let due_from = rx!(
        r"\binvoices?\b[^.]{0,60}?\b(?:shall|will|must|are|is|fall|falls|becomes?)\b[^.]{0,30}?\b(?:due|payable|paid)\b"
    )
    .find(s.lower)
    .map(|m| m.end());
    // "shall object to an invoice within ten days and pay it within sixty".
    let objecting = rx!(
        r"\b(?:object|notify|notice|inform|tell|report|reject|query)\b[^.;]{0,60}\bwithin (?:\w+ )?\(?$"
    );
    // "fifteen days following receipt of payment from its customer": counted from no invoice.
    let when_paid = rx!(
        r"^[^.;]{0,40}\b(?:receipt|receives?|received|collects?|acceptance)\b[^.;]{0,60}\bfrom (?:its|the|such|any|their) (?:\w+ )?(?:customer|client|licensee|purchaser|end user)"
    );
    let found = s.durations().iter().find(|d| {
        let (head, tail) = (s.lower.get(..d.start), s.lower.get(d.end..));
        d.value.days() <= 200.0
            && d.value.unit != TimeUnit::Year
            && d.value.unit != TimeUnit::Hour
            && head.is_some_and(|head| window.is_match(head))
            && !head.is_some_and(|head| objecting.is_match(head))
            && !tail.is_some_and(|tail| when_paid.is_match(tail))
            && (due_from.is_some_and(|from| d.start >= from)
                || tail.is_some_and(|tail| counted.is_match(tail)))
    });
    // "on or before the fourteenth (14th) day after their date".
    let ordinal = rx!(
        r"\b(?:on or before|by|until|not later than|no later than) the (?:[a-z-]+ )?\(?(\d{1,2})(?:st|nd|rd|th)\)? (?:calendar |business )?day (?:after|of|from|following)\b"
    )
    .captures(s.lower)
    .and_then(|c| c.get(1));
    let net = rx!(r"\bnet\s+(?:\w+\s+)?\(?(\d{1,3})\)?\b")
        .captures(s.lower)
        .and_then(|c| c.get(1));
    let mut clause = s.clause(ClauseKind::PaymentTerms, payer(s), false, 0.8);
    match (found, net.or(ordinal)) {
        (Some(found), _) => clause.facts.push(s.duration_fact("payment", found)),
        (None, Some(net)) => {
            let value = net.as_str().parse().unwrap_or(0.0);
            let value = FactValue::Duration {
                value,
                unit: TimeUnit::Day,
            };
            clause
                .facts
                .push(s.fact("payment", value, net.start(), net.end()));
        }
        (None, None) => return,
    }
    clauses.push(clause);
}

fn payer(s: &Sentence) -> Side {
    let verb = rx!(
        r"\b(?:shall|will|must|agrees to|is to|undertakes to)\s+(?:\w+\s+)?(?:pay|remit|settle|reimburse)\b|\bhas\b[^.;]{0,80}?\bto pay\b"
    )
    .find(s.lower);
    // "All payments to Supplier shall be made within": the other side pays.
    let paid_to = rx!(r"\bpayments?\b[^.;]{0,20}?\b(?:to|reach) (?:the )?$");
    let payee = s.mentions.iter().find(|m| {
        s.lower
            .get(..m.start)
            .is_some_and(|head| paid_to.is_match(head))
    });
    match (verb, payee.map(|m| m.side)) {
        (Some(verb), _) if verb.as_str().starts_with("has") => s.subject(verb.start()),
        (Some(verb), _) => s.subject(verb.end()),
        (None, Some(Side::Ours)) => Side::Theirs,
        (None, Some(Side::Theirs)) => Side::Ours,
        _ => Side::Unknown,
    }
}

/// Interest on late payment.
pub(super) fn read_late_fees(s: &Sentence, clauses: &mut Vec<Clause>) {
    let late = rx!(
        r"\b(?:late|overdue|past[- ]due|not (?:been )?(?:paid|received)|unpaid|outstanding|delinquent|when due|after (?:its|the|their) due date|fails? to pay|failure to pay|delay(?:ed)?|default|arrears|after the due date)\b"
    );
    let charge = rx!(
        r"\binterest\b|\blate (?:payment )?(?:fee|charge|payment|penalt)|\bservice charge|\bfinance charge|\bsurcharge\b|\b(?:monthly|weekly|daily) (?:charge|fee)\b|\b(?:fee|charge|penalty) (?:of|equal to|amounting to)\b|\bincreased by\b"
    );
    if !s.has(late)
        || !s.has(charge)
        || s.has(rx!(
            r"\bownership interest|\bbest interest|\bsecurity interest"
        ))
    {
        return;
    }
    let rates = s.percentages();
    let Some(rate) = rates
        .iter()
        .find(|r| r.value.per.is_some())
        .or_else(|| rates.first())
    else {
        return;
    };
    // "the lesser of 1.5 % and the maximum rate": the stated one; over a base rate it is a margin.
    let per = rate
        .value
        .per
        .or_else(|| (rate.value.value < 3.0).then_some(TimeUnit::Month));
    if rate.value.value > 60.0 {
        return;
    }
    let verb = charge.find(s.lower).map_or(0, |m| m.start());
    let negated = s.has(rx!(
        r"^(?:\S{1,8}\s)?no (?:default |late |such )?(?:interest|penalty|charge|fee)\b"
    ));
    // What the other side owes when it pays late costs nobody here anything.
    let owes = rx!(r"\b(?:shall|will|must) (?:\w+ )?(?:pay|owe)\b").find(s.lower);
    if owes.is_some_and(|m| s.subject(m.end()) == Side::Theirs) {
        return;
    }
    let mut clause = s.clause(ClauseKind::LateFees, s.subject(verb), negated, 0.8);
    let value = Percentage {
        value: rate.value.value,
        per,
    }
    .fact();
    clause
        .facts
        .push(s.fact("interest", value, rate.start, rate.end));
    if s.has(rx!(r"\b(?:above|over|plus|in excess of)\b[^.]{0,60}\b(?:base|prime|libor|euribor|bank)|\b(?:base|prime|libor|euribor)\b[^.]{0,50}\bplus\b")) {
        clause.facts.push(s.flag("margin"));
    }
    clauses.push(clause);
}

/// How long an invoice may be disputed.
pub(super) fn read_invoice_dispute(s: &Sentence, clauses: &mut Vec<Clause>) {
    if !s.has(rx!(r"\binvoice|\bcharges?\b|\bbill(?:ed|ing)?\b|\bfees?\b"))
        || !s.has(rx!(r"\bdisput"))
    {
        return;
    }
    let act = rx!(
        r"\b(?:must|shall|may|will|has|fails?|failure|deemed)\b[^.]{0,160}?\bdisput|\bdisput\w*[^.]{0,160}?\b(?:must|within|deemed|waive|withhold)"
    );
    if !s.has(act) || s.has(rx!(r"\barbitra|\bcourt|\bresol(?:ve|ution)\b")) {
        return;
    }
    let at = s.lower.find("disput").unwrap_or(0);
    let mut clause = s.clause(ClauseKind::InvoiceDispute, s.subject(at), false, 0.75);
    if let Some(window) = s.duration_near(at, |d| d.days() <= 400.0) {
        clause.facts.push(s.duration_fact("window", &window));
    }
    let waived =
        rx!(r"\bdeemed (?:\w+ )?(?:accepted|correct|approved|final|undisputed)|\bwaive[sd]?\b");
    if s.has(waived)
        && !s.has(rx!(
            r"\bnot (?:be )?(?:a |deemed )?(?:a )?waive|\bis not a waiver"
        ))
    {
        clause.facts.push(s.flag("waived"));
    }
    if s.has(rx!(r"\bwithhold")) {
        clause.facts.push(s.flag("may_withhold"));
    }
    clauses.push(clause);
}

/// Price changes, in the term and at renewal.
pub(super) fn read_price_change(s: &Sentence, clauses: &mut Vec<Clause>) {
    if !["fee", "price", "pricing", "charge", "rate"]
        .iter()
        .any(|word| s.lower.contains(word))
    {
        return;
    }
    let raises = rx!(
        r"\b(?:increase|raise|adjust|change|modify|revise)[sd]?\b[^.]{0,80}?\b(?:fees?|prices?|pricing|charges?|rates?)\b|\b(?:fees?|prices?|charges?|rates?)\b[^.]{0,40}?\bescalat(?:e|es|ed|ion)\b|\bsets? (?:new|higher|other) (?:fees?|prices?|charges?|rates?)\b|\b(?:higher|new|increased) (?:fees?|prices?|charges?|rates?)\b[^.]{0,40}?\b(?:fix|set|determine|choose)\b|\b(?:put|push|mark) up\b[^.]{0,30}?\b(?:fees?|prices?|charges?|rates?)\b|\bcharges? (?:higher|increased) (?:fees?|prices?|rates?)\b|\bdetermines? the (?:fees?|prices?|charges?|rates?) (?:anew|again|afresh)\b|\b(?:increases?|adjustments?) (?:of|in|to) the (?:fees?|prices?|charges?|rates?)\b|\b(?:fees?|prices?|pricing|charges?|rates?)\b[^.]{0,80}?\b(?:increase[sd]?|adjust(?:ed|ment)?|subject to change|be changed|raised)\b"
    );
    let renewal = rx!(r"\brenew\w*|\bextension\b|\bsubsequent (?:term|year)");
    let list = rx!(
        r"\bthen[- ]current\b[^.]{0,40}?\b(?:list )?(?:fees?|prices?|pricing|rates?|charges?)\b|\b(?:at|to) (?:the |its )?(?:then )?(?:prevailing|list) (?:prices?|rates?)"
    );
    let limited = rx!(
        r"\b(?:fees?|prices?|charges?|rates?)\b[^.]{0,80}?\bshall not exceed|\bfixed\b[^.]{0,40}\b(?:during|for) the|\bremain (?:fixed|firm|unchanged)"
    );
    let raised = raises.find(s.lower);
    let at_list = list.find(s.lower).filter(|_| s.has(renewal));
    let held = limited.find(s.lower);
    let Some(hit) = raised.or(at_list).or(held) else {
        return;
    };
    if s.has(rx!(r"\broyalt|\bliabilit|\binsurance|\binterest rate|\bexchange rate|\bmargin|\btax(?:es)?\b[^.]{0,20}increase|\bscope\b|\baudit|\bindemnif|\bshare price|\bpurchase price of the shares|\bdamages\b|\bminimum")) {
        return;
    }
    let verb = rx!(
        r"\b(?:increase|raise|adjust|change|modify|revise|exceed|set|apply|fix|determine|put up|push up|mark up)\w*"
    )
    .find_at(s.lower, hit.start())
    .unwrap_or(hit);
    // "Increases of the fees are at Supplier's discretion".
    let at_whose = rx!(r"\b(?:at|in) (?:the )?$");
    let will = rx!(r"^\x01*'?s? (?:sole |own |absolute )?(?:discretion|option)");
    let decides = s.mentions.iter().find(|m| {
        let (head, tail) = (s.lower.get(..m.start), s.lower.get(m.end..));
        head.is_some_and(|head| at_whose.is_match(head))
            && tail.is_some_and(|tail| will.is_match(tail))
    });
    let negated = s.negated(verb.start(), verb.end())
        || s.has(rx!(
            r"\bshall not apply\b|\bshall not exceed\b|\bremain (?:fixed|firm)|\bfixed\b"
        ));
    let mut clause = s.clause(
        ClauseKind::PriceRestrictions,
        decides.map_or_else(|| s.subject(verb.start()), |m| m.side),
        negated,
        0.75,
    );
    clause.facts = s.flags(&[
        ("renewal", renewal),
        ("any_time", rx!(r"\bat any time|\bfrom time to time|\b(?:in|at) its (?:sole |own |absolute )?(?:discretion|option)|\bsole discretion|\bwithout (?:prior )?notice|\bwhenever\b|\b(?:upon|by) notice\b|\bsubject to change (?:by|at|without)")),
        ("indexed", rx!(r"\bconsumer price|\bcpi\b|\bindex\b|\binflation|\brpi\b")),
        ("agreed", rx!(r"\bmutual(?:ly)?\b|\bagreed\b|\bagreement of\b|\bnegotiat|\b(?:with|by|subject to|prior|written) (?:the )?(?:prior )?(?:written )?consent\b")),
        ("reduction", rx!(r"\bdecrease|\breduc|\blower\b")),
    ]);
    if list.is_match(s.lower) {
        clause.facts.push(s.flag("then_current"));
    }
    if raised.is_some() {
        clause.facts.push(s.flag("increase"));
    }
    if let Some(uplift) = s
        .percentages()
        .iter()
        .filter(|p| p.value.value <= 100.0)
        .max_by(|a, b| a.value.value.total_cmp(&b.value.value))
    {
        clause
            .facts
            .push(s.fact("uplift", uplift.value.fact(), uplift.start, uplift.end));
    }
    if let Some(notice) = s
        .lower
        .find("notice")
        .and_then(|at| s.duration_near(at, |d| d.days() <= 400.0))
    {
        clause.facts.push(s.duration_fact("notice", &notice));
    }
    clauses.push(clause);
}

/// What a year costs.
pub(super) fn read_fees(s: &Sentence, clauses: &mut Vec<Clause>) {
    let yearly = rx!(
        r"\bper (?:contract |calendar )?year\b|\bper annum\b|\bannual(?:ly)?\b|\byearly\b|\bfor each (?:contract )?year\b|\beach (?:contract )?year\b"
    );
    let monthly = rx!(r"\bper (?:calendar )?month\b|\bmonthly\b");
    let fees = rx!(r"\b(?:fees?|charges?|subscription|price|compensation)\b");
    if !s.has(fees) || s.has(rx!(r"\binsur|\bliab|\bminimum|\binterest|\broyalt|\bpenalt|\bdamages|\bexceed|\beach additional|\bper (?:user|station|seat|engineer|unit|employee)\b[^.]{0,10}$")) {
        return;
    }
    let found = s.amounts();
    let window = |end: usize| {
        let mut to = (end + 45).min(s.lower.len());
        while !s.lower.is_char_boundary(to) {
            to += 1;
        }
        s.lower.get(end..to).unwrap_or("")
    };
    let named_before = |start: usize| {
        s.lower
            .get(..start)
            .is_some_and(|head| rx!(r"\bannual\b[^.]{0,60}$").is_match(head))
    };
    for amount in found.iter().filter(|a| a.value.value >= 500.0) {
        let tail = window(amount.end);
        let per_year = yearly.find(tail).map(|m| m.start());
        let per_month = monthly.find(tail).map(|m| m.start());
        let factor = match (per_year, per_month) {
            (Some(year), Some(month)) if month < year => 12.0,
            (Some(_), _) => 1.0,
            (None, Some(_)) => 12.0,
            (None, None) if named_before(amount.start) => 1.0,
            _ => continue,
        };
        let mut clause = s.clause(ClauseKind::Fees, Side::Ours, false, 0.7);
        let value = FactValue::Amount {
            currency: amount.value.currency.clone(),
            value: amount.value.value * factor,
        };
        clause
            .facts
            .push(s.fact("annual_fees", value, amount.start, amount.end));
        clauses.push(clause);
        return;
    }
}

/// "shall purchase at least …", shortfall payments.
pub(super) fn read_minimum(s: &Sentence, clauses: &mut Vec<Clause>) {
    let commits = rx!(
        r"\b(?:shall|will|must|agrees? to|commits? to|undertakes? to|guarantees?)\b[^.]{0,80}?\b(?:purchase|buy|order|pay|take|spend|sell|achieve|guarantee|commit)\w*\b[^.]{0,80}?\b(?:a minimum|minimum|at least|no less than|not less than|no fewer than)\b|\b(?:minimum (?:annual |quarterly |monthly |yearly |purchase |sales |order |royalty |guaranteed )*(?:purchase|commitment|quantit|volume|order|guarantee|fee|payment|royalt|requirement))|\btake[- ]or[- ]pay|\bshortfall\b"
    );
    let Some(hit) = commits.find(s.lower) else {
        return;
    };
    if s.has(rx!(r"\binsur|\bminimum wage|\bcoverage|\bnotice\b|\bavailab|\brecords?\b|\bnet worth|\bexperience|\bcosts? of (?:recovery|collection)|\brecovery costs?|\bunpaid\b|\boverdue")) {
        return;
    }
    let verb =
        rx!(r"\b(?:shall|will|must|agrees?|commits?|undertakes?|guarantees?)\b").find(s.lower);
    let at = verb.map_or(hit.start(), |m| m.end() + 1);
    let obliges = s.has(rx!(
        r"\b(?:obliges?|requires?|obligat\w+)\b[^.]{0,80}\bminimum"
    ));
    let mut clause = s.clause(
        ClauseKind::MinimumCommitment,
        s.subject(at),
        s.negated(at, hit.end()) || obliges && s.negated(hit.start(), hit.end()),
        if verb.is_some() { 0.7 } else { 0.5 },
    );
    if s.has(rx!(r"\bshortfall\b|\bshall pay\b[^.]{0,60}\bdifference")) {
        clause.facts.push(s.flag("shortfall"));
    }
    if let Some(amount) = s.amounts().first() {
        clause
            .facts
            .push(s.fact("minimum", amount.value.fact(), amount.start, amount.end));
    }
    clauses.push(clause);
}

/// Use above the agreed quantity.
pub(super) fn read_overage(s: &Sentence, clauses: &mut Vec<Clause>) {
    let above = rx!(
        r"\b(?:usage|use|quantit\w+|volumes?|users?|seats|transactions|storage|consumption)\b[^.]{0,80}?\b(?:above|exceeds?|exceeding|in excess of|over)\b|\boverage|\bexcess (?:use|usage|volume|quantit)|\badditional (?:use|usage|volume|users)\b"
    );
    let charged = rx!(r"\b(?:charged?|billed?|invoiced?|pay|payable|fees?|rates?|price[ds]?)\b");
    if !s.has(above) || !s.has(charged) || s.has(rx!(r"\bliab|\bindemn|\baudit")) {
        return;
    }
    let mut clause = s.clause(ClauseKind::VolumeRestriction, Side::Ours, false, 0.65);
    if let Some(rate) = s.percentages().iter().find(|p| p.value.value >= 100.0) {
        clause
            .facts
            .push(s.fact("rate", rate.value.fact(), rate.start, rate.end));
    }
    clause.facts.extend(s.flags(&[
        (
            "same_rate",
            rx!(r"\bsame (?:unit )?(?:rate|price|fee)|\bcontract rate\b[^.]{0,20}$|\bno surcharge"),
        ),
        (
            "list_price",
            rx!(r"\b(?:then[- ]current|list) (?:list )?(?:price|rate)"),
        ),
    ]));
    clauses.push(clause);
}

/// Most favoured customer.
pub(super) fn read_most_favoured(s: &Sentence, clauses: &mut Vec<Clause>) {
    let promise = rx!(
        r"\b(?:prices?|pricing|fees?|rates?|charges?|discounts?|terms(?: and conditions)?)\b[^.;]{0,120}?\b(?:(?:no|not) less favou?rable|at least as favou?rable|as favou?rable as|as low as|(?:no|not) (?:higher|greater|more) than|more favou?rable)\b[^.;]{0,140}?\b(?:other|any|another|third|its)\b[^.;]{0,60}?\b(?:customers?|part(?:y|ies)|persons?|distributors?|licensees?|clients?|purchasers?|resellers?|compan(?:y|ies)|buyers?)\b|\bmost favou?red (?:customer|nation|licensee|party)"
    );
    let Some(hit) = promise.find(s.lower) else {
        return;
    };
    if s.has(rx!(
        r"\bassign|\bemploy|\bmerger|\bjudgment|\bindemni|\bliab|\bconfiden"
    )) {
        return;
    }
    let bound = s.subject(hit.start());
    clauses.push(s.clause(ClauseKind::MostFavoredNation, bound, false, 0.7));
}

/// A share of revenue or profit that is owed.
pub(super) fn read_revenue_share(s: &Sentence, clauses: &mut Vec<Clause>) {
    let shares = rx!(
        r"\b(?:shall|will|agrees? to|must)\b[^.]{0,60}?\bpay\b[^.]{0,120}?\b(?:royalt\w+|commission|percent\w*|%)[^.]{0,120}?\b(?:revenues?|sales|profits?|receipts|income)\b|\brevenue[- ]shar\w+|\bprofit[- ]shar\w+|\bshare of (?:the )?(?:net |gross )?(?:revenues?|profits?)"
    );
    let Some(hit) = shares.find(s.lower) else {
        return;
    };
    if s.has(rx!(r"\bexceed|\bliab|\bloss of")) {
        return;
    }
    let pay = rx!(r"\bpay\b")
        .find(s.lower)
        .map_or(hit.start(), |m| m.start());
    let mut clause = s.clause(
        ClauseKind::RevenueProfitSharing,
        s.subject(pay),
        s.negated(pay, pay + 3),
        0.65,
    );
    if let Some(share) = s.percentages().first() {
        clause
            .facts
            .push(s.fact("share", share.value.fact(), share.start, share.end));
    }
    clauses.push(clause);
}
