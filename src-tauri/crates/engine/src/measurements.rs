//! Measurements of providers from the window: one at a time, in the background, kept when they end.
//!
//! The calls are made for contracts that the program writes itself: nothing of a person's leaves. What was not at its
//! end when the program ends is not kept.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use countersign_offline::planted::Variant;
use countersign_store::measurements::Measurement;
use tokio::task::AbortHandle;

use crate::Engine;
use crate::clock::new_id;
use crate::error::Error;
use crate::measure::PlantedOptions;
use crate::pipeline::ModelMeasured;
use crate::views::{
    Event, MeasureProvider, MeasuredView, MeasurementState, MeasurementView, Nothing,
};

/// Contracts of one measurement at the most.
const MOST: u32 = 200;

/// The measurement that runs.
#[derive(Debug, Default)]
pub(crate) struct Measuring(Mutex<Option<Running>>);

#[derive(Debug)]
struct Running {
    view: MeasurementView,
    done: Arc<AtomicU32>,
    task: Option<AbortHandle>,
    /// What came of it is being kept.
    ending: bool,
}

impl Running {
    fn view(&self) -> MeasurementView {
        MeasurementView {
            done: self.done.load(Ordering::SeqCst),
            ..self.view.clone()
        }
    }
}

impl Measuring {
    fn held(&self) -> std::sync::MutexGuard<'_, Option<Running>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins the end of the measurement that runs, if it is that one: whoever begins it keeps what came of it.
    fn begin_end(&self, id: Option<&str>) -> Option<(MeasurementView, Option<AbortHandle>)> {
        let mut held = self.held();
        let running = held.as_mut().filter(|running| !running.ending)?;
        if id.is_some_and(|id| running.view.id != id) {
            return None;
        }
        running.ending = true;
        Some((running.view.clone(), running.task.take()))
    }

    fn clear(&self) {
        *self.held() = None;
    }
}

impl Engine {
    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::Setting`] when there is no such provider, one is measured already, or for a number out of range.
    pub async fn measure_provider(
        &self,
        argument: MeasureProvider,
    ) -> Result<MeasurementView, Error> {
        let model = self.model_called(&argument.provider)?;
        if !(1..=MOST).contains(&argument.contracts) {
            return Err(Error::Setting(format!(
                "{} contracts can't be: choose 1 to {MOST}",
                argument.contracts
            )));
        }
        let done = Arc::new(AtomicU32::new(0));
        let view = MeasurementView {
            id: new_id(),
            provider: argument.provider.clone(),
            model: model.config.model.clone(),
            state: MeasurementState::Running,
            message: None,
            done: 0,
            contracts: argument.contracts,
            result: None,
            started_at: self.now(),
            ended_at: None,
        };
        {
            let mut held = self.inner.measuring.held();
            if held.is_some() {
                return Err(Error::Setting(
                    "a provider is being measured already: wait until that is done, or stop it"
                        .to_owned(),
                ));
            }
            let (engine, counted, id) = (self.clone(), Arc::clone(&done), view.id.clone());
            let task = tokio::spawn(async move {
                let options = PlantedOptions {
                    seed: 1,
                    count: u64::from(argument.contracts),
                    tuning: false,
                    variant: Variant::default(),
                };
                let measured = engine
                    .measure_each(&argument.provider, options, || {
                        counted.fetch_add(1, Ordering::SeqCst);
                        engine.tell_of_measurement();
                    })
                    .await;
                engine.end_measurement(Some(&id), Some(measured)).await;
            });
            *held = Some(Running {
                view: view.clone(),
                done,
                task: Some(task.abort_handle()),
                ending: false,
            });
        }
        self.tell_of_measurement();
        Ok(view)
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn stop_measurement(&self, _: Nothing) -> Result<Vec<MeasurementView>, Error> {
        self.end_measurement(None, None).await;
        self.list_measurements(Nothing {}).await
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn list_measurements(&self, _: Nothing) -> Result<Vec<MeasurementView>, Error> {
        let running = self.inner.measuring.held().as_ref().map(Running::view);
        let kept = self.inner.store.measurements().await?;
        let kept = kept.into_iter().map(view).collect::<Result<Vec<_>, _>>()?;
        // While it is kept it is both.
        let running = running.filter(|running| kept.iter().all(|one| one.id != running.id));
        Ok(running.into_iter().chain(kept).collect())
    }

    /// Ends the measurement that runs and keeps what came of it; nothing when it was ended by somebody else.
    async fn end_measurement(
        &self,
        id: Option<&str>,
        measured: Option<Result<ModelMeasured, Error>>,
    ) {
        let Some((view, task)) = self.inner.measuring.begin_end(id) else {
            return;
        };
        let (state, message, result) = match measured {
            None => {
                if let Some(task) = &task {
                    task.abort();
                }
                ("stopped", None, None)
            }
            Some(Err(error)) => ("failed", Some(error.to_string()), None),
            Some(Ok(measured)) => match serde_json::to_string(&shown(&measured)) {
                Ok(result) => ("done", None, Some(result)),
                Err(error) => ("failed", Some(error.to_string()), None),
            },
        };
        let kept = self.inner.store.keep_measurement(Measurement {
            id: view.id,
            provider: view.provider,
            model: view.model,
            contracts: i64::from(view.contracts),
            state: state.to_owned(),
            message,
            result,
            started_at: view.started_at,
            ended_at: self.now(),
        });
        if let Err(error) = kept.await {
            tracing::warn!(%error, "a measurement could not be kept");
        }
        self.inner.measuring.clear();
        self.tell_of_measurement();
    }

    /// Ends the measurement that runs without keeping it: the program ends.
    pub(crate) fn drop_measurement(&self) {
        if let Some((_, Some(task))) = self.inner.measuring.begin_end(None) {
            task.abort();
        }
        self.inner.measuring.clear();
    }

    fn tell_of_measurement(&self) {
        self.tell(Event {
            seq: 0,
            kind: "measurement_changed".to_owned(),
            review_id: None,
        });
    }
}

fn view(kept: Measurement) -> Result<MeasurementView, Error> {
    let contracts = u32::try_from(kept.contracts).unwrap_or(0);
    let (state, done) = match kept.state.as_str() {
        "done" => (MeasurementState::Done, contracts),
        "stopped" => (MeasurementState::Stopped, 0),
        _ => (MeasurementState::Failed, 0),
    };
    Ok(MeasurementView {
        id: kept.id,
        provider: kept.provider,
        model: kept.model,
        state,
        message: kept.message,
        done,
        contracts,
        result: kept
            .result
            .as_deref()
            .map(serde_json::from_str)
            .transpose()?,
        started_at: kept.started_at,
        ended_at: Some(kept.ended_at),
    })
}

fn shown(measured: &ModelMeasured) -> MeasuredView {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let (offline, together) = (measured.offline.total(), measured.together.total());
    MeasuredView {
        risks: count(offline.risks),
        found_offline: count(offline.found),
        found_together: count(together.found),
        decoys: count(offline.decoys),
        flagged_offline: count(offline.flagged),
        flagged_together: count(together.flagged),
        read_offline: count(measured.read_offline),
        read_by_model: count(measured.read_by_model),
        quotes: count(measured.quotes),
        verified: count(measured.verified),
        calls: measured.calls,
        unanswered: measured.unanswered,
        tokens: measured.tokens,
        micros: measured.micros,
        total_ms: measured.total_ms,
        offline_ms: measured.offline_ms,
    }
}
