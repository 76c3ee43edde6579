//! `POST /embeddings`.

use serde::{Deserialize, Serialize};

use super::OpenAi;
use crate::error::{ProviderError, code};
use crate::estimate::{estimated, sound};
use crate::limits::rate_limits;
use crate::reply::{EmbedReply, Usage};
use crate::request::EmbedRequest;

impl OpenAi {
    pub(super) async fn embeddings(
        &self,
        request: &EmbedRequest,
    ) -> Result<EmbedReply, ProviderError> {
        let body = EmbedBody {
            model: &request.model,
            input: &request.texts,
            encoding_format: "float",
        };
        let estimated = estimated(request);
        let (answer, value) = self
            .client
            .post("embeddings", &request.model, &body, estimated)
            .await?;
        let vectors = Vectors::deserialize(value).ok().and_then(|reply| {
            let usage = reply.usage(request, estimated);
            let model = reply.model.clone();
            Some((reply.in_order(request.texts.len())?, usage, model))
        });
        let Some((vectors, usage, model)) = vectors else {
            return Err(self
                .client
                .unusable(&answer, code::UNREADABLE_ANSWER, estimated));
        };
        Ok(EmbedReply {
            vectors,
            usage,
            model: model.unwrap_or_else(|| request.model.clone()),
            http_status: answer.status,
            first_byte_ms: answer.first_byte_ms,
            total_ms: answer.total_ms,
            limits: rate_limits(&answer.headers),
        })
    }
}

#[derive(Serialize)]
struct EmbedBody<'a> {
    model: &'a str,
    input: &'a [String],
    encoding_format: &'static str,
}

#[derive(Deserialize)]
struct Vectors {
    data: Vec<Vector>,
    model: Option<String>,
    usage: Option<Counted>,
}

#[derive(Deserialize)]
struct Vector {
    index: Option<usize>,
    embedding: Vec<f32>,
}

#[derive(Deserialize)]
struct Counted {
    prompt_tokens: Option<u64>,
}

impl Vectors {
    /// One vector for each text, all of one length and all numbers; else nothing.
    fn in_order(self, texts: usize) -> Option<Vec<Vec<f32>>> {
        let mut slots: Vec<Option<Vec<f32>>> = vec![None; texts];
        for (place, vector) in self.data.into_iter().enumerate() {
            let slot = slots.get_mut(vector.index.unwrap_or(place))?;
            if slot.replace(vector.embedding).is_some() {
                return None;
            }
        }
        sound(slots.into_iter().collect::<Option<_>>()?)
    }

    /// The provider's count where it is possible. A token is a byte at least.
    fn usage(&self, request: &EmbedRequest, estimated: Usage) -> Usage {
        /// Marks around each text.
        const MOST_MARKS: u64 = 16;
        let bytes: u64 = request
            .texts
            .iter()
            .map(|text| text.len() as u64 + MOST_MARKS)
            .sum();
        let said = self.usage.as_ref().and_then(|usage| usage.prompt_tokens);
        match said.filter(|tokens| (1..=bytes).contains(tokens)) {
            Some(input_tokens) => Usage {
                input_tokens,
                ..Usage::default()
            },
            None => estimated,
        }
    }
}
