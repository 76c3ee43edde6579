//! Pictures of spots of a page: what can be seen where the file holds text that can't.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use countersign_documents::draw_spot;
use tokio::sync::Semaphore;

use crate::Engine;
use crate::error::Error;
use crate::pipeline::{StepError, read};
use crate::views::{SpotOfContract, SpotPicture};

/// Pictures drawn at once: a page may ask for dozens, and each is a process.
static DRAWING: Semaphore = Semaphore::const_new(2);

impl Engine {
    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn get_spot(&self, argument: SpotOfContract) -> Result<Option<SpotPicture>, Error> {
        let id = &argument.contract_id;
        if self.contract_file(id).await?.is_none() {
            return Ok(None);
        }
        let request = match read::request(&self.inner.context, id).await {
            Ok(request) => request,
            Err(StepError::Store(error)) => return Err(error.into()),
            Err(_) => return Ok(None),
        };
        let _turn = DRAWING.acquire().await.ok();
        // A file that is locked again, or gone, has no picture; its words still say what is there.
        let spot = draw_spot(&request, argument.page, argument.place).await;
        Ok(spot.ok().flatten().map(|spot| SpotPicture {
            png: BASE64.encode(&spot.png),
            area: spot.area,
        }))
    }
}
