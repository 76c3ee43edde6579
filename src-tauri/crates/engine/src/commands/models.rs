//! Commands about model providers and what they may cost.

use countersign_providers::{Price, ProviderConfig};
use countersign_store::budgets::Budgets;

use super::positive;
use crate::Engine;
use crate::error::Error;
use crate::views::*;

/// Prices that a person typed in.
const OWN_PRICE: &str = "own";

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
        let view = |config: &ProviderConfig| {
            let row = known.iter().find(|row| row.provider == config.id);
            let rank = settings.chain.iter().position(|id| *id == config.id);
            let resting = row.map_or(0, |row| row.blocked_until.max(row.health.resting_until()));
            ProviderView {
                setup: setup_of(config),
                rank: rank.map(|at| at as u32 + 1),
                has_key: models.keys().get(&config.id).is_some(),
                key_place: models.keys().source(&config.id),
                paused: row.and_then(|row| {
                    let (code, message) = row.paused.clone()?;
                    Some(ErrorView { code, message })
                }),
                resting_until: (resting > now).then_some(resting),
                concurrency_now: row.map_or(config.concurrency, |row| {
                    row.health.concurrency(config.concurrency)
                }),
            }
        };
        Ok(settings.providers.iter().map(view).collect())
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
            countersign_providers::open(&config, None)
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
        let model = self
            .inner
            .context
            .models
            .get(&argument.provider)
            .ok_or_else(|| not_set_up(&argument.provider))?;
        Ok(crate::pipeline::try_model(&model).await)
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

fn not_set_up(id: &str) -> Error {
    Error::Setting(format!(
        "there is no model provider called {id}: set it up first"
    ))
}

fn setup_of(config: &ProviderConfig) -> ProviderSetup {
    let price = config.price.as_ref();
    ProviderSetup {
        id: config.id.clone(),
        name: config.name.clone(),
        base_url: config.base_url.clone(),
        model: config.model.clone(),
        requests_per_minute: config.requests_per_minute,
        tokens_per_minute: config.tokens_per_minute,
        concurrency: config.concurrency,
        context_tokens: config.context_tokens,
        input_micros_per_million: price.map(|p| p.input_micros_per_million),
        output_micros_per_million: price.map(|p| p.output_micros_per_million),
        embedding_model: config.embedding_model.clone(),
        embedding_micros_per_million: config
            .embedding_price
            .as_ref()
            .map(|p| p.input_micros_per_million),
    }
}

/// What the person set up, over what was set up before.
fn config_of(
    setup: &ProviderSetup,
    before: Option<&ProviderConfig>,
) -> Result<ProviderConfig, Error> {
    let good_id = !setup.id.is_empty()
        && setup.id.len() <= 40
        && setup
            .id
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !good_id {
        return Err(Error::Setting(
            "a provider's id is 1 to 40 small letters, digits and hyphens, as in \"openai\" or \"local-1\"".to_owned(),
        ));
    }
    if setup.model.trim().is_empty() {
        return Err(Error::Setting(
            "name the model to ask, as the provider calls it".to_owned(),
        ));
    }
    if setup.concurrency == 0 || setup.concurrency > 128 {
        return Err(Error::Setting("calls at once can be 1 to 128".to_owned()));
    }
    let config = before.cloned().map_or_else(
        || {
            serde_json::from_value(serde_json::json!({
                "id": setup.id, "name": setup.name, "base_url": setup.base_url, "model": setup.model,
            }))
        },
        Ok,
    )?;
    let price = match (
        setup.input_micros_per_million,
        setup.output_micros_per_million,
    ) {
        (Some(input), Some(output)) => Some(own_price(input, output)),
        _ => None,
    };
    let embedding_model = setup.embedding_model.as_deref().map(str::trim);
    Ok(ProviderConfig {
        name: setup.name.clone(),
        base_url: setup.base_url.clone(),
        model: setup.model.trim().to_owned(),
        requests_per_minute: setup.requests_per_minute,
        tokens_per_minute: setup.tokens_per_minute,
        concurrency: setup.concurrency,
        context_tokens: setup.context_tokens,
        price,
        embedding_model: embedding_model
            .filter(|name| !name.is_empty())
            .map(str::to_owned),
        embedding_price: setup
            .embedding_micros_per_million
            .map(|input| own_price(input, 0)),
        ..config
    })
}

fn own_price(input: u64, output: u64) -> Price {
    Price {
        input_micros_per_million: input,
        output_micros_per_million: output,
        cached_input_micros_per_million: input,
        version: OWN_PRICE.to_owned(),
    }
}
