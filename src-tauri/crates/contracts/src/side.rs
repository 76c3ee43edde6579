//! What a document's file says beside its text: tracked changes, comments, tables, running lines.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::compare::SecondReading;
use crate::document::Bbox;

/// What stands beside the text of a document.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DocumentSide {
    /// Tracked changes that nobody accepted or rejected yet, in reading order. The text that is
    /// reviewed is the one with all of them accepted.
    pub changes: Vec<TrackedChange>,
    /// Comments, in reading order.
    pub comments: Vec<Comment>,
    /// Tables, in reading order; their words are part of the text too.
    pub tables: Vec<Table>,
    /// Headers, footers and watermarks, each once.
    pub running: Vec<String>,
    /// What else a reader should know of the file, in words.
    pub notes: Vec<String>,
    /// Links to addresses outside the document.
    pub links: Vec<Link>,
    /// Fields of a form with what was entered.
    pub fields: Vec<FormField>,
    /// Fields for electronic signatures, signed or not.
    pub signatures: Vec<SignatureField>,
    /// What the second reader says of the text; absent while it has not read it.
    pub second: Option<SecondReading>,
}

impl DocumentSide {
    /// Adds what stands beside the pages that follow.
    pub fn append(&mut self, mut later: Self) {
        self.changes.append(&mut later.changes);
        self.comments.append(&mut later.comments);
        self.tables.append(&mut later.tables);
        for line in later.running {
            if !self.running.contains(&line) {
                self.running.push(line);
            }
        }
        for note in later.notes {
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
        self.links.append(&mut later.links);
        self.fields.append(&mut later.fields);
        self.signatures.append(&mut later.signatures);
        self.second = self.second.take().or(later.second);
    }
}

/// Where something stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Place {
    /// Counted from 1.
    pub page: u32,
    /// One box a line; for deleted text, the word it stood beside.
    pub boxes: Vec<Bbox>,
}

/// The kind of a tracked change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Text was added.
    Insertion,
    /// Text was taken out.
    Deletion,
    /// Text was moved away from here.
    MoveFrom,
    /// Text was moved here.
    MoveTo,
}

/// A change of the text that nobody accepted or rejected yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct TrackedChange {
    /// What was done.
    pub kind: ChangeKind,
    /// Who did it, as the file says.
    pub author: Option<String>,
    /// When, as the file says (ISO 8601).
    pub date: Option<String>,
    /// The text added, taken out or moved.
    pub text: String,
    /// Where it stands or stood.
    pub place: Place,
}

/// A comment left in the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Comment {
    /// Who wrote it, as the file says.
    pub author: Option<String>,
    /// When, as the file says (ISO 8601).
    pub date: Option<String>,
    /// What it says.
    pub text: String,
    /// The words it is about.
    pub anchor: String,
    /// Where those stand.
    pub place: Place,
}

/// A link to an address outside the document. It is never followed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Link {
    /// The address as the file says.
    pub address: String,
    /// The words it lies over.
    pub anchor: String,
    /// Where those stand.
    pub place: Place,
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct FormField {
    /// Its name in the file.
    pub name: String,
    /// What was entered or chosen; empty when nothing was.
    pub value: String,
    /// Whether the page shows the value: text that a field holds and does not show is no part of
    /// the text that is reviewed.
    pub shown: bool,
    /// Where it stands.
    pub place: Place,
}

/// A field for an electronic signature. Whether a signature is genuine is not checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
pub struct SignatureField {
    /// Its name in the file.
    pub name: String,
    /// Whether it holds a signature.
    pub signed: bool,
    /// Who signed, as the signature says.
    pub signer: Option<String>,
    /// When, as the signature says (ISO 8601).
    pub date: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Its rows from the top.
    pub rows: Vec<Vec<TableCell>>,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableCell {
    /// Its text.
    pub text: String,
    /// How many columns it spans.
    pub columns: u32,
    /// Where its words stand; no boxes when it is empty.
    pub place: Place,
}
