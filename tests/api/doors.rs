//! Who is let in, and what is said to everybody else.

use std::time::Duration;

use countersign_engine::clients::{Scope, Serving};
use countersign_http::Options;
use tokio::net::TcpStream;

use super::{Program, refused, token};
use crate::cli::{Desk as Shell, text};
use crate::http::Desk;

const OPERATIONS: &[(&str, &str, Scope)] = &[
    ("POST", "/v1/reviews", Scope::Submit),
    ("GET", "/v1/reviews", Scope::Read),
    ("GET", "/v1/reviews/x", Scope::Read),
    ("GET", "/v1/reviews/x/findings", Scope::Read),
    ("GET", "/v1/reviews/x/exports/pdf", Scope::Read),
    ("POST", "/v1/reviews/x/cancel", Scope::Manage),
    ("POST", "/v1/reviews/x/retry", Scope::Manage),
    ("POST", "/v1/reviews/x/pause", Scope::Manage),
    ("POST", "/v1/reviews/x/resume", Scope::Manage),
    ("DELETE", "/v1/contracts/x", Scope::Manage),
    ("GET", "/v1/playbooks", Scope::Read),
    ("GET", "/v1/events", Scope::Read),
    ("GET", "/v1/metrics", Scope::Read),
];

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_or_with_a_wrong_one_nothing_is_done() {
    let desk = Desk::new().await;
    let page = desk.token.clone();
    for (method, path, _) in OPERATIONS {
        let none = desk.ask(method, path, &[], b"").await;
        refused(&none, 401, "no_token");
        assert_eq!(none.header("WWW-Authenticate"), Some("Bearer"));
        for wrong in [
            "Bearer wrong",
            "Bearer csk_0",
            "Bearer ",
            &format!("Bearer {page}"),
        ] {
            let answer = desk
                .ask(method, path, &[("Authorization", wrong)], b"")
                .await;
            assert_eq!(answer.status, 401, "{method} {path} {wrong}");
            assert!(
                answer
                    .header("WWW-Authenticate")
                    .unwrap()
                    .starts_with("Bearer")
            );
        }
        let basic = desk
            .ask(method, path, &[("Authorization", "Basic YTpi")], b"")
            .await;
        refused(&basic, 401, "no_token");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_may_do_what_it_was_given_and_nothing_else() {
    let desk = Desk::new().await;
    for given in Scope::ALL {
        let token = token(&desk, given.word(), &[given]).await;
        let bearer = format!("Bearer {token}");
        for (method, path, needed) in OPERATIONS {
            if (*path, given) == ("/v1/events", Scope::Read) {
                // Answers for as long as somebody listens.
                continue;
            }
            let answer = desk
                .ask(method, path, &[("Authorization", &bearer)], b"")
                .await;
            if given == *needed {
                assert!(![401, 403].contains(&answer.status), "{method} {path}");
            } else {
                refused(&answer, 403, "wrong_scope");
                let challenge = answer.header("WWW-Authenticate").unwrap();
                assert_eq!(challenge, "Bearer error=\"insufficient_scope\"");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_token_is_refused_and_a_clients_token_opens_no_command() {
    let desk = Desk::new().await;
    let added = desk.engine.add_client("erp", &Scope::ALL).await.unwrap();
    let bearer = format!("Bearer {}", added.token);
    let headers = [("Authorization", bearer.as_str())];
    assert_eq!(
        desk.ask("GET", "/v1/reviews", &headers, b"").await.status,
        200
    );
    assert_eq!(desk.ask("GET", "/docs/x", &headers, b"").await.status, 401);
    let command = [headers[0], ("Content-Type", "application/json")];
    let answer = desk
        .ask("POST", "/call/list_reviews", &command, b"{}")
        .await;
    assert_eq!(answer.status, 401);
    assert!(desk.engine.revoke_client(&added.client.id).await.unwrap());
    refused(
        &desk.ask("GET", "/v1/reviews", &headers, b"").await,
        401,
        "wrong_token",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn foreign_names_and_foreign_pages_are_refused_whatever_token_they_show() {
    let program = Program::new().await;
    let foreign: &[&[(&str, &str)]] = &[
        &[("Host", "evil.example")],
        &[("Host", "127.0.0.1")],
        &[("Host", "localhost:1")],
        &[("Origin", "http://evil.example")],
        &[("Origin", "null")],
        &[("Origin", "https://localhost")],
    ];
    for headers in foreign {
        for path in ["/reviews", "/health", "/openapi.json", "/nothing"] {
            let answer = program.ask_with("GET", path, headers, b"").await;
            refused(&answer, 403, "foreign_origin");
        }
        let answer = program
            .ask_with("POST", "/reviews", headers, b"%PDF-")
            .await;
        refused(&answer, 403, "foreign_origin");
    }
    assert_eq!(program.kept_bytes(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_was_given_is_for_programs_and_not_for_the_page() {
    let hosts = vec!["reviews.example.org".to_owned()];
    let program = Program::with(Options {
        hosts,
        ..Options::default()
    })
    .await;
    let named = [("Host", "reviews.example.org")];
    assert_eq!(
        program
            .ask_with("GET", "/reviews", &named, b"")
            .await
            .status,
        200
    );
    let desk = &program.desk;
    assert_eq!(desk.ask("GET", "/", &named, b"").await.status, 403);
    let bearer = format!("Bearer {}", desk.token);
    let page = [named[0], ("Authorization", bearer.as_str())];
    assert_eq!(desk.ask("GET", "/docs/x", &page, b"").await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_not_served_to_other_computers() {
    let folder = tempfile::tempdir().unwrap();
    let config = countersign_engine::config::Config::of_this_program(folder.path().join("data"));
    let engine = countersign_engine::Engine::open(config.unwrap())
        .await
        .unwrap();
    let everywhere = Options {
        bind: "0.0.0.0".parse().unwrap(),
        ..Options::default()
    };
    let refused = countersign_http::Host::listen(engine.clone(), everywhere).await;
    assert_eq!(
        refused.unwrap_err().kind(),
        std::io::ErrorKind::InvalidInput
    );
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_the_window_programs_are_served_only_while_that_is_turned_on() {
    let desk = Desk::new().await;
    assert!(
        !desk.engine.serving().await.unwrap().on,
        "off unless it is turned on"
    );
    tokio::spawn(countersign_http::serve_while_wanted(desk.engine.clone()));
    let port = std::net::TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .unwrap()
        .port();
    for on in [true, false, true] {
        desk.engine
            .change_serving(Serving { on, port })
            .await
            .unwrap();
        let reached = tokio::time::timeout(Duration::from_secs(30), async {
            while TcpStream::connect(("127.0.0.1", port)).await.is_ok() != on {
                tokio::task::yield_now().await;
            }
        });
        reached.await.unwrap();
    }
    let window = Desk {
        address: format!("127.0.0.1:{port}"),
        ..desk
    };
    assert_eq!(window.ask("GET", "/v1/health", &[], b"").await.status, 200);
    refused(
        &window.ask("GET", "/v1/reviews", &[], b"").await,
        401,
        "no_token",
    );
    let bearer = format!("Bearer {}", window.token);
    let page = [("Authorization", bearer.as_str())];
    assert_eq!(
        window
            .ask("POST", "/call/list_reviews", &page, b"{}")
            .await
            .status,
        404
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_is_a_problem_with_a_name() {
    let program = Program::held().await;
    type Headers<'a> = &'a [(&'a str, &'a str)];
    let pdf: Headers = &[("Content-Type", "application/pdf")];
    let long = "k".repeat(256);
    let cases: &[(&str, &str, Headers, u16, &str)] = &[
        ("GET", "/", &[], 404, "nothing_here"),
        ("GET", "/nothing", &[], 404, "nothing_here"),
        ("GET", "/reviews/", &[], 404, "nothing_here"),
        ("GET", "/reviews/../metrics", &[], 404, "nothing_here"),
        ("PUT", "/reviews", &[], 405, "wrong_method"),
        ("GET", "/reviews/x/cancel", &[], 405, "wrong_method"),
        ("GET", "/reviews/x", &[], 404, "no_such_review"),
        (
            "GET",
            "/reviews/%2e%2e%2f%2e%2e",
            &[],
            404,
            "no_such_review",
        ),
        ("GET", "/reviews/%ff", &[], 404, "nothing_here"),
        ("GET", "/reviews?limit=0", &[], 400, "bad_parameter"),
        ("GET", "/reviews?limit=201", &[], 400, "bad_parameter"),
        ("GET", "/reviews?limit=many", &[], 400, "bad_parameter"),
        ("GET", "/reviews?limit=1&limit=2", &[], 400, "bad_parameter"),
        (
            "GET",
            "/reviews?cursor=x'%20or%201=1",
            &[],
            400,
            "bad_parameter",
        ),
        (
            "GET",
            "/events",
            &[("Last-Event-ID", "soon")],
            400,
            "bad_parameter",
        ),
        (
            "GET",
            "/events",
            &[("Last-Event-ID", "-1")],
            400,
            "bad_parameter",
        ),
        (
            "DELETE",
            "/contracts/x?and_backups=perhaps",
            &[],
            400,
            "bad_parameter",
        ),
        ("POST", "/reviews", pdf, 422, "empty"),
        (
            "POST",
            "/reviews",
            &[("Content-Type", "text/x-python")],
            415,
            "unknown_media_type",
        ),
        (
            "POST",
            "/reviews",
            &[("Content-Type", "application/json")],
            415,
            "unknown_media_type",
        ),
        (
            "POST",
            "/reviews",
            &[("Content-Type", "multipart/form-data")],
            400,
            "bad_form",
        ),
        (
            "POST",
            "/reviews",
            &[pdf[0], ("Idempotency-Key", "")],
            400,
            "bad_key",
        ),
        (
            "POST",
            "/reviews",
            &[pdf[0], ("Idempotency-Key", "two words")],
            400,
            "bad_key",
        ),
        (
            "POST",
            "/reviews",
            &[pdf[0], ("Idempotency-Key", &long)],
            400,
            "bad_key",
        ),
        (
            "POST",
            "/reviews",
            &[pdf[0], ("Idempotency-Key", "a"), ("Idempotency-Key", "b")],
            400,
            "bad_key",
        ),
    ];
    for (method, path, headers, status, code) in cases {
        let answer = program.ask_with(method, path, headers, b"").await;
        assert_eq!(answer.status, *status, "{method} {path} {}", answer.text());
        refused(&answer, *status, code);
    }
    let wrong = program.ask("PUT", "/reviews").await;
    let mut allowed: Vec<&str> = wrong.header("Allow").unwrap().split(',').collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["GET", "HEAD", "POST"]);
    let id = program.submit("a.pdf", b"%PDF-1.7 a").await;
    let answer = program
        .ask("GET", &format!("/reviews/{id}/exports/exe"))
        .await;
    refused(&answer, 404, "no_such_format");
    let path = "/reviews?name=a.pdf&playbook=nobodys";
    let answer = program.ask_with("POST", path, pdf, b"%PDF-1.7 b").await;
    refused(&answer, 422, "no_such_playbook");
}

#[test]
fn clients_are_added_listed_and_revoked_from_the_terminal() {
    let shell = Shell::new();
    let added = shell.run(&["client", "add", "erp", "--scope", "read,manage"]);
    assert!(added.status.success(), "{}", text(&added.stderr));
    let token = text(&added.stdout).trim().to_owned();
    assert!(token.starts_with("csk_") && token.len() == 68, "{token}");
    let twice = shell.run(&["client", "add", "erp"]);
    assert!(text(&twice.stderr).contains("there is a client erp already"));
    let list = || text(&shell.run(&["client", "list"]).stdout);
    assert!(
        list().contains("erp") && list().contains("read, manage") && list().contains("never used")
    );
    assert!(shell.run(&["client", "revoke", "erp"]).status.success());
    assert!(list().contains("revoked"));
    assert_eq!(
        shell.run(&["client", "revoke", "erp"]).status.code(),
        Some(1)
    );
    let json = shell.run(&["client", "list", "--json"]);
    assert!(!text(&json.stdout).contains(&token));
    for entry in std::fs::read_dir(shell.data()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes
                .windows(token.len())
                .any(|part| part == token.as_bytes());
            assert!(!found, "{} holds the token", path.display());
        }
    }
}
