//! Model providers and what they may cost, from the terminal.

use std::io::IsTerminal;
use std::path::PathBuf;

use countersign_engine::Engine;
use countersign_engine::clock::stamp;
use countersign_engine::views::{
    BudgetSettings, KeyPlace, ListOutbound, Nothing, OfflineSwitch, PresetView, ProviderId,
    ProviderKey, ProviderSetup, ProviderView, ReaderChoice, RedactionSettings, SpendingView,
};

use crate::arguments::{AddProvider, Budget, Outbound, Provider, RedactKind, Settings, Switch};
use crate::error::Error;
use crate::review::config;
use crate::{OK, SOME_FAILED};

/// Millionths in a dollar.
const MICROS: f64 = 1_000_000.0;

pub(crate) async fn provider(folder: PathBuf, command: Provider) -> Result<u8, Error> {
    let engine = Engine::attach(config(folder)?).await?;
    let named = |provider: String| ProviderId { provider };
    let code = match command {
        Provider::List => list(&engine.list_providers(Nothing {}).await?),
        Provider::Presets => presets(&engine.list_presets(Nothing {}).await?),
        Provider::Models { id } => {
            let list = engine.list_models(named(id)).await?;
            for model in &list.models {
                match model.context_tokens {
                    Some(tokens) => println!("{}  {tokens} tokens", model.id),
                    None => println!("{}", model.id),
                }
            }
            match list.problem {
                Some(problem) => {
                    eprintln!("{problem}");
                    SOME_FAILED
                }
                None => OK,
            }
        }
        Provider::Add(options) => {
            let presets = engine.list_presets(Nothing {}).await?;
            list(&engine.save_provider(setup(options, &presets)).await?)
        }
        Provider::Remove { id } => list(&engine.remove_provider(named(id)).await?),
        Provider::Key { id, forget: true } => list(&engine.forget_provider_key(named(id)).await?),
        Provider::Key { id, forget: false } => {
            let argument = ProviderKey {
                key: read_key(&id)?,
                provider: id.clone(),
            };
            let views = engine.set_provider_key(argument).await?;
            let kept = views.iter().find(|view| view.setup.id == id);
            match kept.map(|view| &view.key) {
                Some(key) if key.place == KeyPlace::Keychain => list(&views),
                _ => return Err(Error::KeyNotKept { id }),
            }
        }
        Provider::Resume { id } => list(&engine.resume_provider(named(id)).await?),
        Provider::Use { ids } => {
            let choice = ReaderChoice { providers: ids };
            list(&engine.choose_readers(choice).await?)
        }
        Provider::Test { id } => {
            let test = engine.test_provider(named(id)).await?;
            println!("{}", test.message);
            for hint in &test.hints {
                println!("{hint}");
            }
            println!(
                "{:.1} s, {} tokens, {}",
                test.total_ms as f64 / 1000.0,
                test.tokens,
                dollars(test.micros)
            );
            if test.works { OK } else { SOME_FAILED }
        }
    };
    engine.close().await;
    Ok(code)
}

pub(crate) async fn settings(folder: PathBuf, command: Settings) -> Result<u8, Error> {
    let engine = Engine::attach(config(folder)?).await?;
    let before = engine.get_status(Nothing {}).await?;
    match command {
        Settings::Offline { switch } => {
            let status = match switch {
                None => before,
                Some(switch) => {
                    let offline = switch == Switch::On;
                    engine.change_offline(OfflineSwitch { offline }).await?
                }
            };
            let words = if status.offline {
                "on: nothing leaves this computer"
            } else {
                "off: the providers you have chosen are asked"
            };
            println!("offline {words}");
        }
        Settings::Redact { kinds, none } => {
            let status = if kinds.is_empty() && !none {
                before
            } else {
                let is = |kind| kinds.contains(&kind);
                let chosen = RedactionSettings {
                    emails: is(RedactKind::Emails),
                    phones: is(RedactKind::Phones),
                    accounts: is(RedactKind::Accounts),
                    names: is(RedactKind::Names),
                };
                engine.change_redaction(chosen).await?
            };
            println!("{}", redacted(status.redaction));
        }
        Settings::Programs { switch, port } => {
            let mut serving = engine.serving().await?;
            if let Some(switch) = switch {
                serving.on = switch == Switch::On;
                serving.port = port.unwrap_or(serving.port);
                engine.change_serving(serving).await?;
            }
            let port = serving.port;
            println!(
                "{}",
                if serving.on {
                    format!(
                        "programs on: while the window is open they are served at http://127.0.0.1:{port}/v1"
                    )
                } else {
                    "programs off: the window serves none".to_owned()
                }
            );
        }
    }
    engine.close().await;
    Ok(OK)
}

fn redacted(chosen: RedactionSettings) -> String {
    let kinds = [
        (chosen.emails, "e-mail addresses"),
        (chosen.phones, "phone numbers"),
        (chosen.accounts, "bank accounts"),
        (chosen.names, "names of people"),
    ];
    let kinds: Vec<&str> = kinds
        .iter()
        .filter_map(|(is, kind)| is.then_some(*kind))
        .collect();
    if kinds.is_empty() {
        return "nothing is replaced: providers are asked with the contract's own words".to_owned();
    }
    format!(
        "replaced in what providers are asked, where they are recognised: {}",
        kinds.join(", ")
    )
}

pub(crate) async fn outbound(folder: PathBuf, options: &Outbound) -> Result<u8, Error> {
    let engine = Engine::attach(config(folder)?).await?;
    let wanted = ListOutbound {
        limit: options.limit,
        before: None,
    };
    let log = engine.list_outbound(wanted).await?;
    engine.close().await;
    if options.json {
        println!("{}", serde_json::to_string_pretty(&log).unwrap_or_default());
        return Ok(OK);
    }
    for call in &log.calls {
        let back = match (call.outcome.as_deref(), call.bytes_received) {
            (Some("broken"), Some(bytes)) => format!("broke off after {bytes} bytes"),
            (_, Some(bytes)) => {
                format!(
                    "{bytes} bytes back, status {}",
                    call.http_status.unwrap_or(0)
                )
            }
            (_, None) => "not waited for".to_owned(),
        };
        println!(
            "{}  {}  {} {}  {}  {} bytes sent, {back}  {}",
            stamp(call.at),
            call.host,
            call.provider,
            call.model,
            call.purpose,
            call.bytes_sent,
            call.file.as_deref().unwrap_or("")
        );
    }
    println!(
        "{} calls in the last year: {} bytes sent, {} bytes back",
        log.total, log.bytes_sent, log.bytes_received
    );
    Ok(OK)
}

pub(crate) async fn budget(folder: PathBuf, options: Budget) -> Result<u8, Error> {
    let engine = Engine::attach(config(folder)?).await?;
    let before = engine.get_spending(Nothing {}).await?;
    let now = before.budgets;
    let micros = |given: Option<f64>, kept| {
        given.map_or(kept, |dollars| Some((dollars.max(0.0) * MICROS) as u64))
    };
    let caps = if options.none {
        BudgetSettings::default()
    } else {
        BudgetSettings {
            month_micros: micros(options.month_usd, now.month_micros),
            month_tokens: options.month_tokens.or(now.month_tokens),
            review_micros: micros(options.review_usd, now.review_micros),
            review_tokens: options.review_tokens.or(now.review_tokens),
        }
    };
    let spending = if caps == now {
        before
    } else {
        engine.change_budgets(caps).await?
    };
    engine.close().await;
    print_spending(&spending);
    Ok(OK)
}

fn setup(options: AddProvider, presets: &[PresetView]) -> ProviderSetup {
    let micros = |dollars: f64| (dollars.max(0.0) * MICROS).round() as u64;
    let preset = presets
        .iter()
        .find(|preset| Some(&preset.id) == options.preset.as_ref());
    let usual = ProviderSetup::default();
    ProviderSetup {
        name: options
            .name
            .or_else(|| preset.map(|preset| preset.name.clone()))
            .unwrap_or_else(|| options.id.clone()),
        id: options.id,
        preset: options.preset,
        base_url: options.url.unwrap_or_default(),
        model: options.model,
        requests_per_minute: options.requests_per_minute,
        tokens_per_minute: options.tokens_per_minute,
        concurrency: options.concurrency,
        context_tokens: options
            .context_tokens
            .or_else(|| preset.map(|preset| preset.context_tokens))
            .unwrap_or(usual.context_tokens),
        input_micros_per_million: options.price_in.map(micros),
        output_micros_per_million: options.price_out.map(micros),
        embedding_model: options.embedding_model,
        embedding_micros_per_million: options.embedding_price.map(micros),
    }
}

/// A key that is typed without being shown, or comes from a pipe.
fn read_key(id: &str) -> Result<String, Error> {
    let typed = if std::io::stdin().is_terminal() {
        rpassword::prompt_password(format!("Key of {id} (not shown): "))
    } else {
        std::io::read_to_string(std::io::stdin())
    };
    typed.map_err(Error::Key)
}

fn presets(presets: &[PresetView]) -> u8 {
    for preset in presets {
        let key = if preset.needs_key {
            "wants a key"
        } else {
            "needs no key"
        };
        println!(
            "{:<12}  {}  {}, {key}",
            preset.id, preset.name, preset.base_url
        );
        println!("    {}", preset.note);
        println!("    {}", preset.privacy);
        if let Some(prices) = &preset.prices {
            println!("    prices of {}: {prices}", preset.models.join(", "));
        }
    }
    OK
}

fn list(providers: &[ProviderView]) -> u8 {
    if providers.is_empty() {
        eprintln!(
            "No model provider is set up: the offline reader does all the reading, and nothing leaves this computer."
        );
    }
    for view in providers {
        let rank = view.rank.map_or("not asked".to_owned(), |rank| {
            format!("asked as no. {rank}")
        });
        println!(
            "{:<12}  {}  {}  {rank}",
            view.setup.id, view.setup.model, view.setup.base_url
        );
        println!("    key: {}", view.key.words);
        match &view.price {
            Some(price) => println!(
                "    price: ${} read, ${} written for a million tokens ({})",
                price.input as f64 / MICROS,
                price.output as f64 / MICROS,
                price.source
            ),
            None => println!("    price: not known; give --price-in and --price-out to see costs"),
        }
        if let Some(privacy) = &view.privacy {
            println!("    {privacy}");
        }
        if let Some(paused) = &view.paused {
            println!("    waits for you: {}", paused.message);
            println!("    then: countersign provider resume {}", view.setup.id);
        }
    }
    OK
}

fn print_spending(spending: &SpendingView) {
    let money = |cap: Option<u64>| cap.map_or("no cap".to_owned(), dollars);
    let tokens = |cap: Option<u64>| cap.map_or("no cap".to_owned(), |cap| format!("{cap} tokens"));
    let caps = &spending.budgets;
    println!(
        "A month:   {}, {}",
        money(caps.month_micros),
        tokens(caps.month_tokens)
    );
    println!(
        "A review:  {}, {}",
        money(caps.review_micros),
        tokens(caps.review_tokens)
    );
    for month in &spending.months {
        println!(
            "{}  {:<12}  {} calls, {} tokens, {}",
            month.month,
            month.provider,
            month.calls,
            month.tokens,
            dollars(month.micros)
        );
    }
}

/// `$0.0123`: calls cost fractions of a cent.
pub(crate) fn dollars(micros: u64) -> String {
    format!("${:.4}", micros as f64 / MICROS)
}
