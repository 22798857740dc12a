use std::fmt::Display;
use std::str::FromStr;

use proptest::prelude::*;

use super::*;

/// Reads a text and writes it again, or the complaint.
#[track_caller]
fn check<T: FromStr<Err: Display> + Display>(text: &str, expect: &str) {
    let got = text.parse::<T>().map_or_else(|error| error.to_string(), |value| value.to_string());
    assert_eq!(got, expect, "{text}");
}

#[test]
fn dates_are_days_of_the_calendar() {
    for same in ["0001-01-01", "2020-02-29", "9999-12-31", "1900-03-01"] {
        check::<Date>(same, same);
    }
    for (text, complaint) in [
        ("2019-02-29", "its day does not exist"),
        ("2019-13-01", "its month does not exist"),
        ("0000-01-01", "it is not between the years 0001 and 9999"),
        ("-0001-01-01", "it is not between the years 0001 and 9999"),
        ("10000-01-01", "it is not between the years 0001 and 9999"),
        ("2019-1-01", "its month does not exist"),
        ("2019-01-01T", "it is not of the form 2020-12-31"),
        ("", "it is not of the form 2020-12-31"),
    ] {
        check::<Date>(text, complaint);
    }
    assert_eq!("9999-12-31".parse::<Date>().unwrap().days(), Date::MAX_DAYS);
}

#[test]
fn times_have_seconds_and_a_fraction_where_needed() {
    check::<TimeOfDay>("00:00", "00:00:00");
    check::<TimeOfDay>("23:59:59.9999999", "23:59:59.9999999");
    check::<TimeOfDay>("07:08:09.120", "07:08:09.12");
    check::<TimeOfDay>("07:08:09.123456789012", "07:08:09.1234567");
    check::<TimeOfDay>("24:00", "its hour does not exist");
    check::<TimeOfDay>("00:60", "its minute does not exist");
    check::<TimeOfDay>("7:08", "its hour does not exist");
    check::<TimeOfDay>("07:08:", "it is not of the form 23:59:59.9999999");
}

#[test]
fn durations_have_each_part_once_and_in_order() {
    for (text, canonical) in [
        ("P1D", "P1D"),
        ("PT0S", "PT0S"),
        ("-P1DT2H3M4.5S", "-P1DT2H3M4.5S"),
        ("+PT1M", "PT1M"),
        ("P0DT25H", "P1DT1H"),
        ("PT90S", "PT1M30S"),
        ("PT0.00000019S", "PT0.0000001S"),
        ("P3652058DT23H59M59.9999999S", "P3652058DT23H59M59.9999999S"),
    ] {
        check::<Duration>(text, canonical);
    }
    let form = "it is not of the form P1DT23H59M59.9999999S";
    for text in ["P", "PT", "P1DT", "1D", "P1H", "PT1S1H", "PT1M1M", "P1Y", "PT.5S", "PT1", "-"] {
        check::<Duration>(text, form);
    }
    check::<Duration>("P3652059D", "it is not between the years 0001 and 9999");
    check::<Duration>("P999999999999D", "it is not between the years 0001 and 9999");
}

#[test]
fn binary_is_base64url_with_or_without_padding() {
    for (text, bytes) in
        [("", &b""[..]), ("T0RhdGE", b"OData"), ("T0RhdGE=", b"OData"), ("-_8", b"\xfb\xff")]
    {
        assert_eq!(parse_binary(text).as_deref(), Ok(bytes), "{text}");
    }
    for text in ["=", "T0RhdGE==", "T0RhdGE===", "a", "+/8", "T0Rh dGE", "T0RhdGF"] {
        assert_eq!(parse_binary(text), Err(InvalidBinary), "{text}");
    }
}

proptest! {
    #[test]
    fn all_values_read_back(
        days in 0..=Date::MAX_DAYS,
        time in 0..TICKS_PER_DAY,
        ticks in -Duration::MAX_TICKS..=Duration::MAX_TICKS,
        bytes in any::<Vec<u8>>(),
    ) {
        let (date, time) = (Date::from_days(days).unwrap(), TimeOfDay::from_ticks(time).unwrap());
        prop_assert_eq!(date.to_string().parse(), Ok(date));
        prop_assert_eq!(time.to_string().parse(), Ok(time));
        let duration = Duration::from_ticks(ticks).unwrap();
        prop_assert_eq!(duration.to_string().parse(), Ok(duration));
        prop_assert_eq!(parse_binary(&binary_text(&bytes)), Ok(bytes));
        let at = DateTimeOffset::from_ticks(days * TICKS_PER_DAY + time.ticks()).unwrap();
        prop_assert_eq!((at.date(), at.time_of_day()), (date, time));
    }

    #[test]
    fn no_text_panics(text in "\\PC*", near in "[-+PTDHMS:.0-9Z]*") {
        for text in [text, near] {
            let parsed = [
                text.parse::<Date>().is_ok(),
                text.parse::<TimeOfDay>().is_ok(),
                text.parse::<Duration>().is_ok(),
                text.parse::<DateTimeOffset>().is_ok(),
            ];
            // No text is two of them.
            prop_assert!(parsed.iter().filter(|ok| **ok).count() <= 1);
            drop(parse_binary(&text));
        }
    }
}
