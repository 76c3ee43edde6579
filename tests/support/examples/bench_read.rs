//! Reads every PDF of a folder, and contracts made on the spot, in one run and compares each word
//! with what pdftotext finds.
//!
//! `cargo xtask bench read --corpus DIR [--mupdf PYTHON] [--ocr] [--json FILE]`. PYTHON is an interpreter
//! that has PyMuPDF, for instance of a virtual environment; without it places are compared with
//! pdftotext's. Ends badly when a promise is missed.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::collections::HashMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use countersign_contracts::compare::{DisputedPage, compare_page, is_comparable};
use countersign_contracts::document::{Page, PageQuality};
use countersign_documents::{
    KeptPages, ReadLimits, ReadRequest, Recogniser, draw_page, read_document, read_pdf,
    read_text_layer,
};
use countersign_tests::figures::{Bound, Figures, flag, option};
use countersign_tests::make_pdf::scanned::{Sheet, pdf_of_sheet, word_f1};
use countersign_tests::make_pdf::{self, Face, Options};
use unicode_normalization::UnicodeNormalization as _;

/// Pages, at least, of the file that times are compared on alone, where the corpus has so many.
const LONG: u32 = 400;
/// Words that differ shown of each contract under its promise.
const SHOWN: usize = 12;

fn main() -> Result<(), Box<dyn Error>> {
    countersign_documents::child::run_if_asked();
    let desk = tempfile::tempdir()?;
    if flag("--ocr") {
        let folder = option("--corpus").ok_or("`--ocr` needs --corpus DIR")?;
        return recognise(&pdfs_of(Path::new(&folder))?, desk.path());
    }
    let mut files = match option("--corpus") {
        Some(folder) => pdfs_of(Path::new(&folder))?,
        None => Vec::new(),
    };
    let real = files.len();
    files.extend(made(desk.path())?);
    let python = option("--mupdf");
    let mut total = Sum::default();
    let mut lowest: Option<(f64, String)> = None;
    let (mut means, mut parts) = (Vec::new(), Vec::new());
    println!(
        "{:<44} {:>5} {:>7} {:>7} {:>7} {:>7}",
        "file", "pages", "F1", "pairs", "boxes", "hidden"
    );
    for (at, file) in files.iter().enumerate() {
        let outcome = measure(file, python.as_deref())?;
        let name: String = name_of(file).chars().take(44).collect();
        let f1 = outcome.f1();
        println!(
            "{name:<44} {:>5} {f1:>7.4} {:>7.4} {:>7.4} {:>7}",
            outcome.pages,
            share(outcome.pairs_found, outcome.pairs),
            share(outcome.boxes_right, outcome.boxes),
            outcome.hidden.len()
        );
        if f1 < LOWEST || flag("--verbose") {
            outcome.print_differences();
        }
        for page in &outcome.disputed {
            println!(
                "    p. {}, disputed: only first “{}”, only second “{}”",
                page.page, page.only_first, page.only_second
            );
        }
        for (page, kind, text) in &outcome.hidden {
            println!("    p. {page}, {kind}: {text}");
        }
        if at < real && outcome.common + outcome.missed > 0 {
            means.push(f1);
        }
        if outcome.common + outcome.missed > 0 && lowest.as_ref().is_none_or(|low| f1 < low.0) {
            lowest = Some((f1, name.clone()));
        }
        if total.pages < LONG {
            parts.push(file.clone());
        }
        total.add(&outcome);
    }
    let long = desk.path().join("long.pdf");
    merge(&parts, &long)?;
    let long = measure(&long, python.as_deref())?;
    report(&total, &means, lowest, &long)
}

/// Pages that are recognised.
const RECOGNISED: usize = 10;

/// Makes scanned copies of ten pages spread over the corpus and reads them: at 200 dots an inch,
/// dirtied, askew by one degree.
fn recognise(files: &[PathBuf], desk: &Path) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Runtime::new()?;
    let recogniser = Recogniser::find().ok_or("tesseract is not on the search path")?;
    let (mut scores, mut seconds) = (Vec::new(), Vec::new());
    println!(
        "{:<44} {:>5} {:>6} {:>7} {:>6}",
        "file", "page", "words", "F1", "s"
    );
    for n in 0..RECOGNISED.min(files.len()) {
        let file = &files[n * files.len() / RECOGNISED.min(files.len())];
        let bytes = std::fs::read(file)?;
        let mut pages = Vec::new();
        let _ = read_pdf(bytes.clone(), &mut |page| pages.push(page));
        let full = |page: &&Page| page.words.len() > 200;
        let Some(page) = pages.iter().filter(full).nth(1).or(pages.first()) else {
            continue;
        };
        let drawn = draw_page(bytes, page.number, 200.0).ok_or("a page can't be drawn")?;
        let sheet = Sheet {
            width: drawn.width as usize,
            height: drawn.height as usize,
            grey: drawn.grey,
        };
        let scan = desk.join(format!("scan-{n}.pdf"));
        let size = (page.width, page.height);
        std::fs::write(&scan, pdf_of_sheet(&sheet.scanned(1.0), size))?;
        let request = ReadRequest {
            program: std::env::current_exe()?,
            file: scan,
            named: None,
            limits: ReadLimits::default(),
            password: None,
            recogniser: Some(recogniser.clone()),
            kept: KeptPages::default(),
        };
        let start = std::time::Instant::now();
        let mut read = Vec::new();
        runtime.block_on(read_document(&request, &mut |page| read.push(page)))?;
        let took = start.elapsed().as_secs_f64();
        let text = |page: &Page| -> Vec<String> {
            let seen = page.words.iter().filter(|w| w.hidden.is_none());
            seen.map(|w| normal(&w.text)).collect()
        };
        let f1 = word_f1(&text(page), &read.first().map(text).unwrap_or_default());
        let name: String = name_of(file).chars().take(44).collect();
        let words = page.words.len();
        println!(
            "{name:<44} {:>5} {words:>6} {f1:>7.4} {took:>6.1}",
            page.number
        );
        scores.push(f1);
        seconds.push(took);
    }
    let count = scores.len().max(1) as f64;
    let mut figures = Figures::default();
    let mean = scores.iter().sum::<f64>() / count;
    let lowest = scores.iter().copied().fold(1.0, f64::min);
    figures.add("recognised words, mean F1", mean, "");
    figures.promise(
        "recognised words, lowest F1",
        lowest,
        "",
        Bound::AtLeast(0.95),
    );
    figures.add("time a page", seconds.iter().sum::<f64>() / count, "s");
    figures.finish()
}

/// What each contract's words promise at least.
const LOWEST: f64 = 0.98;

fn report(
    total: &Sum,
    means: &[f64],
    lowest: Option<(f64, String)>,
    long: &Outcome,
) -> Result<(), Box<dyn Error>> {
    let mut figures = Figures::default();
    figures.add("pages", f64::from(total.pages), "");
    figures.add("unreadable pages", f64::from(total.unreadable), "");
    figures.add("pages read twice", f64::from(total.compared), "");
    figures.add("disputed pages", total.disputed as f64, "");
    if !means.is_empty() {
        let mean = means.iter().sum::<f64>() / means.len() as f64;
        let name = format!("words, mean F1 of {} contracts", means.len());
        figures.promise(name, mean, "", Bound::AtLeast(0.998));
    }
    if let Some((f1, name)) = lowest {
        figures.promise(
            format!("words, lowest F1 ({name})"),
            f1,
            "",
            Bound::AtLeast(LOWEST),
        );
    }
    figures.promise(
        "word pairs within lines found",
        share(total.pairs_found, total.pairs),
        "",
        Bound::AtLeast(0.995),
    );
    figures.promise(
        format!("boxes with IoU >= .5 of {}", total.boxes),
        share(total.boxes_right, total.boxes),
        "",
        Bound::AtLeast(0.999),
    );
    if total.reference_cpu > 0.0 {
        figures.add("CPU of pdftotext -bbox", total.reference_cpu, "s");
        let first = total.first_cpu / total.reference_cpu;
        figures.promise("CPU, first reader / pdftotext", first, "", at_most(0.3));
        let both = (total.first_cpu + total.second_cpu) / total.reference_cpu;
        figures.promise("CPU, both readers / pdftotext", both, "", at_most(1.0));
        let speed = f64::from(total.pages) / total.first_cpu.max(0.01);
        figures.add("pages a second of one core, first reader", speed, "");
        let both = total.first_cpu + total.second_cpu;
        let speed = f64::from(total.pages) / both.max(0.01);
        figures.add("pages a second of one core, both readers", speed, "");
        if total.mupdf_cpu > 0.0 {
            let ratio = total.first_cpu / total.mupdf_cpu;
            figures.promise("CPU, first reader / MuPDF's words", ratio, "", at_most(1.2));
            let ratio = long.first_cpu / long.mupdf_cpu.max(0.01);
            let name = format!(
                "CPU, first reader / MuPDF's words, {} pages in one",
                long.pages
            );
            figures.add(name, ratio, "");
        }
        // Most of pdftotext's time on the single files goes into their colour profiles, which a merge
        // drops: this is the bare reading of text against the bare reading of text.
        let pages = long.pages;
        let ratio = long.first_cpu / long.reference_cpu.max(0.01);
        let name = format!("CPU, first reader / pdftotext, {pages} pages in one");
        figures.add(name, ratio, "");
        let both = (long.first_cpu + long.second_cpu) / long.reference_cpu.max(0.01);
        let name = format!("CPU, both readers / pdftotext, {pages} pages in one");
        figures.add(name, both, "");
        let each = 1000.0 * long.first_cpu / f64::from(pages.max(1));
        figures.add("CPU, first reader, a page of these", each, "ms");
    }
    figures.finish()
}

/// Puts files one after the other into one.
fn merge(files: &[PathBuf], into: &Path) -> Result<(), Box<dyn Error>> {
    let status = Command::new("qpdf")
        .args(["--empty", "--warning-exit-0", "--pages"])
        .args(files)
        .arg("--")
        .arg(into)
        .status()?;
    if status.success() {
        Ok(())
    } else {
        Err("qpdf could not merge the files".into())
    }
}

fn at_most(bound: f64) -> Bound {
    Bound::AtMost(bound)
}

fn pdfs_of(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "pdf"))
        .collect();
    files.sort();
    if files.is_empty() {
        return Err(format!("{} holds no PDF", folder.display()).into());
    }
    Ok(files)
}

/// Contracts typeset here: other papers, faces, turns and columns than the corpus may hold.
fn made(desk: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let source =
        "# Supply Agreement\n\n## 1. Delivery\n\n1.1 The Supplier delivers the Goods “free of \
                  charge” within thirty (30) days.\n\n1.2 Late delivery costs 0.5% a day.\n\n"
            .repeat(12);
    let turned = |rotate, crop| Options {
        rotate,
        crop,
        ..Options::default()
    };
    let columns = Options {
        columns: 2,
        face: Face::Helvetica,
        ..Options::default()
    };
    let files = [
        ("made-contract", make_pdf::contract_of(12, 5)),
        (
            "made-quarter-turn",
            make_pdf::typeset(&source, &turned(90, 0.0)),
        ),
        ("made-cropped", make_pdf::typeset(&source, &turned(0, 20.0))),
        ("made-columns", make_pdf::typeset(&source, &columns)),
        ("made-owner-locked", make_pdf::bad::owner_locked()),
    ];
    files
        .into_iter()
        .map(|(name, bytes)| {
            let path = desk.join(format!("{name}.pdf"));
            std::fs::write(&path, bytes)?;
            Ok(path)
        })
        .collect()
}

/// A word in the form in which readers agree, and its box.
#[derive(Debug, Clone)]
struct Placed {
    text: String,
    bbox: [f32; 4],
}

impl Placed {
    fn new(text: &str, bbox: [f32; 4]) -> Self {
        Self {
            text: normal(text),
            bbox,
        }
    }

    /// Whether `next` stands beside this word on one line, whichever way the line runs.
    fn goes_on(&self, next: &Self) -> bool {
        let [x0, y0, x1, y1] = self.bbox;
        let [u0, v0, u1, v1] = next.bbox;
        let height = (x1 - x0).min(y1 - y0).max(1.0);
        let apart = |a: (f32, f32), b: (f32, f32)| (b.0 - a.1).max(a.0 - b.1);
        let (across, along) = (apart((y0, y1), (v0, v1)), apart((x0, x1), (u0, u1)));
        let beside = |one: f32, other: f32| {
            one < -0.5 * height && (-0.5 * height..1.2 * height).contains(&other)
        };
        let upended = y1 - y0 > x1 - x0 && v1 - v0 > u1 - u0;
        beside(across, along) || (upended && beside(along, across))
    }
}

/// Joins what stands together without a space though its letters are of two sizes: small capitals,
/// of which pdftotext makes `S` and `IGNATURE`.
fn with_small_capitals(words: Vec<Placed>) -> Vec<Placed> {
    let mut joined: Vec<Placed> = Vec::with_capacity(words.len());
    // Whether the last one is of two sizes by now: what touches it goes on with it, whatever its size.
    let mut mixed = false;
    for word in words {
        if let Some(last) = joined.last_mut() {
            let heights = [&*last, &word].map(|w| w.bbox[3] - w.bbox[1]);
            let (low, high) = (heights[0].min(heights[1]), heights[0].max(heights[1]));
            let gap = word.bbox[0] - last.bbox[2];
            let beneath = (last.bbox[3] - word.bbox[3]).abs() < 0.3 * high;
            if (mixed || low < 0.9 * high) && beneath && gap.abs() < 0.1 * high {
                mixed = true;
                last.text.push_str(&word.text);
                last.bbox = [
                    last.bbox[0].min(word.bbox[0]),
                    last.bbox[1].min(word.bbox[1]),
                    last.bbox[2].max(word.bbox[2]),
                    last.bbox[3].max(word.bbox[3]),
                ];
                continue;
            }
        }
        joined.push(word);
        mixed = false;
    }
    joined
}

/// Compatibility form without soft hyphens; a hyphen at the end is one of the line's end.
fn normal(text: &str) -> String {
    let text: String = text
        .nfkc()
        .filter(|c| !matches!(c, '\u{ad}' | '\u{200b}'))
        .map(|c| match c {
            '\u{2010}' | '\u{2011}' => '-',
            c => c,
        })
        .collect();
    match text.strip_suffix('-') {
        Some(rest) if !rest.is_empty() => rest.to_owned(),
        _ => text,
    }
}

/// What came of one file.
#[derive(Debug, Default)]
struct Outcome {
    pages: u32,
    unreadable: u32,
    common: usize,
    missed: usize,
    extra: usize,
    pairs: usize,
    pairs_found: usize,
    boxes: usize,
    boxes_right: usize,
    first_cpu: f64,
    second_cpu: f64,
    reference_cpu: f64,
    mupdf_cpu: f64,
    /// Pages that the second reader could read.
    compared: u32,
    disputed: Vec<DisputedPage>,
    differences: Vec<String>,
    hidden: Vec<(u32, String, String)>,
}

impl Outcome {
    fn f1(&self) -> f64 {
        let wrong = self.missed + self.extra;
        2.0 * self.common as f64 / (2 * self.common + wrong).max(1) as f64
    }

    fn print_differences(&self) {
        for line in self.differences.iter().take(SHOWN) {
            println!("    {line}");
        }
    }
}

#[derive(Debug, Default)]
struct Sum {
    pages: u32,
    compared: u32,
    disputed: usize,
    unreadable: u32,
    pairs: usize,
    pairs_found: usize,
    boxes: usize,
    boxes_right: usize,
    first_cpu: f64,
    second_cpu: f64,
    reference_cpu: f64,
    mupdf_cpu: f64,
}

impl Sum {
    fn add(&mut self, outcome: &Outcome) {
        self.pages += outcome.pages;
        self.compared += outcome.compared;
        self.disputed += outcome.disputed.len();
        self.unreadable += outcome.unreadable;
        self.pairs += outcome.pairs;
        self.pairs_found += outcome.pairs_found;
        self.boxes += outcome.boxes;
        self.boxes_right += outcome.boxes_right;
        self.first_cpu += outcome.first_cpu;
        self.second_cpu += outcome.second_cpu;
        self.reference_cpu += outcome.reference_cpu;
        self.mupdf_cpu += outcome.mupdf_cpu;
    }
}

fn measure(file: &Path, python: Option<&str>) -> Result<Outcome, Box<dyn Error>> {
    let bytes = std::fs::read(file)?;
    let mut outcome = Outcome::default();
    let mut pages = Vec::new();
    let before = cpu(Whose::Own);
    // A file of pictures only is an error, and compared as far as it goes.
    let _ = read_pdf(bytes.clone(), &mut |page| pages.push(page));
    outcome.first_cpu = cpu(Whose::Own) - before;
    let before = cpu(Whose::Own);
    read_text_layer(bytes, &mut |number, text| {
        let page = pages.iter().find(|page| page.number == number);
        let (Some(page), Some(text)) = (page.filter(|p| is_comparable(p)), text) else {
            return;
        };
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        outcome.compared += 1;
        outcome.disputed.extend(compare_page(page, &words));
    });
    outcome.second_cpu = cpu(Whose::Own) - before;
    let before = cpu(Whose::Children);
    let reference = pdftotext(file)?;
    outcome.reference_cpu = cpu(Whose::Children) - before;
    let places = match python {
        Some(python) => {
            let (seconds, places) = mupdf(python, file)?;
            outcome.mupdf_cpu = seconds;
            places
        }
        None => reference.clone(),
    };
    outcome.pages = pages.len() as u32;
    for (at, page) in pages.iter().enumerate() {
        outcome.unreadable += u32::from(page.quality == PageQuality::Unreadable);
        let theirs = reference.get(at).map_or(&[][..], Vec::as_slice);
        compare(page, theirs, &mut outcome);
        compare_boxes(
            page,
            places.get(at).map_or(&[], Vec::as_slice),
            &mut outcome,
        );
        note_hidden(page, &mut outcome);
    }
    Ok(outcome)
}

/// Words that are seen and not seen alike: pdftotext tells no difference.
fn compare(page: &Page, theirs: &[Placed], outcome: &mut Outcome) {
    let ours = page.words.iter().map(|w| Placed::new(&w.text, w.bbox.0));
    let ours = with_small_capitals(ours.collect());
    let (a, b) = (counted(ours.iter()), counted(theirs.iter()));
    for (word, count) in &b {
        let common = (*count).min(a.get(word).copied().unwrap_or(0));
        outcome.common += common;
        outcome.missed += count - common;
        if *count > common {
            outcome
                .differences
                .push(format!("p. {}: not read: {word}", page.number));
        }
    }
    for (word, count) in &a {
        let extra = count - (*count).min(b.get(word).copied().unwrap_or(0));
        outcome.extra += extra;
        if extra > 0 {
            outcome
                .differences
                .push(format!("p. {}: only here: {word}", page.number));
        }
    }
    let mut own_pairs = counted_pairs(&ours);
    for (pair, count) in counted_pairs(theirs) {
        let own = own_pairs.remove(&pair).unwrap_or(0);
        outcome.pairs += count;
        outcome.pairs_found += count.min(own);
    }
}

fn counted<'w>(words: impl Iterator<Item = &'w Placed>) -> HashMap<&'w str, usize> {
    let mut counts = HashMap::new();
    for word in words {
        *counts.entry(word.text.as_str()).or_default() += 1;
    }
    counts
}

fn counted_pairs(words: &[Placed]) -> HashMap<(&str, &str), usize> {
    let mut counts = HashMap::new();
    for pair in words.windows(2).filter(|pair| pair[0].goes_on(&pair[1])) {
        *counts
            .entry((pair[0].text.as_str(), pair[1].text.as_str()))
            .or_default() += 1;
    }
    counts
}

fn compare_boxes(page: &Page, theirs: &[Placed], outcome: &mut Outcome) {
    let mut places: HashMap<&str, Vec<[f32; 4]>> = HashMap::new();
    for word in theirs {
        places.entry(&word.text).or_default().push(word.bbox);
    }
    for word in page.words.iter().filter(|w| w.bbox.width() > 0.0) {
        let Some(places) = places.get(normal(&word.text).as_str()) else {
            continue;
        };
        outcome.boxes += 1;
        let right = places
            .iter()
            .any(|place| overlap(*place, word.bbox.0) >= 0.5);
        outcome.boxes_right += usize::from(right);
        if !right {
            let line = format!(
                "p. {}: elsewhere: {} {:?}",
                page.number, word.text, word.bbox
            );
            outcome.differences.push(line);
        }
    }
}

/// Intersection over union.
fn overlap(a: [f32; 4], b: [f32; 4]) -> f32 {
    let area = |[x0, y0, x1, y1]: [f32; 4]| (x1 - x0).max(0.0) * (y1 - y0).max(0.0);
    let common = area([
        a[0].max(b[0]),
        a[1].max(b[1]),
        a[2].min(b[2]),
        a[3].min(b[3]),
    ]);
    common / (area(a) + area(b) - common).max(1e-6)
}

/// What was noted of a page, and runs of its words that are kept from the review.
fn note_hidden(page: &Page, outcome: &mut Outcome) {
    let read = matches!(page.quality, PageQuality::Ok | PageQuality::Doubtful);
    if let (true, Some(problem)) = (read, &page.problem) {
        let note = (page.number, "noted".to_owned(), problem.clone());
        outcome.hidden.push(note);
    }
    let mut last = None;
    for (at, word) in page.words.iter().enumerate() {
        let Some(kind) = word.hidden else { continue };
        let kind = format!("{kind:?}");
        match outcome.hidden.last_mut() {
            Some((_, known, text)) if last == at.checked_sub(1) && *known == kind => {
                text.push(' ');
                text.push_str(&word.text);
            }
            _ => outcome.hidden.push((page.number, kind, word.text.clone())),
        }
        last = Some(at);
    }
}

/// The words of each page as pdftotext finds them.
fn pdftotext(file: &Path) -> Result<Vec<Vec<Placed>>, Box<dyn Error>> {
    let output = Command::new("pdftotext")
        .args(["-bbox", "-cropbox"])
        .arg(file)
        .arg("-")
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let pages = text.split("<page ").skip(1);
    Ok(pages
        .map(|page| with_small_capitals(page.lines().filter_map(placed_of_line).collect()))
        .collect())
}

/// `<word xMin="1" yMin="2" xMax="3" yMax="4">text</word>`.
fn placed_of_line(line: &str) -> Option<Placed> {
    let rest = line.trim().strip_prefix("<word ")?;
    let (attributes, rest) = rest.split_once('>')?;
    let text = rest.strip_suffix("</word>")?;
    let value = |name: &str| {
        let (_, rest) = attributes.split_once(&format!("{name}=\""))?;
        rest.split('"').next()?.parse::<f32>().ok()
    };
    let bbox = [
        value("xMin")?,
        value("yMin")?,
        value("xMax")?,
        value("yMax")?,
    ];
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&apos;", "'")
        .replace("&amp;", "&");
    Some(Placed::new(&text, bbox))
}

/// Seconds, and the words of each page.
type Timed = (f64, Vec<Vec<Placed>>);

/// The words of each page as MuPDF finds them, through an interpreter of its Python binding, and the
/// processor's seconds that took, without the interpreter's start.
fn mupdf(python: &str, file: &Path) -> Result<Timed, Box<dyn Error>> {
    const PROGRAM: &str = "import pymupdf, json, sys, time\n\
        start = time.process_time()\n\
        pages = [p.get_text('words') for p in pymupdf.open(sys.argv[1])]\n\
        took = time.process_time() - start\n\
        print(json.dumps([took, [[[w[4], *w[:4]] for w in p] for p in pages]]))";
    let output = Command::new(python)
        .args(["-c", PROGRAM])
        .arg(file)
        .output()?;
    /// A word and its box, as the program prints them.
    type Printed = (String, f32, f32, f32, f32);
    let (seconds, pages): (f64, Vec<Vec<Printed>>) = serde_json::from_slice(&output.stdout)?;
    let place = |(text, x0, y0, x1, y1): Printed| Placed::new(&text, [x0, y0, x1, y1]);
    let pages = pages
        .into_iter()
        .map(|words| words.into_iter().map(place).collect());
    Ok((seconds, pages.collect()))
}

#[derive(Debug, Clone, Copy)]
enum Whose {
    Own,
    /// Of processes that this one started and waited for.
    Children,
}

/// Processor seconds used so far; 0 where the system doesn't say in Linux's way.
fn cpu(whose: Whose) -> f64 {
    const TICKS_A_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat
        .rsplit_once(") ")
        .map_or(Vec::new(), |(_, rest)| rest.split(' ').collect());
    let at = match whose {
        Whose::Own => 11,
        Whose::Children => 13,
    };
    let ticks = |at: usize| fields.get(at).and_then(|f| f.parse::<f64>().ok());
    (ticks(at).unwrap_or(0.0) + ticks(at + 1).unwrap_or(0.0)) / TICKS_A_SECOND
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        1.0
    } else {
        part as f64 / whole as f64
    }
}

fn name_of(file: &Path) -> String {
    file.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
