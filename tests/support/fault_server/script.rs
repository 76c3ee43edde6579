//! What goes wrong, and when.

use std::collections::{BTreeMap, VecDeque};
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// What goes wrong. Chances depend on the seed, the question and how often it was asked, never on the
/// order in which calls arrive.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Script {
    /// For the next calls, one each, whatever the chances say.
    pub next: VecDeque<Fault>,
    /// For all others.
    pub chances: Vec<Chance>,
    /// Of the chances and the latency.
    pub seed: u64,
    /// How long the model thinks.
    pub latency: Latency,
}

/// A fault that happens now and then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chance {
    /// What.
    pub fault: Fault,
    /// How often, in a thousand calls.
    pub per_mille: u32,
}

/// How long the model thinks before the head of its answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Latency {
    /// Not at all.
    #[default]
    None,
    /// Always as long.
    Fixed {
        /// Milliseconds.
        ms: u64,
    },
    /// Mostly near the median, sometimes much longer, as models do.
    Lognormal {
        /// Half of the calls are faster.
        median_ms: f64,
        /// 0.5 is usual: one call in fifty takes almost three times the median.
        sigma: f64,
    },
}

/// What is done to one call. From text: a word of these in snake case, or a status (`429`, `503`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "fault")]
pub enum Fault {
    /// Nothing.
    Good {
        /// Headers on top.
        #[serde(default)]
        headers: BTreeMap<String, String>,
    },
    /// An error of the server.
    Status {
        /// Its status.
        status: u16,
        /// Headers on top, such as `retry-after`.
        #[serde(default)]
        headers: BTreeMap<String, String>,
        /// The body; what OpenAI says with this status when there is none. Like a careless server it
        /// repeats the key and the question.
        #[serde(default)]
        body: Option<Value>,
    },
    /// Silence.
    HangBeforeHeaders,
    /// Silence behind the head.
    HangAfterHeaders,
    /// The answer, one byte at a time.
    Drip {
        /// Milliseconds between two bytes.
        every_ms: u64,
    },
    /// Half of the answer, as if it were all.
    TruncatedJson,
    /// Something else than JSON.
    InvalidJson,
    /// JSON, but of something else.
    ForeignJson,
    /// No choices.
    EmptyChoices,
    /// A choice without text.
    EmptyContent,
    /// Half of the text, stopped at the limit of tokens.
    Length,
    /// The model refuses.
    Refusal,
    /// The provider's filter takes the answer away.
    ContentFilter,
    /// An error with a status of success.
    ErrorInSuccess,
    /// The connection is closed instead of an answer.
    CloseBeforeHeaders,
    /// The connection is reset in the middle of the body.
    ResetMidBody,
    /// A good answer without counts of tokens.
    NoUsage,
    /// A good answer with impossible counts.
    WrongUsage,
    /// The text stands in prose.
    Prose,
    /// The text stands in a code fence.
    Fenced,
    /// The text is JSON of another shape.
    SchemaViolation,
    /// A body that never ends.
    Endless,
    /// A good answer, then the connection is closed though it was promised to stay.
    CloseIdle,
}

impl Fault {
    /// A good answer.
    pub fn good() -> Self {
        Self::Good {
            headers: BTreeMap::new(),
        }
    }

    /// A status with headers.
    pub fn status(status: u16, headers: &[(&str, &str)]) -> Self {
        Self::Status {
            status,
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: None,
        }
    }

    /// A status with a body.
    pub fn error(status: u16, body: Value) -> Self {
        Self::Status {
            status,
            headers: BTreeMap::new(),
            body: Some(body),
        }
    }

    /// Its word, for the ledger.
    pub fn word(&self) -> String {
        if let Self::Status { status, .. } = self {
            return status.to_string();
        }
        let value = serde_json::to_value(self).unwrap_or_default();
        value["fault"].as_str().unwrap_or_default().to_owned()
    }
}

impl FromStr for Fault {
    type Err = serde_json::Error;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        if let Ok(status) = word.parse::<u16>() {
            let seconds: &[(&str, &str)] = match status {
                429 | 503 | 529 => &[("retry-after", "1")],
                _ => &[],
            };
            return Ok(Self::status(status, seconds));
        }
        let every_ms = 1_000;
        serde_json::from_value(json!({ "fault": word, "every_ms": every_ms }))
    }
}

impl Script {
    /// These faults for the next calls, then good answers.
    pub fn of(faults: impl IntoIterator<Item = Fault>) -> Self {
        Self {
            next: faults.into_iter().collect(),
            ..Self::default()
        }
    }

    /// What happens to a question that is asked for the `times`-th time.
    pub(crate) fn fault(&mut self, key: &str, times: u64) -> Fault {
        if let Some(fault) = self.next.pop_front() {
            return fault;
        }
        let mut draw = self.draw(key, times, "fault") * 1_000.0;
        for chance in &self.chances {
            draw -= f64::from(chance.per_mille);
            if draw < 0.0 {
                return chance.fault.clone();
            }
        }
        Fault::good()
    }

    pub(crate) fn latency_ms(&self, key: &str, times: u64) -> u64 {
        match self.latency {
            Latency::None => 0,
            Latency::Fixed { ms } => ms,
            Latency::Lognormal { median_ms, sigma } => {
                // Box and Muller; 1 - draw is never zero.
                let radius = (-2.0 * (1.0 - self.draw(key, times, "radius")).ln()).sqrt();
                let angle = std::f64::consts::TAU * self.draw(key, times, "angle");
                let ms = median_ms * (sigma * radius * angle.cos()).exp();
                // A float beyond the range becomes its end.
                ms.round() as u64
            }
        }
    }

    /// A number from 0 up to but not 1.
    fn draw(&self, key: &str, times: u64, what: &str) -> f64 {
        let hash = Sha256::digest(format!("{} {key} {times} {what}", self.seed).as_bytes());
        let bits = hash
            .iter()
            .take(6)
            .fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
        // 48 bits are exact in a float.
        bits as f64 / (1_u64 << 48) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_come_as_often_as_they_say() {
        let mut script = Script {
            chances: vec![Chance {
                fault: "429".parse().unwrap(),
                per_mille: 50,
            }],
            seed: 7,
            ..Script::default()
        };
        let faults = (0..10_000)
            .filter(|number| script.fault(&number.to_string(), 1) != Fault::good())
            .count();
        assert!((400..600).contains(&faults), "{faults}");
    }

    #[test]
    fn half_of_the_calls_are_faster_than_the_median() {
        let latency = Latency::Lognormal {
            median_ms: 100.0,
            sigma: 0.5,
        };
        let script = Script {
            latency,
            ..Script::default()
        };
        let mut all: Vec<u64> = (0..2_000)
            .map(|number| script.latency_ms(&number.to_string(), 1))
            .collect();
        all.sort_unstable();
        assert!((92..109).contains(&all[1_000]), "{}", all[1_000]);
        assert!((240..330).contains(&all[1_955]), "{}", all[1_955]);
    }

    #[test]
    fn a_script_is_read_from_json_and_faults_from_words() {
        let script: Script = serde_json::from_value(json!({
            "next": [{ "fault": "status", "status": 429, "headers": { "retry-after": "2" } },
                     { "fault": "drip", "every_ms": 5 }],
            "latency": { "kind": "fixed", "ms": 3 },
        }))
        .unwrap();
        let expected = [
            Fault::status(429, &[("retry-after", "2")]),
            Fault::Drip { every_ms: 5 },
        ];
        assert_eq!(script.next, expected);
        assert_eq!(script.latency, Latency::Fixed { ms: 3 });
        assert_eq!(
            "reset_mid_body".parse::<Fault>().unwrap(),
            Fault::ResetMidBody
        );
        assert!("rest_mid_body".parse::<Fault>().is_err());
    }
}
