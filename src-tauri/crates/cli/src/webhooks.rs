//! Webhooks from the terminal.

use std::path::PathBuf;

use countersign_engine::Engine;
use countersign_engine::clock::stamp;
use countersign_engine::views::{
    DeliveryId, DeliveryState, DeliveryView, KeyPlace, ListDeliveries, NewWebhook, Nothing,
    WebhookName, WebhookSecret, WebhookSwitch, WebhookTest, WebhookView,
};

use crate::arguments::Webhook;
use crate::error::Error;
use crate::review::config;
use crate::{OK, SOME_FAILED};

pub(crate) async fn webhook(folder: PathBuf, command: Webhook) -> Result<u8, Error> {
    let engine = Engine::attach(config(folder)?).await?;
    let named = |name: String| WebhookName { name };
    let code = match command {
        Webhook::Add { name, url, private } => {
            let new = NewWebhook { name, url, private };
            secret(&engine.add_webhook(new).await?)
        }
        Webhook::List { json: false } => list(&engine.list_webhooks(Nothing {}).await?),
        Webhook::List { json: true } => json(serde_json::to_string_pretty(
            &engine.list_webhooks(Nothing {}).await?,
        )),
        Webhook::Test { name } => received(&engine.test_webhook(named(name)).await?),
        Webhook::Rotate { name } => secret(&engine.rotate_webhook(named(name)).await?),
        Webhook::On { name } => {
            let switch = WebhookSwitch { name, on: true };
            list(&engine.switch_webhook(switch).await?)
        }
        Webhook::Off { name } => {
            let switch = WebhookSwitch { name, on: false };
            list(&engine.switch_webhook(switch).await?)
        }
        Webhook::Remove { name } => list(&engine.remove_webhook(named(name)).await?),
        Webhook::Deliveries {
            name,
            limit,
            json: as_json,
        } => {
            let told = engine
                .list_deliveries(ListDeliveries { name, limit })
                .await?;
            if as_json {
                json(serde_json::to_string_pretty(&told))
            } else {
                deliveries(&told)
            }
        }
        Webhook::Redeliver { id } => received(&engine.redeliver(DeliveryId { id }).await?),
    };
    engine.close().await;
    Ok(code)
}

/// The one time that a secret is told: alone on standard output, the rest beside it.
fn secret(new: &WebhookSecret) -> u8 {
    println!("{}", new.secret);
    eprintln!(
        "This is the secret of {}. It is not shown again: give it to the receiver.",
        new.webhook.name
    );
    if let Some(until) = new.webhook.old_secret_until {
        eprintln!(
            "Until {} messages are signed with the one before too.",
            stamp(until)
        );
    }
    match new.kept.place {
        KeyPlace::Keychain => eprintln!("It is kept {}.", new.kept.words),
        _ => eprintln!(
            "There is no keychain on this computer that answers, so it is not kept: put it into the environment variable {} \
             of the Countersign that is to send messages.",
            countersign_engine::config::webhook_variable(&new.webhook.name)
        ),
    }
    OK
}

fn list(webhooks: &[WebhookView]) -> u8 {
    if webhooks.is_empty() {
        eprintln!("There is no webhook: nobody is told when a review ends.");
    }
    for view in webhooks {
        let state = if view.on { "on" } else { "off" };
        let private = if view.private {
            ", in this network"
        } else {
            ""
        };
        println!("{:<12}  {state}  {}{private}", view.name, view.url);
        match view.delivered_at {
            Some(at) => println!(
                "    last message taken {}, {} waiting",
                stamp(at),
                view.waiting
            ),
            None => println!("    no message taken yet, {} waiting", view.waiting),
        }
        if let Some(problem) = &view.problem {
            println!("    {problem}");
        }
    }
    OK
}

fn received(test: &WebhookTest) -> u8 {
    println!("{} ({} ms)", test.message, test.took_ms);
    if test.taken { OK } else { SOME_FAILED }
}

fn deliveries(told: &[DeliveryView]) -> u8 {
    for view in told {
        let state = match (view.state, view.next_at) {
            (DeliveryState::Taken, _) => "taken".to_owned(),
            (DeliveryState::Waiting, Some(at)) => format!("next try {}", stamp(at)),
            (DeliveryState::Waiting, None) => "waits".to_owned(),
            (DeliveryState::GivenUp, _) => "given up".to_owned(),
        };
        let file = view.file.as_deref().unwrap_or("");
        println!(
            "{}  {}  {state}  {file}",
            stamp(view.created_at),
            view.event
        );
        println!("    {}", view.id);
        for attempt in &view.tries {
            let how = attempt.problem.as_deref().unwrap_or("taken");
            println!("    {}  {} ms  {how}", stamp(attempt.at), attempt.took_ms);
        }
    }
    OK
}

fn json(views: serde_json::Result<String>) -> u8 {
    println!("{}", views.unwrap_or_default());
    OK
}
