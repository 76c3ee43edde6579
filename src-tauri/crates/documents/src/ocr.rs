//! Text recognition of pages that are pictures, by the program `tesseract`.
//!
//! A page is drawn by the reading child; this side hands the picture to tesseract and takes its
//! words with their places and confidences. Knows nothing of PDF.

pub(crate) mod layer;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use countersign_contracts::document::{Bbox, Page, PageQuality, PageSource, Word};
use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::timeout;

use crate::picture::Picture;
use crate::straight::Straight;

/// Dots an inch that a page is drawn at, and for small print.
pub(crate) const DOTS: u32 = 200;
pub(crate) const DOTS_OF_SMALL_PRINT: u32 = 300;
/// Median height of words in pixels under which print is small.
const SMALL_PRINT: f32 = 14.0;
/// Longest that one page may take.
const PAGE_WALL: Duration = Duration::from_secs(120);
/// Memory that the program may take.
#[cfg(target_os = "linux")]
const MEMORY_BYTES: u64 = 2 << 30;
/// Confidence in percent under which a word is taken for dirt.
const DIRT: f32 = 25.0;
/// Mean confidence in percent under which a page's text is doubtful.
const DOUBTFUL: f32 = 80.0;
/// Mean confidence in percent from which print was easy to read.
const EASY: f32 = 91.0;
/// Fewest words that make a page a read one.
const FEWEST_WORDS: usize = 3;

/// The program that recognises text, and the languages it expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recogniser {
    program: PathBuf,
    languages: String,
}

impl Recogniser {
    /// The program on the search path, for English.
    #[must_use]
    pub fn find() -> Option<Self> {
        let name = format!("tesseract{}", std::env::consts::EXE_SUFFIX);
        let path = std::env::var_os("PATH")?;
        let program = std::env::split_paths(&path)
            .map(|folder| folder.join(&name))
            .find(|file| file.is_file())?;
        Some(Self::new(program))
    }

    /// A program at a known place, for English.
    #[must_use]
    pub fn new(program: PathBuf) -> Self {
        Self {
            program,
            languages: "eng".to_owned(),
        }
    }

    /// Expects these languages, by tesseract's codes joined with `+`: `eng+deu`. What is no such
    /// code leaves it as it was.
    #[must_use]
    pub fn for_languages(mut self, codes: &str) -> Self {
        if codes.split('+').all(is_code) {
            codes.clone_into(&mut self.languages);
        }
        self
    }

    /// The languages that it expects, as tesseract's codes joined with `+`.
    #[must_use]
    pub fn languages(&self) -> &str {
        &self.languages
    }

    /// Codes of the languages that are installed, in order; empty when the program does not say.
    pub async fn installed(&self) -> Vec<String> {
        let asked = Command::new(&self.program)
            .arg("--list-langs")
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output();
        let Ok(Ok(output)) = timeout(Duration::from_secs(10), asked).await else {
            return Vec::new();
        };
        // The first line is a heading; orientation is no language.
        let listed = String::from_utf8_lossy(&output.stdout);
        let mut codes: Vec<String> = listed
            .lines()
            .skip(1)
            .map(str::trim)
            .filter(|code| is_code(code) && *code != "osd")
            .map(str::to_owned)
            .collect();
        codes.sort();
        codes
    }

    /// Where the program is.
    #[must_use]
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// How a person installs it on this system, in words.
    #[must_use]
    pub fn how_to_install() -> &'static str {
        if cfg!(target_os = "macos") {
            "brew install tesseract"
        } else if cfg!(windows) {
            "winget install UB-Mannheim.TesseractOCR"
        } else {
            "sudo apt-get install tesseract-ocr"
        }
    }

    /// Recognises a picture; `None` when the program fails or takes too long. It dies with this
    /// future.
    pub(crate) async fn recognise(&self, picture: &Picture) -> Option<Recognised> {
        let straight = Straight::of(picture);
        let picture = &straight.picture;
        let dots = (picture.scale * 72.0).round() as u32;
        let mut command = Command::new(&self.program);
        command
            .args(["stdin", "stdout", "--dpi", &dots.to_string()])
            .args(["-l", &self.languages, "tsv"])
            .env("OMP_THREAD_LIMIT", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn().ok()?;
        confine(child.id());
        let mut input = child.stdin.take()?;
        let file = picture.to_pgm();
        // Written beside reading: neither side waits for the other. A program that ends early
        // closes its end, and its output tells the rest.
        let write = async move {
            let _ = input.write_all(&file).await;
        };
        let both = async { tokio::join!(write, child.wait_with_output()).1 };
        let output = timeout(PAGE_WALL, both).await.ok()?.ok()?;
        if !output.status.success() {
            return None;
        }
        let table = String::from_utf8_lossy(&output.stdout);
        let mut recognised = Recognised::of_tsv(&table, picture.scale);
        for word in &mut recognised.words {
            word.bbox = straight.to_page(word.bbox);
        }
        Some(recognised)
    }
}

fn is_code(code: &str) -> bool {
    (3..=16).contains(&code.len()) && code.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The lowest priority, and on Linux limits of memory and time.
fn confine(id: Option<u32>) {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, setpriority_process};
        let pid = id.and_then(|id| Pid::from_raw(id.cast_signed()));
        if pid.is_some() {
            let _ = setpriority_process(pid, 19);
            #[cfg(target_os = "linux")]
            {
                use rustix::process::{Resource, Rlimit, prlimit};
                let limit = |value| Rlimit {
                    current: Some(value),
                    maximum: Some(value),
                };
                let _ = prlimit(pid, Resource::As, limit(MEMORY_BYTES));
                let _ = prlimit(pid, Resource::Cpu, limit(PAGE_WALL.as_secs()));
            }
        }
    }
    #[cfg(not(unix))]
    let _ = id;
}

/// Version of how pages are recognised. What was kept by another is recognised anew.
pub const RECOGNITION_VERSION: u32 = 2;

/// Pages of a file that were recognised before, and where those go that are recognised now: nobody
/// waits twice for the same page.
#[derive(Debug, Clone, Default)]
pub struct KeptPages {
    /// By their numbers.
    pub known: Arc<HashMap<u32, Recognised>>,
    /// Takes each page as soon as it is recognised.
    pub fresh: Option<UnboundedSender<(u32, Recognised)>>,
}

impl KeptPages {
    pub(crate) fn of_page(&self, number: u32) -> Option<Recognised> {
        self.known.get(&number).cloned().map(Recognised::restored)
    }

    pub(crate) fn keep(&self, number: u32, recognised: &Recognised) {
        if let Some(fresh) = &self.fresh {
            // Who keeps pages may have ended before; the page is read all the same.
            let _ = fresh.send((number, recognised.clone()));
        }
    }
}

/// What was recognised on a page.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Recognised {
    pub(crate) words: Vec<Word>,
    /// Confidence of each word in percent, as it is kept: the words themselves lose theirs.
    sure: Vec<u8>,
    /// Mean confidence of the words in percent.
    pub(crate) confidence: f32,
    /// Median height of the words in pixels.
    height: f32,
}

impl Recognised {
    /// As it was before it was kept.
    fn restored(mut self) -> Self {
        for (word, sure) in self.words.iter_mut().zip(&self.sure) {
            word.confidence = Some(*sure);
        }
        self
    }

    /// Whether it is worth drawing the page larger: the print is small, and not read with ease.
    pub(crate) fn is_small_print(&self) -> bool {
        let uneasy = self.confidence < EASY;
        self.words.len() >= FEWEST_WORDS && self.height < SMALL_PRINT && uneasy
    }

    /// The better of two readings of one page.
    pub(crate) fn or_better(self, other: Option<Self>) -> Self {
        match other {
            Some(other) if other.confidence > self.confidence => other,
            _ => self,
        }
    }

    /// Reads tesseract's table: one row a box, twelve columns, words at level 5.
    fn of_tsv(table: &str, scale: f32) -> Self {
        let mut words: Vec<Word> = Vec::new();
        let (mut line, mut last) = (0, None);
        let (mut heights, mut each) = (Vec::new(), Vec::new());
        let mut confidence = 0.0;
        for row in table.lines() {
            let columns: Vec<&str> = row.split('\t').collect();
            let [
                "5",
                page,
                block,
                paragraph,
                row,
                _,
                left,
                top,
                width,
                height,
                sure,
                text,
            ] = columns.as_slice()
            else {
                continue;
            };
            let number = |column: &str| column.parse::<f32>().unwrap_or(0.0);
            let (sure, text) = (number(sure), text.trim());
            if text.is_empty() || sure < DIRT {
                continue;
            }
            let place = [*page, *block, *paragraph, *row].map(str::to_owned);
            if last.as_ref().is_some_and(|last| *last != place) {
                line += 1;
            }
            last = Some(place);
            let (x, y) = (number(left) / scale, number(top) / scale);
            let (wide, high) = (number(width) / scale, number(height) / scale);
            heights.push(number(height));
            confidence += sure;
            each.push(sure.round().clamp(0.0, 100.0) as u8);
            words.push(Word {
                text: text.to_owned(),
                bbox: Bbox([x, y, x + wide, y + high]),
                line,
                size: high,
                bold: false,
                hidden: None,
                confidence: None,
            });
        }
        heights.sort_by(f32::total_cmp);
        let height = heights.get(heights.len() / 2).copied().unwrap_or(0.0);
        even_out(&mut words);
        Self {
            confidence: confidence / (words.len().max(1) as f32),
            words,
            sure: each,
            height,
        }
        .restored()
    }

    /// The page with what can be seen on it, where that is other than what its fonts say; `None`
    /// where both agree, or too little was recognised to tell.
    pub(crate) fn instead_of(self, page: &Page) -> Option<Page> {
        /// Words that differ from those at their place; on a page drawn here recognition errs on
        /// fewer, and on other letters than these.
        const FEWEST_OTHER: usize = 2;
        let said: Vec<(Bbox, String)> = page
            .words
            .iter()
            .filter(|w| w.hidden.is_none())
            .map(|w| (w.bbox, layer::folded(w)))
            .collect();
        let is_other = |word: &&Word| {
            let seen = layer::folded(word);
            let there = said.iter().find(|(bbox, _)| covers(*bbox, word.bbox));
            there.is_some_and(|(_, said)| *said != seen && said.len() == seen.len())
        };
        let sure = self.confidence >= DOUBTFUL && self.words.len() >= FEWEST_WORDS;
        let other = self.words.iter().filter(is_other).count();
        (sure && other >= FEWEST_OTHER).then(|| Page {
            source: PageSource::Ocr,
            problem: Some(
                "Its fonts say other letters than can be seen, as a hidden change of the text \
                 would. What can be seen was reviewed, as recognised from the page's picture."
                    .to_owned(),
            ),
            words: self.words,
            ..page.clone()
        })
    }

    /// Puts what was recognised on a page in the place of its picture; `None` when it is too
    /// little to speak of a read page.
    pub(crate) fn onto(self, page: &Page) -> Option<Page> {
        let kept: Vec<Word> = page.words.to_vec();
        let seen: Vec<Bbox> = kept
            .iter()
            .filter(|w| w.hidden.is_none())
            .map(|w| w.bbox)
            .collect();
        let fresh: Vec<Word> = self
            .words
            .into_iter()
            .filter(|word| !seen.iter().any(|bbox| covers(*bbox, word.bbox)))
            .collect();
        let letters = |word: &&Word| word.text.chars().any(char::is_alphanumeric);
        if fresh.iter().filter(letters).count() < FEWEST_WORDS {
            return None;
        }
        let source = if seen.is_empty() {
            PageSource::Ocr
        } else {
            PageSource::Mixed
        };
        let doubtful = self.confidence < DOUBTFUL;
        let problem = doubtful.then(|| {
            format!(
                "The page is a picture. Its text was recognised with little confidence ({:.0} %): \
                 compare it with the page.",
                self.confidence
            )
        });
        Some(Page {
            source,
            quality: if doubtful {
                PageQuality::Doubtful
            } else {
                PageQuality::Ok
            },
            problem,
            words: in_order(kept, fresh),
            ..page.clone()
        })
    }
}

/// Gives the words of a line one size: boxes fit their letters, so that `one` is half as high as
/// `Agreement`.
fn even_out(words: &mut [Word]) {
    /// The height of a letter with both its strokes against the size of its font.
    const FULL_HEIGHT: f32 = 0.92;
    for line in words.chunk_by_mut(|a, b| a.line == b.line) {
        let mut heights: Vec<f32> = line.iter().map(|w| w.bbox.height()).collect();
        heights.sort_by(f32::total_cmp);
        let tall = heights.get(heights.len() * 4 / 5).copied().unwrap_or(0.0);
        for word in line {
            word.size = tall / FULL_HEIGHT;
        }
    }
}

/// Whether the middle of `small` lies in `large`.
fn covers(large: Bbox, small: Bbox) -> bool {
    let [x0, y0, x1, y1] = large.0;
    let (x, y) = (
        (small.0[0] + small.0[2]) / 2.0,
        (small.0[1] + small.0[3]) / 2.0,
    );
    (x0..=x1).contains(&x) && (y0..=y1).contains(&y)
}

/// The lines of both from the top down, numbered anew.
fn in_order(kept: Vec<Word>, fresh: Vec<Word>) -> Vec<Word> {
    if kept.is_empty() {
        return fresh;
    }
    let lines = |words: Vec<Word>| -> Vec<Vec<Word>> {
        words
            .chunk_by(|a, b| a.line == b.line)
            .map(<[Word]>::to_vec)
            .collect()
    };
    let top = |line: &[Word]| {
        line.iter()
            .map(|w| w.bbox.0[1])
            .fold(f32::INFINITY, f32::min)
    };
    let mut merged = lines(fresh);
    for line in lines(kept) {
        let at = merged.iter().position(|other| top(other) > top(&line));
        merged.insert(at.unwrap_or(merged.len()), line);
    }
    let numbered = merged.into_iter().zip(0u32..);
    numbered
        .flat_map(|(line, number)| {
            line.into_iter().map(move |word| Word {
                line: number,
                ..word
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n\
        4\t1\t1\t1\t1\t0\t200\t100\t400\t30\t-1\t\n\
        5\t1\t1\t1\t1\t1\t200\t100\t100\t30\t96.5\tThis\n\
        5\t1\t1\t1\t1\t2\t320\t100\t200\t30\t93.5\tAgreement\n\
        5\t1\t1\t1\t1\t3\t530\t100\t20\t30\t3\t~\n\
        5\t1\t1\t1\t2\t1\t200\t150\t100\t30\t80\tbinds\n";

    fn page(words: Vec<Word>) -> Page {
        Page {
            number: 1,
            width: 595.0,
            height: 842.0,
            source: PageSource::None,
            quality: PageQuality::NeedsOcr,
            problem: None,
            words,
        }
    }

    #[test]
    fn words_are_put_where_they_stand_on_the_page_and_dirt_is_dropped() {
        let got = Recognised::of_tsv(TABLE, 2.0);
        let words: Vec<(&str, u32, [f32; 4])> = got
            .words
            .iter()
            .map(|w| (w.text.as_str(), w.line, w.bbox.0))
            .collect();
        assert_eq!(
            words,
            [
                ("This", 0, [100.0, 50.0, 150.0, 65.0]),
                ("Agreement", 0, [160.0, 50.0, 260.0, 65.0]),
                ("binds", 1, [100.0, 75.0, 150.0, 90.0]),
            ]
        );
        assert!((got.confidence - 90.0).abs() < 0.01 && !got.is_small_print());
        let kept: Recognised = postcard::from_bytes(&postcard::to_stdvec(&got).unwrap()).unwrap();
        assert_eq!(kept.restored(), got);
        let read = got.onto(&page(vec![])).unwrap();
        let sure: Vec<Option<u8>> = read.words.iter().map(|w| w.confidence).collect();
        assert_eq!(sure, [Some(97), Some(94), Some(80)]);
        assert_eq!(
            (read.source, read.quality, read.problem),
            (PageSource::Ocr, PageQuality::Ok, None)
        );
    }

    #[test]
    fn painted_words_stay_and_recognised_ones_are_put_around_them() {
        let stamp = Word {
            text: "Exhibit".into(),
            bbox: Bbox([100.0, 70.0, 150.0, 92.0]),
            line: 0,
            size: 11.0,
            bold: false,
            hidden: None,
            confidence: None,
        };
        let table = format!("{TABLE}5\t1\t1\t1\t3\t1\t200\t250\t100\t30\t80\tboth\n");
        let read = Recognised::of_tsv(&table, 2.0)
            .onto(&page(vec![stamp]))
            .unwrap();
        let words: Vec<(&str, u32)> = read
            .words
            .iter()
            .map(|w| (w.text.as_str(), w.line))
            .collect();
        assert_eq!(
            words,
            [("This", 0), ("Agreement", 0), ("Exhibit", 1), ("both", 2)]
        );
        assert_eq!(read.source, PageSource::Mixed);
    }

    #[test]
    fn two_words_make_no_page_and_little_confidence_is_said() {
        let few = "5\t1\t1\t1\t1\t1\t1\t1\t9\t9\t50\tHm\n5\t1\t1\t1\t1\t2\t1\t1\t9\t9\t50\thm\n";
        assert!(Recognised::of_tsv(few, 2.0).onto(&page(vec![])).is_none());
        let doubtful = TABLE.replace("9\t3.5", "3.5").replace("96.5", "40");
        let read = Recognised::of_tsv(&doubtful, 2.0)
            .onto(&page(vec![]))
            .unwrap();
        assert_eq!(read.quality, PageQuality::Doubtful);
        assert!(read.words[0].is_doubtful() && !read.words[1].is_doubtful());
        assert!(
            read.problem
                .is_some_and(|p| p.contains("little confidence"))
        );
    }

    #[test]
    fn only_codes_of_languages_are_taken() {
        let base = Recogniser::new("tesseract".into());
        assert_eq!(base.clone().for_languages("eng+deu").languages, "eng+deu");
        for odd in ["", "--help", "../x", "eng+", "eng;rm"] {
            assert_eq!(base.clone().for_languages(odd), base, "{odd}");
        }
    }
}
