//! The OpenAPI 3.1 document, made from the table of operations and the types of their answers. It is
//! checked in as `openapi.json` and compared by a test; `UPDATE=1` writes it anew.

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::operation::{Answer, Content, Operation};
use super::problem::{MEDIA_TYPE, Problem};

/// The document that is served.
pub(crate) const DOCUMENT: &str = include_str!("../../openapi.json");

/// Refusals that every operation has.
const ALWAYS: [u16; 2] = [403, 500];

/// The document as the table has it: what the one that is checked in must be.
#[must_use]
pub fn document() -> String {
    let settings = SchemaSettings::draft2020_12()
        .for_serialize()
        .with(|settings| settings.definitions_path = "/components/schemas".into());
    let mut generator = settings.into_generator();
    let mut paths: Map<String, Value> = Map::new();
    for operation in super::operations() {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method.as_str().to_lowercase()] = describe(&operation, &mut generator);
    }
    generator.subschema_for::<Problem>();
    let schemas = generator.take_definitions(true);
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Countersign",
            "version": "1",
            "description": "Submit contracts to be reviewed, follow them, fetch what was found. Times are milliseconds since 1970 in \
                            UTC. Every refusal is a problem of RFC 9457 with a stable `type`.",
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": "/v1"}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "client": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The token of a client: `countersign client add NAME --scope read,submit,manage`.",
                },
            },
            "responses": {
                "Refusal": {
                    "description": "Why it was refused.",
                    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
                },
            },
        },
    });
    // Whether maps keep their order is up to whatever else is built.
    document.sort_all_objects();
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn describe(operation: &Operation, generator: &mut SchemaGenerator) -> Value {
    let parameters: Vec<Value> = operation
        .parameters
        .iter()
        .map(|parameter| parameter.document())
        .collect();
    let mut answers = Map::new();
    for answer in &operation.answers {
        answers.insert(
            answer.status.to_string(),
            describe_answer(answer, generator),
        );
    }
    let needs_token = operation.scope.map(|_| 401);
    let refusals = operation
        .refusals
        .iter()
        .copied()
        .chain(ALWAYS)
        .chain(needs_token);
    for status in refusals {
        answers
            .entry(status.to_string())
            .or_insert_with(|| json!({"$ref": "#/components/responses/Refusal"}));
    }
    let mut described = json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "description": operation.about,
        "parameters": parameters,
        "responses": answers,
        "security": [],
    });
    if let Some(scope) = operation.scope {
        described["security"] = json!([{"client": [scope.word()]}]);
    }
    if let Some(body) = &operation.body {
        described["requestBody"] = body.clone();
    }
    described
}

fn describe_answer(answer: &Answer, generator: &mut SchemaGenerator) -> Value {
    let content = match &answer.content {
        Content::Json(schema) => json!({"application/json": {"schema": schema(generator)}}),
        Content::AnyJson => json!({"application/json": {"schema": {"type": "object"}}}),
        Content::Text(media_type) => json!({*media_type: {"schema": {"type": "string"}}}),
        Content::Events => json!({"text/event-stream": {"schema": {
            "type": "object",
            "description": "One event, its fields by their names.",
            "required": ["data", "event", "id"],
            "properties": {
                "data": {
                    "type": "string",
                    "contentMediaType": "application/json",
                    "contentSchema": {
                        "type": "object",
                        "required": ["seq", "kind", "review_id"],
                        "properties": {
                            "seq": {"type": "integer"},
                            "kind": {"type": "string"},
                            "review_id": {"type": ["string", "null"]},
                        },
                    },
                },
                "event": {"type": "string"},
                "id": {"type": "string", "pattern": "^[0-9]{1,18}$"},
                "retry": {"type": "integer", "description": "Milliseconds until a client that lost the stream comes back."},
            },
        }}}),
        Content::Files(media_types) => media_types
            .iter()
            .map(|media_type| ((*media_type).to_owned(), json!({})))
            .collect::<Map<String, Value>>()
            .into(),
    };
    let mut described = json!({"description": answer.about, "content": content});
    for (name, about) in &answer.headers {
        described["headers"][*name] =
            json!({"description": about, "required": true, "schema": {"type": "string"}});
    }
    described
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_checked_in_document_is_that_of_the_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
        let wanted = super::document();
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, &wanted).unwrap();
        }
        let found = std::fs::read_to_string(path).unwrap_or_default();
        assert!(found == wanted, "openapi.json is stale: run with UPDATE=1");
    }
}
