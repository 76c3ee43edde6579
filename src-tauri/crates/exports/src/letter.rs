//! The letter to the supplier: what is asked for, clause by clause, with the contract's own words and words
//! offered in their place. It goes to the other side, so it says nothing of what is at stake, where the
//! buyer would stop, who decides, or what a person noted.

use docx_rs::DocxError;

use crate::docx::{begin, labelled, packed, plain, quotes, styled};
use crate::markdown::escape;
use crate::source::{Risk, Source};

/// What is asked of the supplier: open findings with an ask and nothing doubtful about their quotes.
fn asks<'a>(source: &Source<'a>) -> Vec<Risk<'a>> {
    source
        .risks()
        .into_iter()
        .filter(|risk| {
            !risk.is_dismissed() && !risk.is_unverified() && !risk.finding.ask.is_empty()
        })
        .collect()
}

fn opening(source: &Source<'_>, count: usize) -> String {
    let points = match count {
        0 => "We have no changes to ask for.".to_owned(),
        1 => "One point remains to be settled before we can go further.".to_owned(),
        count => format!("{count} points remain to be settled before we can go further."),
    };
    format!(
        "We have reviewed {}. {points} Pages are those of the file you sent us ({}).",
        source.title(),
        source.report.contract.file
    )
}

/// The words offered: the playbook's first fallback, where it has any.
fn offered<'a>(risk: &Risk<'a>) -> Option<&'a str> {
    let language = &risk.finding.advice.fallbacks.first()?.language;
    (!language.is_empty()).then_some(language.as_str())
}

pub(super) fn write_docx(source: &Source<'_>) -> Result<Vec<u8>, DocxError> {
    let asks = asks(source);
    let mut docx = begin(source.title())
        .add_paragraph(styled("Title", "Points to settle"))
        .add_paragraph(plain(&opening(source, asks.len())));
    for (risk, number) in asks.iter().zip(1..) {
        let finding = risk.finding;
        let heading = format!("{number}. {}", finding.clause_kind.title());
        docx = docx.add_paragraph(styled("Heading2", &heading));
        docx = quotes(docx, &finding.citations);
        docx = docx.add_paragraph(labelled("We ask", &finding.ask));
        if let Some(words) = offered(risk) {
            docx = docx.add_paragraph(labelled("Words we can offer", words));
        }
    }
    packed(docx, source)
}

pub(super) fn write_markdown(source: &Source<'_>) -> String {
    let asks = asks(source);
    let mut text = format!(
        "# Points to settle\n\n{}\n",
        escape(&opening(source, asks.len()))
    );
    for (risk, number) in asks.iter().zip(1..) {
        let finding = risk.finding;
        text.push_str(&format!("\n## {number}. {}\n", finding.clause_kind.title()));
        for citation in &finding.citations {
            text.push_str(&format!(
                "\n> {}\n>\n> page {}\n",
                escape(&citation.quote),
                citation.page
            ));
        }
        text.push_str(&format!("\n**We ask:** {}\n", escape(&finding.ask)));
        if let Some(words) = offered(risk) {
            text.push_str(&format!("\n**Words we can offer:** {}\n", escape(words)));
        }
    }
    text
}
