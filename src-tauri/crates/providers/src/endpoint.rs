//! Where a provider is: an address that may be trusted with a contract.

use std::net::IpAddr;

use reqwest::Url;

use crate::error::{ErrorClass, ProviderError, code};

/// The base address of a provider.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    base: Url,
    /// Whether it is on this computer.
    pub is_local: bool,
}

impl Endpoint {
    /// Reads the address a person typed: encrypted, or on this computer, and without a key in it.
    pub fn parse(base_url: &str) -> Result<Self, ProviderError> {
        let mut base = Url::parse(base_url.trim()).map_err(|_| {
            bad_settings(
                "The address of the provider cannot be read. It looks like \
                 https://api.example.com/v1 or http://localhost:11434/v1",
            )
        })?;
        let is_local = base.host_str().is_some_and(is_loopback);
        match base.scheme() {
            "https" => {}
            "http" if is_local => {}
            "http" => {
                return Err(bad_settings(
                    "The address of the provider begins with http://, so the contract and the key \
                     would travel unencrypted. Use https://; http:// is for servers on this computer",
                ));
            }
            _ => {
                return Err(bad_settings(
                    "The address of the provider has to begin with https://, or with http:// for a \
                     server on this computer",
                ));
            }
        }
        if !base.username().is_empty() || base.password().is_some() {
            return Err(bad_settings(
                "The address of the provider has a name or password in it. Take it out and enter \
                 the key in its own field",
            ));
        }
        base.set_fragment(None);
        Ok(Self { base, is_local })
    }

    /// The address of one call; a query of the base address (Azure's `api-version`) stays.
    pub fn call(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        let base = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{base}/{path}"));
        url
    }

    /// Host and port, for people.
    pub fn host(&self) -> String {
        let host = self.base.host_str().unwrap_or_default();
        match self.base.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// Whether the host is this domain or below it.
    pub fn is_at(&self, domain: &str) -> bool {
        let host = self.base.host_str().unwrap_or_default();
        host.strip_suffix(domain)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }
}

/// Names that mean this computer, whatever a name server says: RFC 6761 reserves `localhost`.
fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host.ends_with(".localhost")
        || address
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Settings that have to be changed by a person.
pub(crate) fn bad_settings(message: impl Into<String>) -> ProviderError {
    ProviderError::new(ErrorClass::UserAction, code::BAD_SETTINGS, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_computer_is_reached_unencrypted() {
        for (address, is_allowed) in [
            ("https://api.openai.com/v1", true),
            ("http://localhost:11434/v1", true),
            ("http://127.0.0.1:8080", true),
            ("http://127.9.9.9:8080", true),
            ("http://[::1]:8080/v1", true),
            ("http://models.localhost/v1", true),
            ("http://api.openai.com/v1", false),
            ("http://192.168.1.7:8000/v1", false),
            ("http://localhost.example.com/v1", false),
            ("http://127.0.0.1.example.com/v1", false),
            ("ftp://localhost/v1", false),
            ("api.openai.com/v1", false),
            ("https://name:key@api.example.com/v1", false),
            ("", false),
        ] {
            assert_eq!(Endpoint::parse(address).is_ok(), is_allowed, "{address}");
        }
    }

    #[test]
    fn a_call_keeps_path_and_query_of_the_base() {
        for (base, expected) in [
            (
                "https://api.openai.com/v1",
                "https://api.openai.com/v1/chat/completions",
            ),
            (
                "https://api.openai.com/v1/",
                "https://api.openai.com/v1/chat/completions",
            ),
            (
                "http://localhost:8080",
                "http://localhost:8080/chat/completions",
            ),
            (
                "https://x.openai.azure.com/openai/v1?api-version=preview",
                "https://x.openai.azure.com/openai/v1/chat/completions?api-version=preview",
            ),
        ] {
            let endpoint = Endpoint::parse(base).unwrap();
            assert_eq!(endpoint.call("chat/completions").as_str(), expected);
        }
    }

    #[test]
    fn a_domain_is_matched_at_its_dots() {
        let at = |address: &str| Endpoint::parse(address).unwrap().is_at("openai.com");
        assert!(at("https://openai.com"));
        assert!(at("https://api.openai.com"));
        assert!(!at("https://notopenai.com"));
    }
}
