//! Binding: from a grammatical expression to one whose names, types and constants are settled.

mod alias;
mod call;
mod convert;
mod item;
mod lambda;
mod object;
mod operator;
mod path;
mod signature;
mod types;

pub(super) use convert::parse_primitive;
pub(crate) use convert::{key_value, key_value_of};
pub(crate) use item::{item_filter, item_order, item_value, nested_filter, nested_order};
pub(crate) use path::cast;

use super::ast::{Node, NodeKind};
use super::bound::{Expr, OrderBy, PathStep, PropertyPath, Root};
use super::error::ExprError;
use super::parse::{MAX_NODES, parse, parse_prefix};
use super::parse_option::{ComputeItem, parse_compute, parse_order_by};
use crate::apply::Shape;
use crate::edm::{Edm, Name, PrimitiveType, SchemaType, StructuredType, TypeRef};
use crate::value::{DateTimeOffset, Value};
use alias::Alias;
use lambda::Variable;

/// What an expression is bound in.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'e> {
    /// The model.
    pub edm: &'e Edm,
    /// Type of the entities that the expression is about.
    pub entity_type: &'e StructuredType,
    /// What `now()` stands for.
    pub now: DateTimeOffset,
    /// Parameter aliases without their `@`, each with its text (URL conventions 5.3).
    pub aliases: &'e [(String, String)],
    /// What `$compute` beside the expression names; a name stands for its expression.
    pub computed: &'e [Computed],
    /// What the entities have become in `$apply`, which comes before the expression.
    pub shape: Option<&'e Shape>,
    /// Whether the expression stands within `$expand` or `$select`: then `$it` is not the entity
    /// that it is about but the one that the request is about (URL conventions 5.1.1.14.4).
    pub nested: bool,
}

/// A property that `$compute` adds (URL conventions 5.1.5).
#[derive(Debug, Clone, PartialEq)]
pub struct Computed {
    /// Its name, which no declared property has.
    pub name: Name,
    /// Its value.
    pub expr: Expr,
    /// Type of the value; none for null.
    pub ty: Option<TypeRef>,
    /// A navigation property in the expression, whose entities no row holds itself.
    pub related: Option<Name>,
    /// Parts of the expression: they count where the name is used.
    nodes: usize,
}

/// Parses and binds the value of `$filter`; the result is of type Edm.Boolean.
pub fn filter(text: &str, scope: &Scope<'_>) -> Result<Expr, ExprError> {
    condition(&parse(text)?, scope)
}

/// The same of what a text begins with; also gives the characters up to what follows it.
pub(crate) fn filter_prefix(text: &str, scope: &Scope<'_>) -> Result<(Expr, usize), ExprError> {
    let (node, length) = parse_prefix(text)?;
    Ok((Binder::new(scope).boolean(&node)?, length))
}

/// Parses and binds the value of `$orderby`.
///
/// Sorted is by primitive and enumeration values; complex values and collections are refused.
pub fn order_by(text: &str, scope: &Scope<'_>) -> Result<Vec<OrderBy>, ExprError> {
    order(&parse_order_by(text)?, scope)
}

/// Parses and binds the value of `$compute`. One computed property does not see another.
pub fn compute(text: &str, scope: &Scope<'_>) -> Result<Vec<Computed>, ExprError> {
    let items = parse_compute(text)?;
    computed(
        items.iter().map(|ComputeItem { node, name, name_at }| (node, &**name, *name_at)),
        scope,
    )
}

/// Binds a condition, of type Edm.Boolean.
pub(crate) fn condition(node: &Node, scope: &Scope<'_>) -> Result<Expr, ExprError> {
    Binder::new(scope).boolean(node)
}

/// Binds what to sort by; true for descending.
pub(crate) fn order(items: &[(Node, bool)], scope: &Scope<'_>) -> Result<Vec<OrderBy>, ExprError> {
    order_with(Binder::new(scope), items)
}

fn order_with(mut binder: Binder<'_>, items: &[(Node, bool)]) -> Result<Vec<OrderBy>, ExprError> {
    let mut keys = Vec::new();
    for (node, descending) in items {
        let bound = binder.bind(node)?;
        match bound.ty {
            None | Some(TypeRef::Primitive(_) | TypeRef::Enum(_)) => {}
            Some(ty) => return Err(mismatch(node.at, Some(&ty), "a value that can be sorted by")),
        }
        keys.push(OrderBy { expr: bound.expr, descending: *descending });
    }
    Ok(keys)
}

/// Binds computed properties, each an expression, a name and where the name stands.
pub(crate) fn computed<'n>(
    items: impl Iterator<Item = (&'n Node, &'n str, usize)>,
    scope: &Scope<'_>,
) -> Result<Vec<Computed>, ExprError> {
    let scope = Scope { computed: &[], ..*scope };
    let mut computed: Vec<Computed> = Vec::new();
    for (node, name, position) in items {
        refuse_taken(name, position, &computed, &scope)?;
        let mut binder = Binder::new(&scope);
        let Typed { expr, ty } = binder.bind(node)?;
        let Binder { nodes, related, .. } = binder;
        computed.push(Computed { name: name.to_owned().into(), expr, ty, related, nodes });
        if computed.iter().map(|one| one.nodes).sum::<usize>() > MAX_NODES {
            return Err(ExprError::TooComplex { position, limit: "2000 parts" });
        }
    }
    Ok(computed)
}

/// Binds a value of any type; null alone has none.
pub(crate) fn value(node: &Node, scope: &Scope<'_>) -> Result<(Expr, Option<TypeRef>), ExprError> {
    let Typed { expr, ty } = Binder::new(scope).bind(node)?;
    Ok((expr, ty))
}

/// A new name must differ from those of all properties that are there, or were (OData Aggregation
/// 4.0, section on type, structure and context URL).
pub(crate) fn refuse_taken(
    name: &str,
    position: usize,
    others: &[Computed],
    scope: &Scope<'_>,
) -> Result<(), ExprError> {
    let dynamic = scope.shape.map_or(&[][..], |shape| &shape.dynamic);
    // A value may be of a type that derives from the one it is declared with.
    let declared = |ty: &SchemaType| match ty {
        SchemaType::Entity(ty) | SchemaType::Complex(ty) => {
            scope.edm.is_assignable(ty, &scope.entity_type.name)
                && (scope.edm.property(ty, name).is_some()
                    || scope.edm.navigation(ty, name).is_some())
        }
        SchemaType::Enum(_) => false,
    };
    let declared = scope.edm.schemas().iter().flat_map(|schema| &schema.types).any(declared);
    if declared || others.iter().chain(dynamic).any(|other| other.is_named(name)) {
        let (found, expected) = (format!("'{name}'"), "a name that no property has");
        return Err(ExprError::Syntax { position, found, expected });
    }
    Ok(())
}

impl Computed {
    /// A property with a value of a type, whose name is new.
    pub const fn new(name: Name, expr: Expr, ty: Option<TypeRef>) -> Self {
        Self { name, expr, ty, related: None, nodes: 1 }
    }

    /// Whether that is its name, in any case as with declared properties.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// A property that the rows have already.
    pub(crate) fn present(name: Name, ty: Option<TypeRef>) -> Self {
        let expr = match &ty {
            None => Expr::Literal(Value::Null),
            Some(ty) => {
                let steps = vec![PathStep::Property(name.clone())];
                Expr::Property(PropertyPath { root: Root::It, steps, ty: ty.clone() })
            }
        };
        Self::new(name, expr, ty)
    }
}

/// A bound expression with its type; null alone has none.
#[derive(Debug, Clone)]
struct Typed {
    expr: Expr,
    ty: Option<TypeRef>,
}

impl Typed {
    fn primitive(expr: Expr, ty: PrimitiveType) -> Self {
        Self { expr, ty: Some(TypeRef::Primitive(ty)) }
    }

    fn boolean(expr: Expr) -> Self {
        Self::primitive(expr, PrimitiveType::Boolean)
    }
}

struct Binder<'s> {
    scope: &'s Scope<'s>,
    /// Aliases can make much of little text, so what is bound is counted again.
    nodes: usize,
    /// The aliases whose values the present place is in, the innermost last.
    aliases: Vec<Alias>,
    /// Items of collections that the present place is about, the innermost last.
    variables: Vec<Variable>,
    variables_made: u32,
    /// The first variable is what `$it` stands for.
    it: bool,
    /// The first navigation property that was met.
    related: Option<Name>,
}

impl<'s> Binder<'s> {
    const fn new(scope: &'s Scope<'s>) -> Self {
        Self {
            scope,
            nodes: 0,
            aliases: Vec::new(),
            variables: Vec::new(),
            variables_made: 0,
            it: false,
            related: None,
        }
    }

    fn bind(&mut self, node: &Node) -> Result<Typed, ExprError> {
        self.count(node)?;
        match &node.kind {
            NodeKind::Literal(literal) => convert::literal(self.scope.edm, literal, node.at, None),
            NodeKind::Path(steps) => self.path(node, steps),
            NodeKind::Not(operand) => {
                Ok(Typed::boolean(Expr::Not(Box::new(self.boolean(operand)?))))
            }
            NodeKind::Negate(operand) => self.negate(operand),
            NodeKind::And(operands) => Ok(Typed::boolean(Expr::And(self.booleans(operands)?))),
            NodeKind::Or(operands) => Ok(Typed::boolean(Expr::Or(self.booleans(operands)?))),
            NodeKind::Binary { op, left, right } => self.binary(*op, left, right),
            NodeKind::List(_) => Err(not_served(node.at, "a list of values")),
            NodeKind::Array(items) => self.array(node.at, items),
            NodeKind::Object(_) => Err(not_served(node.at, "a JSON object as a value of its own")),
        }
    }

    /// A collection of constants of one type.
    fn array(&mut self, at: usize, items: &[Node]) -> Result<Typed, ExprError> {
        let (mut values, mut ty) = (Vec::with_capacity(items.len()), None);
        for item in items {
            let bound = self.beside(item, ty.as_ref())?;
            let Expr::Literal(value) = bound.expr else {
                return Err(not_served(at, "an array of anything but constants"));
            };
            match (&ty, &bound.ty) {
                (Some(first), Some(own)) if first != own => {
                    return Err(mismatch(item.at, Some(own), &first.to_string()));
                }
                (None, Some(_)) => ty = bound.ty,
                _ => {}
            }
            values.push(value);
        }
        let item = ty.unwrap_or(TypeRef::Primitive(PrimitiveType::String));
        let ty = Some(TypeRef::Collection(Box::new(item)));
        Ok(Typed { expr: constant(Value::Collection(values)), ty })
    }

    /// What a name that `$compute` gave stands for.
    fn computed(&mut self, at: usize, name: &str) -> Result<Option<Typed>, ExprError> {
        let Some(found) = self.scope.computed.iter().find(|one| one.is_named(name)) else {
            return Ok(None);
        };
        self.nodes += found.nodes;
        if self.nodes > MAX_NODES {
            return Err(ExprError::TooComplex { position: at, limit: "2000 parts" });
        }
        Ok(Some(Typed { expr: found.expr.clone(), ty: found.ty.clone() }))
    }

    /// An operand that is true, false or null.
    fn boolean(&mut self, node: &Node) -> Result<Expr, ExprError> {
        let typed = self.bind(node)?;
        match typed.ty {
            None | Some(TypeRef::Primitive(PrimitiveType::Boolean)) => Ok(typed.expr),
            Some(ty) => Err(mismatch(node.at, Some(&ty), "Edm.Boolean")),
        }
    }

    fn booleans(&mut self, nodes: &[Node]) -> Result<Vec<Expr>, ExprError> {
        nodes.iter().map(|node| self.boolean(node)).collect()
    }

    const fn count(&mut self, node: &Node) -> Result<(), ExprError> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(ExprError::TooComplex { position: node.at, limit: "2000 parts" });
        }
        Ok(())
    }
}

fn mismatch(position: usize, found: Option<&TypeRef>, expected: &str) -> ExprError {
    let found = found.map_or_else(|| "null".to_owned(), ToString::to_string);
    ExprError::TypeMismatch { position, found, expected: expected.to_owned() }
}

fn not_served(position: usize, name: &str) -> ExprError {
    ExprError::NotServed { position, name: name.to_owned() }
}

const fn is_numeric(ty: &TypeRef) -> bool {
    matches!(
        ty,
        TypeRef::Primitive(
            PrimitiveType::Byte
                | PrimitiveType::SByte
                | PrimitiveType::Int16
                | PrimitiveType::Int32
                | PrimitiveType::Int64
                | PrimitiveType::Decimal
                | PrimitiveType::Single
                | PrimitiveType::Double
        )
    )
}

const fn is_integer(ty: &TypeRef) -> bool {
    is_numeric(ty)
        && !matches!(
            ty,
            TypeRef::Primitive(
                PrimitiveType::Decimal | PrimitiveType::Single | PrimitiveType::Double
            )
        )
}

const fn constant(value: Value) -> Expr {
    Expr::Literal(value)
}
