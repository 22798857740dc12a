use crate::expr::PathStep;

/// `$select` (URL conventions 5.1.4): the declared properties that are asked for, in asked order.
/// A `*` is told by the absence of a `Select`.
#[derive(Debug, Clone, PartialEq)]
pub struct Select {
    /// One path an item; every path ends in a property.
    pub paths: Vec<Vec<PathStep>>,
}
