//! Faults on purpose, for the tests that end the program wherever that could hurt: places with a name
//! ([`POINTS`]) and mistakes that those tests have to notice ([`Mistake`]).
//!
//! `COUNTERSIGN_FAULT=end:submit.written:2` ends the process when it passes that place for the second
//! time, with nothing tidied up; `COUNTERSIGN_FAULT=mistake:forget_answers` makes that mistake. Only
//! builds with debug assertions have any of this: what is shipped reads no such variable, and every
//! function here is empty.

/// Every place with a name.
pub const POINTS: &[&str] = &[
    "blob.created",
    "blob.copied",
    "blob.synced",
    "blob.renamed",
    "blob.kept",
    "submit.contract",
    "submit.review",
    "submit.written",
    "boot.written",
    "boot.taken_over",
    "commit.before",
    "commit.after",
    "claim.taken",
    "claim.written",
    "claim.answered",
    "read.done",
    "call.looked_up",
    "call.intent",
    "call.begun",
    "call.answered",
    "call.settled",
    "complete.ended",
    "complete.settled",
    "complete.products",
    "complete.fan_out",
    "complete.fan_in",
    "complete.written",
    "complete.answered",
    "fail.ended",
    "fail.settled",
    "fail.written",
    "deliver.noticed",
    "deliver.completed",
    "webhook.queued",
    "webhook.answered",
    "webhook.written",
    "delete.hidden",
    "purge.rows",
    "purge.committed",
    "purge.file",
    "backup.copied",
    "backup.named",
    "restore.copied",
    "restore.moved",
    "restore.placed",
];

/// A mistake in the queue, made on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mistake {
    /// A step's end and what follows from it are two transactions.
    SplitHandOver,
    /// Nobody looks whether a question was answered already.
    ForgetAnswers,
    /// Whoever says that a step is done is believed.
    Unfenced,
}

impl Mistake {
    /// As the variable names it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::SplitHandOver => "split_hand_over",
            Self::ForgetAnswers => "forget_answers",
            Self::Unfenced => "unfenced",
        }
    }
}

/// Passes a place; the process may end here.
pub fn point(name: &'static str) {
    #[cfg(debug_assertions)]
    asked::pass(name);
    #[cfg(not(debug_assertions))]
    let _ = name;
}

/// Whether a mistake is to be made.
#[must_use]
pub fn makes(mistake: Mistake) -> bool {
    #[cfg(debug_assertions)]
    return asked::makes(mistake);
    #[cfg(not(debug_assertions))]
    {
        let _ = mistake;
        false
    }
}

#[cfg(debug_assertions)]
mod asked {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::Mistake;

    static ASKED: LazyLock<String> =
        LazyLock::new(|| std::env::var("COUNTERSIGN_FAULT").unwrap_or_default());
    static PASSED: AtomicU32 = AtomicU32::new(0);

    pub(super) fn pass(name: &str) {
        debug_assert!(super::POINTS.contains(&name), "{name} is not listed");
        let Some((place, time)) = ASKED
            .strip_prefix("end:")
            .and_then(|asked| asked.rsplit_once(':'))
        else {
            return;
        };
        if place == name && (PASSED.fetch_add(1, Ordering::SeqCst) + 1).to_string() == time {
            std::process::abort();
        }
    }

    pub(super) fn makes(mistake: Mistake) -> bool {
        ASKED.strip_prefix("mistake:") == Some(mistake.word())
    }
}
