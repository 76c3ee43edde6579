//! Reviewing from the terminal: what is found, what is said of bad files, what is written where.

use std::collections::BTreeSet;

use countersign_tests::make_pdf;
use serde_json::Value;

use crate::cli::{Desk, bare, pdftotext, text};

const SAMPLES: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../src-tauri/crates/engine/samples"
);
const SCHEMA: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../src-tauri/crates/exports/schema/report.schema.json"
);

fn sample(name: &str) -> String {
    format!("{SAMPLES}/{name}.pdf")
}

fn review(desk: &Desk, file: &str) -> Value {
    let output = desk.run(&["review", file, "--format", "json", "--quiet"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn risks(report: &Value) -> Vec<&Value> {
    let findings = report["findings"].as_array().unwrap();
    findings
        .iter()
        .filter(|f| ["red_line", "missing", "unclear"].contains(&f["outcome"].as_str().unwrap()))
        .collect()
}

#[test]
fn the_planted_risks_of_the_one_sided_contract_are_found_where_they_stand() {
    #[derive(serde::Deserialize)]
    struct Planted {
        planted: Vec<Risk>,
    }
    #[derive(serde::Deserialize)]
    struct Risk {
        check: String,
        phrase: String,
    }
    let planted =
        std::fs::read_to_string(format!("{SAMPLES}/one-sided-saas.planted.toml")).unwrap();
    let planted: Planted = toml::from_str(&planted).unwrap();
    assert!(planted.planted.len() >= 12);
    let desk = Desk::new();
    let report = review(&desk, &sample("one-sided-saas"));
    let risks = risks(&report);
    let found = |risk: &Risk| {
        risks
            .iter()
            .filter(|f| f["check"] == risk.check.as_str())
            .any(|f| {
                let quotes: String = f["citations"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|c| bare(c["quote"].as_str().unwrap()))
                    .collect();
                quotes.is_empty() || quotes.contains(&bare(&risk.phrase))
            })
    };
    let missed: Vec<&str> = planted
        .planted
        .iter()
        .filter(|r| !found(r))
        .map(|r| r.check.as_str())
        .collect();
    let hits = planted.planted.len() - missed.len();
    assert!(hits >= 10, "missed {missed:?}");
    assert!(missed.len() <= 2, "missed {missed:?}");
}

#[test]
fn nothing_false_is_found_in_the_balanced_contract() {
    let desk = Desk::new();
    let report = review(&desk, &sample("balanced-services"));
    let red: Vec<&Value> = risks(&report)
        .into_iter()
        .filter(|f| f["severity"] != "low")
        .collect();
    assert!(red.is_empty(), "{red:#?}");
    assert_eq!(report["summary"]["proposal"], "ready");
    let parties = report["contract"]["parties"].as_array().unwrap();
    assert_eq!(parties.len(), 2, "{parties:#?}");
}

#[test]
fn every_quote_stands_on_its_page_for_another_reader_too() {
    let desk = Desk::new();
    for name in ["one-sided-saas", "balanced-services"] {
        let file = sample(name);
        let report = review(&desk, &file);
        let mut seen = 0;
        for part in ["findings", "key_terms", "key_dates", "obligations"] {
            for citation in report[part]
                .as_array()
                .unwrap()
                .iter()
                .flat_map(|item| item["citations"].as_array().unwrap())
            {
                let page = bare(&pdftotext(
                    file.as_ref(),
                    citation["page"].as_u64().unwrap(),
                ));
                let quote = citation["quote"].as_str().unwrap();
                assert!(page.contains(&bare(quote)), "{part}: {quote}");
                assert!(!citation["boxes"].as_array().unwrap().is_empty());
                seen += 1;
            }
        }
        assert!(seen > 20, "{seen} citations");
    }
}

#[test]
fn the_json_summary_satisfies_the_published_schema() {
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(SCHEMA).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let desk = Desk::new();
    let report = review(&desk, &sample("one-sided-saas"));
    assert!(validator.is_valid(&report));
    let mut broken = report;
    broken["coverage"]["pages_read"] = "five".into();
    assert!(
        !validator.is_valid(&broken),
        "the schema must be able to say no"
    );
}

#[test]
fn a_file_that_can_t_be_read_ends_in_one_sentence_and_a_code() {
    let cases: &[(&str, Vec<u8>, &str)] = &[
        ("empty.pdf", make_pdf::bad::empty(), "empty"),
        ("letter.pdf", make_pdf::bad::not_a_pdf(), "not a PDF"),
        ("locked.pdf", make_pdf::bad::encrypted(), "password"),
        ("scan.pdf", make_pdf::bad::scan(3), "picture"),
        ("cut.pdf", make_pdf::bad::truncated(), "damaged"),
        ("cycle.pdf", make_pdf::bad::page_tree_cycle(), "damaged"),
    ];
    for (name, bytes, word) in cases {
        let desk = Desk::new();
        let file = desk.file(name, bytes);
        let output = desk.run(&["review".as_ref(), file.as_os_str()]);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{name}: {said}");
        assert!(output.stdout.is_empty(), "{name}");
        assert_eq!(said.trim().lines().count(), 1, "{name}: {said}");
        assert!(said.contains(word), "{name}: {said}");
        let state = if *word == "password" {
            "waiting"
        } else {
            "failed"
        };
        assert_eq!(desk.list()[0]["state"], state);
    }
}

#[test]
fn a_locked_file_that_waits_goes_on_when_it_is_asked_for_with_its_password() {
    let desk = Desk::new();
    let file = desk.file("locked.pdf", &make_pdf::bad::encrypted());
    let file = file.to_str().unwrap();
    for (password, code) in [("guess", 1), ("secret", 0)] {
        let output = desk.run(&["review", file, "--password", password, "--format", "json"]);
        assert_eq!(output.status.code(), Some(code), "{}", text(&output.stderr));
    }
    assert_eq!(desk.list()[0]["state"], "completed");
}

#[test]
fn a_bad_file_takes_nobody_with_it() {
    let desk = Desk::new();
    let bomb = desk.file("bomb.pdf", &make_pdf::bad::double_flate_bomb(64));
    let hangs = desk.file("deep.pdf", &make_pdf::bad::nested_arrays(200_000));
    let good = desk.file("good.pdf", &make_pdf::contract_of(4, 7));
    let gone = desk.folder.path().join("gone.pdf");
    let out = desk.folder.path().join("out");
    let arguments = [
        "review".as_ref(),
        bomb.as_os_str(),
        hangs.as_os_str(),
        good.as_os_str(),
        gone.as_os_str(),
        "--out".as_ref(),
        out.as_os_str(),
        "--format".as_ref(),
        "json".as_ref(),
    ];
    let output = desk.run(&arguments);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("gone.pdf is not there any more"));
    let report: Value =
        serde_json::from_slice(&std::fs::read(out.join("good.json")).unwrap()).unwrap();
    assert_eq!(report["coverage"]["pages_read"], 4);
}

#[test]
fn pages_that_can_t_be_read_are_named_and_the_others_reviewed() {
    let desk = Desk::new();
    let file = desk.file("mixed.pdf", &make_pdf::bad::partly_scanned());
    let report = review(&desk, file.to_str().unwrap());
    let coverage = &report["coverage"];
    let failed = coverage["pages_failed"].as_array().unwrap();
    assert!(!failed.is_empty());
    assert_eq!(
        coverage["pages_read"].as_u64().unwrap() + failed.len() as u64,
        coverage["pages_total"].as_u64().unwrap()
    );
}

#[test]
fn summaries_are_named_after_their_files_and_a_clash_is_numbered() {
    let desk = Desk::new();
    let one = desk.file("supply.pdf", &make_pdf::contract_of(2, 1));
    let folder = desk.folder.path().join("other");
    std::fs::create_dir(&folder).unwrap();
    let two = folder.join("supply.pdf");
    std::fs::write(&two, make_pdf::contract_of(2, 2)).unwrap();
    let out = desk.folder.path().join("out");
    for format in ["json", "md", "csv"] {
        let arguments = [
            "review".as_ref(),
            one.as_os_str(),
            two.as_os_str(),
            "--out".as_ref(),
            out.as_os_str(),
            "--format".as_ref(),
            format.as_ref(),
        ];
        let output = desk.run(&arguments);
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert!(output.stdout.is_empty(), "data went to the folder");
    }
    let names: BTreeSet<String> = std::fs::read_dir(&out)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let wanted = [
        "supply-2.csv",
        "supply-2.json",
        "supply-2.md",
        "supply.csv",
        "supply.json",
        "supply.md",
    ];
    assert_eq!(names.iter().map(String::as_str).collect::<Vec<_>>(), wanted);
    assert_eq!(desk.list().len(), 2, "asking again reviews nothing again");
}

#[test]
fn a_playbook_with_a_mistake_is_refused_with_its_line() {
    let desk = Desk::new();
    let playbook = desk.file(
        "mine.toml",
        b"id = \"mine\"\nname = \"Mine\"\nversion = \"1\"\nsurprise = 3\n",
    );
    let arguments = [
        "review".as_ref(),
        sample("one-sided-saas").as_ref(),
        "--playbook".as_ref(),
        playbook.as_os_str(),
    ]
    .map(std::ffi::OsStr::to_owned);
    let output = desk.run(&arguments);
    assert_eq!(output.status.code(), Some(3));
    assert!(
        text(&output.stderr).contains("line 4"),
        "{}",
        text(&output.stderr)
    );
    assert!(desk.list().is_empty());
}
