//! Programs that run behind the lanes, on what these leave idle: e2e and window wait for browsers
//! most of their time, and a linker keeps one core.

use std::io;
use std::process::{Command, Output, Stdio};
use std::thread::JoinHandle;
use std::time::Instant;

use crate::error::Error;
use crate::process;
use crate::steps::seconds;

/// Programs under way.
pub struct Behind {
    begun: Instant,
    running: Vec<(String, JoinHandle<io::Result<Output>>)>,
}

impl Default for Behind {
    fn default() -> Self {
        Self {
            begun: Instant::now(),
            running: Vec::new(),
        }
    }
}

impl Behind {
    /// Starts one more, with one variable of its environment set.
    pub fn start(
        &mut self,
        program: &str,
        arguments: &[&str],
        (name, value): (&str, &str),
    ) -> Result<(), Error> {
        let mut shown = Command::new(program);
        let line = process::command_line(shown.args(arguments).env(name, value));
        println!("    $ {line} &");
        let mut command = last_in_line(program);
        command
            .args(arguments)
            .env(name, value)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let child = command.spawn().map_err(|source| Error::NotStarted {
            command: line.clone(),
            source,
        })?;
        // What it prints is taken as it comes: a full pipe would hold it.
        let heard = std::thread::spawn(move || child.wait_with_output());
        self.running.push((line, heard));
        Ok(())
    }

    /// Waits for all of them and prints what they said; an error when one failed.
    pub fn end(self) -> Result<(), Error> {
        println!(
            "    {} behind the other lanes",
            seconds(self.begun.elapsed())
        );
        let mut ended = Ok(());
        for (command, heard) in self.running {
            let heard = heard.join();
            let output = heard
                .unwrap_or_else(|_| Err(io::Error::other("its output was not heard to the end")))
                .map_err(|source| Error::NotStarted {
                    command: command.clone(),
                    source,
                })?;
            print!("{}", String::from_utf8_lossy(&output.stdout));
            if !output.status.success() {
                print!("{}", String::from_utf8_lossy(&output.stderr));
                let status = output.status;
                ended = Err(Error::Failed { command, status });
            }
        }
        ended
    }
}

/// The program at the lowest priority. On Linux in a session of its own, since the scheduler shares
/// between sessions first and by priority within one: a browser has its own as well. It ends with us.
fn last_in_line(program: &str) -> Command {
    if !cfg!(target_os = "linux") {
        return Command::new(program);
    }
    const LAST: &str = "echo 19 2> /dev/null > /proc/self/autogroup; exec nice -n 19 \"$0\" \"$@\"";
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "TERM", "setsid", "sh", "-c", LAST, program]);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_fails_behind_the_lanes_fails_its_lane() {
        let mut behind = Behind::default();
        let variable = ("COUNTERSIGN_BEHIND", "7");
        for status in ["exit 0", "test $COUNTERSIGN_BEHIND = 7"] {
            behind.start("/bin/sh", &["-c", status], variable).unwrap();
        }
        behind.end().unwrap();
        let mut behind = Behind::default();
        behind
            .start("/bin/sh", &["-c", "exit 3"], variable)
            .unwrap();
        behind
            .start("/bin/sh", &["-c", "exit 0"], variable)
            .unwrap();
        let failed = behind.end().unwrap_err().to_string();
        assert!(failed.contains("exit 3"), "{failed}");
    }
}
