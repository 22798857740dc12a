use super::bound::Expr;
use super::evaluate::{EvaluateError, evaluate};
use crate::edm::TypeName;
use crate::value::{Structured, Value};

/// The value of a constant, or of arithmetic on constants, which needs no row; `None` for other
/// expressions.
pub fn constant_value(expr: &Expr) -> Option<Result<Value, EvaluateError>> {
    let nothing = Structured { type_name: TypeName::from_static("", ""), properties: vec![] };
    is_constant(expr).then(|| evaluate(expr, &nothing))
}

fn is_constant(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(_) => true,
        Expr::Negate(operand) => is_constant(operand),
        Expr::Arithmetic { left, right, .. } => is_constant(left) && is_constant(right),
        _ => false,
    }
}
