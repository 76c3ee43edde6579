//! Pages and parts of them as pictures, drawn by a child.

use countersign_contracts::document::Bbox;
use tokio::time::{Instant, timeout_at};

use super::ReadRequest;
use super::start::{Messages, last_words, start};
use crate::child::Task;
use crate::error::ReadError;
use crate::picture::Picture;
use crate::wire::Message;

/// Dots an inch of the picture of a spot: print is easy to read on it.
const DOTS_OF_SPOT: u32 = 130;
/// Points shown around a spot.
const AROUND: f32 = 30.0;
/// A spot's picture is at least so many points wide and high.
const SMALLEST: (f32, f32) = (240.0, 70.0);

/// A part of a page as a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Spot {
    /// A PNG file.
    pub png: Vec<u8>,
    /// What it shows of the page.
    pub area: Bbox,
}

/// A page drawn by a child of its own; `None` when it can't be.
pub(super) async fn draw(
    request: &ReadRequest,
    number: u32,
    dots: u32,
) -> Result<Option<Picture>, ReadError> {
    let mut child = start(request, number, Task::Draw { dots })?;
    let Some(stdout) = child.stdout.take() else {
        return Ok(None);
    };
    // Nothing it says is needed, and it must not wait for a reader.
    let last_words = child.stderr.take().map(|e| tokio::spawn(last_words(e)));
    let deadline = Instant::now() + request.limits.page_wall;
    let mut messages = Messages::of(stdout);
    let message = timeout_at(deadline, messages.next()).await.ok().flatten();
    let _ = child.kill().await;
    if let Some(last_words) = last_words {
        let _ = last_words.await;
    }
    Ok(match message {
        Some(Message::Drawn(picture)) => Some(picture),
        _ => None,
    })
}

/// The part of a page around a place, as it is shown; `None` when it can't be drawn, as of a file
/// that has no pages.
///
/// # Errors
/// When the file is gone or the child could not be started.
pub async fn draw_spot(
    request: &ReadRequest,
    page: u32,
    place: Bbox,
) -> Result<Option<Spot>, ReadError> {
    let Some(picture) = draw(request, page, DOTS_OF_SPOT).await? else {
        return Ok(None);
    };
    let size = (
        picture.width as f32 / picture.scale,
        picture.height as f32 / picture.scale,
    );
    let area = around(place, size);
    Ok(picture
        .part(area)
        .and_then(|part| part.to_png())
        .map(|png| Spot { png, area }))
}

/// The place with some of the page around it, all of it on the page: of a place beside the page,
/// the page's nearest edge.
fn around(place: Bbox, (width, height): (f32, f32)) -> Bbox {
    let span = |from: f32, to: f32, least: f32, most: f32| {
        let middle = f32::midpoint(from, to);
        let half = ((to - from) / 2.0 + AROUND).max(least / 2.0);
        let length = (2.0 * half).min(most);
        let start = (middle - length / 2.0).clamp(0.0, most - length);
        (start, start + length)
    };
    let [x0, y0, x1, y1] = place.0.map(|v| if v.is_finite() { v } else { 0.0 });
    let (left, right) = span(x0, x1, SMALLEST.0, width);
    let (top, bottom) = span(y0, y1, SMALLEST.1, height);
    Bbox([left, top, right, bottom])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spot_lies_on_the_page_with_its_place_in_it() {
        let page = (600.0, 800.0);
        let word = around(Bbox([300.0, 400.0, 340.0, 410.0]), page).0;
        assert_eq!(word, [200.0, 370.0, 440.0, 440.0]);
        let corner = around(Bbox([0.0, 0.0, 10.0, 10.0]), page).0;
        assert_eq!(corner, [0.0, 0.0, 240.0, 70.0]);
        let beside = around(Bbox([900.0, 400.0, 950.0, 410.0]), page).0;
        assert_eq!((beside[0], beside[2]), (360.0, 600.0));
        let small_page = around(Bbox([5.0, 5.0, 9.0, 9.0]), (100.0, 50.0)).0;
        assert_eq!(small_page, [0.0, 0.0, 100.0, 50.0]);
    }
}
