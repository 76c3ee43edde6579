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
    /// Buckets of each group, ascending, each once.
    pub groups: [Vec<u32>; GROUPS],
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
        for group in &mut self.groups {
            group.clear();
        }
        let Some(segment) = segments.get(at) else {
            return;
        };
        let shift = 32 - bits;
        let own = words.of(at);
        runs::<3>(own, 0x51, shift, &mut self.groups[OWN]);
        if let Some(heading) = segment.heading.filter(|h| *h != at) {
            runs::<2>(words.of(heading), 0x52, shift, &mut self.groups[HEADING]);
        }
        if let Some(chapter) = segment
            .chapter
            .filter(|c| *c != at && segment.heading != Some(*c))
        {
            runs::<2>(words.of(chapter), 0x53, shift, &mut self.groups[HEADING]);
        }
        let around = &mut self.groups[AROUND];
        if let Some(before) = at.checked_sub(1) {
            let before = words.of(before);
            let near = before
                .get(before.len().saturating_sub(NEAR)..)
                .unwrap_or(&[]);
            runs::<2>(near, 0x54, shift, around);
        }
        if at + 1 < segments.len() {
            let after = words.of(at + 1);
            runs::<2>(
                after.get(..after.len().min(NEAR)).unwrap_or(after),
                0x55,
                shift,
                around,
            );
        }
        let shape = &mut self.groups[SHAPE];
        for (name, value) in shape_of(segment, own.len(), at, segments) {
            shape.push(bucket(
                name.wrapping_mul(977).wrapping_add(value),
                0x56,
                shift,
            ));
        }
        runs::<2>(words.beginning(), 0x57, shift, &mut self.groups[CONTRACT]);
        for group in &mut self.groups {
            group.sort_unstable();
            group.dedup();
        }
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

/// Adds the buckets of each word and each run of words up to `N`.
fn runs<const N: usize>(words: &[u32], salt: u32, shift: u32, out: &mut Vec<u32>) {
    for (at, first) in words.iter().enumerate() {
        let mut run = *first;
        out.push(bucket(run, salt, shift));
        for next in words.iter().skip(at + 1).take(N - 1) {
            run = mix(run.rotate_left(7) ^ next.wrapping_mul(0x9E37_79B1));
            out.push(bucket(run, salt.wrapping_add(0x100), shift));
        }
    }
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
