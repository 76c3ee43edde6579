//! Saying what set-up does and how long it took.

use std::time::{Duration, Instant};

use crate::error::Error;

/// How a step ended well.
pub enum Outcome {
    /// Nothing to do, and how that is known.
    Fresh(String),
    /// It did something; what there is now.
    Done(String),
}

/// A numbered row of steps on the terminal.
pub struct Steps {
    begun: Instant,
    number: usize,
}

impl Steps {
    /// Starts a row under `heading`.
    pub fn begin(heading: &str) -> Self {
        println!("{heading}");
        Self {
            begun: Instant::now(),
            number: 0,
        }
    }

    /// Runs one step and prints what came of it.
    pub fn step(
        &mut self,
        name: &str,
        work: impl FnOnce() -> Result<Outcome, Error>,
    ) -> Result<(), Error> {
        self.number += 1;
        let begun = Instant::now();
        let number = self.number;
        match work() {
            Ok(Outcome::Fresh(known)) => {
                println!("  {number}. {name}: {known} ({})", seconds(begun.elapsed()));
                Ok(())
            }
            Ok(Outcome::Done(what)) => {
                println!(
                    "  {number}. {name}: {what}, took {}",
                    seconds(begun.elapsed())
                );
                Ok(())
            }
            Err(error) => {
                println!(
                    "  {number}. {name}: stopped after {}",
                    seconds(begun.elapsed())
                );
                Err(error)
            }
        }
    }

    /// Prints how long the whole row took.
    pub fn end(self) {
        println!("  Set-up took {}.\n", seconds(self.begun.elapsed()));
    }
}

/// A duration as a person reads it: `0.2 s`, `3 min 07 s`.
pub fn seconds(duration: Duration) -> String {
    let whole = duration.as_secs();
    if whole < 60 {
        return format!("{:.1} s", duration.as_secs_f64());
    }
    format!("{} min {:02} s", whole / 60, whole % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_naturally() {
        assert_eq!(seconds(Duration::from_millis(240)), "0.2 s");
        assert_eq!(seconds(Duration::from_secs(187)), "3 min 07 s");
    }
}
