//! A data folder with a model provider, and a worker program that can be ended at any moment.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use countersign_engine::Engine;
use countersign_engine::config::Config;
use countersign_engine::views::{ProviderSetup, ReaderChoice};
use countersign_store::faults::Mistake;
use tokio::process::{Child, Command};

use crate::cli::{Desk, program, text};

/// Longer than any single run takes.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A data folder, the contracts submitted to it, and what its programs are told to do wrong.
pub struct House {
    pub desk: Desk,
    /// Reviews whose ids were given out, each with its file.
    pub promised: Vec<(String, PathBuf)>,
    /// For every program that is started.
    pub fault: Option<String>,
}

impl House {
    /// With one provider, `local`, that all reviews ask.
    pub async fn new(base_url: &str) -> Self {
        let house = Self {
            desk: Desk::new(),
            promised: Vec::new(),
            fault: None,
        };
        let engine = house.engine().await;
        let setup = ProviderSetup {
            id: "local".to_owned(),
            name: "local".to_owned(),
            base_url: base_url.to_owned(),
            model: "test".to_owned(),
            concurrency: 8,
            input_micros_per_million: Some(1_000_000),
            output_micros_per_million: Some(2_000_000),
            embedding_model: Some("vectors".to_owned()),
            ..ProviderSetup::default()
        };
        engine.save_provider(setup).await.unwrap();
        let providers = vec!["local".to_owned()];
        engine
            .choose_readers(ReaderChoice { providers })
            .await
            .unwrap();
        engine.close().await;
        house
    }

    pub fn mistaken(mut self, mistake: Mistake) -> Self {
        self.fault = Some(format!("mistake:{}", mistake.word()));
        self
    }

    /// Beside whatever works in the folder.
    pub async fn engine(&self) -> Engine {
        let config = Config::of_this_program(self.desk.data()).unwrap();
        Engine::attach(config).await.unwrap()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command
            .arg("--data-dir")
            .arg(self.desk.data())
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .env_remove("COUNTERSIGN_LOG")
            .env_remove("COUNTERSIGN_FAULT")
            .env("COUNTERSIGN_KEYCHAIN", "off")
            .kill_on_drop(true);
        if let Some(fault) = &self.fault {
            command.env("COUNTERSIGN_FAULT", fault);
        }
        command
    }

    pub fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).spawn().unwrap()
    }

    /// Runs to its end; what it printed.
    pub async fn run(&self, arguments: &[&str]) -> String {
        let mut command = self.command(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let output = tokio::time::timeout(PATIENCE, command.output())
            .await
            .expect("a command ends")
            .unwrap();
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            text(&output.stderr)
        );
        text(&output.stdout)
    }

    /// Submits a file and remembers what was promised.
    pub async fn submit(&mut self, file: PathBuf) -> String {
        let answer = self.run(&["submit", file.to_str().unwrap()]).await;
        let (id, _) = answer.split_once('\t').expect("an id and a name");
        if !self.promised.iter().any(|(known, _)| known == id) {
            self.promised.push((id.to_owned(), file));
        }
        id.to_owned()
    }

    /// Works until nothing is left to do; false when that takes longer than `patience`.
    pub async fn finish(&self, patience: Duration) -> bool {
        let mut worker = self.start(&["resume"]);
        match tokio::time::timeout(patience, worker.wait()).await {
            Ok(status) => status.unwrap().code().is_some(),
            Err(_) => {
                worker.kill().await.unwrap();
                false
            }
        }
    }
}

/// Chances that are the same for the same seed.
pub struct Dice(u64);

impl Dice {
    pub fn of(seed: u64) -> Self {
        Self(seed)
    }

    /// From 0 up to but not 1.
    pub fn throw(&mut self) -> f64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Between the two, short ones as often as long ones.
    pub fn time(&mut self, shortest_ms: f64, longest_ms: f64) -> Duration {
        let ms = shortest_ms * (longest_ms / shortest_ms).powf(self.throw());
        Duration::from_micros((ms * 1_000.0) as u64)
    }
}
