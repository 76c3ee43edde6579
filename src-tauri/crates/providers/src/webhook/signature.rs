//! Signatures of the Standard Webhooks specification: HMAC-SHA256 over id, time and body.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};

use super::WebhookMessage;
use crate::secret::Secret;

const PREFIX: &str = "whsec_";
/// The specification wants 24 to 64.
const BYTES: usize = 32;

/// What messages to one webhook are signed with: `whsec_` and Base64.
#[derive(Debug, Clone)]
pub struct SigningSecret {
    text: Secret,
    key: hmac::Key,
}

impl SigningSecret {
    /// A new one; none when this computer gives no randomness.
    #[must_use]
    pub fn generate() -> Option<Self> {
        let mut bytes = [0_u8; BYTES];
        SystemRandom::new().fill(&mut bytes).ok()?;
        Self::read(&Secret::new(&format!("{PREFIX}{}", STANDARD.encode(bytes))))
    }

    /// As it was kept; none when it is no such secret.
    #[must_use]
    pub fn read(text: &Secret) -> Option<Self> {
        let bytes = STANDARD.decode(text.expose().strip_prefix(PREFIX)?).ok()?;
        (24..=64).contains(&bytes.len()).then(|| Self {
            text: text.clone(),
            key: hmac::Key::new(hmac::HMAC_SHA256, &bytes),
        })
    }

    /// The secret itself: for the keychain, and once for the person.
    #[must_use]
    pub fn text(&self) -> &Secret {
        &self.text
    }

    fn sign(&self, message: &WebhookMessage<'_>) -> String {
        let content = format!("{}.{}.{}", message.id, message.timestamp, message.body);
        let tag = hmac::sign(&self.key, content.as_bytes());
        format!("v1,{}", STANDARD.encode(tag))
    }
}

/// The header: a signature by each secret, so that a receiver may know either.
pub(super) fn header(message: &WebhookMessage<'_>) -> String {
    let signatures: Vec<String> = message
        .secrets
        .iter()
        .map(|secret| secret.sign(message))
        .collect();
    signatures.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_signed_as_the_reference_does_it() {
        // Secret, message and signature are those of the reference implementation's own test.
        let secret = Secret::new("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD");
        let secrets = [SigningSecret::read(&secret).unwrap()];
        let message = WebhookMessage {
            webhook: "w",
            id: "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
            body: r#"{"email":"test@example.com","username":"test_user"}"#,
            review_id: None,
            timestamp: 1_649_367_553,
            secrets: &secrets,
            patience: std::time::Duration::from_secs(1),
        };
        assert_eq!(
            header(&message),
            "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="
        );
    }

    #[test]
    fn secrets_are_new_each_time_and_print_as_nothing() {
        let (one, other) = (
            SigningSecret::generate().unwrap(),
            SigningSecret::generate().unwrap(),
        );
        assert_ne!(one.text().expose(), other.text().expose());
        assert!(SigningSecret::read(one.text()).is_some());
        let body = &one.text().expose()[PREFIX.len()..];
        assert!(!format!("{one:?}").contains(body), "{one:?}");
        for bad in [
            "",
            "whsec_",
            "whsec_c2hvcnQ=",
            "C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
            "whsec_%%%",
        ] {
            assert!(SigningSecret::read(&Secret::new(bad)).is_none(), "{bad}");
        }
    }
}
