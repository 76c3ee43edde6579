//! Keys of model providers. They are in no setting, no log and no database.

use countersign_providers::Secret;

/// Where keys come from.
pub trait Keys: std::fmt::Debug + Send + Sync {
    /// The key of a provider, if there is one.
    fn get(&self, provider: &str) -> Option<Secret>;

    /// Where a key of this provider is looked for, in words.
    fn place(&self, provider: &str) -> String;
}

/// Keys from the environment: `COUNTERSIGN_KEY_` and the provider's id in capitals.
#[derive(Debug, Clone, Copy, Default)]
pub struct EnvironmentKeys;

impl EnvironmentKeys {
    fn variable(provider: &str) -> String {
        let name: String = provider
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() {
                    c.to_ascii_uppercase()
                } else {
                    '_'
                }
            })
            .collect();
        format!("COUNTERSIGN_KEY_{name}")
    }
}

impl Keys for EnvironmentKeys {
    fn get(&self, provider: &str) -> Option<Secret> {
        let key = std::env::var(Self::variable(provider)).ok()?;
        (!key.trim().is_empty()).then(|| Secret::new(&key))
    }

    fn place(&self, provider: &str) -> String {
        format!("the environment variable {}", Self::variable(provider))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_named_after_its_provider() {
        assert_eq!(
            EnvironmentKeys.place("open-ai.eu"),
            "the environment variable COUNTERSIGN_KEY_OPEN_AI_EU"
        );
    }
}
