//! Encoded queries, written from types that cannot say anything else than they mean.

mod condition;
mod field;
mod filter;
mod stamp;
mod sys_id;
mod text;

use std::fmt;

pub use condition::{Condition, Item, Operand, Ordered};
pub use field::{Field, FieldError};
pub use filter::{Filter, FilterError};
pub use stamp::{Stamp, StampError};
pub use sys_id::{SysId, SysIdError};
pub use text::{Text, TextError};

/// What rows are asked for, and in which order: groups joined by `^NQ`, then `ORDERBY`.
///
/// Source: ServiceNow, "Encoded query strings". Its `Display` is the value of `sysparm_query`
/// before percent-encoding.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    groups: Vec<Group>,
    order: Vec<Order>,
}

/// Clauses that hold together, joined by `^`.
///
/// Source: ServiceNow, "Encoded query strings".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// Terms of a configured filter.
    configured: String,
    clauses: Vec<Clause>,
}

/// Conditions of which one holds, joined by `^OR`, which binds tighter than `^`.
///
/// Source: ServiceNow, "Encoded query strings".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    first: Condition,
    others: Vec<Condition>,
}

/// One key of the order.
///
/// Source: ServiceNow, "Table API", parameter `sysparm_query`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// `ORDERBY`.
    Ascending(Field),
    /// `ORDERBYDESC`.
    Descending(Field),
}

impl Query {
    /// Every row.
    pub fn all() -> Self {
        Self::default()
    }

    /// Rows of one group, or of several: `^NQ`. A group without clauses has every row, and so
    /// has the query then.
    pub fn any(groups: impl IntoIterator<Item = Group>) -> Self {
        let groups: Vec<Group> = groups.into_iter().collect();
        let all = groups.iter().any(|group| group.clauses.is_empty());
        Self { groups: if all { Vec::new() } else { groups }, order: Vec::new() }
    }

    /// Only those rows that a configured filter has, too. Groups do not nest, so each of this
    /// query is joined with each of the filter.
    #[must_use]
    pub fn within(mut self, filter: &Filter) -> Self {
        let own = if self.groups.is_empty() { vec![Group::new()] } else { self.groups };
        let joined = |group: &Group| {
            let group = group.clone();
            filter.groups().iter().map(move |terms| Group {
                configured: terms.clone(),
                clauses: group.clauses.clone(),
            })
        };
        self.groups = if filter.groups().is_empty() {
            own.into_iter().filter(|group| !group.clauses.is_empty()).collect()
        } else {
            own.iter().flat_map(joined).collect()
        };
        self
    }

    /// Adds a key of the order, behind those that are there.
    #[must_use]
    pub fn order_by(mut self, order: Order) -> Self {
        self.order.push(order);
        self
    }
}

impl Group {
    /// No clause: every row.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a clause that must hold too.
    #[must_use]
    pub fn and(mut self, clause: impl Into<Clause>) -> Self {
        self.clauses.push(clause.into());
        self
    }
}

impl Clause {
    /// Adds an alternative.
    #[must_use]
    pub fn or(mut self, condition: Condition) -> Self {
        self.others.push(condition);
        self
    }
}

impl From<Condition> for Clause {
    fn from(first: Condition) -> Self {
        Self { first, others: Vec::new() }
    }
}

impl From<Group> for Query {
    fn from(group: Group) -> Self {
        Self::any([group])
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before = "";
        for group in &self.groups {
            write!(f, "{before}{group}")?;
            before = "^NQ";
        }
        let mut before = if self.groups.is_empty() { "" } else { "^" };
        for order in &self.order {
            match order {
                Order::Ascending(field) => write!(f, "{before}ORDERBY{}", field.as_str())?,
                Order::Descending(field) => write!(f, "{before}ORDERBYDESC{}", field.as_str())?,
            }
            before = "^";
        }
        Ok(())
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.configured)?;
        let mut before = if self.configured.is_empty() { "" } else { "^" };
        for clause in &self.clauses {
            write!(f, "{before}{}", clause.first)?;
            for other in &clause.others {
                write!(f, "^OR{other}")?;
            }
            before = "^";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str) -> Field {
        name.parse().unwrap()
    }

    fn is(name: &str, text: &str) -> Condition {
        Condition::equal(field(name), Text::parse(text).unwrap())
    }

    #[test]
    fn queries_are_written() {
        let check = |query: Query, expected: &str| assert_eq!(query.to_string(), expected);
        check(Query::all(), "");
        check(Query::all().order_by(Order::Ascending(field("sys_id"))), "ORDERBYsys_id");
        let user = Clause::from(is("email", "a^NQactive=true")).or(is("user_name", "o'neil&+#"));
        check(
            Group::new().and(user).and(is("active", "true")).into(),
            "email=a^^NQactive=true^ORuser_name=o'neil&+#^active=true",
        );
        let stamp: Stamp = "2026-01-02 03:04:05".parse().unwrap();
        let id: SysId = "62826bf03710200044e0bfc8bcbe5df1".parse().unwrap();
        let updated = || field("sys_updated_on");
        let later = Group::new().and(Condition::greater(updated(), stamp));
        let same = Group::new()
            .and(Condition::equal(updated(), stamp))
            .and(Condition::greater(field("sys_id"), id));
        check(
            Query::any([later, same])
                .order_by(Order::Ascending(updated()))
                .order_by(Order::Descending(field("sys_id"))),
            "sys_updated_on>2026-01-02 03:04:05^NQsys_updated_on=2026-01-02 03:04:05\
             ^sys_id>62826bf03710200044e0bfc8bcbe5df1^ORDERBYsys_updated_on^ORDERBYDESCsys_id",
        );
        check(Query::any([Group::new().and(is("a", "b")), Group::new()]), "");
    }

    #[test]
    fn a_filter_is_joined_with_every_group() {
        let check = |query: Query, filter: &str, expected: &str| {
            let query = query.within(&filter.parse().unwrap());
            assert_eq!(query.order_by(Order::Ascending(field("z"))).to_string(), expected);
        };
        let one = || Query::from(Group::new().and(Clause::from(is("a", "1")).or(is("b", "2"))));
        let two = || Query::any([Group::new().and(is("a", "1")), Group::new().and(is("b", "2"))]);
        check(Query::all(), "", "ORDERBYz");
        check(Query::all(), "x=1^NQy=2", "x=1^NQy=2^ORDERBYz");
        check(one(), "", "a=1^ORb=2^ORDERBYz");
        check(one(), "x=1^ORy=2", "x=1^ORy=2^a=1^ORb=2^ORDERBYz");
        check(two(), "x=1^NQy=2", "x=1^a=1^NQy=2^a=1^NQx=1^b=2^NQy=2^b=2^ORDERBYz");
    }
}
