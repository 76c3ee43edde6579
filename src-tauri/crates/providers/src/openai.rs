//! The wire of OpenAI's chat completions and embeddings, which most servers speak: OpenAI, Azure,
//! Mistral, OpenRouter, Ollama, LM Studio, llama.cpp, vLLM.

mod chat;
mod embeddings;

use std::sync::Arc;

use futures_core::future::BoxFuture;

use crate::Provider;
use crate::client::Client;
use crate::error::ProviderError;
use crate::reply::{EmbedReply, ListedModel, ModelReply};
use crate::request::{EmbedRequest, ModelRequest};
use crate::way_out::About;

/// A provider that speaks this wire.
#[derive(Debug)]
pub(crate) struct OpenAi {
    pub client: Client,
}

impl Provider for OpenAi {
    fn complete<'a>(
        &'a self,
        request: &'a ModelRequest,
    ) -> BoxFuture<'a, Result<ModelReply, ProviderError>> {
        Box::pin(self.chat(request))
    }

    fn embed<'a>(
        &'a self,
        request: &'a EmbedRequest,
    ) -> BoxFuture<'a, Result<EmbedReply, ProviderError>> {
        Box::pin(self.embeddings(request))
    }

    fn list_models(&self) -> BoxFuture<'_, Result<Vec<ListedModel>, ProviderError>> {
        Box::pin(self.client.list(None))
    }

    fn about(&self, about: About) -> Arc<dyn Provider> {
        Arc::new(Self {
            client: self.client.about(about),
        })
    }
}
