//! The PDF for the signatory: a summary of at most two pages, then an appendix with every finding.
//!
//! krilla writes the file; pages are set here, on one column, so what fits is known before it is drawn.
//! The file is tagged: headings, tables and quotes are told to readers that don't see the page.

mod appendix;
mod fonts;
mod lines;
mod paper;
mod render;
mod style;
mod summary;

use krilla::error::KrillaError;

use self::fonts::Fonts;
use self::paper::{PAGE, Paper, SIDE};
use self::render::{About, render};
use self::summary::Detail;
use crate::brief::Brief;
use crate::source::Source;

/// Pages of the summary at the most.
const MOST_PAGES: usize = 2;

/// Why a PDF could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// A font that is built into the program can't be read.
    #[error("a font of the program is damaged")]
    Font,
    /// The file could not be written.
    #[error(transparent)]
    Write(#[from] KrillaError),
}

pub(super) fn write(source: &Source<'_>) -> Result<Vec<u8>, PdfError> {
    let fonts = Fonts::load().ok_or(PdfError::Font)?;
    let brief = Brief::of(source);
    let mut paper = summary(&fonts, source, &brief);
    appendix::set(&mut paper, source);
    feet(&mut paper, source);
    let about = About {
        title: fonts.drawable(&format!("Risk summary: {}", source.title())),
        day: source.reviewed_on(),
        id: format!("countersign:{}", source.report.contract.sha256),
    };
    Ok(render(&paper, &about)?)
}

/// How many pages the summary takes, for tests.
#[cfg(test)]
pub(crate) fn summary_pages(source: &Source<'_>) -> Result<usize, PdfError> {
    let fonts = Fonts::load().ok_or(PdfError::Font)?;
    Ok(summary(&fonts, source, &Brief::of(source)).pages.len())
}

/// The summary with as much detail as fits on its pages.
fn summary<'f>(fonts: &'f Fonts, source: &Source<'_>, brief: &Brief<'_>) -> Paper<'f> {
    let mut paper = Paper::new(fonts);
    for detail in Detail::ALL {
        paper = Paper::new(fonts);
        summary::set(&mut paper, source, brief, detail);
        if paper.pages.len() <= MOST_PAGES {
            break;
        }
    }
    paper
}

/// The line at the foot of each page.
fn feet(paper: &mut Paper<'_>, source: &Source<'_>) {
    let count = paper.pages.len();
    let fonts = paper.fonts;
    let style = style::small();
    let title = fonts.drawable(source.title());
    let room = PAGE.0 - 2.0 * SIDE - 180.0;
    let lines = lines::lines(
        fonts,
        &[style::run(
            &format!("Countersign risk summary · {title}"),
            style,
        )],
        room,
    );
    let left: String = lines
        .first()
        .into_iter()
        .flat_map(|line| line.pieces.iter().map(|piece| piece.text.as_str()))
        .collect();
    let left = if lines.len() > 1 {
        format!("{left} …")
    } else {
        left
    };
    for (page, number) in paper.pages.iter_mut().zip(1..) {
        let right = format!("Page {number} of {count}");
        let width = fonts.width(style.face, style.size, &right);
        let y = PAGE.1 - 28.0;
        for (x, text) in [(SIDE, left.clone()), (PAGE.0 - SIDE - width, right)] {
            page.push(paper::Drawn {
                op: paper::Op::Text { x, y, style, text },
                leaf: None,
            });
        }
    }
}
