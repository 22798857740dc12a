use crate::{Field, IncidentText, Timestamp};

/// An incident, as far as the account may read it.
///
/// A field that it may not read is unknown, which is not the same as empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// Which row, and how old.
    pub version: IncidentVersion,
    /// Its texts.
    pub texts: IncidentTexts,
    /// Whether work on it goes on.
    pub active: Field<bool>,
    /// When it was opened.
    pub opened: Field<Timestamp>,
    /// When it was resolved.
    pub resolved: Field<Timestamp>,
    /// When it was closed.
    pub closed: Field<Timestamp>,
}

/// A row of the instance at one of its changes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IncidentVersion {
    /// `sys_id`
    pub sys_id: String,
    /// `sys_updated_on`
    pub updated: Timestamp,
    /// `sys_mod_count`, which counts the changes of the row, if the account may read it.
    pub revision: Option<i64>,
}

/// The texts that are known; an empty one is known to be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IncidentTexts([Option<String>; IncidentText::COUNT]);

/// What becomes of a stored row when another version of it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merge {
    /// Pages may come late and twice: only a newer version is taken.
    Newer,
    /// The instance was asked for just this row: any other version is taken. An older one comes
    /// from an instance that was restored from a backup.
    Replace,
}

impl Incident {
    /// Takes over what is unknown here and known there.
    pub fn fill_from(&mut self, earlier: &Self) {
        for (text, earlier) in self.texts.0.iter_mut().zip(&earlier.texts.0) {
            if text.is_none() {
                text.clone_from(earlier);
            }
        }
        fill(&mut self.active, earlier.active);
        fill(&mut self.opened, earlier.opened);
        fill(&mut self.resolved, earlier.resolved);
        fill(&mut self.closed, earlier.closed);
    }

    /// Whether nothing is unknown.
    pub fn is_complete(&self) -> bool {
        let dates = [self.opened, self.resolved, self.closed];
        self.texts.0.iter().all(Option::is_some)
            && self.active != Field::Absent
            && !dates.contains(&Field::Absent)
    }

    /// The rows of a page, in order of their keys, each once: as if they had been merged one after
    /// the other.
    pub fn each_once(page: Vec<Self>, merge: Merge) -> Vec<Self> {
        let mut page = page;
        page.sort_by(|a, b| a.version.sys_id.cmp(&b.version.sys_id));
        let mut rows: Vec<Self> = Vec::with_capacity(page.len());
        for mut row in page {
            match rows.last_mut() {
                Some(earlier) if earlier.version.sys_id == row.version.sys_id => {
                    if row.version.takes_the_place_of(&earlier.version, merge) {
                        row.fill_from(earlier);
                        *earlier = row;
                    }
                }
                _ => rows.push(row),
            }
        }
        rows
    }
}

impl IncidentVersion {
    /// Whether this version of a row is to be stored in the place of that one.
    ///
    /// The count of changes goes first: a clock that was wrong dates a later change earlier.
    pub fn takes_the_place_of(&self, stored: &Self, merge: Merge) -> bool {
        let revisions = self.revision.zip(stored.revision);
        match merge {
            Merge::Replace => {
                self.updated != stored.updated || revisions.is_some_and(|(new, old)| new != old)
            }
            Merge::Newer => match revisions {
                Some((new, old)) if new != old => new > old,
                Some(_) | None => self.updated > stored.updated,
            },
        }
    }
}

impl IncidentTexts {
    /// A text, if it is known.
    pub fn get(&self, text: IncidentText) -> Option<&str> {
        self.0.get(text as usize)?.as_deref()
    }

    /// Sets a text. No database holds U+0000, which therefore becomes U+FFFD.
    pub fn set(&mut self, text: IncidentText, value: impl Into<String>) {
        let value: String = value.into();
        if let Some(place) = self.0.get_mut(text as usize) {
            *place =
                Some(if value.contains('\0') { value.replace('\0', "\u{fffd}") } else { value });
        }
    }

    /// All of them in order, unknown ones too.
    pub fn iter(&self) -> impl Iterator<Item = Option<&str>> {
        self.0.iter().map(Option::as_deref)
    }
}

fn fill<T: Copy + PartialEq>(unknown: &mut Field<T>, earlier: Field<T>) {
    if *unknown == Field::Absent {
        *unknown = earlier;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(updated: i64, revision: Option<i64>) -> IncidentVersion {
        let updated = Timestamp::from_ticks(updated).unwrap();
        IncidentVersion { sys_id: "a".into(), updated, revision }
    }

    #[test]
    fn what_comes_is_taken_if_it_is_newer_or_was_asked_for() {
        for (new, stored, newer, replaces) in [
            ((5, Some(2)), (5, Some(2)), false, false),
            ((6, Some(3)), (5, Some(2)), true, true),
            ((4, Some(1)), (5, Some(2)), false, true),
            // A row from the future was changed: its date comes down to earth.
            ((5, Some(3)), (9, Some(2)), true, true),
            // The instance was restored, then the row was changed again.
            ((9, Some(1)), (5, Some(2)), false, true),
            ((6, Some(2)), (5, Some(2)), true, true),
            ((6, None), (5, Some(2)), true, true),
            ((5, None), (5, Some(2)), false, false),
            ((4, Some(2)), (5, None), false, true),
        ] {
            let (new, stored) = (version(new.0, new.1), version(stored.0, stored.1));
            let got = [Merge::Newer, Merge::Replace].map(|m| new.takes_the_place_of(&stored, m));
            assert_eq!(got, [newer, replaces], "{new:?} over {stored:?}");
        }
    }

    fn row(updated: i64, number: Option<&str>, active: Field<bool>) -> Incident {
        let mut texts = IncidentTexts::default();
        if let Some(number) = number {
            texts.set(IncidentText::Number, number);
        }
        let unknown = Field::Absent;
        let version = version(updated, None);
        Incident { version, texts, active, opened: unknown, resolved: unknown, closed: unknown }
    }

    #[test]
    fn rows_that_come_twice_in_a_page_are_merged() {
        let earlier = row(1, Some("INC1"), Field::Set(true));
        let later = row(2, None, Field::Null);
        let merged = vec![row(2, Some("INC1"), Field::Null)];
        let page = vec![earlier.clone(), later.clone(), later.clone()];
        assert_eq!(Incident::each_once(page, Merge::Newer), merged);
        let backwards = vec![later.clone(), earlier];
        assert_eq!(Incident::each_once(backwards, Merge::Newer), [later]);
    }

    #[test]
    fn no_text_holds_nul() {
        assert_eq!(row(1, Some("a\0b"), Field::Null).texts.0[0].as_deref(), Some("a\u{fffd}b"));
    }
}
