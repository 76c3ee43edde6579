//! What benches print: each figure beside what is promised of it.

use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::{Value, json};

/// The figures of one bench.
#[derive(Debug, Default)]
pub struct Figures {
    rows: Vec<Figure>,
}

#[derive(Debug)]
struct Figure {
    name: String,
    value: f64,
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

    fn push(&mut self, name: String, value: f64, unit: &'static str, bound: Option<Bound>) {
        self.rows.push(Figure {
            name,
            value,
            unit,
            bound,
        });
    }

    /// One line a figure: name, value, unit, promise, whether it holds.
    pub fn table(&self) -> String {
        let wide = self.rows.iter().map(|row| row.name.len()).max();
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
            let value = short(row.value);
            let line = format!(
                "{:<wide$} {value:>10} {:<8}{promise}",
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
                "holds": row.bound.map(|bound| bound.holds(row.value)),
            })
        };
        Value::Array(self.rows.iter().map(row).collect())
    }

    /// Writes the figures where `--json FILE` says.
    ///
    /// # Errors
    /// When a promise is missed, or the file can't be written.
    pub fn finish(self) -> Result<(), Box<dyn Error>> {
        if let Some(file) = option("--json").map(PathBuf::from) {
            std::fs::write(file, serde_json::to_vec_pretty(&self.json())?)?;
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
    fn percentiles_are_values_that_were_measured() {
        let values: Vec<f64> = (1..=200).rev().map(f64::from).collect();
        assert_eq!(percentile(&values, 50), 100.0);
        assert_eq!(percentile(&values, 99), 198.0);
        assert_eq!(percentile(&values, 100), 200.0);
        assert_eq!(percentile(&[], 99), 0.0);
    }
}
