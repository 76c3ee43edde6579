//! Model providers as the engine uses them: set up by the person, opened once, asked by steps.
//!
//! Without one that is switched on nothing here does anything, and nothing leaves the computer.

use std::sync::{Arc, PoisonError, RwLock};

use countersign_providers::{
    About, ErrorClass, FoundKey, KeyNeed, KeyPlace, Keys, Preset, Provider, ProviderConfig,
    ProviderError, Redaction, WayOut, code,
};
use countersign_store::budgets::Budgets;
use countersign_store::limits::ProviderLimits;
use countersign_store::steps::ModelRules;
use serde::{Deserialize, Serialize};
use tokio::sync::OnceCell;

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
    /// What is replaced in questions before they leave.
    pub redaction: Redaction,
    /// Nothing leaves this computer: no provider is asked for anything.
    pub offline: bool,
    /// Counted up when a key was set or taken away: whoever works with these settings then looks again.
    pub keys_changed: u64,
}

/// A provider that is set up, and the way to it. Its key is looked for when it is needed: a keychain may
/// ask the person for its password.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) config: ProviderConfig,
    keys: Arc<Keys>,
    way: WayOut,
    opened: OnceCell<Opened>,
}

#[derive(Debug)]
struct Opened {
    client: Result<Arc<dyn Provider>, ProviderError>,
    key: FoundKey,
}

impl Model {
    fn new(config: &ProviderConfig, keys: &Arc<Keys>, way: &WayOut) -> Self {
        Self {
            config: config.clone(),
            keys: Arc::clone(keys),
            way: way.clone(),
            opened: OnceCell::new(),
        }
    }

    /// The way to it, for this purpose.
    ///
    /// # Errors
    /// When its settings can't be used, or its key is in a keychain that is locked.
    pub(crate) async fn client(&self, about: About) -> Result<Arc<dyn Provider>, ProviderError> {
        let client = self.opened().await.client.as_ref();
        client
            .map(|client| client.about(about))
            .map_err(Clone::clone)
    }

    /// The way to it, open or shut.
    pub(crate) fn way(&self) -> &WayOut {
        &self.way
    }

    /// Its key, and where it is.
    pub(crate) async fn key(&self) -> &FoundKey {
        &self.opened().await.key
    }

    async fn opened(&self) -> &Opened {
        let open = async {
            let (keys, id) = (Arc::clone(&self.keys), self.config.id.clone());
            let looked = tokio::task::spawn_blocking(move || keys.find(&id)).await;
            // A look that ended by a panic found nothing.
            let key = looked.unwrap_or(FoundKey {
                key: None,
                place: KeyPlace::Nowhere,
                no_keychain: None,
            });
            let client = match self.locked_away(&key) {
                Some(error) => Err(error),
                None => countersign_providers::open(&self.config, key.key.clone(), &self.way),
            };
            Opened { client, key }
        };
        self.opened.get_or_init(|| open).await
    }

    /// Without its key a provider that wants one would only refuse: better to say where the key may be.
    fn locked_away(&self, key: &FoundKey) -> Option<ProviderError> {
        let why = key.no_keychain.filter(|why| why.is_locked())?;
        let preset = self.config.preset.as_deref().and_then(Preset::find)?;
        (key.key.is_none() && preset.key == KeyNeed::Needed).then(|| {
            let name = &self.config.name;
            let words = format!("{name} was not asked, because its key can't be read: {why}");
            ProviderError::new(ErrorClass::UserAction, code::KEYCHAIN_LOCKED, words)
        })
    }
}

/// All providers that are set up.
#[derive(Debug)]
pub(crate) struct Models {
    settings: RwLock<ModelSettings>,
    opened: RwLock<Vec<Arc<Model>>>,
    keys: Arc<Keys>,
    way: WayOut,
}

impl Models {
    pub(crate) fn new(settings: ModelSettings, keys: Arc<Keys>, way: WayOut) -> Self {
        let models = Self {
            settings: RwLock::default(),
            opened: RwLock::default(),
            keys,
            way,
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
        self.way.shut(settings.offline);
        crate::otlp::mute(settings.offline);
        let opened = settings
            .providers
            .iter()
            .map(|config| Arc::new(Model::new(config, &self.keys, &self.way)))
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

    /// The way that every question takes.
    pub(crate) fn way(&self) -> &WayOut {
        &self.way
    }

    /// Where keys are kept.
    pub(crate) fn keys(&self) -> Arc<Keys> {
        Arc::clone(&self.keys)
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
            offline: settings.offline,
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
