//! How tightly operators bind, loosest first (OData 4.01 URL conventions, operator precedence):
//! what the parser and both forms of printing go by.

use std::fmt::{self, Display};

use super::ast::Operator;

pub(super) const OR: u8 = 1;
pub(super) const AND: u8 = 2;
pub(super) const EQUALITY: u8 = 3;
pub(super) const RELATION: u8 = 4;
pub(super) const SUM: u8 = 5;
pub(super) const PRODUCT: u8 = 6;
pub(super) const UNARY: u8 = 7;
pub(super) const PRIMARY: u8 = 8;
/// What has no operator outside of parentheses.
pub(super) const WHOLE: u8 = 9;

impl Operator {
    pub(super) const fn power(self) -> u8 {
        match self {
            Self::Eq | Self::Ne => EQUALITY,
            Self::Gt | Self::Ge | Self::Lt | Self::Le => RELATION,
            Self::Add | Self::Sub => SUM,
            Self::Mul | Self::Div | Self::DivBy | Self::Mod => PRODUCT,
            Self::Has | Self::In => PRIMARY,
        }
    }
}

/// A tree of operators that is printed.
pub(super) trait Operand: Display {
    /// How tightly its outermost operator binds.
    fn power(&self) -> u8;
}

/// In parentheses if it binds less tightly than it has to.
pub(super) fn grouped(
    f: &mut fmt::Formatter<'_>,
    operand: &impl Operand,
    least: u8,
) -> fmt::Result {
    if operand.power() >= least {
        return operand.fmt(f);
    }
    f.write_str("(")?;
    operand.fmt(f)?;
    f.write_str(")")
}

/// One after the other.
pub(super) fn joined(
    f: &mut fmt::Formatter<'_>,
    operands: &[impl Operand],
    separator: &str,
    least: u8,
) -> fmt::Result {
    for (index, operand) in operands.iter().enumerate() {
        f.write_str(if index > 0 { separator } else { "" })?;
        grouped(f, operand, least)?;
    }
    Ok(())
}

/// Two operands of an operator that groups from the left.
pub(super) fn infix(
    f: &mut fmt::Formatter<'_>,
    (left, name, right): (&impl Operand, &str, &impl Operand),
    own: u8,
) -> fmt::Result {
    grouped(f, left, own)?;
    write!(f, " {name} ")?;
    grouped(f, right, own + 1)
}
