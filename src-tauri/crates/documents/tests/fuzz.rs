//! Files that are broken at random, the same way each time: no reader may panic, hang or eat memory.
//!
//! Each format gets `COUNTERSIGN_FUZZ_SECONDS` of computing (2 when unset) and the whole process 3 GB.
//! What fails is named by its format and case, and the case is the same on every computer; another
//! `COUNTERSIGN_FUZZ_SEED` gives other cases.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(
    clippy::print_stdout,
    reason = "how many cases were tried is worth knowing"
)]

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use std::time::{Duration, Instant};

use countersign_documents::{Format, read_file};
use countersign_tests::make_docx::{Docx, cases, paragraph};
use countersign_tests::make_msg::Message;
use countersign_tests::make_odt::odt_parts;
use countersign_tests::make_zip::zip_of;

/// Longest that one broken file may be computed on; the whole ones take milliseconds.
const LONGEST: Duration = Duration::from_secs(10);
const MEMORY_BYTES: u64 = 3 << 30;

const RTF: &[u8] = br"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Times;}{\f1\fcharset2 Symbol;}}{\colortbl;\red255\green255\blue255;}{\*\revtbl{Unknown;}{Ann;}}{\header\pard Draft\par}\pard{\listtext 7.2\tab}Price \'80 5 \u8211? \b bold\b0{\v hidden}{\footnote\pard{\super\chftn} Note.}\par{\deleted\revauthdel1 30}{\revised\revauth1 60}\trowd\cellx1000\intbl Fee\cell EUR\cell\row\pard{\field{\*\fldinst X}{\fldrslt Link}}{\pict\bin4 abcd}\par}";
const HTML: &[u8] = b"<!doctype html><style>.g{display:none}</style><h1>T &amp; C</h1><p>One<br>two<ol type=a start=3><li>x<li><p>y</ol><table><tr><td colspan=2>a<td>b<tr><td><table><tr><td>c</table></table><div class=g>s</div><del>30</del><ins>60</ins><script>x</script>";
const MARKDOWN: &[u8] = b"# T\n\nA *b* **c**[^1]\n\n3. x\n   - y\n     > z\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[^1]: n\n\n```\ncode\n```\n~~gone~~\n";
const TEXT: &[u8] =
    "1.1 The Supplier “delivers” naïve goods\nwithin 30 days.\n\n(a) x\n\x0c(b) y\n".as_bytes();
const MAIL: &[u8] = b"From: Ann <a@b.example>\r\nSubject: =?UTF-8?Q?x=C3=BC?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\nContent-Type: text/html; charset=iso-8859-1\r\n\r\n<p>Hi\r\n--B\r\nContent-Type: application/pdf; name=\"c.pdf\"\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQK\r\n--B\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nInner\r\n--B--\r\n";

/// Pieces that mean something to one of the readers.
const TOKENS: [&[u8]; 32] = [
    b"{",
    b"}",
    b"\\",
    b"\\par ",
    b"\\cell ",
    b"\\row ",
    b"\\u-10179?",
    b"\\bin99999999 ",
    b"<",
    b">",
    b"</p>",
    b"<table>",
    b"<tr>",
    b"</td>",
    b"&amp;",
    b"&#x10FFFF;",
    b"<w:p>",
    b"</w:p>",
    b"<w:tbl>",
    b"w:val=\"999999999\"",
    b"w:val=\"-1\"",
    b"<w:del>",
    b"<w:fldChar w:fldCharType=\"begin\"/>",
    b"%9%1%0",
    b"--B",
    b"\r\n\r\n",
    b"\0",
    b"\xff\xfe",
    b"[^1]",
    b"|",
    b"\x0c",
    b"\xe2\x80\xae",
];

/// A generator of numbers that is the same everywhere (xorshift).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }
}

/// Breaks a file in one to eight places.
fn broken(seed: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=chance.below(8) {
        let at = chance.below(bytes.len() + 1);
        let end = (at + chance.below(40)).min(bytes.len());
        match chance.below(6) {
            0 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << chance.below(8);
                }
            }
            1 => drop(bytes.drain(at..end)),
            2 => {
                let piece = bytes[at..end].to_vec();
                let to = chance.below(bytes.len() + 1);
                bytes.splice(to..to, piece);
            }
            3 => bytes.truncate(at.max(1)),
            4 => {
                let piece = bytes[at..end].repeat(1 + chance.below(60));
                bytes.splice(at..end, piece);
            }
            _ => {
                let token = TOKENS[chance.below(TOKENS.len())];
                bytes.splice(at..at, token.iter().copied());
            }
        }
    }
    bytes
}

fn limit_memory() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let limit = Rlimit {
            current: Some(MEMORY_BYTES),
            maximum: None,
        };
        setrlimit(Resource::As, limit).unwrap();
    }
}

/// What this thread has computed so far: a machine that is busy with something else makes neither a
/// reader slow nor the cases fewer.
fn computed() -> Duration {
    #[cfg(unix)]
    {
        use rustix::time::{ClockId, clock_gettime};
        clock_gettime(ClockId::ThreadCPUTime).try_into().unwrap()
    }
    #[cfg(not(unix))]
    {
        static BEGUN: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
        BEGUN.elapsed()
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

thread_local! {
    /// While a reader reads: where it panicked last. Some panics it catches itself.
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Keeps the panics of a reading quiet: only one that comes out of it is told.
fn hush_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let hushed = PANIC.with_borrow_mut(|last| match last {
                Some(last) => {
                    *last = panic.to_string();
                    true
                }
                None => false,
            });
            if !hushed {
                usual(panic);
            }
        }));
    });
}

/// Reads what `make` makes until time is up.
fn fuzz(format: Format, mut make: impl FnMut(&mut Chance) -> Vec<u8>) {
    limit_memory();
    hush_panics();
    let seconds = number("COUNTERSIGN_FUZZ_SECONDS").unwrap_or(2);
    let seed = number("COUNTERSIGN_FUZZ_SEED").unwrap_or(1);
    let (begun, clock) = (Instant::now(), computed());
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed | 1));
    let (mut cases, mut read, mut slowest) = (0_u32, 0_u32, Duration::ZERO);
    while computed() - clock < Duration::from_secs(seconds) {
        let file = make(&mut chance);
        let before = computed();
        PANIC.set(Some(String::new()));
        let done = catch_unwind(AssertUnwindSafe(|| {
            read_file(file.clone(), Some(format), &mut |page| {
                let inside = page
                    .words
                    .iter()
                    .all(|w| w.bbox.0.iter().all(|v| v.is_finite()));
                assert!(inside, "a word without a place");
            })
        }));
        let panic = PANIC.take().unwrap_or_default();
        let took = computed() - before;
        let name = || {
            format!(
                "{format:?}, seed {seed}, case {cases}: {}",
                String::from_utf8_lossy(&file)
            )
        };
        let done = done.unwrap_or_else(|_| panic!("{panic}, at {}", name()));
        assert!(took < LONGEST, "the reader took {took:?} for {}", name());
        cases += 1;
        read += u32::from(done.is_ok());
        slowest = slowest.max(took);
    }
    // The files must not be so broken that nothing behind the first check is ever reached.
    assert!(
        cases > 10 && read * 50 > cases,
        "{format:?}: {read} of {cases} read"
    );
    println!(
        "{format:?}: {cases} cases, {read} read, the slowest in {slowest:.1?}; {:.1?} of computing in {:.1?}",
        computed() - clock,
        begun.elapsed()
    );
}

fn one_of(seeds: &[&[u8]]) -> impl FnMut(&mut Chance) -> Vec<u8> {
    let seeds: Vec<Vec<u8>> = seeds.iter().map(|s| s.to_vec()).collect();
    move |chance| {
        let at = chance.below(seeds.len());
        broken(&seeds[at], chance)
    }
}

/// Breaks one part of a package, and now and then the package itself.
fn package_of(all: Vec<Vec<(&'static str, String)>>) -> impl FnMut(&mut Chance) -> Vec<u8> {
    move |chance| {
        let parts = &all[chance.below(all.len())];
        let hit = chance.below(parts.len());
        let parts: Vec<(&str, Vec<u8>)> = parts
            .iter()
            .enumerate()
            .map(|(at, (name, text))| {
                let bytes = text.as_bytes();
                let bytes = if at == hit {
                    broken(bytes, chance)
                } else {
                    bytes.to_vec()
                };
                (*name, bytes)
            })
            .collect();
        let parts: Vec<(&str, &[u8])> = parts.iter().map(|(n, b)| (*n, b.as_slice())).collect();
        let file = zip_of(&parts);
        if chance.below(10) == 0 {
            broken(&file, chance)
        } else {
            file
        }
    }
}

#[test]
fn broken_docx_files_are_read_or_refused() {
    let mut all: Vec<_> = cases::all().iter().map(|(_, docx)| docx.parts()).collect();
    let rich = "<w:p><w:pPr><w:rPr><w:del w:author=\"A\"/></w:rPr></w:pPr><w:ins w:author=\"B\"><w:r><w:t>in</w:t></w:r></w:ins><w:del w:author=\"B\"><w:r><w:delText>out</w:delText></w:r></w:del><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>f</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r><w:r><w:footnoteReference w:id=\"2\"/><w:br w:type=\"page\"/><w:t>after</w:t></w:r></w:p><w:tbl><w:tblGrid><w:gridCol w:w=\"100\"/></w:tblGrid><w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"2\"/></w:tcPr><w:p><w:r><w:t>cell</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
    let rich = Docx {
        body: rich.to_owned() + &paragraph("last"),
        footnotes: format!("<w:footnote w:id=\"2\">{}</w:footnote>", paragraph("note")),
        comments: format!("<w:comment w:id=\"0\">{}</w:comment>", paragraph("comment")),
        header: paragraph("header"),
        ..Docx::default()
    };
    all.push(rich.parts());
    fuzz(Format::Docx, package_of(all));
}

#[test]
fn broken_odt_files_are_read_or_refused() {
    let styles = "<text:list-style style:name=\"L\"><text:list-level-style-number text:level=\"1\" style:num-format=\"1\"/></text:list-style>";
    let text = "<text:h text:outline-level=\"1\">H</text:h><text:list text:style-name=\"L\"><text:list-item><text:p>a<text:note><text:note-body><text:p>n</text:p></text:note-body></text:note></text:p></text:list-item></text:list><table:table><table:table-row><table:table-cell table:number-columns-spanned=\"2\"><text:p>c</text:p></table:table-cell></table:table-row></table:table>";
    fuzz(Format::Odt, package_of(vec![odt_parts(styles, text)]));
}

#[test]
fn broken_rtf_files_are_read_or_refused() {
    fuzz(Format::Rtf, one_of(&[RTF]));
}

#[test]
fn broken_html_files_are_read_or_refused() {
    fuzz(Format::Html, one_of(&[HTML]));
}

#[test]
fn broken_markdown_files_are_read_or_refused() {
    fuzz(Format::Markdown, one_of(&[MARKDOWN]));
}

#[test]
fn broken_text_files_are_read_or_refused() {
    fuzz(Format::Text, one_of(&[TEXT, RTF, HTML]));
}

#[test]
fn broken_outlook_messages_are_read_or_refused() {
    let message = Message {
        subject: "Terms".into(),
        from: "Ann".into(),
        sent: 134_168_310_000_000_000,
        html: String::from_utf8_lossy(HTML).into_owned(),
        files: vec![("a.txt".into(), TEXT.to_vec())],
        messages: vec![Message {
            text: "Inner".into(),
            ..Message::default()
        }],
        ..Message::default()
    };
    fuzz(Format::Outlook, one_of(&[&message.bytes()]));
}

#[test]
fn broken_mails_are_read_or_refused() {
    fuzz(Format::Mail, one_of(&[MAIL]));
}
