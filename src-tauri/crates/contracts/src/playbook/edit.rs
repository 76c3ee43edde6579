//! Changes that a person makes to a playbook by a form, written into its text: everything that is not
//! touched, comments and spaces too, stays as it was.

use serde::{Deserialize, Serialize};
use toml_edit::{
    Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, TomlError, Value,
};
use ts_rs::TS;

use super::extend::{SEAM, built_in, unbundle};
use super::{Fallback, PlaybookError, line_of};
use crate::finding::Severity;

/// One change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Edit {
    /// The playbook's name.
    Name {
        /// The new one.
        text: String,
    },
    /// The playbook's version.
    Version {
        /// The new one.
        text: String,
    },
    /// What the playbook is for.
    Description {
        /// The new words.
        text: String,
    },
    /// A number of a position.
    Number {
        /// The position.
        check: String,
        /// The number's name.
        name: String,
        /// The new value.
        value: f64,
    },
    /// Words of a position.
    Words {
        /// The position.
        check: String,
        /// Which.
        field: WordsField,
        /// The new words.
        text: String,
    },
    /// What can be accepted in place of the standard.
    Fallbacks {
        /// The position.
        check: String,
        /// All of them, the best first.
        fallbacks: Vec<Fallback>,
    },
    /// How much a rule matters; of a position that stands in this playbook.
    Severity {
        /// The position.
        check: String,
        /// The rule's place, from 0.
        rule: u32,
        /// The new severity.
        severity: Severity,
    },
    /// Whether an inherited position is judged. A position of the playbook's own is taken out for good.
    LeaveOut {
        /// The position.
        check: String,
        /// `false` to take it in again.
        left_out: bool,
    },
    /// Writes an inherited position into this playbook, so that its rules can be changed.
    WriteOut {
        /// The position.
        check: String,
    },
}

/// Words of a position that a form changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WordsField {
    /// What it is about.
    Title,
    /// What to ask for.
    Ask,
    /// What the buyer's own paper says.
    Standard,
    /// Where to stop.
    WalkAway,
    /// Who may accept less.
    Approver,
}

impl WordsField {
    fn key(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Ask => "ask",
            Self::Standard => "standard",
            Self::WalkAway => "walk_away",
            Self::Approver => "approver",
        }
    }
}

/// The text with the change made. It may have become one that can't be used: a number of a condition is
/// gone, a name is empty. [`super::outline()`] says so.
///
/// # Errors
/// When the text is not TOML, or has no such position.
pub fn edit(text: &str, change: &Edit) -> Result<String, PlaybookError> {
    let (own, base_text) = unbundle(text);
    let mut playbook = Written {
        own: read(own)?,
        base: base_text.map(read).transpose()?,
    };
    if playbook.base.is_none() {
        let extended = playbook.own.get("extends").and_then(Item::as_str);
        playbook.base = extended.and_then(built_in).map(read).transpose()?;
    }
    playbook.make(change)?;
    let own = playbook.own.to_string();
    Ok(match base_text {
        Some(base) => format!("{own}{SEAM}{base}"),
        None => own,
    })
}

/// The text of a copy, under another id and name.
///
/// # Errors
/// When the text is not TOML.
pub fn renamed(text: &str, id: &str, name: &str) -> Result<String, PlaybookError> {
    let (own, base) = unbundle(text);
    let mut document = read(own)?;
    put(document.as_table_mut(), "id", Value::from(id));
    put(document.as_table_mut(), "name", Value::from(name));
    Ok(match base {
        Some(base) => format!("{document}{SEAM}{base}"),
        None => document.to_string(),
    })
}

fn read(text: &str) -> Result<DocumentMut, PlaybookError> {
    text.parse::<DocumentMut>()
        .map_err(|error: TomlError| PlaybookError::Syntax {
            line: line_of(text, error.span().map_or(0, |span| span.start)),
            message: error.message().to_owned(),
        })
}

/// A playbook's text and that of the one it extends.
struct Written {
    own: DocumentMut,
    base: Option<DocumentMut>,
}

impl Written {
    fn make(&mut self, change: &Edit) -> Result<(), PlaybookError> {
        match change {
            Edit::Name { text } => put(self.own.as_table_mut(), "name", Value::from(text)),
            Edit::Version { text } => put(self.own.as_table_mut(), "version", Value::from(text)),
            Edit::Description { text } => {
                put(self.own.as_table_mut(), "description", Value::from(text));
            }
            Edit::Number { check, name, value } => {
                let usual = self
                    .usual(check, &["numbers", name.as_str()])
                    .and_then(as_number);
                let table = self.place(check)?;
                let numbers = table
                    .entry("numbers")
                    .or_insert(Item::Value(Value::InlineTable(InlineTable::new())));
                if let Some(numbers) = numbers.as_table_like_mut() {
                    put(numbers, name, number(*value));
                    if usual == Some(*value) {
                        numbers.remove(name);
                    }
                    if numbers.is_empty() {
                        table.remove("numbers");
                    }
                }
                self.tidy(check);
            }
            Edit::Words { check, field, text } => {
                let usual = self.usual(check, &[field.key()]);
                let as_usual = usual.and_then(Item::as_str) == Some(text.as_str());
                let table = self.place(check)?;
                put(table, field.key(), Value::from(text));
                if as_usual {
                    table.remove(field.key());
                }
                self.tidy(check);
            }
            Edit::Fallbacks { check, fallbacks } => {
                let table = self.place(check)?;
                put(table, "fallbacks", Value::Array(list(fallbacks)));
            }
            Edit::Severity {
                check,
                rule,
                severity,
            } => {
                let rules = self
                    .own_position(check)
                    .and_then(|table| table.get_mut("rule"));
                let rules = rules.and_then(Item::as_array_of_tables_mut);
                let rule = rules.and_then(|rules| rules.get_mut(*rule as usize));
                let rule = rule.ok_or_else(|| nowhere(check))?;
                put(rule, "severity", Value::from(word(*severity)));
            }
            Edit::LeaveOut { check, left_out } => self.leave_out(check, *left_out)?,
            Edit::WriteOut { check } => self.write_out(check)?,
        }
        Ok(())
    }

    /// Where changes of a position are written: the position, or the changes of one that is inherited.
    fn place(&mut self, check: &str) -> Result<&mut dyn TableLike, PlaybookError> {
        if self.own_position(check).is_none() {
            if self.base_position(check).is_none() {
                return Err(nowhere(check));
            }
            let mut all = Table::new();
            all.set_implicit(true);
            let changes = self.own.entry("change").or_insert(Item::Table(all));
            let changes = changes.as_table_like_mut().ok_or_else(|| nowhere(check))?;
            let change = changes.entry(check).or_insert(Item::Table(Table::new()));
            return change.as_table_like_mut().ok_or_else(|| nowhere(check));
        }
        match self.own_position(check) {
            Some(table) => Ok(table),
            None => Err(nowhere(check)),
        }
    }

    fn own_position(&mut self, check: &str) -> Option<&mut Table> {
        let positions = self.own.get_mut("position")?.as_array_of_tables_mut()?;
        positions.iter_mut().find(|table| is(table, check))
    }

    fn base_position(&self, check: &str) -> Option<&Table> {
        let positions = self.base.as_ref()?.get("position")?.as_array_of_tables()?;
        positions.iter().find(|table| is(table, check))
    }

    /// What an inherited position has before it is changed; nothing for one of the playbook's own.
    fn usual(&self, check: &str, path: &[&str]) -> Option<&Item> {
        let positions = self.own.get("position").and_then(Item::as_array_of_tables);
        if positions.is_some_and(|all| all.iter().any(|table| is(table, check))) {
            return None;
        }
        let (first, rest) = path.split_first()?;
        rest.iter()
            .try_fold(self.base_position(check)?.get(first)?, |item, key| {
                item.get(*key)
            })
    }

    /// Takes away changes that change nothing.
    fn tidy(&mut self, check: &str) {
        let Some(changes) = self.own.get_mut("change").and_then(Item::as_table_like_mut) else {
            return;
        };
        let change = changes.get(check).and_then(Item::as_table_like);
        if change.is_some_and(TableLike::is_empty) {
            changes.remove(check);
        }
        if changes.is_empty() {
            self.own.remove("change");
        }
    }

    fn leave_out(&mut self, check: &str, left_out: bool) -> Result<(), PlaybookError> {
        if left_out && self.own_position(check).is_some() {
            if let Some(positions) = self
                .own
                .get_mut("position")
                .and_then(Item::as_array_of_tables_mut)
            {
                positions.retain(|table| !is(table, check));
            }
            return Ok(());
        }
        if self.base_position(check).is_none() {
            return Err(nowhere(check));
        }
        if left_out {
            enlist(&mut self.own, "remove", check);
            return Ok(());
        }
        strike(&mut self.own, "remove", check);
        // Where only some are kept, it becomes one of them.
        if self.own.contains_key("only") {
            enlist(&mut self.own, "only", check);
        }
        Ok(())
    }

    fn write_out(&mut self, check: &str) -> Result<(), PlaybookError> {
        if self.own_position(check).is_some() {
            return Ok(());
        }
        let mut table = self
            .base_position(check)
            .ok_or_else(|| nowhere(check))?
            .clone();
        anywhere(&mut table);
        table.decor_mut().set_prefix("\n");
        let changes = self.own.get_mut("change").and_then(Item::as_table_like_mut);
        let change = changes.and_then(|changes| changes.remove(check));
        if let Some(change) = change.as_ref().and_then(Item::as_table_like) {
            for (key, item) in change.iter() {
                take_over(&mut table, key, item);
            }
        }
        self.tidy(check);
        let positions = self
            .own
            .entry("position")
            .or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
        positions
            .as_array_of_tables_mut()
            .ok_or_else(|| nowhere(check))?
            .push(table);
        Ok(())
    }
}

fn nowhere(check: &str) -> PlaybookError {
    PlaybookError::Unknown {
        line: 1,
        name: check.to_owned(),
        problem: "is no position that can be changed here",
    }
}

fn is(table: &Table, check: &str) -> bool {
    table.get("id").and_then(Item::as_str) == Some(check)
}

/// Puts a value where one was, with the comment that stands beside it.
fn put(table: &mut dyn TableLike, key: &str, mut value: Value) {
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        None => {
            table.insert(key, Item::Value(value));
        }
    }
}

fn take_over(table: &mut Table, key: &str, item: &Item) {
    let into = table.get_mut(key).and_then(Item::as_table_like_mut);
    match (into, item.as_table_like()) {
        (Some(into), Some(from)) => {
            for (name, value) in from.iter() {
                if let Some(value) = value.as_value() {
                    put(into, name, value.clone());
                }
            }
        }
        _ => {
            if let Some(value) = item.as_value() {
                put(table, key, value.clone());
            }
        }
    }
}

/// Tables of another text know their places there; here they follow what they are put behind.
fn anywhere(table: &mut Table) {
    table.set_position(None);
    for (_, item) in table.iter_mut() {
        match item {
            Item::Table(inner) => anywhere(inner),
            Item::ArrayOfTables(all) => all.iter_mut().for_each(anywhere),
            _ => {}
        }
    }
}

fn strike(document: &mut DocumentMut, key: &str, check: &str) {
    if let Some(list) = document.get_mut(key).and_then(Item::as_array_mut) {
        list.retain(|value| value.as_str() != Some(check));
        if list.is_empty() {
            document.remove(key);
        }
    }
}

fn enlist(document: &mut DocumentMut, key: &str, check: &str) {
    let list = document
        .entry(key)
        .or_insert(Item::Value(Value::Array(Array::new())));
    if let Some(list) = list.as_array_mut()
        && !list.iter().any(|value| value.as_str() == Some(check))
    {
        list.push(check);
    }
}

fn list(fallbacks: &[Fallback]) -> Array {
    let mut array = Array::new();
    for fallback in fallbacks {
        let mut table = InlineTable::new();
        table.insert("position", Value::from(&fallback.position));
        table.insert("language", Value::from(&fallback.language));
        let mut value = Value::InlineTable(table);
        value.decor_mut().set_prefix("\n    ");
        array.push_formatted(value);
    }
    if !array.is_empty() {
        array.set_trailing("\n");
        array.set_trailing_comma(true);
    }
    array
}

fn as_number(item: &Item) -> Option<f64> {
    item.as_float()
        .or_else(|| item.as_integer().map(|whole| whole as f64))
}

/// Whole numbers as people write them.
fn number(value: f64) -> Value {
    const LARGEST_WHOLE: f64 = 1e15;
    if value.fract() == 0.0 && value.abs() < LARGEST_WHOLE {
        return Value::from(value as i64);
    }
    Value::from(value)
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "low",
        Severity::Medium => "medium",
        Severity::High => "high",
        Severity::Critical => "critical",
    }
}

#[cfg(test)]
mod tests {
    use super::super::{PROCUREMENT_TOML, Playbook, bundle, outline};
    use super::*;

    const OURS: &str = "# Ours.\nid = \"ours\"\nname = \"Ours\" # a name\nversion = \"1\"\nextends = \"procurement\"\n";

    fn changed(text: &str, edits: &[Edit]) -> String {
        edits.iter().fold(text.to_owned(), |text, one| {
            let text = edit(&text, one).unwrap();
            outline(&text).unwrap();
            text
        })
    }

    fn months(check: &str, value: f64) -> Edit {
        Edit::Number {
            check: check.to_owned(),
            name: "min_months".to_owned(),
            value,
        }
    }

    fn ask(text: &str) -> Edit {
        Edit::Words {
            check: "cap-low".to_owned(),
            field: WordsField::Ask,
            text: text.to_owned(),
        }
    }

    fn leave_out(check: &str, left_out: bool) -> Edit {
        Edit::LeaveOut {
            check: check.to_owned(),
            left_out,
        }
    }

    #[test]
    fn what_an_inherited_position_has_otherwise_stands_among_the_changes() {
        let text = changed(
            OURS,
            &[months("cap-low", 24.0), ask("Two years \"at least\".")],
        );
        assert_eq!(
            text,
            format!(
                "{OURS}\n[change.cap-low]\nnumbers = {{ min_months = 24 }}\nask = 'Two years \"at least\".'\n"
            )
        );
        // What is as it was is no change.
        let usual = Playbook::procurement().unwrap();
        let base = outline(PROCUREMENT_TOML).unwrap();
        let written = &base
            .positions
            .iter()
            .find(|p| p.check == "cap-low")
            .unwrap()
            .ask;
        let back = changed(&text, &[months("cap-low", 12.0), ask(written)]);
        assert_eq!(back, OURS);
        assert_eq!(Playbook::parse(&back).unwrap().positions, usual.positions);
    }

    #[test]
    fn a_position_of_its_own_is_changed_where_it_stands() {
        let text = changed(
            PROCUREMENT_TOML,
            &[
                months("cap-low", 18.5),
                Edit::Severity {
                    check: "cap-low".to_owned(),
                    rule: 1,
                    severity: Severity::Critical,
                },
            ],
        );
        let differing: Vec<(&str, &str)> = PROCUREMENT_TOML
            .lines()
            .zip(text.lines())
            .filter(|(before, after)| before != after)
            .collect();
        assert_eq!(
            differing,
            [
                (
                    "numbers = { walk_away_months = 6, min_months = 12 }",
                    "numbers = { walk_away_months = 6, min_months = 18.5 }"
                ),
                ("severity = \"high\"", "severity = \"critical\"")
            ]
        );
    }

    #[test]
    fn positions_are_left_out_and_taken_in_again() {
        let without = changed(OURS, &[leave_out("sla", true), leave_out("audit", true)]);
        assert!(
            without.contains("remove = [\"sla\", \"audit\"]"),
            "{without}"
        );
        let again = changed(
            &without,
            &[leave_out("sla", false), leave_out("audit", false)],
        );
        assert_eq!(again, OURS);
        let few = format!("{OURS}only = [\"sla\", \"audit\"]\n");
        let fewer = changed(&few, &[leave_out("sla", true)]);
        assert_eq!(fewer, format!("{few}remove = [\"sla\"]\n"));
        let more = changed(
            &fewer,
            &[leave_out("cap-low", false), leave_out("sla", false)],
        );
        assert_eq!(
            more,
            format!("{OURS}only = [\"sla\", \"audit\", \"cap-low\"]\n")
        );
        let gone = changed(PROCUREMENT_TOML, &[leave_out("sla", true)]);
        assert_eq!(
            Playbook::parse(&gone).unwrap().positions.len() + 1,
            Playbook::procurement().unwrap().positions.len()
        );
    }

    #[test]
    fn an_inherited_position_is_written_out_with_what_was_changed_of_it() {
        let before = changed(
            &format!(
                "{OURS}\n[[position]]\nid = \"own\"\nclause_kind = \"insurance\"\ntitle = \"New\"\n"
            ),
            &[months("cap-low", 24.0), ask("Two years.")],
        );
        let text = changed(
            &before,
            &[
                Edit::WriteOut {
                    check: "cap-low".to_owned(),
                },
                Edit::Severity {
                    check: "cap-low".to_owned(),
                    rule: 0,
                    severity: Severity::Medium,
                },
            ],
        );
        assert!(!text.contains("change"), "{text}");
        let (before, after) = (
            Playbook::parse(&before).unwrap(),
            Playbook::parse(&text).unwrap(),
        );
        let cap = |playbook: &Playbook| {
            let mut all = playbook.positions.iter();
            all.find(|p| p.check == "cap-low").unwrap().clone()
        };
        assert_eq!(cap(&after).rules[0].severity, Severity::Medium);
        let mut as_before = cap(&after);
        as_before.rules[0].severity = Severity::Critical;
        assert_eq!(as_before, cap(&before));
        assert_eq!(after.positions.len(), before.positions.len());
    }

    #[test]
    fn fallbacks_names_and_copies_keep_the_rest() {
        let fallbacks = vec![Fallback {
            position: "A year".to_owned(),
            language: "The cap is a year's fees.".to_owned(),
        }];
        let text = changed(
            OURS,
            &[
                Edit::Fallbacks {
                    check: "cap-low".to_owned(),
                    fallbacks: fallbacks.clone(),
                },
                Edit::Name {
                    text: "Ours, anew".to_owned(),
                },
                Edit::Version {
                    text: "2".to_owned(),
                },
                Edit::Description {
                    text: "For services.".to_owned(),
                },
            ],
        );
        assert!(text.contains("name = \"Ours, anew\" # a name"), "{text}");
        let outlined = outline(&text).unwrap();
        assert_eq!(outlined.description, "For services.");
        let cap = outlined.positions.iter().find(|p| p.check == "cap-low");
        assert_eq!(cap.unwrap().fallbacks, fallbacks);
        let copy = renamed(&text, "theirs", "Theirs").unwrap();
        assert_eq!(
            copy.replace("theirs", "ours")
                .replace("Theirs", "Ours, anew"),
            text
        );
    }

    #[test]
    fn the_playbook_behind_the_seam_stays_and_what_is_nowhere_is_refused() {
        let bundled = bundle(OURS).unwrap().into_owned();
        let text = changed(&bundled, &[months("cap-low", 24.0)]);
        assert!(text.ends_with(PROCUREMENT_TOML) && text.contains("[change.cap-low]"));
        let error = edit(OURS, &months("no-such", 1.0)).unwrap_err().to_string();
        assert!(error.contains("no-such"), "{error}");
        assert_eq!(
            edit("id = = \"x\"\nname", &months("a", 1.0))
                .unwrap_err()
                .line(),
            1
        );
    }
}
