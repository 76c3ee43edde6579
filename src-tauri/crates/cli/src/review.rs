//! Reviewing from the terminal: submit, follow, write the summaries.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use countersign_engine::Engine;
use countersign_engine::config::Config;
use countersign_engine::exports::{ExportFormat, File};
use countersign_engine::submit::PlaybookChoice;
use countersign_engine::views::{Nothing, ReviewId, ReviewRow, ReviewState, Submitted};

use crate::arguments::{Resume, Retry, Review, Submit};
use crate::error::Error;
use crate::output::{Folder, to_stdout};
use crate::progress::Progress;
use crate::queue::named;
use crate::{OK, SOME_FAILED};

/// Changes are looked at when they are told, and at least this often.
pub(crate) const LOOK: Duration = Duration::from_millis(500);

pub(crate) async fn review(folder: PathBuf, options: Review) -> Result<u8, Error> {
    if options.files.is_empty() && !options.samples {
        return Err(Error::NothingGiven);
    }
    let choice = playbook(options.playbook.as_deref())?;
    let engine = open(folder).await?;
    if let Some(password) = options.password {
        engine.use_password(password);
    }
    let mut progress = if options.json {
        Progress::told_as(true)
    } else {
        Progress::new(options.quiet)
    };
    let mut submitted = submit_files(&engine, &options.files, &choice).await?;
    if options.samples {
        submitted.extend(engine.submit_samples(Nothing {}).await?);
    }
    for one in &submitted {
        progress.submitted(one);
    }
    let mut failed = submitted.iter().any(|one| one.refusal.is_some());
    retry_ended(&engine, &submitted).await?;
    let wanted: Vec<&str> = submitted
        .iter()
        .filter_map(|s| s.review_id.as_deref())
        .collect();
    let mut rows = follow(
        &engine,
        &mut progress,
        |row| wanted.contains(&row.id.as_str()),
        wanted.len(),
    )
    .await?;
    let mut attached = Vec::new();
    for id in rows.keys() {
        attached.extend(engine.attached_reviews(id).await?);
    }
    attached.retain(|s| {
        s.review_id
            .as_ref()
            .is_some_and(|id| !rows.contains_key(id))
    });
    let wanted: HashSet<&str> = attached
        .iter()
        .filter_map(|s| s.review_id.as_deref())
        .collect();
    let count = wanted.len();
    let with_mails = |row: &ReviewRow| wanted.contains(row.id.as_str());
    rows.extend(follow(&engine, &mut progress, with_mails, count).await?);
    submitted.extend(attached);
    second_readings(&engine, |id| rows.contains_key(id)).await?;
    let mut outputs = Vec::new();
    for (submission, row) in submitted
        .iter()
        .filter_map(|s| Some((s, rows.get(s.review_id.as_ref()?)?)))
    {
        if row.state == ReviewState::Completed {
            outputs.push(row);
        } else {
            let why = row
                .message
                .as_deref()
                .unwrap_or("The review ended without a report.");
            progress.went_wrong(&submission.file, why);
            failed = true;
        }
    }
    // Among the objects of a program no summary is printed.
    if options.out.is_some() || !options.json {
        let folder = options.out.as_deref();
        write(&engine, &progress, &outputs, options.format, folder).await?;
    }
    engine.deliver_messages().await?;
    engine.close().await;
    Ok(if failed { SOME_FAILED } else { OK })
}

pub(crate) async fn submit(folder: PathBuf, options: Submit) -> Result<u8, Error> {
    let choice = playbook(options.playbook.as_deref())?;
    let engine = Engine::attach(config(folder)?).await?;
    let submitted = submit_files(&engine, &options.files, &choice).await?;
    let progress = Progress::told_as(options.json);
    for one in &submitted {
        progress.submitted(one);
        if let Some(id) = one.review_id.as_ref().filter(|_| !options.json) {
            println!("{id}\t{}", one.file);
        }
    }
    engine.close().await;
    let failed = submitted.iter().any(|one| one.refusal.is_some());
    Ok(if failed { SOME_FAILED } else { OK })
}

pub(crate) async fn resume(folder: PathBuf, options: &Resume) -> Result<u8, Error> {
    let engine = open(folder).await?;
    let unfinished = engine.unfinished_reviews().await?.into_iter().collect();
    let code = work_off(&engine, &unfinished, Progress::told_as(options.json)).await?;
    second_readings(&engine, |_| true).await?;
    engine.close().await;
    Ok(code)
}

/// Goes on with reviews that failed or were stopped, and works them off.
pub(crate) async fn retry(folder: PathBuf, options: &Retry) -> Result<u8, Error> {
    let engine = open(folder).await?;
    let code = retry_these(&engine, options).await;
    engine.close().await;
    code
}

async fn retry_these(engine: &Engine, options: &Retry) -> Result<u8, Error> {
    let mut rows = Vec::new();
    if options.failed {
        rows = engine.list_reviews(Nothing {}).await?;
        rows.retain(|row| row.state == ReviewState::Failed);
    }
    for id in &options.ids {
        rows.push(named(engine, id).await?);
    }
    if rows.is_empty() {
        eprintln!("No review failed.");
    }
    let mut these = HashSet::new();
    for row in rows {
        if row.state == ReviewState::Completed {
            eprintln!(
                "{}: it is completed, there is nothing to go on with",
                row.file
            );
            continue;
        }
        let review_id = row.id.clone();
        engine.retry_review(ReviewId { review_id }).await?;
        these.insert(row.id);
    }
    let code = work_off(engine, &these, Progress::told_as(options.json)).await?;
    second_readings(engine, |id| these.contains(id)).await?;
    Ok(code)
}

/// Waits until these are at an end or wait for a person; says what went wrong.
async fn work_off(
    engine: &Engine,
    these: &HashSet<String>,
    mut progress: Progress,
) -> Result<u8, Error> {
    let which = |row: &ReviewRow| these.contains(&row.id);
    let rows = follow(engine, &mut progress, which, these.len()).await?;
    let mut code = OK;
    let stuck = |row: &&ReviewRow| row.state == ReviewState::Failed || waits_for_a_person(row);
    for row in rows.values().filter(stuck) {
        progress.went_wrong(&row.file, row.message.as_deref().unwrap_or("failed"));
        code = SOME_FAILED;
    }
    engine.deliver_messages().await?;
    Ok(code)
}

pub(crate) fn config(folder: PathBuf) -> Result<Config, Error> {
    let config = Config::of_this_program(folder).map_err(Error::Start)?;
    Ok(config.with_keychain())
}

/// With workers, unless another Countersign is at work on the folder: then that one does the work.
pub(crate) async fn open(folder: PathBuf) -> Result<Engine, Error> {
    match Engine::open(config(folder.clone())?).await {
        Err(countersign_engine::error::Error::Busy { .. }) => {
            Ok(Engine::attach(config(folder)?).await?)
        }
        other => Ok(other?),
    }
}

fn playbook(file: Option<&Path>) -> Result<PlaybookChoice, Error> {
    let Some(path) = file else {
        return Ok(PlaybookChoice::Default);
    };
    // "saas" names a playbook of the program, unless a file is called so.
    if let Some(id) = path
        .to_str()
        .filter(|_| path.extension().is_none() && !path.exists())
    {
        return Ok(PlaybookChoice::Named(id.to_owned()));
    }
    let source = std::fs::read_to_string(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })?;
    Ok(PlaybookChoice::Source(source))
}

async fn submit_files(
    engine: &Engine,
    files: &[PathBuf],
    choice: &PlaybookChoice,
) -> Result<Vec<Submitted>, Error> {
    let ids: Vec<String> = files
        .iter()
        .map(|file| engine.register_file(file))
        .collect();
    Ok(engine.submit_drops(&ids, choice).await?)
}

/// Who asks for a review of a file whose review failed or was stopped wants it to go on.
async fn retry_ended(engine: &Engine, submitted: &[Submitted]) -> Result<(), Error> {
    for id in submitted
        .iter()
        .filter(|s| s.existing)
        .filter_map(|s| s.review_id.clone())
    {
        engine.retry_review(ReviewId { review_id: id }).await?;
    }
    Ok(())
}

/// A review that only a person can move on: nobody should sit and wait for it.
fn waits_for_a_person(row: &ReviewRow) -> bool {
    match row.state {
        ReviewState::Paused => true,
        ReviewState::Waiting => matches!(
            row.code.as_deref(),
            Some(
                "review_budget"
                    | "month_budget"
                    | "provider_paused"
                    | "provider_missing"
                    | "limit_too_small"
                    | "password_needed"
                    | "wrong_password"
            )
        ),
        _ => false,
    }
}

/// Waits until all the reviews that `which` names are at an end or wait for a person; returns them by id.
async fn follow(
    engine: &Engine,
    progress: &mut Progress,
    which: impl Fn(&ReviewRow) -> bool,
    count: usize,
) -> Result<HashMap<String, ReviewRow>, Error> {
    let mut ended = HashMap::new();
    let mut events = engine.events();
    if count == 0 {
        return Ok(ended);
    }
    loop {
        let rows = engine.list_reviews(Nothing {}).await?;
        let mut open = 0;
        for row in rows.into_iter().filter(&which) {
            if !ended.contains_key(&row.id) {
                progress.show(&row);
            }
            if row.finished_at.is_some() || waits_for_a_person(&row) {
                ended.insert(row.id.clone(), row);
            } else {
                ended.remove(&row.id);
                open += 1;
            }
        }
        if open == 0 {
            return Ok(ended);
        }
        // Whether it was a change, a lag or the time: look again.
        let _ = tokio::time::timeout(LOOK, events.recv()).await;
        while events.try_recv().is_ok() {}
    }
}

/// Waits until the reviews that `which` names are read a second time: nobody comes back to a terminal
/// for the rest of a report.
async fn second_readings(engine: &Engine, which: impl Fn(&str) -> bool) -> Result<(), Error> {
    let mut events = engine.events();
    while engine
        .open_second_readings()
        .await?
        .iter()
        .any(|id| which(id))
    {
        let _ = tokio::time::timeout(LOOK, events.recv()).await;
        while events.try_recv().is_ok() {}
    }
    Ok(())
}

async fn write(
    engine: &Engine,
    progress: &Progress,
    rows: &[&ReviewRow],
    format: ExportFormat,
    folder: Option<&Path>,
) -> Result<(), Error> {
    let mut files = Vec::new();
    for row in rows {
        files.push(engine.export_file(&row.id, format, None).await?);
    }
    let Some(folder) = folder else {
        return print_all(&files, format);
    };
    let mut folder = Folder::open(folder)?;
    for (row, file) in rows.iter().zip(files) {
        let path = folder.write(&file.name, &file.bytes)?;
        let review_id = row.id.clone();
        let view = engine.get_review(ReviewId { review_id }).await?;
        if let Some(report) = view.and_then(|view| view.report) {
            progress.say_findings(&report);
        }
        progress.wrote(row, &path);
    }
    Ok(())
}

/// One JSON document alone, several as an array; other text one after the other.
fn print_all(files: &[File], format: ExportFormat) -> Result<(), Error> {
    if format == ExportFormat::Json && files.len() != 1 {
        let texts: Vec<_> = files
            .iter()
            .map(|file| String::from_utf8_lossy(&file.bytes))
            .collect();
        println!(
            "[{}]",
            texts
                .iter()
                .map(|text| text.trim_end())
                .collect::<Vec<_>>()
                .join(",\n")
        );
        return Ok(());
    }
    if !format.is_text() && files.len() > 1 {
        return Err(Error::OneFile);
    }
    files
        .iter()
        .try_for_each(|file| to_stdout(&file.bytes, format.is_text()))
}
