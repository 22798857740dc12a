use super::order::Key;
use super::search_index::{Few, Narrowed};
use super::translator::{NotServed, Translator};
use super::{Dialect, ListError, ListQuery, Listed, Table};
use crate::StoreError;
use crate::incident::NOT_DISCARDED;
use crate::row::{Param, Row};
use crate::transaction::Tx;

/// What is read of a table: its description, and the head of the statement up to `FROM table`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Selection<'s> {
    pub(crate) table: &'static Table,
    pub(crate) select: &'s str,
    pub(crate) shown: Shown,
}

/// Which rows of a table are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// All.
    All,
    /// Of incidents those that are not of before.
    Kept,
}

impl Shown {
    /// The condition, if there is one.
    pub(super) const fn condition(self) -> Option<&'static str> {
        match self {
            Self::All => None,
            Self::Kept => Some(NOT_DISCARDED),
        }
    }
}

/// A [`ListQuery`] in SQL.
#[derive(Debug, Clone)]
pub(crate) struct Listing {
    /// To be read one after the other until there are enough.
    pub(super) pieces: Vec<Text>,
    /// To be read in their place where a search finds only few.
    pub(super) few: Option<(Few, Vec<Text>)>,
    count: Option<Text>,
    /// How many of the rows are wanted; one more is asked for.
    limit: usize,
}

/// A statement made for one request.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub(crate) sql: String,
    pub(crate) params: Vec<Param>,
}

/// SQLite takes 1,000 levels of an expression, of which there are up to three in a parenthesis.
const DEEPEST: usize = 300;

/// Subqueries of a filter, and of the keys of an order, which a position repeats.
const FILTER_LOOKUPS: usize = 32;
pub(super) const ORDER_LOOKUPS: usize = 8;

/// A condition, and one more that serves where there are few rows.
type Filtered<'d> = (Translator<'d>, String, Option<(String, Few)>);

impl Selection<'_> {
    pub(crate) fn listing(
        &self,
        dialect: Dialect<'_>,
        tenant: &str,
        query: &ListQuery<'_>,
    ) -> Result<Listing, ListError> {
        let (mut translator, filter, narrowed) = self.filtered(dialect, tenant, query)?;
        let count = query.count.then(|| self.counting(&filter, narrowed.as_ref(), &translator));
        let keys = translator.keys(&self.table.complete_order(query.order))?;
        let sorted = keys.iter().flatten().map(|key| lookups(&key.value.sql)).sum::<usize>();
        if sorted > ORDER_LOOKUPS {
            return Err(NotServed("$orderby by so many related rows".to_owned()).into());
        }
        let behind = match query.after {
            None => vec!["TRUE".to_owned()],
            // Rows to leave out are counted over all pieces.
            Some(position) if query.skip > 0 => vec![translator.after(&keys, position)?],
            Some(position) => translator.pieces_after(&keys, position)?,
        };
        let order: Vec<_> = keys.iter().flatten().map(Key::sql).collect();
        let limit = i64::try_from(query.limit).unwrap_or(i64::MAX);
        let one_more = translator.bind(limit.saturating_add(1));
        let skip = translator.bind(i64::try_from(query.skip).unwrap_or(i64::MAX));
        let pieces = |filter: &str| {
            let piece = |behind: &String| {
                let sql = format!(
                    "{} WHERE {} ORDER BY {} LIMIT {one_more} OFFSET {skip}",
                    self.select,
                    both(filter, behind),
                    order.join(", ")
                );
                Text { sql, params: translator.params.clone() }.checked()
            };
            behind.iter().map(piece).collect::<Result<Vec<_>, _>>()
        };
        let few = match &narrowed {
            Some((condition, few)) => Some((few.clone(), pieces(&both(&filter, condition))?)),
            None => None,
        };
        let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
        Ok(Listing { pieces: pieces(&filter)?, few, count, limit })
    }

    pub(crate) fn count(
        &self,
        dialect: Dialect<'_>,
        tenant: &str,
        query: &ListQuery<'_>,
    ) -> Result<Text, ListError> {
        let (translator, filter, narrowed) = self.filtered(dialect, tenant, query)?;
        self.counting(&filter, narrowed.as_ref(), &translator).checked()
    }

    fn filtered<'d>(
        &self,
        dialect: Dialect<'d>,
        tenant: &str,
        query: &ListQuery<'_>,
    ) -> Result<Filtered<'d>, NotServed> {
        let mut translator = Translator::new(self.table, dialect, vec![tenant.into()]);
        let mut condition = "tenant_id = $1".to_owned();
        if let Some(filter) = query.filter {
            condition = format!("{condition} AND {}", translator.filter(filter)?);
            if lookups(&condition) > FILTER_LOOKUPS {
                return Err(NotServed("$filter by so many related rows".to_owned()));
            }
        }
        let mut narrowed = None;
        if let Some(search) = query.search {
            condition = format!("{condition} AND {}", translator.search(search)?);
            match translator.by_words(tenant, search) {
                Some(Narrowed::Always(served)) => condition = both(&condition, &served),
                Some(Narrowed::IfFew(served, few)) => narrowed = Some((served, few)),
                None => {}
            }
        }
        if let Some(within) = &query.within {
            condition = format!("{condition} AND {}", translator.led_to(within)?);
        }
        if let Some(kept) = self.shown.condition() {
            condition = format!("{condition} AND {kept}");
        }
        Ok((translator, condition, narrowed))
    }

    /// All rows are counted, so an index serves that however many it leads to.
    fn counting(
        &self,
        filter: &str,
        narrowed: Option<&(String, Few)>,
        translator: &Translator<'_>,
    ) -> Text {
        let filter = match narrowed {
            Some((condition, _)) => both(filter, condition),
            None => filter.to_owned(),
        };
        let sql = format!("SELECT COUNT(*) FROM {} WHERE {filter}", self.table.name);
        Text { sql, params: translator.params.clone() }
    }
}

impl Listing {
    /// Reads the rows, and counts if that was asked.
    pub(crate) async fn run<T>(
        &self,
        tx: &mut Tx<'_>,
        read: impl Fn(Row) -> Result<T, StoreError> + Send,
    ) -> Result<Listed<T>, StoreError> {
        let count = match &self.count {
            Some(count) => Some(tx.count(count).await?),
            None => None,
        };
        let pieces = match &self.few {
            Some((few, pieces)) if Few::are(tx.count(&few.0).await?) => pieces,
            _ => &self.pieces,
        };
        let mut rows = Vec::new();
        for piece in pieces {
            if rows.len() <= self.limit {
                rows.extend(tx.query_text(&piece.sql, &piece.params).await?);
            }
        }
        let more = rows.len() > self.limit;
        rows.truncate(self.limit);
        let items = rows.into_iter().map(read).collect::<Result<_, _>>()?;
        Ok(Listed { items, more, count })
    }
}

fn both(condition: &str, other: &str) -> String {
    if other == "TRUE" { condition.to_owned() } else { format!("{condition} AND {other}") }
}

/// How often related rows are looked up.
pub(super) fn lookups(sql: &str) -> usize {
    sql.matches("(SELECT").count()
}

impl Text {
    /// Nothing but parentheses of the translator is in the text; all values are bound.
    pub(super) fn checked(self) -> Result<Self, ListError> {
        let mut depth = 0_usize;
        for byte in self.sql.bytes() {
            match byte {
                b'(' => depth += 1,
                b')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > DEEPEST {
                return Err(NotServed("so deep an expression".to_owned()).into());
            }
        }
        Ok(self)
    }
}

impl From<NotServed> for ListError {
    fn from(NotServed(name): NotServed) -> Self {
        Self::NotServed { name }
    }
}
