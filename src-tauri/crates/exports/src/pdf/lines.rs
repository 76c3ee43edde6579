//! Words to lines: greedy, left-aligned, one space between words.

use super::fonts::{Face, Fonts};

/// Distance of two baselines, in sizes of the type.
const LEADING: f32 = 1.38;

/// A colour, red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colour(pub u8, pub u8, pub u8);

/// How a run of text is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Style {
    pub face: Face,
    pub size: f32,
    pub colour: Colour,
}

impl Style {
    /// The same in another face.
    pub fn face(self, face: Face) -> Self {
        Self { face, ..self }
    }

    /// The same in another colour.
    pub fn colour(self, colour: Colour) -> Self {
        Self { colour, ..self }
    }
}

/// Text in one style; a space stands between two runs.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub text: String,
    pub style: Style,
}

/// Part of a line in one style, from `x` points on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    pub x: f32,
    pub text: String,
    pub style: Style,
}

/// A line of text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub pieces: Vec<Piece>,
    /// From its top to the next line's.
    pub height: f32,
    /// From its top to the baseline.
    pub ascent: f32,
}

/// Breaks runs into lines no wider than `width`. A word that is wider alone is broken.
pub(super) fn lines(fonts: &Fonts, runs: &[Run], width: f32) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut line: Vec<Piece> = Vec::new();
    let mut end = 0.0;
    for run in runs {
        let style = run.style;
        let measure = |text: &str| fonts.width(style.face, style.size, text);
        let space = measure(" ");
        let shown = fonts.drawable(&run.text);
        for word in shown.split_whitespace() {
            for part in parts(fonts, style, word, width) {
                let wide = measure(&part);
                let gap = if line.is_empty() { 0.0 } else { space };
                if !line.is_empty() && end + gap + wide > width {
                    lines.push(finished(std::mem::take(&mut line)));
                    end = 0.0;
                }
                match line.last_mut() {
                    None => {
                        line.push(Piece {
                            x: 0.0,
                            text: part,
                            style,
                        });
                        end = wide;
                    }
                    Some(piece) if piece.style == style => {
                        piece.text.push(' ');
                        piece.text.push_str(&part);
                        end += space + wide;
                    }
                    Some(piece) => {
                        piece.text.push(' ');
                        line.push(Piece {
                            x: end + space,
                            text: part,
                            style,
                        });
                        end += space + wide;
                    }
                }
            }
        }
    }
    if !line.is_empty() {
        lines.push(finished(line));
    }
    lines
}

/// How high lines are together.
pub(super) fn height(lines: &[Line]) -> f32 {
    lines.iter().map(|line| line.height).sum()
}

/// The word, or pieces of it that fit.
fn parts(fonts: &Fonts, style: Style, word: &str, width: f32) -> Vec<String> {
    let measure = |text: &str| fonts.width(style.face, style.size, text);
    if measure(word) <= width {
        return vec![word.to_owned()];
    }
    let mut parts = Vec::new();
    let mut part = String::new();
    for c in word.chars() {
        part.push(c);
        if measure(&part) > width && part.chars().count() > 1 {
            part.pop();
            parts.push(std::mem::take(&mut part));
            part.push(c);
        }
    }
    parts.push(part);
    parts
}

fn finished(pieces: Vec<Piece>) -> Line {
    let size = pieces.iter().map(|p| p.style.size).fold(0.0, f32::max);
    Line {
        pieces,
        height: size * LEADING,
        ascent: size * 1.05,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(face: Face) -> Style {
        Style {
            face,
            size: 10.0,
            colour: Colour(0, 0, 0),
        }
    }

    #[test]
    fn no_line_is_wider_than_asked_and_no_word_is_lost() {
        let fonts = Fonts::load().unwrap();
        let text = "The Supplier's aggregate liability shall not exceed the fees paid 0123456789abcdef0123456789abcdef0123456789abcdef";
        let runs = [
            Run {
                text: "At stake:".to_owned(),
                style: style(Face::SemiBold),
            },
            Run {
                text: text.to_owned(),
                style: style(Face::Regular),
            },
        ];
        for width in [60.0, 120.0, 300.0] {
            let lines = lines(&fonts, &runs, width);
            let mut said = String::new();
            for line in &lines {
                let last = line.pieces.last().unwrap();
                let end = last.x + fonts.width(last.style.face, last.style.size, &last.text);
                assert!(end <= width + 0.5, "{end} > {width}: {line:?}");
                for piece in &line.pieces {
                    said.push_str(&piece.text);
                }
            }
            let bare = |text: &str| text.replace(' ', "");
            assert_eq!(bare(&said), bare(&format!("At stake:{text}")));
        }
    }
}
