//! Providers measured from the window: in the background, one at a time, kept.

use std::time::Duration;

use countersign_engine::Engine;
use countersign_engine::views::*;
use countersign_tests::fault_server::{Chance, Fault, Script};

use crate::models::Model;

async fn measure(engine: &Engine, contracts: u32) -> MeasurementView {
    let provider = "local".to_owned();
    let wanted = MeasureProvider {
        provider,
        contracts,
    };
    engine.measure_provider(wanted).await.unwrap()
}

/// The newest measurement once it has ended.
async fn ended(engine: &Engine) -> MeasurementView {
    let mut events = engine.events();
    let waited = tokio::time::timeout(Duration::from_secs(120), async {
        loop {
            let all = engine.list_measurements(Nothing {}).await.unwrap();
            let newest = all.into_iter().next().unwrap();
            if newest.ended_at.is_some() {
                return newest;
            }
            let _ = events.recv().await;
        }
    });
    waited.await.expect("it did not end within two minutes")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_is_measured_beside_the_offline_reader_and_the_result_is_kept() {
    let model = Model::new(Script::default(), |_| {}).await;
    let engine = &model.desk.engine;
    let begun = measure(engine, 1).await;
    assert_eq!(begun.state, MeasurementState::Running);
    let measured = ended(engine).await;
    assert_eq!(
        (measured.id, measured.state),
        (begun.id, MeasurementState::Done)
    );
    assert_eq!((measured.done, measured.contracts), (1, 1));
    let result = measured.result.unwrap();
    assert!(result.risks > 0 && result.decoys > 0);
    assert!(result.found_offline > 0 && result.found_together >= result.found_offline);
    assert!(result.quotes > 0 && result.verified <= result.quotes);
    assert_eq!(result.calls as usize, model.asked());
    assert!(result.tokens > 0 && result.micros > 0);
    // The same contracts, the same figures.
    measure(engine, 1).await;
    let again = ended(engine).await.result.unwrap();
    assert_eq!(again.found_together, result.found_together);
    assert_eq!(engine.list_measurements(Nothing {}).await.unwrap().len(), 2);
    model.desk.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_measurement_is_stopped_and_says_what_stood_in_its_way() {
    let hangs = Script {
        chances: vec![Chance {
            fault: Fault::HangBeforeHeaders,
            per_mille: 1_000,
        }],
        ..Script::default()
    };
    let model = Model::new(hangs, |_| {}).await;
    let engine = &model.desk.engine;
    measure(engine, 2).await;
    let provider = "local".to_owned();
    let second = MeasureProvider {
        provider,
        contracts: 1,
    };
    let refused = engine.measure_provider(second).await.unwrap_err();
    assert!(refused.to_string().contains("being measured already"));
    let all = engine.stop_measurement(Nothing {}).await.unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].state, MeasurementState::Stopped);
    assert_eq!(all[0].result, None);

    let refuses = (0..200).map(|_| Fault::status(401, &[]));
    model.server.follow(Script::of(refuses));
    measure(engine, 1).await;
    let failed = ended(engine).await;
    assert_eq!(failed.state, MeasurementState::Failed);
    assert!(failed.message.unwrap().contains("key"));
    for (provider, contracts) in [("nobody", 1), ("local", 0), ("local", 1_000)] {
        let provider = provider.to_owned();
        let wrong = MeasureProvider {
            provider,
            contracts,
        };
        assert!(engine.measure_provider(wrong).await.is_err());
    }
    model.desk.engine.close().await;
}
