use std::collections::BTreeMap;

use crate::{IncidentVersion, Merge};

/// Compares rows as the instance lists them with rows as they are stored.
#[derive(Debug)]
pub struct Comparison {
    /// Listed, and not met among the stored ones yet.
    listed: BTreeMap<String, IncidentVersion>,
    compared: Compared,
}

/// A stored row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredVersion {
    /// Which row, and how old.
    pub version: IncidentVersion,
    /// It is known to be gone.
    pub removed: bool,
    /// A comparison did not find it.
    pub missed: bool,
}

/// What a comparison came to; keys of rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    /// Listed, but not stored so.
    pub differ: Vec<String>,
    /// Stored, but not listed.
    pub missed: Vec<String>,
    /// Missed before, but listed now as they are stored.
    pub found: Vec<String>,
}

impl Comparison {
    /// With these rows of the instance.
    pub fn with(listed: Vec<IncidentVersion>) -> Self {
        let listed = listed.into_iter().map(|row| (row.sys_id.clone(), row)).collect();
        Self { listed, compared: Compared::default() }
    }

    /// Takes a row that is stored among them.
    pub fn stored(&mut self, stored: StoredVersion) {
        let StoredVersion { version, removed, missed } = stored;
        match self.listed.remove(&version.sys_id) {
            Some(listed) if removed || listed.takes_the_place_of(&version, Merge::Replace) => {
                self.compared.differ.push(version.sys_id);
            }
            Some(_same) if missed => self.compared.found.push(version.sys_id),
            Some(_same) => {}
            None if removed => {}
            None => self.compared.missed.push(version.sys_id),
        }
    }

    /// Once all were taken.
    pub fn finish(mut self) -> Compared {
        self.compared.differ.extend(self.listed.into_keys());
        self.compared
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;

    fn version(sys_id: &str, revision: i64) -> IncidentVersion {
        let updated = Timestamp::from_unix(0, 0);
        IncidentVersion { sys_id: sys_id.into(), updated, revision: Some(revision) }
    }

    #[test]
    fn rows_differ_are_missed_or_found() {
        let listed = ["new", "newer", "older", "restored", "back", "same"];
        let mut comparison = Comparison::with(listed.map(|id| version(id, 5)).into());
        for (id, revision, removed, missed) in [
            ("newer", 4, false, false),
            ("older", 6, false, false),
            ("restored", 5, true, false),
            ("back", 5, false, true),
            ("same", 5, false, false),
            ("gone", 1, true, false),
            ("missed", 1, false, false),
            ("missed again", 1, false, true),
        ] {
            let version = version(id, revision);
            comparison.stored(StoredVersion { version, removed, missed });
        }
        let compared = comparison.finish();
        assert_eq!(compared.differ, ["newer", "older", "restored", "new"]);
        assert_eq!(compared.missed, ["missed", "missed again"]);
        assert_eq!(compared.found, ["back"]);
    }
}
