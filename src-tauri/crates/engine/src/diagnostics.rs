//! The diagnostics bundle: what helps to find a defect and says nothing of any contract.
//!
//! Only what is listed here goes in: the program and the system, settings without secrets, counts,
//! timings and codes, and the log with its words checked. A file's name becomes the contract's id; a
//! text that is not one of the program's own is left out rather than searched for secrets. What is shown
//! before saving is what is saved.

use std::collections::HashMap;
use std::io::{Cursor, Write};
use std::path::Path;

use countersign_store::figures::Figures;
use serde_json::{Map, Value, json};
use zip::write::SimpleFileOptions;

use crate::Engine;
use crate::error::Error;
use crate::logs;

/// The newest log lines that go in, bytes.
const LOG_BYTES: usize = 2 * 1024 * 1024;
/// Of a file's name without its ending: shorter ones are parts of other words.
const SHORTEST_STEM: usize = 4;
/// Fields of a log line whose words are the program's own: codes, states, ids.
const WORDS: &[&str] = &[
    "code", "kind", "lane", "state", "outcome", "backup", "provider", "model", "stage", "review",
    "contract", "place",
];

/// What is handed to whoever looks for a defect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    files: Vec<(&'static str, String)>,
}

impl Bundle {
    /// All of it, as a person reads it before saving.
    #[must_use]
    pub fn preview(&self) -> String {
        let mut text = String::new();
        for (name, content) in &self.files {
            text.push_str(&format!("==== {name} ====\n{content}\n"));
        }
        text
    }

    /// The same files, packed.
    ///
    /// # Errors
    /// [`Error::Pack`].
    pub fn zip(&self) -> Result<Vec<u8>, Error> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in &self.files {
            zip.start_file(*name, SimpleFileOptions::default())?;
            zip.write_all(content.as_bytes())
                .map_err(zip::result::ZipError::Io)?;
        }
        Ok(zip.finish()?.into_inner())
    }
}

impl Engine {
    /// Puts the bundle together.
    ///
    /// # Errors
    /// What the store says.
    pub async fn diagnostics(&self) -> Result<Bundle, Error> {
        let figures = self.inner.store.figures().await?;
        let data_folder = &self.inner.context.config.data_folder;
        let log = log_lines(data_folder, &Names::of(&figures));
        Ok(Bundle {
            files: vec![
                ("about.json", self.about(&figures).await?),
                ("database.json", pretty(&database(&figures))?),
                ("steps.jsonl", steps(&figures)?),
                ("log.jsonl", log),
            ],
        })
    }

    async fn about(&self, figures: &Figures) -> Result<String, Error> {
        let settings = *self.inner.settings.borrow();
        let problems: Vec<String> = self
            .problems()
            .into_iter()
            .map(|problem| problem.code)
            .collect();
        pretty(&json!({
            "version": env!("CARGO_PKG_VERSION"),
            "system": std::env::consts::OS,
            "processor": std::env::consts::ARCH,
            "threads": std::thread::available_parallelism().map_or(0, usize::from),
            "made_at": self.now(),
            "at_work": self.is_at_work(),
            "settings": {
                "reading_workers": settings.reading_workers,
                "offline_workers": settings.offline_workers,
                "retention_days": self.retention_days().await?,
            },
            "problems": problems,
            "schema": figures.schema,
        }))
    }
}

fn database(figures: &Figures) -> Value {
    let rows: Map<String, Value> = figures
        .rows
        .iter()
        .map(|(table, count)| (table.clone(), (*count).into()))
        .collect();
    let pragmas: Map<String, Value> = figures
        .pragmas
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone().into()))
        .collect();
    let states: Vec<Value> = figures
        .states
        .iter()
        .map(|(table, state, count)| json!({ "table": table, "state": state, "rows": count }))
        .collect();
    json!({ "rows": rows, "states": states, "pragmas": pragmas })
}

fn steps(figures: &Figures) -> Result<String, Error> {
    let mut lines = String::new();
    for attempt in &figures.attempts {
        let line = json!({
            "review": attempt.review_id,
            "kind": attempt.kind,
            "state": attempt.state,
            "attempt": attempt.number,
            "started_at": attempt.started_at,
            "took_ms": attempt.ended_at.map(|ended| ended - attempt.started_at),
            "outcome": attempt.outcome,
            "code": attempt.code.as_deref().map(code),
        });
        lines.push_str(&serde_json::to_string(&line)?);
        lines.push('\n');
    }
    Ok(lines)
}

/// A code is one of ours only in our form.
fn code(code: &str) -> &str {
    let is_ours = code
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if is_ours && code.len() <= 40 {
        code
    } else {
        "(left out)"
    }
}

fn pretty(value: &Value) -> Result<String, Error> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}

/// Names of files, each with the id that stands for it, the longest first.
struct Names(Vec<(String, String)>);

impl Names {
    fn of(figures: &Figures) -> Self {
        let mut names: HashMap<String, String> = HashMap::new();
        for (file_name, contract_id) in &figures.names {
            let stem = Path::new(file_name).file_stem().unwrap_or_default();
            if stem.len() >= SHORTEST_STEM {
                names.insert(stem.to_string_lossy().into_owned(), contract_id.clone());
            }
            names.insert(file_name.clone(), contract_id.clone());
        }
        let mut names: Vec<(String, String)> = names
            .into_iter()
            .filter(|(name, _)| !name.is_empty())
            .collect();
        names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        Self(names)
    }

    fn replaced(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (name, id)| {
            text.replace(name.as_str(), id)
        })
    }
}

fn log_lines(data_folder: &Path, names: &Names) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut bytes = 0;
    for file in logs::files_in(data_folder).iter().rev() {
        // A part that was let go of meanwhile is no loss.
        let content = std::fs::read_to_string(file).unwrap_or_default();
        for line in content.lines().rev() {
            let Some(line) = log_line(line, names) else {
                continue;
            };
            bytes += line.len() + 1;
            if bytes > LOG_BYTES {
                return in_order(lines);
            }
            lines.push(line);
        }
    }
    in_order(lines)
}

fn in_order(mut lines: Vec<String>) -> String {
    lines.reverse();
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// A line with what is known to say nothing of a contract; nothing when it is no line of ours.
fn log_line(line: &str, names: &Names) -> Option<String> {
    let line: Value = serde_json::from_str(line).ok()?;
    let mut kept = Map::new();
    for field in ["timestamp", "level", "target"] {
        kept.insert(field.to_owned(), line.get(field)?.as_str()?.into());
    }
    for (name, value) in line.get("fields")?.as_object()? {
        let value = match value {
            Value::Number(_) | Value::Bool(_) => value.clone(),
            Value::String(text) if name == "message" || WORDS.contains(&name.as_str()) => {
                names.replaced(text).into()
            }
            Value::String(text) if name == "error" => {
                without_quotes_and_paths(&names.replaced(text)).into()
            }
            _ => "(left out)".into(),
        };
        kept.insert(name.clone(), value);
    }
    serde_json::to_string(&kept).ok()
}

/// An error's words without what it may quote: texts between quotation marks, and paths.
fn without_quotes_and_paths(text: &str) -> String {
    const MOST: usize = 200;
    const QUOTES: &[char] = &['"', '\'', '`', '\u{201c}', '\u{201d}'];
    let mut kept = String::new();
    for (number, part) in text.split(QUOTES).enumerate() {
        if number % 2 == 1 {
            kept.push_str("(left out)");
        } else {
            kept.push_str(part);
        }
    }
    let words: Vec<&str> = kept
        .split_whitespace()
        .map(|word| {
            if word.contains(['/', '\\']) {
                "(path)"
            } else {
                word
            }
        })
        .collect();
    words.join(" ").chars().take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        Names(vec![("Acme secret deal".to_owned(), "id-1".to_owned())])
    }

    #[test]
    fn a_log_line_keeps_codes_numbers_and_our_own_words() {
        let line = r#"{"timestamp":"2026-01-31T23:59:59Z","level":"WARN","target":"countersign_engine::worker","fields":{"message":"a step failed","step":7,"code":"too_large","give_up":true,"file":"Acme secret deal.pdf","error":"reading '/home/jo/Acme secret deal.pdf': no \"clause text\" at /x/y"}}"#;
        let kept: Value = serde_json::from_str(&log_line(line, &names()).unwrap()).unwrap();
        assert_eq!(kept["message"], "a step failed");
        assert_eq!(kept["step"], 7);
        assert_eq!(kept["code"], "too_large");
        assert_eq!(kept["give_up"], true);
        assert_eq!(kept["file"], "(left out)");
        assert_eq!(kept["error"], "reading (left out): no (left out) at (path)");
    }

    #[test]
    fn what_is_no_line_of_ours_stays_out() {
        for line in [
            "plain words of a contract",
            "{}",
            r#"{"timestamp":1,"level":"INFO","target":"x","fields":{}}"#,
        ] {
            assert_eq!(log_line(line, &names()), None, "{line}");
        }
    }

    #[test]
    fn a_code_in_another_form_is_not_one() {
        assert_eq!(code("reader_not_started"), "reader_not_started");
        assert_eq!(code("The Supplier shall"), "(left out)");
    }

    #[test]
    fn the_archive_holds_what_the_preview_shows() {
        let bundle = Bundle {
            files: vec![
                ("a.json", "{}\n".to_owned()),
                ("b.jsonl", "1\n2\n".to_owned()),
            ],
        };
        let mut zip = zip::ZipArchive::new(Cursor::new(bundle.zip().unwrap())).unwrap();
        let mut unpacked = String::new();
        for index in 0..zip.len() {
            let mut file = zip.by_index(index).unwrap();
            unpacked.push_str(&format!("==== {} ====\n", file.name().unwrap()));
            std::io::Read::read_to_string(&mut file, &mut unpacked).unwrap();
            unpacked.push('\n');
        }
        assert_eq!(unpacked, bundle.preview());
    }
}
