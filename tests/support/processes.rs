//! Processes as `/proc` tells of them: which started which, what they take and have computed.

use std::fs::read_to_string;

/// Ticks of a second in what `/proc` tells.
pub const TICKS: f64 = 100.0;

/// All processes with the one that started each.
pub fn parents() -> Vec<(u32, u32)> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    let parent = |id: u32| Some((id, stat(id)?.get(1)?.parse().ok()?));
    entries
        .flatten()
        .filter_map(|entry| parent(entry.file_name().to_str()?.parse().ok()?))
        .collect()
}

/// A process and all that it started, itself first.
pub fn tree(root: u32) -> Vec<u32> {
    let parents = parents();
    let mut ids = vec![root];
    let mut at = 0;
    while let Some(id) = ids.get(at).copied() {
        let of = |(child, parent): &(u32, u32)| (*parent == id).then_some(*child);
        ids.extend(parents.iter().filter_map(of));
        at += 1;
    }
    ids
}

/// What `/proc/PID/stat` says behind the name, which may hold anything.
pub fn stat(id: u32) -> Option<Vec<String>> {
    let text = read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (_, behind) = text.rsplit_once(')')?;
    Some(behind.split_whitespace().map(str::to_owned).collect())
}

/// What a process takes in kilobytes, shared pages by their share; nothing once it is gone.
pub fn proportional(id: u32) -> Option<f64> {
    let text = read_to_string(format!("/proc/{id}/smaps_rollup")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    let kibibytes: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kibibytes * 1.024)
}

/// The processor's time that a process used, its own and the system's, in [`TICKS`]; nothing once it is gone.
pub fn ticks(id: u32) -> Option<f64> {
    let words = stat(id)?;
    let times = words.iter().skip(11).take(2);
    times.map(|word| word.parse::<f64>().ok()).sum()
}

/// The same of all processes that this one has started and waited for, and those that they did.
pub fn ticks_of_children() -> f64 {
    let words = stat(std::process::id()).unwrap_or_default();
    let times = words.iter().skip(13).take(2);
    times.filter_map(|word| word.parse::<f64>().ok()).sum()
}
