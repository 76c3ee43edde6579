//! Running other programs: shown as one would type them, and an error when they end badly.

use std::process::{Command, Stdio};

use serde_json::Value;

use crate::error::Error;

/// Runs to the end, its output going to the terminal.
pub fn run(command: &mut Command) -> Result<(), Error> {
    let line = command_line(command);
    println!("    $ {line}");
    let status = command.status().map_err(|source| Error::NotStarted {
        command: line.clone(),
        source,
    })?;
    if status.success() {
        return Ok(());
    }
    Err(Error::Failed {
        command: line,
        status,
    })
}

/// Runs to the end and returns what it printed.
pub fn read(command: &mut Command) -> Result<String, Error> {
    let line = command_line(command);
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| Error::NotStarted {
            command: line.clone(),
            source,
        })?;
    if !output.status.success() {
        return Err(Error::Failed {
            command: line,
            status: output.status,
        });
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs to the end and returns what it said on standard error; nothing else is shown.
pub fn read_errors(command: &mut Command) -> Result<String, Error> {
    let line = command_line(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|source| Error::NotStarted {
            command: line.clone(),
            source,
        })?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() {
        return Ok(said);
    }
    eprintln!("{said}");
    Err(Error::Failed {
        command: line,
        status: output.status,
    })
}

/// Runs to the end and reads the JSON it printed.
pub fn read_json(command: &mut Command) -> Result<Value, Error> {
    serde_json::from_str(&read(command)?).map_err(|source| Error::Json {
        what: format!("the output of `{}`", command_line(command)),
        source,
    })
}

/// What `command` prints, or nothing when it isn't there or fails: for questions like "which
/// version", where any failure means "not usable".
pub fn ask(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The command as one would type it, its environment's additions in front.
pub fn command_line(command: &Command) -> String {
    let variables = command.get_envs().filter_map(|(name, value)| {
        Some(format!(
            "{}={}",
            name.to_string_lossy(),
            quote(&value?.to_string_lossy())
        ))
    });
    let program = std::path::Path::new(command.get_program());
    let program = program.file_stem().unwrap_or(program.as_os_str());
    let arguments = command
        .get_args()
        .map(|argument| quote(&argument.to_string_lossy()));
    let words: Vec<String> = variables
        .chain([program.to_string_lossy().into_owned()])
        .chain(arguments)
        .collect();
    words.join(" ")
}

fn quote(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./=:,@+%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_so_that_it_can_be_typed_again() {
        let mut command = Command::new("/usr/bin/npm");
        command
            .args(["run", "a file's name.pdf"])
            .env("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(
            command_line(&command),
            r"RUSTDOCFLAGS='-D warnings' npm run 'a file'\''s name.pdf'"
        );
    }
}
