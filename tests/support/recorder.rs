//! A proxy on loopback that keeps every byte that goes through it.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// Forwards connections to a server and keeps what both sides say.
#[derive(Debug)]
pub struct Recorder {
    address: SocketAddr,
    connections: Arc<Mutex<Vec<Connection>>>,
}

/// What both sides of one connection said so far.
#[derive(Debug, Clone, Default)]
struct Connection {
    up: Arc<Mutex<Vec<u8>>>,
    down: Arc<Mutex<Vec<u8>>>,
}

/// One question and its answer: their bodies, as far as they came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The request's first line.
    pub asked: String,
    /// Bytes of its body.
    pub sent: Vec<u8>,
    /// Bytes of the answer's body.
    pub received: Vec<u8>,
}

impl Recorder {
    /// Stands before the server at `base_url` (`http://127.0.0.1:PORT/…`).
    ///
    /// # Errors
    /// When no port can be had, or the address is none.
    pub fn before(base_url: &str) -> std::io::Result<Self> {
        let target = base_url.trim_start_matches("http://");
        let target: SocketAddr = target
            .split('/')
            .next()
            .and_then(|address| address.parse().ok())
            .ok_or(std::io::ErrorKind::InvalidInput)?;
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let recorder = Self {
            address: listener.local_addr()?,
            connections: Arc::default(),
        };
        let connections = Arc::clone(&recorder.connections);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect(target) else {
                    continue;
                };
                let connection = Connection::default();
                connections
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(connection.clone());
                let (Ok(up), Ok(down)) = (client.try_clone(), server.try_clone()) else {
                    continue;
                };
                thread::spawn(move || pass(up, server, &connection.up));
                thread::spawn(move || pass(down, client, &connection.down));
            }
        });
        Ok(recorder)
    }

    /// Where it stands in for the server.
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Host and port.
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// Everything that was sent, heads and all.
    pub fn sent(&self) -> Vec<u8> {
        let connections = self.connections();
        connections.iter().flat_map(|c| said(&c.up)).collect()
    }

    /// Every question with its answer, connection by connection.
    pub fn exchanges(&self) -> Vec<Exchange> {
        let mut exchanges = Vec::new();
        for connection in self.connections() {
            let questions = messages(&said(&connection.up));
            let mut answers = messages(&said(&connection.down)).into_iter();
            for (asked, sent) in questions {
                let received = answers.next().map(|(_, body)| body).unwrap_or_default();
                exchanges.push(Exchange {
                    asked,
                    sent,
                    received,
                });
            }
        }
        exchanges
    }

    fn connections(&self) -> Vec<Connection> {
        let connections = self.connections.lock();
        connections.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn said(side: &Mutex<Vec<u8>>) -> Vec<u8> {
    side.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Hands on what comes until one side is done.
fn pass(mut from: TcpStream, mut to: TcpStream, kept: &Mutex<Vec<u8>>) {
    let mut bytes = [0; 16 * 1024];
    while let Ok(count) = from.read(&mut bytes) {
        let Some(read) = bytes.get(..count).filter(|read| !read.is_empty()) else {
            break;
        };
        kept.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(read);
        if to.write_all(read).is_err() {
            break;
        }
    }
    // The other side may be gone already.
    let _ = to.shutdown(Shutdown::Write);
    let _ = from.shutdown(Shutdown::Read);
}

/// First line and body of each message.
fn messages(mut bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    while let Some(end) = position(bytes, b"\r\n\r\n") {
        let (head, rest) = bytes.split_at(end);
        let head = String::from_utf8_lossy(head).into_owned();
        let body = rest.get(4..).unwrap_or_default();
        let lower = head.to_lowercase();
        let length = lower
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"))
            .and_then(|length| length.trim().parse::<usize>().ok());
        let no_body = lower.starts_with("get ");
        let length = if no_body {
            0
        } else {
            length.unwrap_or(body.len())
        };
        let (body, next) = body.split_at(length.min(body.len()));
        let first = head.lines().next().unwrap_or_default().to_owned();
        found.push((first, body.to_vec()));
        bytes = next;
    }
    found
}

fn position(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}
