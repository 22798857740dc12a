use crate::{
    ApiPath, Clause, Condition, Field, Filter, Group, Item, Labels, Order, PageRequest, Query, Row,
    Stamp, SysId,
};

/// Reads a table to its end by keys, not by offsets: rows may change, come and go meanwhile, many
/// may have the same time, and any page may be short or empty since the limit comes before the
/// rights. It decides only; whoever has it asks, and tells what came.
///
/// Source: ServiceNow, "Table API", parameters `sysparm_limit` and `sysparm_query`.
#[derive(Debug, Clone)]
pub struct Walk {
    table: Table,
    along: Along,
    start: Start,
    offset: u32,
    counted: bool,
    ended: bool,
    empty_in_a_row: u32,
    met: Met,
    open: OpenPage,
}

/// What may have kept rows from coming.
#[derive(Debug, Clone, Default)]
struct Met {
    no_count: bool,
    hidden_rows: bool,
}

/// What is read.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its path in the Table API.
    pub path: ApiPath,
    /// Only rows that this has.
    pub filter: Filter,
    /// Fields beside the keys.
    pub fields: Vec<Field>,
    /// Whether labels are wanted.
    pub labels: Labels,
}

/// Which way through the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Along {
    /// By `sys_updated_on`, then `sys_id`: what changed between two times, both included.
    Updates {
        /// From here on.
        from: Option<Stamp>,
        /// Up to here. Rows that a wrong clock dated later come when their time does.
        until: Option<Stamp>,
    },
    /// By `sys_id`: every row.
    Ids,
    /// By `sys_id`: of these rows those that are there.
    Among(Vec<SysId>),
}

/// Where the next page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// With the first row.
    Beginning,
    /// With this row, unless it has moved.
    At(Position),
    /// With the row behind this one.
    Behind(Position),
}

/// A row as a place on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// `sys_updated_on`
    pub updated: Stamp,
    /// `sys_id`
    pub id: SysId,
}

/// The way cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WalkError {
    /// A row without `sys_id` or `sys_updated_on`: the account may not read them.
    #[error("a row has no readable {0}")]
    NoKey(&'static str),
    /// A row lies before the one that rows were to follow: the condition or the order was
    /// dropped.
    #[error("rows do not follow each other by {0}")]
    NotInOrder(&'static str),
    /// A row is none of those that were asked for: the condition was dropped.
    #[error("a row came that was not asked for")]
    NotAskedFor,
}

/// What is known of the page that is being read.
#[derive(Debug, Clone, Default)]
struct OpenPage {
    limit: u32,
    rows: u32,
    last: Option<Position>,
}

/// `sys_updated_on`
pub const UPDATED: Field = Field::constant("sys_updated_on");
/// `sys_id`
pub const ID: Field = Field::constant("sys_id");

impl Walk {
    /// Nothing was asked for yet.
    pub fn new(table: Table, along: Along, start: Start) -> Self {
        Self {
            table,
            along,
            start,
            offset: 0,
            counted: true,
            ended: false,
            empty_in_a_row: 0,
            met: Met::default(),
            open: OpenPage::default(),
        }
    }

    /// Leaves out what is later than this. What the instance calls now is known only when it has
    /// answered once; pages that follow are ordered as those before.
    pub fn bound(&mut self, at: Stamp) {
        if let Along::Updates { until, .. } = &mut self.along {
            *until = Some(at);
        }
    }

    /// The next page to ask for; `None` at the end. After a failure it is the same again, with
    /// whatever limit.
    pub fn request(&mut self, limit: u32) -> Option<PageRequest> {
        // No row has a key of none, but a query cannot say so.
        let none = matches!(&self.along, Along::Among(ids) if ids.is_empty());
        if self.ended || none {
            return None;
        }
        self.open = OpenPage { limit, rows: 0, last: None };
        let request = PageRequest::new(self.table.path.clone(), self.query(), self.fields(), limit)
            .labels(self.table.labels)
            .offset(self.offset);
        Some(if self.counted { request.counted() } else { request })
    }

    /// What is asked of each row: the keys, and the fields of the table.
    pub fn fields(&self) -> Vec<Field> {
        let further = self.table.fields.iter().filter(|field| ![ID, UPDATED].contains(field));
        [ID, UPDATED].iter().chain(further).cloned().collect()
    }

    /// Takes note of a row of the page.
    pub fn saw(&mut self, row: &Row) -> Result<(), WalkError> {
        let key = |field: &Field| row.value(field).unwrap_or_default().to_owned();
        let position = Position {
            updated: key(&UPDATED).parse().map_err(|_text| WalkError::NoKey("sys_updated_on"))?,
            id: key(&ID).parse().map_err(|_text| WalkError::NoKey("sys_id"))?,
        };
        if matches!(&self.along, Along::Among(ids) if !ids.contains(&position.id)) {
            return Err(WalkError::NotAskedFor);
        }
        if let Some(before) = self.open.last.as_ref().or(self.start.position()) {
            let updates = matches!(self.along, Along::Updates { .. });
            if updates && position.updated < before.updated {
                return Err(WalkError::NotInOrder("sys_updated_on"));
            }
            let by_id = !updates || position.updated == before.updated;
            let begins = self.open.last.is_none() && matches!(self.start, Start::At(_));
            let again = begins && before.id == position.id;
            if by_id && !again && !follows(&before.id, &position.id) {
                return Err(WalkError::NotInOrder("sys_id"));
            }
        }
        self.open.rows += 1;
        self.open.last = Some(position);
        Ok(())
    }

    /// The page came whole; `total` is its count, where there was one.
    pub fn page_ended(&mut self, total: Option<u64>) {
        let OpenPage { limit, rows, last } = std::mem::take(&mut self.open);
        let covered = u64::from(self.offset) + u64::from(limit);
        self.met.no_count |= self.counted && total.is_none();
        let left = total.map(|total| total.saturating_sub(self.offset.into()));
        self.met.hidden_rows |= left.is_some_and(|left| u64::from(rows) < left.min(limit.into()));
        self.empty_in_a_row = if rows == 0 { self.empty_in_a_row + 1 } else { 0 };
        self.ended = match total {
            Some(total) => total <= covered,
            // Without a count, one empty page after another is the end.
            None => self.counted && self.empty_in_a_row > 1,
        };
        match last {
            Some(last) => (self.start, self.offset) = (Start::Behind(last), 0),
            // Rows that are hidden stand here; the readable ones come behind them.
            None if self.counted => self.offset = self.offset.saturating_add(limit),
            // It may be the end, which only a count can tell.
            None => {}
        }
        // A count is dear, and a full page says by itself that it is not the last.
        self.counted = rows < limit;
    }

    /// The last row of the pages that came whole, or where it began.
    pub fn position(&self) -> Option<&Position> {
        self.start.position()
    }

    /// Whether the instance did not count although it was asked to, so that hidden rows may have
    /// made an end of it too early.
    pub fn is_count_unknown(&self) -> bool {
        self.met.no_count
    }

    /// Whether fewer rows came in a page than are there: some may not be read.
    pub fn is_hiding(&self) -> bool {
        self.met.hidden_rows
    }

    fn query(&self) -> Query {
        let mut group = Group::new();
        match (&self.along, self.start.position()) {
            (Along::Updates { from, .. }, None) => {
                if let Some(from) = *from {
                    group = group.and(Condition::greater_or_equal(UPDATED, from));
                }
            }
            // Later, or of the same second and behind. `^OR` binds tighter than `^`; groups would
            // do as well, but how an order reaches over them is not documented.
            (Along::Updates { .. }, Some(reached)) => {
                let later = Clause::from(Condition::greater(UPDATED, reached.updated));
                group = group
                    .and(Condition::greater_or_equal(UPDATED, reached.updated))
                    .and(later.or(self.start.follows(&reached.id)));
            }
            (Along::Ids | Along::Among(_), Some(reached)) => {
                group = group.and(self.start.follows(&reached.id));
            }
            (Along::Ids | Along::Among(_), None) => {}
        }
        if let Along::Among(ids) = &self.along {
            let among = Condition::one_of(ID, ids.iter().cloned().map(Item::Id));
            group = among.into_iter().fold(group, Group::and);
        }
        if let Along::Updates { until: Some(until), .. } = self.along {
            group = group.and(Condition::less_or_equal(UPDATED, until));
        }
        let query = Query::from(group).within(&self.table.filter);
        let query = match self.along {
            Along::Updates { .. } => query.order_by(Order::Ascending(UPDATED)),
            Along::Ids | Along::Among(_) => query,
        };
        query.order_by(Order::Ascending(ID))
    }
}

impl Start {
    fn position(&self) -> Option<&Position> {
        match self {
            Self::Beginning => None,
            Self::At(position) | Self::Behind(position) => Some(position),
        }
    }

    fn follows(&self, id: &SysId) -> Condition {
        match self {
            Self::At(_) => Condition::greater_or_equal(ID, id.clone()),
            Self::Beginning | Self::Behind(_) => Condition::greater(ID, id.clone()),
        }
    }
}

/// Instances order keys as texts. Of letters and digits all have the same order, of the rest it is
/// only sure that one is not the other.
fn follows(before: &SysId, after: &SysId) -> bool {
    let plain = |id: &SysId| id.as_str().bytes().all(|byte| byte.is_ascii_alphanumeric());
    if plain(before) && plain(after) { before < after } else { before != after }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(along: Along) -> Walk {
        let path = ApiPath::parse("api/now/table/incident").unwrap();
        let (filter, fields) = ("active=true".parse().unwrap(), Vec::new());
        Walk::new(Table { path, filter, fields, labels: Labels::Without }, along, Start::Beginning)
    }

    fn row(updated: &str, id: &str) -> Row {
        serde_json::from_value(serde_json::json!({"sys_updated_on": updated, "sys_id": id}))
            .unwrap()
    }

    const T: &str = "2026-01-01 00:00:00";

    #[test]
    fn the_next_page_follows_the_last_row() {
        let (from, until) =
            ("2025-01-01 00:00:00".parse().ok(), "2026-06-01 00:00:00".parse().ok());
        let mut walk = walk(Along::Updates { from, until });
        assert_eq!(
            walk.query().to_string(),
            "active=true^sys_updated_on>=2025-01-01 00:00:00^sys_updated_on<=2026-06-01 00:00:00\
             ^ORDERBYsys_updated_on^ORDERBYsys_id"
        );
        walk.request(1);
        walk.saw(&row(T, "a")).unwrap();
        walk.page_ended(None);
        assert_eq!(
            walk.query().to_string(),
            "active=true^sys_updated_on>=2026-01-01 00:00:00^sys_updated_on>2026-01-01 00:00:00\
             ^ORsys_id>a^sys_updated_on<=2026-06-01 00:00:00^ORDERBYsys_updated_on^ORDERBYsys_id"
        );
    }

    #[test]
    fn rows_are_asked_for_by_their_keys() {
        let ids = |ids: &[&str]| Along::Among(ids.iter().map(|id| id.parse().unwrap()).collect());
        let mut some = walk(ids(&["a", "b"]));
        assert_eq!(some.query().to_string(), "active=true^sys_idINa,b^ORDERBYsys_id");
        some.request(1);
        some.saw(&row(T, "a")).unwrap();
        some.page_ended(Some(2));
        let rest = "active=true^sys_id>a^sys_idINa,b^ORDERBYsys_id";
        assert_eq!(some.query().to_string(), rest);
        assert!(walk(ids(&[])).request(10).is_none());
    }

    /// Whether the row that was reached last comes again is a sign that nothing was put back.
    #[test]
    fn a_walk_may_begin_at_a_row_and_end_at_a_time_that_comes_later() {
        let at = Position { updated: T.parse().unwrap(), id: "b".parse().unwrap() };
        let mut walk = Walk { start: Start::At(at), ..walk(UPDATES) };
        let begun = "active=true^sys_updated_on>=2026-01-01 00:00:00\
                     ^sys_updated_on>2026-01-01 00:00:00^ORsys_id>=b";
        let order = "^ORDERBYsys_updated_on^ORDERBYsys_id";
        assert_eq!(walk.query().to_string(), format!("{begun}{order}"));
        walk.request(1);
        assert!(walk.saw(&row(T, "a")).is_err());
        walk.request(1);
        walk.saw(&row(T, "b")).unwrap();
        assert!(walk.saw(&row(T, "b")).is_err(), "only once");
        walk.page_ended(None);
        walk.bound("2026-06-01 00:00:00".parse().unwrap());
        let bounded = begun.replace(">=b", ">b") + "^sys_updated_on<=2026-06-01 00:00:00";
        assert_eq!(walk.query().to_string(), format!("{bounded}{order}"));
    }

    /// What follows pages of so many rows, of which so many are said to be: offset and whether a
    /// count is asked for, or the end.
    #[test]
    fn short_and_empty_pages_are_not_the_end() {
        let check = |pages: &[(u32, Option<u64>)], expected: Option<(u32, bool)>| {
            let mut walk = walk(Along::Ids);
            let mut next = 0;
            for (rows, total) in pages {
                walk.request(10).unwrap();
                for _ in 0..*rows {
                    next += 1;
                    walk.saw(&row(T, &format!("{next:04}"))).unwrap();
                }
                walk.page_ended(*total);
            }
            let got = walk.request(10).map(|_| (walk.offset, walk.counted));
            assert_eq!(got, expected, "{pages:?}");
        };
        check(&[], Some((0, true)));
        check(&[(10, Some(25))], Some((0, false)));
        check(&[(10, Some(10))], None);
        check(&[(3, Some(10))], None);
        check(&[(3, Some(25))], Some((0, true)));
        check(&[(0, Some(25))], Some((10, true)));
        check(&[(0, Some(25)), (0, Some(25))], Some((20, true)));
        check(&[(0, Some(25)), (4, Some(25))], Some((0, true)));
        check(&[(0, Some(25)), (0, Some(25)), (0, Some(25))], None);
        check(&[(10, Some(25)), (3, None)], Some((0, true)));
        check(&[(10, Some(25)), (0, None)], Some((0, true)));
        check(&[(10, Some(25)), (0, None), (0, Some(0))], None);
        check(&[(0, None)], Some((10, true)));
        check(&[(0, None), (0, None)], None);
        check(&[(0, None), (1, None), (0, None)], Some((10, true)));
    }

    #[test]
    fn rows_that_do_not_follow_are_found_out() {
        const EARLIER: &str = "2025-01-01 00:00:00";
        let not_in_order = |field| Err(WalkError::NotInOrder(field));
        let among = |ids: [&str; 2]| Along::Among(ids.map(|id| id.parse().unwrap()).to_vec());
        for (along, updated, id, expected) in [
            (UPDATES, T, "c", Ok(())),
            (UPDATES, "2027-01-01 00:00:00", "a", Ok(())),
            (UPDATES, T, "b", not_in_order("sys_id")),
            (UPDATES, T, "a", not_in_order("sys_id")),
            (UPDATES, T, "a.b", Ok(())),
            (UPDATES, EARLIER, "c", not_in_order("sys_updated_on")),
            (UPDATES, "", "c", Err(WalkError::NoKey("sys_updated_on"))),
            (UPDATES, T, "", Err(WalkError::NoKey("sys_id"))),
            (Along::Ids, EARLIER, "c", Ok(())),
            (Along::Ids, EARLIER, "a", not_in_order("sys_id")),
            (among(["b", "c"]), EARLIER, "c", Ok(())),
            (among(["b", "c"]), EARLIER, "d", Err(WalkError::NotAskedFor)),
        ] {
            let mut walk = walk(along.clone());
            walk.request(10);
            walk.saw(&row(T, "b")).unwrap();
            let mut on_next_page = walk.clone();
            on_next_page.page_ended(Some(20));
            on_next_page.request(10);
            for walk in [&mut walk, &mut on_next_page] {
                assert_eq!(walk.saw(&row(updated, id)), expected, "{along:?} {updated} {id}");
            }
        }
    }

    const UPDATES: Along = Along::Updates { from: None, until: None };
}
