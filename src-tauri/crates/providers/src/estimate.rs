//! Our own count of a question's tokens, to check what a provider says it counted.

use crate::reply::Usage;
use crate::request::{EmbedRequest, ModelRequest};
use crate::tokens::estimate_tokens;

/// No call is billed for more; beyond it a count is nonsense.
const MOST_TOKENS: u64 = 10_000_000;

/// Marks, roles and a server's own prompt come on top of the bytes we sent.
const MOST_TOKENS_OF_A_SERVER: u64 = 8_192;

/// What a provider says it counted, as far as it says so.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    /// Tokens read, the cached ones among them.
    pub input: Option<u64>,
    /// Tokens written, those of thoughts among them.
    pub output: Option<u64>,
    /// Of those read, the cached ones.
    pub cached: Option<u64>,
}

/// Our own count of a question, to check the provider's.
pub(crate) struct Estimate {
    input: u64,
    bytes: u64,
}

impl Estimate {
    pub fn of(request: &ModelRequest, system: &str) -> Self {
        let schema = request.schema.as_ref();
        let schema = schema.map(|schema| schema.schema.to_string());
        let parts = [system, &request.user, schema.as_deref().unwrap_or_default()];
        Self {
            input: parts
                .iter()
                .map(|part| u64::from(estimate_tokens(part)))
                .sum(),
            bytes: parts.iter().map(|part| part.len() as u64).sum(),
        }
    }

    pub fn usage(&self, output_tokens: u64) -> Usage {
        Usage {
            input_tokens: self.input,
            output_tokens,
            cached_tokens: 0,
            estimated: true,
        }
    }

    /// The provider's counts where they are possible, else ours. A token is a byte at least.
    pub fn check(&self, said: Counts, text: &str) -> Usage {
        let input = said
            .input
            .filter(|tokens| (1..=self.bytes + MOST_TOKENS_OF_A_SERVER).contains(tokens));
        let output = said
            .output
            .filter(|tokens| *tokens <= MOST_TOKENS && (*tokens > 0 || text.is_empty()));
        let (Some(input_tokens), Some(output_tokens)) = (input, output) else {
            return self.usage(estimate_tokens(text).into());
        };
        let cached = said.cached.filter(|cached| *cached <= input_tokens);
        Usage {
            input_tokens,
            output_tokens,
            cached_tokens: cached.unwrap_or(0),
            estimated: false,
        }
    }
}

/// What turning texts into vectors uses, by our own count.
pub(crate) fn estimated(request: &EmbedRequest) -> Usage {
    let tokens = request.texts.iter();
    Usage {
        input_tokens: tokens.map(|text| u64::from(estimate_tokens(text))).sum(),
        estimated: true,
        ..Usage::default()
    }
}

/// Vectors that are all of one length and all numbers; else nothing.
pub(crate) fn sound(vectors: Vec<Vec<f32>>) -> Option<Vec<Vec<f32>>> {
    let length = vectors.first().map_or(0, Vec::len);
    let is_sound = |vector: &Vec<f32>| {
        vector.len() == length && length > 0 && vector.iter().all(|number| number.is_finite())
    };
    vectors.iter().all(is_sound).then_some(vectors)
}
