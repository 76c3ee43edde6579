//! Commands about model providers and what they may cost.

use std::sync::Arc;

use countersign_providers::{
    About, ListedModel, NoKeychain, Preset, PriceList, ProviderError, Purpose, Redaction, Secret,
    WayOut, code,
};
use countersign_store::budgets::Budgets;

use super::positive;
use super::setup::{config_of, key_view, price_view, setup_of};
use crate::Engine;
use crate::error::Error;
use crate::models::Model;
use crate::views::*;

impl Engine {
    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn list_providers(&self, _: Nothing) -> Result<Vec<ProviderView>, Error> {
        let models = &self.inner.context.models;
        let settings = models.settings();
        let known = self.inner.store.provider_rows().await?;
        let now = self.now();
        let mut views = Vec::new();
        for config in &settings.providers {
            let row = known.iter().find(|row| row.provider == config.id);
            let rank = settings.chain.iter().position(|id| *id == config.id);
            let resting = row.map_or(0, |row| row.blocked_until.max(row.health.resting_until()));
            let key = match models.get(&config.id) {
                Some(model) => key_view(&config.id, model.key().await),
                // Taken away at this moment.
                None => continue,
            };
            views.push(ProviderView {
                setup: setup_of(config),
                rank: rank.map(|at| at as u32 + 1),
                key,
                paused: row.and_then(|row| {
                    let (code, message) = row.paused.clone()?;
                    Some(ErrorView { code, message })
                }),
                resting_until: (resting > now).then_some(resting),
                concurrency_now: row.map_or(config.concurrency, |row| {
                    row.health.concurrency(config.concurrency)
                }),
                privacy: config
                    .preset
                    .as_deref()
                    .and_then(Preset::find)
                    .map(|preset| preset.privacy.clone()),
                price: price_view(config),
            });
        }
        Ok(views)
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::Setting`] for settings that can't be used, or what the store says.
    pub async fn save_provider(&self, setup: ProviderSetup) -> Result<Vec<ProviderView>, Error> {
        let context = &self.inner.context;
        let changed = context.change_models(|settings| {
            let known = settings.providers.iter_mut().find(|p| p.id == setup.id);
            let config = config_of(&setup, known.as_deref())?;
            countersign_providers::open(&config, None, &WayOut::default())
                .map_err(|error| Error::Setting(error.to_string()))?;
            match known {
                Some(existing) => *existing = config,
                None => settings.providers.push(config),
            }
            Ok::<_, Error>(())
        });
        changed.await?;
        self.inner
            .store
            .resume_provider(&setup.id, self.now())
            .await?;
        self.wake_workers();
        self.list_providers(Nothing {}).await
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn remove_provider(&self, argument: ProviderId) -> Result<Vec<ProviderView>, Error> {
        self.forget_key(&argument.provider).await?;
        let changed = self.inner.context.change_models(|settings| {
            settings.providers.retain(|p| p.id != argument.provider);
            settings.chain.retain(|id| *id != argument.provider);
            Ok::<_, Error>(())
        });
        changed.await?;
        self.list_providers(Nothing {}).await
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::Setting`] when there is no such provider.
    pub async fn test_provider(&self, argument: ProviderId) -> Result<ProviderTest, Error> {
        let model = self.model_called(&argument.provider)?;
        let (test, learnt) = crate::pipeline::try_model(&model).await;
        if learnt != model.config {
            let kept = self.inner.context.change_models(|settings| {
                let known = settings.providers.iter_mut().find(|p| p.id == learnt.id);
                // Changed by a person meanwhile: that holds.
                if let Some(config) = known.filter(|config| **config == model.config) {
                    *config = learnt;
                }
                Ok::<_, Error>(())
            });
            kept.await?;
        }
        Ok(test)
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// None; the signature is the table's.
    pub async fn list_presets(&self, _: Nothing) -> Result<Vec<PresetView>, Error> {
        let view = |preset: &Preset| {
            let prices = PriceList::of(&preset.id);
            let models = prices.map(|list| list.models.iter().map(|model| model.name.clone()));
            PresetView {
                id: preset.id.clone(),
                name: preset.name.clone(),
                base_url: preset.base_url.clone(),
                needs_key: preset.key == countersign_providers::KeyNeed::Needed,
                context_tokens: preset.context_tokens,
                note: preset.note.clone(),
                privacy: preset.privacy.clone(),
                models: models.map(Iterator::collect).unwrap_or_default(),
                prices: prices.map(|list| format!("{}, read on {}", list.source, list.read)),
            }
        };
        Ok(Preset::all().iter().map(view).collect())
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::Setting`] when there is no such provider.
    pub async fn list_models(&self, argument: ProviderId) -> Result<ModelList, Error> {
        let model = self.model_called(&argument.provider)?;
        let listed = match model.client(About::of(Purpose::Models)).await {
            Ok(client) => client.list_models().await,
            Err(error) => Err(error),
        };
        let listed = match listed {
            Ok(listed) => listed,
            Err(error) => return Ok(no_list(&model.config.name, &error)),
        };
        let view = |model: ListedModel| ModelView {
            id: model.id,
            context_tokens: model.context_tokens,
        };
        let mut models: Vec<ModelView> = listed.into_iter().map(view).collect();
        models.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(ModelList {
            models,
            problem: None,
        })
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::Setting`] for no key or no such provider, [`Error::Keychain`], or what the store says.
    pub async fn set_provider_key(
        &self,
        argument: ProviderKey,
    ) -> Result<Vec<ProviderView>, Error> {
        self.model_called(&argument.provider)?;
        let key = Secret::new(&argument.key);
        if key.expose().is_empty() {
            return Err(Error::Setting(
                "that key is empty: copy it from the provider's page".to_owned(),
            ));
        }
        let keys = self.inner.context.models.keys();
        let id = argument.provider.clone();
        let kept = tokio::task::spawn_blocking(move || keys.keep(&id, key)).await;
        kept.unwrap_or(Err(NoKeychain::Silent))?;
        self.look_for_keys_again().await?;
        self.resume_provider(ProviderId {
            provider: argument.provider,
        })
        .await
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::Setting`] for no such provider, [`Error::Keychain`], or what the store says.
    pub async fn forget_provider_key(
        &self,
        argument: ProviderId,
    ) -> Result<Vec<ProviderView>, Error> {
        self.model_called(&argument.provider)?;
        self.forget_key(&argument.provider).await?;
        self.look_for_keys_again().await?;
        self.list_providers(Nothing {}).await
    }

    pub(crate) async fn forget_key(&self, provider: &str) -> Result<(), Error> {
        let (keys, id) = (self.inner.context.models.keys(), provider.to_owned());
        let forgotten = tokio::task::spawn_blocking(move || keys.forget(&id)).await;
        Ok(forgotten.unwrap_or(Err(NoKeychain::Silent))?)
    }

    /// Has every process on this folder look for keys anew.
    async fn look_for_keys_again(&self) -> Result<(), Error> {
        let counted = self.inner.context.change_models(|settings| {
            settings.keys_changed += 1;
            Ok::<_, Error>(())
        });
        counted.await
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn resume_provider(&self, argument: ProviderId) -> Result<Vec<ProviderView>, Error> {
        // Its key may have changed meanwhile.
        let reopened = self.inner.context.change_models(|_| Ok::<_, Error>(()));
        reopened.await?;
        self.inner
            .store
            .resume_provider(&argument.provider, self.now())
            .await?;
        self.wake_workers();
        self.list_providers(Nothing {}).await
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::Setting`] when one is not set up, or what the store says.
    pub async fn choose_readers(&self, argument: ReaderChoice) -> Result<Vec<ProviderView>, Error> {
        let changed = self.inner.context.change_models(|settings| {
            let is_set_up = |id: &String| settings.providers.iter().any(|p| p.id == *id);
            if let Some(id) = argument.providers.iter().find(|id| !is_set_up(id)) {
                return Err(not_set_up(id));
            }
            settings.chain = argument.providers;
            Ok(())
        });
        changed.await?;
        self.list_providers(Nothing {}).await
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn change_offline(&self, argument: OfflineSwitch) -> Result<Status, Error> {
        let changed = self.inner.context.change_models(|settings| {
            settings.offline = argument.offline;
            Ok::<_, Error>(())
        });
        changed.await?;
        if argument.offline {
            for id in self.inner.store.finish_all_offline(self.now()).await? {
                self.abort_questions(&id);
            }
        }
        self.wake_workers();
        self.get_status(Nothing {}).await
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn change_redaction(&self, chosen: RedactionSettings) -> Result<Status, Error> {
        let changed = self.inner.context.change_models(|settings| {
            settings.redaction = Redaction {
                emails: chosen.emails,
                phones: chosen.phones,
                accounts: chosen.accounts,
                names: chosen.names,
            };
            Ok::<_, Error>(())
        });
        changed.await?;
        self.get_status(Nothing {}).await
    }

    pub(crate) fn redaction(&self) -> RedactionSettings {
        let chosen = self.inner.context.models.settings().redaction;
        RedactionSettings {
            emails: chosen.emails,
            phones: chosen.phones,
            accounts: chosen.accounts,
            names: chosen.names,
        }
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn get_spending(&self, _: Nothing) -> Result<SpendingView, Error> {
        let caps = self.inner.context.models.settings().budgets;
        let months = self.inner.store.spending_by_month().await?;
        let month = |row: countersign_store::budgets::MonthSpending| MonthSpending {
            month: row.month,
            provider: row.provider,
            calls: positive(row.calls),
            tokens: positive(row.tokens),
            micros: positive(row.micros),
        };
        Ok(SpendingView {
            budgets: BudgetSettings {
                month_micros: caps.month_micros,
                month_tokens: caps.month_tokens,
                review_micros: caps.review_micros,
                review_tokens: caps.review_tokens,
            },
            months: months.into_iter().map(month).collect(),
        })
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn change_budgets(&self, caps: BudgetSettings) -> Result<SpendingView, Error> {
        let changed = self.inner.context.change_models(|settings| {
            settings.budgets = Budgets {
                month_micros: caps.month_micros,
                month_tokens: caps.month_tokens,
                review_micros: caps.review_micros,
                review_tokens: caps.review_tokens,
            };
            Ok::<_, Error>(())
        });
        changed.await?;
        self.inner.store.release_waiting(self.now()).await?;
        self.wake_workers();
        self.get_spending(Nothing {}).await
    }
}

fn no_list(name: &str, error: &ProviderError) -> ModelList {
    let problem = match error.code {
        code::MODEL_UNKNOWN | code::REQUEST_REFUSED => format!(
            "{name} gives no list of its models. Type the name of the model as its documentation has it."
        ),
        _ => format!("{error}."),
    };
    ModelList {
        models: Vec::new(),
        problem: Some(problem),
    }
}

impl Engine {
    /// The provider of an id.
    pub(crate) fn model_called(&self, id: &str) -> Result<Arc<Model>, Error> {
        let model = self.inner.context.models.get(id);
        model.ok_or_else(|| not_set_up(id))
    }
}

fn not_set_up(id: &str) -> Error {
    Error::Setting(format!(
        "there is no model provider called {id}: set it up first"
    ))
}
