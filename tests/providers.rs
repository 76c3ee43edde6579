//! The providers' edge against a server that fails on purpose: each fault has its class, and is paid for
//! in the books when it was paid for at the provider.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use countersign_providers::{
    EmbedRequest, ErrorClass, Finish, ModelRequest, Preset, Provider, ProviderConfig,
    ProviderError, ReplySchema, SchemaMode, Secret, Timeouts, WayOut, WireFormat, code, open,
    parse_reply,
};
use countersign_tests::fault_server::process::FaultProcess;
use countersign_tests::fault_server::{
    Fault, FaultServer, Format, Ledger, Options, Script, answers,
};
use serde::Deserialize;
use serde_json::{Value, json};

/// Planted where nothing may come out again.
const KEY_CANARY: &str = "sk-canary-4711";
const TEXT_CANARY: &str = "Canary liability is unlimited.";

/// Long enough for the busiest machine; only tests of waiting wait less.
const PATIENT: Timeouts = Timeouts {
    connect_ms: 20_000,
    first_byte_ms: 20_000,
    idle_ms: 20_000,
    whole_ms: 20_000,
};

/// Each wire, and what the server calls it.
const WIRES: [(WireFormat, Format); 3] = [
    (WireFormat::OpenAi, Format::OpenAi),
    (WireFormat::Anthropic, Format::Anthropic),
    (WireFormat::Gemini, Format::Gemini),
];

/// Whether a failed call costs.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Cost {
    Nothing,
    AsCounted,
    AsEstimated,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Reading {
    clauses: Vec<Clause>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Clause {
    quote: String,
}

fn config(base_url: &str, timeouts: Timeouts) -> ProviderConfig {
    let mut config: ProviderConfig = serde_json::from_value(json!({
        "id": "fault",
        "name": "Fault server",
        "base_url": base_url,
        "model": "small",
    }))
    .unwrap();
    config.timeouts = timeouts;
    config
}

fn open_config(config: &ProviderConfig) -> Arc<dyn Provider> {
    let key = Some(Secret::new(KEY_CANARY));
    open(config, key, &WayOut::default()).unwrap()
}

fn client(base_url: &str, timeouts: Timeouts) -> Arc<dyn Provider> {
    open_config(&config(base_url, timeouts))
}

/// A client that speaks this wire to a server.
fn client_of(
    server: &FaultServer,
    (wire, format): (WireFormat, Format),
    timeouts: Timeouts,
) -> Arc<dyn Provider> {
    let mut config = config(&server.url_of(format), timeouts);
    config.wire = wire;
    open_config(&config)
}

fn question() -> ModelRequest {
    ModelRequest {
        model: "small".to_owned(),
        system: "Read the clauses.".to_owned(),
        user: format!("<<<DOCUMENT\n1. Price. {TEXT_CANARY}\nDOCUMENT>>>"),
        schema: Some(ReplySchema {
            name: "clauses".to_owned(),
            schema: json!({ "type": "object" }),
        }),
        max_output_tokens: 500,
        temperature: 0.0,
        seed: Some(1),
    }
}

async fn server(script: Script) -> FaultServer {
    let options = Options {
        script,
        ..Options::default()
    };
    FaultServer::start(options).await.unwrap()
}

/// Asks once under a fault and reads the answer as the engine does.
async fn ask(
    wire: (WireFormat, Format),
    fault: Fault,
    timeouts: Timeouts,
) -> Result<Reading, ProviderError> {
    let server = server(Script::of([fault])).await;
    let client = client_of(&server, wire, timeouts);
    let reply = client.complete(&question()).await;
    assert_eq!(server.ledger().calls.len(), 1, "asked once, never again");
    parse_reply(&reply?)
}

/// What a fault has to become.
struct Expected {
    class: ErrorClass,
    code: &'static str,
    status: Option<u16>,
    cost: Cost,
}

/// On each wire.
async fn check(fault: Fault, timeouts: Timeouts, expected: Expected) {
    for wire in WIRES {
        let error = ask(wire, fault.clone(), timeouts).await.unwrap_err();
        let context = format!("{fault:?} on {wire:?}");
        assert_eq!(error.class, expected.class, "{context}");
        assert_eq!(error.code, expected.code, "{context}");
        assert_eq!(error.http_status, expected.status, "{context}");
        let cost = match error.usage {
            None => Cost::Nothing,
            Some(usage) if usage.estimated => Cost::AsEstimated,
            Some(_) => Cost::AsCounted,
        };
        assert_eq!(cost, expected.cost, "{context}");
        let printed = format!("{error} {error:?}").to_lowercase();
        assert!(!printed.contains("canary"), "{printed}");
    }
}

#[tokio::test]
async fn a_status_becomes_its_class() {
    use ErrorClass::{Fallback, Permanent, RetryAfter, RetryBackoff, Shrink, UserAction};
    let date = ("date", "Mon, 12 Jan 2026 08:00:00 GMT");
    let later = ("retry-after", "Mon, 12 Jan 2026 08:00:09 GMT");
    let coded = |status, code| Fault::error(status, json!({ "error": { "code": code } }));
    let cases = [
        (
            Fault::status(429, &[("retry-after", "7")]),
            RetryAfter { ms: 7_000 },
            code::RATE_LIMITED,
        ),
        (
            Fault::status(429, &[date, later]),
            RetryAfter { ms: 9_000 },
            code::RATE_LIMITED,
        ),
        (
            Fault::status(429, &[("retry-after-ms", "250")]),
            RetryAfter { ms: 250 },
            code::RATE_LIMITED,
        ),
        (
            Fault::status(429, &[("x-ratelimit-reset-tokens", "1m2s")]),
            RetryAfter { ms: 62_000 },
            code::RATE_LIMITED,
        ),
        (Fault::status(429, &[]), RetryBackoff, code::RATE_LIMITED),
        (
            coded(429, "insufficient_quota"),
            UserAction,
            code::OUT_OF_CREDIT,
        ),
        (Fault::status(500, &[]), RetryBackoff, code::SERVER_ERROR),
        (Fault::status(502, &[]), RetryBackoff, code::SERVER_ERROR),
        (
            Fault::status(503, &[("retry-after", "3")]),
            RetryAfter { ms: 3_000 },
            code::OVERLOADED,
        ),
        (Fault::status(529, &[]), RetryBackoff, code::OVERLOADED),
        (Fault::status(401, &[]), UserAction, code::KEY_REFUSED),
        (Fault::status(402, &[]), UserAction, code::OUT_OF_CREDIT),
        (Fault::status(403, &[]), UserAction, code::NOT_ALLOWED),
        (Fault::status(404, &[]), UserAction, code::MODEL_UNKNOWN),
        (Fault::status(418, &[]), Permanent, code::REQUEST_REFUSED),
        (
            coded(400, "context_length_exceeded"),
            Shrink,
            code::CONTEXT_EXCEEDED,
        ),
        (coded(400, "content_filter"), Fallback, code::REFUSED),
        (
            Fault::error(400, json!({ "error": "unknown field response_format" })),
            Fallback,
            code::SCHEMA_UNSUPPORTED,
        ),
    ];
    for (fault, class, code) in cases {
        let Fault::Status { status, .. } = fault else {
            panic!("not a status: {fault:?}");
        };
        let expected = Expected {
            class,
            code,
            status: Some(status),
            cost: Cost::Nothing,
        };
        check(fault, PATIENT, expected).await;
    }
}

#[tokio::test]
async fn a_broken_answer_becomes_its_class_and_its_cost() {
    use Cost::{AsCounted, AsEstimated, Nothing};
    use ErrorClass::{Fallback, RepairPrompt, RetryBackoff, Shrink};
    let cases = [
        (
            Fault::TruncatedJson,
            RetryBackoff,
            code::UNREADABLE_ANSWER,
            AsEstimated,
        ),
        (
            Fault::InvalidJson,
            RetryBackoff,
            code::UNREADABLE_ANSWER,
            AsEstimated,
        ),
        (
            Fault::ForeignJson,
            RetryBackoff,
            code::UNREADABLE_ANSWER,
            AsEstimated,
        ),
        (
            Fault::ResetMidBody,
            RetryBackoff,
            code::CONNECTION_LOST,
            AsEstimated,
        ),
        (
            Fault::ErrorInSuccess,
            RetryBackoff,
            code::SERVER_ERROR,
            Nothing,
        ),
        (
            Fault::EmptyChoices,
            RetryBackoff,
            code::EMPTY_REPLY,
            AsCounted,
        ),
        (
            Fault::EmptyContent,
            RetryBackoff,
            code::EMPTY_REPLY,
            AsCounted,
        ),
        (Fault::Length, Shrink, code::CUT_OFF, AsCounted),
        (Fault::Refusal, Fallback, code::REFUSED, AsCounted),
        (Fault::ContentFilter, Fallback, code::REFUSED, AsCounted),
        (
            Fault::SchemaViolation,
            RepairPrompt,
            code::NOT_THE_SCHEMA,
            AsCounted,
        ),
    ];
    for (fault, class, code, cost) in cases {
        let expected = Expected {
            class,
            code,
            status: Some(200),
            cost,
        };
        check(fault, PATIENT, expected).await;
    }
}

#[tokio::test]
async fn a_connection_closed_without_an_answer_costs_nothing() {
    let expected = Expected {
        class: ErrorClass::RetryBackoff,
        code: code::CONNECTION_LOST,
        status: None,
        cost: Cost::Nothing,
    };
    check(Fault::CloseBeforeHeaders, PATIENT, expected).await;
}

#[tokio::test]
async fn every_silence_ends() {
    let soon = 150;
    let cases = [
        (
            Fault::HangBeforeHeaders,
            Timeouts {
                first_byte_ms: soon,
                ..PATIENT
            },
            None,
        ),
        (
            Fault::HangAfterHeaders,
            Timeouts {
                idle_ms: soon,
                ..PATIENT
            },
            Some(200),
        ),
        (
            Fault::Drip { every_ms: 10 },
            Timeouts {
                whole_ms: soon,
                ..PATIENT
            },
            None,
        ),
    ];
    for (fault, timeouts, status) in cases {
        let expected = Expected {
            class: ErrorClass::RetryBackoff,
            code: code::TIMED_OUT,
            status,
            cost: Cost::AsEstimated,
        };
        check(fault, timeouts, expected).await;
    }
}

#[tokio::test]
async fn an_answer_without_end_is_not_taken() {
    let expected = Expected {
        class: ErrorClass::Permanent,
        code: code::TOO_LARGE_ANSWER,
        status: Some(200),
        cost: Cost::AsEstimated,
    };
    check(Fault::Endless, PATIENT, expected).await;
}

#[tokio::test]
async fn while_the_way_out_is_shut_nothing_connects_and_what_is_under_way_is_cut_off() {
    let way = WayOut::default();
    let server = server(Script::of([Fault::HangBeforeHeaders])).await;
    let key = Some(Secret::new(KEY_CANARY));
    let client = open(&config(&server.base_url(), PATIENT), key, &way).unwrap();
    let question = question();
    let shut_when_asked = async {
        while server.ledger().calls.is_empty() {
            tokio::task::yield_now().await;
        }
        way.shut(true);
    };
    let (cut_off, ()) = tokio::join!(client.complete(&question), shut_when_asked);
    let cut_off = cut_off.unwrap_err();
    assert_eq!(
        (cut_off.code, cut_off.class),
        (code::OFFLINE, ErrorClass::Fallback)
    );
    assert!(cut_off.usage.is_some(), "it may have been paid for");

    let embedding = EmbedRequest {
        model: "vectors".to_owned(),
        texts: vec!["a".to_owned()],
    };
    for refused in [
        client.complete(&question).await.map(drop),
        client.embed(&embedding).await.map(drop),
        client.list_models().await.map(drop),
    ] {
        let refused = refused.unwrap_err();
        assert_eq!((refused.code, refused.usage), (code::OFFLINE, None));
        assert!(refused.message.contains("nothing may leave"), "{refused}");
    }
    assert_eq!(server.ledger().calls.len(), 1, "nobody was asked meanwhile");
    way.shut(false);
    assert!(client.complete(&question).await.is_ok());
}

#[tokio::test]
async fn redirections_are_not_followed() {
    let expected = Expected {
        class: ErrorClass::UserAction,
        code: code::REDIRECTED,
        status: Some(307),
        cost: Cost::Nothing,
    };
    let fault = Fault::status(307, &[("location", "/v1/chat/completions")]);
    check(fault, PATIENT, expected).await;
}

#[tokio::test]
async fn a_server_that_is_not_running_is_asked_after() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let client = client(&format!("http://{port}/v1"), PATIENT);
    let error = client.complete(&question()).await.unwrap_err();
    assert_eq!(error.code, code::NOT_RUNNING);
    assert_eq!(error.class, ErrorClass::Fallback);
    assert_eq!(error.usage, None);
    assert!(
        error.message.contains("Is Fault server running?"),
        "{error}"
    );
}

#[tokio::test]
async fn a_local_server_that_does_not_encrypt_is_told_from_one_that_is_not_running() {
    let server = server(Script::default()).await;
    let address = server.base_url().replace("http://", "https://");
    let client = client(&address, PATIENT);
    let error = client.complete(&question()).await.unwrap_err();
    assert_eq!(error.code, code::BAD_SETTINGS);
    assert_eq!(error.class, ErrorClass::UserAction);
    assert!(error.message.contains("http://"), "{error}");
}

#[tokio::test]
async fn good_answers_are_read_whatever_stands_around_them() {
    let expected = Reading {
        clauses: vec![Clause {
            quote: TEXT_CANARY.to_owned(),
        }],
    };
    for wire in WIRES {
        for fault in [Fault::good(), Fault::Prose, Fault::Fenced] {
            let reading = ask(wire, fault.clone(), PATIENT).await.unwrap();
            assert_eq!(reading, expected, "{fault:?} on {wire:?}");
        }
    }
}

#[tokio::test]
async fn a_good_reply_says_what_it_cost_and_what_limits_there_are() {
    let headers = [
        ("x-ratelimit-limit-tokens", "90000"),
        ("x-ratelimit-remaining-tokens", "89000"),
        ("x-ratelimit-reset-tokens", "600ms"),
    ];
    let fault = Fault::Good {
        headers: headers
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
    };
    for wire in WIRES {
        let server = server(Script::of([fault.clone()])).await;
        let client = client_of(&server, wire, PATIENT);
        let reply = client.complete(&question()).await.unwrap();
        assert_eq!(reply.finish, Finish::Stop);
        assert_eq!(reply.response_id.as_deref(), Some("fault-1"));
        assert_eq!((reply.http_status, reply.model.as_str()), (200, "small"));
        assert!(!reply.usage.estimated && reply.usage.input_tokens > 8);
        assert_eq!(reply.limits.tokens.remaining, Some(89_000));
        assert_eq!(reply.limits.tokens.reset_ms, Some(600));
        assert!(reply.first_byte_ms <= reply.total_ms);
    }
}

#[tokio::test]
async fn a_key_goes_into_the_header_of_its_wire() {
    for (wire, header) in WIRES
        .into_iter()
        .zip(["authorization", "x-api-key", "x-goog-api-key"])
    {
        let server = server(Script::default()).await;
        let client = client_of(&server, wire, PATIENT);
        client.complete(&question()).await.unwrap();
        assert_eq!(server.ledger().calls[0].key_in, [header], "{wire:?}");
    }
}

#[tokio::test]
async fn counts_that_are_missing_or_impossible_are_estimated_upwards() {
    for wire in WIRES {
        for fault in [Fault::NoUsage, Fault::WrongUsage] {
            let server = server(Script::of([fault.clone(), Fault::good()])).await;
            let client = client_of(&server, wire, PATIENT);
            let estimated = client.complete(&question()).await.unwrap().usage;
            let counted = client.complete(&question()).await.unwrap().usage;
            let context = format!("{fault:?} on {wire:?}");
            assert!(estimated.estimated && !counted.estimated, "{context}");
            assert!(
                estimated.output_tokens >= counted.output_tokens,
                "{context}"
            );
        }
    }
}

#[tokio::test]
async fn the_schema_is_asked_for_as_the_settings_say() {
    for ((wire, format), (mode, in_format, in_words)) in WIRES.into_iter().flat_map(|wire| {
        [
            (SchemaMode::JsonSchema, true, false),
            (SchemaMode::Tool, true, false),
            (SchemaMode::JsonObject, false, true),
            (SchemaMode::None, false, true),
        ]
        .map(|mode| (wire, mode))
    }) {
        let options = Options {
            answer: Arc::new(|question: &answers::Question| {
                json!({ "schema": question.schema, "system": question.system }).to_string()
            }),
            ..Options::default()
        };
        let server = FaultServer::start(options).await.unwrap();
        let mut config = config(&server.url_of(format), PATIENT);
        config.schema_mode = mode;
        config.wire = wire;
        let client = open(&config, None, &WayOut::default()).unwrap();
        let reply = client.complete(&question()).await.unwrap();
        let heard: Value = parse_reply(&reply).unwrap();
        let context = format!("{mode:?} on {wire:?}");
        assert_eq!(heard["schema"].is_object(), in_format, "{context}");
        let system = heard["system"].as_str().unwrap();
        assert!(system.starts_with("Read the clauses."), "{context}");
        assert_eq!(
            system.contains(r#"{"type":"object"}"#),
            in_words,
            "{context}"
        );
    }
}

/// An answer as a provider's documentation shows it, and what it has to become.
#[derive(Deserialize)]
struct Fixture {
    wire: WireFormat,
    about: String,
    #[serde(default)]
    schema_mode: SchemaMode,
    status: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Value,
    expected: Outcome,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Reply {
        text: String,
        finish: Finish,
        input: u64,
        output: u64,
        cached: u64,
        model: String,
        id: Option<String>,
        estimated: bool,
    },
    Error {
        class: ErrorClass,
        code: String,
    },
}

#[tokio::test]
async fn what_the_providers_document_is_read_as_they_mean_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/wires");
    let mut read = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let fixture: Fixture = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let context = format!("{}: {}", path.display(), fixture.about);
        let fault = Fault::Status {
            status: fixture.status,
            headers: fixture.headers,
            body: Some(fixture.body),
        };
        let server = server(Script::of([fault])).await;
        let (_, format) = WIRES
            .into_iter()
            .find(|(wire, _)| *wire == fixture.wire)
            .unwrap();
        let mut config = config(&server.url_of(format), PATIENT);
        (config.wire, config.schema_mode) = (fixture.wire, fixture.schema_mode);
        let client = open_config(&config);
        let outcome = match client.complete(&question()).await {
            Ok(reply) => Outcome::Reply {
                text: reply.text,
                finish: reply.finish,
                // Our own counts follow the question, which no fixture knows.
                input: if reply.usage.estimated {
                    0
                } else {
                    reply.usage.input_tokens
                },
                output: if reply.usage.estimated {
                    0
                } else {
                    reply.usage.output_tokens
                },
                cached: reply.usage.cached_tokens,
                model: reply.model,
                id: reply.response_id,
                estimated: reply.usage.estimated,
            },
            Err(error) => Outcome::Error {
                class: error.class,
                code: error.code.to_owned(),
            },
        };
        assert_eq!(outcome, fixture.expected, "{context}");
        read += 1;
    }
    assert!(read >= 40, "{read} fixtures");
}

/// What a preset sends, and the header its key goes into.
async fn heard(preset: &str) -> (Value, Vec<String>) {
    let options = Options {
        answer: Arc::new(|question: &answers::Question| question.body.to_string()),
        ..Options::default()
    };
    let server = FaultServer::start(options).await.unwrap();
    let mut config = Preset::find(preset).unwrap().config("mine", "small");
    let (_, format) = WIRES
        .into_iter()
        .find(|(wire, _)| *wire == config.wire)
        .unwrap();
    config.base_url = server.url_of(format);
    let client = open_config(&config);
    let reply = client.complete(&question()).await.unwrap();
    let key_in = server.ledger().calls[0].key_in.clone();
    (parse_reply(&reply).unwrap(), key_in)
}

#[tokio::test]
async fn each_preset_is_asked_in_its_own_words() {
    for (preset, key_in, places) in [
        (
            "openai",
            "authorization",
            json!({ "/max_completion_tokens": 500, "/max_tokens": null, "/seed": 1 }),
        ),
        (
            "azure",
            "api-key",
            json!({ "/max_completion_tokens": 500, "/seed": 1 }),
        ),
        (
            "mistral",
            "authorization",
            json!({ "/max_tokens": 500, "/random_seed": 1, "/seed": null }),
        ),
        (
            "openrouter",
            "authorization",
            json!({ "/provider/data_collection": "deny", "/provider/require_parameters": true }),
        ),
        (
            "anthropic",
            "x-api-key",
            json!({ "/max_tokens": 500, "/seed": null, "/system": "Read the clauses." }),
        ),
        (
            "gemini",
            "x-goog-api-key",
            json!({ "/generationConfig/maxOutputTokens": 500, "/generationConfig/seed": 1 }),
        ),
        (
            "ollama",
            "authorization",
            json!({ "/max_tokens": 500, "/seed": 1, "/provider": null }),
        ),
    ] {
        let (body, header) = heard(preset).await;
        assert_eq!(header, [key_in], "{preset}");
        for (place, expected) in places.as_object().unwrap() {
            let found = body.pointer(place).unwrap_or(&Value::Null);
            assert_eq!(found, expected, "{preset}: {place}");
        }
    }
}

#[tokio::test]
async fn each_wire_lists_its_models() {
    for wire in WIRES {
        let server = server(Script::default()).await;
        let listed = client_of(&server, wire, PATIENT).list_models().await;
        let listed = listed.unwrap();
        assert_eq!(listed[0].id, "small", "{wire:?}");
        assert_eq!(listed[0].context_tokens, Some(32_000), "{wire:?}");
        assert!(server.ledger().calls.is_empty(), "a list is no call");
    }
}

#[tokio::test]
async fn texts_become_vectors_in_their_order() {
    let request = EmbedRequest {
        model: "vectors".to_owned(),
        texts: vec!["liability".to_owned(), "price".to_owned()],
    };
    let expected = [answers::vector_of("liability"), answers::vector_of("price")];
    let [openai, anthropic, gemini] = WIRES;
    // Only OpenAI's wire says what it counted.
    for (wire, estimated) in [(openai, false), (gemini, true)] {
        let server = server(Script::default()).await;
        let client = client_of(&server, wire, PATIENT);
        let reply = client.embed(&request).await.unwrap();
        assert_eq!(reply.vectors, expected, "{wire:?}");
        assert_eq!(reply.usage.estimated, estimated, "{wire:?}");
        server.follow(Script::of([Fault::status(503, &[])]));
        let error = client.embed(&request).await.unwrap_err();
        assert_eq!(error.code, code::OVERLOADED, "{wire:?}");
    }
    let server = server(Script::default()).await;
    let client = client_of(&server, anthropic, PATIENT);
    let error = client.embed(&request).await.unwrap_err();
    assert_eq!(
        (error.class, error.code),
        (ErrorClass::Fallback, code::NO_EMBEDDINGS)
    );
    assert!(server.ledger().calls.is_empty(), "nothing was sent");
}

#[tokio::test]
async fn a_call_that_is_dropped_is_hung_up() {
    let server = server(Script::of([Fault::HangBeforeHeaders])).await;
    let client = client(&server.base_url(), PATIENT);
    let question = question();
    tokio::select! {
        biased;
        _ = until(|| !server.ledger().calls.is_empty()) => {}
        _ = client.complete(&question) => panic!("nothing was to be answered"),
    }
    until(|| server.ledger().calls[0].ended_ms.is_some()).await;
    assert!(!server.ledger().calls[0].sent);
}

#[tokio::test]
async fn a_connection_closed_between_two_calls_costs_neither_of_them() {
    let server = server(Script::of([Fault::CloseIdle, Fault::good()])).await;
    let client = client(&server.base_url(), PATIENT);
    client.complete(&question()).await.unwrap();
    client.complete(&question()).await.unwrap();
    // The server notes what it sent when the client may have it already.
    until(|| server.ledger().calls.iter().all(|call| call.sent)).await;
    assert_eq!(server.ledger().by_key.values().collect::<Vec<_>>(), [&2]);
}

#[tokio::test]
async fn settings_that_cannot_be_used_say_so_without_the_key() {
    for (base_url, key, proxy) in [
        ("http://api.example.com/v1", KEY_CANARY, None),
        ("https://canary:canary@api.example.com/v1", KEY_CANARY, None),
        ("https://api.example.com/v1", "canary\nkey", None),
        (
            "https://api.example.com/v1",
            KEY_CANARY,
            Some("socks5://canary"),
        ),
    ] {
        let mut config = config(base_url, PATIENT);
        config.proxy = proxy.map(str::to_owned);
        let error = open(&config, Some(Secret::new(key)), &WayOut::default()).unwrap_err();
        assert_eq!(error.class, ErrorClass::UserAction, "{base_url}");
        assert_eq!(error.code, code::BAD_SETTINGS, "{base_url}");
        assert!(
            !format!("{error} {error:?}").contains("canary"),
            "{error:?}"
        );
    }
    let client = client("http://127.0.0.1:1/v1", PATIENT);
    assert!(!format!("{client:?}").contains("canary"), "{client:?}");
}

#[tokio::test]
async fn the_server_counts_as_a_process_too() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("calls.jsonl");
    let log_argument = log.to_str().unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_fault_server"));
    let server = FaultProcess::start(program, &["--log", log_argument, "--next", "429"]).unwrap();
    let client = client(server.base_url(), PATIENT);
    let error = client.complete(&question()).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::RetryAfter { ms: 1_000 });
    client.complete(&question()).await.unwrap();
    server
        .follow(&Script::of([Fault::status(500, &[])]))
        .unwrap();
    let error = client.complete(&question()).await.unwrap_err();
    assert_eq!(error.code, code::SERVER_ERROR);

    let is_over = |ledger: &Ledger| ledger.calls.iter().all(|call| call.ended_ms.is_some());
    until(|| is_over(&server.ledger().unwrap())).await;
    let ledger = server.ledger().unwrap();
    assert_eq!(ledger.by_key.values().collect::<Vec<_>>(), [&3]);
    let faults: Vec<&str> = ledger
        .calls
        .iter()
        .map(|call| call.fault.as_str())
        .collect();
    assert_eq!(faults, ["429", "good", "500"]);
    let lines = std::fs::read_to_string(log).unwrap();
    assert_eq!(lines.lines().count(), 3);
}

/// Waits for something that another task brings about.
async fn until(condition: impl Fn() -> bool) {
    let patience = Duration::from_secs(20);
    let wait = async {
        while !condition() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(patience, wait).await.unwrap();
}
