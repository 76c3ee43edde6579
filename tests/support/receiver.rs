//! A receiver of webhooks on loopback: keeps what it is sent, and answers as it is told.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What it says to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// A status, with these headers.
    Status(u16, Vec<(String, String)>),
    /// Nothing, for as long as the other side waits.
    Hang,
}

impl Reply {
    /// A status alone.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::Status(status, Vec::new())
    }
}

/// A message as it came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Received {
    /// `POST /hook`.
    pub line: String,
    /// Names in small letters.
    pub headers: Vec<(String, String)>,
    /// As it is signed.
    pub body: String,
}

impl Received {
    /// A header's value; empty when there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }
}

#[derive(Debug, Default)]
struct Book {
    replies: VecDeque<Reply>,
    received: Vec<Received>,
}

/// A running receiver; it stops when dropped.
#[derive(Debug)]
pub struct Receiver {
    address: SocketAddr,
    book: Arc<Mutex<Book>>,
    count: watch::Receiver<usize>,
    task: JoinHandle<()>,
}

impl Receiver {
    /// Listens on loopback; what has no reply in the list is taken.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(replies: impl IntoIterator<Item = Reply>) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let book = Arc::new(Mutex::new(Book {
            replies: replies.into_iter().collect(),
            received: Vec::new(),
        }));
        let (counted, count) = watch::channel(0);
        let task = tokio::spawn({
            let book = Arc::clone(&book);
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(answer(stream, Arc::clone(&book), counted.clone()));
                }
            }
        });
        Ok(Self {
            address,
            book,
            count,
            task,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Answers so from now on, one after the other; then takes what comes.
    pub fn follow(&self, replies: impl IntoIterator<Item = Reply>) {
        book(&self.book).replies = replies.into_iter().collect();
    }

    /// What came until now.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        book(&self.book).received.clone()
    }

    /// Waits until so many messages have come.
    pub async fn until(&self, count: usize) {
        // Its task lives as long as this does.
        let _ = self.count.clone().wait_for(|now| *now >= count).await;
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn book(book: &Mutex<Book>) -> MutexGuard<'_, Book> {
    book.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn answer(mut stream: TcpStream, shared: Arc<Mutex<Book>>, counted: watch::Sender<usize>) {
    let Some(received) = read(&mut stream).await else {
        return;
    };
    let reply = {
        let mut book = book(&shared);
        book.received.push(received);
        counted.send_replace(book.received.len());
        book.replies.pop_front().unwrap_or(Reply::status(204))
    };
    match reply {
        Reply::Status(status, headers) => {
            let mut head =
                format!("HTTP/1.1 {status} Said\r\ncontent-length: 0\r\nconnection: close\r\n");
            for (name, value) in headers {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
            head.push_str("\r\n");
            // Whoever is gone by now needs no answer.
            let _ = stream.write_all(head.as_bytes()).await;
        }
        Reply::Hang => {
            let mut rest = Vec::new();
            // Ends when the other side closes.
            let _ = stream.read_to_end(&mut rest).await;
        }
    }
}

/// One request with its body; none when the other side ends before.
async fn read(stream: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    loop {
        if let Some(received) = parse(&bytes) {
            return Some(received);
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}

fn parse(bytes: &[u8]) -> Option<Received> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut request = httparse::Request::new(&mut headers);
    let httparse::Status::Complete(start) = request.parse(bytes).ok()? else {
        return None;
    };
    let headers: Vec<(String, String)> = request
        .headers
        .iter()
        .map(|header| {
            let value = String::from_utf8_lossy(header.value).into_owned();
            (header.name.to_ascii_lowercase(), value)
        })
        .collect();
    let mut received = Received {
        line: format!("{} {}", request.method?, request.path?),
        headers,
        body: String::new(),
    };
    let length: usize = received.header("content-length").parse().ok()?;
    let body = bytes.get(start..start + length)?;
    received.body = String::from_utf8_lossy(body).into_owned();
    Some(received)
}
