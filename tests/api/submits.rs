//! Submitting: forms and bodies, keys, files that are too large or break off.

use countersign_engine::clients::Scope;
use countersign_http::Options;
use countersign_tests::make_pdf;

use super::{Program, refused, token};
use crate::http::Answer;

const FORM: (&str, &str) = ("Content-Type", "multipart/form-data; boundary=b");
const PDF: (&str, &str) = ("Content-Type", "application/pdf");

/// A form of these parts: what stands behind `name=`, and the content.
fn form(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (about, content) in parts {
        body.extend_from_slice(b"--b\r\nContent-Disposition: form-data; name=");
        body.extend_from_slice(about.as_bytes());
        body.extend_from_slice(b"\r\n\r\n");
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--b--\r\n");
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_has_one_file_and_may_name_a_playbook() {
    let program = Program::held().await;
    let pdf = make_pdf::contract_of(1, 1);
    let file = "\"file\"; filename=\"supply.pdf\"";
    let good: &[&[(&str, &[u8])]] = &[
        &[(file, &pdf)],
        &[(file, &pdf), ("\"playbook\"", b"saas")],
        &[("\"playbook\"", b"saas"), (file, &pdf)],
    ];
    let mut ids = Vec::new();
    for parts in good {
        let answer = program
            .ask_with("POST", "/reviews", &[FORM], &form(parts))
            .await;
        assert_eq!(answer.status, 202, "{}", answer.text());
        assert_eq!(answer.json()["file"], "supply.pdf");
        ids.push(answer.json()["id"].clone());
    }
    assert_ne!(ids[0], ids[1], "another playbook, another review");
    assert_eq!(ids[1], ids[2]);
    let long = vec![b'a'; 2000];
    type Part<'a> = (&'a str, &'a [u8]);
    let bad: &[(&[Part], &str)] = &[
        (&[], "no part `file`"),
        (&[("\"playbook\"", b"saas")], "no part `file`"),
        (&[(file, &pdf), (file, &pdf)], "`file` is one too many"),
        (
            &[(file, &pdf), ("\"sender\"", b"x")],
            "`sender` is one too many",
        ),
        (&[("\"playbook\"", &long), (file, &pdf)], "too long"),
        (&[("\"playbook\"", b"\xff\xfe"), (file, &pdf)], "not text"),
    ];
    for (parts, why) in bad {
        let answer = program
            .ask_with("POST", "/reviews", &[FORM], &form(parts))
            .await;
        refused(&answer, 400, "bad_form");
        assert!(answer.text().contains(why), "{why}: {}", answer.text());
    }
    let empty = program
        .ask_with("POST", "/reviews", &[FORM], &form(&[(file, b"")]))
        .await;
    refused(&empty, 422, "empty");
    let whole = form(&[(file, &pdf)]);
    let cut = &whole[..whole.len() - 40];
    let answer = program.ask_with("POST", "/reviews", &[FORM], cut).await;
    refused(&answer, 400, "broken_upload");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_and_file_have_the_same_answer_and_another_file_is_refused() {
    let program = Program::held().await;
    let (a, b) = (make_pdf::contract_of(1, 1), make_pdf::contract_of(1, 2));
    let under = |key: &'static str, path: &'static str, body: Vec<u8>| {
        let program = &program;
        async move {
            let headers = [PDF, ("Idempotency-Key", key)];
            program.ask_with("POST", path, &headers, &body).await
        }
    };
    let answer = |answer: Answer| (answer.status, answer.json());
    let first = answer(under("k-1", "/reviews?name=a.pdf", a.clone()).await);
    assert_eq!(first.0, 202);
    assert_eq!(first.1["existing"], false);
    let again = answer(under("k-1", "/reviews?name=a.pdf", a.clone()).await);
    assert_eq!(again, first, "not even `existing` is another");
    let no_key = program
        .ask_with("POST", "/reviews?name=a.pdf", &[PDF], &a)
        .await
        .json();
    assert_eq!(
        (&no_key["id"], &no_key["existing"]),
        (&first.1["id"], &true.into())
    );
    for (path, body) in [
        ("/reviews?name=a.pdf", b.clone()),
        ("/reviews?name=b.pdf", a.clone()),
        ("/reviews?name=a.pdf&playbook=saas", a.clone()),
    ] {
        refused(&under("k-1", path, body).await, 409, "key_taken");
    }
    let others = under("k-2", "/reviews?name=b.pdf", b.clone()).await;
    assert_eq!(others.json()["existing"], false);

    let other = token(&program.desk, "another client", &[Scope::Submit]).await;
    let bearer = format!("Bearer {other}");
    let headers = [
        PDF,
        ("Authorization", bearer.as_str()),
        ("Idempotency-Key", "k-1"),
    ];
    let path = "/v1/reviews?name=b.pdf";
    let answer = program.desk.ask("POST", path, &headers, &b).await;
    assert_eq!(answer.status, 202, "a key belongs to its client");
    let list = program.ask("GET", "/reviews").await.json();
    assert_eq!(list["reviews"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_requests_under_one_key_at_once_one_makes_the_review() {
    let program = Program::held().await;
    let pdf = make_pdf::contract_of(1, 1);
    let headers = [PDF, ("Idempotency-Key", "one")];
    let ask = || program.ask_with("POST", "/reviews?name=a.pdf", &headers, &pdf);
    let (a, b, c, d) = tokio::join!(ask(), ask(), ask(), ask());
    for answer in [&b, &c, &d] {
        assert_eq!(answer.status, 202);
        assert_eq!(answer.json(), a.json());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_too_large_is_refused_and_not_kept() {
    let program = Program::with(Options {
        largest_upload: 10_000,
        ..Options::default()
    })
    .await;
    let head = |rest: &str| {
        format!(
            "POST /v1/reviews?name=a.pdf HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\
             Content-Type: application/pdf\r\n{rest}\r\n\r\n",
            program.desk.address, program.token
        )
    };
    // Refused by its length alone: none of it is sent.
    let said = program
        .desk
        .send(head("Content-Length: 999999999999").as_bytes())
        .await;
    refused(&said, 413, "too_large");
    // Without a length it is refused when it has become too large.
    let mut chunked = head("Transfer-Encoding: chunked").into_bytes();
    for _ in 0..200 {
        chunked.extend_from_slice(b"3e8\r\n");
        chunked.extend_from_slice(&[b'a'; 1000]);
        chunked.extend_from_slice(b"\r\n");
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    refused(&program.desk.send(&chunked).await, 413, "too_large");
    let large = form(&[("\"file\"; filename=\"a.pdf\"", &[b'a'; 10_001])]);
    let answer = program.ask_with("POST", "/reviews", &[FORM], &large).await;
    refused(&answer, 413, "too_large");
    let around = form(&[("\"file\"; filename=\"a.pdf\"", &[b'a'; 100_000])]);
    let request = [
        head("Transfer-Encoding: chunked")
            .replace("application/pdf", FORM.1)
            .into_bytes(),
        format!("{:x}\r\n", around.len()).into_bytes(),
        around,
        b"\r\n0\r\n\r\n".to_vec(),
    ]
    .concat();
    let answer = program.desk.send(&request).await;
    refused(&answer, 413, "too_large");
    assert_eq!(program.kept_bytes(), 0, "half of a file is no file");
    let answer = program
        .ask_with("POST", "/reviews", &[PDF], &[b'a'; 10_000])
        .await;
    assert_eq!(answer.status, 202, "the largest that is taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_breaks_off_leaves_nothing_behind() {
    let program = Program::held().await;
    let request = format!(
        "POST /v1/reviews?name=a.pdf HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\
         Content-Type: application/pdf\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n%PDF-\r\nnonsense\r\n",
        program.desk.address, program.token
    );
    let answer = program.desk.send(request.as_bytes()).await;
    refused(&answer, 400, "broken_upload");
    assert_eq!(program.kept_bytes(), 0);
    let list = program.ask("GET", "/reviews").await.json();
    assert_eq!(list["reviews"].as_array().unwrap().len(), 0);
}
