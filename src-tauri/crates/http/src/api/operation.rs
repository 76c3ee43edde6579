//! One operation: who may, what it takes and answers, and who does it.

use std::sync::Arc;

use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{self, MethodRouter};
use countersign_engine::clients::Scope;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Value, json};

use crate::Shared;

/// A line of the table.
pub(crate) struct Operation {
    /// Its name for programs that are made from the document.
    pub id: &'static str,
    /// Method.
    pub method: Method,
    /// Path behind `/v1`.
    pub path: &'static str,
    /// What a client must be allowed; nothing for everybody.
    pub scope: Option<Scope>,
    /// A few words.
    pub summary: &'static str,
    /// What to know of it.
    pub about: &'static str,
    /// What it takes.
    pub parameters: Vec<Parameter>,
    /// The body that it takes, as the document says it.
    pub body: Option<Value>,
    /// What it answers when all goes well.
    pub answers: Vec<Answer>,
    /// Statuses of its refusals, besides those that every operation has.
    pub refusals: &'static [u16],
    /// Who does it.
    pub handler: MethodRouter<Arc<Shared>>,
}

/// A parameter.
pub(crate) struct Parameter {
    place: &'static str,
    name: &'static str,
    about: &'static str,
    schema: Value,
}

/// An answer.
pub(crate) struct Answer {
    pub status: u16,
    pub about: &'static str,
    pub content: Content,
    /// Name and what it says.
    pub headers: Vec<(&'static str, &'static str)>,
}

/// What an answer holds.
pub(crate) enum Content {
    /// JSON of this shape.
    Json(fn(&mut SchemaGenerator) -> Value),
    /// JSON of any shape.
    AnyJson,
    /// Text of this media type.
    Text(&'static str),
    /// Server-sent events.
    Events,
    /// Bytes of one of these media types.
    Files(Vec<&'static str>),
}

/// A parameter of the path.
pub(crate) fn path(name: &'static str, about: &'static str) -> Parameter {
    Parameter {
        place: "path",
        name,
        about,
        schema: json!({"type": "string"}),
    }
}

/// A parameter of the query, which may be left out.
pub(crate) fn query(name: &'static str, about: &'static str, schema: Value) -> Parameter {
    Parameter {
        place: "query",
        name,
        about,
        schema,
    }
}

/// A header, which may be left out.
pub(crate) fn header(name: &'static str, about: &'static str, schema: Value) -> Parameter {
    Parameter {
        place: "header",
        name,
        about,
        schema,
    }
}

impl Parameter {
    /// With this schema.
    pub fn of(self, schema: Value) -> Self {
        Self { schema, ..self }
    }

    /// As the document says it.
    pub fn document(&self) -> Value {
        json!({
            "name": self.name,
            "in": self.place,
            "required": self.place == "path",
            "description": self.about,
            "schema": self.schema,
        })
    }
}

impl Operation {
    pub fn get<H, T>(path: &'static str, id: &'static str, handler: H) -> Self
    where
        H: Handler<T, Arc<Shared>>,
        T: 'static,
    {
        Self::new(Method::GET, path, id, routing::get(handler))
    }

    pub fn post<H, T>(path: &'static str, id: &'static str, handler: H) -> Self
    where
        H: Handler<T, Arc<Shared>>,
        T: 'static,
    {
        Self::new(Method::POST, path, id, routing::post(handler))
    }

    pub fn delete<H, T>(path: &'static str, id: &'static str, handler: H) -> Self
    where
        H: Handler<T, Arc<Shared>>,
        T: 'static,
    {
        Self::new(Method::DELETE, path, id, routing::delete(handler))
    }

    fn new(
        method: Method,
        path: &'static str,
        id: &'static str,
        handler: MethodRouter<Arc<Shared>>,
    ) -> Self {
        Self {
            id,
            method,
            path,
            scope: None,
            summary: "",
            about: "",
            parameters: Vec::new(),
            body: None,
            answers: Vec::new(),
            refusals: &[],
            handler,
        }
    }

    pub fn scope(self, scope: Scope) -> Self {
        Self {
            scope: Some(scope),
            ..self
        }
    }

    pub fn says(self, summary: &'static str, about: &'static str) -> Self {
        Self {
            summary,
            about,
            ..self
        }
    }

    pub fn takes(mut self, parameter: Parameter) -> Self {
        self.parameters.push(parameter);
        self
    }

    pub fn body(self, body: Value) -> Self {
        Self {
            body: Some(body),
            ..self
        }
    }

    /// Answers JSON of this type.
    pub fn answers<T: JsonSchema>(self, status: u16, about: &'static str) -> Self {
        let schema = |generator: &mut SchemaGenerator| Value::from(generator.subschema_for::<T>());
        self.answer(status, about, Content::Json(schema))
    }

    pub fn answers_any_json(self, status: u16, about: &'static str) -> Self {
        self.answer(status, about, Content::AnyJson)
    }

    pub fn answers_events(self, about: &'static str) -> Self {
        self.answer(200, about, Content::Events)
    }

    pub fn answers_text(self, media_type: &'static str, about: &'static str) -> Self {
        self.answer(200, about, Content::Text(media_type))
    }

    pub fn answers_files(self, media_types: Vec<&'static str>, about: &'static str) -> Self {
        self.answer(200, about, Content::Files(media_types))
    }

    fn answer(mut self, status: u16, about: &'static str, content: Content) -> Self {
        self.answers.push(Answer {
            status,
            about,
            content,
            headers: Vec::new(),
        });
        self
    }

    /// The answer that was named last has this header.
    pub fn with_header(mut self, name: &'static str, about: &'static str) -> Self {
        if let Some(answer) = self.answers.last_mut() {
            answer.headers.push((name, about));
        }
        self
    }

    pub fn refuses(self, refusals: &'static [u16]) -> Self {
        Self { refusals, ..self }
    }
}
