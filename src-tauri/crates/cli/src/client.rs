//! Programs that may use the HTTP interface.

use std::path::PathBuf;

use countersign_engine::Engine;
use countersign_engine::clients::{Client, Scope};

use crate::arguments::Client as Command;
use crate::error::Error;
use crate::review::config;
use crate::{OK, SOME_FAILED};

pub(crate) async fn client(folder: PathBuf, command: Command) -> Result<u8, Error> {
    let engine = Engine::attach(config(folder)?).await?;
    let done = run(&engine, command).await;
    engine.close().await;
    done
}

async fn run(engine: &Engine, command: Command) -> Result<u8, Error> {
    match command {
        Command::Add { name, scope } => {
            let scopes: Vec<Scope> = scope.into_iter().map(Scope::from).collect();
            let added = engine.add_client(&name, &scopes).await?;
            eprintln!(
                "{} may {}. Its token is shown this once and kept nowhere:",
                added.client.name,
                words(&added.client)
            );
            println!("{}", added.token);
        }
        Command::List { json } => {
            let clients = engine.clients().await?;
            if json {
                let text = serde_json::to_string_pretty(&clients)
                    .map_err(countersign_engine::error::Error::from)?;
                println!("{text}");
                return Ok(OK);
            }
            if clients.is_empty() {
                eprintln!("No clients yet. `countersign client add NAME` adds one.");
            }
            for client in &clients {
                let state = match (client.revoked_at, client.last_used_at) {
                    (Some(_), _) => "revoked",
                    (None, Some(_)) => "in use",
                    (None, None) => "never used",
                };
                println!(
                    "{}  {:<30}  {:<20}  {state}",
                    client.id,
                    client.name,
                    words(client)
                );
            }
        }
        Command::Revoke { client } => {
            let Some(found) = find(engine, &client).await? else {
                eprintln!(
                    "countersign: there is no client {client} that could be revoked. `countersign client list` shows those there are"
                );
                return Ok(SOME_FAILED);
            };
            engine.revoke_client(&found.id).await?;
            println!(
                "{} may do nothing any more: its token is worth nothing.",
                found.name
            );
        }
    }
    Ok(OK)
}

/// The one client of this name or this id, not revoked yet.
async fn find(engine: &Engine, wanted: &str) -> Result<Option<Client>, Error> {
    let clients = engine.clients().await?;
    Ok(clients
        .into_iter()
        .filter(|client| client.revoked_at.is_none())
        .find(|client| client.id == wanted || client.name == wanted))
}

fn words(client: &Client) -> String {
    let words: Vec<&str> = client.scopes.iter().map(|scope| scope.word()).collect();
    words.join(", ")
}
