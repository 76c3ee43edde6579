//! The interface for other programs, under `/v1`: reviews as resources, a token for each client.
//!
//! It stands beside the page's wire and shares nothing with it but the listener: a client's token opens
//! no command, and the page's token nothing here. [`operations`] is the one table: the router and the
//! OpenAPI document (`openapi.json`, compared by a test) both come from it. Every refusal is a
//! [`problem::Problem`].

mod actions;
mod events;
mod exports;
mod guard;
mod metrics;
mod openapi;
mod operation;
mod problem;
mod resources;
mod reviews;
mod submit;
mod system;
mod take;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use countersign_engine::clients::Scope;
use serde_json::json;

use crate::Shared;
use guard::Door;
pub(crate) use metrics::Metrics;
pub use openapi::document;
use operation::{Operation, header, path, query};
pub(crate) use problem::Problem;
use resources::{Acknowledged, Deleted, Findings, Health, Playbooks, Review, Reviews};
pub(crate) use system::nothing_here;

/// Every operation, in the order of the document.
fn operations() -> Vec<Operation> {
    let review = || path("review_id", "A review's id.");
    vec![
        Operation::post("/reviews", "submitReview", submit::submit)
            .scope(Scope::Submit)
            .says(
                "Submit a contract",
                "Takes a file in and answers with the id of its review at once, before anything is read. The file is the body, \
                 or the part `file` of a form. A file that was reviewed before with the same playbook finds its review.",
            )
            .takes(query("name", "The file's name; folders before it are left out.", json!({"type": "string"})))
            .takes(query(
                "playbook",
                "The playbook to judge by, one of `GET /v1/playbooks`; the first of them when absent.",
                submit::playbooks(),
            ))
            .takes(header(
                "Idempotency-Key",
                "A key of this submission. The same submission under the same key has the same answer for a day; another \
                 submission under it is refused.",
                json!({"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}),
            ))
            .body(submit::document())
            .answers::<Acknowledged>(202, "The review, or the one that was there.")
            .with_header("Location", "Where the review is.")
            .refuses(&[400, 409, 413, 415, 422, 503]),
        Operation::get("/reviews", "listReviews", reviews::list)
            .scope(Scope::Read)
            .says("List reviews", "Newest first, in parts.")
            .takes(query(
                "limit",
                "At most so many; 50 when absent.",
                json!({"type": "integer", "minimum": 1, "maximum": reviews::MOST, "default": reviews::USUAL}),
            ))
            .takes(query(
                "cursor",
                "`next_cursor` of the part before.",
                json!({"type": "string", "format": "uuid"}),
            ))
            .answers::<Reviews>(200, "A part of the list.")
            .refuses(&[400]),
        Operation::get("/reviews/{review_id}", "getReview", reviews::get)
            .scope(Scope::Read)
            .says("Look at a review", "Its state, how far it is, and its proposal once it is completed.")
            .takes(review())
            .answers::<Review>(200, "The review.")
            .refuses(&[404]),
        Operation::get("/reviews/{review_id}/findings", "getFindings", reviews::findings)
            .scope(Scope::Read)
            .says(
                "What a review found",
                "Every judged position with the words that prove it, the gravest first, and what a person decided about them.",
            )
            .takes(review())
            .answers::<Findings>(200, "The findings.")
            .refuses(&[404, 409]),
        Operation::get("/reviews/{review_id}/exports/{format}", "exportReview", exports::export)
            .scope(Scope::Read)
            .says("A review as a file", "The same files that the window saves.")
            .takes(review())
            .takes(path("format", "The form.").of(exports::formats()))
            .answers_files(exports::media_types(), "The file.")
            .with_header("Content-Disposition", "The file's proposed name.")
            .refuses(&[404, 409]),
        Operation::post("/reviews/{review_id}/cancel", "cancelReview", actions::cancel)
            .scope(Scope::Manage)
            .says("Stop a review", "What was found so far is kept. Stopping a stopped review changes nothing.")
            .takes(review())
            .answers::<Review>(200, "The review as it is now.")
            .refuses(&[404, 409]),
        Operation::post("/reviews/{review_id}/retry", "retryReview", actions::retry)
            .scope(Scope::Manage)
            .says("Go on with a review that failed or was stopped", "From where it ended; nothing is read or paid for twice.")
            .takes(review())
            .answers::<Review>(200, "The review as it is now.")
            .refuses(&[404, 409]),
        Operation::post("/reviews/{review_id}/pause", "pauseReview", actions::pause)
            .scope(Scope::Manage)
            .says("Hold a review", "Steps at work are finished, no other begins. Pausing a paused review changes nothing.")
            .takes(review())
            .answers::<Review>(200, "The review as it is now.")
            .refuses(&[404, 409]),
        Operation::post("/reviews/{review_id}/resume", "resumeReview", actions::resume)
            .scope(Scope::Manage)
            .says("Go on with a review that was held", "Also with one that waits for a person. On any other at work it changes nothing.")
            .takes(review())
            .answers::<Review>(200, "The review as it is now.")
            .refuses(&[404, 409]),
        Operation::delete("/contracts/{contract_id}", "deleteContract", actions::delete)
            .scope(Scope::Manage)
            .says(
                "Delete a contract",
                "With its file, its text and all its reviews: hidden at once, removed for good after 30 seconds.",
            )
            .takes(path("contract_id", "A contract's id, as its reviews name it."))
            .takes(query(
                "and_backups",
                "Replaces all backups by one made afterwards; without it older ones hold the contract until they age out.",
                json!({"type": "boolean", "default": false}),
            ))
            .answers::<Deleted>(202, "Hidden; what is removed and when.")
            .refuses(&[400, 404]),
        Operation::get("/playbooks", "listPlaybooks", system::playbooks)
            .scope(Scope::Read)
            .says("List playbooks", "The rules that contracts can be judged by.")
            .answers::<Playbooks>(200, "The playbooks."),
        Operation::get("/events", "followEvents", events::follow)
            .scope(Scope::Read)
            .says(
                "Follow changes",
                "Server-sent events. They say that something changed and carry no fact: ask for what you show. The first, `open`, \
                 tells where the stream begins. `Last-Event-ID` goes on behind the event of that number; of changes to the same \
                 review only the newest is told.",
            )
            .takes(query(
                "review_id",
                "Only changes of this review.",
                json!({"type": "string"}),
            ))
            .takes(header(
                "Last-Event-ID",
                "The number of the last event that was seen.",
                json!({"type": "string", "pattern": "^[0-9]{1,18}$"}),
            ))
            .answers_events("Events until the client leaves.")
            .refuses(&[400]),
        Operation::get("/metrics", "getMetrics", metrics::metrics)
            .scope(Scope::Read)
            .says("Figures for Prometheus", "Reviews, steps, deliveries and answers, in the OpenMetrics text format.")
            .answers_text(metrics::MEDIA_TYPE, "The figures."),
        Operation::get("/health", "getHealth", system::health)
            .says("Whether it works", "Needs no token and tells nothing of any contract.")
            .answers::<Health>(200, "It works.")
            .answers::<Health>(503, "The disk is full or the database is damaged."),
        Operation::get("/openapi.json", "getDocument", system::openapi)
            .says("This document", "OpenAPI 3.1. Needs no token.")
            .answers_any_json(200, "The document."),
    ]
}

/// The router of `/v1`.
pub(crate) fn router(shared: &Arc<Shared>) -> Router<Arc<Shared>> {
    let mut router = Router::new();
    for operation in operations() {
        let door = Door {
            shared: Arc::clone(shared),
            scope: operation.scope,
            operation: operation.id,
        };
        let handler = operation
            .handler
            .route_layer(from_fn_with_state(door, guard::pass));
        router = router.route(operation.path, handler);
    }
    router
        .fallback(system::nothing_here)
        .method_not_allowed_fallback(system::wrong_method)
        // A form is a little larger than the file in it; the file itself is measured as it comes in.
        .layer(DefaultBodyLimit::max(submit::largest_body(shared)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_a_name_of_its_own() {
        let mut ids: Vec<_> = operations().iter().map(|operation| operation.id).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count);
    }

    #[test]
    fn only_what_tells_nothing_needs_no_token() {
        let open: Vec<_> = operations()
            .into_iter()
            .filter(|operation| operation.scope.is_none())
            .map(|operation| operation.path)
            .collect();
        assert_eq!(open, ["/health", "/openapi.json"]);
    }
}
