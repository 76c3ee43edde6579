//! What leaves the program, opened by programs that we did not write.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use countersign_contracts::report::Report;
use countersign_store::decisions::finding_key;
use serde_json::Value;

use crate::cli::{Desk, bare, text};

/// The samples reviewed and exported: the data folder and the folder of files.
fn exported(formats: &str) -> (Desk, PathBuf) {
    let desk = Desk::new();
    let out = desk.folder.path().join("out");
    let out_name = out.to_str().unwrap();
    let review = [
        "review",
        "--samples",
        "--quiet",
        "--format",
        "json",
        "--out",
        out_name,
    ];
    let output = desk.run(&review);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let output = desk.run(&["export", "--all", "--format", formats, "--out", out_name]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let told: Vec<PathBuf> = text(&output.stdout).lines().map(PathBuf::from).collect();
    assert!(!told.is_empty() && told.iter().all(|path| path.is_file()));
    (desk, out)
}

fn files(folder: &Path, suffix: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_str().unwrap().ends_with(suffix))
        .collect();
    files.sort();
    files
}

fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let output = output.unwrap_or_else(|error| panic!("{program} is part of the set-up: {error}"));
    let said = text(&output.stdout);
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {said}{}",
        text(&output.stderr)
    );
    said
}

/// The running text of a summary, without the foot of each page.
fn running_text(pdf: &str) -> String {
    let all = run("pdftotext", &["-raw", pdf, "-"]);
    let foot = |line: &&str| {
        !(line.contains("Countersign risk summary ·")
            || line.trim_start_matches('\u{c}').starts_with("Page ") && line.contains(" of "))
    };
    all.lines().filter(foot).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_pdf_is_valid_tagged_and_has_every_quote_beside_its_page() {
    let (_desk, out) = exported("pdf");
    let reports = files(&out, ".json");
    let mut quotes = 0;
    for json in &reports {
        let report: Value = serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap();
        let stem = json.file_stem().unwrap().to_str().unwrap();
        let pdf = out.join(format!("{stem} - risk summary.pdf"));
        let pdf = pdf.to_str().unwrap();
        run("qpdf", &["--check", pdf]);
        let about = run("pdfinfo", &[pdf]);
        let tagged = about.lines().find(|line| line.starts_with("Tagged"));
        assert!(tagged.unwrap().ends_with("yes"), "{about}");
        let fonts = run("pdffonts", &[pdf]);
        for font in fonts.lines().skip(2) {
            assert!(
                font.contains("IBMPlexSans") && font.contains("yes"),
                "{font}"
            );
        }
        let said = bare(&running_text(pdf));
        let first = bare(&run("pdftotext", &["-l", "1", pdf, "-"]));
        assert!(first.contains(&bare(report["summary"]["text"].as_str().unwrap())));
        for finding in report["findings"].as_array().unwrap() {
            assert!(said.contains(&bare(finding["title"].as_str().unwrap())));
            if matches!(
                finding["outcome"].as_str(),
                Some("met" | "not_applicable" | "fallback")
            ) {
                continue;
            }
            for citation in finding["citations"].as_array().unwrap() {
                let quote = format!(
                    "“{}”page{}",
                    bare(citation["quote"].as_str().unwrap()),
                    citation["page"]
                );
                assert!(said.contains(&quote), "{stem}: {quote}");
                quotes += 1;
            }
        }
    }
    assert!(reports.len() >= 2 && quotes >= 10, "{quotes} quotes");
}

#[test]
fn a_selection_is_exported_under_names_of_its_own_and_one_file_to_a_pipe() {
    let (desk, out) = exported("docx,xlsx,ics,letter,letter-md,csv,md");
    let count = files(&out, ".json").len();
    for suffix in [
        " - risk summary.docx",
        ".xlsx",
        ".ics",
        " - letter.docx",
        " - letter.md",
        ".csv",
    ] {
        assert_eq!(files(&out, suffix).len(), count, "{suffix}");
    }
    for path in files(&out, "") {
        let bytes = std::fs::read(&path).unwrap();
        let data = desk.data();
        let hidden = data.to_str().unwrap().as_bytes();
        assert!(
            !bytes.windows(hidden.len()).any(|part| part == hidden),
            "{} names a folder of this computer",
            path.display()
        );
    }
    for review in desk.list() {
        let file = Path::new(review["file"].as_str().unwrap()).with_extension("");
        let file = file.to_str().unwrap();
        let json = std::fs::read(out.join(format!("{file}.json"))).unwrap();
        let report: Report = serde_json::from_slice(&json).unwrap();
        let workbook = out.join(format!("{file}.xlsx"));
        let unpack = "import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).read('xl/worksheets/sheet1.xml').decode())";
        let issues = run("python3", &["-c", unpack, workbook.to_str().unwrap()]);
        let quoted = report
            .findings
            .iter()
            .filter(|one| !one.citations.is_empty());
        for finding in quoted.clone() {
            let id = review["id"].as_str().unwrap();
            let link = format!("countersign://finding/{id}/{}", finding_key(finding));
            assert!(issues.contains(&link), "{link}");
        }
        assert_eq!(issues.matches("countersign://").count(), quoted.count());
    }
    let named = desk.folder.path().join("named");
    let arguments = [
        "export",
        "--all",
        "--format",
        "ics,xlsx",
        "--name",
        "../{decision}",
        "--out",
        named.to_str().unwrap(),
    ];
    let output = desk.run(&arguments);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let names: HashSet<PathBuf> = files(&named, "").into_iter().collect();
    assert_eq!(names.len(), 2 * count, "{names:?}");
    assert_eq!(text(&output.stdout).lines().count(), 2 * count);
    let id = desk.list()[0]["id"].as_str().unwrap().to_owned();
    let output = desk.run(&["export", &id, "--format", "pdf", "--out", "-"]);
    assert!(output.status.success() && output.stdout.starts_with(b"%PDF-"));
    let output = desk.run(&["export", "--all", "--format", "pdf", "--out", "-"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("one file"));
}
