//! From what a model wrote to a value, or to the words that let it do better.

use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};

use crate::error::{ErrorClass, ProviderError, code};
use crate::reply::{Finish, ModelReply};

/// Reads the one JSON value of a reply. Code fences and prose around it are forgiven.
///
/// # Errors
/// What [`ModelReply::check`] says; else [`ErrorClass::RepairPrompt`], whose message says in words for the
/// model what to change. The message names fields and types, never what stood in them.
pub fn parse_reply<T: DeserializeOwned>(reply: &ModelReply) -> Result<T, ProviderError> {
    reply.check()?;
    let mut first_problem = None;
    for candidate in candidates(&reply.text) {
        let mut reader = serde_json::Deserializer::from_str(candidate);
        match serde_path_to_error::deserialize(&mut reader) {
            Ok(value) => return Ok(value),
            Err(error) => {
                let problem = describe(error.path(), error.inner());
                // A brace in the prose is no attempt at an answer; what reads as JSON is.
                if first_problem.is_none() || error.inner().is_data() {
                    let is_data = error.inner().is_data();
                    first_problem = Some(problem);
                    if is_data {
                        break;
                    }
                }
            }
        }
    }
    let problem = first_problem.unwrap_or_else(|| "there is no JSON object in it".to_owned());
    Err(reply.error(
        ErrorClass::RepairPrompt,
        code::NOT_THE_SCHEMA,
        format!(
            "The answer is not the JSON that was asked for: {problem}. Answer with the one JSON \
             object of the schema and nothing else"
        ),
    ))
}

impl ModelReply {
    /// Whether the text is all that the model had to say.
    ///
    /// # Errors
    /// [`ErrorClass::Shrink`] when it was cut off, [`ErrorClass::Fallback`] when the model refused, with
    /// what the reply cost.
    pub fn check(&self) -> Result<(), ProviderError> {
        match &self.finish {
            Finish::Stop | Finish::Other(_) => Ok(()),
            Finish::Length => Err(self.error(
                ErrorClass::Shrink,
                code::CUT_OFF,
                "The model reached its limit of words before its answer was complete. The part is \
                 read again in smaller pieces",
            )),
            Finish::Refusal => Err(self.error(
                ErrorClass::Fallback,
                code::REFUSED,
                "The model would not answer about this part. Another reader takes it",
            )),
        }
    }

    /// An error about this reply, with what it cost.
    fn error(
        &self,
        class: ErrorClass,
        code: &'static str,
        message: impl Into<String>,
    ) -> ProviderError {
        let mut error = ProviderError::new(class, code, message);
        error.http_status = Some(self.http_status);
        error.usage = Some(self.usage);
        error.response_id.clone_from(&self.response_id);
        error.total_ms = self.total_ms;
        error.limits = self.limits;
        error
    }
}

/// Where the value may begin: the whole text first, then each brace or bracket that opens one.
fn candidates(text: &str) -> impl Iterator<Item = &str> {
    /// Prose has few braces; a text of nothing else is not worth reading from each.
    const MOST: usize = 16;
    let trimmed = text.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']);
    trimmed
        .match_indices(['{', '['])
        .take(MOST)
        .filter_map(|(start, _)| trimmed.get(start..))
}

/// What is wrong, with the model's own words taken out.
fn describe(path: &Path, error: &serde_json::Error) -> String {
    let place = place(path);
    let what = error.to_string();
    let what = what.split(" at line ").next().unwrap_or_default();
    let what = if error.is_eof() {
        "it ends before it is complete".to_owned()
    } else if error.is_syntax() {
        format!("it is not well-formed JSON ({what})")
    } else {
        without_values(what)
    };
    if place.is_empty() {
        what
    } else {
        format!("at `{place}`, {what}")
    }
}

/// The path of a field; names that don't look like names of ours are left out.
fn place(path: &Path) -> String {
    let mut place = String::new();
    for segment in path.iter() {
        match segment {
            Segment::Seq { index } => place.push_str(&format!("[{index}]")),
            Segment::Map { key } | Segment::Enum { variant: key } => {
                if !place.is_empty() {
                    place.push('.');
                }
                place.push_str(if is_name(key) { key } else { "…" });
            }
            Segment::Unknown => {}
        }
    }
    place
}

fn is_name(key: &str) -> bool {
    key.len() <= 40
        && key
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// serde says what it found, then what it expected; what it found is the model's, so it goes.
fn without_values(what: &str) -> String {
    if what.starts_with("missing field `") || what.starts_with("duplicate field `") {
        return what.to_owned();
    }
    let (found, expected) = match what.split_once(", expected ") {
        Some((found, expected)) => (found, Some(expected)),
        // serde says "there are no fields" of a type without any.
        None => (what, None),
    };
    // From the first mark of a quote to the end: nested quotes could not be told apart.
    let kind = found
        .split(['"', '`'])
        .next()
        .unwrap_or_default()
        .trim_end();
    match expected {
        Some(expected) => format!("{kind}, expected {expected}"),
        None => kind.to_owned(),
    }
}
