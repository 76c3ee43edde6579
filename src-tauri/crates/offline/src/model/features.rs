//! What the linear model sees of a segment: hashed words and runs of words of itself, of its headings and
//! of its neighbours, and where it stands.

use super::segments::Segment;

/// The groups of features. The linear model's sum over each is kept apart for the second stage.
pub const GROUPS: usize = 5;
/// Its own words.
pub const OWN: usize = 0;
/// The words of its headings.
pub const HEADING: usize = 1;
/// The words around it.
pub const AROUND: usize = 2;
/// Its place and shape.
pub const SHAPE: usize = 3;
/// The words that the contract begins with: its title, and what it says it is.
pub const CONTRACT: usize = 4;

/// Words of a neighbour that count at most, those nearest to the segment.
const NEAR: usize = 40;
/// Words that a contract's beginning has.
const BEGINNING: usize = 40;

/// The words of a text's segments, hashed once.
#[derive(Debug, Default)]
pub struct Words {
    hashes: Vec<u32>,
    /// Where each segment's words begin, and where the last one's end.
    starts: Vec<usize>,
}

/// The hashed features of one segment, each group's apart; used again for the next segment.
#[derive(Debug, Default, Clone)]
pub struct Features {
    /// Buckets of each group, each once.
    pub groups: [Vec<u32>; GROUPS],
    once: Once,
}

impl Words {
    /// Hashes the words of each segment.
    #[must_use]
    pub fn new(text: &str, segments: &[Segment]) -> Self {
        let mut words = Self {
            hashes: Vec::with_capacity(text.len() / 5),
            starts: Vec::with_capacity(segments.len() + 1),
        };
        for segment in segments {
            words.starts.push(words.hashes.len());
            let bytes = text.as_bytes().get(segment.start..segment.end);
            hash_words(bytes.unwrap_or(&[]), &mut words.hashes);
        }
        words.starts.push(words.hashes.len());
        words
    }

    fn beginning(&self) -> &[u32] {
        let count = self.hashes.len().min(BEGINNING);
        self.hashes.get(..count).unwrap_or(&[])
    }

    /// The words of a segment.
    #[must_use]
    pub fn of(&self, segment: usize) -> &[u32] {
        match (self.starts.get(segment), self.starts.get(segment + 1)) {
            (Some(&start), Some(&end)) => self.hashes.get(start..end).unwrap_or(&[]),
            _ => &[],
        }
    }
}

impl Features {
    /// What each feature of a group counts: the more there are, the less.
    #[must_use]
    pub fn scale(&self, group: usize) -> f32 {
        let count = self.groups.get(group).map_or(1, |g| g.len().max(1));
        1.0 / (count as f32).sqrt()
    }

    /// Fills in the features of a segment; buckets are below `1 << bits`.
    pub fn fill(&mut self, words: &Words, segments: &[Segment], at: usize, bits: u32) {
        self.fill_contract(words, bits);
        self.fill_segment(words, segments, at, bits);
    }

    /// Fills in what all segments of a contract share.
    pub(super) fn fill_contract(&mut self, words: &Words, bits: u32) {
        let once = self.once.next();
        once.runs::<2>(words.beginning(), 0x57, 32 - bits);
        once.give(&mut self.groups[CONTRACT]);
    }

    /// Fills in what is a segment's own.
    pub(super) fn fill_segment(
        &mut self,
        words: &Words,
        segments: &[Segment],
        at: usize,
        bits: u32,
    ) {
        for group in [OWN, HEADING, AROUND, SHAPE] {
            self.groups[group].clear();
        }
        let Some(segment) = segments.get(at) else {
            return;
        };
        let shift = 32 - bits;
        let own = words.of(at);
        let once = self.once.next();
        once.runs::<3>(own, 0x51, shift);
        once.give(&mut self.groups[OWN]);

        let once = self.once.next();
        let (heading, chapter) = headings_of(segments, at);
        if let Some(heading) = heading {
            once.runs::<2>(words.of(heading), 0x52, shift);
        }
        if let Some(chapter) = chapter {
            once.runs::<2>(words.of(chapter), 0x53, shift);
        }
        once.give(&mut self.groups[HEADING]);

        let once = self.once.next();
        if let Some(before) = at.checked_sub(1) {
            let before = words.of(before);
            let near = before
                .get(before.len().saturating_sub(NEAR)..)
                .unwrap_or(&[]);
            once.runs::<2>(near, 0x54, shift);
        }
        if at + 1 < segments.len() {
            let after = words.of(at + 1);
            let near = after.get(..after.len().min(NEAR)).unwrap_or(after);
            once.runs::<2>(near, 0x55, shift);
        }
        once.give(&mut self.groups[AROUND]);

        let once = self.once.next();
        for (name, value) in shape_of(segment, own.len(), at, segments) {
            once.add(bucket(
                name.wrapping_mul(977).wrapping_add(value),
                0x56,
                shift,
            ));
        }
        once.give(&mut self.groups[SHAPE]);
    }
}

/// The headings that a segment stands under and is not itself: the nearest, and the one above it.
pub(super) fn headings_of(segments: &[Segment], at: usize) -> (Option<usize>, Option<usize>) {
    let Some(segment) = segments.get(at) else {
        return (None, None);
    };
    let heading = segment.heading.filter(|h| *h != at);
    let chapter = segment
        .chapter
        .filter(|c| *c != at && segment.heading != Some(*c));
    (heading, chapter)
}

/// Slots for the buckets of one group; a power of two.
const SLOTS: usize = 2048;
/// With more buckets than this the slots fill up, and sorting tells the doubles.
const FULL: usize = SLOTS / 2;

/// Keeps each bucket of a group once, in the order in which they come.
#[derive(Debug, Clone)]
struct Once {
    /// Bucket and the group that put it there.
    slots: Vec<(u32, u32)>,
    group: u32,
    kept: Vec<u32>,
}

impl Default for Once {
    fn default() -> Self {
        Self {
            slots: vec![(0, 0); SLOTS],
            group: 0,
            kept: Vec::with_capacity(FULL),
        }
    }
}

impl Once {
    /// Begins the next group: what the slots hold is of an older one.
    fn next(&mut self) -> &mut Self {
        self.group = self.group.wrapping_add(1);
        if self.group == 0 {
            self.slots.fill((0, 0));
            self.group = 1;
        }
        self.kept.clear();
        self
    }

    fn add(&mut self, bucket: u32) {
        if self.kept.len() >= FULL {
            self.kept.push(bucket);
            return;
        }
        let mut at = bucket as usize;
        while let Some(slot) = self.slots.get_mut(at % SLOTS) {
            if slot.1 != self.group {
                *slot = (bucket, self.group);
                self.kept.push(bucket);
                return;
            }
            if slot.0 == bucket {
                return;
            }
            at += 1;
        }
    }

    /// Adds the buckets of each word and each run of words up to `N`.
    fn runs<const N: usize>(&mut self, words: &[u32], salt: u32, shift: u32) {
        for (at, first) in words.iter().enumerate() {
            let mut run = *first;
            self.add(bucket(run, salt, shift));
            for next in words.iter().skip(at + 1).take(N - 1) {
                run = mix(run.rotate_left(7) ^ next.wrapping_mul(0x9E37_79B1));
                self.add(bucket(run, salt.wrapping_add(0x100), shift));
            }
        }
    }

    fn give(&mut self, group: &mut Vec<u32>) {
        if self.kept.len() > FULL {
            self.kept.sort_unstable();
            self.kept.dedup();
        }
        group.clear();
        group.extend_from_slice(&self.kept);
    }
}

/// Named properties in few steps: length, place in the text, place in the paragraph.
fn shape_of(segment: &Segment, words: usize, at: usize, segments: &[Segment]) -> [(u32, u32); 6] {
    let logarithm = |n: usize| usize::BITS - n.leading_zeros();
    let opens = at
        .checked_sub(1)
        .and_then(|b| segments.get(b))
        .is_none_or(|b| b.paragraph != segment.paragraph);
    let closes = segments
        .get(at + 1)
        .is_none_or(|a| a.paragraph != segment.paragraph);
    let last = segments.len() - at;
    [
        (1, logarithm(words * words)),
        (2, (at * 20 / segments.len().max(1)) as u32),
        (3, logarithm(at * at)),
        (4, logarithm(last * last)),
        (
            5,
            u32::from(opens) + 2 * u32::from(closes) + 4 * u32::from(segment.is_heading),
        ),
        // The same everywhere: a constant of this group.
        (6, 0),
    ]
}

fn bucket(hash: u32, salt: u32, shift: u32) -> u32 {
    mix(hash ^ salt.wrapping_mul(0x85EB_CA6B)) >> shift
}

fn mix(mut h: u32) -> u32 {
    h ^= h >> 16;
    h = h.wrapping_mul(0x7FEB_352D);
    h ^= h >> 15;
    h = h.wrapping_mul(0x846C_A68B);
    h ^ (h >> 16)
}

/// Hashes the words of a text: letters lower-cased, numbers by how many digits they have, and the marks
/// that say something ($ % " :).
fn hash_words(bytes: &[u8], out: &mut Vec<u32>) {
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let letter = letter_bytes(bytes, at);
        if letter > 0 {
            let mut hash: u32 = 0x811C_9DC5;
            loop {
                let letter = letter_bytes(bytes, at);
                if letter == 0 {
                    break;
                }
                for b in bytes.get(at..at + letter).unwrap_or(&[]) {
                    hash = (hash ^ u32::from(b.to_ascii_lowercase())).wrapping_mul(0x0100_0193);
                }
                at += letter;
            }
            out.push(mix(hash));
        } else if byte.is_ascii_digit() {
            let start = at;
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            out.push(mix(0x0D16_1700 + (at - start).min(6) as u32));
        } else {
            let repeated = bytes.get(at + 1) == Some(&byte);
            if matches!(byte, b'$' | b'%' | b'"' | b':' | b'_' | b'*') && !repeated {
                out.push(mix(0x00AA_0000 + u32::from(byte)));
            }
            at += 1;
        }
    }
}

/// How many bytes the letter at `at` has; 0 where there is none. Signs of the general punctuation block
/// (typographic quotation marks, dashes) and of Latin-1 (no-break space, §) are no letters.
fn letter_bytes(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at) {
        Some(b) if b.is_ascii_alphabetic() => 1,
        Some(0xE2) if bytes.get(at + 1) == Some(&0x80) => 0,
        Some(0xC3..=0xDF) => 2,
        Some(0xE0..=0xEF) => 3,
        Some(0xF0..=0xF7) => 4,
        _ => 0,
    }
}
