//! Which fault an answer is: from its status, its headers and what its body says of an error.
//!
//! The server's words decide, but are never passed on: they may repeat the question or the key.

use serde_json::Value;

use crate::error::{ErrorClass, ProviderError, code};
use crate::limits::{delay_ms, rate_limits, retry_after_ms};
use crate::wire::Answer;

/// Whom an error is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// The provider's name on screen.
    pub name: &'a str,
    /// The model asked for.
    pub model: &'a str,
    /// Whether a key went along.
    pub had_key: bool,
}

/// What the body of an error says, in lower case.
#[derive(Debug, Default)]
struct Said {
    message: String,
    codes: Vec<String>,
    param: String,
    /// A status inside the body, where gateways put that of the server behind them.
    status: Option<u16>,
    /// A wait inside the body, where Google puts it.
    wait_ms: Option<u64>,
}

/// The error of an answer that says it is one.
pub(crate) fn fault(answer: &Answer, asked: Asked<'_>) -> ProviderError {
    let said = Said::read(&answer.body);
    let status = match (answer.status, said.status) {
        (200..=299, Some(inside)) => inside,
        // An error that comes as a success is the server's.
        (200..=299, None) => 500,
        (outside, _) => outside,
    };
    let mut error = by_words(&said, status, asked).unwrap_or_else(|| {
        let wait = retry_after_ms(&answer.headers).or(said.wait_ms);
        by_status(status, wait, asked)
    });
    error.http_status = Some(answer.status);
    error.total_ms = answer.total_ms;
    error.limits = rate_limits(&answer.headers);
    error
}

/// Whether a body of success carries an error instead of an answer.
pub(crate) fn is_error_body(body: &Value) -> bool {
    body.get("error").is_some_and(|error| !error.is_null()) && body.get("choices").is_none()
}

/// What only the words of the body tell.
fn by_words(said: &Said, status: u16, asked: Asked<'_>) -> Option<ProviderError> {
    if !matches!(status, 400..=500) {
        return None;
    }
    let Asked { name, .. } = asked;
    // Google says of a minute's quota what others say of the account's, and when to come back.
    let passes = status == 429 && said.wait_ms.is_some();
    if matches!(status, 400 | 402 | 403 | 429) && said.has_any(OUT_OF_CREDIT) && !passes {
        return Some(out_of_credit(asked));
    }
    if matches!(status, 400 | 401 | 403) && said.has_any(KEY_REFUSED) {
        return Some(by_status(401, None, asked));
    }
    if matches!(status, 400 | 403) && said.has_any(NOT_ALLOWED) {
        return Some(by_status(403, None, asked));
    }
    if matches!(status, 413 | 429) && said.message.contains("request too large") {
        return Some(shrink(format!(
            "The question is larger than {name} takes at once. The part is read again in smaller \
             pieces"
        )));
    }
    if matches!(status, 401..=403 | 429) {
        return None;
    }
    if said.has_any(CONTEXT_EXCEEDED) {
        return Some(shrink(context_exceeded(asked)));
    }
    if said.has_any(REFUSED) {
        return Some(ProviderError::new(
            ErrorClass::Fallback,
            code::REFUSED,
            format!("A filter of {name} took offence at this part. Another reader takes it"),
        ));
    }
    if said.has_any(MODEL_UNKNOWN) {
        return Some(model_unknown(asked));
    }
    if !matches!(status, 400 | 422) {
        return None;
    }
    if said.is_about(SHAPE) {
        return Some(ProviderError::new(
            ErrorClass::Fallback,
            code::SCHEMA_UNSUPPORTED,
            format!(
                "{name} cannot be held to the shape of an answer in this way. Choose a plainer \
                 answer format in the provider's settings"
            ),
        ));
    }
    if said.is_about(&["temperature", "seed"]) {
        return Some(ProviderError::new(
            ErrorClass::Fallback,
            code::SAMPLING_UNSUPPORTED,
            format!(
                "The model of {name} chooses its temperature itself. Switch temperature and seed \
                 off in the provider's settings"
            ),
        ));
    }
    None
}

/// What the status alone tells.
fn by_status(status: u16, retry_after_ms: Option<u64>, asked: Asked<'_>) -> ProviderError {
    let Asked { name, had_key, .. } = asked;
    let again = retry_after_ms.map_or(ErrorClass::RetryBackoff, |ms| ErrorClass::RetryAfter { ms });
    let (class, code, message) = match status {
        401 if had_key => (
            ErrorClass::UserAction,
            code::KEY_REFUSED,
            format!("{name} does not accept the key. Enter a valid key in the provider's settings"),
        ),
        401 => (
            ErrorClass::UserAction,
            code::KEY_REFUSED,
            format!("{name} wants a key. Enter one in the provider's settings"),
        ),
        402 => return out_of_credit(asked),
        403 => (
            ErrorClass::UserAction,
            code::NOT_ALLOWED,
            format!(
                "{name} knows the key, but does not allow this call. Check what the key may do and \
                 whether the service is offered in your country"
            ),
        ),
        404 => return model_unknown(asked),
        408 | 409 | 425 | 500 | 502 | 504 | 505..=528 | 530..=599 => (
            again,
            code::SERVER_ERROR,
            format!("{name} has a problem of its own ({status}). Countersign asks again by itself"),
        ),
        413 => return shrink(context_exceeded(asked)),
        429 => (
            again,
            code::RATE_LIMITED,
            format!(
                "{name} lets no more calls through for now. Countersign asks again by itself; \
                 allow it fewer calls a minute if this lasts"
            ),
        ),
        503 | 529 => (
            again,
            code::OVERLOADED,
            format!(
                "{name} is busy, or still loading the model ({status}). Countersign asks again by \
                 itself"
            ),
        ),
        300..=399 => (
            ErrorClass::UserAction,
            code::REDIRECTED,
            format!(
                "{name} sends calls on to another address, and Countersign does not follow with a \
                 contract. Enter the right address in the provider's settings"
            ),
        ),
        400..=499 => (
            ErrorClass::Permanent,
            code::REQUEST_REFUSED,
            format!(
                "{name} does not understand the call ({status}). Check address and model in the \
                 provider's settings"
            ),
        ),
        _ => (
            ErrorClass::RetryBackoff,
            code::UNREADABLE_ANSWER,
            format!(
                "{name} answered with a status that means nothing here ({status}). Check the \
                 address in the provider's settings"
            ),
        ),
    };
    ProviderError::new(class, code, message)
}

fn shrink(message: String) -> ProviderError {
    ProviderError::new(ErrorClass::Shrink, code::CONTEXT_EXCEEDED, message)
}

fn context_exceeded(asked: Asked<'_>) -> String {
    format!(
        "The question is longer than {} can read at once. The part is read again in smaller pieces",
        asked.model
    )
}

fn out_of_credit(asked: Asked<'_>) -> ProviderError {
    let name = asked.name;
    ProviderError::new(
        ErrorClass::UserAction,
        code::OUT_OF_CREDIT,
        format!(
            "The account at {name} is out of credit or over its limit. Top it up at the provider, \
             then continue"
        ),
    )
}

fn model_unknown(asked: Asked<'_>) -> ProviderError {
    let Asked { name, model, .. } = asked;
    ProviderError::new(
        ErrorClass::UserAction,
        code::MODEL_UNKNOWN,
        format!(
            "{name} does not know the model {model}, or there is nothing at this address. Check \
             both in the provider's settings; a model on this computer has to be loaded first"
        ),
    )
}

/// A complaint comes to its point within as many characters; a validator's list of them (FastAPI,
/// vLLM) names the field before it repeats the whole call.
const COMPLAINT: usize = 400;

/// What asks for a shape, in the words of the three wires.
const SHAPE: &[&str] = &[
    "response_format",
    "json_schema",
    "json_object",
    "tool_choice",
    "tools",
    "output_config",
    "output_format",
    "responsejsonschema",
    "response_json_schema",
    "responsemimetype",
    "response_mime_type",
    "response_schema",
    "functioncallingconfig",
    "function calling",
];

/// Google says so with a 400.
const KEY_REFUSED: &[&str] = &["api_key_invalid", "api key not valid"];

/// Google.
const NOT_ALLOWED: &[&str] = &["user location is not supported"];

/// OpenAI, Azure, DeepSeek, OpenRouter; Anthropic.
const OUT_OF_CREDIT: &[&str] = &[
    "insufficient_quota",
    "billing_hard_limit_reached",
    "billing_not_active",
    "insufficient balance",
    "insufficient credits",
    "exceeded your current quota",
    "credit_balance_exhausted",
    "credit balance is too low",
    "reached your specified api usage limits",
    "enforced_spend_limit_reached",
];

/// OpenAI and most; llama.cpp; vLLM; Mistral; LM Studio; Anthropic; Google; Ollama.
const CONTEXT_EXCEEDED: &[&str] = &[
    "context_length_exceeded",
    "exceed_context_size",
    "exceeds the available context size",
    "maximum context length",
    "maximum model length",
    "context length of only",
    "greater than the context length",
    "exceeds the context length",
    "exceeds the context window",
    "exceeds the model's context",
    "exceeds context window",
    "reduce the length of",
    "prompt is too long",
    "input is too long",
    "input length exceeds",
    "string_above_max_length",
    "exceed context limit",
    "exceeds the maximum number of tokens",
];

/// Azure and OpenAI.
const REFUSED: &[&str] = &[
    "content_filter",
    "content_policy_violation",
    "responsibleaipolicyviolation",
];

/// OpenAI; Ollama and LM Studio; Mistral.
const MODEL_UNKNOWN: &[&str] = &[
    "model_not_found",
    "deploymentnotfound",
    "invalid_model",
    "no models loaded",
    "is not a valid model",
];

impl Said {
    /// `{"error": {..}}` (OpenAI), `{"error": ".."}` (Ollama), `{"message": ..}` (Mistral, old vLLM),
    /// `{"detail": ..}` (what is built on FastAPI), or a list of one of these (Gemini's gateway). Google's
    /// `details` give a reason and a wait.
    fn read(body: &[u8]) -> Self {
        let Ok(body) = serde_json::from_slice::<Value>(body) else {
            return Self::default();
        };
        let body = body.get(0).unwrap_or(&body);
        let inner = body.get("error").filter(|error| !error.is_null());
        let inner = inner.unwrap_or(body);
        let lower = |value: &Value| match value {
            Value::String(text) => text.to_lowercase(),
            Value::Null => String::new(),
            other => other.to_string().to_lowercase(),
        };
        let field = |name: &str| inner.get(name).map(lower).unwrap_or_default();
        let message = [inner.get("message"), body.get("detail"), Some(inner)]
            .into_iter()
            .flatten()
            .find(|value| !value.is_null())
            .map(lower)
            .unwrap_or_default();
        // Further on stands what was sent, and its words are not the server's.
        let message: String = message.chars().take(COMPLAINT).collect();
        let inside = inner.get("innererror").and_then(|inner| inner.get("code"));
        let status = inner.get("code").and_then(Value::as_u64);
        let details = inner.get("details").and_then(Value::as_array);
        let details = || details.into_iter().flatten();
        let mut codes = vec![
            field("code"),
            field("type"),
            inside.map(lower).unwrap_or_default(),
        ];
        codes.extend(
            details()
                .filter_map(|detail| detail.get("reason"))
                .map(lower),
        );
        let wait = details().find_map(|detail| detail.get("retryDelay")?.as_str());
        Self {
            message,
            codes,
            wait_ms: wait.and_then(delay_ms),
            param: field("param"),
            status: status
                .and_then(|status| u16::try_from(status).ok())
                .filter(|status| (400..600).contains(status)),
        }
    }

    fn has_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| {
            self.message.contains(word) || self.codes.iter().any(|code| code.contains(word))
        })
    }

    /// Whether it complains of one of these parameters.
    fn is_about(&self, parameters: &[&str]) -> bool {
        parameters
            .iter()
            .any(|parameter| self.param.starts_with(parameter) || self.message.contains(parameter))
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;

    use super::*;

    const ASKED: Asked<'_> = Asked {
        name: "Example",
        model: "small",
        had_key: true,
    };

    fn check(status: u16, body: &str, class: ErrorClass, code: &str) {
        let answer = Answer {
            status,
            headers: HeaderMap::new(),
            body: body.as_bytes().to_vec(),
            first_byte_ms: 1,
            total_ms: 2,
        };
        let error = fault(&answer, ASKED);
        assert_eq!((error.class, error.code), (class, code), "{status} {body}");
        assert_eq!(error.http_status, Some(status), "{status} {body}");
    }

    #[test]
    fn each_servers_way_to_say_that_a_question_is_too_long_is_understood() {
        for (status, body) in [
            (
                400,
                r#"{"error":{"code":"context_length_exceeded","message":"…"}}"#,
            ),
            (
                400,
                r#"{"error":{"code":400,"message":"the request exceeds the available context size, try increasing it","type":"exceed_context_size_error"}}"#,
            ),
            (
                400,
                r#"{"object":"error","message":"This model's maximum context length is 4096 tokens. However, you requested 9000","code":400}"#,
            ),
            (
                400,
                r#"{"error":"Trying to keep the first 9000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens"}"#,
            ),
            (
                400,
                r#"{"object":"error","message":"Prompt contains 40000 tokens, too large for model with 32768 maximum context length","code":"3051"}"#,
            ),
            (
                500,
                r#"{"error":{"message":"the input length exceeds the context length","type":"api_error"}}"#,
            ),
            (
                413,
                r#"{"error":{"message":"Request too large for model","code":"rate_limit_exceeded"}}"#,
            ),
            (413, "<html>Request Entity Too Large</html>"),
            (
                429,
                r#"{"error":{"message":"Request too large for gpt-4o on tokens per min (TPM): Limit 10000, Requested 12000","code":"rate_limit_exceeded"}}"#,
            ),
        ] {
            check(status, body, ErrorClass::Shrink, code::CONTEXT_EXCEEDED);
        }
    }

    #[test]
    fn what_only_a_person_can_change_waits_for_a_person() {
        for (status, body, code) in [
            (401, "", code::KEY_REFUSED),
            (402, "", code::OUT_OF_CREDIT),
            (403, "", code::NOT_ALLOWED),
            (
                429,
                r#"{"error":{"code":"insufficient_quota"}}"#,
                code::OUT_OF_CREDIT,
            ),
            (
                404,
                r#"{"error":{"code":"model_not_found"}}"#,
                code::MODEL_UNKNOWN,
            ),
            (404, "not found", code::MODEL_UNKNOWN),
            (
                400,
                r#"{"error":{"message":"Invalid model: x","type":"invalid_model","code":"1500"}}"#,
                code::MODEL_UNKNOWN,
            ),
            (308, "", code::REDIRECTED),
        ] {
            check(status, body, ErrorClass::UserAction, code);
        }
    }

    #[test]
    fn what_the_server_does_not_know_is_named() {
        for (status, body, code) in [
            (
                400,
                r#"{"error":{"message":"Invalid parameter","param":"response_format"}}"#,
                code::SCHEMA_UNSUPPORTED,
            ),
            (
                400,
                r#"{"error":"'response_format.type' must be 'json_schema' or 'text'"}"#,
                code::SCHEMA_UNSUPPORTED,
            ),
            (
                422,
                r#"{"detail":[{"loc":["body","response_format"],"msg":"extra fields not permitted"}]}"#,
                code::SCHEMA_UNSUPPORTED,
            ),
            (
                400,
                r#"{"error":{"message":"Unsupported value","param":"temperature","code":"unsupported_value"}}"#,
                code::SAMPLING_UNSUPPORTED,
            ),
        ] {
            check(status, body, ErrorClass::Fallback, code);
        }
    }

    #[test]
    fn what_passes_is_tried_again_and_what_does_not_is_not() {
        use ErrorClass::{Fallback, Permanent, RetryBackoff};
        for (status, body, class, code) in [
            (408, "", RetryBackoff, code::SERVER_ERROR),
            (429, "", RetryBackoff, code::RATE_LIMITED),
            (500, "boom", RetryBackoff, code::SERVER_ERROR),
            (502, "", RetryBackoff, code::SERVER_ERROR),
            (503, "", RetryBackoff, code::OVERLOADED),
            (529, "", RetryBackoff, code::OVERLOADED),
            (599, "", RetryBackoff, code::SERVER_ERROR),
            (700, "", RetryBackoff, code::UNREADABLE_ANSWER),
            (400, "{}", Permanent, code::REQUEST_REFUSED),
            (418, "", Permanent, code::REQUEST_REFUSED),
            (
                400,
                r#"{"error":{"code":"content_filter"}}"#,
                Fallback,
                code::REFUSED,
            ),
            (
                200,
                r#"{"error":{"code":502,"message":"upstream"}}"#,
                RetryBackoff,
                code::SERVER_ERROR,
            ),
            (
                200,
                r#"{"error":{"code":429,"message":"upstream"}}"#,
                RetryBackoff,
                code::RATE_LIMITED,
            ),
            (
                200,
                r#"{"error":"out of memory"}"#,
                RetryBackoff,
                code::SERVER_ERROR,
            ),
        ] {
            check(status, body, class, code);
        }
    }

    #[test]
    fn a_call_that_is_repeated_in_the_complaint_is_no_complaint() {
        let call = r#"'messages': ['…'], 'response_format': {'type': 'json_schema'}"#;
        let filler = "the supplier shall ".repeat(30);
        let message = format!("'loc': ('body', 'n'), 'msg': 'bad', 'input': '{filler}', {call}");
        let body = serde_json::json!({ "object": "error", "message": message }).to_string();
        check(400, &body, ErrorClass::Permanent, code::REQUEST_REFUSED);
        let body = serde_json::json!({ "error": { "message": call } }).to_string();
        check(500, &body, ErrorClass::RetryBackoff, code::SERVER_ERROR);
    }

    #[test]
    fn the_servers_own_words_are_not_passed_on() {
        let body =
            r#"{"error":{"message":"Incorrect API key provided: sk-canary","code":"sk-canary"}}"#;
        for status in (300..600).chain([200]) {
            let answer = Answer {
                status,
                headers: HeaderMap::new(),
                body: body.as_bytes().to_vec(),
                first_byte_ms: 1,
                total_ms: 2,
            };
            assert!(!format!("{:?}", fault(&answer, ASKED)).contains("canary"));
        }
    }
}
