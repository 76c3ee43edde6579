//! Calendar dates, for the arithmetic of terms and notices. No clock: "today" is never asked for.

use serde::{Deserialize, Serialize};

use crate::clause::TimeUnit;

/// A day of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CivilDate {
    /// Year.
    pub year: i16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

impl CivilDate {
    /// The date, if the calendar has it.
    #[must_use]
    pub fn new(year: i16, month: u8, day: u8) -> Option<Self> {
        ((1..=12).contains(&month) && day >= 1 && day <= days_of_month(year, month))
            .then_some(Self { year, month, day })
    }

    /// The last day of a month, if the calendar has the month.
    #[must_use]
    pub fn last_of_month(year: i16, month: u8) -> Option<Self> {
        Self::new(year, month, 1).map(|first| Self {
            day: days_of_month(year, month),
            ..first
        })
    }

    /// Months later (or earlier); the 31st becomes the last day of a shorter month.
    #[must_use]
    pub fn add_months(self, months: i32) -> Self {
        let zero_based = i32::from(self.year) * 12 + i32::from(self.month) - 1 + months;
        let year = zero_based.div_euclid(12) as i16;
        let month = (zero_based.rem_euclid(12) + 1) as u8;
        Self {
            year,
            month,
            day: self.day.min(days_of_month(year, month)),
        }
    }

    /// Days later (or earlier).
    #[must_use]
    pub fn add_days(self, days: i64) -> Self {
        Self::from_day_number(self.day_number() + days)
    }

    /// Later by a length of time. Working days skip Saturdays and Sundays, not public holidays.
    #[must_use]
    pub fn add(self, value: f64, unit: TimeUnit) -> Self {
        let whole = value.round() as i32;
        match unit {
            TimeUnit::Hour => self.add_days(i64::from(whole / 24)),
            TimeUnit::Day => self.add_days(i64::from(whole)),
            TimeUnit::Week => self.add_days(i64::from(whole) * 7),
            TimeUnit::Month => self.add_months(whole),
            TimeUnit::Year => self.add_months((value * 12.0).round() as i32),
            TimeUnit::BusinessDay => {
                let step = if whole < 0 { -1 } else { 1 };
                let (mut date, mut left) = (self, whole.abs());
                while left > 0 {
                    date = date.add_days(step);
                    if date.weekday() < 5 {
                        left -= 1;
                    }
                }
                date
            }
        }
    }

    /// 0 for Monday to 6 for Sunday.
    #[must_use]
    pub fn weekday(self) -> u8 {
        (self.day_number() + 3).rem_euclid(7) as u8
    }

    /// `2025-03-03`.
    #[must_use]
    pub fn to_iso(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    /// The reverse of [`Self::to_iso`], if the calendar has the day.
    #[must_use]
    pub fn from_iso(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        Self::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// Days since 1 January 1970 (Howard Hinnant's civil-from-days method).
    #[must_use]
    pub fn day_number(self) -> i64 {
        let month = i64::from(self.month);
        let year = i64::from(self.year) - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + i64::from(self.day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    /// The reverse of [`Self::day_number`].
    #[must_use]
    pub fn from_day_number(days: i64) -> Self {
        let days = days + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = (day_of_year - (153 * shifted + 2) / 5 + 1) as u8;
        let month = if shifted < 10 {
            shifted + 3
        } else {
            shifted - 9
        } as u8;
        let year = (year_of_era + era * 400 + i64::from(month <= 2)) as i16;
        Self { year, month, day }
    }
}

fn days_of_month(year: i16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_and_days_move_on_the_calendar() {
        let cases = [
            ("2025-03-03", 36.0, TimeUnit::Month, "2028-03-03"),
            ("2024-01-31", 1.0, TimeUnit::Month, "2024-02-29"),
            ("2028-03-03", -120.0, TimeUnit::Day, "2027-11-04"),
            ("2024-02-28", 2.0, TimeUnit::Day, "2024-03-01"),
            ("2025-05-12", 2.0, TimeUnit::Year, "2027-05-12"),
            ("2025-05-09", 1.0, TimeUnit::BusinessDay, "2025-05-12"),
            ("1999-12-31", -1.0, TimeUnit::Week, "1999-12-24"),
        ];
        for (from, value, unit, expect) in cases {
            let mut parts = from.split('-').map(|p| p.parse::<i16>().unwrap());
            let date = CivilDate::new(
                parts.next().unwrap(),
                parts.next().unwrap() as u8,
                parts.next().unwrap() as u8,
            );
            assert_eq!(
                date.unwrap().add(value, unit).to_iso(),
                expect,
                "{from} {value} {unit:?}"
            );
        }
        assert_eq!(CivilDate::new(2023, 2, 29), None);
    }
}
