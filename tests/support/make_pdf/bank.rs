//! A bank of clauses for contracts made by the page.

/// Draws clauses, parties and amounts from a seed.
pub(super) struct Bank {
    state: u64,
    article: usize,
    clause: usize,
    order: Vec<usize>,
    supplier: &'static str,
    customer: &'static str,
}

const SUPPLIERS: [&str; 6] = [
    "Halden Cloud Services Ltd",
    "Northwind Analytics, Inc.",
    "Brightwater Systems GmbH",
    "Meridian Field Services LLC",
    "Oakline Software Limited",
    "Castellan Data Corp.",
];
const CUSTOMERS: [&str; 6] = [
    "Ferrow Manufacturing plc",
    "Larkspur Health Group",
    "City of Ashbourne",
    "Tessel Foods Company",
    "Quayside Logistics Ltd",
    "Union Mutual Insurance Co.",
];

impl Bank {
    pub(super) fn new(seed: u64) -> Self {
        let mut bank = Self {
            state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d,
            article: 0,
            clause: 0,
            order: Vec::new(),
            supplier: "",
            customer: "",
        };
        bank.supplier = bank.pick(&SUPPLIERS);
        bank.customer = bank.pick(&CUSTOMERS);
        bank
    }

    pub(super) fn header(&self) -> String {
        format!("Services Agreement – {} / {}", self.supplier, self.customer)
    }

    pub(super) fn opening(&mut self) -> String {
        let (day, year) = (1 + self.below(28), 2020 + self.below(6));
        let month = self.pick(&["January", "March", "May", "July", "September", "November"]);
        format!(
            "# Services Agreement\n\nThis Services Agreement (the “Agreement”) is entered into as of \
             {month} {day}, {year} (the “Effective Date”) between {supplier} (“Supplier”) and \
             {customer} (“Customer”), each a “Party” and together the “Parties”.\n\nWHEREAS, Supplier \
             provides hosted software and related services; and WHEREAS, Customer wishes to receive \
             them; NOW, THEREFORE, the Parties agree as follows.\n",
            supplier = self.supplier,
            customer = self.customer,
        )
    }

    /// The next clause, with the heading of its article when it is the first of it.
    pub(super) fn next_clause(&mut self) -> String {
        let current = self
            .article
            .checked_sub(1)
            .and_then(|a| self.order.get(a))
            .copied();
        let bodies = current.map_or(&[][..], |topic| TOPICS[topic].1);
        let mut text = String::new();
        if self.clause >= bodies.len() {
            if self.article >= self.order.len() {
                let mut topics: Vec<usize> = (0..TOPICS.len()).collect();
                for i in (1..topics.len()).rev() {
                    let j = self.below(i as u64 + 1) as usize;
                    topics.swap(i, j);
                }
                self.order.extend(topics);
            }
            self.article += 1;
            self.clause = 0;
            text = format!(
                "## {}. {}\n\n",
                self.article,
                TOPICS[self.order[self.article - 1]].0
            );
        }
        let topic = self.order[self.article - 1];
        let body = self.fill(TOPICS[topic].1[self.clause]);
        self.clause += 1;
        text.push_str(&format!("{}.{} {body}\n", self.article, self.clause));
        text
    }

    pub(super) fn signatures(&self) -> String {
        format!(
            "IN WITNESS WHEREOF, the Parties have signed this Agreement.\n\n**{}**\n\nBy: \
             ______________________ Name: ______________________\n\n**{}**\n\nBy: \
             ______________________ Name: ______________________\n",
            self.supplier, self.customer
        )
    }

    fn fill(&mut self, body: &str) -> String {
        let days = self.pick(&[
            "ten (10)",
            "thirty (30)",
            "forty-five (45)",
            "sixty (60)",
            "ninety (90)",
        ]);
        let months = self.pick(&["six (6)", "twelve (12)", "twenty-four (24)"]);
        let years = self.pick(&[
            "one (1) year",
            "two (2) years",
            "three (3) years",
            "five (5) years",
        ]);
        let percent = self.pick(&["2%", "3%", "5%", "7.5%", "10%"]);
        let law = self.pick(&[
            "England and Wales",
            "the State of New York",
            "Germany",
            "the State of Delaware",
        ]);
        let amount = format!("US${},000", 25 * (1 + self.below(39)));
        body.replace("{days}", days)
            .replace("{months}", months)
            .replace("{years}", years)
            .replace("{percent}", percent)
            .replace("{law}", law)
            .replace("{amount}", &amount)
    }

    fn pick(&mut self, from: &[&'static str]) -> &'static str {
        from[self.below(from.len() as u64) as usize]
    }

    /// A number from 0 to `n` - 1 (SplitMix64).
    fn below(&mut self, n: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}

const TOPICS: [(&str, &[&str]); 22] = [
    (
        "Definitions",
        &[
            "“Confidential Information” means all information disclosed by one Party to the other, in any form, that is marked confidential or that a reasonable person would understand to be confidential.",
            "“Services” means the hosted software, support and professional services described in each Order Form signed by both Parties.",
            "“Fees” means the amounts payable by Customer for the Services as set out in the applicable Order Form.",
        ],
    ),
    (
        "Services",
        &[
            "Supplier shall provide the Services to Customer in a professional and workmanlike manner, using personnel with suitable skills, training and experience.",
            "Each Order Form shall describe the Services, the Fees, any milestones and any deliverables, and forms part of this Agreement when signed by both Parties.",
            "Supplier may not materially reduce the functionality of the Services during the term of an Order Form without Customer’s prior written consent.",
        ],
    ),
    (
        "Term and Renewal",
        &[
            "This Agreement begins on the Effective Date and continues for an initial term of {years}, unless terminated earlier in accordance with its terms.",
            "This Agreement renews for successive periods of {months} months unless either Party gives written notice of non-renewal at least {days} days before the end of the current term.",
        ],
    ),
    (
        "Fees and Payment",
        &[
            "Customer shall pay each undisputed invoice within {days} days of receipt. Invoices shall state the Services provided and the period to which they relate.",
            "Overdue amounts bear interest at {percent} per annum from the due date until the date of payment.",
            "Supplier may increase the Fees once in any period of {months} months by not more than {percent}, on at least {days} days’ written notice.",
            "Customer may withhold an amount that it disputes in good faith, provided that it notifies Supplier of the dispute and its reasons within {days} days of the date of the invoice.",
        ],
    ),
    (
        "Taxes",
        &[
            "Fees are exclusive of value added and sales taxes, which Customer shall pay where they are lawfully due and correctly invoiced. Each Party is responsible for taxes on its own income.",
        ],
    ),
    (
        "Confidentiality",
        &[
            "Each Party shall keep the other Party’s Confidential Information secret, use it only for the purposes of this Agreement, and disclose it only to those who need to know it and are bound by similar obligations.",
            "The obligations in this Article do not apply to information that is or becomes public without breach, was lawfully known before disclosure, or is independently developed.",
            "These obligations survive for {years} after the end of this Agreement; trade secrets remain protected for as long as they are trade secrets.",
        ],
    ),
    (
        "Data Protection",
        &[
            "Supplier shall process personal data only on Customer’s documented instructions and shall apply appropriate technical and organisational measures to protect it.",
            "Supplier shall notify Customer without undue delay, and in any event within forty-eight (48) hours, after becoming aware of a personal data breach.",
            "On termination, Supplier shall return all Customer data in a commonly used format and delete its copies within {days} days.",
        ],
    ),
    (
        "Security",
        &[
            "Supplier shall maintain a written information security programme that is no less protective than ISO/IEC 27001 and shall provide its most recent audit report on request.",
            "Supplier shall test its security controls at least annually and shall promptly remedy any critical finding.",
        ],
    ),
    (
        "Intellectual Property",
        &[
            "Each Party retains all right, title and interest in its own intellectual property. Nothing in this Agreement transfers ownership except as expressly stated.",
            "Supplier grants Customer a non-exclusive, worldwide right to use the Services and the documentation for its business purposes during the term.",
            "Deliverables created specifically for Customer under an Order Form are assigned to Customer on payment of the related Fees.",
        ],
    ),
    (
        "Warranties",
        &[
            "Supplier warrants that the Services will conform in all material respects to their documentation for {months} months from delivery.",
            "If the Services do not conform, Supplier shall correct them at its own expense; if it can’t do so within {days} days, Customer may terminate the affected Order Form and receive a refund of prepaid Fees.",
            "EXCEPT AS EXPRESSLY SET OUT IN THIS AGREEMENT, NEITHER PARTY GIVES ANY WARRANTY, EXPRESS OR IMPLIED, INCLUDING ANY WARRANTY OF MERCHANTABILITY OR FITNESS FOR A PARTICULAR PURPOSE.",
        ],
    ),
    (
        "Indemnification",
        &[
            "Supplier shall defend and indemnify Customer against third-party claims that the Services infringe an intellectual property right, and shall pay the resulting damages and costs.",
            "The indemnified Party shall give prompt notice of a claim, reasonable co-operation, and sole control of the defence to the indemnifying Party; no settlement may admit fault without consent.",
        ],
    ),
    (
        "Limitation of Liability",
        &[
            "Neither Party is liable for loss of profits, loss of goodwill or indirect or consequential damages arising out of this Agreement.",
            "Each Party’s total liability arising out of this Agreement is limited to the greater of {amount} and the Fees paid or payable in the {months} months before the event giving rise to the claim.",
            "Nothing in this Agreement limits liability for death or personal injury caused by negligence, for fraud, or for anything else that can’t be limited by law.",
        ],
    ),
    (
        "Insurance",
        &[
            "Supplier shall maintain professional indemnity and cyber insurance of at least {amount} per claim with reputable insurers and shall provide certificates on request.",
        ],
    ),
    (
        "Termination",
        &[
            "Either Party may terminate this Agreement if the other commits a material breach and does not cure it within {days} days of written notice.",
            "Customer may terminate an Order Form for convenience on {days} days’ written notice, in which case Supplier shall refund prepaid Fees for the period after termination.",
            "On termination, each Party shall return or destroy the other Party’s Confidential Information. Provisions that by their nature should survive do so.",
        ],
    ),
    (
        "Transition",
        &[
            "For up to {months} months after termination, Supplier shall provide reasonable assistance to move the Services to Customer or a replacement supplier, at the rates in the Order Form.",
        ],
    ),
    (
        "Service Levels",
        &[
            "Supplier shall make the Services available at least 99.5% of each calendar month, excluding maintenance announced at least {days} days in advance.",
            "If availability falls below that level, Customer is entitled to a service credit of {percent} of the monthly Fees for each full percentage point missed.",
        ],
    ),
    (
        "Audit",
        &[
            "Supplier shall keep complete and accurate records relating to the Services and shall allow Customer or its auditors to inspect them once in each year on {days} days’ notice.",
        ],
    ),
    (
        "Assignment and Subcontracting",
        &[
            "Neither Party may assign this Agreement without the prior written consent of the other, which may not be unreasonably withheld, except to a successor to substantially all of its business.",
            "Supplier may use subcontractors listed in the Order Form and remains responsible for their acts and omissions as for its own.",
        ],
    ),
    (
        "Force Majeure",
        &[
            "Neither Party is liable for delay caused by events beyond its reasonable control. If such an event continues for more than {days} days, the other Party may terminate the affected Services.",
        ],
    ),
    (
        "Governing Law",
        &[
            "This Agreement is governed by the laws of {law}, without regard to its conflict of laws rules.",
            "The Parties shall first try to settle any dispute by negotiation between senior executives; failing that within {days} days, the courts of {law} have exclusive jurisdiction.",
        ],
    ),
    (
        "Notices",
        &[
            "Notices must be in writing and delivered by hand, courier or e-mail with confirmation to the addresses in the Order Form, and take effect on receipt.",
        ],
    ),
    (
        "General",
        &[
            "This Agreement, together with its Order Forms and Schedules, is the entire agreement of the Parties on its subject and supersedes earlier understandings.",
            "Changes to this Agreement must be in writing and signed by both Parties. A failure to exercise a right is not a waiver of it.",
            "If a provision is held unenforceable, the remaining provisions stay in force. In a conflict between this Agreement and an Order Form, this Agreement prevails.",
        ],
    ),
];
