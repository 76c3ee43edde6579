//! Recognition of pages that are pictures: whether it can be done here, and for which languages.

use countersign_documents::Recogniser;
use countersign_store::Store;

use crate::Engine;
use crate::error::Error;
use crate::views::{Languages, Nothing, RecognitionView};

/// The setting's name.
const LANGUAGES: &str = "recognition_languages";

/// Who recognises pages, for the languages that were chosen.
pub(crate) async fn recogniser(
    store: &Store,
) -> Result<Option<Recogniser>, countersign_store::Error> {
    let chosen: Option<String> = store.setting(LANGUAGES).await?;
    let found = Recogniser::find();
    Ok(found.map(|found| match chosen {
        Some(codes) => found.for_languages(&codes),
        None => found,
    }))
}

impl Engine {
    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn get_recognition(&self, _: Nothing) -> Result<RecognitionView, Error> {
        let recogniser = recogniser(&self.inner.store).await?;
        let installed = match &recogniser {
            Some(recogniser) => recogniser.installed().await,
            None => Vec::new(),
        };
        let chosen = recogniser.as_ref().map_or("", Recogniser::languages);
        Ok(RecognitionView {
            available: recogniser.is_some(),
            languages: chosen.split('+').map(str::to_owned).collect(),
            installed,
            how_to_install: Recogniser::how_to_install().to_owned(),
        })
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::Setting`] for none, or one that is not installed; or what the store says.
    pub async fn change_recognition(&self, wanted: Languages) -> Result<RecognitionView, Error> {
        let view = self.get_recognition(Nothing {}).await?;
        if wanted.languages.is_empty() {
            let message = "choose at least one language for scanned pages";
            return Err(Error::Setting(message.to_owned()));
        }
        let known = |code: &&String| view.installed.contains(code);
        if let Some(missing) = wanted.languages.iter().find(|code| !known(code)) {
            return Err(Error::Setting(format!(
                "the language {missing} is not installed for Tesseract: choose of {}",
                view.installed.join(", ")
            )));
        }
        let codes = wanted.languages.join("+");
        let now = self.inner.context.config.clock.now_ms();
        let store = &self.inner.store;
        store.change_setting(LANGUAGES, &codes, now).await?;
        self.get_recognition(Nothing {}).await
    }
}
