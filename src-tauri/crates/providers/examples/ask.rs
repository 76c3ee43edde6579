//! Asks a provider one question by hand, to see whether it can be reached and what it says of itself:
//! `cargo run -p countersign-providers --example ask -- http://localhost:11434/v1 MODEL "Say hello"`.
//! The key, if it wants one, is read from COUNTERSIGN_KEY_ASK.

use std::error::Error;
use std::io::Write;

use countersign_providers::{Keys, ModelRequest, ProviderConfig, WayOut, open};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [base_url, model, question] = arguments.as_slice() else {
        return Err("expected BASE_URL MODEL QUESTION".into());
    };
    let config: ProviderConfig = serde_json::from_value(serde_json::json!({
        "id": "ask",
        "name": "The provider",
        "base_url": base_url,
        "model": model,
    }))?;
    let request = ModelRequest {
        model: model.clone(),
        system: String::new(),
        user: question.clone(),
        schema: None,
        max_output_tokens: 200,
        temperature: 0.0,
        seed: None,
    };
    let key = Keys::without_keychain().find(&config.id).key;
    let provider = open(&config, key, &WayOut::default())?;
    let mut output = std::io::stdout();
    match provider.complete(&request).await {
        Ok(reply) => writeln!(output, "{reply:#?}")?,
        Err(error) => writeln!(output, "{error}\n{error:#?}")?,
    }
    Ok(())
}
