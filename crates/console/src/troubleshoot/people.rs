use std::collections::BTreeSet;

use servicenow::Text;
use store::Caller;
use url::form_urlencoded::Serializer;

use crate::console::Console;
use crate::error::PageError;
use crate::session::Ask;

/// Somebody who may be meant.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) name: String,
    /// What the person is asked for by.
    pub(super) user: String,
    /// The query of the page of the person's incidents.
    pub(super) query: String,
}

/// Callers that are looked at, and people that are shown.
const CALLERS: u32 = 200;
const MOST: usize = 20;

/// Callers one of whose names begins like the text.
pub(super) async fn named(
    console: &Console,
    ask: &Ask,
    text: &Text,
) -> Result<Vec<Person>, PageError> {
    let tenant = ask.who.principal.tenant;
    let callers = console.store.find_callers(tenant, text.as_str(), CALLERS).await?;
    Ok(people(callers))
}

/// Who is surely meant: whoever has just this name, or else nobody but one; a text by which no caller
/// is found, ServiceNow may know all the same.
pub(super) fn sole(people: &[Person], text: &Text) -> Option<String> {
    let is_exact = |person: &&Person| person.user.eq_ignore_ascii_case(text.as_str());
    match people {
        [] => Some(text.as_str().to_owned()),
        [one] => Some(one.user.clone()),
        several => several.iter().find(is_exact).map(|person| person.user.clone()),
    }
}

/// Each once, although a caller has several words, and may call at several instances.
fn people(callers: Vec<Caller>) -> Vec<Person> {
    let mut seen = BTreeSet::new();
    let asked_by = |caller: &Caller| {
        let names = [&caller.user_principal_name, &caller.email];
        names.into_iter().find(|name| !name.is_empty()).cloned()
    };
    let people = callers.into_iter().filter_map(|caller| {
        let user = asked_by(&caller)?;
        seen.insert(user.to_lowercase()).then_some(())?;
        let mut query = Serializer::new(String::new());
        query.append_pair("user", &user);
        Some(Person { name: caller.name, query: query.finish(), user })
    });
    people.take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(name: &str, user_principal_name: &str, email: &str) -> Caller {
        Caller {
            word: String::new(),
            name: name.to_owned(),
            user_principal_name: user_principal_name.to_owned(),
            email: email.to_owned(),
        }
    }

    #[test]
    fn a_person_is_shown_once_and_meant_if_nobody_else_is() {
        let callers = vec![
            caller("Ada", "ada", "ada@contoso.example"),
            caller("Ada L", "ADA", ""),
            caller("Nobody", "", ""),
            caller("Adam", "", "adam@contoso.example"),
        ];
        let people = people(callers);
        let users: Vec<_> = people.iter().map(|person| person.user.as_str()).collect();
        assert_eq!(users, ["ada", "adam@contoso.example"]);
        assert_eq!(people[1].query, "user=adam%40contoso.example");
        for (people, text, expect) in [
            (&people[..], "Ada", Some("ada")),
            (&people, "ad", None),
            (&people[1..], "ad", Some("adam@contoso.example")),
            (&[], "eve", Some("eve")),
        ] {
            let sole = sole(people, &Text::parse(text).unwrap());
            assert_eq!(sole.as_deref(), expect, "{text}");
        }
    }
}
