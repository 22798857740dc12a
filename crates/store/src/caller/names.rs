use std::collections::BTreeSet;

use model::{Incident, IncidentText};
use odata::search::{SearchText, words};

/// What a user is called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Names {
    pub(super) name: String,
    pub(super) user_principal_name: String,
    pub(super) email: String,
}

impl Names {
    /// Of the caller of an incident; what may not be read is taken from what is known.
    pub(super) fn of(incident: &Incident, known: Option<&Self>) -> Self {
        let text = |text, known: Option<&String>| {
            let told = incident.texts.get(text).map(str::to_owned);
            told.or_else(|| known.cloned()).unwrap_or_default()
        };
        Self {
            name: text(IncidentText::CallerName, known.map(|known| &known.name)),
            user_principal_name: text(
                IncidentText::CallerUserPrincipalName,
                known.map(|known| &known.user_principal_name),
            ),
            email: text(IncidentText::CallerEmail, known.map(|known| &known.email)),
        }
    }

    fn texts(&self) -> [&str; 3] {
        [&self.name, &self.user_principal_name, &self.email]
    }

    /// All of them as they are searched.
    pub(super) fn search_text(&self) -> SearchText {
        SearchText::new(self.texts())
    }

    /// Each word once.
    pub(super) fn words(&self) -> BTreeSet<String> {
        let words = self.texts().into_iter().flat_map(words);
        words.map(|word| word.as_str().to_owned()).collect()
    }
}
