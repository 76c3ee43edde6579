//! The self-check: what on this computer stands in the way of a review, in words.

use countersign_documents::Recogniser;

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
    if Recogniser::find().is_none() {
        problems.push(ErrorView {
            code: "text_recognition".to_owned(),
            message: format!(
                "The program Tesseract was not found, so pages that are pictures (scans) stay unread. To install it: {}",
                Recogniser::how_to_install()
            ),
        });
    }
    if let Some(kind) = crate::drive::network_drive(&config.data_folder) {
        problems.push(ErrorView {
            code: "network_drive".to_owned(),
            message: format!(
                "The data folder {} lies on a drive of the network ({kind}). Databases get damaged there when the connection \
                 breaks: move the folder to a disk of this computer and name it with --data-dir.",
                config.data_folder.display()
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
