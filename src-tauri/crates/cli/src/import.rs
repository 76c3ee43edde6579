//! An exported report against its original.

use countersign_engine::verify::verify_file;

use crate::arguments::Import;
use crate::error::Error;
use crate::{OK, SOME_FAILED};

pub(crate) async fn import(options: &Import) -> Result<u8, Error> {
    let program = std::env::current_exe().map_err(Error::Start)?;
    let password = options.password.clone();
    let found = verify_file(&program, &options.report, &options.original, password).await?;
    let code = if found.mismatches.is_empty() {
        OK
    } else {
        SOME_FAILED
    };
    if options.json {
        let text =
            serde_json::to_string_pretty(&found).map_err(countersign_engine::error::Error::from)?;
        println!("{text}");
        return Ok(code);
    }
    for mismatch in &found.mismatches {
        println!("{}: {}", mismatch.place, mismatch.what);
    }
    let original = options.original.display();
    if code == OK {
        println!(
            "{}: the report is of this very file, and its {} quotes stand where it says.",
            found.file, found.quotes
        );
    } else {
        eprintln!(
            "countersign: the report on {} does not match {original}: {} of {} things that were looked at differ",
            found.file,
            found.mismatches.len(),
            // The quotes, the hash, the pages and the counts.
            found.quotes + 3
        );
    }
    Ok(code)
}
