//! The lane `fuzz`: files of each format, broken at random, behind the other lanes.
//!
//! Its programs count the seconds that they compute, not those that pass, so a busy machine makes
//! the lane longer and never thinner.

use super::behind::Behind;
use crate::error::Error;
use crate::process;
use crate::setup;
use crate::workspace::Workspace;

/// Seconds of computing for each format, unless this variable says otherwise.
const SECONDS: &str = "COUNTERSIGN_FUZZ_SECONDS";

/// The programs that break files, and what they are asked to run: the second starts a reading child
/// for each file.
const PROGRAMS: [(&str, &[&str]); 2] = [("fuzz", &["--nocapture"]), ("cage", &["changed_bytes"])];

/// Builds the programs and starts them.
pub fn begin(workspace: &Workspace) -> Result<Behind, Error> {
    let usual = if setup::in_ci() { "60" } else { "5" };
    let seconds = std::env::var(SECONDS).unwrap_or(usual.to_owned());
    let mut build = workspace.cargo(&["test", "--locked", "--workspace", "--no-run"]);
    for (name, _) in PROGRAMS {
        build.args(["--test", name]);
    }
    let built = process::read(build.arg("--message-format=json-render-diagnostics"))?;
    let mut behind = Behind::default();
    for (name, arguments) in PROGRAMS {
        let program = executable(&built, name).ok_or(Error::MissingTool {
            tool: name,
            remedy: "cargo said that it built the test program, and not where".to_owned(),
        })?;
        behind.start(&program, arguments, (SECONDS, &seconds))?;
    }
    Ok(behind)
}

/// Where cargo, by its messages, has put the test program `name`.
fn executable(messages: &str, name: &str) -> Option<String> {
    messages.lines().find_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        let is_it = message["target"]["name"] == name && message["target"]["kind"][0] == "test";
        is_it.then(|| message["executable"].as_str().map(str::to_owned))?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_found_in_cargos_messages() {
        let messages = r#"{"reason":"compiler-artifact","target":{"kind":["lib"],"name":"fuzz"},"executable":null}
{"reason":"compiler-artifact","target":{"kind":["test"],"name":"cage"},"executable":"/t/cage-1"}
{"reason":"compiler-artifact","target":{"kind":["test"],"name":"fuzz"},"executable":"/t/fuzz-2"}
{"reason":"build-finished","success":true}"#;
        assert_eq!(executable(messages, "fuzz").as_deref(), Some("/t/fuzz-2"));
        assert_eq!(executable(messages, "soak"), None);
    }
}
