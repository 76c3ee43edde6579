//! Commands for other programs and for people who come back: JSON lines, retrying, checking an export,
//! completions and the manual.

use std::path::{Path, PathBuf};

use countersign_tests::make_docx::{Docx, paragraph};
use countersign_tests::make_pdf;
use serde_json::Value;

use crate::cli::{Desk, text};

fn lines(output: &std::process::Output) -> Vec<Value> {
    text(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn of_kind<'a>(lines: &'a [Value], event: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["event"] == event).collect()
}

#[test]
fn a_review_is_told_as_json_lines() {
    let desk = Desk::new();
    let good = desk.file("supply.pdf", &make_pdf::contract_of(3, 5));
    let bad = desk.file("broken.pdf", b"%PDF-1.7 and nothing else");
    let gone = desk.folder.path().join("gone.pdf");
    let out = desk.folder.path().join("out");
    let words = ["review", "--json", "--format", "json", "--out"].map(PathBuf::from);
    let arguments: Vec<&Path> = words
        .iter()
        .chain([&out, &good, &bad, &gone])
        .map(PathBuf::as_path)
        .collect();
    let output = desk.run(&arguments);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let lines = lines(&output);
    assert_eq!(of_kind(&lines, "submitted").len(), 2);
    assert_eq!(of_kind(&lines, "refused")[0]["code"], "not_found");
    assert!(!of_kind(&lines, "progress").is_empty());
    let ended = of_kind(&lines, "ended");
    let end_of = |file| ended.iter().rfind(|line| line["file"] == file).unwrap();
    assert_eq!(end_of("supply.pdf")["state"], "completed");
    assert!(end_of("supply.pdf")["proposal"].is_string());
    assert_eq!(end_of("broken.pdf")["state"], "failed");
    assert!(end_of("broken.pdf")["message"].is_string());
    let written = of_kind(&lines, "written");
    assert_eq!(written.len(), 1);
    assert!(Path::new(written[0]["path"].as_str().unwrap()).is_file());
}

#[test]
fn what_was_submitted_as_json_is_resumed_as_json() {
    let desk = Desk::new();
    let file = desk.file("supply.pdf", &make_pdf::contract_of(2, 5));
    let submitted = desk.run(&["submit".as_ref(), "--json".as_ref(), file.as_os_str()]);
    let submitted = lines(&submitted);
    assert_eq!(
        (submitted.len(), &submitted[0]["existing"]),
        (1, &false.into())
    );
    let resumed = desk.run(&["resume", "--json"]);
    assert!(resumed.status.success(), "{}", text(&resumed.stderr));
    let lines = lines(&resumed);
    let end = of_kind(&lines, "ended");
    let end = end.last().unwrap();
    assert_eq!(end["review_id"], submitted[0]["review_id"]);
    assert_eq!(end["state"], "completed");
    let again = desk.run(&["resume", "--json"]);
    assert!(again.status.success() && again.stdout.is_empty());
}

#[test]
fn a_stopped_review_is_retried_and_a_completed_one_is_left_alone() {
    let desk = Desk::new();
    let file = desk.file("supply.pdf", &make_pdf::contract_of(2, 5));
    let submitted = lines(&desk.run(&["submit".as_ref(), "--json".as_ref(), file.as_os_str()]));
    let id = submitted[0]["review_id"].as_str().unwrap();
    assert!(desk.run(&["queue", "stop", id]).status.success());
    assert_eq!(desk.list()[0]["state"], "stopped");
    let retried = desk.run(&["retry", id, "--json"]);
    assert!(retried.status.success(), "{}", text(&retried.stderr));
    let retried = lines(&retried);
    assert_eq!(retried.last().unwrap()["state"], "completed");
    let again = desk.run(&["retry", id]);
    assert!(again.status.success() && text(&again.stderr).contains("it is completed"));
    let failed = desk.run(&["retry", "--failed"]);
    assert!(failed.status.success() && text(&failed.stderr).contains("No review failed"));
    assert_eq!(desk.run(&["retry", "nothing"]).status.code(), Some(3));
    assert_eq!(desk.run(&["retry"]).status.code(), Some(2));
}

/// A contract, its exported report, and the desk they lie on.
fn exported(name: &str, bytes: &[u8]) -> (Desk, PathBuf, PathBuf) {
    let desk = Desk::new();
    let original = desk.file(name, bytes);
    let out = desk.folder.path().join("out");
    let words = ["review", "--quiet", "--format", "json", "--out"].map(PathBuf::from);
    let arguments: Vec<&Path> = words
        .iter()
        .chain([&out, &original])
        .map(PathBuf::as_path)
        .collect();
    let output = desk.run(&arguments);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let stem = Path::new(name).file_stem().unwrap().to_str().unwrap();
    let report = out.join(format!("{stem}.json"));
    (desk, report, original)
}

fn import(desk: &Desk, report: &Path, original: &Path) -> (Option<i32>, Vec<Value>) {
    let words = ["import", "--json", "--original"].map(PathBuf::from);
    let arguments: Vec<&Path> = words
        .iter()
        .map(PathBuf::as_path)
        .chain([original, report])
        .collect();
    let output = desk.run(&arguments);
    let told: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
    let mismatches = told["mismatches"].as_array().unwrap().clone();
    (output.status.code(), mismatches)
}

#[test]
fn an_export_is_checked_against_its_original() {
    let (desk, report, original) = exported("supply.pdf", &make_pdf::contract_of(6, 5));
    assert_eq!(import(&desk, &report, &original), (Some(0), vec![]));
    let words = ["import", "--original"].map(PathBuf::from);
    let plain: Vec<&Path> = words
        .iter()
        .chain([&original, &report])
        .map(PathBuf::as_path)
        .collect();
    let said = text(&desk.run(&plain).stdout);
    assert!(said.contains("the report is of this very file"), "{said}");

    let other = desk.file("other.pdf", &make_pdf::contract_of(6, 6));
    let (code, mismatches) = import(&desk, &report, &other);
    assert_eq!(
        (code, &mismatches[0]["place"]),
        (Some(1), &"contract/sha256".into())
    );

    let truth: Value = serde_json::from_slice(&std::fs::read(&report).unwrap()).unwrap();
    let cited = truth["findings"]
        .as_array()
        .unwrap()
        .iter()
        .position(|finding| !finding["citations"].as_array().unwrap().is_empty())
        .unwrap();
    let pages = truth["contract"]["pages"].as_u64().unwrap();
    type Change = Box<dyn Fn(&mut Value)>;
    let changes: Vec<(&str, Change)> = vec![
        (
            "are not on the page",
            Box::new(|citation| citation["quote"] = "nobody ever wrote this here".into()),
        ),
        (
            "stand elsewhere on the page",
            Box::new(|citation| citation["boxes"] = serde_json::json!([[0.0, 0.0, 1.0, 1.0]])),
        ),
        (
            "a page that the file doesn't have",
            Box::new(move |citation| citation["page"] = (pages + 1).into()),
        ),
    ];
    for (why, change) in changes {
        let mut forged = truth.clone();
        change(&mut forged["findings"][cited]["citations"][0]);
        let forged = desk.file("forged.json", forged.to_string().as_bytes());
        let (code, mismatches) = import(&desk, &forged, &original);
        assert_eq!((code, mismatches.len()), (Some(1), 1), "{mismatches:?}");
        let place = format!("findings/{cited}/citations/0");
        assert_eq!(mismatches[0]["place"], place);
        assert!(
            mismatches[0]["what"].as_str().unwrap().contains(why),
            "{mismatches:?}"
        );
    }

    let mut forged = truth.clone();
    forged["summary"]["counts"]["critical"] = 99.into();
    let forged = desk.file("forged.json", forged.to_string().as_bytes());
    let (code, mismatches) = import(&desk, &forged, &original);
    assert_eq!(
        (code, &mismatches[0]["place"]),
        (Some(1), &"summary/counts".into())
    );
    for (bytes, why) in [
        (&b"{}"[..], "does not satisfy its schema"),
        (b"not JSON", "is not a risk summary"),
    ] {
        let report = desk.file("wrong.json", bytes);
        let words = ["import", "--original"].map(PathBuf::from);
        let arguments: Vec<&Path> = words
            .iter()
            .chain([&original, &report])
            .map(PathBuf::as_path)
            .collect();
        let output = desk.run(&arguments);
        assert_eq!(output.status.code(), Some(3));
        assert!(
            text(&output.stderr).contains(why),
            "{}",
            text(&output.stderr)
        );
    }
}

#[test]
fn an_export_of_a_file_without_pages_is_checked_too() {
    let body: String = [
        "SUPPLY AGREEMENT between Northwind Components Ltd (the Supplier) and Contoso GmbH (the Customer)",
        "1. Term. This Agreement renews automatically for successive terms of three years unless a party gives ninety \
         days' written notice before the end of the term.",
        "2. Liability. The Supplier's total liability shall not exceed the fees paid in the month before the claim.",
        "3. Governing law. This Agreement is governed by the laws of England and Wales.",
    ]
    .map(paragraph)
    .concat();
    let (desk, report, original) = exported("supply.docx", &Docx::of(body).bytes());
    let told: Value = serde_json::from_slice(&std::fs::read(&report).unwrap()).unwrap();
    let cited = told["findings"].as_array().unwrap().iter();
    assert!(
        cited
            .clone()
            .any(|finding| !finding["citations"].as_array().unwrap().is_empty())
    );
    assert_eq!(import(&desk, &report, &original), (Some(0), vec![]));
}

#[test]
fn completions_and_the_manual_are_made_without_a_data_folder() {
    let desk = Desk::new();
    for (shell, mark) in [
        ("bash", "complete -F _countersign"),
        ("zsh", "#compdef countersign"),
        ("fish", "complete -c countersign"),
    ] {
        let output = desk.run(&["completions", shell]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert!(text(&output.stdout).contains(mark), "{shell}");
        assert!(text(&output.stdout).contains("import"), "{shell}");
    }
    let page = text(&desk.run(&["man"]).stdout);
    assert!(
        page.contains(".TH countersign 1") && page.contains("countersign\\-review"),
        "{page}"
    );
    let folder = desk.folder.path().join("man");
    let output = desk.run(&["man".as_ref(), "--out".as_ref(), folder.as_os_str()]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    for name in [
        "countersign.1",
        "countersign-review.1",
        "countersign-client-add.1",
    ] {
        assert!(folder.join(name).is_file(), "{name}");
    }
    assert!(!desk.data().exists());
}

#[test]
fn the_self_check_is_told_as_json() {
    let desk = Desk::new();
    let output = desk.run(&["doctor", "--json"]);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(told["version"].is_string() && told["problems"].is_array());
    let healthy = told["problems"].as_array().unwrap().is_empty();
    assert_eq!(output.status.code(), Some(i32::from(!healthy)));
}
