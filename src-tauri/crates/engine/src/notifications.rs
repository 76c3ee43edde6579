//! What a desktop shows of the notices: few of them one by one, many as one, none in quiet hours.
//!
//! The notice list in the window is the truth; a notification is a courtesy and may be lost.

use countersign_store::notices::Undelivered;

use crate::Engine;
use crate::error::Error;
use crate::views::{Nothing, NotificationSettings};

/// So many are shown one by one.
const ONE_BY_ONE: usize = 3;
const MINUTES_OF_A_DAY: u32 = 24 * 60;
/// The setting's name.
const SETTING: &str = "notifications";

/// A notification to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// First line.
    pub title: String,
    /// Second line.
    pub body: String,
    /// The review that a click opens.
    pub review_id: String,
    /// The notices it stands for: delivered once it was shown.
    pub outbox_ids: Vec<String>,
}

/// What there is to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToShow {
    /// In order.
    pub notifications: Vec<Notification>,
    /// It is quiet: what there is waits.
    pub quiet: bool,
}

impl Engine {
    /// What the desktop has still to show at this minute of the local day.
    ///
    /// # Errors
    /// What the store says.
    pub async fn notifications_to_show(&self, minute: u32) -> Result<ToShow, Error> {
        let settings = self.get_notifications(Nothing {}).await?;
        if is_quiet(settings, minute) {
            return Ok(ToShow {
                notifications: Vec::new(),
                quiet: true,
            });
        }
        let notices = self.undelivered_notices().await?;
        if !settings.shown {
            // They stand in the list; shown later they would come all at once.
            for notice in notices {
                self.mark_delivered(&notice.outbox_id).await?;
            }
            return Ok(ToShow::default());
        }
        Ok(ToShow {
            notifications: group(notices),
            quiet: false,
        })
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// What the store says.
    pub async fn get_notifications(&self, _: Nothing) -> Result<NotificationSettings, Error> {
        Ok(self.inner.store.setting(SETTING).await?.unwrap_or_default())
    }

    /// See the table in [`crate::api`].
    ///
    /// # Errors
    /// [`Error::Setting`] for times that no day has, or what the store says.
    pub async fn change_notifications(
        &self,
        settings: NotificationSettings,
    ) -> Result<NotificationSettings, Error> {
        let times = [settings.quiet_from, settings.quiet_until];
        if times
            .iter()
            .flatten()
            .any(|minute| *minute >= MINUTES_OF_A_DAY)
            || settings.quiet_from.is_some() != settings.quiet_until.is_some()
        {
            return Err(Error::Setting(
                "quiet hours begin and end at a time of the day: give both, or neither".to_owned(),
            ));
        }
        let now = self.now();
        self.inner
            .store
            .change_setting(SETTING, &settings, now)
            .await?;
        Ok(settings)
    }
}

/// Quiet hours may go over midnight.
fn is_quiet(settings: NotificationSettings, minute: u32) -> bool {
    let (Some(from), Some(until)) = (settings.quiet_from, settings.quiet_until) else {
        return false;
    };
    let after_begin = |minute: u32| (minute + MINUTES_OF_A_DAY - from) % MINUTES_OF_A_DAY;
    after_begin(minute) < after_begin(until)
}

/// Few notices one by one, many as one.
fn group(notices: Vec<Undelivered>) -> Vec<Notification> {
    if notices.len() <= ONE_BY_ONE {
        let one = |notice: Undelivered| Notification {
            title: notice.title,
            body: notice.body,
            review_id: notice.review_id,
            outbox_ids: vec![notice.outbox_id],
        };
        return notices.into_iter().map(one).collect();
    }
    together(&notices).into_iter().collect()
}

/// Many notices in two lines; a click opens the review that matters most.
fn together(notices: &[Undelivered]) -> Option<Notification> {
    let rank = |notice: &Undelivered| {
        let failed = notice.state != "completed";
        (
            failed,
            notice.critical,
            notice.high,
            notice.medium,
            notice.low,
        )
    };
    let worst = notices.iter().max_by_key(|notice| rank(notice))?;
    let done = notices
        .iter()
        .filter(|notice| notice.state == "completed")
        .count();
    let title = match notices.len() - done {
        0 => format!("{done} reviews finished"),
        rest => format!("{done} reviews finished, {rest} need you"),
    };
    let sum = |of: fn(&Undelivered) -> i64| notices.iter().map(of).sum::<i64>();
    let counts: Vec<String> = [
        (sum(|notice| notice.critical), "critical"),
        (sum(|notice| notice.high), "high"),
        (sum(|notice| notice.medium), "medium"),
        (sum(|notice| notice.low), "low"),
    ]
    .iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{count} {word}"))
    .collect();
    let found = if counts.is_empty() {
        "No risks found by the playbooks".to_owned()
    } else {
        format!("Together {}", counts.join(", "))
    };
    Some(Notification {
        title,
        body: format!("{found}. Look first at: {}", worst.title),
        review_id: worst.review_id.clone(),
        outbox_ids: notices
            .iter()
            .map(|notice| notice.outbox_id.clone())
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(number: i64, state: &str, critical: i64, high: i64) -> Undelivered {
        Undelivered {
            outbox_id: format!("outbox-{number}"),
            review_id: format!("review-{number}"),
            title: format!("Review of {number}.pdf finished"),
            body: "Negotiate: 1 high".to_owned(),
            created_at: number,
            state: state.to_owned(),
            critical,
            high,
            medium: 0,
            low: 1,
        }
    }

    #[test]
    fn few_are_shown_one_by_one_and_many_as_one_that_opens_the_worst() {
        let few = group((0..3).map(|n| notice(n, "completed", 0, 1)).collect());
        assert_eq!(few.len(), 3);
        assert_eq!(
            (few[1].title.as_str(), few[1].body.as_str()),
            ("Review of 1.pdf finished", "Negotiate: 1 high")
        );

        let mut many: Vec<Undelivered> = (0..20).map(|n| notice(n, "completed", 0, 1)).collect();
        many[7].critical = 2;
        let shown = group(many.clone());
        assert_eq!(shown.len(), 1);
        assert_eq!(shown[0].title, "20 reviews finished");
        assert_eq!(
            shown[0].body,
            "Together 2 critical, 20 high, 20 low. Look first at: Review of 7.pdf finished"
        );
        assert_eq!(
            (shown[0].review_id.as_str(), shown[0].outbox_ids.len()),
            ("review-7", 20)
        );

        many[3].state = "failed".to_owned();
        let shown = group(many);
        assert_eq!(shown[0].title, "19 reviews finished, 1 need you");
        assert_eq!(shown[0].review_id, "review-3");
        assert_eq!(group(Vec::new()), []);
    }

    #[test]
    fn quiet_hours_go_over_midnight() {
        let quiet = |from: u32, until: u32, minute: u32| {
            let settings = NotificationSettings {
                shown: true,
                quiet_from: Some(from),
                quiet_until: Some(until),
            };
            is_quiet(settings, minute)
        };
        let (ten_at_night, seven) = (22 * 60, 7 * 60);
        for (minute, expected) in [
            (ten_at_night - 1, false),
            (ten_at_night, true),
            (0, true),
            (seven - 1, true),
            (seven, false),
            (12 * 60, false),
        ] {
            assert_eq!(quiet(ten_at_night, seven, minute), expected, "{minute}");
        }
        assert_eq!(
            [quiet(60, 120, 90), quiet(60, 120, 120), quiet(60, 60, 60)],
            [true, false, false]
        );
        assert!(!is_quiet(NotificationSettings::default(), 0));
    }
}
