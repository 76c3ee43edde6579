//! The whole way on a few small contracts written for it: train, write, read back, predict.
// `cfg(test)` tells clippy that the helpers in here are test code too.
#![cfg(test)]
#![allow(missing_docs)]

use std::path::Path;

use countersign_contracts::clause::ClauseKind;
use countersign_offline::model::ClauseModel;
use countersign_training::corpus::{Contract, read_corpus};
use countersign_training::dataset::{Dataset, deal};
use countersign_training::fit::{Options, fit};
use countersign_training::out_of_fold::{predict_out_of_fold, write_predictions};

fn contracts() -> Vec<Contract> {
    read_corpus(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/contracts.jsonl")).unwrap()
}

fn options() -> Options {
    Options {
        folds: 2,
        trees: 8,
        ..Options::default()
    }
}

#[test]
fn the_same_contracts_and_seed_give_the_same_file() {
    let dataset = Dataset::new(contracts());
    let all: Vec<usize> = (0..dataset.contracts.len()).collect();
    let first = fit(&dataset, &all, &options()).0.to_bytes();
    let again = fit(&Dataset::new(contracts()), &all, &options())
        .0
        .to_bytes();
    assert!(first == again, "two trainings differ");
    let other = Options {
        seed: 2,
        ..options()
    };
    assert!(fit(&dataset, &all, &other).0.to_bytes() != first);
}

#[test]
fn a_trained_model_finds_the_clause_in_a_contract_it_has_not_seen() {
    let dataset = Dataset::new(contracts());
    let all: Vec<usize> = (0..dataset.contracts.len()).collect();
    let bytes = fit(&dataset, &all, &options()).0.to_bytes();
    let model = ClauseModel::load(&bytes).unwrap();
    let text = "STORAGE AGREEMENT\n\nThe Supplier keeps the goods dry.\n\n9. GENERAL\n\nThis Agreement shall be governed by \
                and construed in accordance with the laws of Norway.\n\nNotices shall be in writing.";
    let best = |kind| {
        model
            .read(text)
            .into_iter()
            .filter(|p| p.kind == kind)
            .max_by(|a, b| a.confidence.total_cmp(&b.confidence))
    };
    let law = best(ClauseKind::GoverningLaw).unwrap();
    assert!(text[law.span.range()].contains("laws of Norway"));
    let insurance = best(ClauseKind::Insurance).map_or(0.0, |p| p.confidence);
    assert!(law.confidence > insurance);
    assert_eq!(model.read(text), model.read(text));
}

#[test]
fn each_contract_is_predicted_once_by_a_model_that_has_not_seen_it() {
    let dataset = Dataset::new(contracts());
    let predicted = predict_out_of_fold(&dataset, 2, &options(), |_| {}).unwrap();
    let titles: Vec<usize> = predicted.iter().map(|(contract, _)| *contract).collect();
    assert_eq!(titles, (0..dataset.contracts.len()).collect::<Vec<_>>());
    let with_law = |(contract, spans): &(usize, Vec<countersign_offline::model::Prediction>)| {
        let gold = dataset.contracts[*contract]
            .gold
            .get(&ClauseKind::GoverningLaw)?;
        let best = spans
            .iter()
            .filter(|p| p.kind == ClauseKind::GoverningLaw)
            .max_by(|a, b| a.confidence.total_cmp(&b.confidence))?;
        Some(gold.contains(&(best.span.start as usize, best.span.end as usize)))
    };
    let right = predicted.iter().filter_map(with_law).filter(|r| *r).count();
    assert!(right >= 12, "{right} of 15 laws found");
}

#[test]
fn folds_hold_every_contract_once() {
    let all: Vec<usize> = (0..23).collect();
    let mut dealt: Vec<usize> = deal(&all, 5, 3).into_iter().flatten().collect();
    dealt.sort_unstable();
    assert_eq!(dealt, all);
}

#[test]
fn places_are_written_in_characters() {
    let text = "§ 1 – Law.";
    let prediction = countersign_offline::model::Prediction {
        kind: ClauseKind::GoverningLaw,
        span: countersign_contracts::document::Span::new(text.find("Law").unwrap(), text.len()),
        confidence: 0.5,
    };
    let mut out = Vec::new();
    let count = write_predictions("t", text, &[prediction], &mut out).unwrap();
    assert_eq!(count, 1);
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "{\"title\":\"t\",\"category\":\"Governing Law\",\"start\":6,\"end\":10,\"score\":0.5}\n"
    );
}
