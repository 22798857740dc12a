use std::borrow::Cow;
use std::cmp::{Ordering, Reverse};

use super::Key;
use super::evaluate::{Bound, BoundTerm};
use super::term::Operator;
use crate::world::schema::{SYS_ID, UPDATED_ON};
use crate::world::table::{Table, parse_id};
use crate::world::{Path, World};

/// One page of rows, and how many there are in all.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) rows: Vec<u32>,
    pub(crate) total: Option<usize>,
}

impl Bound {
    /// The rows from `offset` on, at most `limit`, and their number where it is asked for.
    pub(crate) fn find(
        &self,
        world: &World,
        (offset, limit): (usize, usize),
        count: bool,
    ) -> Found {
        let table = world.table(self.table);
        if self.order_by_group && self.groups.len() > 1 && !self.order.is_empty() {
            let mut rows: Vec<u32> = table.rows().filter(|row| self.matches(world, *row)).collect();
            self.sort(world, &mut rows);
            rows.sort_by_cached_key(|row| self.group_of(world, *row));
            return page_of(rows, (offset, limit), count);
        }
        let (candidates, sorted) = self.candidates(world, table);
        let exact = candidates.exact;
        let kept = |row: &u32| exact || self.matches(world, *row);
        if !sorted && !self.order.is_empty() {
            let mut rows: Vec<u32> = candidates.rows().filter(kept).collect();
            self.sort(world, &mut rows);
            return page_of(rows, (offset, limit), count);
        }
        if exact {
            let total = count.then(|| candidates.parts.iter().map(|part| part.len()).sum());
            return Found { rows: candidates.rows().skip(offset).take(limit).collect(), total };
        }
        let mut matching = candidates.rows().filter(kept).skip(offset);
        let page: Vec<u32> = matching.by_ref().take(limit).collect();
        let total = count.then(|| {
            let seen =
                if page.is_empty() { self.count(world, offset) } else { offset + page.len() };
            seen + matching.count()
        });
        Found { rows: page, total }
    }

    /// Fewer rows than were skipped: they have to be counted anew.
    fn count(&self, world: &World, most: usize) -> usize {
        let (candidates, _) = self.candidates(world, world.table(self.table));
        candidates.rows().filter(|row| self.matches(world, *row)).take(most).count()
    }

    /// Rows among which all that match are, and whether they stand in the order asked for.
    fn candidates<'a>(&self, world: &World, table: &'a Table) -> (Candidates<'a>, bool) {
        if self.nothing {
            return (Candidates { parts: Vec::new(), exact: true, down: false }, true);
        }
        let keys: Vec<usize> = self
            .order
            .iter()
            .filter_map(|(path, _)| match path.steps.as_slice() {
                [(_, column)] => Some(*column),
                _ => None,
            })
            .collect();
        // An index is read from its end where all is wanted downwards.
        let down = self.order.first().is_some_and(|(_, down)| *down);
        let one_way = self.order.iter().all(|(_, other)| *other == down);
        let simple = one_way && keys.len() == self.order.len();
        if let Some(rows) = self.by_value(world, table) {
            let parts = vec![Cow::Owned(rows)];
            return (Candidates { parts, exact: false, down: false }, self.order.is_empty());
        }
        if simple && keys == [SYS_ID] {
            let nothing = |_: &BoundTerm, _: u32| None;
            let id = |term: &BoundTerm, row| by_id(term, table, row);
            let found = self.ranges(&table.by_id, &id, &nothing, &|_, _| false);
            return (Candidates { down, ..found }, true);
        }
        let sorted = simple && (keys == [UPDATED_ON] || keys == [UPDATED_ON, SYS_ID]);
        let by_updated = &table.by_updated;
        if sorted || self.has_time() {
            let updated = |term: &BoundTerm, row| by_updated_on(term, table, row);
            let id = |term: &BoundTerm, row| by_id(term, table, row);
            let same = |a, b| table.updated(a) == table.updated(b);
            let found = self.ranges(by_updated, &updated, &id, &same);
            return (Candidates { down: down && sorted, ..found }, sorted);
        }
        let exact = self.groups.iter().any(Vec::is_empty);
        let parts = vec![Cow::Owned(table.rows().collect())];
        (Candidates { parts, exact, down: false }, self.order.is_empty())
    }

    fn has_time(&self) -> bool {
        let timed = |term: &BoundTerm| {
            term.path.steps.len() == 1
                && term.path.steps.first().map(|step| step.1) == Some(UPDATED_ON)
        };
        let group = |group: &Vec<Vec<BoundTerm>>| {
            group.iter().any(|clause| matches!(clause.as_slice(), [term] if timed(term)))
        };
        self.groups.iter().all(group)
    }

    /// By indexed columns, where every group names a value of one.
    fn by_value(&self, world: &World, table: &Table) -> Option<Vec<u32>> {
        let mut rows: Vec<u32> = Vec::new();
        for group in &self.groups {
            let clause = |clause: &Vec<BoundTerm>| -> Option<Vec<u32>> {
                let found: Option<Vec<Vec<u32>>> =
                    clause.iter().map(|term| having(term, world, table)).collect();
                Some(found?.into_iter().flatten().collect())
            };
            rows.extend(group.iter().filter_map(clause).min_by_key(Vec::len)?);
        }
        rows.sort_unstable();
        rows.dedup();
        Some(rows)
    }

    /// The stretches of an index that the groups allow, joined. `inner` is what rows stand by
    /// that `outer` puts at the same place.
    fn ranges<'a>(
        &self,
        index: &'a [u32],
        outer: &Side<'_>,
        inner: &Side<'_>,
        ties: &Ties<'_>,
    ) -> Candidates<'a> {
        let mut exact = true;
        let mut ranges: Vec<(usize, usize)> = Vec::new();
        for group in &self.groups {
            let mut range = (0, index.len());
            let mut rest = Vec::new();
            for clause in group {
                match clause.as_slice() {
                    [term] if narrow(index, &mut range, |row| outer(term, row)) => {}
                    _ => rest.push(clause),
                }
            }
            let part = index.get(range.0..range.1).unwrap_or(&[]);
            let tied =
                part.first().zip(part.last()).is_none_or(|(first, last)| ties(*first, *last));
            for clause in rest {
                let narrowed = match clause.as_slice() {
                    [term] if tied => narrow(index, &mut range, |row| inner(term, row)),
                    _ => false,
                };
                exact &= narrowed;
            }
            ranges.push(range);
        }
        ranges.sort_unstable();
        let mut parts = Vec::new();
        let mut end = 0;
        for (from, to) in ranges {
            parts.push(Cow::Borrowed(index.get(from.max(end)..to.max(end)).unwrap_or(&[])));
            end = end.max(to);
        }
        Candidates { parts, exact, down: false }
    }

    /// Rows that no key tells apart stay in the order in which they came.
    fn sort(&self, world: &World, rows: &mut [u32]) {
        rows.sort_by_cached_key(|row| {
            let direction = |(path, down): &(Path, bool)| {
                let key = Key::of(world.value(*row, path), path.kind, &world.words, self.case);
                if *down { Direction::Down(Reverse(key)) } else { Direction::Up(key) }
            };
            self.order.iter().map(direction).collect::<Vec<_>>()
        });
    }
}

fn page_of(rows: Vec<u32>, (offset, limit): (usize, usize), count: bool) -> Found {
    let total = count.then_some(rows.len());
    Found { rows: rows.into_iter().skip(offset).take(limit).collect(), total }
}

struct Candidates<'a> {
    parts: Vec<Cow<'a, [u32]>>,
    /// All of them match.
    exact: bool,
    /// The last comes first.
    down: bool,
}

impl Candidates<'_> {
    fn rows(&self) -> Box<dyn Iterator<Item = u32> + '_> {
        let rows = self.parts.iter().flat_map(|part| part.iter().copied());
        if self.down { Box::new(rows.rev()) } else { Box::new(rows) }
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Direction {
    Up(Key),
    Down(Reverse<Key>),
}

type Side<'a> = dyn Fn(&BoundTerm, u32) -> Option<Ordering> + 'a;
type Ties<'a> = dyn Fn(u32, u32) -> bool + 'a;

/// Cuts a range down to the rows inside; `false` where the term says nothing about this order.
fn narrow(
    index: &[u32],
    range: &mut (usize, usize),
    side: impl Fn(u32) -> Option<Ordering>,
) -> bool {
    let part = index.get(range.0..range.1).unwrap_or(&[]);
    let Some(first) = part.first() else { return true };
    if side(*first).is_none() {
        return false;
    }
    let before = part.partition_point(|row| side(*row) == Some(Ordering::Less));
    let after = part.partition_point(|row| side(*row) != Some(Ordering::Greater));
    *range = (range.0 + before, range.0 + after.max(before));
    true
}

/// Where a row lies as seen from what the term allows; `None` where the term is about others.
fn by_updated_on(term: &BoundTerm, table: &Table, row: u32) -> Option<Ordering> {
    let [(_, column)] = term.path.steps.as_slice() else { return None };
    if *column != UPDATED_ON {
        return None;
    }
    within(term.operator, table.updated(row).cmp(&term.time()?))
}

fn by_id(term: &BoundTerm, table: &Table, row: u32) -> Option<Ordering> {
    let [(_, SYS_ID)] = term.path.steps.as_slice() else { return None };
    within(term.operator, table.id(row).cmp(&parse_id(&term.value)?))
}

fn within(operator: Operator, side: Ordering) -> Option<Ordering> {
    let inside = match operator {
        Operator::Equal => side.is_eq(),
        Operator::Less => side.is_lt(),
        Operator::LessOrEqual => side.is_le(),
        Operator::Greater => side.is_gt(),
        Operator::GreaterOrEqual => side.is_ge(),
        _ => return None,
    };
    // Outside, a row lies on the side that the comparison says; "equal" outside `<` is above it.
    let outside = match operator {
        Operator::Less => Ordering::Greater,
        Operator::Greater => Ordering::Less,
        _ => side,
    };
    Some(if inside { Ordering::Equal } else { outside })
}

fn having(term: &BoundTerm, world: &World, table: &Table) -> Option<Vec<u32>> {
    let [(_, column)] = term.path.steps.as_slice() else { return None };
    let values: Vec<&str> = match term.operator {
        Operator::Equal => vec![&term.value],
        Operator::In => term.value.split(',').map(str::trim).collect(),
        _ => return None,
    };
    if *column == SYS_ID {
        return Some(values.iter().filter_map(|text| table.find(parse_id(text)?)).collect());
    }
    // Letter case makes other words of the same value; only ids are safe.
    let safe = |text: &&str| parse_id(text).is_some();
    if !values.iter().all(safe) {
        return None;
    }
    let mut rows = Vec::new();
    for value in values {
        let word = world.words.find(value);
        rows.extend_from_slice(word.map_or(table.having(*column, 0).map(|_| &[][..]), |word| {
            table.having(*column, word)
        })?);
    }
    Some(rows)
}
