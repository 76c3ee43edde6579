//! What benches print: each figure beside what is promised of it.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

/// The figures of one bench.
#[derive(Debug, Default)]
pub struct Figures {
    rows: Vec<Figure>,
}

#[derive(Debug)]
struct Figure {
    name: String,
    value: f64,
    /// The smallest and the largest of the values whose median it is.
    spread: Option<(f64, f64)>,
    unit: &'static str,
    bound: Option<Bound>,
}

/// What is promised of a figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// It is not larger.
    AtMost(f64),
    /// It is not smaller.
    AtLeast(f64),
}

impl Bound {
    fn holds(self, value: f64) -> bool {
        match self {
            Self::AtMost(bound) => value <= bound,
            Self::AtLeast(bound) => value >= bound,
        }
    }

    fn words(self) -> String {
        match self {
            Self::AtMost(bound) => format!("<= {}", short(bound)),
            Self::AtLeast(bound) => format!(">= {}", short(bound)),
        }
    }
}

impl Figures {
    /// A figure that nothing is promised of.
    pub fn add(&mut self, name: impl Into<String>, value: f64, unit: &'static str) {
        self.push(name.into(), value, unit, None);
    }

    /// A figure with its promise.
    pub fn promise(
        &mut self,
        name: impl Into<String>,
        value: f64,
        unit: &'static str,
        bound: Bound,
    ) {
        self.push(name.into(), value, unit, Some(bound));
    }

    /// The median of values measured one after the other, with the smallest and the largest of them.
    pub fn spread(
        &mut self,
        name: impl Into<String>,
        values: &[f64],
        unit: &'static str,
        bound: Option<Bound>,
    ) {
        self.push(name.into(), median(values), unit, bound);
        if let Some(row) = self.rows.last_mut() {
            row.spread = Some((percentile(values, 0), percentile(values, 100)));
        }
    }

    fn push(&mut self, name: String, value: f64, unit: &'static str, bound: Option<Bound>) {
        self.rows.push(Figure {
            name,
            value,
            spread: None,
            unit,
            bound,
        });
    }

    /// One line a figure: name, value, unit, smallest and largest, promise, whether it holds.
    pub fn table(&self) -> String {
        let wide = self.rows.iter().map(|row| row.name.chars().count()).max();
        let mut table = String::new();
        for row in &self.rows {
            let promise = row.bound.map_or(String::new(), |bound| {
                let word = if bound.holds(row.value) {
                    "holds"
                } else {
                    "MISSED"
                };
                format!("  promised {:<10} {word}", bound.words())
            });
            let spread = row.spread.map_or(String::new(), |(least, most)| {
                format!("{} to {}", short(least), short(most))
            });
            let value = short(row.value);
            let line = format!(
                "{:<wide$} {value:>10} {:<8} {spread:<18}{promise}",
                row.name,
                row.unit,
                wide = wide.unwrap_or(0)
            );
            // Writing to a string can't fail.
            let _ = writeln!(table, "{}", line.trim_end());
        }
        table
    }

    fn json(&self) -> Value {
        let row = |row: &Figure| {
            let (most, least) = match row.bound {
                Some(Bound::AtMost(bound)) => (Some(bound), None),
                Some(Bound::AtLeast(bound)) => (None, Some(bound)),
                None => (None, None),
            };
            json!({
                "name": row.name, "value": row.value, "unit": row.unit, "at_most": most, "at_least": least,
                "smallest": row.spread.map(|(least, _)| least), "largest": row.spread.map(|(_, most)| most),
                "holds": row.bound.map(|bound| bound.holds(row.value)),
            })
        };
        Value::Array(self.rows.iter().map(row).collect())
    }

    /// Each figure that was measured before too, beside what it was then.
    fn changes(&self, before: &Value) -> String {
        let before = before.as_array().map_or(&[][..], Vec::as_slice);
        let mut lines = String::new();
        for row in &self.rows {
            let was = before.iter().find(|was| was["name"] == row.name);
            let Some(was) = was.and_then(|was| was["value"].as_f64()) else {
                continue;
            };
            let times = if was == 0.0 {
                String::new()
            } else {
                format!(", {:.2} times", row.value / was)
            };
            let (was, now) = (short(was), short(row.value));
            // Writing to a string can't fail.
            let _ = writeln!(lines, "  {}: {was} -> {now} {}{times}", row.name, row.unit);
        }
        lines
    }

    /// Prints the table, and what changed since the file that `--compare FILE` names; writes the figures
    /// where `--json FILE` says, in place of this bench's own among those of others.
    ///
    /// # Errors
    /// When a promise is missed, or a file can't be read or written.
    pub fn finish(self) -> Result<(), Box<dyn Error>> {
        say(&self.table());
        let bench = bench();
        if let Some(file) = option("--compare") {
            let before = kept(Path::new(&file))?;
            let changes = match before.get(&bench) {
                Some(before) => self.changes(before),
                None => String::new(),
            };
            if changes.is_empty() {
                say(&format!("{file} has no figure of these.\n"));
            } else {
                say(&format!("\nSince {file}:\n{changes}"));
            }
        }
        if let Some(file) = option("--json").map(PathBuf::from) {
            let mut all = if file.exists() {
                kept(&file)?
            } else {
                Map::new()
            };
            all.insert(bench, self.json());
            std::fs::write(file, serde_json::to_vec_pretty(&all)?)?;
        }
        let missed: Vec<&str> = self
            .rows
            .iter()
            .filter(|row| row.bound.is_some_and(|bound| !bound.holds(row.value)))
            .map(|row| row.name.as_str())
            .collect();
        if missed.is_empty() {
            Ok(())
        } else {
            Err(format!("not as promised: {}", missed.join("; ")).into())
        }
    }
}

/// What benches kept in a file: rows by the bench's name.
fn kept(file: &Path) -> Result<Map<String, Value>, Box<dyn Error>> {
    let words = |why: String| format!("{} can't be read: {why}", file.display());
    let bytes = std::fs::read(file).map_err(|error| words(error.to_string()))?;
    Ok(serde_json::from_slice(&bytes).map_err(|error| words(error.to_string()))?)
}

/// The bench that runs: its program's name without what cargo puts around it.
fn bench() -> String {
    let program = std::env::current_exe().unwrap_or_default();
    let name = program.file_stem().unwrap_or_default().to_string_lossy();
    let name = name.strip_prefix("bench_").unwrap_or(&name);
    name.split('-').next().unwrap_or(name).to_owned()
}

#[expect(clippy::print_stdout, reason = "a bench prints its figures")]
fn say(words: &str) {
    print!("\n{words}");
}

/// Three digits that say something.
fn short(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.3}"),
    }
}

/// The value behind `name` on this program's command line.
pub fn option(name: &str) -> Option<String> {
    std::env::args().skip_while(|word| word != name).nth(1)
}

/// Whether `name` stands on this program's command line.
pub fn flag(name: &str) -> bool {
    std::env::args().any(|word| word == name)
}

/// The value that `percent` of all values don't exceed; 0 of none.
pub fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let at = (values.len() * percent).div_ceil(100).max(1) - 1;
    values.get(at).copied().unwrap_or(0.0)
}

/// The value in the middle; 0 of none.
pub fn median(values: &[f64]) -> f64 {
    percentile(values, 50)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_promise_is_an_error_and_stands_in_the_table() {
        let mut figures = Figures::default();
        figures.add("contracts", 20.0, "");
        figures.promise("ratio", 1.04, "", Bound::AtMost(1.05));
        assert!(figures.table().contains("promised <= 1.050   holds"));
        figures.promise("speed", 90.0, "a second", Bound::AtLeast(100.0));
        assert!(figures.table().lines().last().unwrap().ends_with("MISSED"));
        let error = figures.finish().unwrap_err().to_string();
        assert_eq!(error, "not as promised: speed");
    }

    #[test]
    fn medians_stand_beside_their_spread_and_what_they_were() {
        let mut figures = Figures::default();
        figures.spread("review", &[1.5, 1.0, 4.0], "s", None);
        figures.add("pages", 20.0, "");
        assert!(figures.table().contains("1.500 s        1.000 to 4.000"));
        let before = json!([{ "name": "review", "value": 0.75 }, { "name": "gone", "value": 1 }]);
        let changes = figures.changes(&before);
        assert_eq!(changes, "  review: 0.750 -> 1.500 s, 2.00 times\n");
        assert_eq!(figures.changes(&figures.json()).lines().count(), 2);
    }

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let values: Vec<f64> = (1..=200).rev().map(f64::from).collect();
        assert_eq!(percentile(&values, 50), 100.0);
        assert_eq!(percentile(&values, 99), 198.0);
        assert_eq!(percentile(&values, 100), 200.0);
        assert_eq!(percentile(&[], 99), 0.0);
    }
}
