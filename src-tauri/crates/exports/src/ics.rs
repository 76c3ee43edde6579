//! The calendar: an all-day event for each date of the contract, with alarms before what must be done.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use countersign_contracts::date::CivilDate;
use icalendar::{Alarm, Calendar, Class, Component, Event, EventLike as _, Property};

use crate::brief::{Dated, dated};
use crate::cells::plain;
use crate::source::Source;

/// Days before a date on which the calendar speaks up.
const ALARMS: &[i64] = &[90, 60, 30, 7];

pub(super) fn write(source: &Source<'_>) -> String {
    let mut calendar = Calendar::empty();
    calendar
        .append_property(Property::new("VERSION", "2.0"))
        .append_property(Property::new("PRODID", "-//Countersign//Key dates//EN"))
        .append_property(Property::new("CALSCALE", "GREGORIAN"))
        .append_property(Property::new("METHOD", "PUBLISH"))
        .name(&plain(source.title(), 0));
    let stamp = DateTime::<Utc>::from_timestamp_millis(source.reviewed_at).unwrap_or_default();
    let mut uids: Vec<String> = Vec::new();
    for one in dated(source) {
        let days = (calendar_day(one.day), calendar_day(one.day.add_days(1)));
        let (Some(day), Some(next)) = days else {
            continue;
        };
        let uid = uid(source, &one, &uids);
        let mut event = Event::new();
        event
            .uid(&uid)
            .timestamp(stamp)
            .starts(day)
            .ends(next)
            .class(Class::Private)
            .summary(&format!("{}: {}", one.date.event, plain(source.title(), 0)))
            .description(&description(source, &one))
            // A reminder takes nobody's day.
            .add_property("TRANSP", "TRANSPARENT");
        if is_deadline(&one) {
            for days in ALARMS {
                let text = format!("In {days} days: {}", one.date.event);
                let mut alarm = Alarm::display(&text, -Duration::days(*days));
                // Of its own the library would ask the clock and make up an id.
                alarm
                    .uid(&format!("{days}-{uid}"))
                    .timestamp(stamp)
                    .add_property("TRIGGER", format!("-P{days}D"));
                event.alarm(alarm);
            }
        }
        calendar.push(event.done());
        uids.push(uid);
    }
    calendar.to_string()
}

/// The same for the same date of the same file, whenever it is exported and however often it is reviewed:
/// a calendar replaces what it had.
fn uid(source: &Source<'_>, one: &Dated<'_>, taken: &[String]) -> String {
    let slug: String = one
        .date
        .event
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let file: String = source.report.contract.sha256.chars().take(32).collect();
    let named = |number: usize| match number {
        1 => format!("{file}-{slug}@countersign"),
        _ => format!("{file}-{slug}-{number}@countersign"),
    };
    let mut number = 1;
    while taken.contains(&named(number)) {
        number += 1;
    }
    named(number)
}

fn description(source: &Source<'_>, one: &Dated<'_>) -> String {
    let mut lines = one.date.arithmetic.clone();
    if let Some(citation) = one.date.citations.first() {
        lines.push(format!("Page {}: “{}”", citation.page, citation.quote));
    }
    lines.push(format!(
        "From {}, reviewed on {}. Check the arithmetic against the contract.",
        source.report.contract.file,
        source.reviewed_on().to_iso()
    ));
    let clean: Vec<String> = lines.iter().map(|line| plain(line, 0)).collect();
    clean.join("\n")
}

/// Whether something ends or must be done by then; a beginning rings no bell.
fn is_deadline(one: &Dated<'_>) -> bool {
    !matches!(
        one.date.event.as_str(),
        "Contract takes effect" | "Contract is dated" | "Contract is signed"
    )
}

fn calendar_day(day: CivilDate) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(
        i32::from(day.year),
        u32::from(day.month),
        u32::from(day.day),
    )
}
