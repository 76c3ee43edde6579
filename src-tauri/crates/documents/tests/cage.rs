//! The reading child under attack. This program is both: the tests, and, started with
//! `read-document`, the child that they start.

#![expect(
    clippy::print_stdout,
    reason = "a test program without a harness reports by printing"
)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use countersign_contracts::document::{Document, Page, PageQuality, PageSource};
use countersign_documents::{
    Format, KeptPages, ReadError, ReadLimits, ReadRequest, ReadSummary, child, read_document,
    read_pdf,
};
use countersign_tests::make_docx::Docx;
use countersign_tests::make_pdf::{self, bad};
use countersign_tests::make_zip;

#[path = "cage/pdf.rs"]
mod pdf;

fn main() {
    child::run_if_asked();
    let tests: [(&str, fn()); 9] = [
        (
            "a_document_is_read_as_in_this_process",
            a_document_is_read_as_in_this_process,
        ),
        (
            "a_page_that_hangs_is_named_and_the_others_come",
            a_page_that_hangs_is_named,
        ),
        (
            "a_bomb_stays_under_its_memory_and_is_named",
            a_bomb_stays_under_its_memory,
        ),
        ("a_crash_is_bounded", nested_arrays_end_in_words),
        (
            "files_that_are_no_contract_end_in_words",
            files_that_are_no_contract_end_in_words,
        ),
        (
            "some_readable_pages_are_a_success",
            some_readable_pages_are_a_success,
        ),
        ("too_many_pages_are_refused", too_many_pages_are_refused),
        (
            "files_without_pages_are_read_with_what_they_say_beside",
            files_without_pages_are_read,
        ),
        (
            "dropping_the_future_kills_the_child",
            dropping_the_future_kills_the_child,
        ),
    ];
    let only = std::env::args().nth(1).filter(|a| !a.starts_with('-'));
    for (name, test) in tests.into_iter().chain(pdf::TESTS) {
        if only
            .as_ref()
            .is_none_or(|only| name.contains(only.as_str()))
        {
            let started = std::time::Instant::now();
            test();
            println!("test {name} ... ok ({:?})", started.elapsed());
        }
    }
}

struct Outcome {
    pages: Vec<Page>,
    end: Result<ReadSummary, ReadError>,
}

/// A file of its own that goes when the test ends.
struct TempPdf(PathBuf);

impl TempPdf {
    fn new(bytes: &[u8]) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("countersign-cage-{}-{number}.pdf", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, bytes).unwrap();
        Self(path)
    }
}

impl Drop for TempPdf {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn request(file: &TempPdf) -> ReadRequest {
    ReadRequest {
        program: std::env::current_exe().unwrap(),
        file: file.0.clone(),
        named: Some(Format::Pdf),
        password: None,
        recogniser: None,
        kept: KeptPages::default(),
        limits: ReadLimits {
            wall: Duration::from_secs(60),
            page_wall: Duration::from_secs(20),
            memory_bytes: 1 << 30,
            ..ReadLimits::default()
        },
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

fn read(pdf: &[u8], change: impl FnOnce(&mut ReadLimits)) -> Outcome {
    let file = TempPdf::new(pdf);
    let mut request = request(&file);
    change(&mut request.limits);
    let mut pages = Vec::new();
    let end = run(read_document(&request, &mut |page| pages.push(page)));
    Outcome { pages, end }
}

fn a_document_is_read_as_in_this_process() {
    let pdf = make_pdf::contract_of(7, 3);
    let mut here = Vec::new();
    read_pdf(pdf.clone(), &mut |page| here.push(page)).unwrap();
    let there = read(&pdf, |_| {});
    let summary = there.end.unwrap();
    assert_eq!(
        (summary.pages, summary.pages_read, summary.restarts),
        (7, 7, 0)
    );
    assert_eq!(here, there.pages);
    assert!(
        Document::from_pages(here)
            .text
            .contains("This Services Agreement")
    );
}

fn a_page_that_hangs_is_named() {
    let outcome = read(&bad::hanging_page(4, 2), |limits| {
        limits.page_wall = Duration::from_secs(2);
    });
    let summary = outcome.end.unwrap();
    assert_eq!(
        (summary.pages, summary.pages_read, summary.pages_unreadable),
        (4, 3, 1)
    );
    let numbers: Vec<u32> = outcome.pages.iter().map(|p| p.number).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
    assert_eq!(outcome.pages[1].quality, PageQuality::Unreadable);
    assert!(
        outcome.pages[1]
            .problem
            .as_ref()
            .unwrap()
            .contains("too long")
    );
    assert_eq!(outcome.pages[3].words[0].text, "Clause");
}

fn a_bomb_stays_under_its_memory() {
    let bomb = bad::double_flate_bomb(6 << 10);
    assert!(bomb.len() < 100_000, "{} bytes", bomb.len());
    let outcome = read(&bomb, |_| {});
    let Err(ReadError::NothingReadable { pages: 1, reason }) = outcome.end else {
        panic!("{:?}", outcome.end);
    };
    assert!(reason.contains("memory"), "{reason}");
}

fn nested_arrays_end_in_words() {
    for pdf in [
        bad::nested_arrays(200_000),
        bad::nested_forms(12),
        bad::page_tree_cycle(),
    ] {
        let outcome = read(&pdf, |limits| limits.page_wall = Duration::from_secs(2));
        let error = outcome.end.unwrap_err();
        let expected = [
            "nothing_readable",
            "reader_crashed",
            "out_of_limits",
            "file_damaged",
        ];
        assert!(expected.contains(&error.code()), "{error}");
    }
}

fn files_that_are_no_contract_end_in_words() {
    let code = |pdf: Vec<u8>| read(&pdf, |_| {}).end.unwrap_err().code();
    assert_eq!(code(bad::empty()), "file_empty");
    assert_eq!(code(bad::not_a_pdf()), "not_a_pdf");
    assert_eq!(code(bad::encrypted()), "password_needed");
    assert_eq!(code(bad::truncated()), "file_damaged");
    assert_eq!(code(bad::scan(3)), "only_scans");
    assert_eq!(code(bad::blank()), "nothing_readable");
    let gone = TempPdf::new(b"");
    let request = request(&gone);
    drop(gone);
    let end = run(read_document(&request, &mut |_| {}));
    assert_eq!(end.unwrap_err().code(), "file_gone");
}

fn some_readable_pages_are_a_success() {
    let outcome = read(&bad::partly_scanned(), |_| {});
    let summary = outcome.end.unwrap();
    assert_eq!((summary.pages_read, summary.pages_needing_ocr), (1, 2));
}

fn too_many_pages_are_refused() {
    let outcome = read(&make_pdf::contract_of(3, 1), |limits| limits.max_pages = 2);
    assert!(matches!(
        outcome.end,
        Err(ReadError::OutOfLimits { what: "pages" })
    ));
}

fn files_without_pages_are_read() {
    let changed = "<w:p><w:r><w:t>Due in</w:t></w:r><w:ins w:author=\"Ann\"><w:r><w:t xml:space=\"preserve\"> 60 days.</w:t></w:r></w:ins></w:p>";
    let docx = read(&Docx::of(changed).bytes(), |_| {});
    let summary = docx.end.unwrap();
    assert_eq!((summary.pages, summary.pages_read), (1, 1));
    assert_eq!(summary.side.changes[0].text, "60 days.");
    assert_eq!(docx.pages[0].source, PageSource::Flow);
    assert_eq!(Document::from_pages(docx.pages).text, "Due in 60 days.");
    let mail = b"Received: x\r\nSubject: Terms\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\r\nSee the file.\r\n--B\r\nContent-Disposition: attachment; filename=terms.txt\r\n\r\nThe terms.\r\n--B--\r\n";
    let file = TempPdf::new(mail);
    let mut request = request(&file);
    request.named = Some(Format::Mail);
    let summary = run(read_document(&request, &mut |_| {})).unwrap();
    assert_eq!(summary.attachments[0].name, "terms.txt");
    let parts = Docx::of("").parts();
    let parts: Vec<(&str, &[u8])> = parts
        .iter()
        .filter(|(name, _)| *name != "word/document.xml")
        .map(|(name, text)| (*name, text.as_bytes()))
        .collect();
    let bomb = make_zip::bomb(&parts, "word/document.xml", 3 << 10);
    assert!(bomb.len() < 4 << 20, "{} bytes", bomb.len());
    assert_eq!(read(&bomb, |_| {}).end.unwrap_err().code(), "out_of_limits");
}

fn dropping_the_future_kills_the_child() {
    let file = TempPdf::new(&bad::hanging_page(2, 2));
    let request = request(&file);
    run(async {
        let (first, page) = tokio::sync::oneshot::channel();
        let mut first = Some(first);
        let mut on_page = |page: Page| {
            if let Some(first) = first.take() {
                let _ = first.send(page.number);
            }
        };
        let reading = read_document(&request, &mut on_page);
        tokio::select! {
            end = reading => panic!("the page hangs, yet reading ended: {end:?}"),
            page = page => assert_eq!(page.unwrap(), 1),
        }
    });
    #[cfg(target_os = "linux")]
    {
        let deadline = std::time::Instant::now() + Duration::from_secs(10);
        while has_running_child() {
            assert!(std::time::Instant::now() < deadline, "the child still runs");
            std::thread::yield_now();
        }
    }
}

/// Whether a process of ours still runs: a killed one is gone or a zombie to be gathered in.
#[cfg(target_os = "linux")]
fn has_running_child() -> bool {
    let me = std::process::id().to_string();
    std::fs::read_dir("/proc").unwrap().flatten().any(|entry| {
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let mut fields = stat.rsplit(") ").next().unwrap_or("").split(' ');
        let state = fields.next().unwrap_or("Z");
        fields.next() == Some(me.as_str()) && state != "Z" && state != "X"
    })
}
