//! From what a model wrote to a value, or to the words that let it do better.

use serde::de::{DeserializeOwned, IgnoredAny};
use serde_path_to_error::{Path, Segment};

use crate::error::{ErrorClass, ProviderError, code};
use crate::reply::{Finish, ModelReply};

/// Reads the one JSON value of a reply. Code fences, prose and thoughts around it are forgiven; a value
/// that is broken is not searched for smaller ones inside.
///
/// # Errors
/// What [`ModelReply::check`] says; else [`ErrorClass::RepairPrompt`], whose message says in words for the
/// model what to change. The message names fields and types, never what stood in them.
pub fn parse_reply<T: DeserializeOwned>(reply: &ModelReply) -> Result<T, ProviderError> {
    reply.check()?;
    let problem = match read_value(&reply.text) {
        Ok(value) => return Ok(value),
        Err(problem) => problem,
    };
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

/// The first well-formed value that is a `T`; else what is wrong with the longest attempt at one.
fn read_value<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    /// Prose has few brackets; a text of nothing else is not worth reading from each.
    const MOST_ATTEMPTS: usize = 32;
    let text = text.rsplit("</think>").next().unwrap_or(text);
    let mut rest = text;
    let mut longest = (0, "there is no JSON object in it".to_owned());
    for _ in 0..MOST_ATTEMPTS {
        let Some(start) = rest.find(['{', '[']) else {
            break;
        };
        rest = rest.get(start..).unwrap_or_default();
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<IgnoredAny>();
        let (length, problem, is_ours) = match values.next() {
            Some(Ok(_)) => {
                let length = values.byte_offset();
                let candidate = rest.get(..length).unwrap_or(rest);
                let mut reader = serde_json::Deserializer::from_str(candidate);
                match serde_path_to_error::deserialize(&mut reader) {
                    Ok(value) => return Ok(value),
                    Err(error) => (length, describe(error.path(), error.inner()), false),
                }
            }
            Some(Err(error)) => {
                let length = offset_of(rest, &error);
                // With a name and a colon it was meant as the answer; a bracket in prose was not.
                let attempt = rest.get(..length).unwrap_or(rest);
                let is_ours = attempt.starts_with(['{', '[']) && attempt.contains("\":");
                (length, broken(&error), is_ours)
            }
            None => break,
        };
        if length > longest.0 {
            longest = (length, problem);
        }
        if is_ours {
            break;
        }
        rest = after(rest, length.max(1));
    }
    Err(longest.1)
}

/// Where an error is, in bytes. serde_json counts columns in bytes, from 1.
fn offset_of(text: &str, error: &serde_json::Error) -> usize {
    if error.is_eof() {
        return text.len();
    }
    let lines = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1));
    let before: usize = lines.map(str::len).sum();
    (before + error.column().saturating_sub(1)).min(text.len())
}

/// The text behind so many bytes, or behind the character they end in.
fn after(text: &str, bytes: usize) -> &str {
    (bytes..=text.len())
        .find_map(|start| text.get(start..))
        .unwrap_or_default()
}

/// serde_json's words about syntax never repeat the text.
fn broken(error: &serde_json::Error) -> String {
    if error.is_eof() {
        "it ends before it is complete".to_owned()
    } else {
        format!("it is not well-formed JSON ({error})")
    }
}

/// What is wrong, with the model's own words taken out.
fn describe(path: &Path, error: &serde_json::Error) -> String {
    let what = error.to_string();
    let what = what.split(" at line ").next().unwrap_or_default();
    // A field that is unknown has a name of the model's own.
    let is_unknown = what.starts_with("unknown field ");
    let place = place(path, is_unknown);
    let what = without_values(what);
    if place.is_empty() {
        what
    } else {
        format!("at `{place}`, {what}")
    }
}

/// The path of a field; names that don't look like names of ours are left out, the last one on demand.
fn place(path: &Path, without_last: bool) -> String {
    let mut place = String::new();
    let last = path.iter().len();
    for (number, segment) in path.iter().enumerate() {
        let is_left_out = without_last && number + 1 == last;
        match segment {
            Segment::Seq { index } => place.push_str(&format!("[{index}]")),
            Segment::Map { key } | Segment::Enum { variant: key } => {
                if !place.is_empty() {
                    place.push('.');
                }
                let is_shown = is_name(key) && !is_left_out;
                place.push_str(if is_shown { key } else { "…" });
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
    let (found, expected) = match what.rsplit_once(", expected ") {
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;
    use crate::reply::{RateLimits, Usage};

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Reading {
        clauses: Vec<Clause>,
        #[serde(default)]
        notes: BTreeMap<String, u32>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Clause {
        kind: Kind,
        #[serde(default)]
        amount: Option<u32>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Cap,
        Term,
    }

    fn reply(text: &str, finish: Finish) -> ModelReply {
        ModelReply {
            text: text.to_owned(),
            finish,
            usage: Usage {
                input_tokens: 5,
                output_tokens: 3,
                ..Usage::default()
            },
            model: "small".to_owned(),
            response_id: Some("r1".to_owned()),
            http_status: 200,
            first_byte_ms: 1,
            total_ms: 2,
            limits: RateLimits::default(),
        }
    }

    fn read(text: &str) -> Result<Reading, ProviderError> {
        parse_reply(&reply(text, Finish::Stop))
    }

    #[test]
    fn what_stands_around_the_value_is_forgiven() {
        let value = r#"{"clauses":[{"kind":"cap","amount":5}]}"#;
        let expected = read(value).unwrap();
        assert_eq!(expected.clauses.len(), 1);
        for text in [
            format!("\u{feff}\n {value}\n"),
            format!("```json\n{value}\n```"),
            format!("```\n{value}\n```\nThat is all."),
            format!("As section [1] of {{the contract}} says: {value} [2]"),
            format!("§ — „Überschrift“ [ä] {value}"),
            format!("<think>Perhaps {{\"clauses\": 5}}?</think>{value}"),
        ] {
            assert_eq!(read(&text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_named_without_the_models_words() {
        for (text, expected) in [
            ("I found none.", "there is no JSON object in it"),
            ("", "there is no JSON object in it"),
            (
                r#"{"clauses":[{"kind":"cap""#,
                "it ends before it is complete",
            ),
            (
                r#"{"clauses":[{"kind":"cap"},]}"#,
                "it is not well-formed JSON (expected value at line 1 column 28)",
            ),
            (
                r#"{"claws":[]}"#,
                "at `…`, unknown field, expected `clauses` or `notes`",
            ),
            ("{}", "missing field `clauses`"),
            (
                r#"{"clauses":[{"kind":"canary"}]}"#,
                "at `clauses[0].kind`, unknown variant, expected `cap` or `term`",
            ),
            (
                r#"{"clauses":[{"kind":"cap"},{"kind":"cap","amount":"the \"canary\", expected 5"}]}"#,
                "at `clauses[1].amount`, invalid type: string, expected u32",
            ),
            (
                r#"{"clauses":[],"notes":{"The Canary":-1}}"#,
                "at `notes.…`, invalid value: integer, expected u32",
            ),
        ] {
            let error = read(text).unwrap_err();
            assert_eq!(error.class, ErrorClass::RepairPrompt);
            let problem = error.message.split(". Answer with").next().unwrap();
            let problem = problem.split_once("asked for: ").unwrap().1;
            assert_eq!(problem, expected, "{text}");
            assert_eq!(error.usage.unwrap().input_tokens, 5);
        }
    }

    #[test]
    fn a_broken_value_is_not_searched_for_smaller_ones() {
        #[derive(Debug, Deserialize)]
        struct Lenient {
            #[serde(default)]
            _clauses: Vec<Clause>,
        }
        for text in [
            r#"{"clauses":[{"kind":"cap"},{"kind""#,
            r#"{"clauses":[{"kind":"cap"} {"kind":"term"}]}"#,
        ] {
            let parsed = parse_reply::<Lenient>(&reply(text, Finish::Stop));
            assert_eq!(parsed.unwrap_err().code, code::NOT_THE_SCHEMA, "{text}");
        }
    }

    #[test]
    fn a_text_of_brackets_ends_soon() {
        assert!(read(&"[".repeat(1_000_000)).is_err());
        assert!(read(&"{ä".repeat(1_000_000)).is_err());
    }

    #[test]
    fn what_was_cut_off_or_refused_is_not_read() {
        let value = r#"{"clauses":[]}"#;
        for (finish, class) in [
            (Finish::Length, ErrorClass::Shrink),
            (Finish::Refusal, ErrorClass::Fallback),
        ] {
            let error = parse_reply::<Reading>(&reply(value, finish)).unwrap_err();
            assert_eq!(error.class, class);
            assert_eq!(error.response_id.as_deref(), Some("r1"));
        }
        assert!(parse_reply::<Reading>(&reply(value, Finish::Other("none".to_owned()))).is_ok());
    }
}
