use connector::UserIncidentPosition;
use model::Timestamp;
use url::form_urlencoded::Serializer;

use super::column::Column;
use crate::http::Query;

/// What the page is asked for. All of it is in its address, so that it can be sent to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) user: String,
    pub(super) work: Work,
    /// Columns and what they have to show.
    pub(super) picked: Vec<(Column, String)>,
    /// Words that a row has to have in what is shown of it.
    pub(super) find: String,
    pub(super) sort: Column,
    pub(super) is_descending: bool,
    pub(super) columns: Vec<Column>,
    pub(super) size: usize,
    /// From 1.
    pub(super) page: usize,
    /// The incidents behind this one, of a person who has more than are shown at once.
    pub(super) behind: Option<UserIncidentPosition>,
}

/// Which incidents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Work {
    All,
    Open,
    Closed,
}

impl Asked {
    /// Rows of a page, of which one may choose.
    pub(super) const SIZES: [usize; 3] = [25, 50, 100];

    /// What makes no sense is as if it were not there.
    pub(super) fn of(query: &Query) -> Self {
        let chosen = query.all("column").filter_map(Column::named);
        let mut columns: Vec<_> = chosen.collect();
        if columns.is_empty() {
            columns = Column::USUAL.to_vec();
        } else if !columns.contains(&Column::Incident) {
            columns.insert(0, Column::Incident);
        }
        let columns = Column::ALL.into_iter().filter(|one| columns.contains(one)).collect();
        let sort = Column::named(query.text("sort"));
        let is_descending = match query.text("order") {
            "ascending" => false,
            "descending" => true,
            _ => sort.is_none(),
        };
        let picked = Column::PICKED.into_iter().map(|one| (one, query.text(one.name()).to_owned()));
        let size = query.text("size").parse().ok().filter(|size| Self::SIZES.contains(size));
        Self {
            user: query.text("user").trim().to_owned(),
            work: Work::named(query.text("work")),
            picked: picked.filter(|(_, value)| !value.is_empty()).collect(),
            find: query.text("find").trim().to_owned(),
            sort: sort.unwrap_or(Column::Opened),
            is_descending,
            columns,
            size: size.unwrap_or(Self::SIZES[0]),
            page: query.text("page").parse().unwrap_or(1).max(1),
            behind: place(query.text("behind")),
        }
    }

    /// The same, sorted by another column, or the other way round.
    pub(super) fn sorted_by(&self, column: Column) -> Self {
        let is_descending = if column == self.sort {
            !self.is_descending
        } else {
            matches!(column, Column::Opened | Column::Updated)
        };
        Self { sort: column, is_descending, page: 1, ..self.clone() }
    }

    pub(super) fn at_page(&self, page: usize) -> Self {
        Self { page, ..self.clone() }
    }

    /// Only what has this value in a column.
    pub(super) fn with(&self, column: Column, value: &str) -> Self {
        let mut picked = self.picked.clone();
        picked.retain(|(one, _)| *one != column);
        picked.push((column, value.to_owned()));
        Self { picked, page: 1, ..self.clone() }
    }

    /// Whether rows are left out.
    pub(super) fn is_filtered(&self) -> bool {
        self.work != Work::All || !self.picked.is_empty() || !self.find.is_empty()
    }

    pub(super) fn unfiltered(&self) -> Self {
        let (picked, find) = (Vec::new(), String::new());
        Self { work: Work::All, picked, find, page: 1, ..self.clone() }
    }

    /// What a column has to show; empty for anything.
    pub(super) fn picked(&self, column: Column) -> &str {
        let found = self.picked.iter().find(|(one, _)| *one == column);
        found.map_or("", |(_, value)| value.as_str())
    }

    pub(super) fn behind(&self, place: Option<UserIncidentPosition>) -> Self {
        Self { behind: place, page: 1, ..self.clone() }
    }

    /// The place in the list that this begins behind, as it is in the address.
    pub(super) fn place(&self) -> String {
        self.behind.as_ref().map(written).unwrap_or_default()
    }

    /// The query that asks for this.
    pub(super) fn query(&self) -> String {
        let mut query = Serializer::new(String::new());
        query.append_pair("user", &self.user);
        query.append_pair("work", self.work.name());
        for (column, value) in &self.picked {
            query.append_pair(column.name(), value);
        }
        query.append_pair("find", &self.find);
        query.append_pair("sort", self.sort.name());
        query.append_pair("order", if self.is_descending { "descending" } else { "ascending" });
        for column in &self.columns {
            query.append_pair("column", column.name());
        }
        query.append_pair("size", &self.size.to_string());
        query.append_pair("page", &self.page.to_string());
        if let Some(place) = &self.behind {
            query.append_pair("behind", &written(place));
        }
        query.finish()
    }
}

/// Of what it is made cannot be in a key. What is no place is as if it were not there.
fn place(text: &str) -> Option<UserIncidentPosition> {
    let (opened, rest) = text.split_once('.')?;
    let (connection, sys_id) = rest.split_once('.')?;
    let opened = match opened {
        "" => None,
        ticks => Some(Timestamp::from_ticks(ticks.parse().ok()?)?),
    };
    let is_key = !sys_id.is_empty() && sys_id.len() <= 32;
    let is_key = is_key && sys_id.chars().all(|c| c.is_ascii_alphanumeric());
    let connection = connection.parse().ok().filter(|_| is_key)?;
    Some(UserIncidentPosition { opened, connection, sys_id: sys_id.to_owned() })
}

fn written(place: &UserIncidentPosition) -> String {
    let opened = place.opened.map(|at| at.ticks().to_string()).unwrap_or_default();
    format!("{opened}.{}.{}", place.connection, place.sys_id)
}

impl Work {
    pub(super) const ALL: [Self; 3] = [Self::All, Self::Open, Self::Closed];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }

    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::All => "Open and closed",
            Self::Open => "Open",
            Self::Closed => "Closed",
        }
    }

    fn named(name: &str) -> Self {
        Self::ALL.into_iter().find(|work| work.name() == name).unwrap_or(Self::All)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Asked {
        Asked::of(&Query::of(&format!("/?{query}").parse().unwrap()))
    }

    #[test]
    fn what_makes_no_sense_is_as_if_it_were_not_there() {
        let usual = asked("user=ada");
        assert_eq!((usual.sort, usual.is_descending), (Column::Opened, true));
        assert_eq!((usual.size, usual.page, usual.work), (25, 1, Work::All));
        let odd = "user=+ada+&work=x&sort=x&order=x&size=7&page=0&column=x";
        assert_eq!(asked(odd), usual);
        assert_eq!(asked("user=ada&page=-1&size=&column=&status=&behind=x.y.z"), usual);
    }

    #[test]
    fn it_is_read_back_from_its_address() {
        let one = asked(
            "user=a%26b&work=open&status=New&device=a%3Bb&find=x%3D&sort=priority&column=sysid\
             &size=50&page=3&behind=12.11111111-1111-1111-1111-111111111111.0f",
        );
        assert_eq!(one.columns, [Column::Incident, Column::SysId]);
        assert!(!one.is_descending);
        assert_eq!(asked(&one.query()), one);
        assert_eq!((one.picked(Column::Status), one.picked(Column::Priority)), ("New", ""));
        assert_eq!(one.place(), "12.11111111-1111-1111-1111-111111111111.0f");
        let other = one.with(Column::Status, "Closed").behind(None);
        assert_eq!((other.picked(Column::Status), other.page), ("Closed", 1));
        assert!(!other.query().contains("behind"));
        let turned = one.sorted_by(Column::Priority);
        assert_eq!((turned.is_descending, turned.page), (true, 1));
        assert!(one.sorted_by(Column::Opened).is_descending);
        assert!(!one.sorted_by(Column::Caller).is_descending);
    }
}
