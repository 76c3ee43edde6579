//! The portfolio as CSV: one line a contract, one column a key term.

use countersign_exports::untyped;
use countersign_store::register::Row;

/// Columns that every line has, before the key terms.
const HEADINGS: [&str; 6] = ["contract", "proposal", "critical", "high", "medium", "low"];

pub(crate) fn write(fields: &[String], rows: &[Row]) -> String {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    let fields_in_words = fields.iter().map(|field| field.replace('_', " "));
    let headings = HEADINGS.map(str::to_owned).into_iter();
    // Writing into memory can't fail.
    let _ = writer.write_record(headings.chain(fields_in_words));
    for row in rows {
        let proposal = match serde_json::to_value(row.proposal) {
            Ok(serde_json::Value::String(word)) => word,
            _ => String::new(),
        };
        let counts = row.counts;
        let mut line = vec![untyped(&row.file_name), proposal];
        line.extend(
            [counts.critical, counts.high, counts.medium, counts.low].map(|n| n.to_string()),
        );
        line.extend(fields.iter().map(|field| {
            let cell = row.cells.iter().find(|cell| cell.field == *field);
            cell.map_or_else(String::new, |cell| untyped(&cell.value))
        }));
        let _ = writer.write_record(line);
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}
