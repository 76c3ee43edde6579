//! The words after a subcommand: flags, options with a value, and the rest.

use crate::error::Error;

/// What was typed and not taken yet.
#[derive(Debug)]
pub struct Arguments {
    words: Vec<String>,
    /// What stands after `--`: never a flag.
    literal: Vec<String>,
}

impl Arguments {
    /// Takes the words after the subcommand's name.
    pub fn new(words: impl Iterator<Item = String>) -> Self {
        let mut words: Vec<String> = words.collect();
        let mut literal = Vec::new();
        if let Some(at) = words.iter().position(|word| word == "--") {
            literal = words.split_off(at + 1);
            words.pop();
        }
        Self { words, literal }
    }

    /// Whether the person asks what the subcommand does.
    pub fn asks_for_help(&self) -> bool {
        self.words
            .iter()
            .any(|word| word == "--help" || word == "-h")
    }

    /// Takes the flag `name` out; true when it was there.
    pub fn flag(&mut self, name: &str) -> bool {
        let before = self.words.len();
        self.words.retain(|word| word != name);
        self.words.len() != before
    }

    /// Takes `name VALUE` or `name=VALUE` out.
    pub fn option(&mut self, name: &str) -> Result<Option<String>, Error> {
        let joined = format!("{name}=");
        let Some(at) = self
            .words
            .iter()
            .position(|word| word == name || word.starts_with(&joined))
        else {
            return Ok(None);
        };
        let word = self.words.remove(at);
        if let Some(value) = word.strip_prefix(&joined) {
            return Ok(Some(value.to_owned()));
        }
        if at == self.words.len() {
            let what = format!("`{name}` needs a value");
            return Err(Error::Usage { what });
        }
        Ok(Some(self.words.remove(at)))
    }

    /// What is left once flags and options are taken; an unknown flag is an error.
    pub fn rest(self) -> Result<Vec<String>, Error> {
        if let Some(flag) = self.words.iter().find(|word| word.starts_with('-')) {
            let what = format!("`{flag}` isn't known here");
            return Err(Error::Usage { what });
        }
        Ok([self.words, self.literal].concat())
    }

    /// Like [`Arguments::rest`] where nothing may be left.
    pub fn finish(self) -> Result<(), Error> {
        match self.rest()?.first() {
            None => Ok(()),
            Some(word) => {
                let what = format!("`{word}` isn't expected here");
                Err(Error::Usage { what })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(line: &str) -> Arguments {
        Arguments::new(line.split(' ').map(str::to_owned))
    }

    #[test]
    fn flags_and_options_are_taken_wherever_they_stand() {
        let mut arguments = typed("a.pdf --yes --for test b.pdf --pages=3");
        assert!(arguments.flag("--yes"));
        assert!(!arguments.flag("--yes"));
        assert_eq!(arguments.option("--for").unwrap().as_deref(), Some("test"));
        assert_eq!(arguments.option("--pages").unwrap().as_deref(), Some("3"));
        assert_eq!(arguments.rest().unwrap(), ["a.pdf", "b.pdf"]);
    }

    #[test]
    fn an_unknown_flag_is_refused_unless_it_stands_after_two_dashes() {
        assert!(typed("--yess").rest().is_err());
        assert_eq!(typed("a -- --odd.pdf").rest().unwrap(), ["a", "--odd.pdf"]);
    }

    #[test]
    fn an_option_without_its_value_is_refused() {
        assert!(typed("out.pdf --pages").option("--pages").is_err());
    }
}
