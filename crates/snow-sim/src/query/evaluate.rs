use std::cell::RefCell;
use std::collections::HashMap;

use super::datepart::DatePart;
use super::lex::Query;
use super::meaning::{Meaning, SCRIPT};
use super::term::{Operator, Term};
use super::{Asker, Case, Key, Refused};
use crate::view::Gone;
use crate::world::schema::Kind;
use crate::world::table::{Cell, NEVER};
use crate::world::{Path, World};

/// A query whose fields are those of a table.
#[derive(Debug)]
pub(crate) struct Bound {
    pub(super) table: usize,
    pub(super) groups: Vec<Vec<Vec<BoundTerm>>>,
    pub(super) order: Vec<(Path, bool)>,
    /// Matches no row, whatever the terms say.
    pub(super) nothing: bool,
    pub(super) order_by_group: bool,
    pub(super) case: Case,
    /// From then on it matches nothing.
    gone: Gone,
}

#[derive(Debug)]
pub(super) struct BoundTerm {
    pub(super) path: Path,
    pub(super) operator: Operator,
    pub(super) value: String,
    /// The value, in the letters that count.
    want: String,
    from: Key,
    to: Key,
    /// The value and the end of the range as times.
    times: (Option<i64>, Option<i64>),
    /// The times of a list, [`NEVER`] for an empty one.
    listed: Vec<i64>,
    part: Option<DatePart>,
    other: Option<Path>,
    case: Case,
    /// Whether the display value of a reference is compared.
    display: Option<usize>,
    /// A word says the same in every row.
    known: RefCell<HashMap<u32, bool>>,
}

/// Verdicts that a term remembers.
const KNOWN: usize = 4096;

/// Whether an operator puts a value before or behind others.
fn compares(operator: Operator) -> bool {
    use Operator as Op;
    matches!(
        operator,
        Op::Equal
            | Op::NotEqual
            | Op::Less
            | Op::LessOrEqual
            | Op::Greater
            | Op::GreaterOrEqual
            | Op::Between
            | Op::Outside
    )
}

/// Whether nothing behind the operator has no meaning that is known.
fn needs_value(operator: Operator) -> bool {
    use Operator as Op;
    matches!(
        operator,
        Op::In
            | Op::NotIn
            | Op::Like
            | Op::NotLike
            | Op::StartsWith
            | Op::EndsWith
            | Op::Between
            | Op::Outside
    )
}

/// Whether something behind the operator has no meaning that is known.
fn takes_none(operator: Operator) -> bool {
    use Operator as Op;
    matches!(operator, Op::IsEmpty | Op::IsNotEmpty | Op::EmptyString | Op::Anything)
}

/// Whether a column of this kind can be compared with these values.
fn comparable(kind: Kind, operator: Operator, values: [Option<&String>; 2]) -> Result<(), Refused> {
    let values = || values.into_iter().flatten();
    let lists = matches!(operator, Operator::In | Operator::NotIn);
    let time = |text: &&String| {
        if lists { text.split(',').all(|item| is_time(item.trim())) } else { is_time(text) }
    };
    if kind == Kind::Time
        && (lists || compares(operator))
        && let Some(text) = values().find(|text| !time(text))
    {
        return Err(Refused::Time(text.clone()));
    }
    let truth = |text: &str| matches!(text.trim(), "" | "true" | "false");
    let sound = |text: &&String| if lists { text.split(',').all(truth) } else { truth(text) };
    if kind == Kind::Bool
        && (lists || compares(operator))
        && let Some(text) = values().find(|text| !sound(text))
    {
        return Err(Refused::Truth(text.clone()));
    }
    let number = |text: &&String| {
        if lists { text.split(',').all(|item| is_number(item.trim())) } else { is_number(text) }
    };
    if kind.is_number()
        && (lists || compares(operator))
        && let Some(text) = values().find(|text| !number(text))
    {
        return Err(Refused::Number(text.clone()));
    }
    Ok(())
}

/// A whole number as an instance writes it, or none at all.
pub(crate) fn is_number(text: &str) -> bool {
    text.is_empty() || text.parse::<i64>().is_ok_and(|number| number.to_string() == text)
}

/// Whether a column of this kind is known to serve the operator: a truth has no order, and parts of
/// a text are those of a text.
fn serves(kind: Kind, operator: Operator) -> bool {
    use Operator as Op;
    let parts = matches!(operator, Op::Like | Op::NotLike | Op::StartsWith | Op::EndsWith);
    let order = compares(operator) && !matches!(operator, Op::Equal | Op::NotEqual);
    match kind {
        Kind::Bool => !parts && !order,
        Kind::Time => !parts,
        _ => true,
    }
}

/// A time as queries write it, or none at all.
pub(crate) fn is_time(text: &str) -> bool {
    text.is_empty() || !text.contains(['T', 'Z']) && crate::clock::parse(text).is_some()
}

impl Bound {
    /// Also says whether all of the query was understood.
    pub(crate) fn new(
        world: &World,
        table: usize,
        query: &Query,
        asker: &Asker<'_>,
    ) -> Result<(Self, bool), Refused> {
        let mut whole = true;
        let mut bind = |term: &Term| -> Result<Option<BoundTerm>, Refused> {
            let scripted = asker.drop_scripts && term.value.starts_with(SCRIPT);
            let path = world.path(table, &term.field);
            if let (Some(_), Some(refused)) = (&path, term.unserved()) {
                return Err(refused);
            }
            let compared = term.other().is_none_or(|other| world.path(table, other).is_some());
            let path = path.filter(|_| compared && !term.lacks_value());
            whole &= path.is_some();
            let Some(path) = path.filter(|_| !scripted) else { return Ok(None) };
            let other = term.other().and_then(|other| world.path(table, other));
            if [Some(&path), other.as_ref()].into_iter().flatten().any(Path::is_password) {
                return Err(Refused::Password(term.field.clone()));
            }
            BoundTerm::new(world, (table, path), term, asker).map(Some)
        };
        let mut groups = Vec::new();
        for group in &query.groups {
            let mut clauses = Vec::new();
            for clause in group {
                let terms: Result<Vec<_>, _> = clause.iter().map(&mut bind).collect();
                let terms: Vec<_> = terms?.into_iter().flatten().collect();
                // A clause of unknown fields is dropped, and so its restriction vanishes.
                if !terms.is_empty() {
                    clauses.push(terms);
                }
            }
            groups.push(clauses);
        }
        let order = query.order.iter();
        let order = order.filter_map(|(field, down)| Some((world.path(table, field)?, *down)));
        let order: Vec<(Path, bool)> = order.collect();
        if order.iter().any(|(path, _)| path.is_password()) {
            return Err(Refused::Password("what the rows are to be ordered by".to_owned()));
        }
        Ok((
            Self {
                table,
                groups,
                order,
                nothing: false,
                order_by_group: asker.order_by_group,
                case: Case::of(asker),
                gone: Gone::default(),
            },
            whole,
        ))
    }

    /// How its texts are compared.
    pub(crate) fn case(&self) -> Case {
        self.case
    }

    pub(crate) fn none(mut self) -> Self {
        self.nothing = true;
        self
    }

    /// Matches nothing more once nobody waits for the rows.
    pub(crate) fn until(self, gone: Gone) -> Self {
        Self { gone, ..self }
    }

    pub(crate) fn matches(&self, world: &World, row: u32) -> bool {
        !self.nothing && !self.gone.is_true() && self.group_of(world, row).is_some()
    }

    /// The first group that a row matches.
    pub(super) fn group_of(&self, world: &World, row: u32) -> Option<usize> {
        let clause = |terms: &Vec<BoundTerm>| terms.iter().any(|term| term.matches(world, row));
        self.groups.iter().position(|group| group.iter().all(clause))
    }
}

impl BoundTerm {
    fn new(
        world: &World,
        (table, path): (usize, Path),
        term: &Term,
        asker: &Asker<'_>,
    ) -> Result<Self, Refused> {
        let Meaning { operator, value, upper, part } = Meaning::of(term, asker)?;
        let other = term.other().and_then(|other| world.path(table, other));
        let numbers =
            path.kind.is_number() && other.as_ref().is_none_or(|other| other.kind.is_number());
        let fits = match term.operator {
            Operator::Field(_) => numbers,
            Operator::DatePart | Operator::On | Operator::NotOn | Operator::Relative(_) => {
                path.kind == Kind::Time
            }
            _ => true,
        };
        if !(fits && serves(path.kind, operator)) {
            return Err(Refused::Operator(format!("{} on {}", term.operator.word(), term.field)));
        }
        let nothing = value.is_empty() || upper.as_ref().is_some_and(String::is_empty);
        if nothing && needs_value(operator) {
            return Err(Refused::NoValue(term.operator.word().to_owned()));
        }
        if !value.is_empty() && takes_none(operator) {
            return Err(Refused::Value(term.operator.word().to_owned()));
        }
        comparable(path.kind, operator, [Some(&value), upper.as_ref()])?;
        let display = match (path.kind, operator) {
            (
                Kind::Reference(to),
                Operator::Like | Operator::NotLike | Operator::StartsWith | Operator::EndsWith,
            ) => world.table_named(to),
            _ => None,
        };
        let (case, upper) = (Case::of(asker), upper.unwrap_or_default());
        let key = |text: &str| Key::new(text, path.kind, case);
        Ok(Self {
            operator,
            want: case.fold(&value),
            from: key(&value),
            to: key(&upper),
            times: (crate::clock::parse(&value), crate::clock::parse(&upper)),
            listed: value
                .split(',')
                .map(|item| crate::clock::parse(item).unwrap_or(NEVER))
                .collect(),
            part,
            other,
            case,
            display,
            known: RefCell::default(),
            path,
            value,
        })
    }

    pub(super) fn time(&self) -> Option<i64> {
        self.times.0.filter(|_| self.path.kind == Kind::Time)
    }

    fn matches(&self, world: &World, row: u32) -> bool {
        if let Some(other) = &self.other {
            return self.judge_other(world, row, other);
        }
        let start =
            self.path.steps.first().map(|(table, column)| world.table(*table).cell(row, *column));
        let Some(Cell::Word(word)) = start else { return self.judge(world, row) };
        if let Some(known) = self.known.borrow().get(&word) {
            return *known;
        }
        let verdict = self.judge(world, row);
        let mut known = self.known.borrow_mut();
        if known.len() < KNOWN {
            known.insert(word, verdict);
        }
        verdict
    }

    fn judge_other(&self, world: &World, row: u32, other: &Path) -> bool {
        let key = |path: &Path| Key::of(world.value(row, path), path.kind, &world.words, self.case);
        if let Operator::Field(side) = self.operator {
            let (one, two) = (key(&self.path), key(other));
            return one != Key::Nothing && two != Key::Nothing && side.holds(one.cmp(&two));
        }
        let text = |path: &Path| {
            let cell = world.value(row, path);
            cell.map_or(String::new(), |cell| self.case.fold(&cell.text(&world.words)))
        };
        (text(&self.path) == text(other)) == (self.operator == Operator::SameAs)
    }

    fn judge(&self, world: &World, row: u32) -> bool {
        let cell = world.value(row, &self.path);
        if let Some(part) = &self.part {
            return matches!(cell, Some(Cell::Time(at)) if at != NEVER && part.holds(at));
        }
        if let (Some(Cell::Time(at)), Operator::In | Operator::NotIn) = (cell, self.operator) {
            return self.listed.contains(&at) == (self.operator == Operator::In);
        }
        if let (Some(Cell::Time(at)), Some(bound)) = (cell, self.times.0)
            && let Some(verdict) = self.judge_time(at, bound)
        {
            return verdict;
        }
        let shown = self.display.zip(cell).and_then(|(table, cell)| {
            Some(world.display_of(table, world.referred(table, cell)?).into_owned())
        });
        let text = shown.unwrap_or_else(|| {
            cell.map_or(String::new(), |cell| cell.text(&world.words).into_owned())
        });
        self.judge_text(&text)
    }

    fn judge_time(&self, at: i64, bound: i64) -> Option<bool> {
        let there = at != NEVER;
        let upper = self.times.1;
        Some(match self.operator {
            Operator::Equal => at == bound,
            Operator::NotEqual => at != bound,
            Operator::Less => there && at < bound,
            Operator::LessOrEqual => there && at <= bound,
            Operator::Greater => there && at > bound,
            Operator::GreaterOrEqual => there && at >= bound,
            Operator::Between => there && (bound..=upper?).contains(&at),
            Operator::Outside => there && !(bound..=upper?).contains(&at),
            _ => return None,
        })
    }

    fn judge_text(&self, text: &str) -> bool {
        let (have, want) = (self.case.fold(text), &self.want);
        let there = !have.is_empty();
        let key = || Key::new(text, self.path.kind, self.case);
        match self.operator {
            Operator::Equal => have == *want,
            Operator::NotEqual => have != *want,
            Operator::Less => there && key() < self.from,
            Operator::LessOrEqual => there && key() <= self.from,
            Operator::Greater => there && key() > self.from,
            Operator::GreaterOrEqual => there && key() >= self.from,
            Operator::Between => there && (&self.from..=&self.to).contains(&&key()),
            Operator::Outside => there && !(&self.from..=&self.to).contains(&&key()),
            Operator::In => want.split(',').any(|item| item.trim() == have),
            Operator::NotIn => want.split(',').all(|item| item.trim() != have),
            Operator::Like => have.contains(want),
            Operator::NotLike => !have.contains(want),
            Operator::StartsWith => have.starts_with(want),
            Operator::EndsWith => have.ends_with(want),
            Operator::IsEmpty | Operator::EmptyString => !there,
            Operator::IsNotEmpty => there,
            Operator::Anything => true,
            // Not judged by its text, or means one of those above.
            Operator::SameAs
            | Operator::NotSameAs
            | Operator::Field(_)
            | Operator::On
            | Operator::NotOn
            | Operator::DatePart
            | Operator::Relative(_)
            | Operator::InstanceOf
            | Operator::Dynamic
            | Operator::Unserved => false,
        }
    }
}
