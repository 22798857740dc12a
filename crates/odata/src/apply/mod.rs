//! `$apply` (OData Extension for Data Aggregation 4.0): parsed to a tree, bound against the model to
//! a plan, evaluated.

mod aggregate;
mod bind;
mod bound;
mod capability;
mod context;
mod evaluate;
mod hierarchy;
mod parse;
mod total;

pub use bind::bind;
pub use bound::{AVERAGE_SCALE, GroupKey, Method, Over, Plan, Shape, Step, Through, Total};
pub use capability::{is_supported, supported};
pub use evaluate::evaluate;
pub use parse::parse;
pub(crate) use parse::parse_prefix;
pub use total::rounded_quotient;

use crate::expr::Node;
use crate::search::Search;

/// Transformations, each applied to the result of the one before (rule `applyExpr`).
pub type Pipeline = Vec<Transformation>;

/// One transformation of a collection (rule `applyTrafo`).
#[derive(Debug, Clone, PartialEq)]
pub enum Transformation {
    /// One entity with values computed from all.
    Aggregate(Vec<Aggregate>),
    /// Groups by the values of properties, each transformed.
    GroupBy {
        /// What is grouped by.
        by: Vec<Grouping>,
        /// What happens to each group; empty where the groups themselves are asked for.
        then: Pipeline,
    },
    /// The entities that satisfy a condition.
    Filter(Node),
    /// The entities that match a search.
    Search(Search),
    /// Adds properties.
    Compute(Vec<(Node, String)>),
    /// Sorts; true for descending.
    OrderBy(Vec<(Node, bool)>),
    /// The first so many.
    Top(u64),
    /// All but the first so many.
    Skip(u64),
    /// The results of two or more pipelines, one behind the other.
    Concat(Vec<Pipeline>),
    /// Everything as it is.
    Identity,
    /// Those with the highest or lowest values.
    Extreme {
        /// Which end, and how the amount is meant.
        kind: Extreme,
        /// How many, how much in sum, or how many percent of it.
        amount: Node,
        /// The value.
        by: Node,
    },
    /// One entity with results of pipelines as collections.
    Nest(Vec<(Pipeline, String)>),
    /// Adds transformed copies of a collection.
    AddNested {
        /// The path to the collection.
        path: Node,
        /// The pipelines and the names of their results.
        results: Vec<(Pipeline, String)>,
    },
    /// One entity for every pair with an item of a collection.
    Join {
        /// Keeps entities whose collection is empty.
        outer: bool,
        /// The collection.
        property: Node,
        /// The name of the item.
        alias: String,
        /// What happens to the items first.
        then: Pipeline,
    },
    /// The ancestors of entities in a recursive hierarchy.
    Ancestors(Relatives),
    /// The descendants of entities in a recursive hierarchy.
    Descendants(Relatives),
    /// The entities in the order of a recursive hierarchy.
    Traverse {
        /// The hierarchy.
        hierarchy: Hierarchy,
        /// Children before their parents.
        postorder: bool,
        /// Which nodes are taken; empty for all.
        start: Pipeline,
        /// The order among siblings.
        order_by: Vec<(Node, bool)>,
    },
    /// A function of the service that is bound to the collection.
    Function(Node),
}

/// One item of `aggregate` (rule `aggregateExpr`).
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    /// An expression, a path, a path to `$count`, or the name of a custom aggregate.
    pub operand: Node,
    /// `with`: a method of OData or, with dots, one of the service.
    pub with: Option<String>,
    /// `from`, the inmost last.
    pub from: Vec<From>,
    /// The name of the result; a custom aggregate may keep its own.
    pub alias: Option<String>,
}

/// What an aggregate is aggregated from once more (rule `aggregateFrom`).
#[derive(Debug, Clone, PartialEq)]
pub struct From {
    /// The properties that are grouped by first.
    pub properties: Vec<Node>,
    /// The method; a custom aggregate may do without.
    pub with: Option<String>,
}

/// One element of the list of `groupby` (rule `groupbyElement`).
#[derive(Debug, Clone, PartialEq)]
pub enum Grouping {
    /// A property.
    Property(Node),
    /// `rollup` of properties from the coarsest to the finest, or of a named hierarchy; `$all` may
    /// be the first.
    Rollup(Vec<Node>),
    /// `rolluprecursive`
    RollupRecursive {
        /// The hierarchy.
        hierarchy: Hierarchy,
        /// Which nodes are taken; empty for all.
        start: Pipeline,
    },
}

/// Which end `topcount` and its like take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name is the transformation of the same name")]
pub enum Extreme {
    TopCount,
    TopPercent,
    TopSum,
    BottomCount,
    BottomPercent,
    BottomSum,
}

/// A recursive hierarchy and how entities refer to its nodes (rule `recHierReference`).
#[derive(Debug, Clone, PartialEq)]
pub struct Hierarchy {
    /// The nodes, from `$root`.
    pub nodes: Node,
    /// Qualifier of the annotation that describes it.
    pub qualifier: String,
    /// The path to the node's identifier.
    pub property: Node,
}

/// What `ancestors` and `descendants` are given.
#[derive(Debug, Clone, PartialEq)]
pub struct Relatives {
    /// The hierarchy.
    pub hierarchy: Hierarchy,
    /// The entities whose relatives are asked for.
    pub start: Pipeline,
    /// The largest distance.
    pub distance: Option<u64>,
    /// Keeps the entities themselves.
    pub keep_start: bool,
}

impl Transformation {
    /// The name in `$apply`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Aggregate(_) => "aggregate",
            Self::GroupBy { .. } => "groupby",
            Self::Filter(_) => "filter",
            Self::Search(_) => "search",
            Self::Compute(_) => "compute",
            Self::OrderBy(_) => "orderby",
            Self::Top(_) => "top",
            Self::Skip(_) => "skip",
            Self::Concat(_) => "concat",
            Self::Identity => "identity",
            Self::Extreme { kind, .. } => kind.name(),
            Self::Nest(_) => "nest",
            Self::AddNested { .. } => "addnested",
            Self::Join { outer: false, .. } => "join",
            Self::Join { outer: true, .. } => "outerjoin",
            Self::Ancestors(_) => "ancestors",
            Self::Descendants(_) => "descendants",
            Self::Traverse { .. } => "traverse",
            Self::Function(_) => "a function",
        }
    }

    /// Whether the result consists of entities of the input (rule `preservingTrafo`).
    const fn preserves(&self) -> bool {
        !matches!(
            self,
            Self::Aggregate(_)
                | Self::GroupBy { .. }
                | Self::Compute(_)
                | Self::Concat(_)
                | Self::Nest(_)
                | Self::AddNested { .. }
                | Self::Join { .. }
        )
    }
}

impl Extreme {
    const ALL: [Self; 6] = [
        Self::TopCount,
        Self::TopPercent,
        Self::TopSum,
        Self::BottomCount,
        Self::BottomPercent,
        Self::BottomSum,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::TopCount => "topcount",
            Self::TopPercent => "toppercent",
            Self::TopSum => "topsum",
            Self::BottomCount => "bottomcount",
            Self::BottomPercent => "bottompercent",
            Self::BottomSum => "bottomsum",
        }
    }
}

#[cfg(test)]
mod tests;
