//! Spans for a collector: sent where a person names one, and nothing of a contract among them.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use countersign_tests::make_pdf::{Options, typeset};

use crate::cli::{Desk, text};

const CANARY: &str = "Quokkafold";

/// A collector on loopback that keeps what it is sent.
struct Collector {
    address: String,
    bodies: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Collector {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let collector = Self {
            address: format!("http://{}", listener.local_addr().unwrap()),
            bodies: Arc::default(),
        };
        let bodies = Arc::clone(&collector.bodies);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                while let Some(body) = request(&stream) {
                    bodies.lock().unwrap().push(body);
                    let mut answer = &stream;
                    let done = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
                    if answer.write_all(done).is_err() {
                        break;
                    }
                }
            }
        });
        collector
    }

    fn received(&self) -> Vec<u8> {
        self.bodies.lock().unwrap().concat()
    }
}

/// The body of the next request for spans; nothing when the connection is closed.
fn request(mut stream: &TcpStream) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.extend_from_slice(&byte);
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    assert!(head.starts_with("post /v1/traces "), "{head}");
    let length = head.split("content-length: ").nth(1).unwrap();
    let length = length.lines().next().unwrap().trim().parse().unwrap();
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(body)
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn reviewed(collector: &str) -> Desk {
    let desk = Desk::new();
    review(&desk, collector);
    desk
}

fn review(desk: &Desk, collector: &str) {
    let words = format!("The Supplier may terminate {CANARY} at any time without cause.");
    let file = desk.file(
        &format!("{CANARY}.pdf"),
        &typeset(&words, &Options::default()),
    );
    let out = desk.folder.path().join("out");
    let arguments = [
        "review".as_ref(),
        file.as_os_str(),
        "--out".as_ref(),
        out.as_os_str(),
    ];
    let mut command = desk.command(&arguments);
    let output = command.env("COUNTERSIGN_OTLP", collector).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
}

#[test]
fn a_collector_that_is_named_is_sent_the_steps_and_no_word_of_a_contract() {
    let collector = Collector::start();
    let desk = reviewed(&collector.address);
    let received = collector.received();
    for name in [
        "read",
        "chunk",
        "judge",
        "deliver",
        "countersign.step.outcome",
        "completed",
    ] {
        assert!(
            holds(&received, name.as_bytes()),
            "no {name} among the spans"
        );
    }
    let id: uuid::Uuid = desk.list()[0]["id"].as_str().unwrap().parse().unwrap();
    assert!(
        holds(&received, id.as_bytes()),
        "the review's id is the trace's"
    );
    assert!(
        !holds(&received, CANARY.as_bytes()),
        "a word of the contract was sent"
    );
}

#[test]
fn without_a_name_nothing_is_sent_and_a_wrong_one_keeps_nobody_from_working() {
    let collector = Collector::start();
    for address in ["", "nowhere", "http://127.0.0.1:1"] {
        reviewed(address);
    }
    assert!(collector.received().is_empty());
}

#[test]
fn while_nothing_may_leave_a_collector_is_sent_nothing() {
    let collector = Collector::start();
    let desk = Desk::new();
    let said = |arguments: &[&str]| {
        let output = desk.run(arguments);
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    assert!(said(&["settings", "offline"]).starts_with("offline off"));
    assert!(said(&["settings", "offline", "on"]).starts_with("offline on"));
    review(&desk, &collector.address);
    assert!(collector.received().is_empty());
    assert!(
        said(&["settings", "offline"]).starts_with("offline on"),
        "it stays"
    );
    assert!(said(&["settings", "offline", "off"]).starts_with("offline off"));
}
