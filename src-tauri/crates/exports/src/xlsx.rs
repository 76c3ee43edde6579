//! The workbook: issues, key terms, dates and obligations, each a list that can be filtered.
//!
//! Cells are typed: a day is a day, a sum a number beside its currency. Text of the document is written
//! as a string cell, which no spreadsheet program runs; what could become a formula when it is edited
//! carries the mark that keeps it text.

use countersign_contracts::citation::Citation;
use countersign_contracts::date::CivilDate;
use countersign_contracts::decision::Verdict;
use countersign_contracts::finding::{Finding, Severity};
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, FormatUnderline,
    Formula, Workbook, Worksheet, XlsxError,
};

use crate::cells::{plain, starts_formula};
use crate::say;
use crate::source::Source;
use crate::typed::{Value, value};

/// Dark blue of the heads.
const HEAD: u32 = 0x1F_3A_5F;
/// Blue of what opens something.
const LINK: u32 = 0x05_63_C1;
/// First year that the calendar of spreadsheets can be trusted with.
const FIRST_YEAR: i16 = 1901;

pub(super) fn write(source: &Source<'_>) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let mut properties = DocProperties::new()
        .set_title(plain(&format!("Risk summary: {}", source.title()), 0))
        .set_comment("Made by Countersign");
    // Without a day of its own the library would ask the computer's clock.
    if let Some(day) = excel_day(source.reviewed_on()) {
        properties = properties.set_creation_datetime(&day);
    }
    workbook.set_properties(&properties);
    let styles = Styles::new();
    issues(
        &mut Sheet::new(&mut workbook, &styles, "Issues", ISSUES)?,
        source,
    )?;
    terms(
        &mut Sheet::new(&mut workbook, &styles, "Key terms", TERMS)?,
        source,
    )?;
    dates(
        &mut Sheet::new(&mut workbook, &styles, "Dates", DATES)?,
        source,
    )?;
    duties(
        &mut Sheet::new(&mut workbook, &styles, "Obligations", DUTIES)?,
        source,
    )?;
    about(
        &mut Sheet::new(&mut workbook, &styles, "About", ABOUT)?,
        source,
    )?;
    workbook.save_to_buffer()
}

/// Heading and width of each column, in characters.
type Columns = &'static [(&'static str, f64)];

const ISSUES: Columns = &[
    ("No.", 6.0),
    ("Severity", 11.0),
    ("Issue", 34.0),
    ("Outcome", 14.0),
    ("Clause", 22.0),
    ("What it means", 52.0),
    ("At stake", 36.0),
    ("Ask", 44.0),
    ("Our standard", 36.0),
    ("Fall back to", 36.0),
    ("Walk away", 30.0),
    ("Who decides", 13.0),
    ("Page", 7.0),
    ("Quote", 60.0),
    ("Quote verified", 14.0),
    ("Confidence", 20.0),
    ("Decision", 12.0),
    ("Reason", 28.0),
    ("Note", 28.0),
    ("Check", 24.0),
];

const TERMS: Columns = &[
    ("Term", 26.0),
    ("Value", 20.0),
    ("Unit", 14.0),
    ("As read", 36.0),
    ("State", 14.0),
    ("Page", 7.0),
    ("Quote", 80.0),
];

const DATES: Columns = &[
    ("Event", 42.0),
    ("Date", 13.0),
    ("How it was computed", 70.0),
    ("Page", 7.0),
    ("Quote", 70.0),
];

const DUTIES: Columns = &[("Who", 10.0), ("What", 80.0), ("When", 30.0), ("Page", 7.0)];

const ABOUT: Columns = &[("What", 26.0), ("Value", 90.0)];

fn issues(sheet: &mut Sheet<'_>, source: &Source<'_>) -> Result<(), XlsxError> {
    for risk in source.risks() {
        sheet.next_row()?;
        sheet.number(risk.number as f64)?;
        issue(sheet, source, risk.place, risk.finding)?;
    }
    for (place, finding) in source.others() {
        sheet.next_row()?;
        sheet.text("")?;
        issue(sheet, source, place, finding)?;
    }
    sheet.finish()
}

fn issue(
    sheet: &mut Sheet<'_>,
    source: &Source<'_>,
    place: usize,
    finding: &Finding,
) -> Result<(), XlsxError> {
    let decision = source.decision_of(place);
    let advice = &finding.advice;
    let fallbacks: Vec<&str> = advice
        .fallbacks
        .iter()
        .map(|fallback| fallback.position.as_str())
        .collect();
    sheet.severity(finding)?;
    sheet.text(&finding.title)?;
    sheet.text(say::outcome(finding.outcome))?;
    sheet.text(finding.clause_kind.title())?;
    sheet.text(&finding.explanation)?;
    sheet.text(&finding.exposure)?;
    sheet.text(&finding.ask)?;
    sheet.text(&advice.standard)?;
    sheet.text(&fallbacks.join("; "))?;
    sheet.text(&advice.walk_away)?;
    sheet.text(&advice.approver)?;
    sheet.page_behind(source.link_to(place), &finding.citations)?;
    sheet.text(&quotes(&finding.citations))?;
    sheet.text(match finding.citations.first() {
        Some(citation) if citation.verified => "yes",
        Some(_) => "no",
        None => "",
    })?;
    sheet.text(say::confidence(finding.confidence))?;
    sheet.text(match decision.and_then(|decision| decision.verdict) {
        Some(Verdict::Accepted) => "accepted",
        Some(Verdict::Dismissed) => "dismissed",
        None => "",
    })?;
    sheet.text(decision.map_or("", |decision| &decision.reason))?;
    sheet.text(decision.map_or("", |decision| &decision.note))?;
    sheet.text(&finding.check)
}

fn terms(sheet: &mut Sheet<'_>, source: &Source<'_>) -> Result<(), XlsxError> {
    for term in &source.report.key_terms {
        sheet.next_row()?;
        sheet.text(&say::field(&term.field))?;
        match value(&term.value, term.unit.as_deref()) {
            Value::Day(day) => sheet.day(day)?,
            Value::Number(number) => sheet.number(number)?,
            Value::Words(words) => sheet.text(words)?,
        }
        sheet.text(term.unit.as_deref().unwrap_or_default())?;
        sheet.text(&term.value)?;
        sheet.text(say::state(term.state))?;
        sheet.page(&term.citations)?;
        sheet.text(&quotes(&term.citations))?;
    }
    sheet.finish()
}

fn dates(sheet: &mut Sheet<'_>, source: &Source<'_>) -> Result<(), XlsxError> {
    for date in &source.report.key_dates {
        sheet.next_row()?;
        sheet.text(&date.event)?;
        match date.date.as_deref().map(|said| (said, value(said, None))) {
            Some((_, Value::Day(day))) => sheet.day(day)?,
            Some((said, _)) => sheet.text(said)?,
            None => sheet.text("")?,
        }
        sheet.text(&date.arithmetic.join("; "))?;
        sheet.page(&date.citations)?;
        sheet.text(&quotes(&date.citations))?;
    }
    sheet.finish()
}

fn duties(sheet: &mut Sheet<'_>, source: &Source<'_>) -> Result<(), XlsxError> {
    for duty in &source.report.obligations {
        sheet.next_row()?;
        sheet.text(say::side(duty.side))?;
        sheet.text(&duty.text)?;
        sheet.text(duty.due.as_deref().unwrap_or_default())?;
        sheet.page(&duty.citations)?;
    }
    sheet.finish()
}

fn about(sheet: &mut Sheet<'_>, source: &Source<'_>) -> Result<(), XlsxError> {
    let report = source.report;
    let coverage = &report.coverage;
    let lines = [
        ("Contract", source.title().to_owned()),
        ("File", report.contract.file.clone()),
        ("SHA-256", report.contract.sha256.clone()),
        ("Proposal", report.summary.text.clone()),
        (
            "Pages read",
            format!("{} of {}", coverage.pages_read, coverage.pages_total),
        ),
        (
            "Parts read",
            format!("{} of {}", coverage.chunks_read, coverage.chunks_total),
        ),
        (
            "Playbook",
            format!("{} {}", report.playbook.name, report.playbook.version),
        ),
        (
            "Made by",
            format!(
                "{} {}, reader: {}",
                report.engine.name, report.engine.version, report.engine.reader
            ),
        ),
    ];
    for (what, said) in lines {
        sheet.next_row()?;
        sheet.text(what)?;
        sheet.text(&said)?;
    }
    for failed in &coverage.pages_failed {
        sheet.next_row()?;
        sheet.text("Page not read")?;
        sheet.text(&format!("{}: {}", failed.page, failed.reason))?;
    }
    sheet.finish()
}

fn quotes(citations: &[Citation]) -> String {
    let quotes: Vec<&str> = citations.iter().map(|c| c.quote.as_str()).collect();
    quotes.join(" … ")
}

fn excel_day(day: CivilDate) -> Option<ExcelDateTime> {
    let year = u16::try_from(day.year).ok()?;
    (day.year >= FIRST_YEAR)
        .then(|| ExcelDateTime::from_ymd(year, day.month, day.day).ok())
        .flatten()
}

struct Styles {
    head: Format,
    text: Format,
    quoted: Format,
    whole: Format,
    link: Format,
    fraction: Format,
    day: Format,
    severities: [Format; 4],
}

impl Styles {
    fn new() -> Self {
        let cell = Format::new()
            .set_text_wrap()
            .set_align(FormatAlign::Top)
            .set_border_bottom(FormatBorder::Hair)
            .set_border_bottom_color(Color::RGB(0xB0_B8_C4));
        let filled = |colour: u32| cell.clone().set_background_color(Color::RGB(colour));
        Self {
            head: Format::new()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::VerticalCenter)
                .set_font_color(Color::White)
                .set_background_color(Color::RGB(HEAD)),
            quoted: cell.clone().set_quote_prefix(),
            whole: cell
                .clone()
                .set_num_format("#,##0")
                .set_align(FormatAlign::Right),
            link: cell
                .clone()
                .set_num_format("#,##0")
                .set_align(FormatAlign::Right)
                .set_underline(FormatUnderline::Single)
                .set_font_color(Color::RGB(LINK)),
            fraction: cell
                .clone()
                .set_num_format("#,##0.00")
                .set_align(FormatAlign::Right),
            day: cell
                .clone()
                .set_num_format("yyyy-mm-dd")
                .set_align(FormatAlign::Left),
            severities: [
                filled(0xE6_EE_F7),
                filled(0xFF_F2_CC),
                filled(0xFB_DD_C6),
                filled(0xF4_C2_C2).set_bold(),
            ],
            text: cell,
        }
    }
}

/// A sheet that is filled row by row, cell by cell.
struct Sheet<'a> {
    sheet: &'a mut Worksheet,
    styles: &'a Styles,
    columns: Columns,
    row: u32,
    column: u16,
    /// Lines that the row's longest text takes.
    lines: usize,
}

/// A line's height, and the tallest row there is, in points.
const LINE: f64 = 15.0;
const TALLEST: f64 = 409.0;

impl<'a> Sheet<'a> {
    fn new(
        workbook: &'a mut Workbook,
        styles: &'a Styles,
        name: &str,
        columns: Columns,
    ) -> Result<Self, XlsxError> {
        let sheet = workbook.add_worksheet();
        sheet
            .set_name(name)?
            .set_landscape()
            .set_paper_size(9)
            .set_print_fit_to_pages(1, 0)
            .set_repeat_rows(0, 0)?
            .set_freeze_panes(1, 0)?;
        for ((heading, width), column) in columns.iter().zip(0..) {
            sheet.set_column_width(column, *width)?;
            sheet.write_string_with_format(0, column, *heading, &styles.head)?;
        }
        Ok(Self {
            sheet,
            styles,
            columns,
            row: 0,
            column: 0,
            lines: 1,
        })
    }

    fn next_row(&mut self) -> Result<(), XlsxError> {
        self.set_height()?;
        self.row += 1;
        self.column = 0;
        Ok(())
    }

    /// Not every program makes a row as high as its wrapped text by itself.
    fn set_height(&mut self) -> Result<(), XlsxError> {
        let lines = std::mem::replace(&mut self.lines, 1);
        if lines > 1 {
            let height = (LINE * lines as f64).min(TALLEST);
            self.sheet.set_row_height(self.row, height)?;
        }
        Ok(())
    }

    /// Lines that a text takes in the column it is written to, words broken early at its edge.
    fn lines_of(&self, text: &str) -> usize {
        let (_, width) = self
            .columns
            .get(usize::from(self.column))
            .copied()
            .unwrap_or(("", 10.0));
        let of_line =
            |line: &str| (line.chars().count() as f64 * 1.1 / width).ceil().max(1.0) as usize;
        text.split('\n').map(of_line).sum()
    }

    /// The filter covers what was written.
    fn finish(&mut self) -> Result<(), XlsxError> {
        self.set_height()?;
        let last = u16::try_from(self.columns.len()).unwrap_or(1) - 1;
        self.sheet.autofilter(0, 0, self.row, last)?;
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), XlsxError> {
        let format = if starts_formula(text) {
            &self.styles.quoted
        } else {
            &self.styles.text
        };
        let text = plain(text, 0);
        self.lines = self.lines.max(self.lines_of(&text));
        self.sheet
            .write_string_with_format(self.row, self.column, text, format)?;
        self.column += 1;
        Ok(())
    }

    fn severity(&mut self, finding: &Finding) -> Result<(), XlsxError> {
        let styles = &self.styles.severities;
        let format = match finding.severity {
            _ if !finding.is_risk() => &self.styles.text,
            Severity::Low => &styles[0],
            Severity::Medium => &styles[1],
            Severity::High => &styles[2],
            Severity::Critical => &styles[3],
        };
        let word = say::severity(finding.severity);
        self.sheet
            .write_string_with_format(self.row, self.column, word, format)?;
        self.column += 1;
        Ok(())
    }

    fn number(&mut self, number: f64) -> Result<(), XlsxError> {
        let format = if number.fract() == 0.0 {
            &self.styles.whole
        } else {
            &self.styles.fraction
        };
        self.sheet
            .write_number_with_format(self.row, self.column, number, format)?;
        self.column += 1;
        Ok(())
    }

    fn page(&mut self, citations: &[Citation]) -> Result<(), XlsxError> {
        match citations.first() {
            Some(citation) => self.number(f64::from(citation.page)),
            None => self.text(""),
        }
    }

    /// The first page, which opens the finding in the window. A formula, since the library takes no link of this
    /// scheme; the link is the program's own, of letters, digits and slashes.
    fn page_behind(&mut self, link: Option<&str>, citations: &[Citation]) -> Result<(), XlsxError> {
        let (Some(link), Some(citation)) = (link, citations.first()) else {
            return self.page(citations);
        };
        let page = citation.page;
        let formula = Formula::new(format!("=HYPERLINK(\"{}\",{page})", link.replace('"', "")))
            .set_result(page.to_string());
        self.sheet
            .write_formula_with_format(self.row, self.column, formula, &self.styles.link)?;
        self.column += 1;
        Ok(())
    }

    fn day(&mut self, day: CivilDate) -> Result<(), XlsxError> {
        let Some(date) = excel_day(day) else {
            return self.text(&day.to_iso());
        };
        self.sheet
            .write_datetime_with_format(self.row, self.column, &date, &self.styles.day)?;
        self.column += 1;
        Ok(())
    }
}
