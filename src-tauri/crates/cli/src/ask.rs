//! Asking about a contract from the terminal.

use std::path::PathBuf;

use countersign_engine::Engine;
use countersign_engine::views::{AskContract, QuestionState, QuestionView, ReviewId};

use crate::arguments::Ask;
use crate::error::Error;
use crate::models::dollars;
use crate::queue::named;
use crate::review::{LOOK, open};
use crate::{OK, SOME_FAILED};

pub(crate) async fn ask(folder: PathBuf, options: Ask) -> Result<u8, Error> {
    let engine = open(folder).await?;
    let review_id = named(&engine, &options.id).await?.id;
    let asked = engine
        .ask_contract(AskContract {
            review_id,
            text: options.question,
        })
        .await?;
    let question = answered(&engine, asked).await?;
    engine.close().await;
    if options.json {
        let text = serde_json::to_string_pretty(&question)
            .map_err(countersign_engine::error::Error::from)?;
        println!("{text}");
    } else {
        print(&question);
    }
    Ok(match question.state {
        QuestionState::Answered => OK,
        _ => SOME_FAILED,
    })
}

/// Waits until a question is at an end or waits for a person.
async fn answered(engine: &Engine, asked: QuestionView) -> Result<QuestionView, Error> {
    let mut events = engine.events();
    let mut question = asked;
    loop {
        let waits = question.state == QuestionState::Waiting;
        if question.ended_at.is_some() || waits {
            return Ok(question);
        }
        // Whether it was a change, a lag or the time: look again.
        let _ = tokio::time::timeout(LOOK, events.recv()).await;
        while events.try_recv().is_ok() {}
        let review_id = question.review_id.clone();
        let all = engine.list_questions(ReviewId { review_id }).await?;
        let id = question.id.as_str();
        match all.into_iter().find(|one| one.id == id) {
            Some(now) => question = now,
            None => return Ok(question),
        }
    }
}

fn print(question: &QuestionView) {
    if let Some(message) = &question.message {
        eprintln!("countersign: {message}");
        return;
    }
    let pages = format!(
        "{} of {} pages read",
        question.pages_read, question.pages_total
    );
    for sentence in &question.answer {
        println!("{}", sentence.text);
        for citation in &sentence.citations {
            println!("    page {}: “{}”", citation.page, citation.quote);
        }
    }
    match (&question.model, question.answer.is_empty()) {
        (Some(model), true) => println!("Not found in {pages} by {model}."),
        (Some(model), false) => println!("Answered by {model}, {pages}."),
        (None, _) => println!("No model is switched on, so this is no answer."),
    }
    if question.left_out > 0 {
        println!(
            "{} sentences of the model were left out: their words or numbers do not stand on the page.",
            question.left_out
        );
    }
    if question.model.is_some() {
        println!(
            "{} calls, {} tokens, {}",
            question.calls,
            question.tokens,
            dollars(question.micros)
        );
    }
    if !question.answer.is_empty() {
        return;
    }
    if question.passages.is_empty() {
        println!("No passage holds the question's words ({pages}).");
    } else {
        println!("Passages that hold the question's words:");
    }
    for passage in &question.passages {
        let heading = passage.heading_path.last().map_or("", String::as_str);
        for (at, citation) in passage.citations.iter().enumerate() {
            let heading = if at == 0 { heading } else { "" };
            println!(
                "\npage {}{}{heading}\n{}",
                citation.page,
                if heading.is_empty() { "" } else { " · " },
                citation.quote
            );
        }
    }
}
