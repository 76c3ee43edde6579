//! A scanned page put straight, and its grain smoothed, before its text is recognised.
//!
//! Tesseract loses one word in ten of small print that is a degree askew, and takes the grain of a
//! scan for strokes. Both are put right here; places are turned back afterwards.

use countersign_contracts::document::Bbox;

use crate::picture::Picture;

/// Most degrees that a page is turned back by.
const MOST_DEGREES: f32 = 4.0;
/// Fewer degrees do no harm.
const FEWEST_DEGREES: f32 = 0.1;
/// Most dark pixels that are looked at.
const MOST_POINTS: usize = 200_000;
/// How much sharper lines must stand out before the page is turned.
const SHARPER: f64 = 1.05;

/// A picture made ready, and how far it was turned.
pub(crate) struct Straight {
    pub picture: Picture,
    /// Degrees clockwise that its lines ran downwards by.
    degrees: f32,
}

impl Straight {
    /// Turns a picture so that its lines are level, and smooths it.
    pub fn of(picture: &Picture) -> Self {
        let degrees = skew(picture);
        let turned = if degrees.abs() < FEWEST_DEGREES {
            picture.clone()
        } else {
            turn(picture, degrees)
        };
        Self {
            picture: smooth(turned),
            degrees,
        }
    }

    /// Where something that was found on the straight picture stands on the page: its middle is turned
    /// back, its box stays upright. In points.
    pub fn to_page(&self, found: Bbox) -> Bbox {
        if self.degrees.abs() < FEWEST_DEGREES {
            return found;
        }
        let scale = self.picture.scale;
        let middle = (
            self.picture.width as f32 / scale / 2.0,
            self.picture.height as f32 / scale / 2.0,
        );
        let [x0, y0, x1, y1] = found.0;
        let from = (f32::midpoint(x0, x1), f32::midpoint(y0, y1));
        let (x, y) = turned(from, middle, self.degrees);
        let (dx, dy) = (x - from.0, y - from.1);
        Bbox([x0 + dx, y0 + dy, x1 + dx, y1 + dy])
    }
}

/// A place turned clockwise about the middle.
fn turned(place: (f32, f32), middle: (f32, f32), degrees: f32) -> (f32, f32) {
    let (sine, cosine) = degrees.to_radians().sin_cos();
    let (dx, dy) = (place.0 - middle.0, place.1 - middle.1);
    (
        middle.0 + cosine * dx - sine * dy,
        middle.1 + sine * dx + cosine * dy,
    )
}

/// How many degrees the lines of a page run downwards by: the angle along which dark pixels gather
/// in rows most sharply.
fn skew(picture: &Picture) -> f32 {
    let points = ink(picture);
    if points.len() < 500 {
        return 0.0;
    }
    let sharpness = |degrees: f32| rows_stand_out(&points, picture.height as usize, degrees);
    let best_of = |middle: f32, reach: f32, step: f32| {
        let steps = (reach / step).round() as i32;
        let tried = (-steps..=steps).map(|n| middle + n as f32 * step);
        tried
            .map(|degrees| (sharpness(degrees), degrees))
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .unwrap_or((0.0, 0.0))
    };
    let (_, coarse) = best_of(0.0, MOST_DEGREES, 0.2);
    let (best, degrees) = best_of(coarse, 0.2, 0.05);
    if best > SHARPER * sharpness(0.0) {
        degrees
    } else {
        0.0
    }
}

/// Dark pixels, some of them where there are many.
fn ink(picture: &Picture) -> Vec<(f32, f32)> {
    let width = picture.width as usize;
    let dark = darkness(&picture.grey);
    let count = picture.grey.iter().filter(|level| **level < dark).count();
    let every = count / MOST_POINTS + 1;
    let dark_ones = picture.grey.iter().enumerate();
    let dark_ones = dark_ones.filter(|(_, level)| **level < dark);
    dark_ones
        .step_by(every)
        .map(|(at, _)| ((at % width) as f32, (at / width) as f32))
        .collect()
}

/// The level that parts ink from paper best (Otsu's).
fn darkness(grey: &[u8]) -> u8 {
    let mut counts = [0_u32; 256];
    for level in grey {
        counts[usize::from(*level)] += 1;
    }
    let all = grey.len() as f64;
    let sum: f64 = (0..256).map(|l| l as f64 * f64::from(counts[l])).sum();
    let (mut below, mut sum_below) = (0.0, 0.0);
    let (mut best, mut level_of_best) = (0.0, 128);
    for (level, count) in counts.iter().enumerate() {
        below += f64::from(*count);
        sum_below += level as f64 * f64::from(*count);
        if below == 0.0 || below == all {
            continue;
        }
        let apart = sum_below / below - (sum - sum_below) / (all - below);
        let parted = below * (all - below) * apart * apart;
        if parted > best {
            (best, level_of_best) = (parted, level);
        }
    }
    u8::try_from(level_of_best + 1).unwrap_or(u8::MAX)
}

fn rows_stand_out(points: &[(f32, f32)], height: usize, degrees: f32) -> f64 {
    let slope = degrees.to_radians().tan();
    // Room for what the slope moves above and below.
    let mut rows = vec![0_i64; height * 3];
    for (x, y) in points {
        let row = y - x * slope + height as f32;
        if let Some(count) = rows.get_mut(row.max(0.0) as usize) {
            *count += 1;
        }
    }
    rows.windows(2)
        .map(|pair| ((pair[1] - pair[0]) as f64).powi(2))
        .sum()
}

/// The picture turned back by so many degrees about its middle; white comes in from outside.
fn turn(picture: &Picture, degrees: f32) -> Picture {
    let (width, height) = (picture.width as usize, picture.height as usize);
    let middle = (width as f32 / 2.0, height as f32 / 2.0);
    let pixel = |x: i64, y: i64| {
        let inside = (0..width as i64).contains(&x) && (0..height as i64).contains(&y);
        let at = y.max(0) as usize * width + x.max(0) as usize;
        picture
            .grey
            .get(at)
            .filter(|_| inside)
            .map_or(255.0, |level| f32::from(*level))
    };
    let mut grey = Vec::with_capacity(picture.grey.len());
    for y in 0..height {
        for x in 0..width {
            let (sx, sy) = turned((x as f32, y as f32), middle, degrees);
            let (left, top) = (sx.floor(), sy.floor());
            let (across, down) = (sx - left, sy - top);
            let (left, top) = (left as i64, top as i64);
            let upper = pixel(left, top) * (1.0 - across) + pixel(left + 1, top) * across;
            let lower = pixel(left, top + 1) * (1.0 - across) + pixel(left + 1, top + 1) * across;
            grey.push((upper * (1.0 - down) + lower * down).round() as u8);
        }
    }
    Picture {
        grey,
        ..picture.clone()
    }
}

/// Each pixel with a fifth of both its neighbours, across and down.
fn smooth(picture: Picture) -> Picture {
    let (width, height) = (picture.width as usize, picture.height as usize);
    let mixed = |a: u8, b: u8, c: u8| ((u32::from(a) + 3 * u32::from(b) + u32::from(c)) / 5) as u8;
    let mut across = picture.grey.clone();
    for (row, old) in across
        .chunks_exact_mut(width.max(1))
        .zip(picture.grey.chunks_exact(width.max(1)))
    {
        for (new, three) in row.iter_mut().skip(1).zip(old.windows(3)) {
            *new = mixed(three[0], three[1], three[2]);
        }
    }
    let mut grey = across.clone();
    for y in 1..height.saturating_sub(1) {
        for x in 0..width {
            let at = y * width + x;
            grey[at] = mixed(across[at - width], across[at], across[at + width]);
        }
    }
    Picture { grey, ..picture }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of dashes that run downwards by so many degrees.
    fn page(degrees: f32) -> Picture {
        let (width, height) = (900_usize, 1200_usize);
        let middle = (450.0, 600.0);
        let mut grey = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let (u, v) = turned((x as f32, y as f32), middle, -degrees);
                let on_line = (100.0..1100.0).contains(&v) && (v as usize) % 30 < 10;
                let in_word = (80.0..820.0).contains(&u) && (u as usize) % 50 < 35;
                grey.push(if on_line && in_word { 40 } else { 230 });
            }
        }
        Picture {
            width: width as u32,
            height: height as u32,
            scale: 2.0,
            grey,
        }
    }

    #[test]
    fn a_page_askew_is_put_straight_and_a_straight_one_left_alone() {
        for degrees in [-2.3, -1.0, 0.5, 3.1] {
            let found = skew(&page(degrees));
            assert!((found - degrees).abs() < 0.11, "{degrees}: {found}");
            let straight = Straight::of(&page(degrees));
            assert!(skew(&straight.picture).abs() < 0.11);
        }
        assert_eq!(skew(&page(0.0)), 0.0);
        let white = Picture {
            width: 10,
            height: 10,
            scale: 1.0,
            grey: vec![255; 100],
        };
        assert_eq!(Straight::of(&white).picture, white);
    }

    #[test]
    fn places_are_turned_back() {
        let straight = Straight::of(&page(2.0));
        // Right of the middle a line that runs downwards stands lower on the page.
        let found = Bbox([400.0, 290.0, 420.0, 310.0]);
        let place = straight.to_page(found);
        let lowered = place.0[1] - found.0[1];
        assert!(
            (lowered - 185.0 * 2.0_f32.to_radians().sin()).abs() < 1.0,
            "{place:?}"
        );
        assert!((place.width() - 20.0).abs() < 1e-3 && (place.height() - 20.0).abs() < 1e-3);
    }
}
