//! The self-check: what on this computer stands in the way of a review, in words.

use crate::config::Config;
use crate::views::ErrorView;

/// Everything that is wrong; empty when all is well.
pub(crate) fn problems(config: &Config) -> Vec<ErrorView> {
    let mut problems = Vec::new();
    if let Err(error) = probe_folder(config) {
        problems.push(ErrorView {
            code: "data_folder".to_owned(),
            message: format!(
                "Nothing can be written into the data folder {} ({error}). Reviews would be lost: free some space or choose \
                 another folder.",
                config.data_folder.display()
            ),
        });
    }
    if !config.reader_program.is_file() {
        problems.push(ErrorView {
            code: "reader_program".to_owned(),
            message: format!(
                "The program that reads documents is not at {} any more: it was moved or replaced while running. Start \
                 Countersign again.",
                config.reader_program.display()
            ),
        });
    }
    problems
}

fn probe_folder(config: &Config) -> std::io::Result<()> {
    let probe = config
        .data_folder
        .join(format!("probe-{}", crate::clock::new_id()));
    std::fs::write(&probe, b"countersign")?;
    std::fs::remove_file(&probe)
}
