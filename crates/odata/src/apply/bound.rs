use crate::edm::{Name, TypeName, TypeRef};
use crate::expr::{Computed, Expr, OrderBy, PathStep, PropertyPath};
use crate::value::Value;

/// A pipeline whose names and types are settled, and what it makes of its input.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The type of the entities that go in, which is also that of what comes out.
    pub input: TypeName,
    /// What happens, one step after the other.
    pub steps: Vec<Step>,
    /// What the entities have in the end.
    pub shape: Shape,
    /// `concat`: plans, each from the entities on, whose results stand one behind the other. There
    /// are no steps then.
    pub concat: Vec<Self>,
}

/// One step of a [`Plan`]. `identity` is none, `topcount` and `bottomcount` are two.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Keeps the entities for which the condition, of type Edm.Boolean, is true.
    Filter(Expr),
    /// Adds properties.
    Compute(Vec<Computed>),
    /// Makes one entity of all, also where there is none.
    Aggregate(Vec<Total>),
    /// Makes one entity of all that agree in some properties; null agrees with null.
    GroupBy {
        /// The properties, each once.
        by: Vec<GroupKey>,
        /// What else each group has.
        totals: Vec<Total>,
    },
    /// Sorts; those that are equal in it keep their order.
    OrderBy(Vec<OrderBy>),
    /// Keeps the first so many.
    Top(u64),
    /// Leaves out the first so many.
    Skip(u64),
}

/// A property that is grouped by.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupKey {
    /// The way to a value of a primitive or an enumeration type, without casts.
    pub path: PropertyPath,
    /// The structures on the way.
    pub through: Vec<Through>,
}

/// A structure on the way to a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Through {
    /// Its declared type.
    pub ty: TypeName,
    /// It is an entity of its own, which a navigation property leads to.
    pub related: bool,
}

/// An aggregated value.
#[derive(Debug, Clone, PartialEq)]
pub struct Total {
    /// The name of the property that holds it.
    pub name: Name,
    /// How it is aggregated.
    pub method: Method,
    /// The collection whose items are aggregated, instead of the entities.
    pub over: Option<Over>,
    /// What is aggregated: a value of each entity, or of each item, of which nulls do not count.
    pub operand: Option<Expr>,
    /// Type of the operand; none without one.
    pub operand_type: Option<TypeRef>,
    /// Type of the result.
    pub ty: TypeRef,
}

/// A collection of each entity (OData Aggregation 4.0, section on the aggregation algorithm).
#[derive(Debug, Clone, PartialEq)]
pub struct Over {
    /// The way to it.
    pub path: PropertyPath,
    /// The key of its items, if they are entities: each counts once, from however many entities it
    /// is reached.
    pub key: Vec<Name>,
    /// What [`Root::This`](crate::expr::Root::This) stands for one item in the operand.
    pub variable: u32,
}

/// How values are aggregated (OData Aggregation 4.0, sections on the standard aggregation methods
/// and on `$count`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `$count`: the number of entities, or of items, which is of Edm.Decimal.
    Count,
    /// The sum of numbers, null if there are none. It is of Edm.Int64 where 64 bits are certain to
    /// hold it, else of Edm.Decimal or, for doubles, Edm.Double.
    Sum,
    /// The lowest value in the order of `$orderby`, null if there is none.
    Min,
    /// The highest value in the order of `$orderby`, null if there is none.
    Max,
    /// The sum divided by the number of values, null if there are none. It is of Edm.Decimal with
    /// [`AVERAGE_SCALE`] places, halves away from zero, or, for doubles, of Edm.Double.
    Average,
    /// The number of different values, which is of Edm.Decimal.
    CountDistinct,
}

/// Places of an average: as many as a point in time has.
pub const AVERAGE_SCALE: u32 = 7;

/// What the entities of a result have, for `$filter` and all else that is applied to it (OData
/// Aggregation 4.0, section on type, structure and context URL).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shape {
    /// The declared properties that are left; `None` for entities as they are in the model.
    pub declared: Option<Vec<GroupKey>>,
    /// The properties that were added.
    pub dynamic: Vec<Computed>,
}

impl Plan {
    /// The plans whose results stand one behind the other: itself, or those of `concat`.
    pub fn parts(&self) -> &[Self] {
        if self.concat.is_empty() { std::slice::from_ref(self) } else { &self.concat }
    }

    /// The properties that are computed last, of entities or groups that are there before.
    pub fn computed(&self) -> impl Iterator<Item = &Computed> {
        let last = self.steps.iter().rposition(Step::groups).map_or(0, |place| place + 1);
        self.steps.iter().skip(last).flat_map(|step| match step {
            Step::Compute(added) => added.as_slice(),
            _ => &[],
        })
    }
}

impl Step {
    const fn groups(&self) -> bool {
        matches!(self, Self::Aggregate(_) | Self::GroupBy { .. })
    }
}

impl Shape {
    /// What entities of this and of another shape have, one behind the other. None where a name
    /// means two things, or entities of the model stand beside what was aggregated of them.
    pub(super) fn beside(mut self, other: &Self) -> Option<Self> {
        match (&mut self.declared, &other.declared) {
            (None, None) => {}
            (Some(own), Some(others)) => {
                let new: Vec<_> = others.iter().filter(|key| !own.contains(key)).cloned().collect();
                own.extend(new);
            }
            (None, Some(_)) | (Some(_), None) => return None,
        }
        for one in &other.dynamic {
            match self.dynamic.iter().find(|own| own.name == one.name) {
                Some(own) if own.ty != one.ty => return None,
                Some(_) => {}
                None => self.dynamic.push(one.clone()),
            }
        }
        Some(self)
    }

    /// What the results of one part of `concat` have, if this is what they have all together: null
    /// for what only other parts add.
    pub(super) fn of_part(&self, part: &Self) -> Self {
        let mut shape = part.clone();
        for one in &self.dynamic {
            if !shape.dynamic.iter().any(|own| own.name == one.name) {
                let null = Expr::Literal(Value::Null);
                shape.dynamic.push(Computed::new(one.name.clone(), null, one.ty.clone()));
            }
        }
        shape
    }

    /// Whether the entities have something at a path of declared properties.
    pub fn has(&self, steps: &[PathStep]) -> bool {
        match &self.declared {
            None => true,
            Some(keys) => keys.iter().any(|key| key.path.steps.starts_with(steps)),
        }
    }
}

impl Method {
    /// The name in `$apply`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Count => "$count",
            Self::Sum => "sum",
            Self::Min => "min",
            Self::Max => "max",
            Self::Average => "average",
            Self::CountDistinct => "countdistinct",
        }
    }
}
