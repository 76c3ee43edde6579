//! The reading child: every host's own binary, started again.

/// Turns this process into the reading child when it was started as one, and never returns then. Each
/// host's `main` calls this first.
pub fn run_if_asked() {
    countersign_documents::child::run_if_asked();
}
