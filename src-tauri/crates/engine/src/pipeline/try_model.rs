//! A provider put to the test with one clause: the very question that reviews ask.

use countersign_contracts::clause::{ClauseKind, Side};
use countersign_contracts::profile::{ContractType, DocumentProfile, SideLabel};
use countersign_providers::parse_reply;

use super::prompt::{self, Answer, Part};
use crate::models::Model;
use crate::views::ProviderTest;

const SAMPLE: &str = "9.1 The Supplier's total liability under this Agreement shall not exceed the fees paid in the twelve months \
     before the claim. 9.2 Either party may terminate this Agreement for convenience on ninety days' written notice.";

/// Asks for the clauses of two sentences. Never fails: what went wrong is the answer.
pub(crate) async fn try_model(model: &Model) -> ProviderTest {
    let mut test = ProviderTest {
        works: false,
        message: String::new(),
        total_ms: 0,
        tokens: 0,
        micros: 0,
    };
    let client = match &model.client {
        Ok(client) => client,
        Err(error) => {
            test.message = error.to_string();
            return test;
        }
    };
    let profile = sample_profile();
    let part = Part {
        profile: &profile,
        heading_path: &[],
        text: SAMPLE,
        context: "",
        repair: None,
    };
    let reply = match client
        .complete(&prompt::question(&model.config, part))
        .await
    {
        Ok(reply) => reply,
        Err(error) => {
            test.message = error.to_string();
            test.total_ms = error.total_ms;
            return test;
        }
    };
    test.total_ms = reply.total_ms;
    test.tokens = reply.usage.input_tokens + reply.usage.output_tokens;
    let price = model.config.price.as_ref();
    test.micros = price.map_or(0, |price| price.cost_micros(&reply.usage));
    let answer: Answer = match parse_reply(&reply) {
        Ok(answer) => answer,
        Err(error) => {
            test.message = error.to_string();
            return test;
        }
    };
    let (clauses, unverified) = prompt::verified(answer, SAMPLE, 0);
    test.works = clauses.iter().any(|c| c.kind == ClauseKind::CapOnLiability);
    test.message = if test.works {
        format!(
            "It works: {} found the limit of liability in a sample sentence.",
            reply.model
        )
    } else if unverified > 0 {
        "It answers, but quoted words that are not in the sample sentence. Such quotes are thrown away, so this model would add \
         little; choose a larger one."
            .to_owned()
    } else {
        "It answers in the right form, but did not find the limit of liability in a sample sentence, so it would add little; \
         choose a larger model."
            .to_owned()
    };
    test
}

fn sample_profile() -> DocumentProfile {
    let label = |label: &str, side| SideLabel {
        label: label.to_owned(),
        side,
    };
    DocumentProfile {
        labels: vec![
            label("Supplier", Side::Theirs),
            label("Customer", Side::Ours),
        ],
        contract_type: ContractType::Services,
        ..DocumentProfile::default()
    }
}
