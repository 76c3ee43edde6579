//! The real window on a desktop of its own, used as a person uses it: dropped files, clicks,
//! notifications, a crash. With `COUNTERSIGN_SHOTS=DIR` pictures of the screen are left there.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a desktop that can't be set up fails the test"
)]

mod desktop;
mod driver;
mod window;

use std::path::Path;
use std::process::Stdio;

use countersign_desktop::instance;
use countersign_tests::make_pdf::{bad, contract_of};
use desktop::{Desktop, Running, Theme, until};
use serde_json::{Value, json};
use window::{Window, program, text};

/// The sample with risks in it.
const ONE_SIDED: &str = "Sample - one-sided SaaS agreement.pdf";

/// Opens a review, clicks its first finding that has a place in the document, and waits for the
/// outline there.
fn show_a_finding(window: &Window, file: &str) {
    window.click(&format!("[data-review] button.open:has([title='{file}'])"));
    window.wait(
        "the document",
        &format!("return document.querySelector('[data-review] [aria-current=true] [title=\"{file}\"]') !== null"),
    );
    window.wait(
        "a finding with a page",
        "const heads = [...document.querySelectorAll('[data-finding] button.head')];
         const found = heads.find((head) => head.querySelector('.page')?.textContent.trim());
         found?.click();
         return found !== undefined",
    );
    window.wait(
        "a painted page with an outline in sight",
        "const outline = document.querySelector('[data-outlined] .outline');
         const page = outline?.closest('[data-page]');
         if (!page || page.getAttribute('aria-busy') !== 'false') return false;
         const box = outline.getBoundingClientRect();
         const pane = outline.closest('section').getBoundingClientRect();
         return box.width > 8 && box.height > 4 && box.top >= pane.top && box.bottom <= pane.bottom",
    );
}

fn assert_nothing_refused(window: &Window) {
    assert_eq!(window.refused(), Vec::<String>::new());
}

/// The files under review, in order of their names.
fn files_of(reviews: &[Value]) -> Vec<&str> {
    let mut files: Vec<&str> = reviews
        .iter()
        .filter_map(|row| row["file"].as_str())
        .collect();
    files.sort_unstable();
    files
}

#[test]
fn the_samples_are_reviewed_and_a_finding_points_at_the_page() {
    let desktop = Desktop::start(Theme::Light);
    let window = Window::open(&desktop, &["--samples"]);
    let reviews = window.wait_completed(2);
    assert!(
        files_of(&reviews)
            .iter()
            .all(|file| file.starts_with("Sample - "))
    );
    show_a_finding(&window, ONE_SIDED);
    assert_nothing_refused(&window);

    // The watch itself works: what the policy forbids is seen.
    window.run(
        "document.body.append(Object.assign(document.createElement('style'), { textContent: 'p {}' }))",
    );
    until("a refusal", || (!window.refused().is_empty()).then_some(()));
}

#[test]
fn every_state_is_drawn() {
    let pictures = std::env::var_os("COUNTERSIGN_SHOTS").is_some();
    let themes = [(Theme::Light, "light"), (Theme::Dark, "dark")];
    for (theme, name) in themes.into_iter().take(if pictures { 2 } else { 1 }) {
        let desktop = Desktop::start(theme);
        let broken = desktop.file("Letter saved as a contract.pdf", &bad::not_a_pdf());
        {
            let window = Window::open(&desktop, &[]);
            let dark = window.run("return matchMedia('(prefers-color-scheme: dark)').matches");
            assert_eq!(dark, theme == Theme::Dark);
            window.wait(
                "the invitation",
                "return document.querySelector('.zone button') !== null",
            );
            window.shoot(&format!("{name}-empty"));
            window.click(".zone .actions button:last-child");
            window.wait_completed(2);
            show_a_finding(&window, ONE_SIDED);
            window.shoot(&format!("{name}-done"));
            assert_nothing_refused(&window);
        }

        let mut files = vec![text(&broken)];
        for number in 1..=5 {
            let name = format!("Supply agreement {number}.pdf");
            files.push(text(&desktop.file(&name, &contract_of(60, number))));
        }
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        let window = Window::open(&desktop, &files);
        window.wait(
            "a running review with its pages counted",
            "const running = [...document.querySelectorAll('[data-state=running]')]
                 .find((row) => /[1-9]\\d*\\/\\d+/.test(row.textContent));
             running?.querySelector('button.open').click();
             return running?.querySelector('[role=progressbar]') != null",
        );
        window.shoot(&format!("{name}-running"));
        window.wait(
            "the failed review",
            "const failed = document.querySelector('[data-state=failed]');
             return failed?.querySelector('.why').textContent.trim().length > 20
                 && failed.querySelector('.action button') !== null",
        );
        window.click("[data-state=failed] button.open");
        window.shoot(&format!("{name}-failed"));
        assert_nothing_refused(&window);
    }
}

#[test]
fn a_file_dropped_from_the_desktop_reaches_a_report() {
    let desktop = Desktop::start(Theme::Light);
    let name = "Müller & Söhne [v2] (final draft) 100%.pdf";
    let file = desktop.file(name, &contract_of(3, 41));
    let window = Window::open(&desktop, &[]);
    window.wait(
        "the invitation",
        "return document.querySelector('.zone button') !== null",
    );
    let _source = desktop.script("drop_source.py", &[file.as_os_str()]);

    desktop.point("mousemove 30 30 mousedown 1");
    for step in 1..=20 {
        desktop.point(&format!("mousemove {} {}", 30 + step * 35, 30 + step * 20));
    }
    until("the window to see the file", || {
        for wiggle in [1, 0, 1, 0] {
            desktop.point(&format!("mousemove {} 430", 730 + wiggle));
        }
        (window.run("return document.querySelector('body .drop') !== null") == true).then_some(())
    });
    window.shoot("light-dragging");
    desktop.point("mouseup 1");

    let reviews = window.wait_completed(1);
    assert_eq!(files_of(&reviews), [name]);
    let id = reviews[0]["id"].clone();
    let review = window.call("get_review", json!({ "review_id": id }));
    assert_eq!(review["report"]["contract"]["file"], name);
    assert_nothing_refused(&window);
}

#[test]
fn a_data_folder_that_can_not_be_used_is_said_in_words() {
    let desktop = Desktop::start(Theme::Light);
    let file = desktop.file("data", b"not a folder");
    let mut program = desktop.command(program());
    let mut program = Running(program.arg("--data-dir").arg(file).spawn().unwrap());
    desktop.press_away("Countersign can't open", "Return");
    let ended = until("the program's end", || program.0.try_wait().unwrap());
    assert_eq!(ended.code(), Some(1));
    assert!(
        desktop
            .complaints()
            .contains("Choose another with --data-dir")
    );
}

#[test]
fn a_damaged_database_gives_way_to_the_newest_backup_when_a_person_wants_it() {
    const ASKING: &str = "Countersign can't open";
    let desktop = Desktop::start(Theme::Light);
    let file = text(&desktop.file("Kept.pdf", &contract_of(2, 41)));
    {
        let window = Window::open(&desktop, &[&file]);
        window.wait_completed(1);
        window.call("make_backup", json!({}));
        window.kill();
    }
    let database = desktop.data_folder().join("countersign.db");
    let mut bytes = std::fs::read(&database).unwrap();
    bytes[..100].fill(0xff);
    std::fs::write(&database, bytes).unwrap();
    // The log would cover the damaged page.
    std::fs::write(database.with_extension("db-wal"), "").unwrap();

    let mut program = desktop.command(program());
    let program = program.arg("--data-dir").arg(desktop.data_folder());
    let mut damaged = Running(program.spawn().unwrap());
    until("the question", || desktop.find_window(ASKING));
    desktop.shoot("light-damaged");
    desktop.press_away(ASKING, "Return");
    let ended = until("the damaged start to end", || damaged.0.try_wait().unwrap());
    assert!(ended.success(), "{ended}");
    let complaints = desktop.complaints();
    assert!(complaints.contains("nothing was deleted"), "{complaints}");

    // It has started itself again, on the backup.
    until("the window", || desktop.find_window("Countersign"));
    desktop.press_away("Countersign", "alt+F4");
    let window = Window::open(&desktop, &[]);
    assert_eq!(files_of(&window.wait_completed(1)), ["Kept.pdf"]);
    assert!(desktop.data_folder().join("damaged").is_dir());
}

#[test]
fn a_click_on_a_notification_opens_its_review() {
    let desktop = Desktop::start(Theme::Light);
    let mut server = desktop.script("notification_server.py", &[]);
    let window = Window::open(&desktop, &["--samples"]);
    let reviews = window.wait_completed(2);
    let shown = [
        server.value("a notification"),
        server.value("another notification"),
    ];
    for review in &reviews {
        let (id, file) = (
            review["id"].as_str().unwrap(),
            review["file"].as_str().unwrap(),
        );
        let notification = shown
            .iter()
            .find(|one| {
                one["title"]
                    .as_str()
                    .is_some_and(|title| title.contains(file))
            })
            .unwrap_or_else(|| panic!("no notification names {file}: {shown:?}"));
        assert!(
            notification["actions"]
                .as_array()
                .unwrap()
                .contains(&json!("default"))
        );
        server.tell(&notification["id"].to_string());
        window.wait(
            "the review of the notification",
            &format!(
                "return document.querySelector('[data-review=\"{id}\"] [aria-current=true]') !== null"
            ),
        );
    }
}

#[test]
fn what_a_crash_interrupted_is_completed_once() {
    const CONTRACTS: usize = 8;
    const LONG: &str = "Contract 1.pdf";
    let desktop = Desktop::start(Theme::Light);
    let files: Vec<String> = (1..=CONTRACTS)
        .map(|number| {
            let pages = if number == 1 { 150 } else { 8 };
            let bytes = contract_of(pages, 100 + number as u64);
            text(&desktop.file(&format!("Contract {number}.pdf"), &bytes))
        })
        .collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let state = |reviews: &[Value], file: &str| {
        let row = reviews.iter().find(|row| row["file"] == file);
        row.map(|row| row["state"].as_str().unwrap().to_owned())
    };
    {
        let window = Window::open(&desktop, &files);
        until("work half done", || {
            let reviews = window.reviews();
            let completed = reviews
                .iter()
                .filter(|row| row["state"] == "completed")
                .count();
            let long = state(&reviews, LONG);
            assert_ne!(
                long.as_deref(),
                Some("completed"),
                "the crash would come too late"
            );
            let is_half = reviews.len() == CONTRACTS && completed > 0;
            (is_half && long.as_deref() == Some("running")).then_some(())
        });
        window.kill();
    }

    let window = Window::open(&desktop, &[]);
    let reviews = window.wait_completed(CONTRACTS);
    assert_eq!(reviews.len(), CONTRACTS);
    let resumed = reviews.iter().filter(|row| row["resumed"] == true);
    assert!(
        resumed.map(|row| &row["file"]).any(|file| file == LONG),
        "{reviews:?}"
    );
    let notices = window.call("list_notices", json!({}));
    let mut noticed: Vec<&Value> = notices
        .as_array()
        .unwrap()
        .iter()
        .map(|notice| &notice["review_id"])
        .collect();
    let mut expected: Vec<&Value> = reviews.iter().map(|row| &row["id"]).collect();
    noticed.sort_by_key(|id| id.as_str());
    expected.sort_by_key(|id| id.as_str());
    assert_eq!(noticed, expected, "one notice a review");
    for review in &reviews {
        let history = window.call("get_history", json!({ "review_id": review["id"] }));
        for step in history.as_array().unwrap() {
            let attempts = step["attempts"].as_array().unwrap();
            let completed = attempts
                .iter()
                .filter(|one| one["outcome"] == "completed")
                .count();
            assert_eq!(completed, 1, "{}: {step}", review["file"]);
        }
    }
}

#[test]
fn a_second_start_hands_its_files_to_the_first() {
    let desktop = Desktop::start(Theme::Light);
    let window = Window::open(&desktop, &[]);
    window.wait(
        "the invitation",
        "return document.querySelector('.zone button') !== null",
    );
    let file = desktop.file("Second start.pdf", &contract_of(2, 77));
    let mut second = desktop.command(program());
    let done = second
        .arg("--data-dir")
        .arg(desktop.data_folder())
        .arg(file)
        .status();
    assert!(done.unwrap().success());
    assert_eq!(files_of(&window.wait_completed(1)), ["Second start.pdf"]);
}

#[test]
fn a_start_that_meets_a_dying_one_opens_its_own_window() {
    let desktop = Desktop::start(Theme::Light);
    let name = instance::name(&desktop.data_folder());
    let _dying = desktop.script("dying_instance.py", &[name.as_ref()]);
    let window = Window::open(&desktop, &[]);
    assert!(desktop.complaints().contains("the first instance is gone"));
    assert!(window.reviews().is_empty());
}

#[test]
fn closed_while_a_review_runs_the_program_asks_and_ends_with_the_review() {
    let desktop = Desktop::start(Theme::Light);
    let file = text(&desktop.file("Long.pdf", &contract_of(150, 5)));
    {
        let window = Window::open(&desktop, &[&file]);
        window.wait(
            "the review under way",
            "return document.querySelector('[data-state=running]') !== null",
        );
        let program = format!("/proc/{}/exe", window.program_id());
        let asked = "const asked = document.querySelector('dialog[open]');
             return asked?.textContent.includes('1 review is under way') ?? false";
        window.press_until("the question", "alt+F4", asked);
        window.shoot("light-leaving");
        // The person stays, then closes again and lets it finish.
        window.click("dialog[open] .ends button:first-child");
        window.wait(
            "the question to go",
            "return document.querySelector('dialog[open]') === null",
        );
        window.press_until("the question again", "alt+F4", asked);
        window.click("dialog[open] .ends button:last-child");
        until("the window to go", || {
            desktop.find_window("Countersign").is_none().then_some(())
        });
        until("the program's end", || {
            std::fs::read_link(&program).is_err().then_some(())
        });
    }
    let window = Window::open(&desktop, &[]);
    let reviews = window.wait_completed(1);
    assert_eq!(
        reviews[0]["resumed"], false,
        "it was finished without the window"
    );
}

#[test]
fn a_link_to_a_finding_opens_it_in_the_window_that_is_there() {
    let desktop = Desktop::start(Theme::Light);
    let window = Window::open(&desktop, &["--samples"]);
    let reviews = window.wait_completed(2);
    let review = reviews.iter().find(|row| row["file"] == ONE_SIDED).unwrap();
    let id = review["id"].as_str().unwrap();
    let view = window.call("get_review", json!({ "review_id": id }));
    let key = view["decisions"]["findings"][3]["key"].as_str().unwrap();
    let title = view["report"]["findings"][3]["title"].as_str().unwrap();
    let mut second = desktop.command(program());
    let done = second
        .arg("--data-dir")
        .arg(desktop.data_folder())
        .arg(format!("countersign://finding/{id}/{key}"))
        .status();
    assert!(done.unwrap().success());
    window.wait(
        "the finding, opened",
        &format!(
            "const open = document.querySelector('[data-finding] article.selected.open .title');
             return open?.textContent === {title:?}"
        ),
    );
}

#[test]
fn after_closing_the_window_another_start_goes_on_with_the_work() {
    let desktop = Desktop::start(Theme::Light);
    let file = desktop.file("Long.pdf", &contract_of(150, 5));
    let start = |files: &[&Path]| {
        let mut program = desktop.command(program());
        program
            .arg("--data-dir")
            .arg(desktop.data_folder())
            .args(files)
            .stdout(Stdio::null());
        Running(program.spawn().unwrap())
    };
    let window = || desktop.find_window("Countersign");

    let mut first = start(&[&file]);
    desktop.press_away("Countersign", "alt+F4");
    let _second = start(&[]);
    let ended = until("the first program's end", || first.0.try_wait().unwrap());
    assert!(ended.success(), "{ended}");
    assert!(
        !desktop.complaints().contains("could not be put down"),
        "{}",
        desktop.complaints()
    );
    until("the second window", window);
}
