use std::collections::HashMap;

use deadpool_postgres::Pool;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Error};

use super::error;
use super::pool::connection;
use crate::StoreError;

/// How the server maps letters to lower and upper case, seen from the Unicode of this program.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Letters {
    pub(crate) lower: Option<Amendment>,
    pub(crate) upper: Option<Amendment>,
}

/// Letters that the server maps otherwise, mostly because its Unicode is older, and what each
/// has to be replaced by beforehand.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Amendment {
    pub(crate) from: String,
    pub(crate) to: String,
}

impl Letters {
    /// Compares every letter that has a case. A direction is `None` if it cannot be amended, as on
    /// a server without ICU.
    pub(crate) async fn of(pool: &Pool) -> Result<Self, StoreError> {
        let client = connection(pool).await?;
        match ask(&client).await {
            Ok((lower, upper)) => Ok(Self {
                lower: amendment(&lower, |letter| letter.to_lowercase().collect()),
                upper: amendment(&upper, |letter| letter.to_uppercase().collect()),
            }),
            Err(failure) if lacks_collation(&failure) => Ok(Self::default()),
            Err(failure) => Err(error(failure)),
        }
    }
}

type Mapping = HashMap<char, String>;

async fn ask(client: &Client) -> Result<(Mapping, Mapping), Error> {
    let letters: Vec<String> =
        ('\0'..=char::MAX).filter(|letter| has_case(*letter)).map(String::from).collect();
    let rows = client.query(MAPPINGS, &[&letters]).await?;
    let (mut lower, mut upper) = (Mapping::new(), Mapping::new());
    for row in rows {
        let letter: String = row.try_get(0)?;
        if let Some(letter) = letter.chars().next() {
            lower.insert(letter, row.try_get(1)?);
            upper.insert(letter, row.try_get(2)?);
        }
    }
    Ok((lower, upper))
}

fn has_case(letter: char) -> bool {
    !letter.to_lowercase().eq([letter]) || !letter.to_uppercase().eq([letter])
}

/// Without collations of ICU, or with something else in their place.
fn lacks_collation(failure: &Error) -> bool {
    let codes = [SqlState::UNDEFINED_OBJECT, SqlState::FEATURE_NOT_SUPPORTED];
    failure.code().is_some_and(|code| codes.contains(code))
}

/// `None` if replacing single letters does not help.
fn amendment(server: &Mapping, own: impl Fn(char) -> String) -> Option<Amendment> {
    let mut amendment = Amendment::default();
    let mut differing: Vec<_> =
        server.iter().filter(|&(letter, mapped)| own(*letter) != *mapped).collect();
    differing.sort();
    for (letter, _) in differing {
        let wanted = own(*letter);
        let mut letters = wanted.chars();
        let (Some(only), None) = (letters.next(), letters.next()) else { return None };
        // The server has to leave it alone then.
        if server.get(&only).is_some_and(|mapped| *mapped != wanted) {
            return None;
        }
        amendment.from.push(*letter);
        amendment.to.push(only);
    }
    Some(amendment)
}

const MAPPINGS: &str = r#"
    SELECT letter, lower(letter COLLATE "und-x-icu"), upper(letter COLLATE "und-x-icu")
    FROM unnest($1::TEXT[]) AS letter"#;

#[cfg(test)]
mod tests {
    use super::*;

    fn check(server: &[(char, &str)], expect: Option<(&str, &str)>) {
        let server = server.iter().map(|(letter, mapped)| (*letter, (*mapped).to_owned()));
        let got = amendment(&server.collect(), |letter| letter.to_lowercase().collect());
        let got = got.as_ref().map(|amendment| (&*amendment.from, &*amendment.to));
        assert_eq!(got, expect);
    }

    #[test]
    fn letters_that_a_server_does_not_know_are_replaced() {
        check(&[('A', "a"), ('a', "a"), ('İ', "i\u{307}")], Some(("", "")));
        check(&[('A', "a"), ('B', "B"), ('b', "b"), ('C', "C")], Some(("BC", "bc")));
    }

    #[test]
    fn what_cannot_be_amended_is_told() {
        check(&[('İ', "i")], None);
        check(&[('B', "B"), ('b', "ß")], None);
    }
}
