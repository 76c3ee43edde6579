//! The second reading: the text layer read by another reader, in a child of its own, and compared.

use countersign_contracts::compare::{SecondReading, compare_page, is_comparable};
use countersign_contracts::document::Page;
use tokio::time::{Duration, Instant, timeout_at};

use super::ReadRequest;
use super::start::{Messages, last_words, start};
use crate::child::Task;
use crate::error::ReadError;
use crate::wire::Message;

/// Longest that a second reading may take. It is a second opinion: pages it does not come to are
/// named, and nothing else waits for them.
const WALL: Duration = Duration::from_secs(90);

/// Reads the text layer again with the second reader and says on which of the pages read before the
/// two differ. What it can't read or does not come to is no error: it is counted.
///
/// # Errors
/// When the child could not be started, or the file is gone.
pub async fn compare_readings(
    request: &ReadRequest,
    pages: &[Page],
) -> Result<SecondReading, ReadError> {
    let comparable = |page: &&Page| is_comparable(page);
    let mut reading = SecondReading {
        pages_of_text: pages.iter().filter(comparable).count() as u32,
        ..SecondReading::default()
    };
    if reading.pages_of_text == 0 {
        return Ok(reading);
    }
    let mut child = start(request, 1, Task::ReadLayer)?;
    let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
        return Ok(reading);
    };
    let last_words = tokio::spawn(last_words(stderr));
    let deadline = Instant::now() + WALL.min(request.limits.wall);
    let mut messages = Messages::of(stdout);
    loop {
        let page_deadline = Instant::now() + request.limits.page_wall;
        let next = timeout_at(deadline.min(page_deadline), messages.next()).await;
        let Ok(Some(Message::Layer { page, words })) = next else {
            break;
        };
        let read = pages.iter().find(|p| p.number == page).filter(comparable);
        if let (Some(read), Some(words)) = (read, words) {
            reading.pages_compared += 1;
            reading.disputed.extend(compare_page(read, &words));
        }
    }
    let _ = child.kill().await;
    let _ = last_words.await;
    reading.disputed.sort_by_key(|page| page.page);
    Ok(reading)
}
