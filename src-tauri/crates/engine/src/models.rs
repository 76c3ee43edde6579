//! Model providers as the engine uses them: set up by the person, opened once, asked by steps.
//!
//! Without one that is switched on nothing here does anything, and nothing leaves the computer.

use std::sync::{Arc, PoisonError, RwLock};

use countersign_providers::{Provider, ProviderConfig, ProviderError, Secrets};
use countersign_store::budgets::Budgets;
use countersign_store::limits::ProviderLimits;
use countersign_store::steps::ModelRules;
use serde::{Deserialize, Serialize};

use crate::pipeline::Context;

/// What the person has decided about models; kept as one setting.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelSettings {
    /// The providers that are set up.
    pub providers: Vec<ProviderConfig>,
    /// Ids of those that new reviews ask, in this order; empty for the offline reader alone.
    pub chain: Vec<String>,
    /// Caps on spending.
    pub budgets: Budgets,
}

/// A provider that is set up, and the way to it.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) config: ProviderConfig,
    /// None when its settings can't be used: the error says why.
    pub(crate) client: Result<Arc<dyn Provider>, ProviderError>,
}

/// All providers that are set up.
#[derive(Debug)]
pub(crate) struct Models {
    settings: RwLock<ModelSettings>,
    opened: RwLock<Vec<Arc<Model>>>,
    keys: Arc<dyn Secrets>,
}

impl Models {
    pub(crate) fn new(settings: ModelSettings, keys: Arc<dyn Secrets>) -> Self {
        let models = Self {
            settings: RwLock::default(),
            opened: RwLock::default(),
            keys,
        };
        models.change(settings);
        models
    }

    pub(crate) fn settings(&self) -> ModelSettings {
        self.settings
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// New settings hold from the next claim on; calls under way end by the old ones.
    pub(crate) fn change(&self, settings: ModelSettings) {
        let opened = settings
            .providers
            .iter()
            .map(|config| {
                let key = self.keys.get(&config.id);
                Arc::new(Model {
                    config: config.clone(),
                    client: countersign_providers::open(config, key),
                })
            })
            .collect();
        *self.opened.write().unwrap_or_else(PoisonError::into_inner) = opened;
        *self
            .settings
            .write()
            .unwrap_or_else(PoisonError::into_inner) = settings;
    }

    pub(crate) fn get(&self, id: &str) -> Option<Arc<Model>> {
        self.opened
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .find(|model| model.config.id == id)
            .cloned()
    }

    /// Where a key comes from, in words.
    pub(crate) fn keys(&self) -> &dyn Secrets {
        self.keys.as_ref()
    }

    /// What the claim needs to know.
    pub(crate) fn rules(&self) -> ModelRules {
        let settings = self.settings.read().unwrap_or_else(PoisonError::into_inner);
        let limits = |config: &ProviderConfig| ProviderLimits {
            provider: config.id.clone(),
            requests_per_minute: config.requests_per_minute,
            tokens_per_minute: config.tokens_per_minute,
            concurrency: config.concurrency,
        };
        ModelRules {
            budgets: settings.budgets,
            limits: settings.providers.iter().map(limits).collect(),
        }
    }
}

impl Context {
    /// Changes what was decided about models, in the database and for the next claim. Changes and taking
    /// over those of other processes take turns.
    pub(crate) async fn change_models<T, E: From<countersign_store::Error>>(
        &self,
        change: impl FnOnce(&mut ModelSettings) -> Result<T, E>,
    ) -> Result<T, E> {
        let _gate = self.settings_gate.lock().await;
        let before = self.models.settings();
        let mut settings = before.clone();
        let answer = change(&mut settings)?;
        if settings != before {
            let now = self.config.clock.now_ms();
            self.store.change_setting("models", &settings, now).await?;
        }
        self.models.change(settings);
        Ok(answer)
    }
}
