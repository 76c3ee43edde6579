//! Every form of one small report, read back.

use countersign_contracts::citation::Citation;
use countersign_contracts::clause::{ClauseKind, Side};
use countersign_contracts::date::CivilDate;
use countersign_contracts::decision::Verdict;
use countersign_contracts::document::Bbox;
use countersign_contracts::finding::{Advice, Confidence, Fallback, Finding, Outcome, Severity};
use countersign_contracts::report::{
    ContractFacts, ContractParty, Coverage, EngineFacts, KeyDate, KeyTerm, Obligation,
    PlaybookFacts, Proposal, Report, SeverityCounts, Summary, TermState, Usage,
};

use crate::{ExportFormat, ReportedDecision, Source, name_by, write};

/// 2 March 2026, noon.
const REVIEWED_AT: i64 = 1_772_452_800_000;

pub(crate) fn citation(page: u32, quote: &str) -> Citation {
    Citation {
        page,
        quote: quote.to_owned(),
        boxes: vec![Bbox([72.0, 100.0, 300.0, 112.0])],
        verified: true,
    }
}

pub(crate) fn finding(check: &str, kind: ClauseKind, severity: Severity, title: &str) -> Finding {
    Finding {
        check: check.to_owned(),
        clause_kind: kind,
        outcome: Outcome::RedLine,
        severity,
        title: title.to_owned(),
        explanation: "The cap is far below a year of fees.".to_owned(),
        ask: "Raise the cap to twelve months of fees".to_owned(),
        exposure: "USD 240,000 of fees a year against a cap of USD 60,000".to_owned(),
        advice: Advice {
            standard: "Twelve months of fees".to_owned(),
            fallbacks: vec![Fallback {
                position: "Nine months of fees".to_owned(),
                language: "shall not exceed the fees paid in the nine months before the claim"
                    .to_owned(),
            }],
            walk_away: "Below six months".to_owned(),
            approver: "legal".to_owned(),
        },
        confidence: Confidence::High,
        citations: vec![citation(
            7,
            "shall not exceed the fees paid in the three (3) months",
        )],
    }
}

pub(crate) fn report() -> Report {
    let cap = finding(
        "cap-low",
        ClauseKind::CapOnLiability,
        Severity::Critical,
        "The supplier's cap is low",
    );
    let mut formula = finding(
        "renewal",
        ClauseKind::RenewalTerm,
        Severity::High,
        "=HYPERLINK(\"http://x\";\"renews\") by <b>itself</b>",
    );
    formula.explanation = "Line one\r\nBEGIN:VEVENT\0 & two; three, four \\ five".to_owned();
    formula.advice.approver = String::new();
    let mut missing = finding(
        "dpa-missing",
        ClauseKind::DataProtection,
        Severity::Medium,
        "No data processing terms",
    );
    missing.outcome = Outcome::Missing;
    missing.citations.clear();
    let mut met = finding(
        "law",
        ClauseKind::GoverningLaw,
        Severity::Low,
        "The law is one of ours",
    );
    met.outcome = Outcome::Met;
    met.ask = String::new();
    met.citations = vec![citation(9, "the laws of England and Wales")];
    let findings = vec![cap, formula, missing, met];
    let counts = SeverityCounts::of(&findings);
    Report {
        contract: ContractFacts {
            file: "../Supply Agreement.pdf".to_owned(),
            sha256: "0123456789abcdef".repeat(4),
            pages: 12,
            title: "Managed Services Agreement".to_owned(),
            parties: vec![
                party("Acme: Works/Ltd", "Supplier", Side::Theirs),
                party("Bramley Foods Ltd", "Customer", Side::Ours),
            ],
            contract_type: "services".to_owned(),
            side_chosen: false,
            type_chosen: false,
        },
        engine: EngineFacts {
            name: "Countersign".to_owned(),
            version: "0.1.0".to_owned(),
            reader: "offline".to_owned(),
            pipeline_version: 1,
        },
        playbook: PlaybookFacts {
            id: "procurement".to_owned(),
            name: "Procurement".to_owned(),
            version: "1".to_owned(),
            sha256: "ab".repeat(32),
        },
        coverage: Coverage {
            pages_total: 12,
            pages_read: 11,
            pages_ocr: 2,
            pages_failed: vec![],
            hidden_text: vec![],
            changes: vec![],
            comments: vec![],
            notes: vec!["Page 12: nobody signed.".to_owned()],
            second_reading: None,
            chunks_read: 31,
            chunks_total: 31,
        },
        summary: Summary {
            proposal: Proposal::Escalate,
            text: "Escalate: 1 point past what the buyer may accept alone, 2 more to negotiate."
                .to_owned(),
            reasons: vec!["The supplier's cap is low (page 7)".to_owned()],
            counts,
            sentences: vec![],
        },
        findings,
        key_terms: vec![
            term("annual_fees", "USD 240,000", Some("USD"), TermState::Stated),
            term("payment_days", "30 days", Some("days"), TermState::Stated),
            term(
                "late_interest",
                "1.5 % per month",
                Some("% per month"),
                TermState::Stated,
            ),
            term("expiration_date", "2027-02-28", None, TermState::Computed),
            term(
                "governing_law",
                "England and Wales",
                None,
                TermState::Stated,
            ),
            term("forum", "", None, TermState::NotFound),
        ],
        key_dates: vec![
            KeyDate {
                event: "Initial term ends".to_owned(),
                date: Some("2027-02-28".to_owned()),
                arithmetic: vec!["2025-03-01 + 24 months = 2027-02-28".to_owned()],
                citations: vec![citation(3, "for a term of twenty-four (24) months")],
            },
            KeyDate {
                event: "Last day to give notice against renewal".to_owned(),
                date: Some("2026-11-30".to_owned()),
                arithmetic: vec!["2027-02-28 - 90 days = 2026-11-30".to_owned()],
                citations: vec![citation(
                    3,
                    "not less than ninety (90) days, in writing; or else",
                )],
            },
            KeyDate {
                event: "A breach must be put right".to_owned(),
                date: None,
                arithmetic: vec!["30 days from the notice of a breach".to_owned()],
                citations: vec![],
            },
        ],
        obligations: vec![Obligation {
            side: Side::Ours,
            text: "+44 pay each invoice within thirty (30) days".to_owned(),
            due: Some("30 days".to_owned()),
            citations: vec![citation(5, "within thirty (30) days")],
        }],
        usage: Usage::default(),
    }
}

fn party(name: &str, label: &str, side: Side) -> ContractParty {
    ContractParty {
        name: name.to_owned(),
        label: Some(label.to_owned()),
        side,
    }
}

fn term(field: &str, value: &str, unit: Option<&str>, state: TermState) -> KeyTerm {
    KeyTerm {
        field: field.to_owned(),
        value: value.to_owned(),
        unit: unit.map(str::to_owned),
        state,
        citations: if value.is_empty() {
            vec![]
        } else {
            vec![citation(4, value)]
        },
    }
}

pub(crate) fn dismissed() -> Vec<ReportedDecision> {
    vec![ReportedDecision {
        finding: 1,
        verdict: Some(Verdict::Dismissed),
        reason: "We want it to renew".to_owned(),
        note: "=1+1".to_owned(),
        decided_at: Some(REVIEWED_AT),
    }]
}

pub(crate) fn source<'a>(report: &'a Report, decisions: &'a [ReportedDecision]) -> Source<'a> {
    Source {
        report,
        decisions,
        links: &[],
        reviewed_at: REVIEWED_AT,
        today: CivilDate::new(2026, 3, 2).unwrap(),
    }
}

/// A part of a packed file, as text.
fn part(bytes: Vec<u8>, name: &str) -> String {
    use std::io::Read as _;
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    let mut file = zip.by_name(name).unwrap();
    file.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn every_form_is_written_twice_alike_under_a_plain_name_of_its_own() {
    let (report, decisions) = (report(), dismissed());
    let source = source(&report, &decisions);
    let mut names = Vec::new();
    for format in ExportFormat::ALL {
        let file = write(&source, *format).unwrap();
        assert!(
            file == write(&source, *format).unwrap(),
            "{format:?} differs"
        );
        assert!(!file.bytes.is_empty());
        assert_eq!(
            format.is_text(),
            !file.bytes.starts_with(b"PK") && !file.bytes.starts_with(b"%PDF")
        );
        assert!(file.name.starts_with("_Supply Agreement"), "{}", file.name);
        assert!(
            file.name.ends_with(&format!(".{}", format.ending())),
            "{}",
            file.name
        );
        assert_eq!(ExportFormat::of_id(format.id()), Some(*format));
        assert!(!names.contains(&file.name), "{} twice", file.name);
        names.push(file.name);
    }
}

#[test]
fn a_pattern_names_a_file_and_can_name_no_folder() {
    let (report, decisions) = (report(), dismissed());
    let source = source(&report, &decisions);
    let name = |pattern| name_by(pattern, &source, ExportFormat::Xlsx);
    assert_eq!(
        name("{supplier} - {decision} {reviewed} {form}"),
        "Acme_ Works_Ltd - Escalate 2026-03-02 xlsx.xlsx"
    );
    assert_eq!(
        name("/tmp/{contract}/{unknown} {"),
        "_tmp_.._Supply Agreement_{unknown} {.xlsx"
    );
    assert_eq!(name(""), "contract.xlsx");
}

#[test]
fn the_workbook_has_typed_cells_and_runs_nothing() {
    let (report, decisions) = (report(), dismissed());
    let bytes = write(&source(&report, &decisions), ExportFormat::Xlsx)
        .unwrap()
        .bytes;
    let issues = part(bytes.clone(), "xl/worksheets/sheet1.xml");
    assert!(!issues.contains("<f>"), "a cell is a formula");
    assert!(issues.contains(r#"<autoFilter ref="A1:T5"/>"#), "{issues}");
    assert!(issues.contains(r#"state="frozen""#));
    let strings = part(bytes.clone(), "xl/sharedStrings.xml");
    assert!(strings.contains("=HYPERLINK(\"http://x\";\"renews\") by &lt;b&gt;itself&lt;/b&gt;"));
    assert!(strings.contains("Line one  BEGIN:VEVENT  &amp; two"));
    let styles = part(bytes.clone(), "xl/styles.xml");
    assert!(styles.contains(r#"quotePrefix="1""#));
    let terms = part(bytes.clone(), "xl/worksheets/sheet2.xml");
    for typed in ["<v>240000</v>", "<v>30</v>", "<v>1.5</v>"] {
        assert!(terms.contains(typed), "{typed} in {terms}");
    }
    // 28 February 2027 in days since the end of 1899.
    assert!(terms.contains("<v>46446</v>"), "{terms}");
    let dates = part(bytes, "xl/worksheets/sheet3.xml");
    assert!(dates.contains("<v>46446</v>") && dates.contains("<v>46356</v>"));
}

#[test]
fn the_calendar_has_whole_days_alarms_and_ids_that_stay() {
    let (report, decisions) = (report(), dismissed());
    let source = source(&report, &decisions);
    let written = || String::from_utf8(write(&source, ExportFormat::Ics).unwrap().bytes).unwrap();
    let calendar = written();
    assert!(
        calendar.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"),
        "{calendar}"
    );
    assert!(calendar.lines().all(|line| line.len() <= 75), "{calendar}");
    let text = calendar.replace("\r\n ", "");
    assert_eq!(text.matches("BEGIN:VEVENT").count(), 2, "{text}");
    assert_eq!(text.matches("BEGIN:VALARM").count(), 8);
    for line in [
        "DTSTART;VALUE=DATE:20261130",
        "DTEND;VALUE=DATE:20261201",
        "TRIGGER:-P90D",
        "DTSTAMP:20260302T120000Z",
        "UID:0123456789abcdef0123456789abcdef-last-day-to-give-notice-against-renewal@countersign",
        "SUMMARY:Last day to give notice against renewal: Managed Services Agreement",
    ] {
        assert!(text.lines().any(|one| one == line), "{line} in {text}");
    }
    assert!(text.contains("2027-02-28 - 90 days = 2026-11-30"));
    assert!(text.contains("in writing\\; or else"), "{text}");
    let later = Source {
        reviewed_at: source.reviewed_at + 86_400_000,
        ..source
    };
    let again = String::from_utf8(write(&later, ExportFormat::Ics).unwrap().bytes).unwrap();
    let ids = |text: &str| -> Vec<String> {
        let text = text.replace("\r\n ", "");
        let ids = text.lines().filter(|line| line.starts_with("UID:"));
        ids.map(str::to_owned).collect()
    };
    assert_eq!(ids(&again), ids(&calendar));
}

#[test]
fn the_summary_is_two_tagged_pages_and_an_appendix_however_much_there_is_to_say() {
    let mut report = report();
    let pages = |report: &Report| {
        let decisions = dismissed();
        let bytes = write(&source(report, &decisions), ExportFormat::Pdf)
            .unwrap()
            .bytes;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(text.contains("/StructTreeRoot") && text.contains("/MarkInfo"));
        crate::pdf::summary_pages(&source(report, &decisions)).unwrap()
    };
    assert!(pages(&report) <= 2);
    let long = "a remarkably long clause that goes on about money and days ".repeat(40);
    for number in 0..60 {
        let mut one = finding("long", ClauseKind::Fees, Severity::Critical, &long[..120]);
        one.explanation = long.clone();
        one.ask = long.clone();
        one.exposure = long.clone();
        one.advice.walk_away = long.clone();
        one.citations = vec![citation(number + 1, &long); 3];
        report.findings.insert(0, one);
    }
    for term in &mut report.key_terms {
        term.value = long.clone();
    }
    report.contract.title = long.clone();
    assert!(pages(&report) <= 2);
}

#[test]
fn the_document_has_words_own_styles_and_only_text() {
    let (report, decisions) = (report(), dismissed());
    let bytes = write(&source(&report, &decisions), ExportFormat::Docx)
        .unwrap()
        .bytes;
    let body = part(bytes.clone(), "word/document.xml");
    for style in ["Title", "Heading1", "Heading2", "Quote"] {
        assert!(
            body.contains(&format!("<w:pStyle w:val=\"{style}\"")),
            "{style}"
        );
    }
    assert!(body.contains("by &lt;b&gt;itself&lt;/b&gt;"), "{body}");
    assert!(body.contains("We want it to renew") && body.contains("<w:tbl>"));
    let styles = part(bytes, "word/styles.xml");
    assert!(styles.contains("heading 1") && styles.contains("w:outlineLvl"));
}

#[test]
fn the_letter_asks_and_keeps_to_itself_what_is_not_for_the_supplier() {
    let (report, decisions) = (report(), dismissed());
    let source = source(&report, &decisions);
    let letter = write(&source, ExportFormat::LetterMarkdown).unwrap();
    let letter = String::from_utf8(letter.bytes).unwrap();
    let docx = write(&source, ExportFormat::LetterDocx).unwrap().bytes;
    let docx = part(docx, "word/document.xml");
    for text in [&letter, &docx] {
        assert!(
            text.contains("Raise the cap to twelve months of fees"),
            "{text}"
        );
        assert!(
            text.contains("three (3) months") && text.contains("page 7"),
            "{text}"
        );
        assert!(text.contains("nine months before the claim"), "{text}");
        for ours in [
            "240,000 of fees",
            "Below six months",
            "legal",
            "=1+1",
            "itself",
        ] {
            assert!(!text.contains(ours), "{ours} in {text}");
        }
    }
    assert!(letter.contains("2 points remain"), "{letter}");
}

/// What a golden file holds of a form: a text as it is, of a packed form each part with an element a
/// line, a PDF as it is.
fn golden(bytes: Vec<u8>) -> Vec<u8> {
    use std::io::Read as _;
    if !bytes.starts_with(b"PK") {
        return bytes;
    }
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut all = String::new();
    for at in 0..zip.len() {
        let mut part = zip.by_index(at).unwrap();
        all.push_str(&format!("==== {}\n", part.name().unwrap()));
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        all.push_str(&text.replace("><", ">\n<"));
        all.push('\n');
    }
    all.into_bytes()
}

/// Each form as somebody looked at it and found it right. `UPDATE=1` writes the files anew; look at what
/// changed before it is kept.
#[test]
fn every_form_is_as_its_golden_file() {
    let (report, decisions) = (report(), dismissed());
    let links: Vec<String> = (0..report.findings.len())
        .map(|at| format!("countersign://finding/0123/{at:02x}"))
        .collect();
    let source = Source {
        links: &links,
        ..source(&report, &decisions)
    };
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let mut changed = Vec::new();
    for format in ExportFormat::ALL {
        let written = golden(write(&source, *format).unwrap().bytes);
        let packed = ["xlsx", "docx"].contains(&format.ending());
        let name = format!(
            "{}.{}",
            format.id(),
            if packed { "parts.xml" } else { format.ending() }
        );
        let path = folder.join(&name);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &written).unwrap();
        }
        if std::fs::read(&path).ok().as_ref() != Some(&written) {
            changed.push(name);
        }
    }
    assert!(
        changed.is_empty(),
        "not as in golden/: {changed:?}. If that is meant: UPDATE=1 cargo test -p countersign-exports golden, and look \
         at the difference"
    );
}
