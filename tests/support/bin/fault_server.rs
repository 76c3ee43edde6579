//! A model server that fails on purpose, by hand or for tests that kill its client. It prints its
//! address as its first line.

use std::error::Error;
use std::io::Write;
use std::path::PathBuf;

use countersign_tests::fault_server::{Chance, FaultServer, Latency, Options, Script};

const HELP: &str = "\
fault_server [OPTIONS]   a model server on loopback that fails on purpose

  --port PORT            instead of any free port
  --log FILE             a line of JSON for each call that ended
  --script FILE          a script as JSON; the options below change it
  --seed NUMBER          of chances and latency
  --next FAULT,FAULT     for the next calls, one each
  --chance FAULT=N       N in a thousand of all others; may be repeated
  --latency MS           before each answer
  --latency MEDIAN~SIGMA the same, as varied as a model's (lognormal)

A FAULT is a status (429, 503) or one of: good, hang_before_headers,
hang_after_headers, drip, truncated_json, invalid_json, foreign_json,
empty_choices, empty_content, length, refusal, content_filter,
error_in_success, close_before_headers, reset_mid_body, no_usage, wrong_usage,
prose, fenced, schema_violation, endless, close_idle

GET /control/calls says what was asked, POST /control/script changes the script.
";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut output = std::io::stdout();
    let Some(options) = read(std::env::args().skip(1))? else {
        output.write_all(HELP.as_bytes())?;
        return Ok(());
    };
    let server = FaultServer::start(options).await?;
    writeln!(output, "{}", server.base_url())?;
    output.flush()?;
    server.serve().await;
    Ok(())
}

/// The options; nothing when help was asked for.
fn read(mut arguments: impl Iterator<Item = String>) -> Result<Option<Options>, Box<dyn Error>> {
    let mut options = Options::default();
    while let Some(name) = arguments.next() {
        if name == "--help" || name == "-h" {
            return Ok(None);
        }
        let value = arguments
            .next()
            .ok_or_else(|| format!("{name} wants a value; see --help"))?;
        let script = &mut options.script;
        match name.as_str() {
            "--port" => options.port = value.parse()?,
            "--log" => options.log = Some(PathBuf::from(value)),
            "--script" => {
                *script = serde_json::from_str::<Script>(&std::fs::read_to_string(value)?)?
            }
            "--seed" => script.seed = value.parse()?,
            "--next" => {
                for word in value.split(',') {
                    script.next.push_back(word.parse()?);
                }
            }
            "--chance" => {
                let (word, per_mille) = value.split_once('=').ok_or("--chance wants FAULT=N")?;
                script.chances.push(Chance {
                    fault: word.parse()?,
                    per_mille: per_mille.parse()?,
                });
            }
            "--latency" => {
                script.latency = match value.split_once('~') {
                    Some((median, sigma)) => Latency::Lognormal {
                        median_ms: median.parse()?,
                        sigma: sigma.parse()?,
                    },
                    None => Latency::Fixed { ms: value.parse()? },
                };
            }
            _ => return Err(format!("unknown option {name}; see --help").into()),
        }
    }
    Ok(Some(options))
}
