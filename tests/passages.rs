//! Finding passages from the terminal, in one contract and in all.

use crate::cli::{Desk, text};

const SAMPLES: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../src-tauri/crates/engine/samples"
);

/// A desk on which all samples have been reviewed, and the summaries.
fn reviewed() -> (Desk, Vec<serde_json::Value>) {
    let desk = Desk::new();
    let out = desk.folder.path().join("out");
    let out_text = out.to_str().unwrap();
    let output = desk.run(&[
        "review",
        "--samples",
        "--format",
        "json",
        "--quiet",
        "--out",
        out_text,
    ]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let summaries = std::fs::read_dir(&out)
        .unwrap()
        .map(|file| serde_json::from_slice(&std::fs::read(file.unwrap().path()).unwrap()).unwrap())
        .collect();
    (desk, summaries)
}

#[test]
fn passages_are_found_by_words_in_one_contract_and_in_all() {
    let (desk, summaries) = reviewed();
    let samples = std::fs::read_dir(SAMPLES)
        .unwrap()
        .filter(|file| {
            file.as_ref()
                .unwrap()
                .path()
                .extension()
                .is_some_and(|e| e == "pdf")
        })
        .count();
    assert_eq!(summaries.len(), samples);
    for summary in &summaries {
        let coverage = &summary["coverage"];
        assert!(coverage["chunks_total"].as_u64().unwrap() > 0);
        assert_eq!(
            coverage["chunks_read"], coverage["chunks_total"],
            "every chunk is read whatever else can be found: {summary}"
        );
    }
    let found = desk.run(&["search", "limitation of liability", "--limit", "3"]);
    assert!(found.status.success(), "{}", text(&found.stderr));
    let printed = text(&found.stdout);
    assert!(printed.to_lowercase().contains("liab"), "{printed}");
    assert!(printed.contains(".pdf · page "), "{printed}");
    for row in desk.list() {
        let id = row["id"].as_str().unwrap();
        let related = desk.run(&["related", id, "governing law", "--limit", "1"]);
        assert!(related.status.success(), "{}", text(&related.stderr));
        let printed = text(&related.stdout).to_lowercase();
        assert!(printed.starts_with("page "), "{printed}");
        assert!(printed.contains("law"), "{printed}");
    }
}

#[test]
fn a_search_without_an_answer_says_so_and_no_words_are_an_operator() {
    let desk = Desk::new();
    for words in ["escrow", "\" OR *", "NEAR(", "-", ""] {
        let found = desk.run(&["search", "--", words]);
        assert!(found.status.success(), "{words}: {}", text(&found.stderr));
        assert!(text(&found.stdout).is_empty());
        assert!(text(&found.stderr).contains("No contract"));
    }
    let related = desk.run(&["related", "0", "escrow"]);
    assert!(text(&related.stderr).contains("there is no review 0"));
}
